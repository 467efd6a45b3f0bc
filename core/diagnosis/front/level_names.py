"""What differences of logarithms, limits, levels and statistics are called."""

from collections.abc import Iterator, Sequence
from math import isclose

from ...recipe.kinds.values import Affine, LevelRange, Log, Normalise, Top
from .chains import first_of, line, spectrum_power
from .change import ADDED, MISSING, Change, Rule, change, of
from .difference import Difference
from .sampled import Blocks


def _logarithm(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    ours, theirs = first_of(reference, Log), first_of(port, Log)
    found = of(left, "log.base", "log.multiplier", "fft.power")
    if ours is None:
        return
    if theirs is None:
        behind = [one.parameter for one in left if one.kind in ("log", "level", "clip", "affine", "top", "normalise")]
        fix = f"take {_log_text(ours)} of the bands, then continue as the reference does"
        yield change("log", MISSING, "log", _log_text(ours), fix=fix, used=behind)
    elif "log.base" in found:
        times = "" if theirs.multiplier in (1.0, ours.multiplier) else f", times {theirs.multiplier:g}"
        used = [*of(left, "log.base", "log.multiplier"), *_floor_with(reference, port, left)]
        value = _BASES[theirs.base] + times
        fix = f"use {_log_text(ours)}"
        yield change("log_base", value, "log.base", ours.base, fix=fix, used=used, found=theirs.base)
    elif "log.multiplier" in found:
        yield _factor(ours, theirs, {**found, **_floor_with(reference, port, left)}, port)


def _floor_with(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> dict[str, Difference]:
    """The floor that goes with another power of the magnitude: at the same level."""
    found = of(left, "log.floor", "fft.power")
    ratio = spectrum_power(port) / spectrum_power(reference)
    ours, theirs = first_of(reference, Log), first_of(port, Log)
    same = len(found) == 2 and isclose(ours.floor**ratio, theirs.floor, rel_tol=1e-6)
    return {"log.floor": found["log.floor"]} if same and ours.guard == theirs.guard == "max" else {}


def _factor(ours: Log, theirs: Log, found: dict[str, Difference], port: Blocks) -> Change:
    """Another factor on the logarithm: of the power instead of the magnitude, of half of it, or any."""
    power, used, fix = found.get("fft.power"), ["log.multiplier"], f"use {_log_text(ours)}"
    if power is not None and isclose(theirs.multiplier * power.found, ours.multiplier * power.expected):
        seen = not any(isinstance(block, Normalise) for block in port)  # behind statistics no factor shows
        value = f"{power.found:g}, {_log_text(theirs)} of the {_summed(power.found)}" if seen else power.found
        fix = f"sum the {_summed(power.expected)} into bands (power={power.expected:g}), and take {_log_text(ours)}"
        used = list(found)
        return change("power", value, "fft.power", power.expected, fix=fix, used=used, found=power.found)
    if isclose(theirs.multiplier * 2, ours.multiplier):
        value = f"{theirs.multiplier:g} log10 of the magnitude"
        made = ("power", value, "log.multiplier", ours.multiplier)
        return change(*made, fix=fix, used=used, found=theirs.multiplier)
    return change("log_base", f"times {theirs.multiplier:g}", "log.multiplier", ours.multiplier, fix=fix, used=used)


def _summed(power: float) -> str:
    return {1.0: "magnitudes", 2.0: "power"}.get(power, f"magnitudes to the power {power:g}")


_BASES = {"e": "ln", "2": "log2", "10": "log10"}


def _log_text(block: Log) -> str:
    name = _BASES[block.base]
    return name if block.multiplier == 1 else f"{block.multiplier:g} {name}"


def _top(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Limits below a maximum: added, missing, or of other rows."""
    found = of(left, "top", "top.below", "top.scope", "top.maximum", "top.rows")
    mine, top = first_of(reference, Top), first_of(port, Top)
    if not found:
        return
    if mine is None:
        fix = "do not limit the levels to a range below the maximum (top_db=None)"
        used = ["top", *of(left, "log.floor")]
        yield change("log_floor", f"top_db {top.below:g}", "top", MISSING, fix=fix, used=used, found=ADDED)
    elif top is None:
        fix = f"raise values to the maximum minus {mine.below:g}"
        yield change("top", MISSING, "top", f"{mine.below:g}", fix=fix, used=["top"])
    else:
        yield from _top_values(mine, top, found)


def _top_values(mine: Top, top: Top, found: dict[str, Difference]) -> Iterator[Change]:
    if whose := [name for name in ("top.scope", "top.rows", "top.maximum") if name in found]:
        value = f"chunk of {top.rows}" if top.scope == "chunk" else top.scope
        fix = f"limit the range below {_WHOSE[mine.scope]}"
        yield change("top.scope", value, "top.scope", mine.scope, fix=fix, used=whose, found=top.scope)
    if "top.below" in found:
        fix = f"raise values to the maximum minus {mine.below:g}"
        yield change("top.below", top.below, "top.below", mine.below, fix=fix, used=["top.below"])


_WHOSE = {
    "all": "the maximum of all values",
    "frame": "each row's own maximum",
    "chunk": "the maximum of each chunk of rows",
    "fixed": "a fixed maximum",
}


def _floor(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    found = of(left, "log.floor", "log.guard")
    ours, theirs = first_of(reference, Log), first_of(port, Log)
    if not found or ours is None or theirs is None:
        return
    fix = f"guard the logarithm with {f'max(x, {ours.floor:g})' if ours.guard == 'max' else f'x + {ours.floor:g}'}"
    if "log.guard" in found:
        if theirs.guard == "add":
            value = "added" if theirs.floor == ours.floor else f"+ {theirs.floor:g}"
        else:
            value = f"max {theirs.floor:g}"
        yield change("log_floor", value, "log.guard", ours.guard, fix=fix, used=list(found), found=theirs.guard)
    else:
        value = f"+ {theirs.floor:g}" if theirs.guard == "add" else f"{theirs.floor:g}"
        yield change("log_floor", value, "log.floor", ours.floor, fix=fix, used=list(found), found=theirs.floor)


def _levels(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    ours, theirs = first_of(reference, LevelRange), first_of(port, LevelRange)
    found = {one.parameter: one for one in left if one.kind in ("level", "clip", "normalise", "affine")}
    moving = next((block for block in reference if block.kind in ("level", "affine")), None)
    if "normalise" in found and found["normalise"].expected is None:
        own = found["normalise"].found
        used = [name for name in ("normalise", "level", "affine") if name in found]
        fix = f"do not normalise by the recording's own statistics{f'; apply {moving.kind}' if moving else ''}"
        expected = moving.kind if moving else MISSING
        yield change("normalise", _statistics_text(own), "normalise", expected, fix=fix, used=used, found=ADDED)
    elif "normalise" in found and found["normalise"].found is None:
        own = found["normalise"].expected
        fix = f"normalise by the {_statistics_text(own)}"
        yield change("normalise", MISSING, "normalise", _statistics_text(own), fix=fix, used=["normalise"])
    elif ours is not None and theirs is None and "level" in found and (made := first_of(port, Affine)) is not None:
        fix = f"then map {ours.min:g} .. 0 dB to the output's range"
        value = f"only {ours.ref:g} dB subtracted" if made == Affine(multiply=1.0, add=-ours.ref) else _line_text(port)
        yield change("level", value, "level", "level", fix=fix, used=["level", "affine"], found=MISSING)
    elif ours is not None and theirs is None and "level" in found:
        fix = f"after the logarithm, subtract {ours.ref:g} dB, map {ours.min:g} .. 0 dB to the output's range"
        yield change("level", MISSING, "level", "level", fix=fix, used=["level"])
    if ours is None or theirs is None:
        if "clip" in found and found["clip"].found is None:
            block = found["clip"].expected
            fix = f"clip the values to {block.low:g} .. {block.high:g}"
            yield change(
                "clip", "none", "clip", f"{block.low:g} .. {block.high:g}", fix=fix, used=["clip"], found=MISSING
            )
        return
    yield from _level_values(ours, theirs, found)


def _level_values(ours: LevelRange, theirs: LevelRange, found: dict[str, Difference]) -> Iterator[Change]:
    low = 0 if ours.range == "positive" else -ours.max_abs
    fix = f"map {ours.min:g} .. 0 dB, after subtracting {ours.ref:g} dB, to {low:g} .. {ours.max_abs:g}"
    if sum(name in found for name in _NUMBERS) > 1 and not _is_written(ours, theirs):
        used = [name for name in found if name.startswith(("level.", "clip."))]
        yield change("level", _line_text((theirs,)), "level", _line_text((ours,)), fix=fix, used=used)
        found = {name: one for name, one in found.items() if name not in used}
    if "level.max_abs" in found or "level.range" in found:
        value = f"{theirs.max_abs:g}" if theirs.range == "symmetric" else f"[0, {theirs.max_abs:g}]"
        used = [name for name in found if name in ("level.max_abs", "level.range", "clip.low", "clip.high")]
        parameter = "level.max_abs" if "level.max_abs" in found else "level.range"
        expected = ours.max_abs if "level.max_abs" in found else ours.range
        yield change("max_abs", value, parameter, expected, fix=fix, used=used)
    if "level.min" in found:
        yield change(
            "min_level", f"{theirs.min:g} dB", "level.min", ours.min, fix=fix, used=["level.min"], found=theirs.min
        )
    if "level.ref" in found:
        yield change(
            "ref_level", f"{theirs.ref:g} dB", "level.ref", ours.ref, fix=fix, used=["level.ref"], found=theirs.ref
        )
    if "clip" in found and found["clip"].found is None:
        block = found["clip"].expected
        fix = f"clip the normalised values to {block.low:g} .. {block.high:g}"
        yield change("clip", "none", "clip", f"{block.low:g} .. {block.high:g}", fix=fix, used=["clip"], found=MISSING)


_NUMBERS = ("level.max_abs", "level.min", "level.ref")
_USUAL = (1.0, 4.0)
"""Ends of a range that ports write."""
_LEAST = -200.0
"""Decibels that the least level has at the least; it is written in steps of five."""
_MAX_REF = 60.0
"""Decibels that a reference level has at the most."""


def _is_written(ours: LevelRange, theirs: LevelRange) -> bool:
    """Whether somebody would write such numbers; two of which one is not written are one line that somebody wrote."""
    return (
        theirs.max_abs in (*_USUAL, ours.max_abs)
        and (theirs.min == ours.min or (theirs.min >= _LEAST and theirs.min % 5 == 0))
        and (theirs.ref == ours.ref or abs(theirs.ref) <= _MAX_REF)
    )


def _line_text(blocks: Blocks) -> str:
    """What blocks make of decibels, as a straight line."""
    multiply, add = line(blocks)
    return f"{multiply:.4g} dB {'-' if add < 0 else '+'} {abs(add):.4g}"


def _statistics_text(block: Normalise) -> str:
    words = {
        "mean": "mean",
        "mean_sd": "mean and deviation",
        "min_max": "least and largest value",
        "max": "largest value",
    }
    axis = {"all": "all values", "band": "each band", "row": "each row"}[block.axis]
    return f"{words[block.statistic]} of {axis}"


def _line_added(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """A line behind the logarithm where the reference has none."""
    found = of(left, "affine")
    if found and isinstance(own := found["affine"].found, Affine):
        value = f"times {own.multiply:g}, {'minus' if own.add < 0 else 'plus'} {abs(own.add):g}"
        fix = "leave the logarithms as they are"
        yield change("affine", value, "affine", MISSING, fix=fix, used=["affine"], found=ADDED)


LEVEL_RULES: tuple[Rule, ...] = (_logarithm, _top, _floor, _levels, _line_added)

"""What differences of a port's chain are called, together where they are one decision of whoever wrote the port."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from ...recipe.block import Block
from ...recipe.kinds.frames import Crop, Frame, PreemphasisFrame, Window
from ...recipe.kinds.signal import Chunks, Dither, Gain, NormaliseSignal, Preemphasis
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import LevelRange, Log, Normalise, Top
from .difference import Difference, differences
from .sampled import Blocks

MISSING, ADDED = "missing", "added"
TIMING = {"frame.placement", "frame.hop", "frame.last", "drop", "drop.first", "drop.last", "rate", "chunks"}
MAX_REVERTED = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of a port.

    Attributes
    ----------
    id, value : str
        What it is called in reports.
    parameter, expected, found : str
        The block's parameter, and what the reference and the port have there.
    fix : str
        One line in terms of the port's code.
    parameters : frozenset of str
        The differences that it is made of.
    """

    id: str
    value: str
    parameter: str
    expected: str
    found: str
    fix: str
    parameters: frozenset[str]

    @property
    def timing(self) -> bool:
        """Whether it only moves rows."""
        return self.parameter in TIMING


def changes_of(reference: Blocks, port: Blocks) -> list[Change]:
    """Give the decisions by which a port's chain differs from the reference's."""
    left = differences(reference, port)
    made: list[Change] = []
    for rule in _RULES:
        for change in rule(reference, port, left):
            made.append(change)
            left = [one for one in left if one.parameter not in change.parameters]
    return [*made, *(_plain(one) for one in left)]


def reverted(reference: Blocks, port: Blocks, parameters: frozenset[str]) -> Blocks:
    """Give a port's chain without some of its differences."""
    for _ in range(MAX_REVERTED):
        found = next((one for one in differences(reference, port) if one.parameter in parameters), None)
        if found is None:
            break
        port = found.without
    return port


Rule = Callable[[Blocks, Blocks, Sequence[Difference]], Iterator[Change]]


def _change(  # noqa: PLR0917
    id: str, value: Any, parameter: str, expected: Any, fix: str, used: Sequence[str], found: Any = None
) -> Change:
    expected, value = text(expected), text(value)
    return Change(id, value, parameter, expected, text(found) if found is not None else value, fix, frozenset(used))


def text(value: Any) -> str:
    """Write a parameter's value, or a block as its kind."""
    if isinstance(value, Block):
        return value.kind
    if value is None:
        return MISSING
    return f"{value:g}" if isinstance(value, float) else str(value)


def _first(blocks: Blocks, kind: type[Any]) -> Any:
    return next((block for block in blocks if isinstance(block, kind)), None)


def _of(left: Sequence[Difference], *parameters: str) -> dict[str, Difference]:
    return {one.parameter: one for one in left if one.parameter in parameters}


def _windows(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """A window that is missing or applied twice, whichever two they are and whatever their height."""
    found = _of(left, "window")
    theirs = [block for block in port if isinstance(block, Window)]
    ours = _first(reference, Window)
    if not found:
        return
    parts = [one.parameter for one in left if one.kind == "window" or one.parameter == "fft.scale"]
    if found["window"].found is None:
        fix = f"multiply each frame by a {_window_text(ours)} window"
        yield _change("window_family", "rectangular", "window.family", _window_text(ours), fix, ["window"])
    elif ours is None:
        yield _change("window_family", ADDED, "window", MISSING, "apply no window", ["window"])
    else:
        names = " and ".join(each.family for each in theirs)
        fix = f"apply one window alone, a {_window_text(ours)} one"
        yield _change("window", names, "window", _window_text(ours), fix, parts, ADDED)


def _window_text(window: Window | None) -> str:
    return f"{window.symmetry} {window.family}" if window else MISSING


def _sizes(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Lengths of frame, window and transform, which are one decision."""
    found = _of(left, "frame.length", "fft.n", "window.length", "window.align", "crop")
    if not found:
        return
    frame, transform, window = _first(port, Frame), _first(port, Fft), _first(port, Window)
    own, mine = _first(reference, Frame), _first(reference, Fft)
    crop = _first(port, Crop)
    length = _first(reference, Window).length or own.length if _first(reference, Window) else own.length
    shown = (window.length or frame.length) if window else frame.length
    fix = f"use a window of {length} samples and a transform of {mine.n} points"
    used = list(found)
    if crop is not None and "crop" in found:
        value = f"{crop.length} of {frame.length} windowed samples"
        if transform.n == mine.n:
            yield _change("crop", value, "crop.length", frame.length, fix, used, crop.length)
        else:
            yield _change("fft_size", value, "fft.n", mine.n, fix, used, transform.n)
    elif "fft.n" in found and transform.n != mine.n:
        aside = "" if frame.length == transform.n else ", zeros behind"
        aside = ", window too" if shown == transform.n > mine.n else aside
        aside = ", zeros behind" if window and window.length and window.align == "left" else aside
        yield _change("fft_size", f"{transform.n}{aside}", "fft.n", mine.n, fix, used, transform.n)
    elif shown != length:
        aside = ", not centred" if window and window.align == "left" and window.length else ""
        yield _change("window_length", f"{shown}{aside}", "window.length", length, fix, used, shown)
    else:
        yield _change("window_length", f"{shown} in frames of {frame.length}", "frame.length", own.length, fix, used)


def _placement(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    found = _of(left, "frame.placement", "frame.pad")
    if "frame.placement" not in found:
        return
    one, frame = found["frame.placement"], _first(port, Frame)
    used = list(found)
    if one.found == "start":
        fix = f"place frames as {one.expected}: pad {_first(reference, Frame).length // 2} samples on both sides"
        fix += f" with {_first(reference, Frame).pad} before framing"
        yield _change("centering", "none", "frame.placement", one.expected, fix, used, one.found)
    else:
        value = f"{one.found}, {frame.pad}"
        fix = f"place frames as {one.expected}, not as {one.found}"
        yield _change("centering", value, "frame.placement", one.expected, fix, used, one.found)


def _emphasis(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    whole, framed = _first(reference, Preemphasis), _first(reference, PreemphasisFrame)
    own = whole or framed
    theirs = [block for block in port if isinstance(block, Preemphasis | PreemphasisFrame)]
    used = [one.parameter for one in left if one.kind in ("preemphasis", "preemphasis_frame")]
    if not used:
        return
    parameter = f"{own.kind}" if own else theirs[0].kind
    if own is None:
        yield _change("preemphasis", ADDED, parameter, MISSING, "apply no pre-emphasis", used)
        return
    fix = f"filter once with y[t] = x[t] - {own.coefficient:g} x[t-1]"
    fix += ", over the whole signal" if whole else ", inside each frame"
    if not theirs:
        yield _change("preemphasis", MISSING, parameter, own.coefficient, fix, used)
    elif len(theirs) > 1:
        yield _change("preemphasis", "applied twice", parameter, "once", fix, used)
    elif type(theirs[0]) is not type(own):
        value = "in each frame" if whole else "over the signal"
        yield _change("preemphasis", value, parameter, own.kind, fix, used, theirs[0].kind)
        if theirs[0].coefficient != own.coefficient:
            yield _change("preemphasis", theirs[0].coefficient, f"{parameter}.coefficient", own.coefficient, fix, used)
    else:
        yield from _emphasis_values(theirs[0], own, fix, left)


def _emphasis_values(theirs: Any, own: Any, fix: str, left: Sequence[Difference]) -> Iterator[Change]:
    for one in left:
        if one.kind != own.kind:
            continue
        name = one.parameter.partition(".")[2]
        words = {"hold": "held initial state", "librosa": "librosa's initial state", "zero": "initial state of zero"}
        value = words.get(one.found, one.found) if name == "initial" else one.found
        yield _change("preemphasis", value, one.parameter, one.expected, fix, [one.parameter], one.found)


def _logarithm(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    ours, theirs = _first(reference, Log), _first(port, Log)
    transform = _first(port, Fft)
    if ours is not None and theirs is None:
        behind = [one.parameter for one in left if one.kind in ("log", "level", "clip", "affine", "top", "normalise")]
        fix = f"take {_log_text(ours)} of the bands, and go on as the reference does"
        yield _change("log", MISSING, "log", _log_text(ours), fix, behind)
        return
    if ours is None or theirs is None:
        return
    found = _of(left, "log.base", "log.multiplier", "fft.power")
    fix = f"use {_log_text(ours)}"
    if "log.base" in found:
        names = {"e": "ln", "2": "log2", "10": "log10"}
        times = "" if theirs.multiplier in (1.0, ours.multiplier) else f", times {theirs.multiplier:g}"
        used = [name for name in found if name.startswith("log.")]
        yield _change("log_base", names[theirs.base] + times, "log.base", ours.base, fix, used, theirs.base)
    elif "log.multiplier" in found:
        if "fft.power" in found and isclose(
            theirs.multiplier * transform.power, ours.multiplier * found["fft.power"].expected
        ):
            seen = not any(isinstance(block, Normalise) for block in port)  # behind statistics no factor shows
            value = f"{transform.power:g}, {theirs.multiplier:g} log{theirs.base}" if seen else f"{transform.power:g}"
            fix = f"take the magnitude to the power {found['fft.power'].expected:g}, and {_log_text(ours)}"
            used = ["fft.power", "log.multiplier"]
            yield _change("power", value, "fft.power", found["fft.power"].expected, fix, used, transform.power)
        elif isclose(theirs.multiplier * 2, ours.multiplier):
            value = f"{theirs.multiplier:g} log10 of the magnitude"
            yield _change("power", value, "log.multiplier", ours.multiplier, fix, ["log.multiplier"], theirs.multiplier)
        else:
            yield _change(
                "log_base", f"times {theirs.multiplier:g}", "log.multiplier", ours.multiplier, fix, ["log.multiplier"]
            )


def _log_text(block: Log) -> str:
    name = {"e": "ln", "2": "log2", "10": "log10"}[block.base]
    return name if block.multiplier == 1 else f"{block.multiplier:g} {name}"


def _floor(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    found = _of(left, "log.floor", "log.guard", "top", "top.below", "top.scope", "top.maximum", "top.rows")
    if not found:
        return
    ours, theirs = _first(reference, Log), _first(port, Log)
    mine, top = _first(reference, Top), _first(port, Top)
    fix = f"guard the logarithm with {'max(' if ours.guard == 'max' else ''}x{', ' if ours.guard == 'max' else ' + '}"
    fix += f"{ours.floor:g}{')' if ours.guard == 'max' else ''}"
    if mine is None and top is not None:
        used = [name for name in found if name.startswith("top") or name == "log.floor"]
        fix = "do not limit the levels to a range below the maximum (top_db=None)"
        yield _change("log_floor", f"top_db {top.below:g}", "top", MISSING, fix, used, ADDED)
        found = {name: one for name, one in found.items() if name not in used}
    elif mine is not None and top is None:
        yield _change(
            "top", MISSING, "top", f"{mine.below:g}", f"raise values to the maximum minus {mine.below:g}", ["top"]
        )
    for name in [name for name in found if name.startswith("top.")]:
        one = found[name]
        yield _change(name, one.found, name, one.expected, f"use {name} = {text(one.expected)}", [name])
    used = [name for name in found if name.startswith("log.")]
    if "log.guard" in found:
        if theirs.guard == "add":
            value = "added" if theirs.floor == ours.floor else f"+ {theirs.floor:g}"
        else:
            value = f"max {theirs.floor:g}"
        yield _change("log_floor", value, "log.guard", ours.guard, fix, used, theirs.guard)
    elif used:
        value = f"+ {theirs.floor:g}" if theirs.guard == "add" else f"{theirs.floor:g}"
        yield _change("log_floor", value, "log.floor", ours.floor, fix, used, theirs.floor)


def _levels(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    ours, theirs = _first(reference, LevelRange), _first(port, LevelRange)
    found = {one.parameter: one for one in left if one.kind in ("level", "clip", "normalise", "affine")}
    moving = next((block for block in reference if block.kind in ("level", "affine")), None)
    if "normalise" in found and found["normalise"].expected is None:
        own = found["normalise"].found
        used = [name for name in ("normalise", "level", "affine") if name in found]
        fix = f"do not normalise by the recording's own statistics{f'; apply {moving.kind}' if moving else ''}"
        expected = moving.kind if moving else MISSING
        yield _change("normalise", _statistics_text(own), "normalise", expected, fix, used, ADDED)
    elif "normalise" in found and found["normalise"].found is None:
        own = found["normalise"].expected
        fix = f"normalise by the {_statistics_text(own)}"
        yield _change("normalise", MISSING, "normalise", _statistics_text(own), fix, ["normalise"])
    elif ours is not None and theirs is None and "level" in found:
        fix = f"go on from the logarithm: subtract {ours.ref:g} dB, map {ours.min:g} .. 0 dB to the output's range"
        yield _change("level", MISSING, "level", "level", fix, ["level"])
    if ours is None or theirs is None:
        if "clip" in found and found["clip"].found is None:
            block = found["clip"].expected
            fix = f"clip the values to {block.low:g} .. {block.high:g}"
            yield _change("clip", "none", "clip", f"{block.low:g} .. {block.high:g}", fix, ["clip"], MISSING)
        return
    yield from _level_values(ours, theirs, found)


def _level_values(ours: LevelRange, theirs: LevelRange, found: dict[str, Difference]) -> Iterator[Change]:
    low = 0 if ours.range == "positive" else -ours.max_abs
    fix = f"map {ours.min:g} .. 0 dB, after subtracting {ours.ref:g} dB, to {low:g} .. {ours.max_abs:g}"
    if "level.max_abs" in found or "level.range" in found:
        value = f"{theirs.max_abs:g}" if theirs.range == "symmetric" else f"[0, {theirs.max_abs:g}]"
        used = [name for name in found if name in ("level.max_abs", "level.range", "clip.low", "clip.high")]
        parameter = "level.max_abs" if "level.max_abs" in found else "level.range"
        expected = ours.max_abs if "level.max_abs" in found else ours.range
        yield _change("max_abs", value, parameter, expected, fix, used)
    if "level.min" in found:
        yield _change("min_level", f"{theirs.min:g} dB", "level.min", ours.min, fix, ["level.min"], theirs.min)
    if "level.ref" in found:
        yield _change("ref_level", f"{theirs.ref:g} dB", "level.ref", ours.ref, fix, ["level.ref"], theirs.ref)
    if "clip" in found and found["clip"].found is None:
        block = found["clip"].expected
        fix = f"clip the normalised values to {block.low:g} .. {block.high:g}"
        yield _change("clip", "none", "clip", f"{block.low:g} .. {block.high:g}", fix, ["clip"], MISSING)


def _statistics_text(block: Normalise) -> str:
    words = {
        "mean": "mean",
        "mean_sd": "mean and deviation",
        "min_max": "least and largest value",
        "max": "largest value",
    }
    axis = {"all": "all values", "band": "each band", "row": "each row"}[block.axis]
    return f"{words[block.statistic]} of {axis}"


def _gains(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    found = _of(left, "gain", "gain.factor", "normalise_signal", "fft.scale")
    ours, theirs = _first(reference, Gain), _first(port, Gain)
    if "gain" in found or "gain.factor" in found:
        expected, factor = ours.factor if ours else 1.0, theirs.factor if theirs else 1.0
        ratio = factor / expected
        known = next((name for scale, name in _INT_NAMES if isclose(ratio, scale, rel_tol=1e-7)), "")
        used = [name for name in ("gain", "gain.factor") if name in found]
        if known:
            fix = "divide 16-bit samples by 32768" if expected == 1 else f"multiply the samples by {expected:g}"
            yield _change("int_scale", known, "gain.factor", expected, fix, used, factor)
        else:
            fix = f"give the samples with the factor {expected:g}, and no other gain"
            yield _change("gain", f"{ratio:.6g}", "gain.factor", expected, fix, used, factor)
    peak = found.get("normalise_signal")
    if peak and isinstance(peak.found, NormaliseSignal) and peak.found.how == "peak" and peak.expected is None:
        value = "peak" if peak.found.peak == 1 else f"peak to {peak.found.peak:g}"
        fix = "do not divide by the loudest sample"
        yield _change("gain", value, "normalise_signal", MISSING, fix, ["normalise_signal"], ADDED)
    if "fft.scale" in found:
        one, n = found["fft.scale"], _first(port, Fft).n
        ratio = one.found / one.expected
        fix = "use the transform's plain sum: no factor 2 (vDSP), 1/N or 1/sqrt(N)"
        yield _change("fft_scale", _scale_text(ratio, n), "fft.scale", one.expected, fix, ["fft.scale"], one.found)


def _scale_text(ratio: float, n: int) -> str:
    known = {1 / n: "1/N", 2 / n: "2/N", 4 / n: "4/N", n**-0.5: "1/sqrt(N)", 0.5: "1/2"}
    return next((name for scale, name in known.items() if isclose(ratio, scale, rel_tol=1e-7)), f"{ratio:g}")


def _streams(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Chunks without any overlap, and noise that is added."""
    for one in left:
        if isinstance(one.found, Chunks) and one.expected is None:
            length = _first(reference, Frame).length
            fix = f"carry the last {length} samples and the filter's state over to the next chunk"
            more = {"trimmed": ", spare columns cut", "joined": ", only the filter begins anew"}
            value = f"chunks of {one.found.size}{more.get(one.found.rows, '')}"
            yield _change("streaming", value, "chunks", MISSING, fix, ["chunks"], ADDED)
        elif isinstance(one.found, Dither) and one.expected is None:
            value = f"{32768 * one.found.std:.2g} LSB rms"
            yield _change("dither", value, "dither", MISSING, "add no noise", ["dither"], ADDED)


_INT_NAMES = (
    (32768.0, "int16 range"),
    (32767.0, "32767"),
    (32768 / 32767, "divided by 32767"),
    (32767 / 32768, "multiplied by 32767/32768"),
    (1 / 32768, "divided twice"),
    (2147483648.0, "int32 range"),
)
_RULES: tuple[Rule, ...] = (_windows, _sizes, _placement, _emphasis, _logarithm, _floor, _levels, _gains, _streams)
IDS = {
    "frame.hop": "hop",
    "frame.pad": "pad_mode",
    "window.symmetry": "window_symmetry",
    "window.family": "window_family",
    "fft.packing": "fft_packing",
    "fft.power": "power",
    "filterbank.scale": "mel_scale",
    "filterbank.norm": "mel_norm",
    "filterbank.domain": "mel_triangle_domain",
    "filterbank.bins": "mel_bin_width",
    "filterbank.shift": "mel_bin_shift",
    "filterbank.fmin": "fmin",
    "filterbank.fmax": "fmax",
    "filterbank.bands": "n_mels",
}
"""Parameters whose faults have a name of their own."""
_FIXES = {
    "window.symmetry": {"periodic": "use a periodic window: divide by N, not N-1", "symmetric": "divide by N-1, not N"},
    "filterbank.scale": {"slaney": "use the Slaney mel scale (librosa htk=False)", "htk": "use the HTK mel scale"},
    "filterbank.norm": {"slaney": "divide each triangle by half its width in Hz (Slaney norm)"},
    "filterbank.domain": {"hz": "let the triangles be straight in Hz, not in mel"},
    "fft.power": {"1": "take the magnitude of the spectrum, not its square", "2": "square the magnitude"},
}


def _plain(one: Difference) -> Change:
    id = IDS.get(one.parameter, one.parameter)
    if (one.parameter, one.found) == ("fft.packing", "packed_512"):
        id = "fft_size"  # 512 samples of each frame are transformed
    if one.expected is None or one.found is None:
        value = MISSING if one.found is None else ADDED
        fix = f"leave the block {one.kind} out" if one.expected is None else f"apply the block {one.kind}"
        return _change(id, value, one.parameter, MISSING if one.expected is None else one.kind, fix, [one.parameter])
    expected = text(one.expected)
    fix = _FIXES.get(one.parameter, {}).get(
        expected, f"use {one.parameter} = {expected}; the port has {text(one.found)}"
    )
    return _change(id, one.found, one.parameter, one.expected, fix, [one.parameter])

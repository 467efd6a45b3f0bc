"""What ports get wrong of any front end: the parameters of its blocks, with the values that ports have instead."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isclose
from typing import Any

from .frontend import FrontEnd


@dataclass(frozen=True, slots=True)
class Change:
    """One block's parameter with another value.

    Attributes
    ----------
    parameter, found : str
        What a diagnosis should call it, and the value; the kind alone for a block that is missing or added.
    changes : mapping
        The fields of `FrontEnd` that make it.
    weight : float
        How often ports have it, beside the others.
    also : str
        Another parameter that comes with it.
    """

    parameter: str
    found: str
    changes: Mapping[str, Any] = field(hash=False)
    weight: float = 1.0
    also: str = ""

    def __str__(self) -> str:
        return f"{self.parameter}={self.found}"

    def is_named(self, parameter: str) -> bool:
        """Tell whether a name is this parameter's; that of the block, where the whole block is meant."""
        kind, _, name = self.parameter.partition(".")
        other, _, more = parameter.partition(".")
        return (
            parameter in (self.parameter, self.also or None)
            or (kind == other and not (name and more))
            or {kind, other} <= _EMPHASES
        )

    def is_called(self, parameter: str, found: str) -> bool:
        """Tell whether a name means this change with this value, numbers within 2 %."""
        return self.is_named(parameter) and same_value(self.found, found)


_EMPHASES = {"preemphasis", "preemphasis_frame"}
"""A filter that begins anew in every frame is one missing, and another added."""


def same_value(one: str, other: str) -> bool:
    """Tell whether two texts are the same number, within 2 %, or the same word."""
    first, second = _number(one), _number(other)
    if first is None or second is None:
        return one.casefold() == other.casefold()
    return isclose(first, second, rel_tol=0.02, abs_tol=1e-12)


def _number(text: str) -> float | None:
    """Read a number such as ``0.95``, ``x2``, ``160 samples`` or ``1/512``."""
    found = re.fullmatch(r"x?([-+]?\d*\.?\d+(?:e[-+]?\d+)?)(?:/(\d+))?(?: ?(?:Hz|dB|samples|rows|bands))?", text)
    return float(found[1]) / float(found[2] or 1) if found else None


def _values(parameter: str, name: str, values: Mapping[Any, float]) -> Iterator[Change]:
    """Give a change to each value of a field; the mapping's values are weights."""
    for value, weight in values.items():
        yield Change(parameter, value if isinstance(value, str) else f"{value:.6g}", {name: value}, weight)


_ANYWHERE: tuple[Change, ...] = (
    *_values("gain.factor", "gain", {1.0: 4, 32768.0: 4, 32767.0: 0.5, 2.0: 0.5}),
    *_values("frame.hop", "hop", {128: 0.3, 200: 0.3}),
    *_values("frame.placement", "placement", {"start": 5, "center": 4, "vocoder": 0.5}),
    Change("frame.placement", "kaldi", {"placement": "kaldi", "pad": "symmetric"}, 1, "frame.pad"),
    *_values("frame.pad", "pad", {"constant": 4, "reflect": 4, "edge": 0.5, "symmetric": 0.5}),
    Change("frame.last", "fill", {"fill_last": True}, 0.5),
    *_values("window.family", "family", {"hann": 3, "hamming": 4, "povey": 1, "rectangular": 1, "blackman": 0.5}),
    Change("window.symmetry", "symmetric", {"symmetric": True}, 5),
    Change("window.symmetry", "periodic", {"symmetric": False}, 5),
    *_values("fft.n", "points", {400: 2, 512: 4, 1024: 1, 2048: 0.5}),
    *_values("fft.power", "power", {1.0: 4, 2.0: 4}),
    *_values("filterbank.scale", "scale", {"slaney": 4, "htk": 7}),
    *_values("filterbank.norm", "norm", {"none": 7, "slaney": 4, "sum": 0.5}),
    Change("filterbank.domain", "mel", {"mel_triangles": True}, 1),
    Change("filterbank.domain", "hz", {"mel_triangles": False}, 2),
    *_values("filterbank.bins", "bins", {"floor": 1.5, "n-1": 0.5}),
    *_values("filterbank.fmin", "fmin", {0.0: 3, 20.0: 2, 50.0: 1, 80.0: 0.5, 125.0: 0.5}),
    *_values("filterbank.fmax", "fmax", {8000.0: 3, 7600.0: 2, 7000.0: 0.5, 11025.0: 1}),
    *_values("log.base", "log", {"10": 3, "e": 4, "2": 0.5}),
    *_values("log.multiplier", "multiplier", {10.0: 2, 20.0: 1}),
    Change("log.guard", "add", {"floor_added": True}, 2),
    Change("log.guard", "max", {"floor_added": False}, 2),
    *_values("log.floor", "floor", {1e-10: 2, 1e-5: 2, 1e-6: 1, 1e-8: 0.5, 1e-3: 0.5, 1.0: 0.5, 2.0**-23: 0.5}),
    Change("log", "missing", {"log": ""}, 1),
    Change("chunks", "added", {"chunk": 16000}, 0.5),
)
"""Of every front end, as far as it has the block and another value."""


def changes_of(base: FrontEnd) -> tuple[Change, ...]:
    """Give everything that a port of a front end may have otherwise."""
    every = [*_ANYWHERE, *_emphases(base), *_optional(base)]
    return tuple(change for change in every if _is_one(change, base))


def _is_one(change: Change, base: FrontEnd) -> bool:
    """Tell whether a change changes a port of this front end, and can be computed."""
    port = replace(base, **change.changes)
    return port != base and port.length <= port.points and port.fmax <= port.rate / 2 and _is_like(change, base)


def _is_like(change: Change, base: FrontEnd) -> bool:
    """Leave out what no value shows: a padding that there is none of, or one mel scale under its other name."""
    if change.parameter == "frame.pad":
        return base.placement != "start"
    if change.parameter == "frame.last":
        return base.placement == "start"
    if change.parameter == "chunks":
        return not base.normalise
    return not (base.scale == "kaldi" and change.changes.get("scale") == "htk")


def _emphases(base: FrontEnd) -> Iterator[Change]:
    if base.emphasis:
        yield Change("preemphasis", "missing", {"emphasis": 0.0}, 9)
        yield from _values("preemphasis.coefficient", "emphasis", {0.95: 1, 0.9: 0.5})
        yield Change("preemphasis.initial", "hold", {"emphasis_held": True}, 0.5)
        yield Change("preemphasis_frame", "added", {"emphasis": 0.0, "frame_emphasis": base.emphasis}, 1)
    elif base.frame_emphasis:
        yield Change("preemphasis_frame", "missing", {"frame_emphasis": 0.0}, 9)
        yield from _values("preemphasis_frame.coefficient", "frame_emphasis", {0.95: 1, 0.9: 0.5})
        yield Change("preemphasis_frame.initial", "zero", {"frame_emphasis_held": False}, 0.5)
        yield Change("preemphasis", "added", {"frame_emphasis": 0.0, "emphasis": base.frame_emphasis}, 2)
    else:
        yield Change("preemphasis", "added", {"emphasis": 0.97}, 3)


def _optional(base: FrontEnd) -> Iterator[Change]:
    """Blocks that some front ends have, and their parameters."""
    spare = base.window_length and base.window_length < base.length
    yield Change("remove_dc", *(("missing", {"remove_dc": False}, 3) if base.remove_dc
                                else ("added", {"remove_dc": True}, 1)))  # fmt: skip
    yield from (Change("fft.scale", name, {"spectrum_scale": value}, 0.7)
                for name, value in {"2": 2.0, f"1/{base.points}": 1 / base.points,
                                    f"{base.points**-0.5:.6g}": base.points**-0.5}.items())  # fmt: skip
    if spare:
        yield Change("window.align", "left", {"window_left": True}, 2)
        yield Change("window.length", f"{base.length}", {"window_length": 0}, 2)
    if base.inside:
        yield from _values("fft.inside", "inside", {0.0: 4, 1e-6: 1})
    if base.drop_last:
        yield Change("drop", "missing", {"drop_last": 0}, 4)
        yield Change("drop", "moved", {"drop_late": True}, 2)
    if base.top:
        yield Change("top", "missing", {"top": 0.0}, 4)
        yield Change("top.below", "80", {"top": 80.0}, 1)
        yield Change("top.scope", "frame", {"top_scope": "frame"}, 1.5)
        yield Change("top.scope", "chunk", {"top_rows": 100}, 1)
    if base.multiply != 1 or base.add:
        yield Change("affine", "missing", {"multiply": 1.0, "add": 0.0}, 3)
        yield Change("affine.add", "0", {"add": 0.0}, 1)
    if base.normalise:
        yield Change("normalise", "missing", {"normalise": "", "cleared": 0}, 4)
        yield Change("normalise.axis", "all", {"statistics": "all"}, 2)
        yield Change("normalise.statistic", "mean", {"normalise": "mean"}, 2)
        yield Change("normalise.ddof", "0", {"ddof": 0}, 3)
        yield Change("normalise.padding", "0", {"cleared": 0}, 2)


def port_of(base: FrontEnd, changes: Iterable[Change]) -> FrontEnd:
    """Give a port of a front end with these changes."""
    return replace(base, **{name: value for change in changes for name, value in change.changes.items()})


def compatible(base: FrontEnd, changes: tuple[Change, ...]) -> bool:
    """Tell whether changes can be in one port, and each still be what it is called."""
    fields = [name for change in changes for name in change.changes]
    kinds = [change.parameter.partition(".")[0] for change in changes]
    whole = {change.parameter for change in changes if "." not in change.parameter}
    if len({*fields}) != len(fields) or any(kind in whole and kinds.count(kind) > 1 for kind in kinds):
        return False
    port = port_of(base, changes)
    silent = not port.log and any(change.parameter.startswith("log.") for change in changes)
    unpadded = port.placement == "start" and any(change.parameter == "frame.pad" for change in changes)
    filled = port.fill_last and port.placement != "start"
    scaled = {"gain.factor", "fft.scale"} <= {change.parameter for change in changes}
    return not (silent or unpadded or filled or scaled) and port.length <= port.points and port.fmin < port.fmax


def drawn(base: FrontEnd, size: int, count: int, seed: str) -> list[tuple[Change, ...]]:
    """Draw so many different sets of changes, each change as often as ports have it."""
    generator, every = random.Random(f"{size} {seed}"), changes_of(base)
    weights = [change.weight for change in every]
    found: dict[frozenset[Change], tuple[Change, ...]] = {}
    for _ in range(1000 * count):
        chosen = tuple(dict.fromkeys(generator.choices(every, weights, k=size)))
        if len(chosen) == size and compatible(base, chosen):
            found.setdefault(frozenset(chosen), tuple(sorted(chosen, key=every.index)))
        if len(found) == count:
            break
    return list(found.values())

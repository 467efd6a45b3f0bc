"""What the lanes draw of two runs: pyramids of port and difference, built chunk by chunk off the GUI thread."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.base.arrays import Array, NDArray, RowBlocks, value_range
from ...core.base.progress import Tick
from ...core.compare.alignment import Alignment, align, time_major
from ...core.compare.difference import Difference, DifferenceKind, difference_of, positions
from ...core.compare.tolerance import Tolerance
from ...core.drawing.pyramid import HeatPyramid, PeakPyramid
from ...core.run import Stage
from ...models.quantised import Coding, fitted_coding
from ...models.timeline import Span
from ...widgets.compare_view import Role
from ...widgets.lanes.heat_layer import HeatLayer
from ...widgets.lanes.heat_pixels import fitting_levels
from ...widgets.lanes.wave_layer import WaveLayer

_CHUNK = 4096
_SAMPLED_ITEMS = 512
_SHARE = 0.99
"""Share of the differences that the levels hold; the rest has the last colour."""
_LOG_DECADES = 6
_SMALLEST_LIMIT = 1e-12
_DIFFERENCE_UNITS: dict[DifferenceKind, str] = {"relative": "", "log": "log10"}
"""Units of differences that do not have that of the values."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One stage of two runs that is to be drawn.

    Attributes
    ----------
    reference : Stage or None
        None: it is drawn already.
    other : Stage or None
        The reference's stage, drawn already or not; None where the reference has none.
    port : Stage or None
        None: the port has none.
    lag : int or None
        The lag that was found; None where the two cannot be compared.
    applied : bool
        Draw the port where it belongs by that lag, and not where it lies.
    """

    reference: Stage | None
    other: Stage | None
    port: Stage | None
    lag: int | None
    applied: bool
    kind: DifferenceKind
    tolerance: Tolerance

    @property
    def shift(self) -> int:
        """By how many items the port is drawn later than it lies."""
        return self.lag or 0 if self.applied else 0

    def draws_same(self, old: "Compared | None") -> bool:
        """Tell whether this would be drawn as another was."""
        mine, theirs = self._identity(), old._identity() if old else None
        return mine == theirs

    def _identity(self) -> tuple[object, ...]:
        arrays = (id(stage.array) if stage else None for stage in (self.reference, self.other, self.port))
        return (*arrays, self.lag, self.applied, self.kind)

    def pairs(self) -> Alignment | None:
        """Give which item is subtracted from which; None where the two cannot be compared."""
        if self.other is None or self.port is None or self.lag is None:
            return None
        return align(self.other, self.port, self.shift)


@dataclass(frozen=True, slots=True, eq=False)
class HeatPicture:
    """The layers of a heat lane, and the levels of a run that was not drawn before: the reference, or a port alone."""

    layers: dict[Role, HeatLayer]
    levels: Span | None


def heat_picture(compared: Compared, axis: Span, coding: Coding | None, tick: Tick) -> HeatPicture:
    """Build the layers of a heat lane.

    Parameters
    ----------
    axis : (rate, offset)
        Item floor(seconds * rate + offset) of the reference lies at a moment.
    coding : Coding or None
        What the codes of both runs stand for; None: what fits the reference.
    """
    rate, offset = axis
    fitting = None
    layers: dict[Role, HeatLayer] = {}
    if coding is None:
        first = compared.other or compared.port
        coding = fitted_coding(time_major(first)) if first else Coding(0.0, 1.0)
        fitting = coding.low, coding.high
    if compared.reference:
        layers["reference"] = drawn = _run_layer(compared.reference, axis, coding, tick)
        # As the run would have them where it is the only one: what it is compared with does not change its colours.
        fitting = fitting or fitting_levels(drawn.pyramid, value_range(compared.reference.array)[1])
    if compared.port:
        layers["port"] = drawn = _run_layer(compared.port, (rate, offset - compared.shift), coding, tick)
        if compared.other is None:
            fitting = fitting or fitting_levels(drawn.pyramid, value_range(compared.port.array)[1])
    if pairs := compared.pairs():
        assert compared.other is not None
        assert compared.port is not None
        difference = difference_of(compared.other, compared.port, pairs, compared.kind)
        pyramid = _difference_pyramid(difference, compared.tolerance, tick)
        unit = _DIFFERENCE_UNITS.get(compared.kind, compared.other.unit)
        layers["difference"] = HeatLayer(difference, pyramid, rate, offset, unit=unit)
    return HeatPicture(layers, fitting)


def wave_layers(compared: Compared, full: float, tick: Tick) -> dict[Role, WaveLayer]:
    """Build the layers of the lane of a signal; `full` is the value at its upper edge."""
    layers: dict[Role, WaveLayer] = {}
    if compared.reference:
        layers["reference"] = _wave(compared.reference.array, 0, full, tick)
    if compared.port:
        layers["port"] = _wave(compared.port.array, compared.shift, full, tick)
    pairs = compared.pairs()
    if pairs and len(pairs.port):
        assert compared.other is not None
        assert compared.port is not None
        start, own = int(pairs.reference[0]), int(pairs.port[0])
        reference, port = (
            stage.array[first : first + len(pairs.port)]
            for stage, first in ((compared.other, start), (compared.port, own))
        )
        difference = Difference(reference, port)
        pyramid = PeakPyramid.build(difference, tick)
        largest = float(np.nanmax(np.abs(pyramid.levels[-1]), initial=_SMALLEST_LIMIT))
        # A picture of rounding errors is empty.
        layers["difference"] = WaveLayer(difference, pyramid, start, max(largest, compared.tolerance.absolute))
    return layers


def _wave(samples: Array, start: int, full: float, tick: Tick) -> WaveLayer:
    return WaveLayer(samples, PeakPyramid.build(samples, tick), start, full)


def _run_layer(stage: Stage, axis: Span, coding: Coding, tick: Tick) -> HeatLayer:
    array, present = time_major(stage), None
    if stage.frames is not None:
        at = positions(stage)
        array, present = RowBlocks(array, at.astype(np.int32), array.shape[1:]), at >= 0
    pyramid = HeatPyramid(len(array), array.shape[1], coding.low, coding.high)
    for start in range(0, len(array), _CHUNK):
        tick(start, len(array))
        there = None if present is None else present[start : start + _CHUNK]
        pyramid.fill(start, coding.scaled(array[start : start + _CHUNK]), there)
    return HeatLayer(array, pyramid, *axis, coding.logarithmic, stage.unit)


def _difference_pyramid(difference: Difference, tolerance: Tolerance, tick: Tick) -> HeatPyramid:
    low, high = difference_levels(difference, tolerance)
    n_items, n_values = difference.shape
    pyramid = HeatPyramid(n_items, n_values, low, high, signed=difference.kind in {"signed", "relative"})
    for start in range(0, len(difference), _CHUNK):
        tick(start, len(difference))
        numbers = np.arange(start, min(start + _CHUNK, len(difference)))
        pyramid.fill(start, difference.take(numbers), difference.present(numbers))
    return pyramid


def difference_levels(difference: Difference, tolerance: Tolerance) -> Span:
    """Give the values of the first and the last colour of a difference.

    They hold 99 % of the values of 512 items spread over the whole stage, whatever is visible, but are at least the
    tolerance, so that a picture of rounding errors is empty.
    """
    sampled = _magnitudes(difference)
    if difference.kind == "relative":
        limit = min(max(_quantile(sampled), tolerance.relative, _SMALLEST_LIMIT), 1.0)
        return -limit, limit
    if difference.kind == "log":
        high = float(np.ceil(np.log10(max(tolerance.absolute, _SMALLEST_LIMIT, 10 ** _quantile(sampled)))))
        return high - _LOG_DECADES, high
    limit = max(_quantile(sampled), tolerance.absolute, _SMALLEST_LIMIT)
    return (-limit if difference.kind == "signed" else 0.0), limit


def _magnitudes(difference: Difference) -> NDArray:
    numbers = np.arange(len(difference))
    known = numbers[difference.present(numbers)]
    chosen = known[:: 1 + len(known) // _SAMPLED_ITEMS]
    values = difference.take(chosen)
    return values if difference.kind == "log" else np.abs(values)


def _quantile(values: npt.NDArray[np.floating]) -> float:
    finite = values[np.isfinite(values)]
    return float(np.quantile(finite, _SHARE)) if finite.size else 0.0

"""The part in view as it would be with other parameters: computed at once, long before all of it is."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...core.base.arrays import Array, NDArray, value_range
from ...core.compare.alignment import time_major
from ...core.compare.difference import Difference
from ...core.drawing.pyramid import HeatPyramid
from ...core.recipe.items import Items
from ...core.run import Stage
from ...models.quantised import Coding
from ...models.timeline import Span
from ...widgets.compare_view import Role
from ...widgets.lanes.heat_layer import HeatLayer

MAX_ITEMS = 1024
"""Items that are computed of the part in view: 30 ms of mel columns; of more, evenly spread ones stand for the rest."""
MAX_WINDOWS = 18
"""Items behind a model that are computed around the cursor, as many as a tensor is made of: a model takes half a
millisecond and more for each."""
_LAGS = 12
"""By how many items a lag may change with a parameter, such as where a frame begins."""
_LIKENED = 128
"""Items that tell the lag."""
_SMALLEST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is to be computed of one lane.

    Attributes
    ----------
    stage : Stage
        The reference's, as it is.
    port : Stage or None
        The port's.
    layer : HeatLayer
        How the reference's is drawn.
    span : (start, end)
        Seconds in view.
    cursor : float
        Seconds.
    lag : int or None
        Of the port as it was found; None: it cannot be compared.
    applied : bool
        Whether the port is drawn where it belongs.
    unit : str
        The unit of the values with other parameters; empty: they have none.
    """

    stage: Stage
    port: Stage | None
    layer: HeatLayer
    span: Span
    cursor: float
    lag: int | None
    applied: bool
    unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What was computed of one lane.

    Attributes
    ----------
    layers : mapping from role to HeatLayer
        The reference's and the difference, absent outside the part.
    lag : int
        By which the port fits.
    before, after : float or None
        The largest difference of the part, as it is and with the parameters; None where there is no port.
    """

    layers: dict[Role, HeatLayer]
    lag: int
    before: float | None
    after: float | None


def part_of(made: Items, wanted: Wanted, *, modelled: bool) -> Part | None:
    """Compute the part of a stage that is in view; None where nothing of it is.

    Parameters
    ----------
    made : Items
        The stage with the parameters, computed where somebody looks.
    modelled : bool
        Whether a model lies before it: only a few items around the cursor are computed.
    """
    count = len(made)
    first, last = (int(np.floor(item)) for item in wanted.layer.items(wanted.span))
    if modelled:
        middle = int(np.floor(wanted.layer.item_at(wanted.cursor)))
        first, last = max(first, middle - MAX_WINDOWS // 2), min(last, middle + MAX_WINDOWS // 2)
    first, last = max(first, 0), min(last + 1, count)
    if first >= last:
        return None
    step = -(-(last - first) // MAX_ITEMS)
    numbers = np.arange(first, last, step)
    values = np.asarray(made.array[numbers], np.float64)
    layer, pyramid = wanted.layer, wanted.layer.pyramid
    coding = Coding(pyramid.low, pyramid.high, layer.logarithmic)
    own = HeatPyramid(count, values.shape[1], coding.low, coding.high)
    own.fill(first, coding.scaled(_spread(values, step, last - first)))
    layers: dict[Role, HeatLayer] = {"reference": replace(layer, array=made.array, pyramid=own, unit=wanted.unit)}
    lag, before, after = wanted.lag or 0, None, None
    if wanted.port is not None and wanted.lag is not None and wanted.port.frames is None:
        port = time_major(wanted.port)
        if port.shape[1:] == values.shape[1:]:
            lag = wanted.lag if wanted.applied else 0
            if wanted.applied and not modelled:
                lag = _lag(values, port, numbers, wanted.lag)
            difference = _partners(port, numbers - lag) - values
            before = _largest(_partners(port, numbers - wanted.lag) - _partners(time_major(wanted.stage), numbers))
            after = _largest(difference)
            values = _spread(difference, step, last - first)
            layers["difference"] = _difference(_moved(made.array, port, lag), layer, first, values, wanted.unit)
    return Part(layers, lag, before, after)


def _moved(reference: Array, port: Array, lag: int) -> Difference:
    """Give the difference of two stages, of which item t of the port belongs to item t + lag of the reference."""
    at = np.arange(len(reference)) - lag
    return Difference(reference, port, np.arange(len(reference)), np.where((at >= 0) & (at < len(port)), at, -1))


def _difference(difference: Difference, layer: HeatLayer, first: int, values: NDArray, unit: str) -> HeatLayer:
    """Give the layer of a difference of which only the items from `first` on are known."""
    limit = max(_largest(values), _SMALLEST)
    pyramid = HeatPyramid(len(difference), values.shape[1], -limit, limit, signed=True)
    pyramid.fill(first, np.nan_to_num(values), np.asarray(np.isfinite(values).all(axis=1)))
    return HeatLayer(difference, pyramid, layer.rate, layer.offset, unit=unit)


def _lag(values: NDArray, port: Array, numbers: NDArray, found: int) -> int:
    """Find the lag near the one that was found, and near none, at which a port differs least."""
    every = 1 + len(numbers) // _LIKENED
    values, numbers = values[::every], numbers[::every]
    candidates = sorted({*range(found - _LAGS, found + _LAGS + 1), 0}, key=lambda lag: abs(lag - found))
    errors = {lag: np.abs(_partners(port, numbers - lag) - values) for lag in candidates}
    known = {lag: error[np.isfinite(error)] for lag, error in errors.items()}
    return min((lag for lag in candidates if known[lag].size), key=lambda lag: float(known[lag].mean()), default=found)


def _partners(array: Array, numbers: NDArray) -> npt.NDArray[np.float64]:
    """Give items of an array, (n, values) float64; NaN where there is none."""
    inside = (numbers >= 0) & (numbers < len(array))
    values = np.full((len(numbers), array.shape[1]), np.nan)
    values[inside] = array[numbers[inside]]
    return values


def _spread(values: NDArray, step: int, count: int) -> NDArray:
    """Let every item stand for so many."""
    return values if step == 1 else np.repeat(values, step, axis=0)[:count]


def _largest(values: NDArray) -> float:
    low, high = value_range(values)
    return max(abs(low), abs(high)) if np.isfinite(low) else 0.0

"""Stages with their coordinates: seconds and Hz along the axes, as xarray and pandas have them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .base.arrays import NDArray
from .base.errors import InputError
from .base.extras import missing_extra
from .config import Config
from .run import Stage
from .stages.filterbank import band_edges
from .synctalk import has_axes, stage_clock

if TYPE_CHECKING:
    import pandas
    import xarray

_BANDS = "mel band"


def coordinates(stage: Stage, config: Config | None = None) -> Mapping[int, tuple[str, NDArray]]:
    """Give what the axes of a stage count.

    Parameters
    ----------
    config : Config or None
        That of a SyncTalk_2D run, for its frame rate and hop length; None: the reference's.

    Returns
    -------
    mapping from int to (str, (n,) float64 array)
        By the axis's number, ``seconds`` of its items or ``hz`` of its bands; axes without a unit are not in it.

    Examples
    --------
    >>> from framescope.core.run import Stage
    >>> found = coordinates(Stage("mel", np.zeros((80, 3))))
    >>> found[0][1][:2].round(1), found[1]
    (array([ 90.9, 126.9]), ('seconds', array([0.    , 0.0125, 0.025 ])))
    """
    found = {stage.time: ("seconds", _seconds(stage, _numbers(stage), config or Config()))}
    original = has_axes(stage.name, stage.axes)
    centres = band_edges((config or Config()).mel)[1:-1] if original else stage.hz
    for number, axis in enumerate(stage.axes):
        named = axis.name == _BANDS or (not original and number != stage.time)
        if centres is not None and named and stage.shape[number] == len(centres):
            found[number] = ("hz", np.asarray(centres, np.float64))
    return found


def to_xarray(stage: Stage, config: Config | None = None) -> "xarray.DataArray":
    """Give a stage as an ``xarray.DataArray`` with the axes ``seconds`` and ``hz`` where `coordinates` has them.

    The number of each item, such as ``mel_column``, is a further coordinate along ``seconds``.

    Raises
    ------
    InputError
        xarray is not installed.
    """
    library = _library("xarray")
    found = coordinates(stage, config)
    items = [axis.name.replace(" ", "_") for axis in stage.axes]
    dims = [found[number][0] if number in found else name for number, name in enumerate(items)]
    coords = {name: (name, values) for name, values in found.values()}
    coords[items[stage.time]] = (dims[stage.time], _numbers(stage))
    made: xarray.DataArray = library.DataArray(np.asarray(stage), dims=dims, coords=coords, name=stage.name)
    return made


def to_dataframe(stage: Stage, config: Config | None = None) -> "pandas.DataFrame":
    """Give a stage whose items are single values or rows as a ``pandas.DataFrame``: a row an item, by its seconds.

    Raises
    ------
    InputError
        The items have several axes, or pandas is not installed.
    """
    pandas = _library("pandas")
    if len(stage.shape) > 2:
        raise InputError(f"{stage.name} has items of {len(stage.shape) - 1} axes, which no table holds; use to_xarray")
    found = coordinates(stage, config)
    values = np.moveaxis(np.asarray(stage), stage.time, 0)
    columns = next((pandas.Index(held, name=name) for axis, (name, held) in found.items() if axis != stage.time), None)
    if values.ndim == 1:
        values, columns = values[:, None], [stage.name]
    return pandas.DataFrame(values, index=pandas.Index(found[stage.time][1], name="seconds"), columns=columns)


def _numbers(stage: Stage) -> NDArray:
    return np.arange(stage.shape[stage.time]) if stage.frames is None else stage.frames


def _seconds(stage: Stage, numbers: NDArray, config: Config) -> NDArray:
    clock = stage_clock(stage.name, config) if has_axes(stage.name, stage.axes) else stage.clock
    return clock.moments(numbers)


def _library(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise InputError(missing_extra("this", name, "notebook")) from None

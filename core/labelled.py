"""Stages with their coordinates: seconds and Hz along the axes, as xarray and pandas have them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .base.arrays import NDArray
from .base.errors import InputError
from .base.extras import missing_extra
from .compare.alignment import time_major
from .config import Config
from .recipe.facts import frequency_axis
from .run import Stage, configured

if TYPE_CHECKING:
    import pandas
    import xarray


def coordinates(stage: Stage, config: Config | None = None) -> Mapping[int, tuple[str, NDArray]]:
    """Give what the axes of a stage count.

    Parameters
    ----------
    config : Config or None
        That of a stage of SyncTalk_2D that is of no run, for its frame rate and hop length; None: as the stage says.

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
    if config is not None:
        stage = configured(stage, config)
    found = {stage.time: ("seconds", stage.clock.moments(_numbers(stage)))}
    number = frequency_axis(len(stage.shape), stage.time)
    if stage.hz is not None and stage.shape[number] == len(stage.hz):
        found[number] = ("hz", np.asarray(stage.hz, np.float64))
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
    names = [axis.name.replace(" ", "_") for axis in stage.axes]
    dims = [found[number][0] if number in found else name for number, name in enumerate(names)]
    coords = {name: (name, values) for name, values in found.values()}
    coords[names[stage.time]] = (dims[stage.time], _numbers(stage))
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
    values = np.asarray(time_major(stage))
    columns = next((pandas.Index(held, name=name) for axis, (name, held) in found.items() if axis != stage.time), None)
    if values.ndim == 1:
        values, columns = values[:, None], [stage.name]
    return pandas.DataFrame(values, index=pandas.Index(found[stage.time][1], name="seconds"), columns=columns)


def _numbers(stage: Stage) -> NDArray:
    return np.arange(stage.shape[stage.time]) if stage.frames is None else stage.frames


def _library(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise InputError(missing_extra("this", name, "notebook")) from None

"""Pictures of stages for a notebook or a paper, drawn by matplotlib."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.errors import InputError
from ..base.extras import missing_extra
from ..compare.alignment import time_major
from ..compare.comparison import Comparison
from ..config import Config
from ..labelled import coordinates
from ..run import Run, Stage, StageName

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MAX_ITEMS = 20_000
"""Items drawn at most, evenly spread: more than a picture has pixels."""


def plot(what: Stage | Run | Comparison, stage: StageName = "mel", axes: "Axes | None" = None, **style: Any) -> "Axes":
    """Draw a stage over seconds; of a comparison, the port minus the reference on the items that were paired.

    Parameters
    ----------
    what : Stage, Run or Comparison
        What to draw.
    stage : str
        Which stage of a run or comparison.
    axes : matplotlib Axes or None
        Where to draw; None: the current ones.
    style : keyword arguments
        Handed on to ``pcolormesh``, or to ``plot`` where an item is one value.

    Returns
    -------
    matplotlib Axes
        With labels and a title.

    Raises
    ------
    InputError
        matplotlib is not installed, or there are no values of this stage to draw.

    Examples
    --------
    >>> import framescope, matplotlib
    >>> matplotlib.use("agg")
    >>> framescope.plot(framescope.compute(framescope.sample(), until="mel")).get_ylabel()
    'Hz'
    """
    try:
        from matplotlib import pyplot  # noqa: PLC0415
    except ModuleNotFoundError:
        raise InputError(missing_extra("plot", "matplotlib", "notebook")) from None
    axes = axes or pyplot.gca()
    drawn, values, config, title = _drawn(what, stage)
    found = coordinates(drawn, config)
    chosen = _spread(min(len(values), len(found[drawn.time][1])))
    seconds, shown = found[drawn.time][1][chosen], values[chosen].reshape(len(chosen), -1)
    if shown.shape[1] == 1:
        axes.plot(seconds, shown[:, 0], **style)
    else:
        named = [pair for axis, pair in found.items() if axis != drawn.time and shown.shape[1] == len(pair[1])]
        label, rows = named[0] if named else (drawn.axes[-1].name, np.arange(shown.shape[1]))
        colours = {"cmap": "RdBu_r", "vmin": -np.abs(shown).max(), "vmax": np.abs(shown).max()}
        picture = axes.pcolormesh(
            seconds, rows, shown.T, shading="nearest", **(colours if isinstance(what, Comparison) else {}) | style
        )
        axes.figure.colorbar(picture, ax=axes)
        axes.set_ylabel("Hz" if label == "hz" else label)
    axes.set_xlabel("seconds")
    axes.set_title(title)
    return axes


def _drawn(what: Stage | Run | Comparison, name: StageName) -> tuple[Stage, Any, Config | None, str]:
    """Give the stage whose coordinates hold, its values item by item, its run's configuration, and a title."""
    if isinstance(what, Stage):
        return what, _by_time(what), None, what.name
    if isinstance(what, Run):
        return what[name], _by_time(what[name]), what.config, f"{what.name}: {name}"
    found = what[name]
    if found.sides is None or found.pairs is None:
        raise InputError(f"there are no values of {name} to draw: {found.reason}")
    reference, port = (_by_time(side) for side in found.sides)
    difference = np.full(reference.shape, np.nan)
    difference[found.pairs.reference] = port[found.pairs.port] - reference[found.pairs.reference].astype(np.float64)
    return found.sides[0], difference, what.reference.config, f"{what.port.name} minus {what.reference.name}: {name}"


def _by_time(stage: Stage) -> Any:
    return np.asarray(time_major(stage))


def _spread(count: int) -> Any:
    return np.unique(np.linspace(0, count - 1, min(count, _MAX_ITEMS)).astype(np.int64))

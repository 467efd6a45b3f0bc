"""Where a value lies, in the domain's words: band and Hz, column and seconds, frame, feature, context row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..base.arrays import NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE, Config
from ..recipe.facts import frequency_axis
from ..run import Stage, StageName
from ..stages.tensors import context_of
from ..synctalk import STAGE_NAMES, synctalk_axes

_TENSORS = STAGE_NAMES[-1]
_FINE = 1000.0
"""Items a second from which on milliseconds do not tell them apart."""


def place_text(stage: Stage, index: tuple[int, ...], config: Config | None = None) -> str:
    """Name the place of one value of a stage: its axes, the moment, and the frequency.

    Parameters
    ----------
    index : tuple of int
        Index into the stage's array, first axis as in the run; frames are frame numbers.
    config : Config or None
        Lays out the tensors of SyncTalk_2D.

    Examples
    --------
    >>> place_text(Stage("mel", np.zeros((80, 300))), (30, 256))
    'band 30 (1,191 Hz), column 256 (3.200 s)'
    """
    if stage.axes == synctalk_axes(_TENSORS):
        return tensor_text(index, config or Config())
    frequencies = frequency_axis(len(index), stage.time) if stage.hz is not None else -1
    parts = []
    for number, (axis, place) in enumerate(zip(stage.axes, index, strict=True)):
        text = f"{axis.name} {place:,}"
        if number == stage.time:
            seconds = stage.clock.moments(np.asarray(place))
            text += f" ({seconds:.{3 if stage.clock.rate < _FINE else 4}f} s)"
        elif number == frequencies and stage.hz is not None and place < len(stage.hz):
            text += f" ({stage.hz[place]:,.0f} Hz)"
        parts.append(text)
    return ", ".join(parts)


def tensor_text(index: tuple[int, ...], config: Config, row_width: int = FEATURE_SIZE) -> str:
    """Name the place of one value of a frame tensor: the frame of its context, and the feature.

    Parameters
    ----------
    row_width : int
        Values in one context row: 512, or ``config.native_width`` for native features.

    Examples
    --------
    >>> tensor_text((558, 5, 1, 2), Config())
    'frame 558 (22.320 s), channel 5: context frame i-6, feature 274'
    """
    frame, channel, row, column = index
    context, feature = context_of(channel, row, column, config, row_width)
    place = f"frame {frame:,} ({frame / config.fps:.3f} s), channel {channel}"
    if context >= CONTEXT_ROWS:
        return f"{place}, row {row}, column {column}: beyond the {CONTEXT_ROWS} context frames"
    return f"{place}: context frame i{context - CONTEXT_ROWS // 2:+d}, feature {feature}"


@dataclass(frozen=True, slots=True, eq=False)
class Coordinates:
    """How the values of a stage are counted and named, for whoever draws it over time.

    Attributes
    ----------
    stage : str
        Its name.
    time : int
        The axis that counts the items, of one or two.
    hz : (k,) array or None
        Frequency of each value of an item, where it has one: such are drawn with the lowest at the bottom.
    text : callable
        Names the place of one value, by its index into the stage's array.
    names : tuple of str
        Name of each value of an item, where they have one; empty: they have numbers.
    unit : str
        The unit of the values, such as ``dB``; empty: they have none.
    """

    stage: StageName
    time: int
    hz: NDArray | None
    text: Callable[[tuple[int, ...]], str]
    names: tuple[str, ...] = ()
    unit: str = ""

    def index(self, item: int, value: int) -> tuple[int, int]:
        """Give the index of a value of an item into a table."""
        return (value, item) if self.time else (item, value)


def stage_coordinates(stage: Stage) -> Coordinates:
    """Give those of a stage of one or two axes."""
    return Coordinates(stage.name, stage.time, stage.hz, partial(place_text, stage), unit=stage.unit)

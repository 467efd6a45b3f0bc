"""Where a value lies, in the domain's words: band and Hz, column and seconds, frame, feature, context row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..axis import Axis
from ..base.arrays import NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE, Config
from ..run import Stage, StageName
from ..stages.filterbank import band_edges
from ..stages.tensors import context_of
from ..synctalk import STAGES, has_axes
from ..timebase import Timebase


def describe(
    stage: StageName, index: tuple[int, ...], config: Config | None = None, row_width: int = FEATURE_SIZE
) -> str:
    """Name the place of one value.

    Parameters
    ----------
    index : tuple of int
        Index into the stage's array, first axis as in the run; frames are frame numbers.
    row_width : int
        Values in one context row of a tensor: 512, or ``config.native_width`` for native features.

    Examples
    --------
    >>> describe("mel", (30, 256))
    'band 30 (1,191 Hz), column 256 (3.200 s)'
    >>> describe("tensors", (558, 5, 1, 2))
    'frame 558 (22.320 s), channel 5: context frame i-6, feature 274'
    """
    config = config or Config()
    if stage == "tensors":
        return _tensors(index, config, row_width)
    return {
        "audio": _audio,
        "mel": _mel,
        "windows": _windows,
        "features": _features,
        "padded": _padded,
    }[stage](index, config)


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
    """

    stage: StageName
    time: int
    hz: NDArray | None
    text: Callable[[tuple[int, ...]], str]
    names: tuple[str, ...] = ()

    def index(self, item: int, value: int) -> tuple[int, int]:
        """Give the index of a value of an item into a table."""
        return (value, item) if self.time else (item, value)


def synctalk_coordinates(stage: StageName, config: Config) -> Coordinates:
    """Give those of a stage of SyncTalk_2D."""
    hz = band_edges(config.mel)[1:-1] if stage == "mel" else None
    return Coordinates(stage, _time(STAGES[stage].axes), hz, partial(describe, stage, config=config))


def stage_coordinates(stage: Stage) -> Coordinates:
    """Give those of a stage that a recipe computed."""
    return Coordinates(stage.name, stage.time, stage.hz, partial(describe_item, stage))


def _time(axes: tuple[Axis, ...]) -> int:
    return next(number for number, axis in enumerate(axes) if axis.items)


def place_text(stage: Stage, index: tuple[int, ...], config: Config | None = None) -> str:
    """Name the place of one value of a stage: in the words of SyncTalk_2D, or of the recipe that computed it."""
    return describe(stage.name, index, config) if has_axes(stage.name, stage.axes) else describe_item(stage, index)


def describe_item(stage: Stage, index: tuple[int, ...]) -> str:
    """Name the place of one value of a stage that a recipe computed: its axes, the moment, and the frequency."""
    parts = []
    cells = [number for number in range(len(index)) if number != stage.time]
    for axis in (*cells, stage.time):
        text = f"{stage.axes[axis].name} {index[axis]:,}"
        if axis == stage.time:
            text += f" ({stage.clock.moments(np.asarray(index[axis])):.3f} s)"
        elif stage.hz is not None and len(cells) == 1:
            text += f" ({stage.hz[index[axis]]:,.0f} Hz)"
        parts.append(text)
    return ", ".join(parts)


def _audio(index: tuple[int, ...], config: Config) -> str:
    return f"sample {index[0]:,} ({Timebase.of(config).sample_seconds(index[0]):.4f} s)"


def _band(band: int, config: Config) -> str:
    centres = band_edges(config.mel)[1:-1]
    return f"band {band} ({centres[band]:,.0f} Hz)" if band < len(centres) else f"band {band}"


def _mel(index: tuple[int, ...], config: Config) -> str:
    band, column = index
    return f"{_band(band, config)}, column {column:,} ({Timebase.of(config).column_seconds(column):.3f} s)"


def _frame(frame: int, config: Config) -> str:
    return f"frame {frame:,} ({Timebase.of(config).frame_seconds(frame):.3f} s)"


def _windows(index: tuple[int, ...], config: Config) -> str:
    frame, column, band = index
    return f"{_frame(frame, config)}, window column {column}, {_band(band, config)}"


def _features(index: tuple[int, ...], config: Config) -> str:
    return f"{_frame(index[0], config)}, feature {index[1]}"


def _padded(index: tuple[int, ...], config: Config) -> str:
    row, feature = index
    return f"padded row {row:,} (frame {row - 1:,}), feature {feature}"


def _tensors(index: tuple[int, ...], config: Config, row_width: int) -> str:
    frame, channel, row, column = index
    context, feature = context_of(channel, row, column, config, row_width)
    place = f"{_frame(frame, config)}, channel {channel}"
    if context >= CONTEXT_ROWS:
        return f"{place}, row {row}, column {column}: beyond the 16 context frames"
    return f"{place}: context frame i{context - 8:+d}, feature {feature}"

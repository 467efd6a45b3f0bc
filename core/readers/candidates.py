"""The readings that a dump's files allow where something had to be assumed, each with a small preview of its values."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..base.errors import InputError
from ..base.progress import Tick, silent
from ..config import CONTEXT_ROWS, FEATURE_SIZE
from ..run import Assumption, Run, Stage
from .dump import load_run
from .overrides import Override, parse_override
from .scan import find_files
from .sources import collect

PREVIEW_COLUMNS = 160
_SHARED_ROWS = 4
_WINDOWS = 10
_TILES = (4, 8)
_TILE = 16
_AUDIO_ROWS = 80


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One way to read a file.

    Attributes
    ----------
    text : str
        What it is, and for the automatic reading by what evidence.
    override : Override or None
        What asks for it; None: the reading that is taken without being asked, or another numbering of the frames.
    preview : (rows, columns) float64 array or None
        A stretch of the values from the middle, time to the right; None where it cannot be read so.
    first_frame : int or None
        The number that the first frame has in this numbering; None where that is not the question.
    """

    text: str
    override: Override | None
    preview: npt.NDArray[np.float64] | None
    first_frame: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Something that had to be assumed, with the readings to choose from; the first one is the automatic reading."""

    assumption: Assumption
    candidates: tuple[Candidate, ...]


def questions(path: Path, reference: Run | None = None, tick: Tick = silent) -> tuple[Question, ...]:
    """Read a dump in all the ways that are likely.

    Parameters
    ----------
    path : Path
        The dump.
    reference : Run or None
        Readings that resemble it are preferred, as in `load_run`.

    Returns
    -------
    tuple of Question
        One for each assumption; empty where the files say everything themselves.

    Raises
    ------
    InputError
        Nothing there can be read as a stage.
    """
    run = load_run(path, reference=reference)
    asked = []
    for done, assumption in enumerate(run.provenance.assumptions):
        tick(done, len(run.provenance.assumptions))
        automatic = Candidate(assumption.decided, None, preview(run[assumption.stage]))
        others = (_alternative(path, reference, run[assumption.stage], text) for text in assumption.alternatives)
        asked.append(Question(assumption, (automatic, *others)))
    return tuple(asked)


def file_labels(path: Path) -> tuple[str, ...]:
    """Name what a dump consists of as an `Override` does: files, arrays in files, patterns of numbered files."""
    files, _ = find_files(path)
    return tuple(source.label for source in collect(files).sources)


def _alternative(path: Path, reference: Run | None, stage: Stage, text: str) -> Candidate:
    """Read a dump by an override, or number the frames of a stage in another way, which changes no value."""
    option, _, first = text.partition("=")
    if option == "first_frame":
        return Candidate(f"frames numbered from {first}", None, preview(stage), int(first))
    override = parse_override(text)
    try:
        stage = load_run(path, reference=reference, overrides=(override,))[override.stage]
    except InputError:
        return Candidate(text, override, None)
    return Candidate(text, override, preview(stage))


def preview(stage: Stage) -> npt.NDArray[np.float64]:
    """Give a stretch from the middle of a stage as a picture's values, (rows, columns), time to the right.

    Mel bands ascend from the last row; features descend, every 4th; a frame tensor is a mosaic of 4 x 8 tiles.
    """
    array, count = stage.array, len(stage.array)
    if stage.name == "mel":
        columns = np.asarray(array)[::-1]
        return _middle(columns.T, PREVIEW_COLUMNS).T.astype(np.float64)
    if stage.name == "audio":
        return _envelope(_middle(np.asarray(array), 100 * PREVIEW_COLUMNS))
    if stage.name == "tensors":
        return _mosaic(np.asarray(array[count // 2]))
    wanted = _WINDOWS if stage.name == "windows" else PREVIEW_COLUMNS
    start = max(0, (count - wanted) // 2)
    items = np.asarray(array[start : start + wanted], np.float64)
    return items.reshape(-1, items.shape[-1])[::, ::-1].T if stage.name == "windows" else items[:, ::_SHARED_ROWS].T


def _middle(values: npt.NDArray[np.generic], length: int) -> npt.NDArray[np.generic]:
    start = max(0, (len(values) - length) // 2)
    return values[start : start + length]


def _mosaic(tensor: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    values = np.zeros(CONTEXT_ROWS * FEATURE_SIZE)
    flat = tensor.reshape(-1)[: values.size]
    values[: flat.size] = flat
    return values.reshape(*_TILES, _TILE, _TILE).swapaxes(1, 2).reshape(_TILES[0] * _TILE, -1)


def _envelope(samples: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Draw samples as 1 between the lowest and highest of each column, 0 elsewhere; full scale is the height."""
    columns = np.array_split(np.nan_to_num(samples.astype(np.float64)), min(PREVIEW_COLUMNS, len(samples)))
    low, high = (np.array([pick(column) for column in columns]) for pick in (np.min, np.max))
    heights = np.linspace(1, -1, _AUDIO_ROWS)[:, None]
    reach = 1 / _AUDIO_ROWS
    return ((heights >= low - reach) & (heights <= high + reach)).astype(np.float64)

"""A dump, whatever it consists of, becomes a run: every stage found once, every decision written down."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..base.checking import checked
from ..base.errors import InputError
from ..run import Assumption, Provenance, Run, Stage, StageName
from .apply_overrides import apply_overrides
from .metadata import Description, describe
from .numbering import number_frames
from .overrides import Override
from .scan import find_files
from .sources import Findings, collect
from .stage_assignment import Choice, decide

_MAX_NAMES = 5
_MAX_NOTES = 20


@checked
def load_run(
    path: str | Path,
    *,
    reference: Run | None = None,
    overrides: Sequence[Override] = (),
    first_frame: int | None = None,
    name: str | None = None,
    previous: Run | None = None,
) -> Run:
    """Read what a port has written into a run.

    Nothing in the files is executed, and no length in them is believed before it has been compared with the file's
    size. Arrays of 64 MB and more, and frames that are more than that together, are read when somebody looks at them:
    a file that has been written again by then raises an InputError.

    Parameters
    ----------
    path : path
        A folder, or one file.
    reference : Run or None
        Where something can be read in several ways, the way that resembles this run is preferred.
    overrides : sequence of Override
        How certain files are to be read; made by `parse_override`.
    first_frame : int or None
        The number that the first video frame has in the files' names, 0 or 1; None: decided by evidence.
    name : str or None
        The run's name; None: the folder's or file's.
    previous : Run or None
        What the same dump was read as before, some files of which have been written again since.

    Returns
    -------
    Run
        The stages found, in the definition's layout and in the precision they were written in. Its provenance says
        what was decided (`assumptions`) and what was left out (`notes`).

    Raises
    ------
    InputError
        Nothing there can be read as a stage, or an override does not fit its file.
    """
    path = Path(path)
    files, notes = find_files(path)
    found = collect(files)
    description = describe(found.facts, {file.label for file in files})
    asked = apply_overrides(overrides, path, files, found, reference)
    choices, unused = decide(found, asked, description, reference, previous)
    if not choices:
        raise InputError(_nothing(path, found))
    stages, numbering = _stages(choices, description, first_frame, reference)
    misnomers = [choice.misnomer for choice in choices if choice.misnomer]
    provenance = Provenance(
        source=str(path),
        notes=(*notes, *_few(found), *unused, *description.notes, *misnomers, *_contradictions(stages, description)),
        assumptions=(*(choice.assumption for choice in choices if choice.assumption), *numbering),
        audio=description.audio,
        n_frames=description.n_frames,
    )
    return Run(name or path.resolve().name, "loaded", stages, provenance, description.config, description.statistics)


def _stages(
    choices: list[Choice], description: Description, first_frame: int | None, reference: Run | None
) -> tuple[dict[StageName, Stage], list[Assumption]]:
    stages: dict[StageName, Stage] = {}
    assumptions: list[Assumption] = []
    total = description.n_frames or _frame_count(choices)
    for choice in choices:
        reading, array, frames = choice.reading, choice.reading.array(), None
        if reading.source.numbers is not None or (reading.stage == "tensors" and len(array) == 1):
            frames, assumed = number_frames(reading, array, total, first_frame, reference)
            assumptions += [assumed] if assumed else []
            frames = None if np.array_equal(frames, np.arange(total or 0)) else frames
        stages[reading.stage] = Stage(reading.stage, array, frames=frames)
    return stages, assumptions


def _frame_count(choices: list[Choice]) -> int | None:
    """Give the number of frames that a stage with one row or window for each of them has."""
    whole = (choice.reading for choice in choices if choice.reading.source.numbers is None)
    counts = {reading.stage: reading.layout.count(reading.lengths) for reading in whole}
    return counts.get("features", counts.get("windows"))


def _nothing(path: Path, found: Findings) -> str:
    reasons = found.notes or [f"{label} is nothing a dump consists of" for label in found.ignored]
    if path.is_file() and reasons:
        return reasons[0].removesuffix("; left out")
    seen = f"; {reasons[0]}" if reasons else "; it has no files" if not found.facts else "; it has metadata only"
    return f"{path}: nothing in it can be read as a stage (mel, windows, features, ...){seen}"


def _few(found: Findings) -> list[str]:
    """Give the notes on what was left out, but never thousands of them."""
    notes = found.notes[:_MAX_NOTES]
    if len(found.notes) > _MAX_NOTES:
        notes.append(f"{len(found.notes) - _MAX_NOTES} more files or arrays were left out")
    if found.ignored:
        more = f" and {len(found.ignored) - _MAX_NAMES} more" if len(found.ignored) > _MAX_NAMES else ""
        notes.append(f"ignored as nothing a dump consists of: {', '.join(found.ignored[:_MAX_NAMES])}{more}")
    return notes


def _contradictions(stages: Mapping[StageName, Stage], description: Description) -> list[str]:
    """Say where the metadata's shapes are not those of the data, or not those of the stage that they name."""
    notes = []
    for name, said in description.statistics.items():
        if said.shape and name in stages and stages[name].frames is None and stages[name].shape != said.shape:
            notes.append(f"the metadata gives {name} the shape {said.shape}, but the file holds {stages[name].shape}")
    return notes

"""The work behind the open runs: what a job is given, and what it gives back. Nothing here knows of a window."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.base.errors import InputError
from ..core.base.progress import Tick
from ..core.compare.tolerance import Profile
from ..core.config import COLUMNS_PER_SECOND, WINDOW_COLUMNS, Config
from ..core.run import Run, StageName
from ..core.stages.features import WindowEncoder
from ..core.timebase import Timebase
from .watch import Snapshot, snapshot

if TYPE_CHECKING:
    from ..core.compare.comparison import Comparison
    from ..core.encoder.choice import EncoderChoice
    from ..core.readers import Override

_log = logging.getLogger(__name__)
_EDGE_SECONDS, _EDGE_SHARE = 1.0, 0.3
"""How much shorter or longer a port of the same recording may be, for its padding or another hop."""
_ALIKE = 0.5
"""Correlation of a mel with the reference's from which it is of the same recording: of others it is below 0.2."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What is to be read.

    Attributes
    ----------
    reference : Run or None
        Decides where files can be read in several ways.
    asked : bool
        Somebody asked for it: it is taken even where stages have gone since the last time.
    previous : Run or None
        What was read of it last: where a file can be read in several ways, that of a moment ago is kept.
    found : Snapshot or None
        How the files lie, where somebody has just looked.
    """

    path: Path
    overrides: "tuple[Override, ...]" = ()
    reference: Run | None = None
    asked: bool = True
    first_frame: int | None = None
    previous: Run | None = None
    found: Snapshot | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read: a run or a problem, and how the files lay before; `torn` where they changed meanwhile."""

    run: Run | None
    problem: str
    found: Snapshot
    torn: bool


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What is to be compared; a comparison that only lacks the profile comes along as `known`.

    Where no encoder is loaded yet, `choice` says which it would be. `lags` are those that are not to be found.
    """

    reference: Run
    port: Run
    profile: Profile
    encoder: WindowEncoder | None
    known: "Comparison | None"
    choice: "EncoderChoice | None" = None
    lags: Mapping[StageName, int] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[StageName, ...]:
        """All stages of both runs, in pipeline order."""
        from ..core.compare.comparison import stage_order  # noqa: PLC0415  (a window without ports needs none of it)

        return stage_order(self.reference, self.port)

    def same_as(self, other: "Request") -> bool:
        """Tell whether both ask for the same."""
        return self.reference is other.reference and self.port is other.port and self.profile == other.profile


def read_source(source: Source) -> Reading:
    """Read what a port has written; that it cannot be read is an answer too."""
    found, run, problem = source.found or snapshot(source.path), None, ""
    try:
        run = _read_run(source)
    except InputError as error:
        problem = str(error)
    except Exception as error:  # unforeseen, or of files that change: it is read again when they have changed
        _log.exception("reading %s failed", source.path)
        problem = f"{type(error).__name__}: {error}"
    return Reading(run, problem, found, snapshot(source.path).digest != found.digest)


def _read_run(source: Source) -> Run:
    # A window without ports need not wait for the readers.
    if source.reference is not None and not source.reference.is_original:
        from ..core.readers.by_reference import load_by_reference  # noqa: PLC0415

        return load_by_reference(source.path, source.reference)
    from ..core.readers import load_run  # noqa: PLC0415

    return load_run(
        source.path,
        reference=source.reference,
        overrides=source.overrides,
        first_frame=source.first_frame,
        previous=source.previous,
    )


def judge(request: Request, tick: Tick) -> "Comparison":
    """Compare, or judge a known comparison anew; ticks with the number of the stage and raises what the tick raises."""
    from ..core.compare.comparison import compare, rejudge  # noqa: PLC0415
    from ..core.diagnosis.process import beside  # noqa: PLC0415

    beside.spare.prepare()  # a port that differs is diagnosed next
    stages = request.stages

    def progress(stage: StageName, done: int, total: int) -> None:
        tick(stages.index(stage), len(stages))

    if request.known is not None:
        return rejudge(request.known, request.profile, progress=progress)
    return compare(
        request.reference,
        request.port,
        request.profile,
        encoder=request.encoder or _any_encoder(request),
        lags=request.lags,
        progress=progress,
    )


def gone(old: Run | None, new: Run) -> str:
    """Say which stages have gone: a port that writes its files anew may have deleted them first."""
    stages = [stage for stage in old or () if stage not in new]
    left_out = [note for note in new.provenance.notes if old and note not in old.provenance.notes]
    return "; ".join([f"{', '.join(stages)} has gone", *left_out[:1]]) if stages else ""


def mismatch(comparison: "Comparison") -> str:
    """Say why two runs may not be of the same recording and configuration; empty where nothing tells so."""
    reference, port = comparison.reference, comparison.port
    if not reference.is_original or not port.is_original:
        return ""
    return _other_config(reference, port) or ("" if _alike(comparison) else _other_length(reference, port))


def _alike(comparison: "Comparison") -> bool:
    """Tell whether the port's mel rises and falls with the reference's: of a part of the recording it does, too."""
    found = next((found for found in comparison.stages if found.stage == "mel"), None)
    return bool(found and found.metrics and found.metrics.corr >= _ALIKE)


def _other_config(reference: Run, port: Run) -> str:
    """Say where a port states another frame rate or mode than the reference has; empty where it does not."""
    ours, theirs = reference.config or Config(), port.config or reference.config or Config()
    if (ours.fps, ours.mode) == (theirs.fps, theirs.mode):
        return ""
    return f"was made with {theirs.fps:g} fps, mode {theirs.mode}; the reference has {ours.fps:g} fps, mode {ours.mode}"


def _other_length(reference: Run, port: Run) -> str:
    """Say where a port's mel is so long or short that it may be of another recording; empty where it is not."""
    if "mel" not in reference or "mel" not in port or port["mel"].frames is not None:
        return ""
    ours, theirs = seconds(reference), Timebase.of(port.config or Config()).column_seconds(port["mel"].shape[1] - 1)
    if abs(ours - theirs) <= max(_EDGE_SECONDS, _EDGE_SHARE * ours):
        return ""
    return f"{theirs:.1f} s long, the reference {ours:.1f} s: this looks like the output of another recording"


def seconds(run: Run) -> float:
    """Give the length of the recording that a run was made from, as far as its stages tell.

    From audio or mel it is exact to a sample or column; from frames, it is the shortest that gives so many frames.
    """
    timebase = Timebase.of_run(run)
    if "audio" in run:
        return timebase.sample_seconds(len(run["audio"].array))
    if timebase.rows:
        return timebase.row_count / timebase.fps
    if "mel" in run:
        return timebase.column_seconds(run["mel"].shape[1] - 1)
    columns = WINDOW_COLUMNS + ceil(max(0, _frames(run) - 2) * COLUMNS_PER_SECOND / timebase.fps)
    return timebase.column_seconds(columns - 1)


def short_names(paths: dict[int, Path]) -> dict[int, str]:
    """Shorten each path to as many of its last parts as tell it from the others."""
    names = {}
    for key, path in paths.items():
        others = [other for at, other in paths.items() if at != key]
        lengths = range(1, len(path.parts) + 1)
        unique = (n for n in lengths if all(other.parts[-n:] != path.parts[-n:] for other in others))
        names[key] = str(Path(*path.parts[-next(unique, len(path.parts)) :]))
    return names


def _frames(run: Run) -> int:
    stage = next(iter(run.stages.values()))
    count = len(stage.array) if stage.frames is None else int(stage.frames[-1]) + 1
    return run.provenance.n_frames or count - 2 * (stage.name == "padded")


def _any_encoder(request: Request) -> WindowEncoder | None:
    """Load an encoder where the port has features and what they were made from; without one, its verdict says so."""
    port = request.port
    if "features" not in port or not ("windows" in port or "mel" in port):
        return None
    from ..core.encoder.choice import choose_encoder  # noqa: PLC0415

    try:
        return choose_encoder(request.choice)
    except InputError:
        return None

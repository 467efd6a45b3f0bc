"""The open runs, and the comparison of each with the one of them that plays the reference."""

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..core.compare.tolerance import Profile
from ..core.run import StageName
from ..core.timebase import Timebase
from .jobs import Jobs
from .observer import Observer
from .open_run import COMPUTED, OpenRun, RunState
from .recording import RecordingModel
from .run_entry import RunEntry
from .run_jobs import seconds
from .run_roles import RunRoles
from .run_work import RunWork
from .timeline import Timeline
from .watch import Watch

if TYPE_CHECKING:
    from ..core.compare.comparison import Comparison
    from ..core.readers import Override

__all__ = ["COMPUTED", "OpenRun", "RunState", "Runs"]

_CHANGED, _LAST_GOOD = "changed on disk, but ", "showing the last good one"


class Runs(QObject):
    """The run computed from the recording, and loaded ones; each but the reference is compared with the reference.

    Unless chosen otherwise the first run plays the reference, and the next one is the port that is looked at.
    """

    changed = Signal()
    """Runs were added or removed, or the reference or the port is another one."""
    updated = Signal(int)
    """Key of a run whose state, values or comparison are others."""
    profile_changed = Signal()
    lag_changed = Signal()
    """Whether the views put the port where its lag says."""
    progress = Signal(int, str)
    """(key, name of the stage that is being compared)."""

    def __init__(
        self, recording: RecordingModel, timeline: Timeline, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._recording, self._timeline, self._jobs = recording, timeline, jobs
        self._roles = RunRoles()
        self._work = RunWork(self._roles, recording, jobs, self)
        self._work.updated.connect(self.updated)
        self._work.reference_changed.connect(self._pursue_all)
        self._keys = count(COMPUTED + 1)
        self._lag_applied = self._watching = True
        self._assumed: Comparison | None = None
        self._settled: set[int] = set()
        """Runs whose files have changed while none was watched."""
        self._observer = Observer(self)
        recording.cleared.connect(self._on_cleared)
        recording.stage_ready.connect(self._on_stage)
        recording.finished.connect(self._on_complete)
        recording.failed.connect(self._on_recording_failed)
        jobs.progress.connect(self._on_progress)
        jobs.failed.connect(self._on_job_failed)
        if recording.path:
            self._on_cleared()

    @property
    def items(self) -> tuple[OpenRun, ...]:
        """All open runs, the computed one first, the others in the order in which they were added."""
        return self._roles.items

    @property
    def reference(self) -> OpenRun | None:
        """The run that the others are compared with."""
        return self._roles.reference

    @property
    def port(self) -> OpenRun | None:
        """The one of the others that is looked at."""
        return self._roles.port

    @property
    def comparison(self) -> "Comparison | None":
        """The port against the reference."""
        return self.port.comparison if self.port else None

    @property
    def shown(self) -> "Comparison | None":
        """What the views show: `comparison`, or the port against the reference as if it had certain faults."""
        return self._assumed if self._assumed is not None else self.comparison

    def set_assumed(self, comparison: "Comparison | None") -> None:
        """Let the views show the port against another reference; None: against the one it is judged by."""
        if comparison is not self._assumed:
            self._assumed = comparison
            if self.port:
                self.updated.emit(self.port.key)

    @property
    def profile(self) -> Profile:
        """The tolerances."""
        return self._work.profile

    @property
    def lag_applied(self) -> bool:
        """Whether the views put the port's items where the lag says, or where they lie in its files."""
        return self._lag_applied

    def add(self, path: str | Path, overrides: "tuple[Override, ...]" = (), *, first_frame: int | None = None) -> int:
        """Open what a port has written, watch it from now on, and give its key; what is open stays as it is.

        Parameters
        ----------
        path : path
            A folder or file; that it cannot be read is said by the run's state and message.
        overrides, first_frame : tuple of Override, int or None
            What was decided by hand, as in `OpenRun`.
        """
        path = Path(os.path.abspath(path))
        if known := next((item for item in self.items if item.path == path), None):
            return known.key
        key = next(self._keys)
        watch = Watch(path, self._jobs, self._observer, key, parent=self)
        watch.settled.connect(self._on_settled)
        item = OpenRun(key, path, path.name, overrides=overrides, first_frame=first_frame)
        self._roles.entries[key] = RunEntry(item, watch)
        self._arrange()
        self.reread(key)
        return key

    def remove(self, key: int) -> None:
        """Close a loaded run."""
        self._drop(key)
        self._arrange()

    def choose(self, key: int) -> None:
        """Look at another run; where it is the reference, the port so far becomes the reference."""
        self._roles.choose(key)
        self._arrange()

    def set_reference(self, key: int) -> None:
        """Compare with another run; where it is the port, the reference so far becomes the port."""
        self._roles.set_reference(key)
        self._arrange()

    def swap_roles(self) -> None:
        """Let the reference and the port play each other's part."""
        if self.port:
            self.set_reference(self.port.key)

    def set_overrides(self, key: int, overrides: "tuple[Override, ...]", *, first_frame: int | None = None) -> None:
        """Read a run's files in another way; the arguments as those of `add`."""
        item = self._roles.entries[key].item
        if (overrides, first_frame) != (item.overrides, item.first_frame):
            self._work.put(key, overrides=overrides, first_frame=first_frame)
            self.reread(key)

    def set_profile(self, profile: Profile) -> None:
        """Judge by other tolerances; only what depends on the difference is counted anew."""
        if profile != self._work.profile:
            self._work.profile = profile
            self.profile_changed.emit()
            self._pursue_all()

    def set_lags(self, lags: Mapping[StageName, int]) -> None:
        """Say by how many items the stages of ports that are yet to come lie later, instead of finding it."""
        self._work.lags = lags

    def set_lag_applied(self, applied: bool) -> None:
        """Say whether the views put the port's items where the lag says."""
        if applied != self._lag_applied:
            self._lag_applied = applied
            self.lag_changed.emit()

    def set_watching(self, watching: bool) -> None:
        """Say whether a run is read again when its files change; what has changed meanwhile is read now."""
        self._watching = watching
        for key in self._settled if watching else ():
            self._work.read(key)
        self._settled.clear()

    def reread(self, key: int) -> None:
        """Read a loaded run again, and take it even where stages have gone."""
        self._work.read(key, asked=True)

    def close(self) -> None:
        """End all work and forget all runs; nothing is announced any more."""
        for key in list(self._roles.entries):
            self._drop(key)

    # Which runs there are, and what part they play

    def _drop(self, key: int) -> None:
        entry = self._roles.entries.pop(key)
        self._settled.discard(key)
        if entry.watch:
            entry.watch.close()
        for work in ("read", "compare"):
            self._jobs.cancel(f"{work} {key}")

    def _arrange(self) -> None:
        """Go on after runs have come or gone, or play other parts."""
        self._roles.settle()
        self.changed.emit()
        self._pursue_all()

    def _pursue_all(self) -> None:
        reference = self.reference
        if self._recording.path is None and reference and reference.run:
            self._timeline.set_duration(seconds(reference.run), Timebase.of_run(reference.run))
        for item in self.items:
            self._work.pursue(item.key)

    def _on_settled(self, key: int) -> None:
        if self._watching and (watch := self._roles.entries[key].watch):
            self._work.read(key, found=watch.seen)
        else:
            self._settled.add(key)

    # What others announce

    def _on_cleared(self) -> None:
        self._work.complete = False
        self._roles.forget_comparisons()
        if COMPUTED in self._roles.entries:
            self._drop(COMPUTED)
        if path := self._recording.path:
            self._roles.entries[COMPUTED] = RunEntry(OpenRun(COMPUTED, None, path.name, message="is being computed"))
        self._arrange()

    def _on_stage(self, stage: str) -> None:
        if not self._work.complete:
            self._work.put(COMPUTED, run=self._recording.run)
        elif stage == self._recording.stage_names[-1]:
            # Everything is there, so it was laid out anew, for another mode or edge.
            self._on_complete()

    def _on_complete(self) -> None:
        self._work.complete = True
        self._work.put(COMPUTED, run=self._recording.run)
        self._work.follow(COMPUTED)

    def _on_recording_failed(self, error: BaseException) -> None:
        entry = self._roles.entries[COMPUTED]
        entry.trouble = str(error)
        if entry.item.run and self._recording.stage_names[-1] not in entry.item.run:
            self._on_complete()  # without an encoder there is still the mel to compare with
        else:
            self._work.rest(COMPUTED, "failed")

    def _on_progress(self, channel: str, done: int, _: int) -> None:
        key = self._work.key_of(channel, "compare")
        if key is not None and (request := self._roles.entries[key].request):
            self.progress.emit(key, request.stages[done])

    def _on_job_failed(self, channel: str, error: BaseException) -> None:
        self._work.fail(channel, error)

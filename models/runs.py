"""The open runs, and the comparison of each with the one of them that plays the reference."""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ..core.compare.tolerance import Profile, load_profile
from ..core.run import STAGE_NAMES, Run, StageName
from ..core.stages.features import WindowEncoder
from ..core.timebase import Timebase
from .jobs import Jobs
from .observer import Observer
from .open_run import COMPUTED, OpenRun, RunState
from .recording import RecordingModel
from .run_entry import RunEntry
from .run_jobs import Reading, Request, Source, gone, judge, mismatch, read_source, seconds, short_names
from .timeline import Timeline
from .watch import Snapshot, Watch

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
        self._entries: dict[int, RunEntry] = {}
        self._keys = count(COMPUTED + 1)
        self._reference = self._port = self._compared_with = COMPUTED
        self._complete = False
        self._profile = load_profile()
        self._lag_applied = self._watching = True
        self._assumed: Comparison | None = None
        self._settled: set[int] = set()
        """Runs whose files have changed while none was watched."""
        self._encoder: WindowEncoder | None = None
        self._observer = Observer(self)
        self._lags: Mapping[StageName, int] = {}
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
        return tuple(self._entries[key].item for key in sorted(self._entries))

    @property
    def reference(self) -> OpenRun | None:
        """The run that the others are compared with."""
        items = self.items
        return next((item for item in items if item.key == self._reference), items[0] if items else None)

    @property
    def port(self) -> OpenRun | None:
        """The one of the others that is looked at."""
        others = [item for item in self.items if item is not self.reference]
        return next((item for item in others if item.key == self._port), others[0] if others else None)

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
        return self._profile

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
        self._entries[key] = RunEntry(item, watch)
        self._arrange()
        self.reread(key)
        return key

    def remove(self, key: int) -> None:
        """Close a loaded run."""
        self._drop(key)
        self._arrange()

    def choose(self, key: int) -> None:
        """Look at another run; where it is the reference, the port so far becomes the reference."""
        if self.reference and self.port and key == self.reference.key:
            self._reference = self.port.key
        self._port = key
        self._arrange()

    def set_reference(self, key: int) -> None:
        """Compare with another run; where it is the port, the reference so far becomes the port."""
        if self.reference and self.port and key == self.port.key:
            self._port = self.reference.key
        self._reference = key
        self._arrange()

    def swap_roles(self) -> None:
        """Let the reference and the port play each other's part."""
        if self.port:
            self.set_reference(self.port.key)

    def set_overrides(self, key: int, overrides: "tuple[Override, ...]", *, first_frame: int | None = None) -> None:
        """Read a run's files in another way; the arguments as those of `add`."""
        item = self._entries[key].item
        if (overrides, first_frame) != (item.overrides, item.first_frame):
            self._put(key, overrides=overrides, first_frame=first_frame)
            self.reread(key)

    def set_profile(self, profile: Profile) -> None:
        """Judge by other tolerances; only what depends on the difference is counted anew."""
        if profile != self._profile:
            self._profile = profile
            self.profile_changed.emit()
            self._pursue_all()

    def set_lags(self, lags: Mapping[StageName, int]) -> None:
        """Say by how many items the stages of ports that are yet to come lie later, instead of finding it."""
        self._lags = lags

    def set_lag_applied(self, applied: bool) -> None:
        """Say whether the views put the port's items where the lag says."""
        if applied != self._lag_applied:
            self._lag_applied = applied
            self.lag_changed.emit()

    def set_watching(self, watching: bool) -> None:
        """Say whether a run is read again when its files change; what has changed meanwhile is read now."""
        self._watching = watching
        for key in self._settled if watching else ():
            self._read(key)
        self._settled.clear()

    def reread(self, key: int) -> None:
        """Read a loaded run again, and take it even where stages have gone."""
        self._read(key, asked=True)

    def close(self) -> None:
        """End all work and forget all runs; nothing is announced any more."""
        for key in list(self._entries):
            self._drop(key)

    # Which runs there are, and what part they play

    def _drop(self, key: int) -> None:
        entry = self._entries.pop(key)
        self._settled.discard(key)
        if entry.watch:
            entry.watch.close()
        for work in ("read", "compare"):
            self._jobs.cancel(f"{work} {key}")

    def _arrange(self) -> None:
        """Go on after runs have come or gone, or play other parts."""
        names = short_names({item.key: item.path or Path(item.name) for item in self.items})
        for key, entry in self._entries.items():
            entry.change(name=names[key])
        reference = self.reference
        if reference and reference.key != self._compared_with:
            self._compared_with = reference.key
            self._forget_comparisons()
        self.changed.emit()
        self._pursue_all()

    def _forget_comparisons(self) -> None:
        for entry in self._entries.values():
            entry.item = replace(entry.item, comparison=None, before=None)
            entry.compared_with = None

    def _put(self, key: int, **changes: Any) -> None:
        """Change a run, and tell of it: what stays as it was is no news, for which every view would be drawn anew."""
        if self._entries[key].change(**changes):
            self.updated.emit(key)

    def _rest(self, key: int, state: RunState, message: str = "") -> None:
        """Compare nothing for the time being."""
        self._jobs.cancel(f"compare {key}")
        self._entries[key].request = None
        self._put(key, state=state, message=self._entries[key].trouble or message)

    # The way of every run: read, then compared

    def _usable(self, item: OpenRun | None) -> Run | None:
        """Give a run's values once all of them are there."""
        return item.run if item and (item.key != COMPUTED or self._complete) else None

    def _pursue_all(self) -> None:
        reference = self.reference
        if self._recording.path is None and reference and reference.run:
            self._timeline.set_duration(seconds(reference.run), Timebase.of_run(reference.run))
        for item in self.items:
            self._pursue(item.key)

    def _pursue(self, key: int) -> None:
        """Do what a run needs next."""
        entry, reference = self._entries[key], self.reference
        run, beside = self._usable(entry.item), self._usable(reference)
        if entry.reading or reference is None:
            return
        if self._recipe_run(entry) is not entry.read_beside and self._by_recipe(entry):
            self._read(key)
        elif run is None:
            return
        elif reference.key == key:
            self._rest(key, "ready")
        elif beside is None:
            self._rest(key, "waiting", f"waits for {reference.name}, which it is compared with")
        elif entry.read_beside is not beside and entry.item.path and not self._by_recipe(entry):
            self._read(key)
        else:
            self._compare(entry, run, beside)

    def _by_recipe(self, entry: RunEntry) -> bool:
        """Tell whether a run's files are read by the stages of the recording's recipe."""
        return entry.item.path is not None and self._recording.recipe is not None and COMPUTED in self._entries

    def _recipe_run(self, entry: RunEntry) -> Run | None:
        """Give the run by whose stages a run's files are read; None where there is none, or it is not complete."""
        return self._usable(self._entries[COMPUTED].item) if self._by_recipe(entry) else None

    def _read(self, key: int, *, asked: bool = False, found: Snapshot | None = None) -> None:
        entry, reference = self._entries[key], self.reference
        if entry.item.path is None:
            return
        beside = None if reference is entry.item else self._usable(reference)
        if self._by_recipe(entry) and (beside := self._recipe_run(entry)) is None:
            self._rest(key, "waiting", "waits for the recording, by whose recipe it is read")
            return
        entry.asked = asked or (entry.reading and entry.asked)
        entry.reading = True
        entry.read_beside = beside
        item, asked = entry.item, entry.asked or entry.item.run is None
        previous = None if asked else item.run
        source = Source(entry.item.path, item.overrides, entry.read_beside, asked, item.first_frame, previous, found)
        self._rest(key, "reading")
        self._jobs.submit(f"read {key}", lambda _: read_source(source), partial(self._on_read, key, source))

    def _on_read(self, key: int, source: Source, reading: Reading) -> None:
        entry = self._entries[key]
        assert entry.watch is not None
        entry.reading = False
        entry.watch.note(reading.found)
        problem = "it is still being written" if reading.torn else reading.problem
        if reading.run and not source.asked and not problem:
            problem = gone(entry.item.run, reading.run)
        if problem or reading.run is None:
            self._keep(key, f"{'' if source.asked else _CHANGED}cannot be read ({problem})", problem)
            return
        entry.trouble = ""
        self._put(key, run=reading.run)
        self._follow(key)

    def _keep(self, key: int, trouble: str, problem: str) -> None:
        """Stay with the last good run; where there is none, the problem is all there is to show."""
        entry = self._entries[key]
        if entry.item.run is None:
            self._put(key, state="failed", message=problem)
            return
        entry.trouble = f"{trouble}: {_LAST_GOOD}"
        self._pursue(key)

    def _follow(self, key: int) -> None:
        """Go on after a run has got other values, which concerns all where it is the reference."""
        if self.reference and self.reference.key == key:
            self._pursue_all()
        else:
            self._pursue(key)

    def _compare(self, entry: RunEntry, port: Run, reference: Run) -> None:
        key, known = entry.item.key, entry.item.comparison
        # A comparison is false where the runs differ.
        if known is not None and (known.port is not port or entry.compared_with is not reference):
            known = None
        if known is not None and known.profile.general == self._profile:
            self._rest(key, "ready", mismatch(reference, port))
            return
        encoder = self._recording.encoder or self._encoder
        request = Request(reference, port, self._profile, encoder, known, self._recording.encoder_choice, self._lags)
        if entry.request and entry.request.same_as(request):
            return
        entry.request = request
        self._put(key, state="comparing", message=entry.trouble)
        self._jobs.submit(f"compare {key}", partial(judge, request), partial(self._on_compared, key, request))

    def _on_compared(self, key: int, request: Request, comparison: "Comparison") -> None:
        entry = self._entries[key]
        if self._recording.encoder:  # which serves as well, and each is a process of its own
            self._encoder = None
        elif request.encoder is None:
            self._encoder = comparison.encoder
        before = entry.item.before
        if request.known is None:
            before = entry.item.comparison if entry.compared_with is request.reference else None
        entry.compared_with = request.reference
        entry.item = replace(entry.item, comparison=comparison, before=before)
        self._pursue(key)

    def _on_settled(self, key: int) -> None:
        if self._watching and (watch := self._entries[key].watch):
            self._read(key, found=watch.seen)
        else:
            self._settled.add(key)

    # What others announce

    def _on_cleared(self) -> None:
        self._complete = False
        self._forget_comparisons()
        if COMPUTED in self._entries:
            self._drop(COMPUTED)
        if path := self._recording.path:
            self._entries[COMPUTED] = RunEntry(OpenRun(COMPUTED, None, path.name, message="is being computed"))
        self._arrange()

    def _on_stage(self, stage: str) -> None:
        if not self._complete:
            self._put(COMPUTED, run=self._recording.run)
        elif stage == STAGE_NAMES[-1]:  # everything is there, so it was laid out anew, for another mode or edge
            self._on_complete()

    def _on_complete(self) -> None:
        self._complete = True
        self._put(COMPUTED, run=self._recording.run)
        self._follow(COMPUTED)

    def _on_recording_failed(self, error: BaseException) -> None:
        entry = self._entries[COMPUTED]
        entry.trouble = str(error)
        if entry.item.run and self._recording.stage_names[-1] not in entry.item.run:
            self._on_complete()  # without an encoder there is still the mel to compare with
        else:
            self._rest(COMPUTED, "failed")

    def _on_progress(self, channel: str, done: int, _: int) -> None:
        key = self._key_of(channel, "compare")
        if key is not None and (request := self._entries[key].request):
            self.progress.emit(key, request.stages[done])

    def _on_job_failed(self, channel: str, error: BaseException) -> None:
        if (key := self._key_of(channel, "read")) is not None:
            self._entries[key].reading = False
            self._keep(key, f"cannot be read ({error})", str(error))
        elif (key := self._key_of(channel, "compare")) is not None:
            self._rest(key, "failed", f"cannot be compared ({error})")

    def _key_of(self, channel: str, work: str) -> int | None:
        return next((key for key in self._entries if channel == f"{work} {key}"), None)

"""The way of every open run: read, then compared with the reference, and again when either has changed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ..core.compare.tolerance import load_profile
from ..core.run import Run, StageName
from ..core.stages.features import WindowEncoder
from .jobs import Jobs
from .open_run import COMPUTED, OpenRun, RunState
from .recording import RecordingModel
from .run_entry import RunEntry
from .run_jobs import Reading, Request, Source, gone, judge, mismatch, read_source
from .run_roles import RunRoles
from .watch import Snapshot

if TYPE_CHECKING:
    from ..core.compare.comparison import Comparison

_CHANGED, _LAST_GOOD = "changed on disk, but ", "showing the last good one"


class RunWork(QObject):
    """Reads and compares the open runs, one job each.

    It announces by signals: were it to hold methods of its owner, both would be a cycle, which Python may let go of on
    any thread, and Qt's objects must end on their own.
    """

    updated = Signal(int)
    """Key of a run whose state, values or comparison are others."""
    reference_changed = Signal()
    """The reference has got other values."""

    def __init__(self, roles: RunRoles, recording: RecordingModel, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.roles, self.profile = roles, load_profile()
        self.complete = False
        """Whether the run that is computed from the recording has all its values."""
        self.lags: Mapping[StageName, int] = {}
        """By how many items the stages of ports lie later, instead of what is found."""
        self._recording, self._jobs = recording, jobs
        self._encoder: WindowEncoder | None = None

    def put(self, key: int, **changes: Any) -> None:
        """Change a run, and tell of it: what stays as it was is no news, for which every view would be drawn anew."""
        if self.roles.entries[key].change(**changes):
            self.updated.emit(key)

    def rest(self, key: int, state: RunState, message: str = "") -> None:
        """Compare nothing for the time being."""
        self._jobs.cancel(f"compare {key}")
        self.roles.entries[key].request = None
        self.put(key, state=state, message=self.roles.entries[key].trouble or message)

    def usable(self, item: OpenRun | None) -> Run | None:
        """Give a run's values once all of them are there."""
        return item.run if item and (item.key != COMPUTED or self.complete) else None

    def pursue(self, key: int) -> None:
        """Do what a run needs next."""
        entry, reference = self.roles.entries[key], self.roles.reference
        run, beside = self.usable(entry.item), self.usable(reference)
        if entry.reading or reference is None:
            return
        if self._recipe_run(entry) is not entry.read_beside and self._by_recipe(entry):
            self.read(key)
        elif run is None:
            return
        elif reference.key == key:
            self.rest(key, "ready")
        elif beside is None:
            self.rest(key, "waiting", f"waits for {reference.name}, which it is compared with")
        elif entry.read_beside is not beside and entry.item.path and not self._by_recipe(entry):
            self.read(key)
        else:
            self._compare(entry, run, beside)

    def _by_recipe(self, entry: RunEntry) -> bool:
        """Tell whether a run's files are read by the stages of the recording's recipe."""
        return entry.item.path is not None and not self._recording.is_original and COMPUTED in self.roles.entries

    def _recipe_run(self, entry: RunEntry) -> Run | None:
        """Give the run by whose stages a run's files are read; None where there is none, or it is not complete."""
        return self.usable(self.roles.entries[COMPUTED].item) if self._by_recipe(entry) else None

    def read(self, key: int, *, asked: bool = False, found: Snapshot | None = None) -> None:
        """Read a run's files; where somebody `asked` for it, they are taken even where stages have gone."""
        entry, reference = self.roles.entries[key], self.roles.reference
        if entry.item.path is None:
            return
        beside = None if reference is entry.item else self.usable(reference)
        if self._by_recipe(entry) and (beside := self._recipe_run(entry)) is None:
            self.rest(key, "waiting", "waits for the recording, by whose recipe it is read")
            return
        entry.asked = asked or (entry.reading and entry.asked)
        entry.reading = True
        entry.read_beside = beside
        item, asked = entry.item, entry.asked or entry.item.run is None
        previous = None if asked else item.run
        source = Source(entry.item.path, item.overrides, entry.read_beside, asked, item.first_frame, previous, found)
        self.rest(key, "reading")
        self._jobs.submit(f"read {key}", lambda _: read_source(source), partial(self._on_read, key, source))

    def _on_read(self, key: int, source: Source, reading: Reading) -> None:
        entry = self.roles.entries[key]
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
        self.put(key, run=reading.run)
        self.follow(key)

    def _keep(self, key: int, trouble: str, problem: str) -> None:
        """Stay with the last good run; where there is none, the problem is all there is to show."""
        entry = self.roles.entries[key]
        if entry.item.run is None:
            self.put(key, state="failed", message=problem)
            return
        entry.trouble = f"{trouble}: {_LAST_GOOD}"
        self.pursue(key)

    def follow(self, key: int) -> None:
        """Go on after a run has got other values, which concerns all where it is the reference."""
        if self.roles.reference and self.roles.reference.key == key:
            self.reference_changed.emit()
        else:
            self.pursue(key)

    def _compare(self, entry: RunEntry, port: Run, reference: Run) -> None:
        key, known = entry.item.key, entry.item.comparison
        # A comparison is false where the runs differ.
        if known is not None and (known.port is not port or entry.compared_with is not reference):
            known = None
        if known is not None and known.profile.general == self.profile:
            self.rest(key, "ready", mismatch(known))
            return
        encoder = self._recording.encoder or self._encoder
        request = Request(reference, port, self.profile, encoder, known, self._recording.encoder_choice, self.lags)
        if entry.request and entry.request.same_as(request):
            return
        entry.request = request
        self.put(key, state="comparing", message=entry.trouble)
        self._jobs.submit(f"compare {key}", partial(judge, request), partial(self._on_compared, key, request))

    def _on_compared(self, key: int, request: Request, comparison: "Comparison") -> None:
        entry = self.roles.entries[key]
        if self._recording.encoder:  # which serves as well, and each is a process of its own
            self._encoder = None
        elif request.encoder is None:
            self._encoder = comparison.encoder
        before = entry.item.before
        if request.known is None:
            before = entry.item.comparison if entry.compared_with is request.reference else None
        entry.compared_with = request.reference
        entry.item = replace(entry.item, comparison=comparison, before=before)
        self.pursue(key)

    def fail(self, channel: str, error: BaseException) -> None:
        """Go on without what a job should have given."""
        if (key := self.key_of(channel, "read")) is not None:
            self.roles.entries[key].reading = False
            self._keep(key, f"cannot be read ({error})", str(error))
        elif (key := self.key_of(channel, "compare")) is not None:
            self.rest(key, "failed", f"cannot be compared ({error})")

    def key_of(self, channel: str, work: str) -> int | None:
        """Give the key of the run whose reading or comparing has a channel of `Jobs`; None: it is another's."""
        return next((key for key in self.roles.entries if channel == f"{work} {key}"), None)

"""The diagnosis of the port that is looked at, in the background, and the reference as if it had one of the faults."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from ..core.base.progress import Tick
from ..core.compare.comparison import Comparison, compare
from ..core.config import Config
from ..core.diagnosis.findings import Diagnosis, Finding
from ..core.diagnosis.process import diagnose_beside
from ..core.diagnosis.simulate import simulate_port
from ..core.stages.audio import Recording
from .recording import RecordingModel
from .runs import Runs

DIAGNOSIS, AS_IF = "diagnosis", "as if"
"""Channels of `Jobs`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """What the worker is given."""

    comparison: Comparison
    recording: Recording | None


class Diagnosing(QObject):
    """Diagnoses the chosen port as soon as it has been compared and differs; a newer comparison begins anew."""

    changed = Signal()
    """Something was found, or the search has begun or ended."""
    assumed_changed = Signal()
    """The reference is shown as if it had other faults, or none."""
    _found = Signal(object, object)

    def __init__(self, runs: Runs, recording: RecordingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs, self._recording, self._jobs = runs, recording, recording.jobs
        self._request: _Request | None = None
        self._diagnosis: Diagnosis | None = None
        self._searching, self._problem = False, ""
        self._assumed: tuple[Finding, ...] = ()
        self._found.connect(self._on_found, Qt.ConnectionType.QueuedConnection)
        runs.changed.connect(self._follow)
        runs.updated.connect(self._follow)
        self._jobs.failed.connect(self._on_failed)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What has been found so far; None where nothing was looked for."""
        return self._diagnosis

    @property
    def searching(self) -> bool:
        """Whether more may be found."""
        return self._searching

    @property
    def problem(self) -> str:
        """Why the diagnosis, or the reference as if it had the faults, could not be made; empty where it could."""
        return self._problem

    @property
    def assumed(self) -> tuple[Finding, ...]:
        """The faults that the reference is shown with."""
        return self._assumed

    def assume(self, findings: Sequence[Finding]) -> None:
        """Show the reference as if it had these faults; none: as it is."""
        self._assumed = tuple(findings)
        request = self._request
        if not findings or request is None or request.recording is None:
            self._jobs.cancel(AS_IF)
            self._runs.set_assumed(None)
        else:
            work = partial(_compare_as_if, request.comparison, request.recording, self._assumed)
            self._jobs.submit(AS_IF, work, self._runs.set_assumed)
        self.assumed_changed.emit()

    def _follow(self) -> None:
        """Diagnose what is compared now, unless that is what is being diagnosed already."""
        comparison = self._runs.comparison
        if self._request and comparison is self._request.comparison:
            return
        self._request, self._diagnosis, self._problem = None, None, ""
        self._searching = comparison is not None and comparison.verdict == "differ"
        self.assume(())
        if comparison is not None and self._searching:
            self._request = _Request(comparison, self._recording.recording)
            tell = partial(self._found.emit, self._request)
            self._jobs.submit(DIAGNOSIS, partial(_diagnose, self._request, tell), self._on_done)
        else:
            self._jobs.cancel(DIAGNOSIS)
        self.changed.emit()

    def _on_found(self, request: _Request, diagnosis: Diagnosis) -> None:
        if request is self._request and self._searching and (diagnosis.findings or diagnosis.candidates):
            self._diagnosis = diagnosis
            self.changed.emit()

    def _on_done(self, diagnosis: Diagnosis) -> None:
        self._diagnosis, self._searching = diagnosis, False
        self.changed.emit()

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel in {DIAGNOSIS, AS_IF}:
            self._searching, self._problem = False, str(error)
            self.changed.emit()


def _diagnose(request: _Request, tell: Callable[[Diagnosis], object], tick: Tick) -> Diagnosis:
    """Have a process diagnose, and tell of each new finding, and of candidates that are others than before."""
    told: object = None

    def progress(diagnosis: Diagnosis) -> None:
        nonlocal told
        tick(len(diagnosis.findings), 0)
        news = len(diagnosis.findings), diagnosis.candidates
        if any(news) and news != told:
            told = news
            tell(diagnosis)

    return diagnose_beside(request.comparison, request.recording, progress)


def _compare_as_if(
    comparison: Comparison, recording: Recording, findings: tuple[Finding, ...], tick: Tick
) -> Comparison:
    """Compare the port with the reference as if it had the faults, on a worker's thread."""
    config = comparison.reference.config or Config()
    run = simulate_port(recording, findings, config, comparison.encoder)
    names = ", ".join(f"{finding.id} {finding.value}" for finding in findings)
    named = replace(run, name=f"{comparison.reference.name} with {names}")
    return compare(named, comparison.port, comparison.profile, progress=lambda *_: tick(0, 0))

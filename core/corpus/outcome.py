"""What became of one recording of a corpus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..base.printable import printable
from ..compare.comparison import Comparison
from ..compare.frame_times import frame_of_index
from ..compare.stage import StageComparison, Verdict
from ..diagnosis.findings import Finding
from ..timebase import Timebase

State: TypeAlias = Literal["compared", "computed", "failed", "machine", "no dump", "unchanged"]
"""``failed``: by what the recording or the dump is; ``machine``: by what may go well another time; ``unchanged``: the
result that is known still holds."""

_MIN_TOLERANCE = 1e-7
"""What stands for a tolerance of 0 where errors are put in relation to it: the precision of float32."""


@dataclass(frozen=True, slots=True)
class StageResult:
    """The figures of one stage; NaN where no values were compared."""

    stage: str
    verdict: Verdict
    lag: int | None
    max_abs: float
    mean_abs: float
    rmse: float
    within: float


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """A cause as the recordings of a corpus share it: the finding's id, the parameter, and what the port has in it."""

    id: str
    parameter: str
    found: str

    def __str__(self) -> str:
        return f"{self.parameter} = {self.found}"


@dataclass(frozen=True, slots=True)
class WorstPlace:
    """The largest difference of the stage that differs first: where a look is worth most.

    Attributes
    ----------
    stage, text : str
        The stage, and the place in the domain's words.
    seconds : float
        When it is.
    frame : int
        The video frame that is shown then; of a recipe, the row of its last stage.
    reference, port : float
        The two values.
    """

    stage: str
    text: str
    seconds: float
    frame: int
    reference: float
    port: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recording.

    Attributes
    ----------
    state : str
        See `State`.
    key : str
        Hash of all that the result depends on; empty where it is to be done anew in any case.
    verdict : str
        The comparison's; ``not comparable`` where it failed.
    error : str
        Why it failed, in one sentence.
    severity : float
        RMSE of the stage that exceeds its tolerance most, in multiples of that tolerance; 0 where nothing differs.
    stages, causes, worst
        What the comparison says.
    unexplained : tuple of (stage, text)
        What no cause explains.
    measured : mapping from str to str
        Groups that the recording itself belongs to: rate, channels, length, level.
    seconds : float
        How long it took.
    part : bytes or None
        What was computed, where it is not written beside the results at once.
    """

    state: State
    key: str = ""
    verdict: Verdict = "not comparable"
    error: str = ""
    severity: float = 0.0
    stages: tuple[StageResult, ...] = ()
    causes: tuple[Cause, ...] = ()
    unexplained: tuple[tuple[str, str], ...] = ()
    worst: WorstPlace | None = None
    measured: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    part: bytes | None = None


def cause_of(finding: Finding) -> Cause:
    """Give the cause that a finding names, in the words of a recipe where it has them."""
    return Cause(finding.id, finding.parameter or finding.id, printable(finding.found))


def compared_outcome(comparison: Comparison, key: str, measured: Mapping[str, str]) -> Outcome:
    """Take from a comparison what a corpus keeps of it."""
    diagnosis = comparison.diagnosis
    return Outcome(
        "compared",
        key,
        comparison.verdict,
        severity=max((_severity(comparison, found) for found in comparison.stages), default=0.0),
        stages=tuple(map(_figures, comparison.stages)),
        causes=tuple(dict.fromkeys(map(cause_of, diagnosis.causes))) if diagnosis else (),
        unexplained=tuple((fact.stage, printable(fact.text)) for fact in diagnosis.unexplained) if diagnosis else (),
        worst=_worst(comparison),
        measured=measured,
    )


def _figures(found: StageComparison) -> StageResult:
    if (metrics := found.metrics) is None:
        nan = float("nan")
        return StageResult(found.stage, found.verdict, found.lag, nan, nan, nan, nan)
    return StageResult(
        found.stage, found.verdict, found.lag, metrics.max_abs, metrics.mean_abs, metrics.rmse, metrics.within
    )


def _severity(comparison: Comparison, found: StageComparison) -> float:
    tolerance = max(comparison.profile[found.stage].absolute, _MIN_TOLERANCE)
    return found.metrics.rmse / tolerance if found.metrics else 0.0


def _worst(comparison: Comparison) -> WorstPlace | None:
    if (worst := comparison.worst) is None:
        return None
    name, place = worst
    timebase = Timebase.of_run(comparison.reference)
    frame = frame_of_index(comparison.reference[name], place.index, timebase)
    return WorstPlace(name, printable(place.text), timebase.frame_seconds(frame), frame, place.reference, place.port)

"""Whether ports are worse than in an earlier report: each stage's verdict and numbers against those of last time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..base.checking import built
from ..base.errors import InputError
from ..base.files import naming, read_file
from ..compare.comparison import Comparison
from ..compare.stage import StageComparison, Verdict
from .json_report import SCHEMA, Compared, Failure

MAX_BYTES = 64 << 20
"""A report of a thousand ports has 20 MB."""
_ERRORS = ("mean_abs", "max_abs", "rmse")
_RANKS: Mapping[Verdict, int] = {"identical": 0, "agree": 0, "not comparable": 1, "differ": 2}
"""Between equal and within tolerance nothing gets worse."""


@dataclass(frozen=True, slots=True)
class Regression:
    """One number that is worse than last time.

    Attributes
    ----------
    port, stage : str
        Where; the stage is empty where the whole port could not be compared.
    measure : str
        ``verdict``, ``lag``, ``mean_abs``, ``max_abs`` or ``rmse``.
    before, now : str, float, int or None
        The value in the baseline and the present one; None where there is none.
    """

    port: str
    stage: str
    measure: str
    before: str | float | None
    now: str | float | None

    @property
    def text(self) -> str:
        """The same in words: ``sample_port, mel: mean_abs 0.44 was 0.21``."""
        place = f"{self.port}, {self.stage}" if self.stage else self.port
        return f"{place}: {self.measure} {_shown(self.now)} was {_shown(self.before)}"


@dataclass(frozen=True, slots=True)
class _Stage:
    stage: str
    verdict: Verdict
    lag: int | None = None
    mean_abs: float | None = None
    max_abs: float | None = None
    rmse: float | None = None


@dataclass(frozen=True, slots=True)
class _Port:
    name: str


@dataclass(frozen=True, slots=True)
class _Report:
    verdict: Verdict
    port: _Port
    stages: tuple[_Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier report: by the port's name, its verdict and its stages'."""

    reports: tuple[_Report, ...]

    def of(self, name: str) -> _Report | None:
        """Give the report on the port of this name; None: there was none."""
        return next((each for each in self.reports if each.port.name == name), None)


def load_baseline(path: Path) -> Baseline:
    """Read what the JSON report of `framescope compare` holds.

    Raises
    ------
    InputError
        The file cannot be read, or is no such report.
    """
    content = read_file(path, "an earlier report in JSON", MAX_BYTES)
    with naming(path):
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise InputError(f"is not a report of the form {SCHEMA}; write one as the JSON report of a comparison")
        listed = data.get("comparisons", [data])
        return Baseline(built(tuple[_Report, ...], listed, "comparisons", newer=True))


def regressions(compared: Sequence[Compared], baseline: Baseline, tolerance: float) -> tuple[Regression, ...]:
    """Give what is worse than in the baseline; a port that the baseline does not have must agree.

    Parameters
    ----------
    tolerance : float
        Per cent by which an error may grow.

    Returns
    -------
    tuple of Regression
        In the order of ports and stages; none where nothing is worse. An error within the profile's tolerance is never
        worse.
    """
    return tuple(worse for each in compared for worse in _of_port(each, baseline, tolerance))


def _of_port(compared: Compared, baseline: Baseline, tolerance: float) -> Iterator[Regression]:
    name = compared.name if isinstance(compared, Failure) else compared.port.name
    old = baseline.of(name)
    old_verdict = old.verdict if old else None
    if isinstance(compared, Failure):
        if old_verdict != compared.verdict:
            yield Regression(name, "", "verdict", old_verdict, compared.verdict)
        return
    yield from _of_stages(compared, old, tolerance)


def _of_stages(comparison: Comparison, old: _Report | None, tolerance: float) -> Iterator[Regression]:
    name = comparison.port.name
    before = {stage.stage: stage for stage in old.stages} if old else {}
    for found in comparison.stages:
        yield from _of_stage(name, found, before.get(found.stage), tolerance)
    present = {found.stage for found in comparison.stages}
    for stage in before.values():
        if stage.stage not in present:
            yield Regression(name, stage.stage, "verdict", stage.verdict, None)


def _of_stage(port: str, found: StageComparison, old: _Stage | None, tolerance: float) -> Iterator[Regression]:
    best = _RANKS[found.verdict] == 0
    if best or (old is None and found.verdict == "not comparable"):
        return
    if old is None or _RANKS[found.verdict] > _RANKS[old.verdict]:
        yield Regression(port, found.stage, "verdict", old.verdict if old else None, found.verdict)
        return
    if abs(found.lag or 0) > abs(old.lag or 0):
        yield Regression(port, found.stage, "lag", old.lag, found.lag)
    for measure in _ERRORS:
        now, before = getattr(found.metrics, measure, None), getattr(old, measure)
        if now is not None and before is not None and not now <= before * (1 + tolerance / 100):
            yield Regression(port, found.stage, measure, before, now)


def _shown(value: str | float | None) -> str:
    if value is None:
        return "missing"
    return value if isinstance(value, str) else f"{value:.4g}"

"""The Markdown report, for the summary page of a job on a build server or a comment on a change."""

import re
from collections.abc import Iterator, Sequence

from ..base.printable import printable
from ..compare.comparison import Comparison
from ..compare.stage import StageComparison, Verdict
from ..diagnosis.findings import Diagnosis
from .baseline import Regression
from .formatting import error_text, lag_text, place_text, shape_text, share_text
from .json_report import Compared, Failure, listed

_SIGNS: dict[Verdict, str] = {"identical": "✅", "agree": "✅", "differ": "❌", "not comparable": "⚠️"}
_HEADS = ("stage", "verdict", "lag", "max", "mean", "within", "port", "reference")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def report_markdown(compared: Compared | Sequence[Compared], worse: Sequence[Regression] | None = None) -> str:
    """Write a section a port: verdict, causes, and a table of the stages.

    Parameters
    ----------
    worse : sequence of Regression or None
        What is worse than in a baseline; None: there was none to compare with.
    """
    lines = [line for each in listed(compared) for line in _port(each)]
    return "\n".join([*lines, *_baseline(worse)]) + "\n"


def escaped(text: str) -> str:
    """Give a text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def _port(compared: Compared) -> Iterator[str]:
    if isinstance(compared, Failure):
        yield from (f"## {_SIGNS[compared.verdict]} {escaped(compared.name)}: error", "", escaped(compared.error), "")
        return
    names = f"{escaped(compared.port.name)} against {escaped(compared.reference.name)}"
    yield from (
        f"## {_SIGNS[compared.verdict]} {compared.verdict}: {names}, profile {escaped(compared.profile.name)}",
        "",
    )
    yield from _first(compared)
    if compared.diagnosis:
        yield from _causes(compared.diagnosis)
    yield from (f"| {' | '.join(_HEADS)} |", "| --- | --- | ---: | ---: | ---: | ---: | --- | --- |")
    yield from map(_row, compared.stages)
    yield ""


def _first(comparison: Comparison) -> Iterator[str]:
    if first := comparison.first_divergence:
        place = f"; {escaped(place_text(first.place))}" if first.place else ""
        yield from (f"First divergence: **{first.stage}**, {escaped(first.reason)}{place}.", "")


def _causes(diagnosis: Diagnosis) -> Iterator[str]:
    for finding in diagnosis.findings:
        doubt = "" if finding.confidence == "proven" else f" ({finding.confidence})"
        fault = f"{finding.stage}: {escaped(finding.id)} = {escaped(finding.value)}"
        yield f"- **{fault}**{doubt}. Fix: {escaped(finding.fix)}"
    for fact in diagnosis.unexplained:
        yield f"- **{fact.stage}: unexplained.** {escaped(fact.text)}"
    if diagnosis.findings or diagnosis.unexplained:
        yield ""


def _row(found: StageComparison) -> str:
    metrics = found.metrics
    numbers = (
        (lag_text(found.lag), error_text(metrics.max_abs), error_text(metrics.mean_abs), share_text(metrics.within))
        if metrics
        else ("-",) * 4
    )
    cells = (found.stage, f"{_SIGNS[found.verdict]} {found.verdict}", *numbers)
    return f"| {' | '.join((*cells, shape_text(found.port_shape), shape_text(found.reference_shape)))} |"


def _baseline(worse: Sequence[Regression] | None) -> Iterator[str]:
    if worse is None:
        return
    yield from ("Worse than the baseline:" if worse else "Not worse than the baseline.", "")
    yield from (f"- {escaped(each.text)}" for each in worse)

"""The answer in one sentence: whether a port agrees, from where on it differs, and what it takes to make it right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..core.compare.comparison import Comparison
from ..core.diagnosis.findings import Diagnosis, Finding
from ..core.report.formatting import error_text, explained_text, is_measured
from .open_run import OpenRun

Tone: TypeAlias = Literal["differ", "agree", "not comparable", "waiting", "failed", "as if"]
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a port.

    Attributes
    ----------
    tone : str
        The verdict; ``waiting`` while there is none, ``failed`` where there will be none, ``as if`` where the views
        show another reference than the port is judged by.
    headline, detail : str
        One sentence, and what stands behind it.
    divergent, explained : bool
        Whether there is a first divergence to go to, and whether there are causes to apply.
    """

    tone: Tone
    headline: str
    detail: str = ""
    divergent: bool = False
    explained: bool = False


def answer(
    port: OpenRun | None,
    diagnosis: Diagnosis | None,
    *,
    searching: bool = False,
    assumed: Sequence[str] = (),
    shown: Comparison | None = None,
    problem: str = "",
) -> Answer | None:
    """Say what is known of a port so far; None where there is none.

    Parameters
    ----------
    searching : bool
        Whether more causes may be found.
    assumed : sequence of str
        What the reference is to be shown with, such as ``mel_scale = htk``.
    shown : Comparison or None
        What the views show; the port's own comparison for as long as the other one is being made.
    problem : str
        Why there is no diagnosis.
    """
    if port is None:
        return None
    if port.comparison is None:
        tone: Tone = "failed" if port.state == "failed" else "waiting"
        failed = f"{port.name} cannot be read or compared"
        return Answer(tone, failed if tone == "failed" else f"{port.name}: {port.state}", port.message)
    comparison = port.comparison
    if assumed:
        return _as_if(port, comparison, shown, assumed)
    if comparison:
        return _agreeing(port, comparison)
    if comparison.verdict == "not comparable":
        return Answer("not comparable", f"{port.name} cannot be compared", port.message or _reasons(comparison))
    return _differing(port, comparison, diagnosis, searching=searching, problem=problem)


def _agreeing(port: OpenRun, comparison: Comparison) -> Answer:
    """Say that a port agrees, and in what alone where it has values that the reference lacks."""
    headline = f"{port.name} agrees with {comparison.reference.name}"
    lacking = [each.stage for each in comparison.stages if each.reference_shape is None]
    if lacking:
        headline += f" in {_listed([each.stage for each in comparison.stages if each.metrics])}"
        headline += f"; the reference has no {_listed(lacking)}"
    return Answer("agree", headline, port.message or _numbers(comparison))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _differing(
    port: OpenRun, comparison: Comparison, diagnosis: Diagnosis | None, *, searching: bool, problem: str
) -> Answer:
    first = comparison.first_divergence
    start = f"{port.name} differs from the {first.stage} on" if first else f"{port.name} differs"
    causes = diagnosis.causes if diagnosis else ()
    rest = diagnosis.unexplained if diagnosis else ()
    found = diagnosis.findings if diagnosis else ()
    if searching:
        cause = f"{_number(len(causes))} found, still searching" if causes else "looking for the cause"
    elif problem:
        cause = "no diagnosis"
    elif causes and not rest:
        cause = f"it is {_number(len(causes))} {'parameter' if len(causes) == 1 else 'parameters'} away"
    elif found:
        cause = f"{_number(len(found))} of its causes found, the rest is unexplained"
    else:
        cause = "no known cause explains it"
    details = (
        port.message,
        problem,
        causes_text(found),
        _candidates(diagnosis),
        *(f"{r.stage}: {r.text}" for r in rest),
    )
    detail = "; ".join(filter(None, details)) or _numbers(comparison)
    return Answer("differ", f"{start}; {cause}", detail, divergent=first is not None, explained=bool(found))


def _as_if(port: OpenRun, own: Comparison, shown: Comparison | None, assumed: Sequence[str]) -> Answer:
    names = ", ".join(assumed)
    headline = f"The reference is shown as if it had {names}"
    if shown is None or shown is own:
        return Answer("as if", headline, "working it out …", explained=True)
    first = shown.first_divergence
    left = f"{port.name} still differs from the {first.stage} on" if first else f"{port.name} then agrees"
    return Answer("as if", headline, f"{left}: {moved(own, shown)}", divergent=first is not None, explained=True)


def change_text(finding: Finding) -> str:
    """Write what a port has in the place of the reference's value, such as ``mel_scale = htk``."""
    return f"{finding.id} = {finding.value}" if finding.value else finding.id


def causes_text(findings: Sequence[Finding]) -> str:
    """Write what was found with the share that each explains, where that is known."""
    return ", ".join(
        f"{change_text(finding)} ({explained_text(finding)})" if is_measured(finding) else change_text(finding)
        for finding in findings
    )


def _candidates(diagnosis: Diagnosis | None) -> str:
    named = ", ".join(f"{one.id} = {one.value}" for one in diagnosis.candidates) if diagnosis else ""
    return f"nearest so far, not yet sure: {named}" if named else ""


def _numbers(comparison: Comparison) -> str:
    """Write the largest difference of each stage: no verdict without numbers on the values themselves."""
    found = (f"{each.stage} {error_text(each.metrics.max_abs)}" for each in comparison.stages if each.metrics)
    return f"largest differences: {', '.join(found)} (tolerances: {comparison.profile.name})"


def _reasons(comparison: Comparison) -> str:
    return "; ".join(f"{each.stage}: {each.reason}" for each in comparison.stages)


def moved(own: Comparison, shown: Comparison) -> str:
    """Write how the largest difference of each stage changes."""
    after = {each.stage: each.metrics for each in shown.stages if each.metrics}
    pairs = ((each.stage, each.metrics, after.get(each.stage)) for each in own.stages)
    return ", ".join(
        f"{stage} {error_text(before.max_abs)} → {error_text(now.max_abs)}"
        for stage, before, now in pairs
        if before and now
    )


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"

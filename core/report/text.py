"""The report that fits a screen: the answer first, then the numbers."""

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..compare.comparison import Comparison, stage_order
from ..compare.stage import StageComparison, Verdict
from ..diagnosis.findings import Diagnosis
from ..printable import printable
from ..run import Assumption
from .figures import equivalence_text, error_text, finding_text, lag_text, place_text, shape_text, share_text

STYLES: dict[Verdict, str] = {
    "identical": "bold green",
    "agree": "bold green",
    "differ": "bold red",
    "not comparable": "bold yellow",
}
_ANSWERS: dict[Verdict, str] = {
    "identical": "IDENTICAL",
    "agree": "AGREES",
    "differ": "DIFFERS",
    "not comparable": "NOT COMPARABLE",
}


def report_text(comparison: Comparison, width: int = 120) -> str:
    """Give the report as plain text."""
    console = Console(file=StringIO(), width=width, color_system=None, highlight=False)
    console.print(report(comparison))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text.rstrip()


def report(comparison: Comparison) -> RenderableType:
    """Lay out the report of one comparison for a rich console."""
    return Group(_answer(comparison), *_causes(comparison.diagnosis), _stage_table(comparison), *_facts(comparison))


def matrix(comparisons: Sequence[Comparison]) -> RenderableType:
    """Lay out the verdicts of several ports: one row a stage, one column a port."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    for comparison in comparisons:
        table.add_column(Text(comparison.port.name))
    runs = [run for comparison in comparisons for run in (comparison.reference, comparison.port)]
    for name in stage_order(*runs):
        if any(found.stage == name for comparison in comparisons for found in comparison.stages):
            table.add_row(name, *(_cell(comparison, name) for comparison in comparisons))
    return table


def _answer(comparison: Comparison) -> Text:
    verdict = comparison.verdict
    names = f"{comparison.port.name} against {comparison.reference.name}, profile {comparison.profile.name}"
    answer = Text.assemble((_ANSWERS[verdict], STYLES[verdict]), "  ", printable(names))
    if first := comparison.first_divergence:
        answer.append(f"\nfirst divergence: {first.stage}, {printable(first.reason)}")
        if first.place:
            answer.append(f"\n  {place_text(first.place)}")
    return answer


def _causes(diagnosis: Diagnosis | None) -> Iterable[Text]:
    """Name the causes, what is left without one, and what cannot be told apart."""
    if diagnosis is None:
        return
    yield from _block("diagnosis", map(finding_text, diagnosis.findings))
    yield from _section("unexplained", (f"{fact.stage}: {fact.text}" for fact in diagnosis.unexplained))
    yield from _section("indistinguishable", map(equivalence_text, diagnosis.indistinguishable))


def _stage_table(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("stage", "verdict"):
        table.add_column(header, no_wrap=True)
    for header in ("lag", "max", "mean", "corr", "within"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("port / reference", overflow="fold")
    for found in comparison.stages:
        verdict = Text(found.verdict, STYLES[found.verdict])
        shapes = f"{shape_text(found.port_shape)} / {shape_text(found.reference_shape)}"
        table.add_row(found.stage, verdict, *_numbers(found), shapes)
    return table


def _numbers(found: StageComparison) -> tuple[str, ...]:
    if found.metrics is None:
        return ("-",) * 5
    metrics = found.metrics
    errors = error_text(metrics.max_abs), error_text(metrics.mean_abs)
    return lag_text(found.lag), *errors, f"{metrics.corr:.6f}", share_text(metrics.within)


def _cell(comparison: Comparison, name: str) -> Text:
    found = next((found for found in comparison.stages if found.stage == name), None)
    if found is None:
        return Text("-")
    numbers = f" (max {error_text(found.metrics.max_abs)})" if found.metrics else ""
    return Text.assemble((found.verdict, STYLES[found.verdict]), numbers)


def _facts(comparison: Comparison) -> Iterable[Text]:
    provenance = comparison.port.provenance
    reasons = (f"{f.stage}: {f.reason}" for f in comparison.stages if f.verdict == "not comparable")
    yield from _section("not comparable", reasons)
    yield from _section("each stage on the port's own input", (f"{n}: {o.text}" for n, o in comparison.own.items()))
    yield from _section("structure", (f"{finding.stage}: {finding.text}" for finding in comparison.structure))
    yield from _section("how it was read", (_reading(assumption) for assumption in provenance.assumptions))
    yield from _section("notes", provenance.notes)
    runs = (comparison.reference, comparison.port)
    yield from _section("encoder", (f"{run.name}: {run.provenance.encoder}" for run in runs if run.provenance.encoder))


def _reading(assumption: Assumption) -> str:
    return f"{assumption.file}: {assumption.decided}{'' if assumption.sure else ' (assumed)'}"


def _section(title: str, sentences: Iterable[str]) -> Iterable[Text]:
    """List sentences of one line each, whatever is in them."""
    return _block(title, map(printable, sentences))


def _block(title: str, texts: Iterable[str]) -> Iterable[Text]:
    listed = [Text(f"  {text}") for text in texts]
    if listed:
        yield Text(title, "bold")
        yield from listed

"""The report that fits a screen: the answer first, then the numbers."""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..base.printable import printable
from ..compare.comparison import Comparison, stage_order
from ..compare.stage import StageComparison, Verdict
from ..diagnosis.findings import Diagnosis
from ..run import Assumption
from .formatting import (
    equivalence_text,
    error_text,
    finding_text,
    lag_text,
    place_text,
    profile_text,
    share_text,
    sizes_text,
    summary_text,
)
from .json_report import Compared, Failure

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

_STAGE_WIDTH, _PORT_WIDTH = 8, 23
"""Characters of the matrix: its stages, and a port with the space before it: ``differ (max 1.23e-05)``."""


def report_text(comparison: Comparison, width: int = 120) -> str:
    """Give the report as plain text."""
    console = Console(file=StringIO(), width=width, color_system=None, highlight=False)
    console.print(report(comparison))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text.rstrip()


def report(compared: Compared) -> RenderableType:
    """Lay out what became of one port for a rich console."""
    if isinstance(compared, Failure):
        return answered(compared.verdict, _name(compared)).append(f"\n  {compared.error}")
    comparison = compared
    return Group(_answer(comparison), *_causes(comparison.diagnosis), _stage_table(comparison), *_facts(comparison))


def matrices(compared: Sequence[Compared], width: int) -> Iterator[RenderableType]:
    """Lay out the verdicts of several ports: one row a stage, one column a port, as many tables as the width needs."""
    runs = [run for each in compared if isinstance(each, Comparison) for run in (each.reference, each.port)]
    stages = [name for name in stage_order(*runs) if any(_found(each, name) for each in compared)]
    if not stages:
        return
    columns = max(1, (width - _STAGE_WIDTH) // _PORT_WIDTH)
    for start in range(0, len(compared), columns):
        yield _matrix(stages, compared[start : start + columns])


def _matrix(stages: Sequence[str], shown: Sequence[Compared]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    for each in shown:
        table.add_column(Text(_name(each)), overflow="fold")
    for name in stages:
        table.add_row(name, *(_cell(each, name) for each in shown))
    return table


def _name(compared: Compared) -> str:
    return compared.name if isinstance(compared, Failure) else compared.port.name


def _found(compared: Compared, name: str) -> StageComparison | None:
    stages = () if isinstance(compared, Failure) else compared.stages
    return next((found for found in stages if found.stage == name), None)


def answered(verdict: Verdict, rest: str) -> Text:
    """Write a verdict in its colour, and what it is about."""
    return Text.assemble((_ANSWERS[verdict], STYLES[verdict]), "  ", printable(rest))


def _answer(comparison: Comparison) -> Text:
    names = f"{comparison.port.name} against {comparison.reference.name}, profile {comparison.profile.name}"
    answer = answered(comparison.verdict, names)
    if first := comparison.first_divergence:
        answer.append(f"\nfirst divergence: {first.stage}, {printable(first.reason)}")
        if first.place:
            answer.append(f"\n  {place_text(first.place)}")
    return answer


def _causes(diagnosis: Diagnosis | None) -> Iterable[Text]:
    """Name the causes, what is left without one, and what cannot be told apart."""
    if diagnosis is None:
        return
    yield Text(printable(summary_text(diagnosis)))
    yield from _block("library", map(profile_text, filter(None, [diagnosis.profile])))
    yield from _block("diagnosis", map(finding_text, diagnosis.causes))
    yield from _block("nearest, but no cause", map(finding_text, diagnosis.nearest))
    yield from section("unexplained", (f"{fact.stage}: {fact.text}" for fact in diagnosis.unexplained))
    yield from section("indistinguishable", map(equivalence_text, diagnosis.indistinguishable))


def _stage_table(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("stage", "verdict"):
        table.add_column(header, no_wrap=True)
    for header in ("lag", "max", "mean", "corr", "within"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("port / reference", overflow="fold")
    for found in comparison.stages:
        verdict = Text(found.verdict, STYLES[found.verdict])
        along = found.sides[0].time if found.sides else int(found.stage == "mel")
        sizes = sizes_text(along, found.port_shape, found.reference_shape)
        table.add_row(found.stage, verdict, *_numbers(found), sizes)
    return table


def _numbers(found: StageComparison) -> tuple[str, ...]:
    if found.metrics is None:
        return ("-",) * 5
    metrics = found.metrics
    errors = error_text(metrics.max_abs), error_text(metrics.mean_abs)
    return lag_text(found.lag), *errors, f"{metrics.corr:.6f}", share_text(metrics.within)


def _cell(compared: Compared, name: str) -> Text:
    found = _found(compared, name)
    if found is None:
        return Text("error" if isinstance(compared, Failure) else "-")
    numbers = f" (max {error_text(found.metrics.max_abs)})" if found.metrics else ""
    return Text.assemble((found.verdict, STYLES[found.verdict]), numbers)


def _facts(comparison: Comparison) -> Iterable[Text]:
    provenance = comparison.port.provenance
    reasons = (f"{f.stage}: {f.reason}" for f in comparison.stages if f.verdict == "not comparable")
    yield from section("not comparable", reasons)
    yield from section("each stage on the port's own input", (f"{n}: {o.text}" for n, o in comparison.own.items()))
    yield from section("structure", (f"{finding.stage}: {finding.text}" for finding in comparison.structure))
    yield from section("how it was read", (_reading(assumption) for assumption in provenance.assumptions))
    yield from section("notes", provenance.notes)
    runs = (comparison.reference, comparison.port)
    yield from section("recipe", (run.recipe.label for run in runs[:1] if not run.is_original))
    yield from section("encoder", (f"{run.name}: {run.provenance.encoder}" for run in runs if run.provenance.encoder))


def _reading(assumption: Assumption) -> str:
    return f"{assumption.file}: {assumption.decided}{'' if assumption.sure else ' (assumed)'}"


def section(title: str, sentences: Iterable[str]) -> Iterable[Text]:
    """List sentences of one line each, whatever is in them."""
    return _block(title, map(printable, sentences))


def _block(title: str, texts: Iterable[str]) -> Iterable[Text]:
    listed = [Text(f"  {text}") for text in texts]
    if listed:
        yield Text(title, "bold")
        yield from listed

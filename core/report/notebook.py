"""How runs, comparisons and recipes show themselves in a notebook: small tables of HTML."""

from collections.abc import Iterable, Sequence
from html import escape

from ..base.printable import printable
from ..compare.comparison import Comparison
from ..diagnosis.findings import Diagnosis
from ..recipe.recipe import Recipe, describe
from ..run import Run, Stage
from .formatting import error_text, explained_text, lag_text, place_text, residual_text, shape_text, share_text

_COLOURS = {"identical": "#1a7f37", "agree": "#1a7f37", "differ": "#c3342b", "not comparable": "#8a6100"}


def run_html(run: Run) -> str:
    """Give the stages of a run: axes, shape, type."""
    made = f"{run.origin}{f', {run.recipe.label}' if not run.is_original else ''}"
    rows = [
        (stage.name, _axes(stage), shape_text(stage.shape), stage.array.dtype.name) for stage in run.stages.values()
    ]
    return f"<p><b>{_safe(run.name)}</b>, {_safe(made)}</p>{_table(('stage', 'axes', 'shape', 'type'), rows)}"


def stage_html(stage: Stage) -> str:
    """Give one stage: axes, shape, type."""
    row = (stage.name, _axes(stage), shape_text(stage.shape), stage.array.dtype.name)
    return _table(("stage", "axes", "shape", "type"), [row])


def comparison_html(comparison: Comparison) -> str:
    """Give the verdict, the first divergence, the stages with their numbers, and the causes where they are known."""
    colour = _COLOURS[comparison.verdict]
    names = f"{comparison.port.name} against {comparison.reference.name}, profile {comparison.profile.name}"
    head = f'<p><b style="color: {colour}">{comparison.verdict}</b>: {_safe(names)}</p>'
    if first := comparison.first_divergence:
        place = f"; {place_text(first.place)}" if first.place else ""
        head += f"<p>First divergence: {_safe(first.stage)}, {_safe(first.reason + place)}</p>"
    rows = []
    for found in comparison.stages:
        metrics = found.metrics
        numbers = (metrics.max_abs, metrics.mean_abs) if metrics else (None, None)
        share = share_text(metrics.within) if metrics else "-"
        rows.append((found.stage, found.verdict, lag_text(found.lag), *map(error_text, numbers), share))
    table = _table(("stage", "verdict", "lag", "max", "mean", "within"), rows)
    return head + table + (diagnosis_html(comparison.diagnosis) if comparison.diagnosis else "")


def diagnosis_html(diagnosis: Diagnosis) -> str:
    """Give the faults with what they explain and their fixes, and what stays unexplained."""
    heads = ("stage", "fault", "confidence", "explains", "largest difference", "fix")
    rows = [
        (each.stage, f"{each.id} = {each.value}", each.confidence, explained_text(each), residual_text(each), each.fix)
        for each in diagnosis.findings
    ]
    table = _table(heads, rows) if rows else "<p>No faults were found.</p>"
    return table + "".join(f"<p>{_safe(f.stage)}: unexplained. {_safe(f.text)}</p>" for f in diagnosis.unexplained)


def recipe_html(recipe: Recipe) -> str:
    """Give the blocks of a recipe with their parameters."""
    rows = []
    for block in recipe.blocks:
        values = {name: value for name, value in describe(block).items() if name != "kind" and value not in ("", ())}
        rows.append((block.kind, ", ".join(f"{name} = {value}" for name, value in values.items())))
    return f"<p><b>{_safe(recipe.label)}</b>, {recipe.rate:,} Hz</p>{_table(('block', 'parameters'), rows)}"


def _axes(stage: Stage) -> str:
    return " x ".join(axis.name for axis in stage.axes)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{_safe(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{_safe(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _safe(text: str) -> str:
    return escape(printable(text))

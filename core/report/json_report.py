"""The JSON report: a documented, versioned form of a comparison."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..base.printable import MAX_NAME, printable, printable_values
from ..compare.comparison import Comparison
from ..compare.locations import ValueLocation
from ..compare.stage import StageComparison, Verdict
from ..compare.substitution import OwnInputVerdict
from ..diagnosis.findings import Diagnosis, Finding
from ..recipe.toml import write_recipe
from ..run import Run
from .formatting import summary_text
from .made import made_by, recording_data
from .table import recipe_data

SCHEMA = "framescope-comparison/1"
_METRICS = ("max_abs", "mean_abs", "rmse", "corr", "within", "max_ulp", "nan", "inf")
_FURTHER = (
    "count", "equal", "median_abs", "p95_abs", "p99_abs", "max_relative", "cosine", "snr_db", "reference_nan",
    "reference_inf", "clipped",
)  # fmt: skip

_FINDING_TEXTS = (
    "id", "value", "stage", "confidence", "where", "fix", "evidence", "kind", "parameter", "expected", "found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """A port that could not be read or compared; `name` and `error` are fit to be shown, whatever they are made from.

    Attributes
    ----------
    name, profile : str
        What the port and the tolerances are called.
    error : str
        Why it could not, in one sentence.
    """

    name: str
    profile: str
    error: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", printable(self.name, MAX_NAME))
        object.__setattr__(self, "error", printable(self.error))

    @property
    def verdict(self) -> Verdict:
        """Say what it is in the language of comparisons."""
        return "not comparable"


Compared: TypeAlias = Comparison | Failure
"""What becomes of a port."""


def report_data(compared: Compared, encoder: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give what became of one port as the JSON report has it, every text fit to be shown.

    The reference of the form is docs/report.md.

    Parameters
    ----------
    encoder : mapping or None
        What the features were computed with, and who named it; None: nothing was encoded, or it is not known.
    """
    data = _failure(compared) if isinstance(compared, Failure) else _comparison(compared, encoder)
    made: dict[str, Any] = printable_values(data)
    return made


def listed(compared: Compared | Sequence[Compared]) -> Sequence[Compared]:
    """Give what became of one or several ports as that of several."""
    return (compared,) if isinstance(compared, Comparison | Failure) else compared


def overall(compared: Sequence[Compared]) -> Verdict:
    """Give the worst verdict: ``differ``, then ``not comparable``, then ``agree``, then ``identical``."""
    order: tuple[Verdict, ...] = ("differ", "not comparable", "agree", "identical")
    return min((each.verdict for each in compared), key=order.index)


def report_json(compared: Compared | Sequence[Compared], encoder: Mapping[str, Any] | None = None) -> str:
    """Write what became of one port, or of several under ``comparisons`` with the worst verdict on top."""
    compared = listed(compared)
    reports = [report_data(each, encoder) for each in compared]
    several = {"schema": SCHEMA, "verdict": overall(compared), "comparisons": reports}
    return json.dumps(reports[0] if len(reports) == 1 else several, indent=2, allow_nan=False)


def _comparison(comparison: Comparison, encoder: Mapping[str, Any] | None) -> dict[str, Any]:
    first = comparison.first_divergence
    return {
        "schema": SCHEMA,
        "verdict": comparison.verdict,
        "profile": comparison.profile.name,
        "made_by": made_by(),
        "recording": recording_data(comparison.reference),
        "reference": _run(comparison.reference) | {"encoder_used": encoder},
        "port": _run(comparison.port),
        "stages": [_stage(found, comparison.own.get(found.stage)) for found in comparison.stages],
        "first_divergence": first and {"stage": first.stage, "reason": first.reason, "place": _place(first.place)},
        "structure": [asdict(finding) for finding in comparison.structure],
        "diagnosis": comparison.diagnosis and _diagnosis(comparison.diagnosis),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    """Give a port that could not be compared, with the fields of one that could."""
    return {
        "schema": SCHEMA,
        "verdict": failure.verdict,
        "profile": failure.profile,
        "made_by": made_by(),
        "recording": None,
        "error": failure.error,
        "reference": None,
        "port": {"name": failure.name},
        "stages": [],
        "first_divergence": None,
        "structure": [],
        "diagnosis": None,
    }


def _run(run: Run) -> dict[str, Any]:
    provenance = run.provenance
    return {
        "name": run.name,
        "origin": run.origin,
        "source": Path(provenance.source).name,
        "recipe": recipe_data(run),
        "encoder": provenance.encoder,
        "notes": list(provenance.notes),
        "assumptions": [
            {
                "file": a.file,
                "stage": a.stage,
                "decided": a.decided,
                "sure": a.sure,
                "alternatives": list(a.alternatives),
            }
            for a in provenance.assumptions
        ],
    }


def _stage(found: StageComparison, own: OwnInputVerdict | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "stage": found.stage,
        "verdict": found.verdict,
        "reason": found.reason,
        "failed": found.failed,
        "reference_shape": found.reference_shape and list(found.reference_shape),
        "port_shape": found.port_shape and list(found.port_shape),
        "lag": found.lag,
        "compared_items": len(found.pairs.port) if found.pairs else 0,
    }
    data |= {name: _number(getattr(found.metrics, name, None)) for name in (*_METRICS, *_FURTHER)}
    data["worst"] = [_place(place) for place in found.worst]
    data["own_verdict"] = own and {
        "verdict": own.verdict,
        "input": own.source,
        "text": own.text,
        "max_abs": own.comparison.metrics.max_abs if own.comparison and own.comparison.metrics else None,
    }
    return data


def _diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "summary": summary_text(diagnosis),
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "unexplained": [asdict(fact) for fact in diagnosis.unexplained],
        "indistinguishable": [
            {"faults": list(each.faults), "probe": each.probe} for each in diagnosis.indistinguishable
        ],
        "profile": diagnosis.profile
        and {
            "library": diagnosis.profile.library,
            "call": diagnosis.profile.call,
            "changes": list(diagnosis.profile.changes),
        },
        "recipe": diagnosis.recipe and write_recipe(diagnosis.recipe),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    texts = {name: getattr(finding, name) for name in _FINDING_TEXTS}
    numbers = {
        "explains": finding.explains,
        "explains_alone": finding.explains_alone,
        "residual_max": finding.after.max,
        "residual_mean": finding.after.mean,
        "before_max": finding.before.max,
        "before_mean": finding.before.mean,
    }
    return texts | {name: _number(value) for name, value in numbers.items()}


def _place(place: ValueLocation | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "index": list(place.index),
        "place": place.text,
        "reference": _number(place.reference),
        "port": _number(place.port),
        "difference": _number(place.difference),
        "ulp": place.ulp,
    }


def _number(value: float | None) -> float | None:
    """JSON has no NaN and no infinity: they become null."""
    return value if value is not None and math.isfinite(value) else None

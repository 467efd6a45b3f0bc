"""The JSON form of the map of a corpus."""

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from ..base.printable import printable_values
from ..corpus.baseline import Movement
from ..corpus.corpus_map import QUANTILES, CorpusMap
from ..corpus.entries import located
from ..corpus.outcome import Cause

SCHEMA = "framescope-corpus/1"


def corpus_data(corpus: CorpusMap, moved: Sequence[Movement] | None = None) -> dict[str, Any]:
    """Give the map as the JSON report has it, every text fit to be shown; its reference is docs/report.md.

    Parameters
    ----------
    moved : sequence of Movement or None
        What got better or worse than an earlier run; None: there is none to compare with.
    """
    table = corpus.table
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "verdict": corpus.verdict,
        "about": dict(table.about),
        "counts": {
            "recordings": len(table),
            "compared": int(table.compared.sum()),
            "failed": len(corpus.failed),
            "without_dump": int((table.state == "no dump").sum()),
            **corpus.counts,
        },
        "agreeing": corpus.agreeing,
        "unexplained": corpus.unexplained,
        "stages": [_stage(each) for each in corpus.stages],
        "causes": [
            asdict(each.cause) | {"share": each.share, "column": each.column, "groups": each.groups}
            for each in corpus.causes
        ],
        "recordings": [_recording(corpus, row) for row in range(len(table)) if table.state[row] == "compared"],
        "unusual": [
            {"path": table.audio[each.row], "more": _causes(each.more), "missing": _causes(each.missing)}
            for each in corpus.unusual
        ],
        "worst": [{"path": table.audio[row], "command": open_command(corpus, row)} for row in corpus.worst.tolist()],
        "failed": [
            {
                "path": table.audio[row],
                "port": table.port[row],
                "error": table.error[row],
                "by": "machine" if table.state[row] == "machine" else "data",
            }
            for row in corpus.failed.tolist()
        ],
        "baseline": None if moved is None else [_finite(asdict(each)) for each in moved],
    }
    made: dict[str, Any] = printable_values(data)
    return made


def corpus_json(corpus: CorpusMap, moved: Sequence[Movement] | None = None) -> str:
    """Write the map as JSON."""
    return json.dumps(corpus_data(corpus, moved), indent=1, allow_nan=False)


def open_command(corpus: CorpusMap, row: int) -> str:
    """Give the command line that opens a recording and its dump in the window, at the worst frame."""
    table = corpus.table
    audio, port = (located(table.root, str(names[row])) for names in (table.audio, table.port))
    words = ["framescope", str(audio), "--port", str(port)]
    if recipe := table.about.get("recipe_origin"):
        words += ["--recipe", recipe]
    if (frame := int(table.worst_frame[row])) >= 0:
        words += ["--frame", str(frame)]
    return shlex.join(words)


def _recording(corpus: CorpusMap, row: int) -> dict[str, Any]:
    table = corpus.table
    frame = int(table.worst_frame[row])
    worst = {
        "stage": table.worst_stage[row],
        "place": table.worst_text[row],
        "seconds": float(table.worst_seconds[row]),
        "frame": frame if frame >= 0 else None,
    }
    return {
        "path": table.audio[row],
        "port": table.port[row],
        "verdict": table.verdict[row],
        "severity": float(table.severity[row]),
        "causes": _causes(table.causes_of(row)),
        "unexplained": table.unexplained[row],
        "worst_place": worst if table.worst_stage[row] else None,
        "groups": {name: column[row] for name, column in table.groups.items() if column[row]},
        "stages": {
            name: _finite({"verdict": columns.verdict[row], "rmse": float(columns.rmse[row]),
                           "max_abs": float(columns.max_abs[row]), "within": float(columns.within[row])})
            for name, columns in table.stages.items() if columns.verdict[row]
        },
    }  # fmt: skip


def _stage(errors: Any) -> dict[str, Any]:
    data = asdict(errors)
    quantiles = data.pop("quantiles")
    rmse = {f"{share:g}": value for share, value in zip(QUANTILES, quantiles, strict=True)}
    return _finite(data) | {"rmse": _finite(rmse)}


def _causes(causes: Iterable[Cause]) -> list[dict[str, str]]:
    return [asdict(cause) for cause in causes]


def _finite(data: dict[str, Any]) -> dict[str, Any]:
    """JSON has no NaN and no infinity: they become null."""
    return {name: None if isinstance(value, float) and not isfinite(value) else value for name, value in data.items()}

"""The HTML report: one self-contained page with the numbers and the pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from ..base.arrays import NDArray
from ..base.resources import report_template
from ..compare.alignment import time_major
from ..compare.comparison import Comparison
from ..compare.metrics import take_items
from ..compare.stage import StageComparison
from ..recipe.run_stages import AUDIO
from ..stages.audio import Recording
from .fault_pictures import causes
from .formatting import shape_text, share_text
from .json_report import Compared, Failure, listed, overall, report_data
from .pictures import error_curve, heat_map

_MAX_ITEMS = 20_000
"""Items drawn at most, evenly spread: the picture is 1,200 pixels wide."""
_MAX_ROWS = 512


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one stage: reference, port and difference on one scale, and the error of every item."""

    stage: str
    reference: str
    port: str
    difference: str
    low: float
    high: float
    span: float
    curve: str


def report_html(
    compared: Compared | Sequence[Compared],
    recordings: Sequence[Recording | None] = (),
    encoder: Mapping[str, Any] | None = None,
) -> str:
    """Write one page for one or several ports.

    Parameters
    ----------
    recordings : sequence of Recording or None
        What each port is of, for the pictures of causes; without them causes are described in words.
    encoder : mapping or None
        As in `report_data`.
    """
    from jinja2 import Environment  # noqa: PLC0415  (only this report needs it)

    compared = listed(compared)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"shape": shape_text, "number": _number, "share": share_text}
    ports = [
        {"data": report_data(each, encoder)} | ({} if isinstance(each, Failure) else _illustrations(each, recording))
        for each, recording in zip_longest(compared, recordings)
    ]
    template = environment.from_string(report_template().read_text(encoding="utf-8"))
    return template.render(verdict=overall(compared), ports=ports)


def _illustrations(comparison: Comparison, recording: Recording | None) -> dict[str, Any]:
    pictures = [_pictures(comparison, found) for found in _pictured(comparison)]
    return {"causes": causes(comparison, recording), "pictures": pictures}


def _pictured(comparison: Comparison) -> list[StageComparison]:
    """Give the stages that are pictured: rows, and not those that are all in the picture of the stage before."""
    recipe = comparison.reference.recipe
    repeated = {spec.name for spec in recipe.stages[:-1] if spec.gathered}
    return [found for found in comparison.stages if found.metrics and found.stage not in {AUDIO, *repeated}]


def _pictures(comparison: Comparison, found: StageComparison) -> Pictures:
    reference, port = _drawn(comparison, found)
    low, high = (float(value) for value in np.nanpercentile(reference, (0.1, 99.9)))
    difference = port - reference
    span = float(np.nanmax(np.abs(difference), initial=0)) or 1.0
    return Pictures(
        stage=found.stage,
        reference=heat_map(reference, low, high),
        port=heat_map(port, low, high),
        difference=heat_map(difference, -span, span, diverging=True),
        low=low,
        high=high,
        span=span,
        curve=error_curve(found.errors.max_abs, comparison.profile[found.stage].absolute) if found.errors else "",
    )


def _drawn(comparison: Comparison, found: StageComparison) -> tuple[NDArray, NDArray]:
    """Give both sides' paired items as (values, items) pictures; of each tensor its first 512 values of each row."""
    pairs = found.pairs
    assert pairs is not None
    count = len(pairs.port)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _MAX_ITEMS)).astype(np.int64))
    sides = (
        take_items(time_major(comparison.reference[found.stage]), pairs.reference[chosen]),
        take_items(time_major(comparison.port[found.stage]), pairs.port[chosen]),
    )
    left, right = (_picture(np.asarray(side)) for side in sides)
    return left, right


def _picture(side: NDArray) -> NDArray:
    """Lay items out as columns; the 8,192 values of a tensor become 16 columns of 512, one a context row."""
    flat = side.reshape(len(side), -1)
    if flat.shape[1] > _MAX_ROWS:
        flat = flat[: _MAX_ITEMS // 16, : flat.shape[1] // _MAX_ROWS * _MAX_ROWS].reshape(-1, _MAX_ROWS)
    return flat.T.astype(np.float64)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"

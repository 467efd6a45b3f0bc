"""The verdict as a badge: the JSON that badge services read from an address, such as the endpoint of shields.io."""

import json
from collections.abc import Sequence

from ..compare.stage import Verdict
from .json_report import Compared, listed, overall

_COLOURS: dict[Verdict, str] = {
    "identical": "brightgreen",
    "agree": "brightgreen",
    "differ": "red",
    "not comparable": "lightgrey",
}


def report_badge(compared: Compared | Sequence[Compared]) -> str:
    """Write the worst verdict, and of several ports how many agree."""
    compared = listed(compared)
    verdict = overall(compared)
    agreeing = sum(each.verdict in {"identical", "agree"} for each in compared)
    message = verdict if len(compared) == 1 else f"{agreeing} of {len(compared)} agree"
    badge = {"schemaVersion": 1, "label": "framescope", "message": message, "color": _COLOURS[verdict]}
    return json.dumps(badge)

"""How a lane shows two runs: which part of it shows which, and how they are blended."""

from collections.abc import Container
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from PySide6.QtCore import QRect

from ..core.settings import CompareView

Role: TypeAlias = Literal["reference", "port", "difference"]
View: TypeAlias = CompareView

_GAP = 2
"""Pixels between parts that lie one above the other."""
_ABOVE: dict[View, tuple[Role, ...]] = {"stacked": ("reference", "port", "difference"), "split": ("reference", "port")}
"""What lies one above the other."""
_OTHER: dict[Role, Role] = {"reference": "port", "port": "reference", "difference": "difference"}


@dataclass(frozen=True, slots=True)
class Part:
    """A place of a lane and what it shows; `opacity` below 1 blends it with the part painted before."""

    role: Role
    box: QRect
    opacity: float = 1.0


def lay_out(
    view: View,
    area: QRect,
    present: Container[Role],
    *,
    divider: float = 0.5,
    opacity: float = 0.5,
    flipped: bool = False,
) -> tuple[Part, ...]:
    """Share a lane's area among the runs.

    Parameters
    ----------
    view : str
        ``reference``, ``port`` or ``difference`` alone; ``stacked``: one above the other; ``split``: reference above
        port; ``swipe``: reference left of the divider and port right of it; ``onion``: port over reference.
    present : container of str
        What there is to show; where a view needs more, one run is shown alone, the reference if it is there.
    divider, opacity : float
        Where the swipe's divider stands, as a share of the width, and the share of the port in the onion, 0 to 1.
    flipped : bool
        Show port and reference in each other's place.
    """
    parts = _parts(view, area, divider, opacity)
    if any(part.role not in present for part in parts):
        alone: Role = "port" if "port" in present and "reference" not in present else "reference"
        return (Part(alone, area),)
    return tuple(replace(part, role=_OTHER[part.role]) for part in parts) if flipped else parts


def parts_above(view: View, present: Container[Role]) -> int:
    """Count the parts of `lay_out` that lie one above the other."""
    roles = _ABOVE.get(view, ())
    return len(roles) if roles and all(role in present for role in roles) else 1


def _parts(view: View, area: QRect, divider: float, opacity: float) -> tuple[Part, ...]:
    match view:
        case "stacked" | "split":
            return _rows(area, _ABOVE[view])
        case "swipe":
            x = area.left() + round(area.width() * divider)
            left, right = QRect(area), QRect(area)
            left.setRight(x - 1)
            right.setLeft(x)
            return tuple(part for part in (Part("reference", left), Part("port", right)) if part.box.width() > 0)
        case "onion":
            return Part("reference", area), Part("port", area, opacity)
        case _:
            return (Part(view, area),)


def _rows(area: QRect, roles: tuple[Role, ...]) -> tuple[Part, ...]:
    """One part above the other, equally high but for a pixel."""
    edges = [area.top() + k * (area.height() + _GAP) // len(roles) for k in range(len(roles) + 1)]
    boxes = (QRect(area.left(), top, area.width(), below - _GAP - top) for top, below in pairwise(edges))
    return tuple(Part(role, box) for role, box in zip(roles, boxes, strict=True))

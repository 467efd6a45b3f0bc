"""An end of the levels that is dragged along a bar of colours."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from ..compare_view import Role
from .head import End


@dataclass(slots=True)
class LevelDrag:
    """The end that is held, if one is.

    Attributes
    ----------
    find : callable
        Gives role, end and width of the bar at a point; None where there is no bar.
    move : callable
        Moves an end of a role's levels by a share of their range.
    """

    find: Callable[[QPointF], tuple[Role, End, int] | None]
    move: Callable[[Role, End, float], None]
    _held: tuple[Role, End, int] | None = None
    _x: float = 0.0

    @property
    def holding(self) -> bool:
        """Whether an end is held."""
        return self._held is not None

    def press(self, point: QPointF) -> None:
        """Take the end that is there."""
        self._held, self._x = self.find(point), point.x()

    def drag(self, point: QPointF) -> None:
        """Move the end that is held."""
        if self._held:
            role, end, width = self._held
            share, self._x = (point.x() - self._x) / width, point.x()
            self.move(role, end, share)

    def release(self) -> None:
        """Let go."""
        self._held = None

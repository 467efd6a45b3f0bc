"""A lane whose values have colours: the map, the levels of its ends, and how these are dragged in the head."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from ...models.timeline import Span, Timeline
from ..compare_view import Role
from .comparing_lane import ComparingLane
from .head import End, moved
from .heat_colours import HeatColours
from .heat_layer import HeatLayer
from .level_drag import LevelDrag


class LevelledLane(ComparingLane):
    """Reference and port share their colour map and their levels; the difference has its own.

    A subclass says what is shown in a role by `layer`.
    """

    levels_wanted = Signal(object)
    """The (low, high) that the user wants, low < high, or None: the ones that fit the recording."""

    def __init__(self, timeline: Timeline, title: str) -> None:
        super().__init__(timeline, title)
        self._colours = HeatColours()
        self._dragged = LevelDrag(self.end_under, self._move_level)

    def layer(self, role: Role) -> HeatLayer | None:
        """Give what is shown in a role, None where there is nothing."""
        return None

    def reset_head(self) -> None:
        """Answer a double click on the head beside the bar of colours."""

    @property
    def colour_map(self) -> str:
        """Name of the colour map."""
        return self._colours.colour_map

    def set_colour_map(self, name: str) -> None:
        """Choose a colour map by a name that `colour_map` knows."""
        self._colours.colour_map = name
        self.invalidate()

    @property
    def levels(self) -> Span:
        """The values of the first and the last colour."""
        return self._colours.levels

    @property
    def chosen_levels(self) -> Span | None:
        """The levels that the user has chosen; None: the ones that fit the recording."""
        return self._colours.chosen

    def set_levels(self, low: float, high: float) -> None:
        """Take over the levels that fit the recording, low < high; ones that the user has chosen stay."""
        self._colours.fitting = (low, high)
        self.invalidate()

    def choose_levels(self, levels: Span | None) -> None:
        """Take the user's levels, low < high; None: the ones that fit the recording."""
        self._colours.chosen = levels
        self.invalidate()

    @property
    def difference_levels(self) -> Span:
        """The values of the first and the last colour of the difference."""
        return self._colours.difference

    @property
    def rooted(self) -> bool:
        """Whether the colours go by the square root of the values."""
        return self._colours.rooted

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take an end of the levels, where the bar of colours is pressed."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged.press(event.position())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the end that is held, and show where one can be taken."""
        if self._dragged.holding and event.buttons():
            self._dragged.drag(event.position())
            return
        super().mouseMoveEvent(event)
        if not event.buttons() and self.end_under(event.position()):
            self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go of the end of the levels."""
        self._dragged.release()
        super().mouseReleaseEvent(event)

    def double_click(self, point: QPointF) -> None:
        """Go back to the levels that fit, over their bar; elsewhere as every lane does."""
        if point.x() >= self.gutter:
            super().double_click(point)
        elif held := self.end_under(point):
            self._fit_levels(held[0])
        else:
            self.reset_head()

    def _fit_levels(self, role: Role) -> None:
        if role != "difference":
            self.levels_wanted.emit(None)
        elif layer := self.layer(role):
            self._colours.difference = layer.pyramid.low, layer.pyramid.high
            self.invalidate()

    def _move_level(self, role: Role, end: End, share: float) -> None:
        if layer := self.layer(role):
            if role == "difference":
                self._colours.move_difference(end, share, signed=layer.pyramid.signed)
            else:
                self.levels_wanted.emit(moved(self.levels, end, share))
            self.invalidate()

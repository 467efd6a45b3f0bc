"""The place of a plot that comes late: what draws it is loaded once the window has shown its first picture."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

P = TypeVar("P", bound=QWidget)

_MIN_HEIGHT = 24
_SIZE = QSize(300, 200)


class LatePlot(QWidget, Generic[P]):
    """Draws the newest thing that it was given, as soon as its plot can be made.

    Parameters
    ----------
    make : callable
        Makes the plot; called on the first drawing after `load`.
    """

    def __init__(self, make: Callable[[], P]) -> None:
        super().__init__()
        self._make, self._loaded = make, False
        self._plot: P | None = None
        self._wanted: Callable[[P], object] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(_MIN_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Give the size it likes to have, whether the plot is there or not."""
        return _SIZE

    @property
    def plot(self) -> P | None:
        """The plot; None as long as nothing was drawn."""
        return self._plot

    def draw(self, draw: Callable[[P], object]) -> None:
        """Draw something, now or once there is a plot."""
        self._wanted = draw
        if self._loaded:
            self.load()

    def load(self) -> None:
        """Say that the library is loaded: what was wanted is drawn."""
        self._loaded = True
        if self._wanted is None:
            return
        if self._plot is None:
            self._plot = self._make()
            self._column.addWidget(self._plot)
            self._plot.show()  # the layout would show it with the next turn of the event loop only
            self._column.activate()
        wanted, self._wanted = self._wanted, None
        wanted(self._plot)

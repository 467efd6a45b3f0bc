"""The icons: one set of drawings in the colour of the theme's text, whatever the theme becomes."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ..core.files import read_file
from ..core.resources import icon as drawing

_LARGEST = 1 << 16
"""Bytes of a drawing, at most."""


class _Drawn(QIconEngine):
    """Draws an icon anew whenever it is asked for, in the colours of that moment."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _: QIcon.State) -> None:
        """Draw into a square in the middle of `rect`."""
        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        colour = QGuiApplication.palette().color(group, QPalette.ColorRole.WindowText)
        side = min(rect.width(), rect.height())
        box = QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side)
        _renderer(self._name, colour.name()).render(painter, box)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw upon nothing."""
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        """Give another one of the same drawing."""
        return _Drawn(self._name)


def icon(name: str) -> QIcon:
    """Give an icon of the set.

    Raises
    ------
    InputError
        There is none of that name.
    """
    return QIcon(_Drawn(name))


def pixmap(name: str, side: int, colour: QColor, scale: float = 1.0) -> QPixmap:
    """Draw an icon of the set, `side` pixels wide and high, in a colour of its own."""
    drawn = QPixmap(round(side * scale), round(side * scale))
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _renderer(name, colour.name()).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = _text(name).replace(b"currentColor", colour.encode())
    return QSvgRenderer(QByteArray(text))


@lru_cache(maxsize=128)
def _text(name: str) -> bytes:
    return read_file(drawing(name), "an icon", _LARGEST)

"""The icons: one set of drawings in the colour of the theme's text."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ..core.base.files import read_file
from ..core.base.resources import icon as drawing

_LARGEST = 1 << 16
"""Bytes of a drawing, at most."""
_SIDES = (18, 36)
"""Pixels of an icon, on screens of the usual and of twice the density."""
_NAME = "drawn"
"""The property that keeps which icon a button or an action has."""


def put_icon(target: QAbstractButton | QAction, name: str) -> None:
    """Give a button or an action an icon of the set, which has the colour of whatever theme comes.

    Raises
    ------
    InputError
        There is none of that name.
    """
    target.setProperty(_NAME, name)
    target.setIcon(_icon(name, *_inks()))


def recolour(root: QWidget) -> None:
    """Draw the icons below a widget in the colours of the theme that has just come."""
    inks = _inks()
    targets: list[QAbstractButton | QAction] = [*root.findChildren(QAbstractButton), *root.findChildren(QAction)]
    for target in targets:
        if name := target.property(_NAME):
            target.setIcon(_icon(name, *inks))


def pixmap(name: str, side: int, colour: QColor, scale: float = 1.0) -> QPixmap:
    """Draw an icon of the set, `side` pixels wide and high, on a screen of a density."""
    return _drawn(_renderer(name, colour.name()), side, scale)


def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_text(name).replace(b"currentColor", colour.encode())))


def _drawn(renderer: QSvgRenderer, side: int, scale: float = 1.0) -> QPixmap:
    drawn = QPixmap(round(side * scale), round(side * scale))
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn


def _inks() -> tuple[str, str]:
    """Give the colours of an icon: of what can be done, and of what cannot."""
    groups = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled)
    active, disabled = (QApplication.palette().color(group, QPalette.ColorRole.ButtonText).name() for group in groups)
    return active, disabled


@lru_cache(maxsize=256)
def _icon(name: str, ink: str, disabled: str) -> QIcon:
    made, renderer = QIcon(), _renderer(name, ink)
    for side in _SIDES:
        drawn = _drawn(renderer, side)
        made.addPixmap(drawn)
        made.addPixmap(_tinted(drawn, disabled), QIcon.Mode.Disabled)
    return made


def _tinted(drawn: QPixmap, ink: str) -> QPixmap:
    """Give a drawing of one colour in another one, as faint where it is faint: Qt's own hardly differs on the dark."""
    tinted = QPixmap(drawn)
    painter = QPainter(tinted)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(tinted.rect(), QColor(ink))
    painter.end()
    return tinted


@lru_cache(maxsize=128)
def _text(name: str) -> bytes:
    return read_file(drawing(name), "an icon", _LARGEST)

"""Whether a window's widgets have the room they need: nothing sticks out, is cut, or lies upon another."""

from collections.abc import Iterator
from itertools import combinations

from framescope.widgets.lanes.lane import Lane
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QSizeGrip,
    QSplitterHandle,
    QTabBar,
    QWidget,
)

_LAID_OUT_BY_QT = (QAbstractScrollArea, QAbstractSpinBox, QComboBox, QTabBar)
_MAY_OVERLAP = (QSplitterHandle, QSizeGrip)


def misfits(window: QWidget) -> list[str]:
    """Say what does not fit; an empty list is what one wants."""
    return [*sticking_out(window), *cut(window), *overlapping(window)]


def sticking_out(window: QWidget) -> Iterator[str]:
    """Name what does not lie within what it lies in; what scrolls may."""
    for child in _shown(window):
        parent = child.parentWidget()
        scrolls = isinstance(parent.parentWidget(), QAbstractScrollArea)
        if not (scrolls or isinstance(child, QSplitterHandle) or parent.rect().contains(child.geometry())):
            yield f"{child!r} sticks out of {parent!r}"


def cut(window: QWidget) -> Iterator[str]:
    """Name buttons, tabs, labels and sentences with less room than their text; a cut label may be read in its tip."""
    for child in _shown(window):
        if isinstance(child, QAbstractButton) and child.text() and child.width() < child.minimumSizeHint().width():
            yield f"button {child.text()!r} is cut"
        if isinstance(child, QTabBar):
            yield from (f"tab {child.tabText(n)!r} is cut" for n in range(child.count()) if _tab_is_cut(child, n))
        if isinstance(child, QLabel) and child.text() and child.toolTip() != child.text() and _label_is_cut(child):
            yield f"label {child.text()!r} is cut: {child.size().toTuple()}"
        if isinstance(child, Lane) and child.error and _sentence_is_cut(child, child.error.splitlines()[0]):
            yield f"lane {child.title}: {child.error!r} is cut"


def overlapping(window: QWidget) -> Iterator[str]:
    """Name widgets that lie upon one another."""
    for parent in (window, *_shown(window)):
        if isinstance(parent, _LAID_OUT_BY_QT):
            continue
        children = [c for c in _shown(window) if c.parentWidget() is parent and not isinstance(c, _MAY_OVERLAP)]
        for one, other in combinations(children, 2):
            if one.geometry().intersects(other.geometry()):
                yield f"{one!r} and {other!r} overlap"


def _shown(window: QWidget) -> list[QWidget]:
    return [child for child in window.findChildren(QWidget) if child.isVisible() and not _is_away(child)]


def _is_away(child: QWidget) -> bool:
    """A window of its own, or a panel behind another one's tab, or its tabs, which Qt puts where nobody sees them."""
    if child.isWindow() or (isinstance(child, QDockWidget | QTabBar) and child.visibleRegion().isEmpty()):
        return True
    parent = child.parentWidget()
    return isinstance(parent, QWidget) and not parent.isWindow() and _is_away(parent)


def _tab_is_cut(tabs: QTabBar, place: int) -> bool:
    return tabs.isTabVisible(place) and tabs.tabRect(place).width() < tabs.fontMetrics().horizontalAdvance(
        tabs.tabText(place)
    )


def _label_is_cut(label: QLabel) -> bool:
    room = label.contentsRect()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height()
    lines = label.text().splitlines()
    needed = max(map(label.fontMetrics().horizontalAdvance, lines), default=0)
    return needed > room.width() or len(lines) * label.fontMetrics().height() > room.height() + 1


def _sentence_is_cut(lane: Lane, text: str) -> bool:
    room = lane.contents_rect().adjusted(12, 2, -12, -2)
    wide = QRect(0, 0, room.width(), 10_000)
    return lane.fontMetrics().boundingRect(wide, int(Qt.TextFlag.TextWordWrap), text).height() > room.height()

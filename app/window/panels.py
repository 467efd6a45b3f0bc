"""The panels around the lanes, and the workspaces that arrange them: one key changes all, and each is remembered."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ...models.layouts import load_layouts, save_layouts
from ...widgets.icons import put_icon
from ...widgets.keys import let_space_press
from ...widgets.label import Label

WorkspaceName: TypeAlias = Literal["inspect", "compare", "listen", "corpus"]
_ARRANGED: Mapping[WorkspaceName, Sequence[tuple[int, tuple[str, ...]]]] = {
    "inspect": ((5, ("frame",)), (0, ("value",)), (3, ("values", "curves", "measure"))),
    "compare": (
        (5, ("causes", "comparison", "values", "curves", "measure")),
        (5, ("frame",)),
        (0, ("value",)),
    ),
    "listen": (),
    "corpus": ((5, ("frame",)), (4, ("comparison", "causes", "values", "measure")), (0, ("value",))),
}
"""What stands at the right of the lanes from above: shares of the height, 0 for what it asks for, and the panels that
lie there as tabs."""
_BELOW: Mapping[WorkspaceName, str] = {"corpus": "corpus"}
"""What a workspace has beneath the lanes."""
_BELOW_SHARE = 0.4
"""Of the window's height."""
_WIDTH = 420
_WIDE, _WIDEST = 0.27, 0.34
"""Pixels of the panels at the right, and the shares of the window's width that they have at least and at most."""
_SCROLLED = {"values"}
"""Panels of many lines, which scroll where letters are large and the window is low."""
_BUTTON = 14
_CHANNEL = "layout"
_SIDE = Qt.DockWidgetArea.RightDockWidgetArea
_AT_THE_BOTTOM = dict.fromkeys(("command", "corpus"), Qt.DockWidgetArea.BottomDockWidgetArea)
"""Panels of long lines."""


class PanelTitle(QWidget):
    """The title of a panel, with buttons that float and close it, in the colours of the theme."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 2, 1)
        row.setSpacing(0)
        title = Label(dock.windowTitle())
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(title, 1)
        for name, words, act in (
            ("float", "Float or dock", lambda: dock.setFloating(not dock.isFloating())),
            ("close", "Close", dock.close),
        ):
            button = QToolButton()
            put_icon(button, name)
            button.setIconSize(QSize(_BUTTON, _BUTTON))
            button.setAutoRaise(True)
            button.setToolTip(f"{words} the panel {dock.windowTitle()}")
            button.setAccessibleName(f"{words} the panel {dock.windowTitle()}")
            button.clicked.connect(act)
            row.addWidget(button)


class Panels(QObject):
    """Knows every panel, and arranges them as a workspace says or as the user has left it."""

    changed = Signal()
    """Another workspace is shown."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._current: WorkspaceName = "inspect"
        self._states: dict[str, QByteArray] = {}
        self._kept = False
        self._away: list[QDockWidget] | None = None
        """Panels that are out of sight while nothing is open."""
        self._without: dict[str, bool] = {}
        """Panels that have nothing to show of what is open, and whether they would be seen."""
        self._maximised: tuple[str, QByteArray] | None = None
        """The panel that has all the room, and how the panels were arranged before."""
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomRightCorner, _SIDE)
        window.setTabPosition(_SIDE, window.tabPosition(Qt.DockWidgetArea.TopDockWidgetArea))

    @property
    def current(self) -> WorkspaceName:
        """The workspace that is shown."""
        return self._current

    def add(self, name: str, title: str, content: QWidget | QDockWidget) -> QDockWidget:
        """Take in a panel, hidden for now."""
        dock = content if isinstance(content, QDockWidget) else QDockWidget(title, self._window)
        if dock is not content:
            dock.setWidget(_scrolled(content) if name in _SCROLLED else content)
        dock.setObjectName(name)
        dock.setTitleBarWidget(PanelTitle(dock))
        self._docks[name] = dock
        self._window.addDockWidget(_AT_THE_BOTTOM.get(name, _SIDE), dock)
        dock.hide()
        let_space_press(dock)
        return dock

    def keep(self) -> None:
        """Remember from now on how the panels are arranged, and bring back how they were."""
        self._kept = True
        self._states = {name: QByteArray.fromBase64(text.encode()) for name, text in load_layouts().items()}

    def show(self, workspace: WorkspaceName) -> None:
        """Change to a workspace, arranged as it was left."""
        if workspace == self._current:
            return
        self._leave()
        self._current = workspace
        state = self._states.get(workspace)
        if state is None or not self._window.restoreState(state):
            self.arrange()
        self._take_away()
        self.changed.emit()

    def join(self, name: str, beside: str) -> None:
        """Put a panel that has come late behind another one's tab."""
        dock, other = self._docks[name], self._docks[beside]
        if not any(name in names for _, names in _ARRANGED[self._current]):
            return
        tabs = [other, *self._window.tabifiedDockWidgets(other)]
        seen = next((each for each in tabs if not each.visibleRegion().isEmpty()), tabs[-1])
        self._window.tabifyDockWidget(other, dock)
        if self._away is not None:
            self._away.append(dock)
        else:
            dock.show()
            seen.raise_()

    def offer(self, name: str, offered: bool) -> None:
        """Show a panel where it has something to show, and take it away where it never will have."""
        if offered == (name not in self._without):
            return
        if not offered:
            self._without[name] = False
            self._take_away()
        elif self._without.pop(name):
            if self._away is not None:
                self._away.append(self._docks[name])
            else:
                self._docks[name].show()
        self._share_room()

    def _take_away(self) -> None:
        """Hide the panels that have nothing to show, and remember which of them would be seen."""
        for name, seen in self._without.items():
            dock = self._docks[name]
            waiting = self._away is not None and dock in self._away
            if self._away is not None and waiting:
                self._away.remove(dock)
            self._without[name] = seen or waiting or not dock.isHidden()
            dock.hide()

    def set_away(self, away: bool) -> None:
        """Put all panels out of sight while nothing is open, and back."""
        self._restore_room()
        if away and self._away is None:
            self._away = [dock for dock in self._docks.values() if not dock.isHidden()]
            for dock in self._away:
                dock.hide()
        elif not away and self._away is not None:
            for dock in self._away:
                dock.show()
            self._away = None

    def arrange(self) -> None:
        """Arrange the panels as the workspace says, whatever was moved."""
        window, rows = self._window, self._rows()
        self._take_out()
        for _, docks in rows:
            window.addDockWidget(_SIDE, docks[0], Qt.Orientation.Vertical)
        for _, (first, *others) in rows:
            for other in others:
                window.tabifyDockWidget(first, other)
        self._put_away(rows[0][1] if rows else [])
        for _, docks in rows:
            for dock in docks:
                dock.show()
            docks[0].raise_()
        self._take_away()
        self._share_room()
        if below := self._docks.get(_BELOW.get(self._current, "")):
            below.show()
            window.resizeDocks([below], [round(_BELOW_SHARE * window.height())], Qt.Orientation.Vertical)

    def _rows(self) -> list[tuple[int, list[QDockWidget]]]:
        """Give what the workspace has at the right from above: shares of the height, and panels that are tabs."""
        known = ((share, [*map(self._docks.get, names)]) for share, names in _ARRANGED[self._current])
        rows = ((share, [dock for dock in docks if dock]) for share, docks in known)
        return [row for row in rows if row[1]]

    def _take_out(self) -> None:
        """Take every panel from its place: one that is split off a tab becomes a tab again."""
        for dock in self._docks.values():
            if dock.isFloating():
                dock.setFloating(False)
            self._window.removeDockWidget(dock)

    def _put_away(self, front: list[QDockWidget]) -> None:
        """Let what the workspace has no place for wait behind its first panels, or below, until it is asked for."""
        for name, dock in self._docks.items():
            if self._window.dockWidgetArea(dock) == Qt.DockWidgetArea.NoDockWidgetArea:
                self._window.addDockWidget(_AT_THE_BOTTOM.get(name, _SIDE), dock)
                if front and name not in _AT_THE_BOTTOM:
                    self._window.tabifyDockWidget(front[0], dock)
                dock.hide()

    def _share_room(self) -> None:
        """Give the panels that the workspace has at the right, and that are seen, their heights."""
        rows = [(share, docks[0]) for share, docks in self._rows() if not docks[0].isHidden()]
        if not rows:
            return
        docks, shares = [dock for _, dock in rows], [share for share, _ in rows]
        whole, height = self._window.width(), self._window.height()
        width = round(min(max(_WIDTH, _WIDE * whole), _WIDEST * whole))
        asked = [0 if share else dock.sizeHint().height() for share, dock in rows]
        heights = [
            own or (height - sum(asked)) * share // sum(shares) for own, share in zip(asked, shares, strict=True)
        ]
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)
        self._window.resizeDocks(docks[:1], [width], Qt.Orientation.Horizontal)

    def knows(self, name: str) -> bool:
        """Tell whether a panel is there, seen or not."""
        return name in self._docks

    def shows(self, name: str) -> bool:
        """Tell whether a panel is seen, and does not lie behind another tab."""
        dock = self._docks.get(name)
        return dock is not None and dock.isVisible() and not dock.visibleRegion().isEmpty()

    def toggle(self, name: str) -> None:
        """Bring a panel to the front, or hide the one that is there."""
        if self.shows(name):
            self._docks[name].hide()
        else:
            self.bring(name)

    def bring(self, name: str) -> None:
        """Bring a panel to the front."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()

    @property
    def maximised(self) -> str | None:
        """The panel that has all the room; None: each has its own."""
        return self._maximised[0] if self._maximised else None

    def maximise(self, name: str) -> None:
        """Give a panel all the room, or all of them theirs again."""
        before = self.maximised
        self._restore_room()
        if before == name:
            return
        self.bring(name)
        self._maximised = name, self._window.saveState()
        for dock in self._docks.values():
            dock.setVisible(dock is self._docks[name])
        self._set_centre(seen=False)

    def _set_centre(self, *, seen: bool) -> None:
        if centre := self._window.centralWidget():
            centre.setVisible(seen)

    def _restore_room(self) -> None:
        if self._maximised:
            (_, state), self._maximised = self._maximised, None
            self._set_centre(seen=True)
            self._window.restoreState(state)

    def close(self) -> None:
        """Remember how the panels are arranged."""
        if self._kept:
            self._leave()
            states: dict[str, Any] = {name: state.toBase64().toStdString() for name, state in self._states.items()}
            save_layouts(states)

    def _leave(self) -> None:
        self._restore_room()
        if self._kept and self._away is None:
            self._states[self._current] = self._window.saveState()


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area

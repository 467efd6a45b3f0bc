"""Several recordings in one window: each a window of its own behind a tab, with its runs, its cursor and its view."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QStackedWidget, QStyle, QTabBar, QToolButton, QVBoxLayout, QWidget

from ...core.base.errors import InputError
from ...core.settings import Settings
from ...models.words import caption, tip, window_title
from ...models.workspace import MAX_SESSIONS, Workspace, autosave_path
from ...widgets.icons import put_icon
from ...widgets.paint_turn import TURN
from ..error_text import error_text
from .memory import MemoryKeeper
from .window import MainWindow

_EMPTY = "Start"
_CLOSE = 12
"""Pixels of the cross that closes a tab."""


class Tabs(QWidget):
    """The windows of all open recordings, one of which is seen; with one alone no tab is.

    Parameters
    ----------
    first : MainWindow
        The window that is there already.
    """

    def __init__(self, first: MainWindow) -> None:
        super().__init__()
        self.bar, self._stack = QTabBar(), QStackedWidget()
        self.bar.setAccessibleName("Recordings")
        self.bar.setAutoHide(True)
        self.bar.setDocumentMode(True)
        self.bar.setExpanding(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        self._floating: dict[MainWindow, list[QDockWidget]] = {}
        """Panels that float over a window which is not seen."""
        self._take(first, 0)
        self.bar.currentChanged.connect(self._show)
        self.resize(first.size())

    @property
    def windows(self) -> tuple[MainWindow, ...]:
        """All of them, from the left."""
        every = (self._stack.widget(place) for place in range(self._stack.count()))
        return tuple(window for window in every if isinstance(window, MainWindow))

    @property
    def current(self) -> MainWindow:
        """The one that is seen."""
        return self.windows[self.bar.currentIndex()]

    def add(self, slot: int | None = None) -> MainWindow:
        """Begin another tab, with the front end of the one that is seen, and show it.

        `slot` says where its session is kept; None: in the first place that is free.
        """
        before, window = self.current, MainWindow()
        window.model.set_config(before.model.config)
        window.model.set_recipe(before.model.recipe)
        self._take(window, slot)
        self.bar.setCurrentIndex(self.bar.count() - 1)
        return window

    def open(self, path: Path) -> None:
        """Show the tab of a recording, or open it behind a tab of its own; one that cannot be read leaves none."""
        found = next((place for place, each in enumerate(self.windows) if each.model.path == path), None)
        if found is not None:
            self.bar.setCurrentIndex(found)
            return
        before, window = self.current, self.add()

        def give_up(error: BaseException) -> None:
            if window.model.recording is None:
                self.close_tab(self.windows.index(window))
                self.bar.setCurrentIndex(self.windows.index(before))
                before.inspection.say(error_text(error).splitlines()[0])

        window.model.failed.connect(give_up, Qt.ConnectionType.QueuedConnection)
        window.opening.open(path)

    def step(self, direction: int) -> None:
        """Show the tab at the right (1) or at the left (-1), round and round."""
        self.bar.setCurrentIndex((self.bar.currentIndex() + direction) % self.bar.count())

    def close_tab(self, place: int) -> None:
        """Close a tab and all that is open in it; the last one stays."""
        if self.bar.count() == 1:
            return
        window = self.windows[place]
        self._floating.pop(window, None)
        self._stack.removeWidget(window)
        self.bar.removeTab(place)
        self._name()
        window.close()
        window.document.forget()
        if window.document.slot == 0:
            self.windows[0].document.lead()
        window.tabs = None
        window.deleteLater()

    def close_current(self) -> None:
        """Close the tab that is seen."""
        self.close_tab(self.bar.currentIndex())

    def restore(self) -> None:
        """Bring back the recordings that were open beside the first one when the program ended."""
        for slot in range(1, MAX_SESSIONS):
            if autosave_path(slot).is_file():
                try:
                    self.add(slot).document.restore(Workspace.load(autosave_path(slot)))
                except InputError as error:
                    self.current.inspection.say(str(error))
        self.bar.setCurrentIndex(0)

    def _take(self, window: MainWindow, slot: int | None) -> None:
        used = {each.document.slot for each in self.windows}
        free = (each for each in range(MAX_SESSIONS) if each not in used)
        window.tabs = self
        if (kept := next(free, None) if slot is None else slot) is not None:
            window.document.keep(kept)
        MemoryKeeper(window.jobs)
        self._stack.addWidget(window)
        self._add_tab(window)
        window.model.cleared.connect(self._name)
        window.windowTitleChanged.connect(self._name)
        window.preferences.changed.connect(self._share)
        self._name()

    def _add_tab(self, window: MainWindow) -> None:
        """Add a tab with a button that closes it: Qt's own is a red box in every theme."""
        place, button = self.bar.addTab(_EMPTY), QToolButton()
        put_icon(button, "close")
        button.setIconSize(QSize(_CLOSE, _CLOSE))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the key that closes a tab is in the menu
        button.setToolTip("Close the tab")
        button.clicked.connect(lambda: self.close_tab(self.windows.index(window)))
        side = self.style().styleHint(QStyle.StyleHint.SH_TabBar_CloseButtonPosition, None, self.bar)
        self.bar.setTabButton(place, QTabBar.ButtonPosition(side), button)

    def _share(self, settings: Settings) -> None:
        """Have settings that were changed behind one tab behind all others, too."""
        for window in self.windows:
            if window.preferences is not self.sender():
                window.preferences.follow(settings)

    def _name(self) -> None:
        """Name every tab by its recording, and the whole by the one that is seen."""
        for place, window in enumerate(self.windows):
            path = window.model.path
            self.bar.setTabText(place, caption(window_title(path.name)) if path else _EMPTY)
            self.bar.setTabToolTip(place, tip(str(path)) if path else "")
        self.setWindowTitle(self.current.windowTitle())

    def _show(self, place: int) -> None:
        """Show a window; what plays in the one before is silent, and what floats over it is put away."""
        before, now = self._stack.currentWidget(), self._stack.widget(place)
        if now is before or not isinstance(now, MainWindow):
            return
        if isinstance(before, MainWindow):
            before.playing.player.pause()
            floating = [dock for dock in before.findChildren(QDockWidget) if dock.isFloating() and dock.isVisible()]
            self._floating[before] = floating
            for dock in floating:
                dock.hide()
        self._stack.setCurrentIndex(place)
        for dock in self._floating.pop(now, ()):
            dock.show()
        self._name()

    def event(self, event: QEvent) -> bool:
        """Paint in several turns of the event loop what one has no time for."""
        with TURN.during(event):
            return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close all of them, each of which remembers its session."""
        for window in self.windows:
            window.close()
        event.accept()

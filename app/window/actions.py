"""The commands as actions of Qt: menus with sections, letters, check marks, and greyed where nothing is to be done."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from ...core.base.errors import InputError
from ...core.timebase import Step
from ...widgets.icons import put_icon
from .commands import COMMANDS, Command

if TYPE_CHECKING:
    from .window import MainWindow


_REMEMBERED = 8
"""Commands that stand in front of the others where one searches: what fits into sight."""


class Actions(QObject):
    """One action a command, kept at what the window has to say of it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._done: tuple[str, ...] = ()
        self._actions = {command.id: self._action(command) for command in COMMANDS}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self.menus = self._fill_menus()
        self._step: Step | None = None
        window.timeline.duration_changed.connect(self._name)
        self._name()

    def __getitem__(self, command: str) -> QAction:
        return self._actions[command]

    def can(self, command: Command) -> bool:
        """Tell whether there is anything to be done by a command."""
        return command.can(self._window)

    @property
    def done(self) -> tuple[str, ...]:
        """The commands that were done last, by their ids, the newest first."""
        return self._done

    def refresh_soon(self) -> None:
        """Look again at what is on and what can be done, once what is under way has been done."""
        if not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Look again at what is on and what can be done."""
        for command in COMMANDS:
            action = self._actions[command.id]
            action.setEnabled(command.can(self._window))
            if command.on:
                action.setChecked(command.on(self._window))

    def stop(self) -> None:
        """Look no more: the window is closed."""
        self._soon.stop()

    def _name(self) -> None:
        """Name all commands by what the cursor goes by, and give them their letters."""
        step = self._window.timeline.timebase.step
        if step == self._step:
            return
        self._step = step
        for command in COMMANDS:
            action, title = self._actions[command.id], command.title(step)
            action.setText(title)
            keys = f" ({command.keys[0]})" if command.keys else ""
            action.setToolTip(f"{title.rstrip(' …')}{keys}")
        for menu in self.menus.values():
            give_letters(menu.actions())

    def _action(self, command: Command) -> QAction:
        action = QAction(self._window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        if command.icon:
            put_icon(action, command.icon)
            action.setIconVisibleInMenu(False)
        action.setCheckable(command.on is not None)
        action.triggered.connect(lambda _=False: self.run(command))
        return action

    def run(self, command: Command) -> None:
        """Carry a command out, and put it in front of those that were done; what is wrong with its input is said."""
        try:
            command.run(self._window)
        except InputError as error:
            self._window.inspection.say(str(error))
        self._done = (command.id, *(name for name in self._done if name != command.id))[:_REMEMBERED]
        self.refresh_soon()  # an action that is clicked changes its own mark, whatever has come of it

    def _fill_menus(self) -> dict[str, QMenu]:
        menus: dict[str, QMenu] = {}
        sections: dict[str, int] = {}
        for command in COMMANDS:
            if command.menu not in menus:
                menus[command.menu] = self._window.menuBar().addMenu(f"&{command.menu}")
            menu, path = menus[command.menu], f"{command.menu}/{command.under}"
            if sections.setdefault(command.menu, command.section) != command.section:
                sections[command.menu] = command.section
                menu.addSeparator()
            if command.under and path not in menus:
                menus[path] = menu.addMenu(command.under)
            menus[path if command.under else command.menu].addAction(self._actions[command.id])
        for menu in menus.values():
            menu.aboutToShow.connect(self.refresh)
        return menus


def give_letters(actions: Iterable[QAction]) -> None:
    """Let each entry of a menu be chosen by a letter of its own, the first of a word where one is free."""
    taken: set[str] = set()
    for action in actions:
        title = action.text().replace("&", "")
        starts = [at for at, letter in enumerate(title) if letter.isalpha() and (at == 0 or title[at - 1] == " ")]
        places = [*starts, *(at for at, letter in enumerate(title) if letter.isalpha())]
        place = next((at for at in places if title[at].lower() not in taken), None)
        if place is not None:
            taken.add(title[place].lower())
            action.setText(f"{title[:place]}&{title[place:]}")

"""The window's dialogs that stand for themselves: where to go, the search of commands, the keys, about and licences."""

from PySide6.QtWidgets import QDialog, QInputDialog

from .about import AboutDialog, LicenceDialog
from .actions import Actions
from .commands import COMMANDS
from .dialogs import KeySheet, parse_moment
from .inspection import Inspection
from .palette import CommandPalette


class Asking:
    """Shows dialogs over a window, each until it is closed."""

    def __init__(self, inspection: Inspection, actions: Actions) -> None:
        self._timeline, self._window, self._actions = inspection.timeline, inspection.window, actions

    def where_to_go(self) -> None:
        """Ask for a time or frame, and go there."""
        timeline = self._timeline
        examples = f"Seconds (22.32), minutes (1:02.5) or a {timeline.timebase.step} (f558):"
        text, sure = QInputDialog.getText(self._window, "Go to", examples)
        if sure:
            timeline.seek(parse_moment(text, timeline.timebase))

    def palette(self) -> None:
        """Search the commands and run one."""
        actions, step = self._actions, self._timeline.timebase.step
        palette = CommandPalette(COMMANDS, self._window, step=step, recent=actions.done, can=actions.can)
        accepted = palette.exec()
        palette.deleteLater()
        if accepted and palette.chosen:
            actions.run(palette.chosen)

    def keys(self) -> None:
        """Show all keys."""
        self._show(KeySheet(COMMANDS, self._window, step=self._timeline.timebase.step))

    def about(self) -> None:
        """Say what this is, of which version, and under which licence."""
        self._show(AboutDialog(self._window))

    def licences(self) -> None:
        """Show Framescope's licence, and the libraries that it is built on."""
        self._show(LicenceDialog(self._window))

    @staticmethod
    def _show(dialog: QDialog) -> None:
        dialog.exec()
        dialog.deleteLater()

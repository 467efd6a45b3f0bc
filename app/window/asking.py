"""The window's dialogs that stand for themselves: where to go, the search of commands, the keys, about and licences."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QInputDialog

from .about import AboutDialog, LicenceDialog
from .commands import COMMANDS
from .dialogs import KeySheet, parse_moment
from .palette import CommandPalette

if TYPE_CHECKING:
    from .window import MainWindow


class Asking:
    """Shows dialogs over a window, each until it is closed."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def where_to_go(self) -> None:
        """Ask for a time or frame, and go there."""
        timeline = self._window.timeline
        examples = f"Seconds (22.32), minutes (1:02.5) or a {timeline.timebase.step} (f558):"
        text, sure = QInputDialog.getText(self._window, "Go to", examples)
        if sure:
            timeline.seek(parse_moment(text, timeline.timebase))

    def palette(self) -> None:
        """Search the commands and run one."""
        window = self._window
        actions, step = window.commands, window.timeline.timebase.step
        palette = CommandPalette(COMMANDS, window, step=step, recent=actions.done, can=actions.can)
        accepted = palette.exec()
        palette.deleteLater()
        if accepted and palette.chosen:
            window.run(palette.chosen)

    def keys(self) -> None:
        """Show all keys."""
        self._show(KeySheet(COMMANDS, self._window, step=self._window.timeline.timebase.step))

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

"""The questions for a file, with what is done with the answer; what is wrong with that is said."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from ...core.base.errors import InputError
from .inspection import Inspection


def ask_file(inspection: Inspection, title: str, kinds: str, use: Callable[[Path], object]) -> None:
    """Ask for a file, and use it."""
    path, _ = QFileDialog.getOpenFileName(inspection.window, title, "", kinds)
    _say_of(inspection, use, path)


def ask_folder(inspection: Inspection, title: str, use: Callable[[Path], object]) -> None:
    """Ask for a folder, and use it."""
    _say_of(inspection, use, QFileDialog.getExistingDirectory(inspection.window, title))


def ask_where(inspection: Inspection, title: str, name: str, kinds: str, save: Callable[[Path], object]) -> None:
    """Ask where to save something under a name that is proposed, and save it there."""
    path, _ = QFileDialog.getSaveFileName(inspection.window, title, name, kinds)
    _say_of(inspection, save, path)


def _say_of(inspection: Inspection, use: Callable[[Path], object], path: str) -> None:
    if path:
        try:
            use(Path(path))
        except InputError as error:
            inspection.say(str(error))

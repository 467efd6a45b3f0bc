"""Starting the window, and drawing it into a file where there is no screen."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.files import open_file

if TYPE_CHECKING:
    from .theme import Theme
    from .window import MainWindow

_PATIENCE = 600.0
"""Seconds that a picture may take to be computed: an hour of audio takes one or two minutes."""


def open_window(audio: Path | None, theme: "Theme" = "system") -> int:
    """Show the window until it is closed; without a recording the last session is restored."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  (the command line must start without Qt)

    from ..models.workspace import Workspace, autosave_path  # noqa: PLC0415
    from .theme import apply_theme  # noqa: PLC0415
    from .window import MainWindow  # noqa: PLC0415

    application = QApplication(sys.argv[:1])
    apply_theme(application, theme)
    window = MainWindow()
    window.show()
    if audio:
        window.open(audio)
    elif autosave_path().is_file():
        try:
            window.restore(Workspace.load(autosave_path()))
        except InputError as error:
            window.progress.setText(str(error))
    return application.exec()


def render(audio: Path, output: Path, *, frame: int | None, size: tuple[int, int], theme: "Theme") -> None:
    """Draw the window of a recording into a PNG file, without a display.

    Raises
    ------
    InputError
        The recording cannot be read, the frame does not exist, or the file cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The platform without a screen warns of every hint about sizes that it cannot pass on.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from .theme import apply_theme  # noqa: PLC0415
    from .window import MainWindow  # noqa: PLC0415

    open_file(audio, "a recording").close()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, theme)
    window = MainWindow()
    try:
        window.resize(*size)
        window.show()
        draw(window, audio, frame)
        if not window.grab().save(str(output), "PNG"):
            raise InputError(f"{output}: cannot be written; name a place you may write a picture to")
    finally:
        window.close()


def draw(window: "MainWindow", audio: Path, frame: int | None) -> None:
    """Open a recording in a window, wait until all of it is computed, and go to a frame."""
    failures: list[object] = []
    window.model.failed.connect(failures.append)
    window.open(audio)
    window.jobs.wait_idle(_PATIENCE)
    if failures:
        raise InputError(str(failures[0]))
    frames = window.timeline.n_frames
    if frame is not None and not 0 <= frame < frames:
        raise InputError(f"frame {frame} does not exist: {audio.name} has the frames 0 to {frames - 1}")
    window.timeline.seek_frame(frames // 2 if frame is None else frame)
    window.jobs.wait_idle(_PATIENCE)

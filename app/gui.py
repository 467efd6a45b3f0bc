"""Starting the window, and drawing it into a file where there is no screen."""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.files import open_file
from ..core.settings import CompareView, Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from .window import MainWindow

_PATIENCE = 600.0
"""Seconds that a picture may take to be computed: an hour of audio takes one or two minutes."""

_SIGNALLED = 128
"""What a shell adds to the number of a signal that has ended a program, for its exit code."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture of the window is to show.

    Attributes
    ----------
    frame : int or None
        The cursor's frame; None: the middle one.
    size : (width, height)
        Of the window, pixels.
    theme : str
        Its colours.
    ports : tuple of Path
        What is compared with the recording.
    view : str
        How the lanes show the first port.
    """

    frame: int | None = None
    size: tuple[int, int] = (1440, 900)
    theme: Theme = "light"
    ports: tuple[Path, ...] = ()
    view: CompareView = "stacked"


def open_window(audio: Path | None, ports: Sequence[Path], theme: Theme | None = None) -> int:
    """Show the window until it is closed; where nothing is named, the last session is restored.

    Returns
    -------
    int
        The exit code: 0, or 128 and the number of the signal that has closed the window.
    """
    gc.disable()  # nothing of what starting makes is garbage
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  (the command line must start without Qt)

    from ..models.jobs import Jobs  # noqa: PLC0415
    from ..models.recording import RecordingModel  # noqa: PLC0415
    from ..models.timeline import Timeline  # noqa: PLC0415
    from .memory import return_freed_memory  # noqa: PLC0415
    from .signals import ended_by_signals  # noqa: PLC0415
    from .theme import apply_theme  # noqa: PLC0415
    from .window import MainWindow  # noqa: PLC0415

    return_freed_memory()
    application = QApplication(sys.argv[:1])
    with ended_by_signals(partial(_end, application)) as signalled:
        apply_theme(application, theme or "system")
        model = RecordingModel(Timeline(), Jobs())
        if audio:
            model.open(audio)  # its sound is read while the window is made
        window = MainWindow(model)
        window.document.keep()
        if theme:
            window.preferences.use_theme(theme)
        window.show()
        for path in ports:
            window.comparing.add(path)
        if not audio and not ports:
            _restore(window)
        gc.freeze()  # a collection that looks at all of it takes 50 ms, of the window's time or of Python's lock
        gc.enable()
        code = application.exec()
    return _SIGNALLED + signalled.number if signalled.number else code


def _end(application: "QApplication") -> None:
    """Close the windows, a dialog before the window that waits for it, and leave the event loops of both."""
    application.closeAllWindows()
    application.quit()


def _restore(window: "MainWindow") -> None:
    from ..models.workspace import Workspace, autosave_path  # noqa: PLC0415

    if autosave_path().is_file():
        try:
            window.document.restore(Workspace.load(autosave_path()))
        except InputError as error:
            window.say(str(error))


def render(audio: Path, output: Path, picture: Picture) -> None:
    """Draw the window of a recording, and of its ports, into a PNG file, without a display.

    Raises
    ------
    InputError
        The recording or a port cannot be read, the frame does not exist, or the file cannot be written.
    KeyboardInterrupt
        A signal has ended the program; no picture is written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The platform without a screen warns of every hint about sizes that it cannot pass on.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from .window import MainWindow  # noqa: PLC0415

    open_file(audio, "a recording").close()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    window = MainWindow()
    window.preferences.use_theme(picture.theme)
    try:
        window.resize(*picture.size)
        window.show()
        draw(window, audio, picture)
        if not window.grab().save(str(output), "PNG"):
            raise InputError(f"{output}: cannot be written; name a place you may write a picture to")
    finally:
        window.close()
        window.deleteLater()


def draw(window: "MainWindow", audio: Path, picture: Picture) -> None:
    """Open a recording and its ports in a window, wait until all is computed and compared, and go to a frame."""
    failures: list[object] = []
    window.model.failed.connect(failures.append)
    window.open(audio)
    for path in picture.ports:
        window.comparing.add(path)
    if picture.ports:
        window.comparing.set_view(picture.view)
    _wait(window)
    failed = [run for run in window.runs.items if run.state == "failed"]
    failures += [run.message if str(run.path) in run.message else f"{run.path}: {run.message}" for run in failed]
    if failures:
        raise InputError(str(failures[0]))
    frame, frames = picture.frame, window.timeline.n_frames
    if frame is not None and not 0 <= frame < frames:
        raise InputError(f"frame {frame} does not exist: {audio.name} has the frames 0 to {frames - 1}")
    window.timeline.seek_frame(frames // 2 if frame is None else frame)
    window.links.catch_up()
    _wait(window)


def _wait(window: "MainWindow") -> None:
    """Wait until all is computed; a signal closes the window and with it all work."""
    from .signals import ended_by_signals  # noqa: PLC0415

    with ended_by_signals(window.close) as signalled:
        window.jobs.wait_idle(_PATIENCE)
    if signalled.number:
        raise KeyboardInterrupt

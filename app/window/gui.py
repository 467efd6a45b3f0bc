"""Starting the window, and drawing it into a file where there is no screen."""

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.base.errors import InputError
from ...core.base.files import open_file, replace_file
from ...core.base.resources import icon
from ...core.settings import CompareView, Theme
from ..encoder_choice import find_encoder
from ..options import RESULTS_SUFFIX, WindowOptions

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from .window import MainWindow

_PATIENCE = 600.0
"""Seconds that a picture may take to be computed: an hour of audio takes one or two minutes."""
_NO_OPTIONS = WindowOptions()

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
    options : WindowOptions
        How they are computed, read and judged.
    dpi : int or None
        Draw the lanes alone, as a figure with so many pixels to an inch; None: the window.
    """

    frame: int | None = None
    size: tuple[int, int] = (1440, 900)
    theme: Theme = "light"
    ports: tuple[Path, ...] = ()
    view: CompareView = "stacked"
    options: WindowOptions = _NO_OPTIONS
    dpi: int | None = None


def open_window(
    audio: Path | None,
    ports: Sequence[Path],
    theme: Theme | None = None,
    options: WindowOptions = _NO_OPTIONS,
    frame: int | None = None,
) -> int:
    """Show the window until it is closed; where nothing is named, the last session is restored.

    Parameters
    ----------
    audio : Path or None
        A recording, or the results of a corpus.
    frame : int or None
        Where the cursor begins; None: at the beginning.

    Returns
    -------
    int
        The exit code: 0, or 128 and the number of the signal that has closed the window.
    """
    gc.disable()  # nothing of what starting makes is garbage
    from PySide6.QtGui import QIcon  # noqa: PLC0415

    from ...models.jobs import Jobs  # noqa: PLC0415  (the command line must start without Qt)
    from ...models.recording import RecordingModel  # noqa: PLC0415
    from ...models.timeline import Timeline  # noqa: PLC0415
    from ...models.workspace import MAX_SESSIONS, forget_session  # noqa: PLC0415
    from .memory import return_freed_memory  # noqa: PLC0415
    from .qt_start import start_qt  # noqa: PLC0415
    from .signals import ended_by_signals  # noqa: PLC0415
    from .tabs import Tabs  # noqa: PLC0415
    from .theme import apply_theme  # noqa: PLC0415
    from .window import MainWindow  # noqa: PLC0415

    return_freed_memory()
    choice = options.encoder or find_encoder()
    application = start_qt()
    application.setDesktopFileName("framescope")
    application.setWindowIcon(QIcon(str(icon("framescope"))))
    with ended_by_signals(partial(_end, application)) as signalled:
        apply_theme(application, theme or "system")
        model = RecordingModel(Timeline(), Jobs())
        model.set_config(replace(model.config, **options.config))
        model.set_recipe(options.recipe)
        model.set_encoder(choice)
        results = audio if audio and audio.suffix.lower() == RESULTS_SUFFIX else None
        if audio and not results:
            model.open(audio, choice)  # its sound is read while the window is made
        window = MainWindow(model)
        tabs = Tabs(window)
        if theme:
            window.preferences.use_theme(theme)
        tabs.show()
        _add_ports(window, ports, options)
        if results:
            window.corpora.open(results)
        if frame is not None:
            _begin_at(window, frame)
        if audio or ports:
            for slot in range(1, MAX_SESSIONS):
                forget_session(slot)
        else:
            _restore(window, options)
            tabs.restore()
        gc.freeze()  # a collection that looks at all of it takes 50 ms of the window's time
        code = application.exec()
    return _SIGNALLED + signalled.number if signalled.number else code


def _end(application: "QApplication") -> None:
    """Close the windows, a dialog before the window that waits for it, and leave the event loops of both."""
    application.closeAllWindows()
    application.quit()


def _add_ports(window: "MainWindow", ports: Sequence[Path], options: WindowOptions) -> None:
    """Open ports as the command line says that they are to be read and judged."""
    if options.profile:
        window.document.judge_by(options.profile)
    window.runs.set_lags(options.lags)
    for path in ports:
        window.comparing.add(path, options.overrides, options.first_frame)


def _begin_at(window: "MainWindow", frame: int) -> None:
    """Put the cursor at a frame as soon as the recording has been read; one that is open later begins as always."""

    def seek(stage: str) -> None:
        if stage == "audio":
            window.model.stage_ready.disconnect(seek)
            window.timeline.seek_frame(frame)

    window.model.stage_ready.connect(seek)


def _restore(window: "MainWindow", options: WindowOptions = _NO_OPTIONS) -> None:
    """Bring back the last session; what the command line says goes before what it says."""
    from ...models.workspace import Workspace, autosave_path  # noqa: PLC0415

    if not autosave_path().is_file():
        return
    try:
        workspace = Workspace.load(autosave_path())
        config = replace(workspace.config, **options.config)
        named = options.recipe.origin if options.recipe else None
        recipe = named if options.recipe_named else workspace.recipe
        encoder = str(options.encoder.file) if options.encoder else workspace.encoder
        changed = replace(workspace, config=config, recipe=recipe, encoder=encoder)
        window.document.restore(changed, options.profile)
    except InputError as error:
        window.inspection.say(str(error))
    if options.encoder:
        window.opening.use_encoder(str(options.encoder.file), "--encoder")


def render(audio: Path, output: Path, picture: Picture, kind: str = "PNG") -> str:
    """Draw the window of a recording, and of its ports, into a file, without a display.

    Parameters
    ----------
    kind : str
        The format of the file, such as ``JPEG``.

    Returns
    -------
    str
        Which encoder was used, and who named it, or which recipe.

    Raises
    ------
    InputError
        The recording or a port cannot be read, the frame does not exist, or the file cannot be written.
    KeyboardInterrupt
        A signal has ended the program; no picture is written.
    """
    open_file(audio, "a recording").close()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The platform without a screen warns of every hint about sizes that it cannot pass on.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    from .exports import encoded  # noqa: PLC0415
    from .qt_start import start_qt  # noqa: PLC0415
    from .window import MainWindow  # noqa: PLC0415

    start_qt()
    window = MainWindow()
    window.preferences.use_theme(picture.theme)
    try:
        window.resize(*picture.size)
        window.show()
        draw(window, audio, picture)
        if picture.dpi is None:
            replace_file(output, encoded(window.grab().toImage(), kind))
        else:
            _write_figure(window, output, picture.size, picture.dpi)
        return window.encoder.text()
    finally:
        window.close()
        window.deleteLater()


def _write_figure(window: "MainWindow", output: Path, size: tuple[int, int], dpi: int) -> None:
    from .figures import LOGICAL, MM, Form, caption_of, figure, lanes_figure, lanes_of  # noqa: PLC0415

    width, height = (side / LOGICAL * MM for side in size)
    form = Form(width, height, dpi, caption_of(window.inspection, window.encoder.text()))
    figure(lanes_figure(lanes_of(window.lanes), window.lanes.ruler), form, output, window.palette())()


def draw(window: "MainWindow", audio: Path, picture: Picture) -> None:
    """Open a recording and its ports in a window, wait until all is computed and compared, and go to a frame."""
    failures: list[BaseException] = []
    window.model.failed.connect(failures.append)
    options = picture.options
    window.model.set_config(replace(window.model.config, **options.config))
    window.model.set_recipe(options.recipe)
    window.opening.open(audio, *((str(options.encoder.file), "--encoder") if options.encoder else ()))
    _add_ports(window, picture.ports, options)
    if picture.ports:
        window.comparing.set_view(picture.view)
    _wait(window)
    failed = [run for run in window.runs.items if run.state == "failed"]
    messages = (run.message if str(run.path) in run.message else f"{run.path}: {run.message}" for run in failed)
    if failures := [*failures, *map(InputError, messages)]:
        raise failures[0]
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

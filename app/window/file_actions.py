"""The verbs of the File menu that open and save: recordings, ports, sessions, and what a dropped file is."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from ...core.base.arrays import NDArray
from ...core.base.progress import Tick
from ...core.base.resources import sample, sample_port
from ...core.corpus.entries import SOUNDS
from ...models.recent import remember_recent, remember_shape, shape_of
from ...models.workspace import Workspace
from ..options import RESULTS_SUFFIX
from .file_dialogs import ask_file, ask_folder, ask_where
from .place_picture import load_workspace
from .settings_dialog import ENCODERS

if TYPE_CHECKING:
    from .window import MainWindow

_RECORDINGS = f"Recordings ({' '.join('*' + suffix for suffix in SOUNDS)});;All files (*)"
_SESSIONS = "Sessions (*.framescope);;Pictures with their place (*.png);;All files (*)"
REMEMBERED = "recent"
"""The first word of the channels in which files are remembered: the disk may be slow, and the window need not wait."""


class Files(QObject):
    """Opens and saves."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._kept = window, False
        window.model.stage_ready.connect(self._on_stage)
        window.jobs.failed.connect(self._on_failed)
        window.lanes.for_each(lambda lane: lane.remedy_wanted.connect(self.ask_encoder))

    def keep(self) -> None:
        """List what is opened from now on; a window that only draws a picture leaves the user's list alone."""
        self._kept = True

    def remember(self, path: Path) -> None:
        """Put something that was opened in front of the recent files."""
        if self._kept:  # each in a channel of its own: no other takes its place
            channel = f"{REMEMBERED} {path}"
            self._window.jobs.submit_quick(channel, lambda _: remember_recent(path), lambda _: None)

    def open(self, path: Path) -> None:
        """Open whatever this is: a session, a picture, an encoder, a recipe, a recording, a corpus, or a port."""
        suffix = path.suffix.lower()
        if suffix in {".framescope", ".png"}:
            self._window.document.restore(load_workspace(path) if suffix == ".png" else Workspace.load(path))
            self.remember(path)
        elif suffix in {".onnx", ".pth", ".pt"}:
            self._use_encoder(path)
        elif suffix == ".toml":
            self._window.recipes.use(path)
        elif suffix in SOUNDS:
            self.open_recording(path)
        elif suffix == RESULTS_SUFFIX:
            self._window.corpora.open(path)
        else:
            self._window.comparing.add(path)

    def ask_open(self) -> None:
        """Ask for a recording."""
        ask_file(self._window.inspection, "Open recording", _RECORDINGS, self.open_recording)

    def open_recording(self, path: Path) -> None:
        """Open a recording: behind a tab of its own where another is open, whose ports are not of this one."""
        tabs = self._window.tabs
        if tabs is None or self._window.model.path in {None, path}:
            self._window.opening.open(path)
        else:
            tabs.open(path)

    def open_sample(self) -> None:
        """Open the sample and a port of it, with the encoder that both were computed with."""
        tabs = self._window.tabs
        window = self._window if tabs is None or self._window.model.path is None else tabs.add()
        window.opening.open(sample(), "stand-in")
        window.comparing.add(sample_port())

    def ask_open_port(self) -> None:
        """Ask for the folder that a port has written."""
        window = self._window
        ask_folder(window.inspection, "Open the folder that a port has written", window.comparing.add)

    def ask_open_port_file(self) -> None:
        """Ask for one file that a port has written."""
        window = self._window
        ask_file(window.inspection, "Open a file that a port has written", "All files (*)", window.comparing.add)

    def ask_encoder(self) -> None:
        """Ask for an encoder, and remember it once it has proven itself."""
        ask_file(self._window.inspection, "Choose encoder", ENCODERS, self._use_encoder)

    def ask_open_session(self) -> None:
        """Ask for a session, or a picture that Framescope saved."""
        ask_file(self._window.inspection, "Open session", _SESSIONS, self.open)

    def ask_save_session(self) -> None:
        """Ask where to save the session."""
        window = self._window
        ask_where(window.inspection, "Save session", "session.framescope", _SESSIONS, window.document.workspace().save)

    def _use_encoder(self, path: Path) -> None:
        self._window.preferences.take_encoder(str(path.resolve()))

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel.startswith(REMEMBERED):
            self._window.inspection.say(str(error))

    def _on_stage(self, name: str) -> None:
        path, run = self._window.model.path, self._window.model.run
        if name == "audio" and path and run:
            self.remember(path)
            self._remember_shape(path, np.asarray(run["audio"].array))

    def _remember_shape(self, path: Path, samples: NDArray) -> None:
        """Keep what the small picture of a recent recording is drawn of."""
        if self._kept:
            self._window.jobs.submit(f"{REMEMBERED} shape {path}", partial(_shaped, path, samples), lambda _: None)


def _shaped(path: Path, samples: NDArray, _: Tick) -> None:
    remember_shape(path, shape_of(samples))

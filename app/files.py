"""The verbs of the File menu: recordings, ports, sessions, exports, and what a dropped file is."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from ..core.errors import InputError
from ..core.progress import Tick
from ..core.run import StageName
from ..models.recent import remember_recent
from ..models.workspace import Workspace
from ..widgets.lane import Lane
from .exports import PICTURES, export_lane_picture, export_tensor, export_values, export_view_picture
from .place_picture import load_workspace, save_picture
from .settings_dialog import ENCODERS

if TYPE_CHECKING:
    from .window import MainWindow

SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".mp4", ".mov", ".aiff", ".aif")
_RECORDINGS = f"Recordings ({' '.join('*' + suffix for suffix in SOUNDS)});;All files (*)"
_SESSIONS = "Sessions (*.framescope);;Pictures with their place (*.png);;All files (*)"
EXPORT = "export"
"""The channel of `Jobs` in which files are written."""
_EXPORTS = "Values (*.npy *.csv);;Pictures (*.png *.svg)"


_STAGES: tuple[StageName, ...] = ("audio", "mel", "features")


class Files(QObject):
    """Opens and saves."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.model.stage_ready.connect(self._on_stage)

    def open(self, path: Path) -> None:
        """Open whatever this is: a session, a picture with its place, an encoder, a recording, or a port."""
        suffix = path.suffix.lower()
        if suffix in {".framescope", ".png"}:
            self._window.document.restore(load_workspace(path) if suffix == ".png" else Workspace.load(path))
        elif suffix in {".onnx", ".pth", ".pt"}:
            self._use_encoder(path)
        elif suffix in SOUNDS:
            self._window.open(path)
        else:
            self._window.comparing.add(path)

    def ask_open(self) -> None:
        """Ask for a recording."""
        self._ask("Open recording", _RECORDINGS, self._window.open)

    def ask_open_port(self) -> None:
        """Ask for the folder that a port has written."""
        if path := QFileDialog.getExistingDirectory(self._window, "Open the folder that a port has written"):
            self._window.comparing.add(Path(path))

    def ask_open_port_file(self) -> None:
        """Ask for one file that a port has written."""
        self._ask("Open a file that a port has written", "All files (*)", self._window.comparing.add)

    def ask_encoder(self) -> None:
        """Ask for an encoder, and remember it."""
        self._ask("Choose encoder", ENCODERS, self._use_encoder)

    def ask_open_session(self) -> None:
        """Ask for a session, or a picture that Framescope saved."""
        self._ask("Open session", _SESSIONS, self.open)

    def ask_save_session(self) -> None:
        """Ask where to save the session."""
        self._ask_where("Save session", "session.framescope", _SESSIONS, self._window.document.workspace().save)

    def ask_export_frame(self) -> None:
        """Ask where to save the tensor of the cursor's frame: its values, or its picture."""
        self._ask_where(
            "Export frame", f"frame_{self._window.timeline.frame:05d}_reshaped.npy", _EXPORTS, self.export_frame
        )

    def ask_export_lane(self, lane: Lane) -> None:
        """Ask where to save a lane: its values, of the selection where there is one, or its picture."""
        self._ask_where(
            f"Export {lane.title}", f"{lane.title}.npy", _EXPORTS, lambda path: self.export_lane(lane, path)
        )

    def ask_save_picture(self) -> None:
        """Ask where to save a picture of the window, which can be opened again at its place."""
        self._ask_where("Save picture", "framescope.png", "Pictures (*.png)", self.save_picture)

    def copy_frame(self) -> None:
        """Copy the tensor of the cursor's frame as text that numpy reads."""
        with np.printoptions(threshold=2**31, floatmode="unique"):
            QGuiApplication.clipboard().setText(repr(self.tensor()))

    def export_frame(self, path: Path) -> None:
        """Save the tensor of the cursor's frame by the suffix: values (.npy, .csv) or a picture (.png, .svg)."""
        if path.suffix.lower() in PICTURES:
            export_view_picture(self._window.links.panel.tensor.canvas, path)
        else:
            tensor, frame = self.tensor(), self._window.timeline.frame
            self._write(lambda _: export_tensor(tensor, frame, path), path)

    def export_lane(self, lane: Lane, path: Path) -> None:
        """Save a lane by the suffix: values (.npy, .csv) or a picture (.png, .svg)."""
        if path.suffix.lower() in PICTURES:
            export_lane_picture(lane, path)
            return
        run, timeline = self._window.model.run, self._window.timeline
        name = next(name for name, other in zip(_STAGES, self._window.lanes.stages, strict=True) if other is lane)
        if run is None or name not in run or (name == "features" and not self._window.model.filled.all()):
            raise InputError(f"the {lane.title} are not there yet; open a recording and wait for them")
        stage, span, timebase = run[name], timeline.selection, timeline.timebase
        self._write(lambda tick: export_values(stage, span, timebase, path, tick=tick), path)

    def save_picture(self, path: Path) -> None:
        """Save a picture of the window, which can be opened again at its place."""
        image, workspace = self._window.grab().toImage(), self._window.document.workspace()
        self._write(lambda _: save_picture(image, workspace, path), path)

    def _write(self, write: Callable[[Tick], None], path: Path) -> None:
        self._window.jobs.submit(EXPORT, write, lambda _: self._window.say(f"written to {path}"))

    def tensor(self) -> np.ndarray:
        """Give the tensor of the cursor's frame.

        Raises
        ------
        InputError
            There is none yet.
        """
        run, frame = self._window.model.run, self._window.timeline.frame
        if run is None or "tensors" not in run:
            raise InputError("there is no frame tensor yet; open a recording and wait for its features")
        return np.asarray(run["tensors"].array[frame])

    def _use_encoder(self, path: Path) -> None:
        self._window.preferences.remember(encoder=str(path.resolve()))

    def _on_stage(self, name: str) -> None:
        if name == "audio" and self._window.model.path:
            remember_recent(self._window.model.path)

    def _ask(self, title: str, kinds: str, use: Callable[[Path], object]) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, title, "", kinds)
        if path:
            use(Path(path))

    def _ask_where(self, title: str, name: str, kinds: str, save: Callable[[Path], object]) -> None:
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        if path:
            save(Path(path))

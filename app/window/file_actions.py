"""The verbs of the File menu: recordings, ports, sessions, exports, and what a dropped file is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from ...core.base.errors import InputError
from ...core.base.progress import Tick
from ...core.base.resources import sample, sample_port
from ...core.corpus.entries import SOUNDS
from ...core.run import Stage
from ...models.recent import remember_recent
from ...models.workspace import Workspace
from ...widgets.lanes.error_lane import ErrorLane
from ...widgets.lanes.lane import Lane
from ..options import RESULTS_SUFFIX
from .exports import EXPORT, PICTURES, export_curves, export_tensor, export_values, lane_picture, view_picture
from .figure_dialog import FigureDialog
from .figures import Form, Paint, caption_of, figure, lanes_figure, lanes_of, widget_figure
from .place_picture import load_workspace, save_picture
from .settings_dialog import ENCODERS

if TYPE_CHECKING:
    from .curves import Curves
    from .late import Late
    from .window import MainWindow

_RECORDINGS = f"Recordings ({' '.join('*' + suffix for suffix in SOUNDS)});;All files (*)"
_SESSIONS = "Sessions (*.framescope);;Pictures with their place (*.png);;All files (*)"
REMEMBERED = "recent"
"""The first word of the channels in which files are remembered: the disk may be slow, and the window need not wait."""
_FIGURES = "Pictures (*.png);;Drawings (*.svg)"
_EXPORTS = "Values (*.npy *.csv);;Pictures (*.png *.svg)"


class Files(QObject):
    """Opens and saves."""

    def __init__(self, window: "MainWindow", curves: "Late[Curves]") -> None:
        super().__init__(window)
        self._window, self._curves, self._kept = window, curves, False
        window.model.stage_ready.connect(self._on_stage)

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
        self._ask("Open recording", _RECORDINGS, self.open_recording)

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
        if path := QFileDialog.getExistingDirectory(self._window, "Open the folder that a port has written"):
            self._window.comparing.add(Path(path))

    def ask_open_port_file(self) -> None:
        """Ask for one file that a port has written."""
        self._ask("Open a file that a port has written", "All files (*)", self._window.comparing.add)

    def ask_encoder(self) -> None:
        """Ask for an encoder, and remember it once it has proven itself."""
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

    def ask_export_lane(self, lane: Lane, *, port: bool = False) -> None:
        """Ask where to save a lane: its values, of the selection where there is one, or its picture."""
        title = f"{lane.title} of the port" if port else lane.title
        name = f"{title.replace(' ', '_')}.npy"
        self._ask_where(f"Export {title}", name, _EXPORTS, lambda path: self.export_lane(lane, path, port=port))

    def ask_save_picture(self) -> None:
        """Ask where to save a picture of the window, which can be opened again at its place."""
        self._ask_where("Save picture", "framescope.png", "Pictures (*.png)", self.save_picture)

    def copy_frame(self) -> None:
        """Copy the tensor of the cursor's frame as text that numpy reads."""
        tensor = self.tensor()
        # numpy's own repr takes a second for what this does in milliseconds; the digits are exact, if not the fewest.
        values = repr(tensor.tolist()).replace("], ", "],\n")
        QGuiApplication.clipboard().setText(f"array({values}, dtype={tensor.dtype.name})")

    def export_frame(self, path: Path) -> None:
        """Save the tensor of the cursor's frame by the suffix: values (.npy, .csv) or a picture (.png, .svg)."""
        if path.suffix.lower() in PICTURES:
            self._write_picture(view_picture(self._window.links.panel.tensor.canvas, path), path)
        else:
            tensor, frame = self.tensor(), self._window.timeline.frame
            self._write(lambda _: export_tensor(tensor, frame, path), path)

    def export_lane(self, lane: Lane, path: Path, *, port: bool = False) -> None:
        """Save a lane by the suffix: values (.npy, .csv), the reference's or the port's, or a picture (.png, .svg)."""
        if path.suffix.lower() in PICTURES:
            self._write_picture(lane_picture(lane, path), path)
            return
        span = self._window.timeline.selection
        if isinstance(lane, ErrorLane):
            curves = lane.curves
            self._write(lambda _: export_curves(curves, span, path), path)
            return
        stage = self._stage(lane, port=port)
        self._write(lambda tick: export_values(stage, span, path, tick=tick), path)

    def _stage(self, lane: Lane, *, port: bool) -> Stage:
        """Give what a lane shows, of the reference or of the port.

        Raises
        ------
        InputError
            It is not there yet, or the lane shows the file itself.
        """
        window = self._window
        if lane is window.channels.lane:
            raise InputError(f"{lane.title} are those of the file; they are exported as a picture, .png or .svg")
        if lane in window.lanes.extras:
            stage = window.analyses.stage_of(lane)
        else:
            name, run = window.lanes.stage_of(lane), window.links.side(port=port)
            computing = run is not None and run.origin == "computed" and not window.model.has(name)
            stage = run[name] if run is not None and name in run and not computing else None
        if stage is None:
            title = window.lanes.stage_of(lane) or lane.title
            raise InputError(f"there is no {title} to export yet; open a recording or a port and wait for it")
        return stage

    def save_picture(self, path: Path) -> None:
        """Save a picture of the window, which can be opened again at its place."""
        image, workspace = self._window.grab().toImage(), self._window.document.workspace()
        self._write(lambda _: save_picture(image, workspace, path), path)

    def ask_figure(self) -> None:
        """Ask what a figure is to show, and how, and where to save it."""
        views = self._figures()
        dialog = FigureDialog([*views], Form(caption=caption_of(self._window)), self._window)
        accepted = dialog.exec()
        chosen, form = dialog.chosen, dialog.form
        dialog.deleteLater()
        if accepted:
            save = partial(self.save_figure, chosen, form)
            self._ask_where("Export figure", "figure.png", _FIGURES, save)

    def save_figure(self, what: str, form: Form, path: Path) -> None:
        """Save a figure of what is offered under this name."""
        self._write_picture(figure(self._figures()[what], form, path, self._window.palette()), path)

    def _figures(self) -> dict[str, Paint]:
        """Give what there are figures of, by name."""
        window = self._window
        lanes, curves = lanes_of(window), self._curves.made
        views = {"All lanes": lanes_figure(lanes, window.lanes.ruler)}
        views |= {f"Lane: {lane.title}": lanes_figure([lane], window.lanes.ruler) for lane in lanes}
        views["Tensor"] = widget_figure(window.links.panel.tensor)
        plots: dict[str, QWidget | None] = {
            "Histogram": window.links.panel.values.statistics.histogram,
            "Scatter": window.links.panel.values.scatter.plot,
            "Curves": curves.plot if curves else None,
        }
        views |= {name: widget_figure(plot) for name, plot in plots.items() if plot}
        return views

    def _write_picture(self, write: Callable[[], None], path: Path) -> None:
        self._write(lambda _: write(), path)

    def _write(self, write: Callable[[Tick], None], path: Path) -> None:
        self._window.jobs.submit(EXPORT, write, lambda _: self._window.say(f"written to {path}"))

    def tensor(self) -> np.ndarray:
        """Give the cursor's frame's tensor: of the side of a comparison that is shown, the reference's where all are.

        Raises
        ------
        InputError
            There is none.
        """
        values = self._window.links.panel.tensor.values
        if values is None:
            raise InputError("there is no frame tensor here; open a recording or a port and wait for its features")
        return np.asarray(values)

    def _use_encoder(self, path: Path) -> None:
        self._window.preferences.take_encoder(str(path.resolve()))

    def _on_stage(self, name: str) -> None:
        if name == "audio" and self._window.model.path:
            self.remember(self._window.model.path)

    def _ask(self, title: str, kinds: str, use: Callable[[Path], object]) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, title, "", kinds)
        if path:
            self._say_of(use, Path(path))

    def _ask_where(self, title: str, name: str, kinds: str, save: Callable[[Path], object]) -> None:
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        if path:
            self._say_of(save, Path(path))

    def _say_of(self, use: Callable[[Path], object], path: Path) -> None:
        """Do something with a file that was chosen, also from a menu of a lane; what is wrong is said."""
        try:
            use(path)
        except InputError as error:
            self._window.say(str(error))

"""The main window: lanes, frame panel, transport, menus, and what the commands do."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QInputDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ..core.encoder.choice import remember_encoder
from ..core.errors import InputError
from ..core.feature_order import correlation_order, living, variance_order
from ..core.progress import Tick
from ..models.jobs import Jobs
from ..models.markers import Markers
from ..models.recent import recent_files, remember_recent
from ..models.recording import RecordingModel
from ..models.timeline import Timeline
from ..models.workspace import Workspace, autosave_path
from ..widgets.ruler import Unit
from ..widgets.transport import Transport
from .commands import COMMANDS, Command
from .dialogs import CommandPalette, KeySheet, parse_moment
from .frame_panel import FrameLinks
from .lanes import LaneFiller, LanePane
from .theme import Theme, apply_theme

AUTOSAVE_MS = 10_000
_RECORDINGS = "Recordings (*.wav *.flac *.ogg *.opus *.mp3 *.m4a *.mp4 *.mov *.aiff);;All files (*)"


class MainWindow(QMainWindow):
    """One recording, every stage of it on one time axis, and the tensor of the frame under the cursor."""

    links: FrameLinks

    def __init__(self) -> None:
        super().__init__()
        self.timeline, self.jobs, self.markers = Timeline(), Jobs(), Markers()
        self.model = RecordingModel(self.timeline, self.jobs)
        self.lanes = LanePane(self.timeline)
        self.filler = LaneFiller(self.lanes, self.model, self.timeline, self.jobs)
        self.links = FrameLinks(self.lanes, self.filler, self.model, self.timeline)
        self.progress, self.encoder = QLabel(), QLabel()
        self._pending: Workspace | None = None
        self._orders = {"index": None, "variance": variance_order, "correlation": correlation_order}
        self._order, self._folded = "index", False
        self.setWindowTitle("Framescope")
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self._lay_out()
        self._add_commands()
        self._connect()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lanes, 1)
        column.addWidget(Transport(self.timeline))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(left)
        both.addWidget(self.links.panel)
        both.setStretchFactor(0, 1)
        both.setSizes([1000, 420])
        self.setCentralWidget(both)
        for label, name in ((self.progress, "Progress"), (self.encoder, "Encoder")):
            label.setAccessibleName(name)
        self.statusBar().addWidget(self.progress, 1)
        self.statusBar().addPermanentWidget(self.encoder)

    def _add_commands(self) -> None:
        menus: dict[str, QMenu] = {}
        for command in COMMANDS:
            if command.menu not in menus:
                menus[command.menu] = self.menuBar().addMenu(command.menu)
            action = QAction(command.title, self)
            action.setObjectName(command.id)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.triggered.connect(lambda _=False, command=command: self.run(command))
            menus[command.menu].addAction(action)
        self._recent = QMenu("Open recent", self)
        self._recent.aboutToShow.connect(self._list_recent)
        menus["File"].insertMenu(menus["File"].actions()[1], self._recent)

    def _connect(self) -> None:
        self.model.stage_ready.connect(self._on_stage)
        self.model.progress.connect(self._on_progress)
        self.model.finished.connect(self._on_finished)
        self.model.failed.connect(lambda error: self.progress.setText(str(error)))
        self._autosave = QTimer(self)
        self._autosave.timeout.connect(self.autosave)
        self._autosave.start(AUTOSAVE_MS)

    def run(self, command: Command) -> None:
        """Carry a command out; what is wrong with its input is said in the status bar."""
        try:
            command.run(self)
        except InputError as error:
            self.progress.setText(str(error))

    # Recordings and sessions

    def open(self, path: str | Path, encoder: str | None = None) -> None:
        """Open a recording; everything is computed in the background."""
        self.setWindowTitle(f"{Path(path).name} - Framescope")
        self.encoder.clear()
        self.model.open(path, encoder)

    def workspace(self) -> Workspace:
        """Give what a session file remembers of the window."""
        path = self.model.path
        return Workspace(
            recording=str(path.resolve()) if path else None,
            config=self.model.config,
            timeline=self.timeline.state,
            markers=self.markers.items,
            lanes={"features": {"order": self._order, "folded": self._folded}},
        )

    def restore(self, workspace: Workspace) -> None:
        """Bring back what a session file remembers."""
        self._pending = workspace
        self.markers.set_items(workspace.markers)
        features = workspace.lanes.get("features", {})
        self._order = str(features.get("order", "index")) if features.get("order") in self._orders else "index"
        self._folded = bool(features.get("folded", False))
        self.model.set_config(workspace.config)
        if workspace.recording:
            self.open(workspace.recording, workspace.encoder)

    def autosave(self) -> None:
        """Remember the session, so that a crash loses at most ten seconds."""
        if self.model.path is None:
            return
        try:
            self.workspace().save(autosave_path())
        except InputError as error:
            self.progress.setText(str(error))

    # What the commands do

    def ask_open(self) -> None:
        """Ask for a recording."""
        path, _ = QFileDialog.getOpenFileName(self, "Open recording", "", _RECORDINGS)
        if path:
            self.open(path)

    def ask_encoder(self) -> None:
        """Ask for an encoder, and remember it."""
        path, _ = QFileDialog.getOpenFileName(self, "Choose encoder", "", "Encoders (*.onnx *.pth *.pt);;All files (*)")
        if path:
            remember_encoder(path)
            self.model.set_encoder(path)

    def ask_save_session(self) -> None:
        """Ask where to save the session."""
        path, _ = QFileDialog.getSaveFileName(self, "Save session", "session.framescope", "Sessions (*.framescope)")
        if path:
            self.workspace().save(Path(path))

    def ask_open_session(self) -> None:
        """Ask for a session."""
        path, _ = QFileDialog.getOpenFileName(self, "Open session", "", "Sessions (*.framescope);;All files (*)")
        if path:
            self.restore(Workspace.load(Path(path)))

    def ask_export_frame(self) -> None:
        """Ask where to save the tensor of the cursor's frame."""
        name = f"frame_{self.timeline.frame:05d}_reshaped.npy"
        path, _ = QFileDialog.getSaveFileName(self, "Export frame", name, "Arrays (*.npy)")
        if path:
            np.save(path, self._tensor())

    def ask_export_picture(self) -> None:
        """Ask where to save a picture of the window."""
        path, _ = QFileDialog.getSaveFileName(self, "Save picture", "framescope.png", "Pictures (*.png)")
        if path:
            self.grab().save(path)

    def copy_frame(self) -> None:
        """Copy the tensor of the cursor's frame as text that numpy reads."""
        with np.printoptions(threshold=2**31, floatmode="unique"):
            QGuiApplication.clipboard().setText(repr(self._tensor()))

    def ask_go_to(self) -> None:
        """Ask for a time or frame."""
        text, sure = QInputDialog.getText(self, "Go to", "Seconds (22.32), minutes (1:02.5) or a frame (f558):")
        if sure:
            self.timeline.seek(parse_moment(text, self.timeline.timebase))

    def add_marker(self) -> None:
        """Put a marker at the cursor."""
        self.markers.add(self.timeline.cursor, f"frame {self.timeline.frame}")
        self.progress.setText(f"marker at frame {self.timeline.frame:,}; Ctrl+Down and Ctrl+Up go to markers")

    def go_to_marker(self, direction: int) -> None:
        """Go to the next marker, or the one before."""
        here = self.timeline.cursor
        places = sorted(m.seconds for m in self.markers.items if (m.seconds - here) * direction > 1e-6)
        if places:
            self.timeline.seek(places[0] if direction > 0 else places[-1])

    def zoom(self, factor: float) -> None:
        """Zoom around the cursor."""
        self.timeline.zoom_at(self.timeline.cursor, factor)

    def order_features(self, order: str) -> None:
        """Order the rows of the feature lane by ``index``, ``variance`` or ``correlation``."""
        self._order = order
        self._apply_order()

    def fold_dead_features(self) -> None:
        """Leave out the features that are zero everywhere, or show them again."""
        self._folded = not self._folded
        self._apply_order()

    def next_ruler_unit(self) -> None:
        """Count in seconds, frames or mel columns."""
        following: dict[Unit, Unit] = {"seconds": "frames", "frames": "columns", "columns": "seconds"}
        self.lanes.ruler.set_unit(following[self.lanes.ruler.unit])

    def toggle_lane(self, number: int) -> None:
        """Show or hide a lane; the last one stays."""
        lane = self.lanes.stages[number]
        if not lane.isHidden() and sum(not other.isHidden() for other in self.lanes.stages) == 1:
            return
        lane.setHidden(not lane.isHidden())

    def set_theme(self, theme: Theme) -> None:
        """Use the light, the dark or the system's colours."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)

    def show_palette(self) -> None:
        """Search the commands and run one."""
        palette = CommandPalette(COMMANDS, self)
        if palette.exec() and palette.chosen:
            self.run(palette.chosen)

    def show_keys(self) -> None:
        """Show all keys."""
        KeySheet(COMMANDS, self).exec()

    # What happens

    def _on_stage(self, name: str) -> None:
        path = self.model.path
        if name == "audio" and path:
            remember_recent(path)
            pending, self._pending = self._pending, None
            if pending:
                self.timeline.restore(pending.timeline)
            else:
                self.timeline.go_home()
        elif name == "features":
            self.encoder.setText(f"encoder: {self.model.encoder_label}")

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        self.progress.setText(f"{stage} {100 * done / total:.0f} %" if total else f"{stage} …")

    def _on_finished(self) -> None:
        self.progress.setText("")
        if self._order != "index" or self._folded:
            self._apply_order()

    def _apply_order(self) -> None:
        run = self.model.run
        if run is None or "features" not in run:
            return
        features, how, folded = np.asarray(run["features"].array), self._orders[self._order], self._folded

        def order(_: Tick) -> npt.NDArray[np.intp]:
            rows = np.arange(features.shape[1]) if how is None else how(features)
            return rows[np.isin(rows, living(features))] if folded else rows

        self.jobs.submit("feature order", order, self.lanes.features.set_order)

    def _tensor(self) -> np.ndarray:
        run, frame = self.model.run, self.timeline.frame
        if run is None or "tensors" not in run:
            raise InputError("there is no frame tensor yet; open a recording and wait for its features")
        return np.asarray(run["tensors"].array[frame])

    def _list_recent(self) -> None:
        self._recent.clear()
        for recent in recent_files():
            action = self._recent.addAction(str(recent.path) + (" (missing)" if recent.missing else ""))
            action.setEnabled(not recent.missing)
            action.triggered.connect(lambda _=False, path=recent.path: self.open(path))

    # Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.open(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Remember the session and end all work."""
        self.autosave()
        self._autosave.stop()
        self.jobs.close()
        event.accept()

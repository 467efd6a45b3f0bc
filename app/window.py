"""The main window: lanes, frame panel, comparison, transport, and the menus drawn from the table of commands."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QInputDialog, QLabel, QMainWindow, QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from ..core.errors import InputError
from ..models.jobs import Jobs
from ..models.markers import Markers
from ..models.recent import recent_files
from ..models.recording import RecordingModel
from ..models.runs import Runs
from ..models.timeline import Timeline
from .commands import COMMANDS, Command
from .dialogs import CommandPalette, KeySheet, parse_moment
from .document import Document
from .files import EXPORT, Files
from .frame_panel import FrameLinks
from .lane_menu import LaneMenu
from .lanes import LaneFiller, LanePane
from .marks import Marks
from .playing import Playing
from .preferences import Preferences
from .views import Views

if TYPE_CHECKING:
    from .comparing import Comparing


class MainWindow(QMainWindow):
    """One recording, every stage of it on one time axis, the tensor of the frame under the cursor, and its ports."""

    links: FrameLinks
    marks: Marks
    views: Views
    files: Files
    playing: Playing
    document: Document
    preferences: Preferences

    def __init__(self, model: RecordingModel | None = None) -> None:
        """Make the window of a recording that may be under way already, or of one to come."""
        super().__init__()
        self.model = model or RecordingModel(Timeline(), Jobs())
        self.timeline, self.jobs, self.markers = self.model.timeline, self.model.jobs, Markers()
        self.runs = Runs(self.model, self.timeline, self.jobs)
        self.lanes = LanePane(self.timeline)
        self.filler = LaneFiller(self.lanes, self.model, self.timeline, self.jobs)
        self.links = FrameLinks(self.lanes, self.filler, self.model, self.timeline, self.runs, jobs=self.jobs)
        self.progress, self.encoder = QLabel(), QLabel()
        self._path: Path | None = None
        self.playing = Playing(self)
        self._lay_out()
        self.marks, self.views, self.files = Marks(self), Views(self), Files(self)
        self.preferences = Preferences(self)
        self.document = Document(self)
        LaneMenu(self)
        self._add_commands()
        self._connect()

    def _lay_out(self) -> None:
        self.setWindowTitle("Framescope")
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lanes, 1)
        column.addWidget(self.playing.transport)
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
        self._search = QToolButton(self)
        self._search.setText("Search commands (Ctrl+Shift+P)")
        self._search.setAutoRaise(True)
        self._search.clicked.connect(self.show_palette)
        self.menuBar().setCornerWidget(self._search)

    def _connect(self) -> None:
        self.model.cleared.connect(self._on_cleared)
        self._on_cleared()
        self.model.stage_ready.connect(self._on_stage)
        self.model.progress.connect(self._on_progress)
        self.model.finished.connect(lambda: self.say(""))
        self.model.failed.connect(lambda error: self.say(str(error)))
        self.jobs.failed.connect(self._on_job_failed)
        self.jobs.progress.connect(self._on_job_progress)

    @cached_property
    def comparing(self) -> "Comparing":
        """What compares; it is made when it is needed first, because most of the code is only about that."""
        from .comparing import Comparing  # noqa: PLC0415

        return Comparing(self)

    def run(self, command: Command) -> None:
        """Carry a command out; what is wrong with its input is said in the status bar."""
        try:
            command.run(self)
        except InputError as error:
            self.say(str(error))

    def say(self, text: str) -> None:
        """Say something in the status bar."""
        self.progress.setText(text)

    def open(self, path: str | Path, encoder: str | None = None) -> None:
        """Open a recording; everything is computed in the background."""
        self.model.open(path, encoder)

    def ask_go_to(self) -> None:
        """Ask for a time or frame."""
        text, sure = QInputDialog.getText(self, "Go to", "Seconds (22.32), minutes (1:02.5) or a frame (f558):")
        if sure:
            self.timeline.seek(parse_moment(text, self.timeline.timebase))

    def show_palette(self) -> None:
        """Search the commands and run one."""
        palette = CommandPalette(COMMANDS, self)
        if palette.exec() and palette.chosen:
            self.run(palette.chosen)

    def show_keys(self) -> None:
        """Show all keys."""
        KeySheet(COMMANDS, self).exec()

    def _on_cleared(self) -> None:
        """Name what is open; what is computed anew of the same recording can still be undone."""
        path = self.model.path
        self.setWindowTitle(f"{path.name} - Framescope" if path else "Framescope")
        self.encoder.clear()
        if path != self._path:
            self._path = path
            self.markers.set_items(())
            self.document.history.clear()

    def _on_stage(self, name: str) -> None:
        if name == "features":
            self.encoder.setText(f"encoder: {self.model.encoder_label}")

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        self.say(f"{stage} {100 * done / total:.0f} %" if total else f"{stage} …")

    def _on_job_failed(self, channel: str, error: BaseException) -> None:
        if channel in {EXPORT, "report"}:
            self.say(str(error))

    def _on_job_progress(self, channel: str, done: int, total: int) -> None:
        if channel == EXPORT and total:
            self.say(f"exporting {100 * done / total:.0f} %; Esc cancels")

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
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self._open_dropped(Path(url.toLocalFile()))

    def _open_dropped(self, path: Path) -> None:
        try:
            self.files.open(path)
        except InputError as error:
            self.say(str(error))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Remember the session and end all work."""
        self.document.close()
        self.playing.close()
        if "comparing" in vars(self):
            self.comparing.close()
        self.runs.close()
        self.model.close()  # what it has delivered already must not arrive
        self.jobs.close()
        event.accept()

"""The main window: lanes, frame panel, comparison, transport, and the menus drawn from the table of commands."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...core.base.errors import InputError
from ...models.recent import recent_files
from ...models.recording import CHANNEL, OPENING, RecordingModel
from ...models.words import caption, window_title
from ...widgets.keys import let_space_press
from ...widgets.label import CutLabel, Label
from ...widgets.paint_turn import TURN
from ...widgets.panels.start_page import StartPage
from ..error_text import error_text
from .actions import Actions
from .asking import Asking
from .commands import COMMANDS
from .document import Document
from .export_actions import Exports
from .exports import EXPORT
from .file_actions import Files
from .inspection import Inspection
from .lane_menu import LaneMenu
from .late import Late
from .marker_actions import Marks
from .opening import Opening
from .playback_actions import Playing
from .preferences import Preferences
from .preloading import load_comparing, load_plots
from .recipes import Recipes
from .tool_bar import ToolBar
from .views import Views

if TYPE_CHECKING:
    from ...models.jobs import Jobs
    from ...models.markers import Markers
    from ...models.runs import Runs
    from ...models.timeline import Timeline
    from ..presenters.analysis_lanes import AnalysisLanes
    from ..presenters.channel_lane import ChannelLane
    from ..presenters.frame_panel import FrameLinks
    from ..presenters.lanes import LanePane
    from .compare_actions import Comparing
    from .corpora import Corpora
    from .curves import Curves
    from .live import LiveWindow
    from .measuring import Measuring
    from .panels import Panels
    from .tabs import Tabs


class MainWindow(QMainWindow):
    """One recording, every stage of it on one time axis, the tensor of the frame under the cursor, and its ports."""

    inspection: Inspection
    model: RecordingModel
    runs: "Runs"
    timeline: "Timeline"
    panels: "Panels"
    channels: "ChannelLane"
    analyses: "AnalysisLanes"
    links: "FrameLinks"
    lanes: "LanePane"
    jobs: "Jobs"
    markers: "Markers"
    marks: Marks
    views: Views
    files: Files
    exports: Exports
    playing: Playing
    document: Document
    preferences: Preferences
    recipes: Recipes

    def __init__(self, model: RecordingModel | None = None) -> None:
        """Make the window of a recording that may be under way already, or of one to come."""
        super().__init__()
        self.inspection = inspection = Inspection(self, model)
        self.model, self.runs, self.timeline = inspection.model, inspection.runs, inspection.timeline
        self.jobs, self.markers, self.panels = inspection.jobs, inspection.markers, inspection.panels
        self.lanes, self.links = inspection.lanes, inspection.links
        self.channels, self.analyses = inspection.channels, inspection.analyses
        self.progress, self.work = CutLabel(elide=Qt.TextElideMode.ElideMiddle), Label()
        inspection.said.connect(self.progress.setText)
        self.tabs: Tabs | None = None
        """The window around it, where it is one of several recordings'."""
        self._path: Path | None = None
        self._unread = ""
        """Why the recording that was to be opened could not be read."""
        self._comparing, self._curves = Late(self._made_comparing), Late(self._made_curves)
        self.playing, self.opening = Playing(inspection), Opening(inspection)
        self.encoder = self.opening.encoder
        self._lay_out()
        self.marks, self.views, self.files = Marks(inspection), Views(inspection), Files(self)
        self._add_commands()
        self.preferences = Preferences(inspection, self.playing, self.opening, self._comparing)
        self.recipes = Recipes(inspection)
        self.document = Document(inspection, self.views, self.opening, self.recipes, self._comparing)
        self.document.kept.connect(self.files.keep)
        self.exports = Exports(inspection, self.document, self._curves, self.encoder.text)
        LaneMenu(inspection, self.views, self.exports)
        self._connect()
        let_space_press(self)

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
        self._pages = QStackedWidget()
        self._pages.addWidget(left)
        self.setCentralWidget(self._pages)
        panel = self.links.panel
        for name, title, content in (
            ("frame", "Frame", panel.tensor),
            ("value", "Value under the pointer", panel.readout),
            ("values", "Values", panel.values),
        ):
            self.panels.add(name, title, content)
        self.panels.arrange()
        self.progress.setAccessibleName("Message")
        for label, name in ((self.work, "Progress"), (self.encoder, "Encoder")):
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.statusBar().addWidget(self.progress, 1)
        self.statusBar().addPermanentWidget(self.work)
        self.statusBar().addPermanentWidget(self.playing.facts, 1000)  # all it asks for
        self.statusBar().addPermanentWidget(self.encoder)

    def _add_commands(self) -> None:
        self.commands = Actions(self)
        self.asking: Asking = Asking(self.inspection, self.commands)
        self._recent = QMenu("Open recent", self)
        self._recent.aboutToShow.connect(self._list_recent)
        files = self.commands.menus["File"]
        files.insertMenu(files.actions()[1], self._recent)
        self.addToolBar(ToolBar(self.commands))

    def _connect(self) -> None:
        self.model.cleared.connect(self._on_cleared)
        self._on_cleared()
        self.model.progress.connect(self._on_progress)
        self.model.finished.connect(self._prepare)
        if self.model.path is None:
            QTimer.singleShot(0, self, self._prepare)
        self.model.failed.connect(self._on_failed)
        self.model.refused.connect(lambda error: self.inspection.say(error_text(error).splitlines()[0]))
        self.jobs.progress.connect(self._on_job_progress)
        self.jobs.finished.connect(self._on_job_finished)
        for changed in (
            self.model.cleared,
            self.model.stage_ready,
            self.model.finished,
            self.runs.changed,
            self.runs.updated,
            self.runs.lag_changed,
            self.timeline.selection_changed,
            self.timeline.follow_changed,
            self.markers.changed,
            self.panels.changed,
            self.analyses.changed,
            self.channels.changed,
            self.inspection.history.stack.indexChanged,
        ):
            changed.connect(self.commands.refresh_soon)
        self.commands.refresh()
        for changed in (self.model.cleared, self.runs.changed):
            changed.connect(self._show_page)
        self._show_page()

    @property
    def comparing(self) -> "Comparing":
        """What compares; it is made once the window has nothing else to do, or when it is needed."""
        return self._comparing()

    def _made_comparing(self) -> "Comparing":
        from .compare_actions import Comparing  # noqa: PLC0415

        comparing = Comparing(self.inspection)
        comparing.opened.connect(self.files.remember)
        comparing.changed.connect(self.commands.refresh_soon)
        comparing.banner.first_requested.connect(self.commands["first_divergence"].trigger)
        return comparing

    @property
    def curves(self) -> "Curves":
        """What fills the panel of curves; it is made once what draws them is loaded."""
        return self._curves()

    def _made_curves(self) -> "Curves":
        from .curves import Curves  # noqa: PLC0415

        return Curves(self.inspection)

    @cached_property
    def measuring(self) -> "Measuring":
        """What measures; it is made when it is needed."""
        from .measuring import Measuring  # noqa: PLC0415

        return Measuring(self.inspection)

    @cached_property
    def live(self) -> "LiveWindow":
        """What records; it is made when it is needed."""
        from .live import LiveWindow  # noqa: PLC0415

        live = LiveWindow(self.inspection)
        live.recorded.connect(self.files.open_recording)
        return live

    @cached_property
    def corpora(self) -> "Corpora":
        """What shows the results of a corpus; it is made when it is needed."""
        from .corpora import Corpora  # noqa: PLC0415

        return Corpora(self.inspection, self.document)

    def _prepare(self) -> None:
        """Load and make what compares while nobody waits for it: with the first port the window would, for 0.2 s."""
        self.jobs.submit("code", load_comparing, lambda _: self._comparing())
        self.jobs.submit("plots", load_plots, lambda _: self._show_plots())

    def _show_plots(self) -> None:
        """Make what draws by the library that is loaded now."""
        self.links.panel.values.load_plots()
        self.curves.show()

    def _show_page(self) -> None:
        """Show the lanes, or where nothing is open, or what was to be opened could not be, the ways to begin."""
        loaded = any(run.path is not None for run in self.runs.items)
        empty = not loaded and (self.model.path is None or bool(self._unread))
        if empty and self._pages.count() == 1:
            self._pages.addWidget(self._made_start())
        start = self._pages.widget(1)
        if isinstance(start, StartPage) and empty:
            start.set_recent(recent_files())
            start.set_problem(self._unread)
        self._pages.setCurrentIndex(1 if empty else 0)
        self.panels.set_away(empty)

    def _made_start(self) -> StartPage:
        names = ("open", "open_sample", "open_port", "choose_recipe")
        titled = [(command, self.commands[command.id]) for command in COMMANDS if command.id in names]
        page = StartPage([(command.title(), command.icon, action.trigger) for command, action in titled])
        page.recent_chosen.connect(self._open_any)
        let_space_press(page)
        return page

    def _on_cleared(self) -> None:
        """Name what is open; what is computed anew of the same recording can still be undone."""
        path, self._unread = self.model.path, ""
        self.panels.offer("frame", self.model.is_original)
        self.setWindowTitle(f"{window_title(path.name)} - Framescope" if path else "Framescope")
        if path != self._path:
            self.inspection.say(self._carried_over())
            self._path = path
            self.markers.set_items(())
            self.inspection.history.clear()

    def _on_failed(self, error: object) -> None:
        """Say what went wrong, where nothing was read in the place of the lanes that would be empty."""
        said = error_text(error).splitlines()[0]
        self.inspection.say(said)
        if self.model.recording is None:
            self._unread = said
            self._show_page()

    def _carried_over(self) -> str:
        """Say by which recipe another recording is computed, where that of the one before holds on."""
        recipe = self.model.recipe
        if self._path is None or self.model.path is None or self.model.is_original:
            return ""
        return f"computed by the recipe of the recording before, {recipe.label}; File, Choose recipe has others"

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        self.work.setText(f"{stage} {100 * done / total:.0f} %" if total else f"{stage} …")

    def _on_job_progress(self, channel: str, done: int, total: int) -> None:
        if channel == EXPORT and total:
            self.work.setText(f"exporting {100 * done / total:.0f} %; Esc cancels")

    def _on_job_finished(self, channel: str) -> None:
        if channel in {CHANNEL, OPENING, EXPORT}:
            self.work.clear()

    def _list_recent(self) -> None:
        self._recent.clear()
        for recent in recent_files():
            action = self._recent.addAction(caption(recent.path) + (" (missing)" if recent.missing else ""))
            action.setEnabled(not recent.missing)
            action.triggered.connect(lambda _=False, path=recent.path: self._open_any(path))

    # Qt's events

    def event(self, event: QEvent) -> bool:
        """Paint in several turns of the event loop what one has no time for."""
        with TURN.during(event):
            return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self._open_any(Path(url.toLocalFile()))

    def _open_any(self, path: Path) -> None:
        try:
            self.files.open(path)
        except InputError as error:
            self.inspection.say(str(error))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Remember the session and end all work."""
        self.document.close()
        self.panels.close()
        self.commands.stop()
        self.playing.close()
        self.preferences.close()
        self.inspection.close()
        event.accept()

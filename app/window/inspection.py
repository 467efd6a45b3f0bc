"""What verbs act on: one recording that is inspected, with its runs and its time, what shows them, and undo."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from ...models.jobs import Jobs
from ...models.markers import Markers
from ...models.recording import RecordingModel
from ...models.remembering import Remembering
from ...models.runs import Runs
from ...models.timeline import Timeline
from ..presenters.analysis_lanes import AnalysisLanes
from ..presenters.channel_lane import ChannelLane
from ..presenters.frame_panel import FrameLinks
from ..presenters.lanes import LaneFiller, LanePane
from .history import History
from .panels import Panels


class Inspection(QObject):
    """One recording, its ports and what shows them; verbs are given this, and it knows none of them.

    Parameters
    ----------
    window : QMainWindow
        Where panels are docked; dialogs lie over it.
    model : RecordingModel or None
        A recording that may be under way already; None: one to come.
    """

    said = Signal(str)
    """A sentence for the user."""
    closed = Signal()
    """The window is closed: what runs by itself is to end."""

    def __init__(self, window: QMainWindow, model: RecordingModel | None = None) -> None:
        super().__init__(window)
        self.window = window
        self.model = model or RecordingModel(Timeline(), Jobs())
        self.timeline, self.jobs, self.markers = self.model.timeline, self.model.jobs, Markers()
        self.runs = Runs(self.model, self.timeline, self.jobs)
        # They announce to this, which holds them: without an owner in Qt neither could ever be let go of.
        for part in (self.model, self.timeline, self.jobs, self.markers, self.runs):
            part.setParent(self)
        self.remembering = Remembering(self.jobs, self)
        self.lanes = LanePane(self.timeline)
        filler = LaneFiller(self.lanes, self.model, self.timeline, self.jobs)
        self.channels = ChannelLane(self.lanes, self.model, self.jobs)
        self.analyses = AnalysisLanes(self.lanes, self.model, self.jobs)
        self.links = FrameLinks(self.lanes, filler, self.model, self.timeline, self.runs, jobs=self.jobs)
        self.panels, self.history = Panels(window), History(self)
        self.history.failed.connect(self.said)

    def say(self, text: str) -> None:
        """Say something to the user, in one sentence."""
        self.said.emit(text)

    def say_failures(self, *channels: str) -> None:
        """Say from now on why a job in one of these channels has failed."""
        self.jobs.failed.connect(lambda channel, error: self.say(str(error)) if channel in channels else None)

    def close(self) -> None:
        """End all work."""
        self.closed.emit()
        self.runs.close()
        self.model.close()  # what it has delivered already must not arrive
        self.jobs.close()

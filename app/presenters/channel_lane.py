"""The recording's own channels in a lane: where the user wants them, or where mixing loses them."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from ...core.sound.channels import Channels, read_channels
from ...models.jobs import Jobs
from ...models.recording import RecordingModel
from ...models.recording_words import kept_words, source_kind
from ...widgets.lanes.channels_lane import ChannelsLane
from ..error_text import error_text
from .lanes import LanePane

_CHANNEL = "channels"
_MOSTLY_LOST = 0.25
"""Share of the channels' power that a mix keeps where they cancel each other: two that are unlike keep a half."""


class ChannelLane(QObject):
    """Reads the channels of a recording that has several, says what mixing loses, and shows them."""

    changed = Signal()
    """The lane is shown, or not any more; or more is known of what the mix has kept."""

    def __init__(self, pane: LanePane, model: RecordingModel, jobs: Jobs) -> None:
        super().__init__(pane)
        self._pane, self._model, self._jobs = pane, model, jobs
        self._lane: ChannelsLane | None = None
        self._found: Channels | None = None
        self._ready = False
        model.cleared.connect(self._on_cleared)
        model.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    @property
    def shown(self) -> bool:
        """Whether there is a lane of the channels."""
        return self._lane is not None

    @property
    def lane(self) -> ChannelsLane | None:
        """The lane, where there is one."""
        return self._lane

    @property
    def words(self) -> str:
        """What mixing has lost; nothing where that is little."""
        return kept_words(self._found) if self._found and self._found.kept < _MOSTLY_LOST else ""

    def show(self, shown: bool) -> None:
        """Show the lane, or take it away."""
        if shown and self._lane is None:
            self._lane = ChannelsLane(self._model.timeline)
            self._pane.add_extra(self._lane, 0)
            self._fill()
            self._read()
        elif not shown and self._lane is not None:
            self._pane.remove_extra(self._lane)
            self._lane = None
        self.changed.emit()

    def _on_cleared(self) -> None:
        self._ready, self._found = False, None
        self._jobs.cancel(_CHANNEL)
        if self._lane:
            self._lane.set_error(None)
        self._fill()
        self.changed.emit()

    def _on_finished(self) -> None:
        """Read once nobody waits for anything else: the file is decoded a second time."""
        self._ready = True
        recording = self._model.recording
        if self._lane or (recording and recording.format.channels > 1):
            self._read()

    def _read(self) -> None:
        recording = self._model.recording
        if self._ready and recording and self._found is None:
            self._jobs.submit(_CHANNEL, partial(read_channels, recording.path), self._show)

    def _show(self, found: Channels) -> None:
        self._found = found
        if found.kept < _MOSTLY_LOST and self._lane is None:
            self.show(True)
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        if self._lane:
            recording = self._model.recording
            said = (source_kind(recording), self.words) if recording else ()
            self._lane.set_channels(self._found, tuple(filter(None, said)))

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel == _CHANNEL and self._lane:
            self._lane.set_error(error_text(error))

"""The lanes of one recording, and what fills them: pyramids built off the GUI thread, bands of the cursor's frame."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QGridLayout, QSplitter, QWidget

from ..core.arrays import NDArray, RowBlocks
from ..core.config import CONTEXT_ROWS, WINDOW_COLUMNS
from ..core.pyramid import PeakPyramid
from ..models.jobs import Jobs
from ..models.quantised import FEATURE_RANGE, MEL_RANGE
from ..models.recording import RecordingModel
from ..models.timeline import Timeline
from ..widgets.lanes.error_lane import ErrorLane
from ..widgets.lanes.heatmap import HeatLane
from ..widgets.lanes.lane import Lane
from ..widgets.lanes.overview import Overview
from ..widgets.lanes.ruler import TimeRuler
from ..widgets.lanes.waveform import WaveformLane
from .errors import error_text
from .lane_scroll import LaneScroll

WELCOME = "Drop a recording here, or open one with Ctrl+O. To look around first: Help, Open the sample."


class LanePane(QWidget):
    """Overview, ruler, waveform, mel, features and errors, one above the other; the last four can be resized."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self.overview, self.ruler = Overview(timeline), TimeRuler(timeline)
        self.waveform = WaveformLane(timeline)
        self.mel = HeatLane(timeline, "mel", "mel")
        self.features = HeatLane(timeline, "features", "features")
        self.errors = ErrorLane(timeline)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        for lane, stretch in zip((*self.stages, self.errors), (2, 4, 5, 2), strict=True):
            self.splitter.addWidget(lane)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.errors.hide()
        self.scroll = LaneScroll(self.splitter)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(1)
        for row, part in enumerate((self.overview, self.ruler, self.scroll)):
            grid.addWidget(part, row, 0)
        grid.addWidget(self.scroll.bar, 2, 1)
        grid.setRowStretch(2, 1)
        grid.setColumnStretch(0, 1)

    @property
    def stages(self) -> tuple[WaveformLane, HeatLane, HeatLane]:
        """The lanes that show a stage, of one run or of two."""
        return self.waveform, self.mel, self.features

    @property
    def timed(self) -> tuple[Lane, ...]:
        """Everything on the time axis."""
        return self.overview, self.ruler, *self.stages, self.errors


class LaneFiller(QObject):
    """Keeps the lanes at what the recording's model has."""

    def __init__(self, pane: LanePane, model: RecordingModel, timeline: Timeline, jobs: Jobs) -> None:
        super().__init__(pane)
        self._pane, self._model, self._timeline, self._jobs = pane, model, timeline, jobs
        self._shown: set[str] = set()
        """Stages whose lanes have their arrays."""
        model.cleared.connect(self._clear)
        model.stage_ready.connect(self._on_stage)
        model.mel_filled.connect(self._on_mel)
        model.features_filled.connect(self._on_features)
        model.finished.connect(self._on_finished)
        model.failed.connect(self._on_failed)
        timeline.cursor_changed.connect(self.show_frame)
        if model.path:
            self._clear()
        else:
            pane.waveform.set_error(WELCOME)

    def show_frame(self) -> None:
        """Outline what the cursor's frame sees: its window on the mel, its 16 context rows on the features."""
        frame, half = self._timeline.frame, CONTEXT_ROWS // 2
        self.show_window(frame)
        # Context rows are rows of the padded features, which begin one row before the raw ones.
        self._pane.features.set_band(
            *(frame - half - 1, frame + half - 1) if "features" in self._shown else (None, None)
        )

    def show_window(self, frame: int | None) -> None:
        """Outline the context window of a frame on the mel lane."""
        run = self._model.run
        windows = run["windows"].array if run is not None and "windows" in run else None
        if frame is None or not isinstance(windows, RowBlocks) or not 0 <= frame < len(windows):
            self._pane.mel.set_band(None, None)
            return
        start = int(windows.index[frame, 0])
        self._pane.mel.set_band(start, start + WINDOW_COLUMNS)

    def _clear(self) -> None:
        self._shown.clear()
        for lane in (self._pane.overview, *self._pane.stages):
            lane.set_error(None)
            lane.set_config(self._model.config)
        self._pane.overview.set_pyramid(None)
        self._pane.waveform.set_samples(None, None)
        self._pane.mel.set_array(None, None)
        self._pane.features.set_array(None, None)

    def _on_stage(self, name: str) -> None:
        run = self._model.run
        if run is None:
            return
        if name == "audio":
            self._build_peaks(np.asarray(run["audio"].array))
        elif name == "mel":
            self._pane.mel.set_levels(MEL_RANGE[0], max(self._model.codes["mel"].peak, MEL_RANGE[0] + 1))
        elif name == "windows":
            self.show_frame()
        elif name == "features":
            pyramid = self._model.codes["features"].pyramid
            self._pane.features.set_array(run["features"].array, pyramid, rate=self._timeline.timebase.fps)
            self._shown.add(name)
            self.show_frame()

    def _build_peaks(self, samples: NDArray) -> None:
        def show(pyramid: PeakPyramid) -> None:
            self._pane.overview.set_pyramid(pyramid)
            self._pane.waveform.set_samples(samples, pyramid)

        self._jobs.submit("peaks", partial(PeakPyramid.build, samples), show)

    def _on_mel(self, columns: NDArray, start: int, stop: int) -> None:
        if "mel" not in self._shown:
            self._shown.add("mel")
            rate, offset = self._timeline.timebase.items_at("mel")
            self._pane.mel.set_array(columns, self._model.codes["mel"].pyramid, rate=rate, offset=offset)
        self._pane.mel.items_changed(start, stop)

    def _on_features(self, start: int, stop: int) -> None:
        if "features" in self._shown:
            self._pane.features.items_changed(start, stop)

    def _on_finished(self) -> None:
        """Fit the features' levels to the whole recording, never to what is visible."""
        self._pane.features.set_levels(FEATURE_RANGE[0], max(self._model.codes["features"].peak, 1e-3))

    def _on_failed(self, error: object) -> None:
        """Say what failed in the first lane that has nothing to show: what follows fails for the same reason."""
        run = self._model.run
        stages = zip(("audio", "mel", "features"), self._pane.stages, strict=True)
        empty = (lane for name, lane in stages if run is None or name not in run)
        next(empty, self._pane.features).set_error(error_text(error))

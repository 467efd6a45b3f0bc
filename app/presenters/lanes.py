"""The lanes of one recording, and what fills them: pyramids built off the GUI thread, bands of the cursor's frame."""

from collections.abc import Callable
from functools import partial
from math import floor

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSplitter, QWidget

from ...core.base.arrays import NDArray, RowBlocks
from ...core.compare.alignment import time_major
from ...core.config import CONTEXT_ROWS, WINDOW_COLUMNS
from ...core.drawing.coordinates import stage_coordinates
from ...core.drawing.pyramid import PeakPyramid
from ...core.encoder.choice import EncoderError
from ...core.recipe.measured import related_items
from ...core.run import Stage
from ...models.jobs import Jobs
from ...models.lane_plan import LanePlan, lane_plans, signal_level
from ...models.quantised import Quantised
from ...models.recording import RecordingModel
from ...models.recording_words import source_words
from ...models.timeline import Timeline
from ...widgets.lanes.comparing_lane import ComparingLane
from ...widgets.lanes.error_lane import ErrorLane
from ...widgets.lanes.heat_pixels import fitting_levels
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from ...widgets.lanes.overview import Overview
from ...widgets.lanes.ruler import TimeRuler
from ...widgets.lanes.waveform import WaveformLane
from ..error_text import error_text
from .lane_scroll import LaneScroll

WELCOME = "Drop a recording here, or open one with Ctrl+O. To look around first: Help, Open the sample."
CHOOSE_ENCODER = "Choose encoder …"
"""What helps where the encoder cannot be loaded."""
_COMPUTING = "computing …"
_STRETCHES = {"audio": 2, "features": 5}
_STRETCH = 4
_SHARED = 100
"""Pixels to one part of the height, before they are scaled to those that there are: more than any lane needs."""
_ROUNDING = 1e-6


class LanePane(QWidget):
    """Overview, ruler, waveform, a lane for each stage that is a picture over time, and errors, one above the other."""

    lane_added = Signal(object)
    """A lane below the ruler, which was not there before."""
    planned = Signal()
    """There are other lanes than before, or they show other stages."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self.overview, self.ruler = Overview(timeline), TimeRuler(timeline)
        self.waveform = WaveformLane(timeline)
        self.errors = ErrorLane(timeline)
        self._lanes: dict[str, WaveformLane | HeatLane] = {"audio": self.waveform}
        self._extras: list[Lane] = []
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        for lane in (self.waveform, self.errors):
            self.splitter.addWidget(lane)
            self.splitter.setStretchFactor(self.splitter.count() - 1, _STRETCHES["audio"])
        self.errors.hide()
        self.plan(lane_plans())
        self.scrolling = LaneScroll(self.splitter)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(1)
        for row, part in enumerate((self.overview, self.ruler, self.scrolling), 1):
            grid.addWidget(part, row, 0)
        grid.addWidget(self.scrolling.bar, 3, 1)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(0, 1)

    def put_above(self, part: QWidget) -> None:
        """Have something stand above the lanes, hidden for now."""
        part.hide()
        self._grid.addWidget(part, 0, 0)

    def share_height(self) -> None:
        """Give every lane its usual part of the height, as often as it shows something beneath something else."""
        lanes = sorted((*self.stages, *self._extras, self.errors), key=self.splitter.indexOf)
        parts = (len(lane.heads()) if isinstance(lane, ComparingLane) else 1 for lane in lanes)
        shares = zip(lanes, parts, strict=True)
        self.splitter.setSizes([_SHARED * lane.sizePolicy().verticalStretch() * part for lane, part in shares])

    @property
    def stages(self) -> tuple[WaveformLane | HeatLane, ...]:
        """The lanes that show a stage, of one run or of two."""
        return tuple(self._lanes.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The stages that have a lane, in the order of the lanes."""
        return tuple(self._lanes)

    @property
    def timed(self) -> tuple[Lane, ...]:
        """Everything on the time axis."""
        return self.overview, self.ruler, *self.stages, *self._extras, self.errors

    @property
    def extras(self) -> tuple[Lane, ...]:
        """The lanes that show no stage of the pipeline, below those that do."""
        return tuple(self._extras)

    def add_extra(self, lane: Lane, place: int) -> None:
        """Put a lane that shows no stage below the stages, `place` of its kind above it."""
        first = self.splitter.indexOf(self.errors) - len(self._extras)
        self._extras.insert(place, lane)
        self.splitter.insertWidget(first + place, lane)
        self.splitter.setStretchFactor(first + place, _STRETCHES["audio"])
        self.lane_added.emit(lane)

    def remove_extra(self, lane: Lane) -> None:
        """Take a lane that shows no stage away."""
        self._extras.remove(lane)
        self._remove(lane)

    def lane(self, stage: str) -> WaveformLane | HeatLane | None:
        """Give the lane of a stage, None where it has none."""
        return self._lanes.get(stage)

    def heat(self, stage: str) -> HeatLane | None:
        """Give the heat map of a stage, None where it has none."""
        lane = self._lanes.get(stage)
        return lane if isinstance(lane, HeatLane) else None

    def stage_of(self, lane: Lane) -> str:
        """Give the stage that a lane shows; empty where it shows none."""
        return next((stage for stage, each in self._lanes.items() if each is lane), "")

    @property
    def mel(self) -> HeatLane:
        """The lane of the mel of SyncTalk_2D."""
        return self._heat("mel")

    @property
    def features(self) -> HeatLane:
        """The lane of the features of SyncTalk_2D."""
        return self._heat("features")

    def _heat(self, stage: str) -> HeatLane:
        lane = self.heat(stage)
        assert lane is not None
        return lane

    def for_each(self, use: Callable[[Lane], object]) -> None:
        """Do something with every lane between ruler and errors: those that are there, and those to come."""
        for lane in (*self.stages, *self._extras):
            use(lane)
        self.lane_added.connect(use)

    def plan(self, plans: tuple[LanePlan, ...]) -> None:
        """Have a lane for each of these stages, in this order, and no other; lanes of the same stage stay."""
        old, self._lanes = self._lanes, {}
        added = []
        for place, each in enumerate(plans):
            lane = old.pop(each.stage, None)
            if lane is None or isinstance(lane, WaveformLane) != each.signal:
                self._remove(lane)
                lane = self._made(each)
                added.append(lane)
            self._lanes[each.stage] = lane
            self.splitter.insertWidget(place, lane)
            self.splitter.setStretchFactor(place, _STRETCHES.get(each.stage, _STRETCH))
        for gone in old.values():
            self._remove(gone)
        if added or old:
            self.share_height()
        for lane in added:
            self.lane_added.emit(lane)
        self.planned.emit()

    def _made(self, plan: LanePlan) -> WaveformLane | HeatLane:
        if plan.signal:
            return WaveformLane(self._timeline, plan.stage, plan.stage)
        return HeatLane(self._timeline, plan.stage, plan.coordinates)

    @staticmethod
    def _remove(lane: QWidget | None) -> None:
        if lane is not None:
            lane.setParent(None)
            lane.deleteLater()


def show_stage(lane: HeatLane, stage: Stage, codes: Quantised) -> None:
    """Show a stage by its codes, as far as they are filled."""
    lane.set_coordinates(stage_coordinates(stage))
    lane.set_array(
        time_major(stage),
        codes.pyramid,
        rate=stage.clock.rate,
        offset=stage.clock.offset,
        logarithmic=codes.coding.logarithmic,
    )


class LaneFiller(QObject):
    """Keeps the lanes at what the recording's model has."""

    def __init__(self, pane: LanePane, model: RecordingModel, timeline: Timeline, jobs: Jobs) -> None:
        super().__init__(pane)
        self._pane, self._model, self._timeline, self._jobs = pane, model, timeline, jobs
        self._shown: set[str] = set()
        """Stages whose lanes have their arrays."""
        model.cleared.connect(self._clear)
        model.stage_ready.connect(self._on_stage)
        model.stage_filled.connect(self._on_filled)
        model.finished.connect(self._on_finished)
        model.failed.connect(self._on_failed)
        timeline.cursor_changed.connect(self.show_frame)
        if model.path:
            self._clear()
        else:
            pane.waveform.set_error(WELCOME)

    def show_frame(self) -> None:
        """Outline what the cursor's frame sees: its window on the mel, its 16 context rows on the features."""
        if not self._model.is_original:
            self._show_origins()
            return
        frame, half = self._timeline.frame, CONTEXT_ROWS // 2
        self.show_window(frame)
        # Context rows are rows of the padded features, which begin one row before the raw ones.
        self._pane.features.set_band(
            *(frame - half - 1, frame + half - 1) if "features" in self._shown else (None, None)
        )

    def _show_origins(self) -> None:
        """Outline the items that the item of the last stage at the cursor was made of, where it has several."""
        run, stage = self._model.run, self._model.stage_names[-1]
        if run is not None and stage in run:
            clock = run[stage].clock
            self.show_related(stage, floor(self._timeline.cursor * clock.rate + clock.offset + _ROUNDING))

    def show_related(self, stage: str, item: int) -> None:
        """Outline, in the lanes of a recipe's other stages, the items that one was made of or went into."""
        run = self._model.run
        found = related_items(run, stage, item) if run is not None else {}
        for name in self._pane.names:
            if lane := self._pane.heat(name):
                first, last = found.get(name, (0, 0))
                lane.set_band(*(first, last + 1) if last > first else (None, None))

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
        self._pane.plan(lane_plans(self._model.recipe))
        for lane in (self._pane.overview, *self._pane.stages):
            lane.set_error(None)
        self._pane.overview.set_pyramid(None)
        for plan in lane_plans(self._model.recipe):
            shown = self._pane.lane(plan.stage)
            if shown:
                shown.set_source(plan.source)
                shown.set_awaited(_COMPUTING if self._model.path else "")
            if isinstance(shown, WaveformLane):
                shown.set_samples(None, None)
            elif shown:
                shown.set_coordinates(plan.coordinates)
                shown.set_array(None, None)

    def _on_stage(self, name: str) -> None:
        run = self._model.run
        if run is None:
            return
        if name == "audio":
            self._show_source()
            self._build_peaks(np.asarray(run["audio"].array))
        else:
            self._show_stage(run[name])

    def _show_source(self) -> None:
        """Say at the samples what they were made of."""
        recording = self._model.recording
        self._pane.waveform.set_source(source_words(recording, self._model.audio) if recording else "")

    def _show_stage(self, stage: Stage) -> None:
        """Show a stage that is there, or will be filled."""
        lane = self._pane.lane(stage.name)
        if isinstance(lane, HeatLane):
            self._show_heat(lane, stage)
            if self._model.has(stage.name):
                self._fit(stage.name)
        elif isinstance(lane, WaveformLane):
            self._build_signal(lane, np.asarray(stage.array))
        self.show_frame()

    def _show_heat(self, lane: HeatLane, stage: Stage) -> None:
        """Show a stage as far as it is filled, unless that is shown already."""
        codes = self._model.codes.get(stage.name)
        if codes and stage.name not in self._shown:
            show_stage(lane, stage, codes)
            self._shown.add(stage.name)

    def _fit(self, name: str) -> None:
        """Fit a lane's levels to the whole recording, never to what is visible."""
        lane, codes = self._pane.heat(name), self._model.codes.get(name)
        if lane and codes and not codes.fitted:
            lane.set_levels(*fitting_levels(codes.pyramid, codes.peak))

    def _build_peaks(self, samples: NDArray) -> None:
        def show(pyramid: PeakPyramid) -> None:
            self._pane.overview.set_pyramid(pyramid)
            self._pane.waveform.set_samples(samples, pyramid)
            self._pane.waveform.set_awaited("")

        self._jobs.submit("peaks", partial(PeakPyramid.build, samples), show)

    def _build_signal(self, lane: WaveformLane, samples: NDArray) -> None:
        def show(pyramid: PeakPyramid) -> None:
            if lane in self._pane.stages:
                lane.set_samples(samples, pyramid, signal_level(pyramid))
                lane.set_awaited("")

        self._jobs.submit(f"peaks {lane.title}", partial(PeakPyramid.build, samples), show)

    def _on_filled(self, stage: Stage, start: int, stop: int) -> None:
        if lane := self._pane.heat(stage.name):
            self._show_heat(lane, stage)
            lane.items_changed(start, stop)

    def _await_nothing(self) -> None:
        for lane in self._pane.stages:
            lane.set_awaited("")

    def _on_finished(self) -> None:
        """Have nothing more to come but the peaks of signals, which are gathered beside the computation."""
        for lane in self._pane.stages:
            if isinstance(lane, HeatLane):
                lane.set_awaited("")
        self._fit(self._model.encoded_stage)

    def _on_failed(self, error: object) -> None:
        """Say what failed in the first lane that has nothing to show: what follows fails for the same reason."""
        self._await_nothing()
        run = self._model.run
        plans = lane_plans(self._model.recipe)
        empty = [plan.stage for plan in plans if run is None or plan.stage not in run] or [plans[-1].stage]
        if lane := self._pane.lane(empty[0]):
            lane.set_error(error_text(error), CHOOSE_ENCODER if isinstance(error, EncoderError) else "")

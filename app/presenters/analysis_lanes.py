"""The lanes of analyses: measured beside the GUI thread, with where the errors lie by them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from ...core.analysis import ANALYSES, Analysis, Measured, error_share, measure_beside
from ...core.axis import Axis, Clock
from ...core.base.progress import Tick
from ...core.drawing.coordinates import Coordinates
from ...core.run import Stage
from ...core.stages.audio import Recording
from ...models.jobs import Jobs
from ...models.quantised import Coding, Quantised
from ...models.recording import RecordingModel
from ...widgets.lanes.curve_lane import CurveLane
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from ..error_text import error_text
from .lanes import LanePane

_SHARE = 0.002
"""Share of the values that may lie beyond the levels on either side."""
_SAMPLED = 1 << 16
_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """What a job has made: the measure, and its codes where it has several rows."""

    measured: Measured
    codes: Quantised | None


class AnalysisLanes(QObject):
    """Shows the analyses that are chosen, of whichever recording is open."""

    changed = Signal()
    """Others are shown than before."""

    def __init__(self, pane: LanePane, model: RecordingModel, jobs: Jobs) -> None:
        super().__init__(pane)
        self._pane, self._model, self._jobs = pane, model, jobs
        self._lanes: dict[str, CurveLane | HeatLane] = {}
        self._found: dict[str, Measured] = {}
        self._ready = False
        model.cleared.connect(self._on_cleared)
        model.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        pane.errors.curves_changed.connect(self._say_shares)

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the analyses that have a lane, in the order of the table."""
        return tuple(analysis.name for analysis in ANALYSES if analysis.name in self._lanes)

    def lane(self, name: str) -> Lane | None:
        """Give the lane of an analysis, None where it has none."""
        return self._lanes.get(name)

    def name_of(self, lane: Lane) -> str | None:
        """Give the name of the analysis that a lane shows."""
        return next((name for name, each in self._lanes.items() if each is lane), None)

    def stage_of(self, lane: Lane) -> Stage | None:
        """Give what the lane of an analysis shows; None where it is another lane, or not measured yet."""
        found = self._found.get(self.name_of(lane) or "")
        return _as_stage(found) if found else None

    def show(self, names: tuple[str, ...]) -> None:
        """Have a lane for each of these analyses, and for no other; names that are none are ignored."""
        before = self.shown
        for analysis in ANALYSES:
            if analysis.name in names and analysis.name not in self._lanes:
                self._add(analysis)
            elif analysis.name not in names and analysis.name in self._lanes:
                self._remove(analysis.name)
        if self.shown != before:
            self.changed.emit()

    def toggle(self, name: str) -> None:
        """Show an analysis, or take it away."""
        shown = set(self.shown)
        self.show(tuple(shown ^ {name}))

    # The lanes

    def _add(self, analysis: Analysis) -> None:
        timeline = self._model.timeline
        if analysis.curve:
            lane: CurveLane | HeatLane = CurveLane(timeline, analysis.title, analysis.unit)
        else:
            lane = HeatLane(timeline, analysis.title, _coordinates(analysis, None))
        others = len(self._pane.extras) - len(self._lanes)  # which stand above
        before = [each.name for each in ANALYSES[: ANALYSES.index(analysis)] if each.name in self._lanes]
        self._lanes[analysis.name] = lane
        self._pane.add_extra(lane, others + len(before))
        self._measure(analysis)

    def _remove(self, name: str) -> None:
        self._jobs.cancel(_channel(name))
        lane = self._lanes.pop(name)
        self._found.pop(name, None)
        self._pane.remove_extra(lane)
        if name == "f0":
            self._trace(None)

    def _on_cleared(self) -> None:
        self._ready = False
        self._found.clear()
        for name, lane in self._lanes.items():
            self._jobs.cancel(_channel(name))
            lane.set_error(None)
            if isinstance(lane, CurveLane):
                lane.set_curve(np.zeros(0, np.float32), 1.0)
                lane.set_words("")
            else:
                lane.set_array(None, None)
        self._trace(None)

    def _on_finished(self) -> None:
        """Measure once nobody waits for anything else: librosa is loaded with the first measure."""
        self._ready = True
        for analysis in ANALYSES:
            if analysis.name in self._lanes and analysis.name not in self._found:
                self._measure(analysis)

    def _measure(self, analysis: Analysis) -> None:
        recording = self._model.recording
        if self._ready and recording is not None:
            work = partial(_drawn, analysis, recording, self._model.audio.sample_rate)
            self._jobs.submit(_channel(analysis.name), work, partial(self._show, analysis.name))

    def _show(self, name: str, drawn: _Drawn) -> None:
        measured, lane = drawn.measured, self._lanes[name]
        self._found[name] = measured
        if isinstance(lane, CurveLane):
            lane.set_curve(measured.values, measured.rate)
            self._say_shares()
        elif drawn.codes:
            lane.set_coordinates(_coordinates(measured.analysis, measured))
            lane.set_array(measured.values, drawn.codes.pyramid, rate=measured.rate, offset=0.5)
        if name == "f0":
            self._trace(measured)

    def _trace(self, pitch: Measured | None) -> None:
        """Draw the pitch over the lanes whose rows are frequencies."""
        seconds = np.arange(len(pitch.values)) / pitch.rate if pitch else np.zeros(0)
        for lane in (*self._pane.stages, *self._pane.extras):
            if isinstance(lane, HeatLane):
                lane.set_trace(seconds, pitch.values if pitch else np.zeros(0, np.float32))

    def _say_shares(self) -> None:
        """Say of each curve where the errors of the first stage that differs lie by it."""
        errors = next((each.curve for each in self._pane.errors.curves if np.nansum(each.curve.values) > 0), None)
        for name, lane in self._lanes.items():
            if isinstance(lane, CurveLane) and name in self._found:
                share = error_share(errors, self._found[name]) if errors else None
                lane.set_words(str(share) if share else "", share.lines if share else ())

    def _on_failed(self, channel: str, error: BaseException) -> None:
        for name, lane in self._lanes.items():
            if channel == _channel(name):
                lane.set_error(error_text(error))


def _as_stage(found: Measured) -> Stage:
    """Give a measure as a stage, (items,) or (items, rows), whose items have their moments, and whose rows hertz."""
    axes = (Axis("item", items="items"), Axis("row"))[: found.values.ndim]
    return Stage(found.analysis.title, found.values, axes, clock=Clock(found.rate, 0.5), hz=found.hz)


def _channel(name: str) -> str:
    return f"analysis {name}"


def _drawn(analysis: Analysis, recording: Recording, rate: int, tick: Tick) -> _Drawn:
    """Measure a recording, in a process beside this one, and quantise what has several rows; in a job."""
    measured = measure_beside(analysis, recording.samples, rate)
    if analysis.curve:
        return _Drawn(measured, None)
    values = measured.values
    some = values.ravel()[:: 1 + values.size // _SAMPLED]
    low, high = (float(level) for level in np.quantile(some, (_SHARE, 1 - _SHARE)))
    codes = Quantised(len(values), values.shape[1], Coding(low, max(high, low + 1e-6)))
    for start in range(0, len(values), _BLOCK):
        codes.fill(start, values[start : start + _BLOCK])
        tick(start, len(values))
    return _Drawn(measured, codes)


def _coordinates(analysis: Analysis, measured: Measured | None) -> Coordinates:
    hz = measured.hz if measured else None

    def text(index: tuple[int, ...]) -> str:
        item, row = index
        named = f"{hz[row]:,.0f} Hz" if hz is not None else analysis.rows[row] if analysis.rows else f"row {row}"
        return f"{named}, {item / measured.rate:.3f} s" if measured else named

    place: Callable[[tuple[int, ...]], str] = text
    return Coordinates(analysis.title, 0, hz, place, analysis.rows, analysis.unit)

"""The panel at the side: the tensor of the cursor's frame, the value under the pointer, statistics, and their links."""

from collections.abc import Callable, Iterator
from math import floor, log10
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from ...core.base.arrays import NDArray, value_range
from ...core.compare.frame_times import frame_of_index
from ...core.compare.pair import Pair, PairedValues
from ...core.compare.paired_blocks import paired_blocks
from ...core.config import CONTEXT_ROWS
from ...core.run import Stage, StageName
from ...core.stages.tensors import cell_of, context_of
from ...models.jobs import Jobs
from ...models.recording import RecordingModel
from ...models.timeline import Timeline
from ...widgets.panels.readout import Readout
from ...widgets.panels.value_tabs import FRAME, ValueTabs
from ...widgets.pointed_value import PointedValue
from ...widgets.tensor.tensor_view import TensorView
from .frame_source import FrameSource
from .lanes import LaneFiller, LanePane

if TYPE_CHECKING:
    from ...models.runs import Runs

_VALUES_MS = 80
_WORST_CELLS = 25


class FramePanel:
    """Tensor, readout and statistics of one frame, each a panel of its own."""

    def __init__(
        self, read: Callable[[StageName, tuple[int, ...]], PointedValue | None], jobs: Jobs | None = None
    ) -> None:
        self.tensor, self.readout, self.values = TensorView(), Readout(read), ValueTabs(jobs)


class FrameLinks(QObject):
    """Keeps the panel at the cursor's frame, and links a tensor cell, its feature cell and its mel window.

    Where two runs are compared, everything is shown of both; without `jobs` only what one frame holds.
    """

    def __init__(
        self,
        pane: LanePane,
        filler: LaneFiller,
        model: RecordingModel,
        timeline: Timeline,
        runs: "Runs | None" = None,
        *,
        jobs: Jobs | None = None,
    ) -> None:
        super().__init__(pane)
        self._pane, self._filler, self._timeline, self._runs, self._jobs = pane, filler, timeline, runs, jobs
        self._source = FrameSource(model, runs)
        self._shown = -1
        self.panel = FramePanel(self._source.read, jobs)
        self.panel.readout.frame_axis = self._source.frame_axis
        self.read = self._source.read
        self.side = self._source.side
        # The plots cost more than everything else together: while one scrubs they follow at some distance.
        self._late = QTimer(self, singleShot=True, interval=_VALUES_MS)
        self._late.timeout.connect(self._show_values)
        self._connect(model)

    def _connect(self, model: RecordingModel) -> None:
        model.cleared.connect(self._clear)
        model.stage_ready.connect(self._on_stage)
        model.stage_filled.connect(self._on_filled)
        model.finished.connect(self._fit_levels)
        self._timeline.cursor_changed.connect(self._on_cursor)
        self._pane.for_each(lambda lane: lane.hovered.connect(self._on_hovered))
        self.panel.tensor.hovered.connect(self._on_hovered)
        self.panel.tensor.picked.connect(self.panel.readout.pin)
        self.panel.values.scope_changed.connect(self._on_scope)
        self.panel.values.worst.chosen.connect(self.go_to)
        if self._runs:
            for signal in (self._runs.changed, self._runs.updated, self._runs.lag_changed):
                signal.connect(lambda *_: self._on_runs())

    # The cursor's frame

    def _on_cursor(self) -> None:
        """Show another frame: within one, the cursor may move sixty times a second."""
        if self._timeline.frame != self._shown:
            self.show_frame()

    def show_frame(self) -> None:
        """Show the tensor of the cursor's frame."""
        frame = self._shown = self._timeline.frame
        self.panel.readout.set_frame(frame)
        if not self._late.isActive():
            self._late.start()
        self.panel.tensor.setHidden(not self._source.is_original)
        array, port = self._source.tensors(frame)
        if not self._source.is_original or array is None or frame >= len(self._source.rows):
            self.panel.tensor.set_error(None)
            return
        config, rows = self._source.config, self._source.rows[frame]
        self.panel.tensor.set_tensor(array, frame, rows, config.mode, self._source.n_rows, fps=config.fps, port=port)

    def show_tensor(self, array: NDArray) -> None:
        """Show another tensor, (C, H, W), in the place of the reference's of the cursor's frame."""
        frame, config = self._timeline.frame, self._source.config
        if frame < len(self._source.rows):
            rows, port = self._source.rows[frame], self._source.tensors(frame)[1]
            self.panel.tensor.set_tensor(
                array, frame, rows, config.mode, self._source.n_rows, fps=config.fps, port=port
            )

    def catch_up(self) -> None:
        """Show at once what otherwise follows at some distance."""
        self._late.stop()
        self._show_values()

    def go_to(self, stage: StageName, index: tuple[int, ...]) -> None:
        """Go to the frame of one value, mark its cell and read it."""
        run = self._source.run
        if run is not None and stage in run:
            self._timeline.visit(run[stage], frame_of_index(run[stage], index, self._timeline.timebase))
        self._on_hovered(self.read(stage, index))
        if lane := self._pane.heat(stage):
            lane.point_at(index)
        if stage == "tensors":
            _, *cell = index
            self.panel.tensor.set_mark((cell[0], cell[1], cell[2]))

    def _show_values(self) -> None:
        """Look at the cursor's frame as a whole, unless whole stages are looked at."""
        values, pair, frame = self.panel.values, self._source.pair, self._timeline.frame
        if values.scope is not None:
            return
        stage = self._source.frame_stage
        values.set_places(stage, lambda: pair.worst(stage, frame, _WORST_CELLS) if pair else ())
        values.set_values(self._source.tensors(frame)[0], pair.item_values(stage, frame) if pair else None)

    # What is compared

    def _on_runs(self) -> None:
        before = self._source.run
        if self._source.refresh():
            self._show_pair()
            self._complete_pair()
        elif self._source.run is not before:
            self.show_frame()

    def _complete_pair(self) -> None:
        """Let the port have the tensors that follow from its features."""
        pair = self._source.pair

        def show(completed: Pair) -> None:
            if self._source.pair is pair:
                self._source.pair = completed
                self._show_pair()

        if self._jobs and pair:
            self._jobs.submit("frame pair", lambda _: pair.completed(), show)

    def _show_pair(self) -> None:
        pair = self._source.pair
        step = self._timeline.timebase.step
        self.panel.values.set_item(FRAME if self._source.is_original else f"this {step} of {self._source.frame_stage}")
        self.panel.tensor.set_compared(pair is not None)
        self.panel.values.set_stages(pair.stages if pair else ())
        self.panel.readout.refresh()
        self._fit_levels()
        self._on_scope(self.panel.values.scope)

    def _on_scope(self, stage: StageName | None) -> None:
        """Look at a whole stage, or at the cursor's frame."""
        pair, comparison = self._source.pair, self._runs.shown if self._runs else None
        self.show_frame()
        if stage is None or pair is None or comparison is None or self._jobs is None:
            return
        worst = {each.stage: each.worst for each in comparison.stages}
        self.panel.values.set_places(stage, lambda: worst.get(stage, ()))

        def blocks() -> Iterator[tuple[NDArray, NDArray]]:
            return ((block.reference, block.port) for block in paired_blocks(pair, stage))

        def show(sampled: PairedValues) -> None:
            self.panel.values.set_values(sampled.reference, sampled, blocks)

        self._jobs.submit("paired values", lambda _: pair.sample(stage), show)

    def _fit_levels(self) -> None:
        """Fit the colours to the whole recording, never to what is visible."""
        pair, run = self._source.pair, self._source.run
        if level := _difference_level(self._runs):
            self.panel.tensor.set_difference_level(level)
        tensors = [each["tensors"].array for each in (run, pair and pair.port) if each and "tensors" in each]
        if self._jobs and tensors:
            self._jobs.submit("tensor levels", lambda _: max(value_range(each)[1] for each in tensors), self._set_high)

    def _set_high(self, high: float) -> None:
        self.panel.tensor.set_levels(0.0, _rounded_up(high) if high > 0 else 1.0)

    # The recording

    def _clear(self) -> None:
        self._source.refresh()
        self.panel.readout.set_probe(None)
        self.show_frame()

    def _on_stage(self, name: str) -> None:
        if name == "tensors":
            self._source.refresh()
            self.show_frame()

    def _on_filled(self, stage: Stage, start: int, stop: int) -> None:
        if stage.name != self._source.encoded_stage:
            return
        if start - CONTEXT_ROWS <= self._timeline.frame < stop + CONTEXT_ROWS:
            self.show_frame()

    # What lies under the pointer

    def _on_hovered(self, probe: PointedValue | None) -> None:
        self.panel.readout.set_probe(probe)
        if not self._source.is_original:
            self._relate(probe)
            return
        if probe is None or probe.stage not in {"features", "tensors"}:
            self._light(None, None)
        elif probe.stage == "tensors":
            _, channel, line, column = probe.index
            context, feature = context_of(channel, line, column, self._source.config)
            row = int(self._source.rows[self._timeline.frame, context]) if context < CONTEXT_ROWS else -1
            # Padded rows begin with the first raw row once more and end with the last.
            last = self._source.n_rows - 3
            self._light(min(max(row - 1, 0), last) if row >= 0 else None, feature)
        else:
            self._light(*probe.index)

    def _relate(self, probe: PointedValue | None) -> None:
        """Outline what a value of a recipe's stage was made of, and what it went into."""
        run = self._source.run
        for name in self._pane.names:
            if lane := self._pane.heat(name):
                lane.set_mark(None, None)
        if probe is None or run is None or probe.stage not in run:
            self._filler.show_frame()
        else:
            self._filler.show_related(probe.stage, probe.index[run[probe.stage].time])

    def _light(self, frame: int | None, feature: int | None) -> None:
        """Mark one feature cell, the window it was made from and the tensor cell that holds it."""
        self._pane.mel.set_mark(None, None)
        self._pane.features.set_mark(frame, feature)
        if frame is None or feature is None:
            self._filler.show_frame()
            self.panel.tensor.set_mark(None)
            return
        self._filler.show_window(frame)
        here, rows = self._timeline.frame, self._source.rows
        places = np.flatnonzero(rows[here] == frame + 1) if here < len(rows) else np.arange(0)
        self.panel.tensor.set_mark(cell_of(int(places[0]), feature, self._source.config) if len(places) else None)


def _difference_level(runs: "Runs | None") -> float:
    """Give the difference that 99 % of the tensors' or features' values stay below; 0 where nothing differs."""
    comparison = runs.shown if runs else None
    stages = comparison.stages if comparison is not None else ()
    found = {each.stage: each.metrics for each in stages if each.metrics}
    metrics = found.get("tensors") or found.get("padded") or found.get("features")
    if metrics is None or runs is None:
        return 0.0
    # Never finer than the tolerance: what agrees must not look like what differs.
    return _rounded_up(max(metrics.p99_abs or metrics.max_abs, runs.profile["tensors"].absolute))


def _rounded_up(value: float) -> float:
    """Round a level of 0 or more up to two digits, which a colour scale has room for."""
    if not value > 0:
        return 0.0
    step = 10.0 ** (floor(log10(value)) - 1)
    return float(f"{np.ceil(value / step) * step:.2g}")

"""The panel at the side: the tensor of the cursor's frame, the value under the pointer, statistics, and their links."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QSplitter

from ..core.arrays import NDArray, RowBlocks
from ..core.config import CONTEXT_ROWS
from ..core.coordinates import describe
from ..core.run import StageName
from ..core.stages.tensors import cell_of, context_of
from ..models.recording import RecordingModel
from ..models.timeline import Timeline
from ..widgets.probe import Probe
from ..widgets.readout import Readout
from ..widgets.statistics import StatisticsPanel
from ..widgets.tensor_view import TensorView
from .lanes import LaneFiller, LanePane

_STATISTICS_MS = 80


class FramePanel(QSplitter):
    """Tensor, readout and statistics of one frame."""

    def __init__(self, read: Callable[[StageName, tuple[int, ...]], Probe | None]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.tensor, self.readout, self.statistics = TensorView(), Readout(read), StatisticsPanel()
        self.setChildrenCollapsible(False)
        for part, stretch in ((self.tensor, 6), (self.readout, 2), (self.statistics, 3)):
            self.addWidget(part)
            self.setStretchFactor(self.count() - 1, stretch)


class FrameLinks(QObject):
    """Keeps the panel at the cursor's frame, and links a tensor cell, its feature cell and its mel window."""

    def __init__(self, pane: LanePane, filler: LaneFiller, model: RecordingModel, timeline: Timeline) -> None:
        super().__init__(pane)
        self._pane, self._filler, self._model, self._timeline = pane, filler, model, timeline
        self.panel = FramePanel(self.read)
        self._rows: NDArray = np.zeros((0, CONTEXT_ROWS), np.int32)
        self._n_rows = 0
        # The histogram's axes cost more than everything else together: while one scrubs they follow at some distance.
        self._statistics = QTimer(self, singleShot=True, interval=_STATISTICS_MS)
        self._statistics.timeout.connect(self._show_statistics)
        model.cleared.connect(self._clear)
        model.stage_ready.connect(self._on_stage)
        model.features_filled.connect(self._on_features)
        timeline.cursor_changed.connect(self.show_frame)
        for lane in pane.stages:
            lane.hovered.connect(self._on_hovered)
        self.panel.tensor.hovered.connect(self._on_hovered)
        self.panel.tensor.picked.connect(self.panel.readout.pin)

    def read(self, stage: StageName, index: tuple[int, ...]) -> Probe | None:
        """Read one value from the run's own array, None where it has not been computed."""
        run = self._model.run
        if run is None or stage not in run or not self._is_filled(stage, index):
            return None
        array = run[stage].array
        if any(not 0 <= place < size for place, size in zip(index, array.shape, strict=True)):
            return None
        return Probe(stage, index, float(array[index]), describe(stage, index, self._model.config))

    def show_frame(self) -> None:
        """Show the tensor of the cursor's frame."""
        frame, array = self._timeline.frame, self._tensor()
        self.panel.readout.set_frame(frame)
        if not self._statistics.isActive():
            self._statistics.start()
        if array is None:
            self.panel.tensor.set_error(None)
            return
        config = self._model.config
        rows = self._rows[frame]
        self.panel.tensor.set_tensor(array, frame, rows, config.mode, self._n_rows, fps=config.fps)

    def _tensor(self) -> NDArray | None:
        """Give the tensor of the cursor's frame, None where there is none."""
        run, frame = self._model.run, self._timeline.frame
        if run is None or "tensors" not in run or not 0 <= frame < len(self._rows):
            return None
        return run["tensors"].array[frame]

    def _show_statistics(self) -> None:
        self.panel.statistics.set_values(self._tensor())

    def _is_filled(self, stage: StageName, index: tuple[int, ...]) -> bool:
        filled = self._model.filled
        return stage != "features" or (index[0] < len(filled) and bool(filled[index[0]]))

    def _clear(self) -> None:
        self._rows = np.zeros((0, CONTEXT_ROWS), np.int32)
        self.panel.readout.set_probe(None)
        self.show_frame()

    def _on_stage(self, name: str) -> None:
        run = self._model.run
        if name == "tensors" and run is not None and isinstance(tensors := run["tensors"].array, RowBlocks):
            self._rows, self._n_rows = tensors.index, len(run["padded"].array)
            self.show_frame()

    def _on_features(self, start: int, stop: int) -> None:
        if start - CONTEXT_ROWS <= self._timeline.frame < stop + CONTEXT_ROWS:
            self.show_frame()

    def _on_hovered(self, probe: Probe | None) -> None:
        self.panel.readout.set_probe(probe)
        if probe is None or probe.stage not in {"features", "tensors"}:
            self._light(None, None)
        elif probe.stage == "tensors":
            _, channel, line, column = probe.index
            context, feature = context_of(channel, line, column, self._model.config)
            row = int(self._rows[self._timeline.frame, context]) if context < CONTEXT_ROWS else -1
            # Padded rows begin with the first raw row once more and end with the last.
            frames = len(self._model.filled)
            self._light(min(max(row - 1, 0), frames - 1) if row >= 0 else None, feature)
        else:
            self._light(*probe.index)

    def _light(self, frame: int | None, feature: int | None) -> None:
        """Mark one feature cell, the window it was made from and the tensor cell that holds it."""
        self._pane.features.set_mark(frame, feature)
        if frame is None or feature is None:
            self._filler.show_frame()
            self.panel.tensor.set_mark(None)
            return
        self._filler.show_window(frame)
        here = self._timeline.frame
        places = np.flatnonzero(self._rows[here] == frame + 1) if here < len(self._rows) else np.arange(0)
        self.panel.tensor.set_mark(cell_of(int(places[0]), feature, self._model.config) if len(places) else None)

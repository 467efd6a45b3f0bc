"""The panel of curves: what a stage holds at the cursor, or one of its values over the time in sight."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from ...widgets.probe import Probe

if TYPE_CHECKING:
    from ...widgets.plots.curves import CurvePlot
    from ..window.window import MainWindow

_WAIT_MS = 80
"""While one scrubs, the curves follow at some distance: drawing them takes longer than all lanes."""
_KINDS = ("At the cursor", "Over time, of the value pointed at")


class Curves(QObject):
    """Fills the plot while it is seen; the plot is made when it is seen first."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._lanes, self._timeline = window, window.lanes, window.timeline
        self._plot: CurvePlot | None = None
        self._row: tuple[HeatLane, int] | None = None
        """The lane and the value that were pointed at last."""
        self._stages, self._kinds, self._content = QComboBox(), QComboBox(), QWidget()
        self._stages.setAccessibleName("Stage of the curves")
        self._kinds.setAccessibleName("Kind of the curves")
        self._kinds.addItems(_KINDS)
        row, self._column = QHBoxLayout(), QVBoxLayout(self._content)
        row.addWidget(self._stages)
        row.addWidget(self._kinds, 1)
        self._column.setContentsMargins(4, 2, 4, 4)
        self._column.addLayout(row)
        self.dock = window.panels.add("curves", "Curves", self._content)
        window.panels.join("curves", "values")
        self._late = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._late.timeout.connect(self.show)
        self._connect()
        self._list_stages()

    def _connect(self) -> None:
        for changed in (
            self._timeline.cursor_changed,
            self._timeline.visible_changed,
            self._window.model.finished,
            self._window.runs.updated,
            self._stages.currentIndexChanged,
            self._kinds.currentIndexChanged,
            self.dock.visibilityChanged,
        ):
            changed.connect(self._follow)
        self._lanes.planned.connect(self._list_stages)
        self._lanes.for_each(self._on_lane)

    def close(self) -> None:
        """Follow no more: the window is closed."""
        self._late.stop()

    @property
    def plot(self) -> "CurvePlot | None":
        """What is drawn; None as long as the panel has not been seen."""
        return self._plot

    def show(self) -> None:
        """Draw what is chosen, where the panel is seen."""
        lane = self._lanes.heat(self._stages.currentText())
        if lane is None or not self._window.panels.shows("curves"):
            return
        if self._plot is None:
            from ...widgets.plots.curves import CurvePlot  # noqa: PLC0415  (with pyqtgraph, loaded beside the GUI thread)

            self._plot = CurvePlot()
            self._column.addWidget(self._plot, 1)
        if self._kinds.currentIndex() == 0:
            self._show_item(self._plot, lane)
        elif self._row:
            self._show_row(self._plot, *self._row)

    def _show_item(self, plot: "CurvePlot", lane: HeatLane) -> None:
        """Show all values of the item at the cursor."""
        values = lane.item_at(self._timeline.cursor)
        if values:
            hz, count = lane.coordinates.hz, len(next(iter(values.values())))
            named = hz is not None and len(hz) == count
            plot.set_curves(np.asarray(hz) if named else np.arange(count), values, "Hz" if named else "row", lane.title)

    def _show_row(self, plot: "CurvePlot", lane: HeatLane, row: int) -> None:
        """Show one value over the time in sight."""
        seconds, values = lane.row_over(row, self._timeline.visible)
        if values:
            plot.set_curves(seconds, values, "seconds", f"{lane.title}, row {row}")

    def _on_lane(self, lane: Lane) -> None:
        if isinstance(lane, HeatLane):
            lane.hovered.connect(partial(self._on_hovered, lane))
            lane.layers_changed.connect(self._follow)

    def _on_hovered(self, lane: HeatLane, probe: Probe | None) -> None:
        if probe is not None and self._kinds.currentIndex() == 1:
            self._row = lane, lane.row_of(probe.index)
            self._follow()

    def _list_stages(self) -> None:
        chosen = self._stages.currentText()
        names = [name for name in self._lanes.names if self._lanes.heat(name)]
        self._row = None
        self._stages.clear()
        self._stages.addItems(names)
        self._stages.setCurrentIndex(max(0, self._stages.findText(chosen)))

    def _follow(self, *_: object) -> None:
        if not self._late.isActive():
            self._late.start()

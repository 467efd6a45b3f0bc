"""The panel of curves: what a stage holds at the cursor, one of its values over time, or where its errors sit."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ...core.compare.comparison import Comparison
from ...core.compare.pair import Pair
from ...core.compare.profiles import ErrorKind, ErrorProfile, error_profile
from ...widgets.compare_view import Role
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from ...widgets.pointed_value import PointedValue
from .inspection import Inspection

if TYPE_CHECKING:
    from ...widgets.plots.curves import CurvePlot

_WAIT_MS = 80
"""While one scrubs, the curves follow at some distance: drawing them takes longer than all lanes."""
PROFILE = "error profile"
"""The channel of `Jobs` in which errors are gathered along an axis."""
_AT_CURSOR, _OVER_TIME = "At the cursor", "Over time, of the value pointed at"
_ERRORS: dict[str, ErrorKind] = {
    "Error against frequency or row": "rows",
    "Error against the level": "level",
    "Error over time": "time",
}


class Curves(QObject):
    """Fills the plot while it is seen; the plot is made when it is seen first."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection, self._lanes, self._timeline = inspection, inspection.lanes, inspection.timeline
        self._plot: CurvePlot | None = None
        self._row: tuple[HeatLane, int] | None = None
        """The lane and the value that were pointed at last."""
        self._gathered: tuple[Comparison, bool, str, str] | None = None
        """Comparison, lag, stage and kind of the errors that are shown or under way."""
        self._stages, self._kinds, self._content = QComboBox(), QComboBox(), QWidget()
        self._stages.setAccessibleName("Stage of the curves")
        self._kinds.setAccessibleName("Kind of the curves")
        self._kinds.addItems((_AT_CURSOR, _OVER_TIME, *_ERRORS))
        row, self._column = QHBoxLayout(), QVBoxLayout(self._content)
        row.addWidget(self._stages)
        row.addWidget(self._kinds, 1)
        self._column.setContentsMargins(4, 2, 4, 4)
        self._column.addLayout(row)
        self.dock = inspection.panels.add("curves", "Curves", self._content)
        inspection.panels.join("curves", "values")
        self._late = QTimer(self, singleShot=True, interval=_WAIT_MS)
        inspection.closed.connect(self._late.stop)
        self._late.timeout.connect(self.show)
        self._connect()
        self._list_stages()

    def _connect(self) -> None:
        for changed in (
            self._timeline.cursor_changed,
            self._timeline.visible_changed,
            self._inspection.model.finished,
            self._inspection.runs.updated,
            self._inspection.runs.changed,
            self._inspection.runs.lag_changed,
            self._stages.currentIndexChanged,
            self._kinds.currentIndexChanged,
            self.dock.visibilityChanged,
        ):
            changed.connect(self._follow)
        self._lanes.planned.connect(self._list_stages)
        self._lanes.for_each(self._on_lane)

    @property
    def plot(self) -> "CurvePlot | None":
        """What is drawn; None as long as the panel has not been seen."""
        return self._plot

    def show(self) -> None:
        """Draw what is chosen, where the panel is seen."""
        lane = self._lanes.heat(self._stages.currentText())
        if lane is None or not self._inspection.panels.shows("curves"):
            return
        if self._plot is None:
            from ...widgets.plots.curves import CurvePlot  # noqa: PLC0415  (with pyqtgraph, loaded beside the GUI thread)

            self._plot = CurvePlot()
            self._column.addWidget(self._plot, 1)
        kind = self._kinds.currentText()
        if kind in _ERRORS:
            self._gather(lane, kind)
            return
        self._leave_errors()
        if kind == _AT_CURSOR:
            self._show_item(self._plot, lane)
        elif self._row:
            self._show_row(self._plot, *self._row)

    def _gather(self, lane: HeatLane, kind: str) -> None:
        """Have the errors of a stage gathered along an axis, unless they are shown or under way already."""
        runs, stage = self._inspection.runs, lane.coordinates.stage
        comparison = runs.shown
        pair = Pair.of(comparison, lag_applied=runs.lag_applied) if comparison is not None else None
        if comparison is None or pair is None or stage not in pair.stages:
            self._leave_errors()
            return
        wanted = comparison, runs.lag_applied, stage, kind
        before, self._gathered = self._gathered, wanted
        if before and before[0] is comparison and before[1:] == wanted[1:]:
            return
        if self._plot and (before is None or before[3] != kind):
            self._plot.set_logarithmic(x=False, y=True)
        hz = lane.coordinates.hz

        def work(_: object) -> ErrorProfile:
            return error_profile(pair, stage, _ERRORS[kind], hz)

        self._inspection.jobs.submit(PROFILE, work, self._show_errors)

    def _show_errors(self, found: ErrorProfile) -> None:
        values: dict[str, NDArray] = {"mean": found.mean, "root mean square": found.rms, "largest": found.largest}
        if self._plot and self._gathered:
            self._plot.set_curves(found.places, values, found.across, "error")

    def _leave_errors(self) -> None:
        """Show values again, on the axes that they had."""
        if self._gathered and self._plot:
            self._inspection.jobs.cancel(PROFILE)
            self._gathered = None
            self._plot.set_logarithmic(x=False, y=False)
            self._plot.set_curves(np.zeros(0), {}, "", "")

    def _show_item(self, plot: "CurvePlot", lane: HeatLane) -> None:
        """Show all values of the item at the cursor."""
        values = lane.item_at(self._timeline.cursor)
        if values:
            hz, count = lane.coordinates.hz, len(next(iter(values.values())))
            named = hz is not None and len(hz) == count
            plot.set_curves(
                np.asarray(hz) if named else np.arange(count), _named(values), "Hz" if named else "row", lane.title
            )

    def _show_row(self, plot: "CurvePlot", lane: HeatLane, row: int) -> None:
        """Show one value over the time in sight."""
        seconds, values = lane.row_over(row, self._timeline.visible)
        if values:
            plot.set_curves(seconds, _named(values), "seconds", f"{lane.title}, row {row}")

    def _on_lane(self, lane: Lane) -> None:
        if isinstance(lane, HeatLane):
            lane.hovered.connect(partial(self._on_hovered, lane))
            lane.layers_changed.connect(self._follow)

    def _on_hovered(self, lane: HeatLane, probe: PointedValue | None) -> None:
        if probe is not None and self._kinds.currentText() == _OVER_TIME:
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


def _named(values: Mapping[Role, NDArray]) -> dict[str, NDArray]:
    """Give values by the name of what they are of."""
    return {str(role): each for role, each in values.items()}

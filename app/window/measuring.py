"""Measuring: from a place that a key has set to the pointer, with the figures of the rectangle between."""

from functools import partial

from PySide6.QtCore import QObject, QRectF, QTimer

from ...core.base.errors import InputError
from ...core.compare.region import Rectangle, region_figures
from ...models.measuring import Spot, between_text
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from ...widgets.lanes.rubber_band import RubberBand
from ...widgets.panels.measure_panel import MeasurePanel
from ...widgets.pointed_value import PointedValue
from .inspection import Inspection

FIGURES = "measured"
"""The channel of `Jobs` in which the figures of the rectangle are worked out."""
_WAIT_MS = 60
"""While the pointer moves, the figures follow at some distance."""


class Measuring(QObject):
    """Sets one end, follows the pointer with the other, and holds it."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection = inspection
        self._start: Spot | None = None
        self._end: Spot | None = None
        self._held = False
        self._band: RubberBand | None = None
        self.panel = MeasurePanel()
        inspection.panels.add("measure", "Measure", self.panel)
        inspection.panels.join("measure", "values")
        self._late = QTimer(self, singleShot=True, interval=_WAIT_MS)
        inspection.closed.connect(self._late.stop)
        self._late.timeout.connect(self._work_out)
        inspection.lanes.for_each(lambda lane: lane.hovered.connect(self._on_hovered))
        inspection.timeline.visible_changed.connect(self._outline)
        inspection.model.cleared.connect(self.clear)

    @property
    def spots(self) -> tuple[Spot | None, Spot | None]:
        """Both ends; None where there is none."""
        return self._start, self._end

    def mark(self) -> None:
        """Measure from the value that is pointed at; the next time hold the other end, then begin anew.

        Raises
        ------
        InputError
            No value of a lane is pointed at.
        """
        if self._start and self._end and not self._held:
            self._held = True
            self._work_out()
            return
        probe = self._inspection.links.panel.readout.probe
        spot = self._spot(probe) if probe else None
        if spot is None:
            raise InputError("point at a value of a lane, and press K there")
        self.clear()
        self._start = spot
        self._inspection.panels.bring("measure")
        self._show()

    def clear(self) -> None:
        """Measure nothing any more."""
        self._start = self._end = None
        self._held = False
        self._late.stop()
        self._inspection.jobs.cancel(FIGURES)
        if self._band:
            self._band.setParent(None)
            self._band.deleteLater()
            self._band = None
        self.panel.set_figures(None)
        self._show()

    def _on_hovered(self, probe: PointedValue | None) -> None:
        if self._start is None or self._held or probe is None or probe.stage != self._start.stage:
            return
        self._end = self._spot(probe)
        self._show()
        if not self._late.isActive():
            self._late.start()

    def _spot(self, probe: PointedValue) -> Spot | None:
        """Give the place of a value; None where its stage has no lane."""
        run, lane = self._inspection.links.side(port=False), self._inspection.lanes.lane(probe.stage)
        if run is None or lane is None or probe.stage not in run:
            return None
        stage = run[probe.stage]
        item = probe.index[stage.time]
        row = lane.row_of(probe.index) if isinstance(lane, HeatLane) else 0
        hz = lane.coordinates.hz if isinstance(lane, HeatLane) else None
        seconds = stage.clock.seconds(item)
        known = hz is not None and row < len(hz)
        return Spot(
            probe.stage,
            item,
            row,
            seconds,
            float(hz[row]) if known and hz is not None else None,
            probe.value,
            probe.port,
        )

    def _show(self) -> None:
        start, end = self._start, self._end
        between = between_text(start, end) if start and end else ""
        self.panel.set_measured(start.text if start else "", end.text if end else "", between)
        self._outline()

    def _lane(self) -> Lane | None:
        return self._inspection.lanes.lane(self._start.stage) if self._start else None

    def _outline(self) -> None:
        """Draw the rectangle on the lane, in each of its parts."""
        lane, start, end = self._lane(), self._start, self._end or self._start
        if lane is None or start is None or end is None:
            return
        if self._band is None or self._band.parent() is not lane:
            self._band = RubberBand(lane)
        if isinstance(lane, HeatLane):
            ends = zip(lane.cell_boxes(start.item, start.row), lane.cell_boxes(end.item, end.row), strict=True)
            self._band.set_boxes([one.united(other) for one, other in ends])
        else:
            left, right = sorted(map(lane.x_of, (start.seconds, end.seconds)))
            self._band.set_boxes([QRectF(left, 1, right - left, lane.height() - 3)])

    def _work_out(self) -> None:
        """Have the figures of the rectangle worked out."""
        start, end, lane, inspection = self._start, self._end, self._lane(), self._inspection
        run, port = (inspection.links.side(port=side) for side in (False, True))
        if start is None or end is None or run is None:
            return
        first, last = sorted((start.item, end.item))
        rows = lane.rows_between(start.row, end.row) if isinstance(lane, HeatLane) else ()
        comparison = inspection.runs.shown
        lags = {each.stage: each.lag or 0 for each in comparison.stages} if comparison is not None else {}
        lag = lags.get(start.stage, 0) if inspection.runs.lag_applied else 0
        work = partial(region_figures, run, port, lag, Rectangle(start.stage, first, last, tuple(rows)))
        inspection.jobs.submit_quick(FIGURES, lambda _: work(), self.panel.set_figures)

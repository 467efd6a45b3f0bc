"""The panel of curves: it is the arrays' own values that are drawn, of both runs and their difference."""

from pathlib import Path
from typing import Any

import numpy as np
from framescope.app.window.window import MainWindow
from helpers.windows import WRONG, open_port
from PySide6.QtCore import QPointF


def test_curves_are_the_values_of_the_arrays(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    window = opened
    open_port(window, ports[1], qtbot)
    curves = window.curves
    window.panels.bring("curves")
    stages, kinds = curves._stages, curves._kinds
    stages.setCurrentText("features")
    window.timeline.seek_frame(WRONG[0])
    qtbot.waitUntil(lambda: curves.plot is not None and "difference" in curves.plot.values)
    reference, port = window.links.side(port=False), window.links.side(port=True)
    plot = curves.plot
    assert plot is not None
    assert reference is not None
    assert port is not None
    expected = reference["features"].array[WRONG[0]], port["features"].array[WRONG[0]]
    qtbot.waitUntil(lambda: np.array_equal(plot.values["reference"], expected[0]))
    assert np.array_equal(plot.values["port"], expected[1])
    assert np.flatnonzero(plot.values["difference"]).tolist() == [7]
    plot.tell_at(7.2)
    assert plot.told.startswith("7: reference ")
    assert "difference 1" in plot.told
    kinds.setCurrentIndex(1)
    lane = window.lanes.features
    probe = lane.probe_at(QPointF(lane.x_of(0.5), lane.parts()[0].box.center().y()))
    assert probe is not None
    lane.hovered.emit(probe)
    column = reference["features"].array[:, lane.row_of(probe.index)]
    qtbot.waitUntil(lambda: len(plot.values["reference"]) == len(column))
    assert np.array_equal(plot.values["reference"], column)

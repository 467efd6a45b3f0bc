"""The panel of curves: the arrays' own values of both runs and their difference, and where the errors sit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from helpers.windows import WRONG, open_port, settle
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


@pytest.mark.parametrize(
    ("kind", "across", "expected"),
    [
        ("Error against frequency or row", "row", [7, 9]),
        ("Error over time", "seconds", [frame / 25 for frame in WRONG]),
    ],
)
def test_errors_are_shown_where_they_sit(
    compared: MainWindow, kind: str, across: str, expected: list[float], qtbot: Any
) -> None:
    curves = compared.curves
    compared.panels.bring("curves")
    curves._stages.setCurrentText("features")
    curves._kinds.setCurrentText(kind)
    qtbot.waitUntil(lambda: curves.plot is not None and "largest" in curves.plot.values)
    settle(compared)
    plot = curves.plot
    assert plot is not None
    assert plot.is_logarithmic("y")
    assert plot.plot.getAxis("bottom").labelText == across
    places = plot.places[plot.values["largest"] > 1e-3]
    assert places == pytest.approx(expected, abs=0.03)
    curves._kinds.setCurrentIndex(0)
    qtbot.waitUntil(lambda: "reference" in plot.values)
    assert not plot.is_logarithmic("y")
    assert "largest" not in plot.values

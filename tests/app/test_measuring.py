"""Measuring: from one value to another, with the rectangle's figures; regions are marked, written and read again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from framescope.widgets.lanes.rubber_band import RubberBand
from helpers.windows import press, run, settle
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest


def hover(window: MainWindow, stage: str, seconds: float, share: float) -> None:
    lane = window.lanes.lane(stage)
    assert lane is not None
    box = lane.parts()[0].box  # type: ignore[union-attr]
    QTest.mouseMove(lane, QPoint(round(lane.x_of(seconds)), round(box.top() + share * box.height())))


@pytest.fixture
def measuring(compared: MainWindow) -> Any:
    compared.timeline.fit()
    yield compared
    compared.measuring.clear()


def test_two_places_and_the_rectangle_between(measuring: MainWindow) -> None:
    window, panel = measuring, measuring.measuring.panel
    hover(window, "mel", 0.5, 0.9)
    press(window, "K")
    hover(window, "mel", 1.5, 0.1)
    press(window, "K")
    start, end = window.measuring.spots
    hover(window, "mel", 1.0, 0.5)  # held
    settle(window)
    assert window.measuring.spots == (start, end)
    assert start is not None
    assert end is not None
    assert start.hz is not None
    assert end.hz is not None
    assert (start.seconds, end.seconds) == pytest.approx((0.5, 1.5), abs=0.02)
    reference, port = (window.links.side(port=side) for side in (False, True))
    assert reference is not None
    assert port is not None
    mel = np.asarray(reference["mel"].array)
    assert start.value == pytest.approx(float(mel[start.row, start.item]))
    rise = end.value - start.value
    between = panel.texts[2]
    assert between.startswith(f"{end.seconds - start.seconds:+.4f} s")
    assert f"{end.hz - start.hz:+,.0f} Hz" in between
    assert f"level {rise:+.6g}, {rise / (end.seconds - start.seconds):+.6g} a second" in between
    part = mel[start.row : end.row + 1, start.item : end.item + 1]
    assert panel.table.item(0, 0).text() == f"{part.size:,}"
    assert panel.table.item(0, 1).text() == f"{part.mean(dtype=np.float64):.6g}"
    assert panel.table.item(2, 4).text() == "0"


def test_the_rectangle_is_seen_where_it_is_and_goes(measuring: MainWindow) -> None:
    window, lane = measuring, measuring.lanes.features
    hover(window, "features", 0.5, 0.2)
    press(window, "K")
    hover(window, "features", 1.0, 0.8)
    (band,) = lane.findChildren(RubberBand)
    assert len(band.boxes) == len(lane.parts())
    assert (band.boxes[0].left(), band.boxes[0].right()) == pytest.approx((lane.x_of(0.5), lane.x_of(1.0)), abs=20)
    before = band.boxes
    window.timeline.show(0.4, 1.2)
    assert band.boxes != before
    press(window, "Shift+K")
    QTest.mouseMove(lane, QPoint(5, 5))
    settle(window)
    assert window.measuring.spots == (None, None)


def test_measuring_moves_nothing_on_a_small_screen(measuring: MainWindow, qtbot: Any) -> None:
    window = measuring
    window.resize(1366, 768)
    run("workspace_compare")(window)
    run("arrange")(window)
    settle(window)
    before = window.size(), window.lanes.mel.size()
    hover(window, "mel", 0.5, 0.2)
    run("measure")(window)
    hover(window, "mel", 1.0, 0.8)
    settle(window)
    qtbot.waitUntil(lambda: window.panels.shows("measure"))
    assert (window.size(), window.lanes.mel.size()) == before
    assert (window.width(), window.height()) == (1366, 768)


def test_the_sound_is_measured_too(measuring: MainWindow) -> None:
    window = measuring
    hover(window, "audio", 0.25, 0.5)
    press(window, "K")
    hover(window, "audio", 0.75, 0.5)
    press(window, "K")
    settle(window)
    count = int(window.measuring.panel.table.item(0, 0).text().replace(",", ""))
    assert count == pytest.approx(8000, rel=0.05)


def test_regions_are_marked_written_and_read_again(heard: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    window = heard
    window.timeline.select(0.5, 1.25)
    run("add_region")(window)
    window.marks.add()
    before = window.markers.items
    assert [marker.length for marker in before if marker.length] == [pytest.approx(0.75)]
    window.marks.export(tmp_path / "labels.txt")
    assert window.jobs.wait_idle(30)
    run("undo")(window)
    run("undo")(window)
    assert window.markers.items == ()
    window.marks.take(tmp_path / "labels.txt")
    qtbot.waitUntil(lambda: len(window.markers.items) == 2)
    assert [m.seconds for m in window.markers.items] == pytest.approx([m.seconds for m in before])
    assert [m.end for m in window.markers.items] == pytest.approx([m.end for m in before])
    lane = window.lanes.waveform
    image = lane.grab().toImage()
    inside, outside = (image.pixelColor(round(lane.x_of(at)), 3) for at in (0.9, 1.5))
    assert inside != outside
    window.marks.take(tmp_path / "gone.txt")
    assert window.jobs.wait_idle(30)
    assert "gone.txt" in window.progress.text()

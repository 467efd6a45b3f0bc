"""The readout: current value, pins that follow the cursor, and what is copied."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.run import StageName
from framescope.widgets.panels.readout import MAX_PINNED, Readout
from framescope.widgets.pointed_value import PointedValue
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

VALUE = float(np.float32(0.1))
CELL = PointedValue("tensors", (60, 5, 1, 2), VALUE, "frame 60, channel 5")
BAND = PointedValue("mel", (3, 2), -4.0, "band 3, column 2")


def read(stage: StageName, index: tuple[int, ...]) -> PointedValue | None:
    return PointedValue(stage, index, float(index[0]), f"frame {index[0]}") if index[0] < 100 else None


@pytest.fixture
def readout(qtbot: Any) -> Readout:
    widget = Readout(read)
    qtbot.addWidget(widget)
    return widget


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_copies_every_digit_and_the_index(readout: Readout) -> None:
    readout.set_probe(CELL)
    readout.set_probe(None)
    readout.copy_value()
    assert float(clipboard()) == VALUE
    readout.copy_coordinates()
    assert clipboard() == "tensors[60, 5, 1, 2]: frame 60, channel 5"


def test_without_a_value_nothing_can_be_copied_or_pinned(readout: Readout) -> None:
    QGuiApplication.clipboard().setText("mine")
    readout.pin_current()
    readout.copy_value()
    assert (readout.pinned, clipboard()) == ((), "mine")
    assert not any(action.isEnabled() for action in readout.actions())


def test_pins_of_frames_follow_the_cursor_and_others_stay(readout: Readout) -> None:
    for probe in (CELL, BAND, CELL):
        readout.pin(probe)
    readout.set_frame(61)
    assert readout.pinned == (PointedValue("tensors", (61, 5, 1, 2), 61.0, "frame 61"), BAND)


def test_a_pin_without_a_value_at_this_frame_comes_back(readout: Readout) -> None:
    readout.pin(CELL)
    readout.set_frame(100)
    assert np.isnan(readout.pinned[0].value)
    assert readout.pinned[0].text == "frame 100 has no value"
    readout.set_frame(99)
    assert readout.pinned[0].value == 99


def test_selected_pins_are_copied_and_removed(readout: Readout) -> None:
    readout.pin(CELL)
    readout.pin(BAND)
    readout.pins.selectAll()
    readout.copy_value()
    assert clipboard() == f"{VALUE!r}\n-4.0"
    readout.pins.setCurrentItem(readout.pins.topLevelItem(0))
    readout.remove_selected()
    assert readout.pinned == (BAND,)
    readout.set_frame(7)
    assert readout.pinned == (BAND,)


def test_the_actions_do_what_they_say(readout: Readout) -> None:
    readout.set_probe(BAND)
    actions = {action.text(): action for action in readout.actions()}
    actions["Pin"].trigger()
    assert readout.pinned == (BAND,)
    actions["Copy value"].trigger()
    assert clipboard() == "-4.0"


PAIR = PointedValue("features", (60, 9), 2.0, "frame 60, feature 9", 2.5)


def shown(readout: Readout) -> str:
    return " ".join(label.text() for label in readout.findChildren(QLabel) if label.isVisibleTo(readout))


def test_values_are_shown_with_their_unit(readout: Readout) -> None:
    readout.set_probe(replace(BAND, unit="dB"))
    assert "-4 dB" in shown(readout)
    readout.set_probe(replace(PAIR, unit="ln"))
    assert "2  ·  port 2.5 ln" in shown(readout)


def test_a_pair_is_shown_with_its_difference(readout: Readout) -> None:
    readout.set_probe(PAIR)
    for words in ("2  ·  port 2.5", "difference +0.5", "relative +0.25", f"{1 << 21:,} ULP"):
        assert words in shown(readout)
    readout.set_probe(CELL)
    assert "port" not in shown(readout)
    assert "difference" not in shown(readout)


def test_a_pinned_pair_has_its_own_columns(readout: Readout) -> None:
    readout.pin(BAND)
    assert readout.pins.isColumnHidden(1)
    readout.pin(PAIR)
    item = readout.pins.topLevelItem(1)
    assert not readout.pins.isColumnHidden(1)
    assert [item.text(column) for column in range(3)] == ["2", "2.5", "+0.5"]  # type: ignore[union-attr]
    readout.pins.setCurrentItem(item)
    readout.copy_value()
    assert clipboard() == "2.0\t2.5"
    readout.remove_selected()
    assert readout.pins.isColumnHidden(1)


def test_pins_are_read_anew_when_other_runs_are_open(qtbot: Any) -> None:
    port: list[float | None] = [None]
    widget = Readout(lambda stage, index: PointedValue(stage, index, 1.0, "", port[0]))
    qtbot.addWidget(widget)
    widget.pin(PointedValue("mel", (3, 2), 1.0, ""))
    port[0] = 4.0
    widget.refresh()
    assert widget.pinned[0].port == 4.0


def test_the_oldest_of_too_many_pins_is_let_go(readout: Readout) -> None:
    for band in range(MAX_PINNED + 3):
        readout.pin(PointedValue("mel", (band, 2), -4.0, f"band {band}"))
    assert [probe.index[0] for probe in readout.pinned] == list(range(3, MAX_PINNED + 3))
    listed = [readout.pins.topLevelItem(row).text(3) for row in range(readout.pins.topLevelItemCount())]  # type: ignore[union-attr]
    assert listed == [f"mel: {probe.text}" for probe in readout.pinned]

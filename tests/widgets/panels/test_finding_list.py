"""The list of findings: what each says, what is left, and which one was chosen."""

from typing import Any

import pytest
from framescope.core.diagnosis.findings import NO_FAULT, Diagnosis, Equivalence, Finding, Residual, Unexplained
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.widgets.panels.finding_list import FindingList
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def finding(name: str, value: str, explains: float) -> Finding:
    return Finding(
        name, value, "mel", explains, explains, Residual(4.43, 0.4), Residual(0.067, 1e-3), "every band",
        f"mend {name}", "measured", "proven", Hypothesis(name, value, ""),
    )  # fmt: skip


HTK, HANN = finding("mel_scale", "htk", 0.981), finding("window_symmetry", "symmetric", 0.017)
FOUND = Diagnosis(
    (HTK, HANN),
    (Unexplained("features", "3e-7 at the end"),),
    (Equivalence(("pad_mode zeros", NO_FAULT), "loud ends tell"),),
)


@pytest.fixture
def listed(qtbot: Any) -> FindingList:
    widget = FindingList()
    qtbot.addWidget(widget)
    widget.resize(900, 200)
    widget.set_diagnosis(FOUND)
    widget.show()
    return widget


def row(listed: FindingList, number: int) -> list[str]:
    item = listed.list.topLevelItem(number)
    assert item is not None
    return [item.text(column) for column in range(listed.list.columnCount())]


def test_a_row_says_what_and_how_much_and_how_to_mend_it(listed: FindingList) -> None:
    assert row(listed, 0) == ["mel_scale = htk\nfix: mend mel_scale", "98.10 %", "4.43 → 0.067", "mel"]
    assert row(listed, 1)[0].startswith("window_symmetry = symmetric\n")
    assert listed.state == "Diagnosis: 2 faults"


def test_a_long_sentence_is_wrapped_and_not_cut(listed: FindingList, qtbot: Any) -> None:
    long = Unexplained("mel", "a few words about what stays " * 12)
    listed.set_diagnosis(Diagnosis((HTK,), (long,)))
    sentence = listed.list.topLevelItem(1)
    line = listed.fontMetrics().height()
    qtbot.waitUntil(lambda: listed.list.visualItemRect(sentence).height() >= 3 * line)
    listed.resize(300, 200)
    qtbot.waitUntil(lambda: listed.list.visualItemRect(sentence).height() >= 8 * line)


def test_what_is_left_is_said(listed: FindingList) -> None:
    assert row(listed, 2)[0] == "unexplained: features: 3e-7 at the end"
    assert row(listed, 3)[0] == "pad_mode zeros: changes no value here; loud ends tell"
    listed.list.setCurrentItem(listed.list.topLevelItem(3))
    assert listed.finding is None


def test_a_finding_is_chosen_by_mouse_and_keyboard(listed: FindingList, qtbot: Any) -> None:
    place = listed.list.visualItemRect(listed.list.topLevelItem(0)).center()
    with qtbot.waitSignal(listed.chosen) as heard:
        QTest.mouseClick(listed.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == [HTK]
    with qtbot.waitSignal(listed.chosen) as heard:
        QTest.keyClick(listed.list, Qt.Key.Key_Down)
    assert heard.args == [HANN]
    with qtbot.waitSignal(listed.chosen) as heard:
        listed.set_diagnosis(None)
    assert heard.args == [None]


def test_findings_that_come_one_by_one_keep_the_chosen_one(listed: FindingList, qtbot: Any) -> None:
    """A search repeats what it has found; what is chosen must not jump away."""
    listed.list.setCurrentItem(listed.list.topLevelItem(1))
    listed.set_diagnosis(FOUND, searching=True)
    assert listed.finding is HANN
    assert listed.state == "Diagnosis: searching … 2 found"


def test_what_the_search_is_at_is_said_but_is_no_finding(listed: FindingList) -> None:
    listed.set_diagnosis(Diagnosis(candidates=(HTK.hypothesis, HANN.hypothesis)), searching=True)
    assert listed.list.topLevelItemCount() == 0
    assert "nearest so far, not yet sure: mel_scale htk, window_symmetry symmetric" in listed.state


@pytest.mark.parametrize("state", ["no difference", "no diagnosis: the recording is not open"])
def test_a_state_without_findings(listed: FindingList, state: str) -> None:
    listed.set_diagnosis(None)
    listed.set_state(state)
    assert (listed.list.topLevelItemCount(), listed.rest) == (0, "")
    assert state in listed.state


def test_a_narrow_list_leaves_the_fault_and_its_fix_most_of_its_room(listed: FindingList, qtbot: Any) -> None:
    assert not listed.list.isColumnHidden(2)
    listed.resize(345, 200)
    qtbot.waitUntil(lambda: listed.list.columnWidth(0) > listed.list.viewport().width() / 2)
    item = listed.list.topLevelItem(0)
    assert item is not None
    assert "residual 4.43 → 0.067" in item.toolTip(0)


def test_before_and_after_keep_their_places_in_a_mirrored_window(listed: FindingList, qtbot: Any) -> None:
    def residual() -> Any:
        place = listed.list.model().index(0, 2)
        qtbot.waitUntil(lambda: listed.list.visualRect(place).isValid())
        return listed.list.viewport().grab(listed.list.visualRect(place)).toImage()

    before = residual()
    listed.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert listed.list.isRightToLeft()
    item = listed.list.topLevelItem(0)
    assert item is not None
    item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)  # the left, mirrored
    assert residual() == before

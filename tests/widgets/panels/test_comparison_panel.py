"""The comparison panel announces what the user wants; it decides nothing."""

from typing import Any

import pytest
from framescope.core.compare.tolerance import Profile, Tolerance, load_profile
from framescope.core.run import STAGE_NAMES
from framescope.models.comparison_table import COLUMNS, Movement
from framescope.widgets.colour import TEXT_CONTRAST, VERDICT_INKS, legible
from framescope.widgets.panels.comparison_panel import FIRST_DIVERGENCE, ComparisonPanel
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest

PORT = 5


@pytest.fixture
def panel(qtbot: Any) -> ComparisonPanel:
    titles = [column.title for column in COLUMNS]
    table = QStandardItemModel()
    table.setHorizontalHeaderLabels(titles)
    for stage in ("mel", "features"):
        items = [QStandardItem(title) for title in titles]
        for item in items:
            item.setData((PORT, stage), Qt.ItemDataRole.UserRole)
        table.appendRow(items)
    widget = ComparisonPanel(table)
    qtbot.addWidget(widget)
    widget.resize(1300, 400)
    widget.set_runs([(0, "talk.wav"), (PORT, "go"), (6, "swift")], 0, PORT)
    widget.show()
    return widget


def cell(panel: ComparisonPanel, row: int, title: str) -> tuple[QModelIndex, QPoint]:
    index = panel.table.model().index(row, [column.title for column in COLUMNS].index(title))
    panel.table.scrollTo(index)
    return index, panel.table.visualRect(index).center()


def heard(panel: ComparisonPanel) -> list[tuple[Any, ...]]:
    said: list[tuple[Any, ...]] = []
    panel.goto_requested.connect(lambda *wish: said.append(wish))
    return said


def test_a_click_wants_the_worst_frame_of_the_row(panel: ComparisonPanel) -> None:
    said = heard(panel)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell(panel, 1, "Max")[1])
    assert said == [(PORT, "features", "worst")]


def test_a_click_on_the_first_divergence_wants_it(panel: ComparisonPanel) -> None:
    said = heard(panel)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell(panel, 0, FIRST_DIVERGENCE)[1])
    assert said == [(PORT, "mel", "first")]


@pytest.mark.parametrize(("title", "kind"), [("Mean", "worst"), (FIRST_DIVERGENCE, "first")])
def test_return_does_what_the_mouse_does(panel: ComparisonPanel, title: str, kind: str) -> None:
    panel.table.setCurrentIndex(cell(panel, 1, title)[0])
    said = heard(panel)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert said == [(PORT, "features", kind)]


def test_the_buttons(panel: ComparisonPanel) -> None:
    said = heard(panel)
    for button in panel.buttons.values():
        button.click()
    assert said == [(None, None, kind) for kind in ("first", "worst", "previous", "next")]
    panel.table.setCurrentIndex(cell(panel, 0, "Max")[0])
    panel.buttons["worst"].click()
    assert said[-1] == (PORT, "mel", "worst")


def test_roles(panel: ComparisonPanel, qtbot: Any) -> None:
    assert [panel.reference.itemText(n) for n in range(3)] == ["talk.wav", "go", "swift"]
    assert [panel.port.itemText(n) for n in range(panel.port.count())] == ["go", "swift"]
    with qtbot.waitSignal(panel.port_chosen) as chosen:
        QTest.keyClick(panel.port, Qt.Key.Key_Down)
    assert chosen.args == [6]
    with qtbot.waitSignal(panel.reference_chosen) as chosen:
        QTest.keyClick(panel.reference, Qt.Key.Key_Down)
    assert chosen.args == [PORT]
    with qtbot.waitSignal(panel.swap_requested):
        panel.swap.click()


def test_without_a_port_nothing_can_be_pressed(panel: ComparisonPanel) -> None:
    panel.set_runs([(0, "talk.wav")], 0, None)
    assert not any(button.isEnabled() for button in (panel.swap, panel.reading, *panel.buttons.values()))


def test_names_of_ports_stand_in_the_matrix_where_there_are_several(panel: ComparisonPanel) -> None:
    hidden = []
    for runs in ([(0, "talk.wav"), (PORT, "go"), (6, "swift")], [(0, "talk.wav"), (PORT, "go")]):
        panel.set_runs(runs, 0, PORT)
        hidden.append(panel.table.isColumnHidden([column.title for column in COLUMNS].index("Port")))
    assert hidden == [False, True]


def test_a_profile_is_chosen_and_its_limits_are_shown(panel: ComparisonPanel, qtbot: Any) -> None:
    panel.set_profile(load_profile("desktop"))
    with qtbot.waitSignal(panel.profile_changed) as chosen:
        QTest.keyClick(panel.profiles, Qt.Key.Key_Down)
    assert chosen.args == [load_profile("mobile")]
    panel.set_profile(load_profile("exact"))
    assert panel.profiles.currentText() == "exact"
    assert {panel.limits.field(stage, "absolute").text() for stage in STAGE_NAMES} == {"0"}


def test_a_limit_is_edited_and_nonsense_is_not_taken(panel: ComparisonPanel) -> None:
    panel.set_profile(load_profile("exact"))
    said: list[Profile] = []
    panel.profile_changed.connect(said.append)
    field = panel.limits.field("mel", "absolute")
    field.selectAll()
    QTest.keyClicks(field, "2e-3")
    assert said[-1].name == "edited"
    assert said[-1]["mel"] == Tolerance(2e-3, 0)
    assert said[-1]["features"] == Tolerance(0, 0)
    panel.set_profile(said[-1])
    assert field.text() == "2e-3"
    count = len(said)
    for nonsense in ("-1", "nan", "x"):
        field.selectAll()
        QTest.keyClicks(field, nonsense)
        assert len(said) == count
        assert "border" in field.styleSheet()
    panel.set_profile(said[-1])
    assert (field.text(), field.styleSheet()) == ("0.002", "")


def test_what_moved_is_said_and_what_did_not_is_not(panel: ComparisonPanel) -> None:
    panel.movement.set_movements([Movement("mel", 0.4, 0.1, "better"), Movement("features", 1.0, 1.0, "same")])
    assert "mel" in panel.movement.text()
    assert "features" not in panel.movement.text()
    assert "features" in panel.movement.toolTip()
    panel.movement.set_movements(())
    assert panel.movement.isHidden()


def test_the_columns_have_room_for_what_comes_to_stand_in_them(panel: ComparisonPanel) -> None:
    model, columns = panel.table.model(), [column.title for column in COLUMNS]
    needed = panel.fontMetrics().horizontalAdvance("a port with a long name")
    assert panel.table.columnWidth(columns.index("Port")) < needed
    model.setData(model.index(0, columns.index("Port")), "a port with a long name")
    assert panel.table.columnWidth(columns.index("Port")) > needed


@pytest.mark.parametrize("title", ["Verdict", "On its own input"])
def test_a_verdict_is_written_in_its_colour(panel: ComparisonPanel, title: str) -> None:
    index, _ = cell(panel, 0, title)
    panel.table.model().setData(index, "differ")
    panel.table.clearSelection()
    image = panel.table.viewport().grab(panel.table.visualRect(index)).toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    ground = panel.table.palette().base().color()
    assert legible(VERDICT_INKS["differ"], ground, TEXT_CONTRAST).name() in colours

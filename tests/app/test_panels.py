"""Workspaces and panels: what each shows, that it is remembered, and that a small screen has room for what matters."""

from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.window import MainWindow
from framescope.core.diagnosis.findings import Diagnosis, Finding, Residual
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.recipe.presets import load_preset
from framescope.models.layouts import load_layouts
from framescope.widgets.lanes.heatmap import HeatLane
from helpers.windows import open_port, run, settle
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSpinBox, QScrollBar, QToolButton, QWidget

SHOWN = {
    "inspect": {"frame", "value", "values"},
    "compare": {"causes", "frame", "value"},
    "listen": set(),
}


def seen(window: MainWindow) -> set[str]:
    names = ("frame", "value", "values", "causes", "comparison", "markers", "command")
    return {name for name in names if window.panels.shows(name)}


@pytest.mark.parametrize("workspace", SHOWN)
def test_a_workspace_shows_its_panels(compared: MainWindow, workspace: str, qtbot: Any) -> None:
    run(f"workspace_{workspace}")(compared)
    run("arrange")(compared)
    qtbot.waitUntil(lambda: seen(compared) == SHOWN[workspace])
    assert compared.commands[f"workspace_{workspace}"].isChecked() or compared.panels.current == workspace
    run("workspace_compare")(compared)


def test_a_small_screen_has_lanes_that_are_seen_a_mosaic_and_the_findings(compared: MainWindow, qtbot: Any) -> None:
    compared.resize(1366, 768)
    run("workspace_compare")(compared)
    run("arrange")(compared)
    settle(compared)
    qtbot.waitUntil(lambda: seen(compared) == SHOWN["compare"])
    parts = [part for lane in compared.lanes.stages if isinstance(lane, HeatLane) for part in lane.parts()]
    assert len(parts) == 6
    qtbot.waitUntil(lambda: min(part.box.height() for lane in compared.lanes.stages[1:] for part in lane.parts()) >= 90)
    canvas = compared.links.panel.tensor.canvas
    assert canvas.width() >= 300
    assert canvas.height() >= 100
    assert compared.comparing.dock.panel.findings.list.height() >= 60


def test_the_smallest_window_has_a_mosaic_and_says_what_the_recording_is(compared: MainWindow, qtbot: Any) -> None:
    compared.resize(1024, 700)
    run("workspace_compare")(compared)
    run("arrange")(compared)
    assert compared.size().toTuple() == (1024, 700)
    canvas, facts = compared.links.panel.tensor.canvas, compared.playing.facts
    qtbot.waitUntil(lambda: canvas.height() >= 120)
    qtbot.waitUntil(lambda: facts.contentsRect().width() >= facts.fontMetrics().horizontalAdvance(facts.text()))
    assert facts.text().startswith("16 kHz mono")


def test_the_smallest_window_shows_three_causes_whole(compared: MainWindow, qtbot: Any) -> None:
    compared.resize(1024, 700)
    run("workspace_compare")(compared)
    run("arrange")(compared)
    findings, list_ = compared.comparing.dock.panel.findings, compared.comparing.dock.panel.findings.list
    names = {
        "mel_scale": ("htk", "use the Slaney mel scale (librosa htk=False)"),
        "window_symmetry": ("symmetric", "use a periodic window: divide by N, not N-1"),
        "centering": ("none", "pad the signal by n_fft / 2 on both sides (librosa center=True)"),
    }
    sizes = Residual(4.41, 0.4), Residual(1.4e-7, 1e-8)
    found = (
        Finding(name, value, "mel", 0.9, 0.9, *sizes, "everywhere", fix, "seen", "proven", Hypothesis(name, value, ""))
        for name, (value, fix) in names.items()
    )
    findings.set_diagnosis(Diagnosis(tuple(found)))
    try:
        last = list_.model().index(2, 0)
        qtbot.waitUntil(lambda: 0 < list_.visualRect(last).bottom() <= list_.viewport().height())
    finally:
        findings.set_diagnosis(compared.comparing.diagnosing.diagnosis)


def test_a_screen_reader_has_a_name_for_whatever_takes_keys(compared: MainWindow) -> None:
    """All but parts of Qt's own widgets, which are read as those, and the tabs of panels, which have titles."""
    widgets = [
        widget
        for widget in compared.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.parentWidget() is not compared
    ]
    own = [
        widget
        for widget in widgets
        if not isinstance(widget, QScrollBar)
        and not isinstance(widget.parentWidget(), QAbstractSpinBox | QAbstractScrollArea)
        and widget.window() is compared
    ]
    assert len(own) > 40
    named = {widget: widget.accessibleName() or getattr(widget, "text", str)() for widget in own}
    assert [repr(widget) for widget, name in named.items() if not name] == []


def test_a_panel_that_comes_late_stays_behind_what_is_seen(compared: MainWindow, qtbot: Any) -> None:
    run("workspace_compare")(compared)
    run("arrange")(compared)
    qtbot.waitUntil(lambda: seen(compared) == SHOWN["compare"])
    assert compared.curves.dock is not None
    compared.panels.join("curves", "values")
    QCoreApplication.processEvents()
    assert seen(compared) == SHOWN["compare"]
    assert not compared.panels.shows("curves")


def test_what_the_user_has_arranged_is_remembered(opened: MainWindow, qtbot: Any) -> None:
    opened.panels.keep()
    opened.panels.toggle("values")
    qtbot.waitUntil(lambda: seen(opened) == {"frame", "value"})
    run("workspace_listen")(opened)
    qtbot.waitUntil(lambda: seen(opened) == set())
    run("workspace_inspect")(opened)
    qtbot.waitUntil(lambda: seen(opened) == {"frame", "value"})
    opened.close()
    assert {"inspect", "listen"} <= {*load_layouts()}


def test_the_tensor_has_all_the_room_until_it_is_put_back(opened: MainWindow, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: seen(opened) == SHOWN["inspect"])
    canvas = opened.links.panel.tensor.canvas
    small = canvas.width()
    run("maximise_tensor")(opened)
    qtbot.waitUntil(lambda: seen(opened) == {"frame"})
    qtbot.waitUntil(lambda: canvas.width() > opened.width() - 40 > small)
    run("workspace_listen")(opened)
    qtbot.waitUntil(lambda: seen(opened) == set())
    assert opened.lanes.isVisible()
    run("workspace_inspect")(opened)
    run("maximise_tensor")(opened)
    run("maximise_tensor")(opened)
    qtbot.waitUntil(lambda: seen(opened) == SHOWN["inspect"])
    assert opened.lanes.isVisible()


def test_a_recipe_without_tensors_leaves_no_empty_panel(opened: MainWindow, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: seen(opened) == SHOWN["inspect"])
    opened.model.set_recipe(load_preset("whisper-80"))
    settle(opened)
    for workspace in ("listen", "inspect"):
        run(f"workspace_{workspace}")(opened)
    qtbot.waitUntil(lambda: seen(opened) == {"value", "values"})
    panel = opened.links.panel
    qtbot.waitUntil(lambda: panel.readout.height() < panel.values.height())
    opened.model.set_recipe(None)
    qtbot.waitUntil(lambda: seen(opened) == SHOWN["inspect"])
    settle(opened)


def test_before_anything_is_open_there_are_ways_to_begin(window: MainWindow, recording: Path, qtbot: Any) -> None:
    assert seen(window) == set()
    words = {button.text() for button in window.findChildren(QToolButton) if button.isVisible()}
    assert {"Open recording …", "Open the sample"} <= words
    window.opening.open(recording)
    qtbot.waitUntil(lambda: seen(window) == SHOWN["inspect"])
    assert window.lanes.isVisible()
    settle(window)


def test_what_cannot_be_done_is_greyed(window: MainWindow, recording: Path, ports: Any, qtbot: Any) -> None:
    needs_port = ("view_swipe", "lag", "close_port", "first_divergence")
    assert not any(window.commands[name].isEnabled() for name in (*needs_port, "export_mel", "undo"))
    window.opening.open(recording)
    settle(window)
    open_port(window, ports[1], qtbot)
    qtbot.waitUntil(lambda: all(window.commands[name].isEnabled() for name in (*needs_port, "export_mel")))
    run("view_swipe")(window)
    qtbot.waitUntil(
        lambda: window.commands["view_swipe"].isChecked() and not window.commands["view_stacked"].isChecked()
    )


def test_every_entry_of_a_menu_has_a_letter_of_its_own(window: MainWindow) -> None:
    for path, menu in window.commands.menus.items():
        letters = [action.text().partition("&")[2][:1].lower() for action in menu.actions() if action.text()]
        chosen = [letter for letter in letters if letter]
        assert len(set(chosen)) == len(chosen), path
        assert len(chosen) >= 0.9 * len(letters), path  # where all letters are taken, arrows lead there

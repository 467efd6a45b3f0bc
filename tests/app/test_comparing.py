"""The window with a port beside the recording: views, keys, what differs, the report."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.window.import_sheet import ImportSheet
from framescope.app.window.window import MainWindow
from helpers.windows import PATIENCE, WRONG, open_port, press, run, settle
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog


def shown(window: MainWindow) -> list[tuple[str, ...]]:
    """Give what the parts of the mel and the feature lane show, from above, or from the left."""
    return [tuple(part.role for part in lane.parts()) for lane in window.lanes.stages[1:]]


VIEWS = {
    "4": ("reference", "port", "difference"),
    "5": ("reference",),
    "6": ("port",),
    "7": ("difference",),
    "8": ("reference", "port"),
    "9": ("reference", "port"),
    "0": ("reference", "port"),
}


def test_every_view_has_its_key(compared: MainWindow) -> None:
    pictures = []
    for key, parts in VIEWS.items():
        press(compared, key)
        assert shown(compared) == [parts, parts], key
        pictures.append(compared.lanes.features.grab().toImage())
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[:place])


def test_shift_shows_the_other_run_as_long_as_it_is_held(compared: MainWindow) -> None:
    press(compared, "5")
    ends = {
        "released": lambda: QTest.keyRelease(compared, Qt.Key.Key_Shift),
        "another window": lambda: QApplication.sendEvent(compared, QEvent(QEvent.Type.WindowDeactivate)),
    }
    for name, end in ends.items():
        QTest.keyPress(compared, Qt.Key.Key_Shift)
        assert shown(compared) == [("port",)] * 2, name
        end()
        assert shown(compared) == [("reference",)] * 2, name


def test_shift_that_is_typed_shows_nothing_else(compared: MainWindow, qtbot: Any) -> None:
    press(compared, "5")
    run("run_port")(compared)
    field = compared.comparing.commands.field
    field.setFocus()
    for typed_into in (field, compared):
        QTest.keyPress(typed_into, Qt.Key.Key_Shift)
        assert shown(compared) == [("reference",)] * 2
        QTest.keyRelease(typed_into, Qt.Key.Key_Shift)
    compared.comparing.commands.hide()
    compared.lanes.mel.setFocus()
    dialog = QDialog(compared)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    QTest.keyPress(compared, Qt.Key.Key_Shift)
    assert shown(compared) == [("reference",)] * 2
    dialog.close()
    compared.activateWindow()
    qtbot.waitUntil(compared.isActiveWindow)


def test_a_port_that_agrees_shows_its_figures_in_the_place_of_causes(
    opened: MainWindow, ports: tuple[Path, Path], qtbot: Any
) -> None:
    opened.panels.show("compare")
    right, faulty = ports
    for port, panel in ((right, "comparison"), (faulty, "causes"), (right, "comparison")):
        opened.comparing.add(port)
        qtbot.waitUntil(partial(opened.panels.shows, panel), timeout=60_000)
        assert opened.comparing.strip.isVisible()  # of either, other parameters can be tried by hand
    for workspace in ("inspect", "compare"):
        run(f"workspace_{workspace}")(opened)
    qtbot.waitUntil(partial(opened.panels.shows, "comparison"))


def test_keys_lead_from_one_divergence_to_the_next(compared: MainWindow, qtbot: Any) -> None:
    for key, frame in (("Ctrl+Right", WRONG[0]), ("Ctrl+Right", WRONG[1]), ("Ctrl+Left", WRONG[0])):
        press(compared, key)
        qtbot.waitUntil(lambda frame=frame: compared.timeline.frame == frame)
    press(compared, "W")
    assert compared.timeline.frame == WRONG[1]
    press(compared, "Ctrl+Home")
    assert compared.timeline.frame == WRONG[0]
    assert compared.links.panel.readout is not None


def test_roles_are_swapped_and_the_lag_is_applied(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    open_port(opened, ports[0], qtbot)
    for reference in ("right", "talk.wav"):
        press(opened, "X")
        assert opened.runs.reference is not None
        assert opened.runs.reference.name == reference
    for applied in (False, True):
        press(opened, "A")
        assert opened.runs.lag_applied == applied


def test_the_reference_is_shown_as_if_it_had_the_faults(compared: MainWindow) -> None:
    settle(compared)
    found = compared.comparing.diagnosing.diagnosis
    assert found is not None
    press(compared, "Z")
    settle(compared)
    assumed = compared.comparing.diagnosing.assumed
    assert assumed == found.findings
    assert (compared.runs.shown is not compared.runs.comparison) == bool(assumed)
    shown, table = compared.runs.shown, compared.comparing.dock.panel.table.model()
    assert shown is not None
    verdicts = [table.index(row, 2).data() for row in range(table.rowCount())]
    assert verdicts == [found.verdict for found in shown.stages]
    press(compared, "Z")
    settle(compared)
    assert compared.runs.shown is compared.runs.comparison


def test_the_report_is_that_of_the_command_line(
    compared: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    for form in ("json", "html"):
        path = tmp_path / f"window.{form}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        run("report")(compared)
        settle(compared)
    options = ["--json", str(tmp_path / "line.json")]
    assert main(["compare", str(ports[1]), "--audio", str(recording), *options]) == 1
    capsys.readouterr()
    assert (tmp_path / "window.json").read_bytes() == (tmp_path / "line.json").read_bytes()
    assert b"faulty" in (tmp_path / "window.html").read_bytes()


def test_everything_shown_is_what_the_command_line_says(
    compared: MainWindow, recording: Path, ports: tuple[Path, Path], monkeypatch: Any, capsys: Any, qtbot: Any
) -> None:
    """The matrix has a test of its own; here the lanes, the curves, the overview, the probes and the ways."""
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    main(["compare", str(ports[1]), "--audio", str(recording), "--json", "-"])
    said = json.loads(capsys.readouterr().out)
    stages = {stage["stage"]: stage for stage in said["stages"]}
    qtbot.waitUntil(compared.lanes.errors.isVisible)
    for curve in compared.lanes.errors.curves:
        assert np.nanmax(curve.curve.values) == pytest.approx(stages[curve.curve.stage]["max_abs"], rel=1e-6)
    outside = {curve.stage: np.nanmean(curve.values) for curve in compared.lanes.overview.errors}
    assert outside["features"] == pytest.approx(1 - stages["features"]["within"], rel=1e-5)
    assert "no lag" in compared.lanes.features.label("port")
    panel = compared.links.panel
    for stage in ("mel", "features"):
        panel.values.set_scope(stage)
        settle(compared)
        panel.values.tabs.setCurrentWidget(panel.values.worst)
        listed, worst = panel.values.worst.places, stages[stage]["worst"]
        assert [list(place.index) for place in listed] == [place["index"] for place in worst]
        for place in worst:
            probe = compared.links.read(stage, tuple(place["index"]))
            assert probe is not None
            assert (probe.value, probe.port, probe.ulp) == (place["reference"], place["port"], place["ulp"])
            assert probe.difference == pytest.approx(place["difference"])
    panel.values.set_scope(None)
    ways = {"first_divergence": said["first_divergence"]["place"], "worst": stages["features"]["worst"][0]}
    for way, place in ways.items():
        run(way)(compared)
        run("copy_value")(compared)
        assert compared.timeline.frame == place["index"][0], way
        assert QApplication.clipboard().text() == f"{place['reference']!r}\t{place['port']!r}", way


def test_the_panel_comes_with_the_first_port_and_goes_with_the_last(
    opened: MainWindow, ports: tuple[Path, Path], qtbot: Any
) -> None:
    panels, errors = opened.panels, opened.lanes.errors
    assert (panels.current, panels.shows("causes")) == ("inspect", False)
    open_port(opened, ports[0], qtbot)
    qtbot.waitUntil(lambda: panels.shows("comparison"))
    assert panels.current == "compare"
    for shown in (False, True):
        run("panel")(opened)
        qtbot.waitUntil(lambda shown=shown: panels.shows("comparison") == shown)
    open_port(opened, ports[1], qtbot)
    assert opened.runs.port is not None
    assert opened.runs.port.name == "faulty"
    qtbot.waitUntil(errors.isVisible)
    run("close_port")(opened)
    assert panels.current == "compare"
    run("close_port")(opened)
    assert (panels.current, panels.shows("causes")) == ("inspect", False)
    qtbot.waitUntil(lambda: not errors.isVisible())


def test_what_a_port_writes_anew_is_read_by_f5(
    opened: MainWindow, ports: tuple[Path, Path], tmp_path: Path, qtbot: Any
) -> None:
    opened.runs.set_watching(False)
    for name in ("mel_spectrogram.npy", "audio_features_raw.npy"):
        (tmp_path / name).write_bytes((ports[0] / name).read_bytes())
    open_port(opened, tmp_path, qtbot)
    mel = np.load(tmp_path / "mel_spectrogram.npy") + 1
    np.save(tmp_path / "mel_spectrogram.npy", mel)
    press(opened, "F5")

    def read_anew() -> bool:
        port = opened.runs.port
        return bool(port and port.run and np.array_equal(port.run["mel"].array, mel))

    qtbot.waitUntil(read_anew)


def test_how_a_port_was_read_is_shown_once_and_never_while_one_goes_from_port_to_port(
    opened: MainWindow, ports: tuple[Path, Path], tmp_path: Path, qtbot: Any
) -> None:
    """A file that may be read in two ways, opened behind another port's back, and then looked at."""
    square = np.random.default_rng(0).uniform(-4, 4, (80, 80))
    (tmp_path / "mel.bin").write_bytes(square.astype("<f4").tobytes())
    open_port(opened, ports[0], qtbot)
    key = opened.runs.add(tmp_path)
    raw = opened.runs.items[-1]
    qtbot.waitUntil(lambda: opened.runs.items[-1].comparison is not None, timeout=PATIENCE)
    assert raw.key == key
    opened.runs.choose(key)
    opened.runs.set_lag_applied(False)
    QApplication.processEvents()
    assert not any(sheet.isVisible() for sheet in opened.findChildren(ImportSheet))
    assert opened.comparing.dock.panel.message.endswith("read by assumptions, which Reading… shows")
    run("close_port")(opened)
    open_port(opened, tmp_path, qtbot)
    qtbot.waitUntil(lambda: any(sheet.isVisible() for sheet in opened.findChildren(ImportSheet)))

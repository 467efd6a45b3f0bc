"""The window with a port beside the recording: views, keys, what differs, the report."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.comparing import QFileDialog
from framescope.app.window import MainWindow
from helpers.windows import WRONG, open_port, open_recording, press, run, settle
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="module")
def shared_window(
    qapp: QApplication, recording: Path, ports: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """A window with the faulty port, diagnosed once for all tests that put back what they change."""
    config = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_config_path", lambda *_, **__: config)
        patch.setattr("platformdirs.user_state_path", lambda *_, **__: config)
        patch.setenv("FRAMESCOPE_ENCODER", "stand-in")
        window = MainWindow()
        window.show()
        open_recording(window, recording)
        window.comparing.add(ports[1])
        settle(window)
        yield window
        window.close()
        window.deleteLater()


@pytest.fixture
def compared(shared_window: MainWindow) -> Iterator[MainWindow]:
    yield shared_window
    shared_window.comparing.lanes.set_flipped(False)
    shared_window.comparing.set_view("stacked")
    shared_window.comparing.set_kind("signed")
    shared_window.timeline.go_home()


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


def test_the_panel_comes_with_the_first_port_and_goes_with_the_last(
    opened: MainWindow, ports: tuple[Path, Path], qtbot: Any
) -> None:
    dock, errors = opened.comparing.dock, opened.lanes.errors
    assert not dock.isVisible()
    open_port(opened, ports[0], qtbot)
    assert dock.isVisible()
    run("panel")(opened)
    assert not dock.isVisible()
    run("panel")(opened)
    open_port(opened, ports[1], qtbot)
    assert opened.runs.port is not None
    assert opened.runs.port.name == "faulty"
    qtbot.waitUntil(errors.isVisible)
    run("close_port")(opened)
    assert dock.isVisible()
    run("close_port")(opened)
    assert not dock.isVisible()
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

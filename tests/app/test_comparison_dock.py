"""The comparison in the window: what the panel says of the runs, and where its buttons lead."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.window.comparison_dock import ComparisonDock
from framescope.app.window.import_sheet import ImportSheet
from framescope.core.base.errors import InputError
from framescope.models.jobs import Jobs
from framescope.models.recording import RecordingModel
from framescope.models.runs import Runs
from framescope.models.timeline import Timeline
from helpers import runs as small
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

WRONG_FRAMES = (11, 30)
PATIENCE = 60_000


class Desk:
    """A dock and what it is about."""

    def __init__(self, qtbot: Any) -> None:
        self.timeline, self.jobs = Timeline(), Jobs()
        self.runs = Runs(RecordingModel(self.timeline, self.jobs), self.timeline, self.jobs)
        self.dock = ComparisonDock(self.runs, self.timeline, self.jobs)
        self.dock.reading_chosen.connect(
            lambda key, overrides, first: self.runs.set_overrides(key, overrides, first_frame=first)
        )
        self.panel, self.qtbot = self.dock.panel, qtbot
        qtbot.addWidget(self.dock)
        qtbot.addWidget(self.dock.panel.findings)

    def add(self, *paths: Path) -> None:
        for path in paths:
            self.runs.add(path)
        self.qtbot.waitUntil(self.compared, timeout=PATIENCE)

    def compared(self) -> bool:
        port = self.runs.port
        return port is not None and port.state == "ready" and port.comparison is not None

    def close(self) -> None:
        self.runs.close()
        self.jobs.close()


@pytest.fixture
def desk(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    desk = Desk(qtbot)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A reference, and a port that has two wrong features and one wrong mel value."""
    reference, port = (tmp_path_factory.mktemp(name) for name in ("reference", "port"))
    run = small.reference(2)
    mel, features = (np.array(run[name].array) for name in ("mel", "features"))
    for folder in (reference, port):
        np.save(folder / "mel_spectrogram.npy", mel)
        np.save(folder / "audio_features_raw.npy", features)
        features[WRONG_FRAMES[0], 7] += 1
        features[WRONG_FRAMES[1], 9] += 2
    return reference, port


def test_the_panel_says_who_is_compared_and_how_it_went(desk: Desk, folders: tuple[Path, Path]) -> None:
    assert "no port" in desk.panel.message
    desk.add(*folders)
    names = [folder.name for folder in folders]
    assert [desk.panel.reference.currentText(), desk.panel.port.currentText()] == names
    assert desk.panel.message == f"{names[1]}: differ"
    rows = range(desk.panel.table.model().rowCount())
    assert [desk.panel.table.model().index(row, 0).data() for row in rows] == ["mel", "features"]


def test_steps_from_one_frame_out_of_tolerance_to_the_next(desk: Desk, folders: tuple[Path, Path]) -> None:
    desk.add(*folders)
    for kind, frame in (("next", 11), ("next", 30), ("previous", 11)):
        desk.panel.buttons[kind].click()
        desk.qtbot.waitUntil(lambda frame=frame: desk.timeline.frame == frame)
    desk.dock.previous_divergence()
    assert "no frame out of tolerance before frame 11" in desk.panel.message
    assert desk.timeline.frame == 11


def test_nothing_is_kept_of_a_port_that_was_closed(desk: Desk, folders: tuple[Path, Path]) -> None:
    desk.add(*folders)
    desk.dock.next_divergence()
    desk.qtbot.waitUntil(lambda: desk.timeline.frame == 11)
    port = desk.runs.port
    assert port is not None
    assert port.run is not None
    values = weakref.ref(port.run["features"].array)
    desk.runs.remove(port.key)
    del port
    gc.collect()
    assert values() is None


def test_the_worst_frame_and_the_first_divergence(desk: Desk, folders: tuple[Path, Path]) -> None:
    desk.add(*folders)
    with desk.qtbot.waitSignal(desk.dock.went_to) as went:
        desk.panel.buttons["worst"].click()
    assert (desk.timeline.frame, went.args) == (30, ["features", (30, 9)])
    desk.panel.buttons["first"].click()
    assert desk.timeline.frame == 11
    desk.timeline.go_home()
    desk.panel.goto_requested.emit(None, "features", "first")
    assert desk.timeline.frame == 11
    desk.panel.goto_requested.emit(None, "mel", "first")
    assert "mel: every value equal" in desk.panel.message
    desk.dock.worst("mel")
    assert "mel: nothing differs" in desk.panel.message
    assert desk.timeline.frame == 11


def test_a_looser_limit_is_judged_at_once(desk: Desk, folders: tuple[Path, Path]) -> None:
    desk.add(*folders)
    desk.panel.limits.field("features", "absolute").clear()
    QTest.keyClicks(desk.panel.limits.field("features", "absolute"), "3")
    desk.qtbot.waitUntil(lambda: desk.panel.message.endswith(": agree"), timeout=PATIENCE)
    assert desk.panel.profiles.currentText() == "edited"
    desk.panel.profiles.setCurrentText("strict")
    desk.panel.profiles.activated.emit(desk.panel.profiles.currentIndex())
    desk.qtbot.waitUntil(lambda: desk.panel.message.endswith(": differ"), timeout=PATIENCE)
    assert desk.panel.limits.field("features", "absolute").text() == "5e-05"


def test_roles_are_swapped(desk: Desk, folders: tuple[Path, Path]) -> None:
    desk.add(*folders)
    desk.panel.swap.click()
    assert desk.panel.reference.currentText() == folders[1].name
    desk.qtbot.waitUntil(desk.compared, timeout=PATIENCE)
    desk.dock.worst()
    assert desk.timeline.frame == 30


def test_reports_equal_the_command_lines(
    desk: Desk, folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.add(*folders)
    reference, port = folders
    written = {form: tmp_path / f"window.{form}" for form in ("json", "html")}
    desk.dock.save_report_json(written["json"])
    desk.qtbot.waitUntil(lambda: "window.json" in desk.panel.message, timeout=PATIENCE)
    desk.dock.save_report_html(written["html"])
    desk.qtbot.waitUntil(lambda: "window.html" in desk.panel.message, timeout=PATIENCE)
    expected = {form: tmp_path / f"cli.{form}" for form in written}
    options = [word for form, path in expected.items() for word in (f"--{form}", str(path))]
    assert main(["compare", str(port), "--reference", str(reference), *options]) == 1
    capsys.readouterr()
    for form, path in written.items():
        assert path.read_bytes() == expected[form].read_bytes(), form


@pytest.mark.parametrize("verb", ["next_divergence", "first_divergence", "worst", "show_readings"])
def test_without_a_port_there_is_nowhere_to_go(desk: Desk, verb: str) -> None:
    with pytest.raises(InputError, match="open"):
        getattr(desk.dock, verb)()
    with pytest.raises(InputError, match="nothing compared"):
        desk.dock.save_report_json(Path("x.json"))


def test_the_movement_since_the_last_run_is_said(desk: Desk, folders: tuple[Path, Path], tmp_path: Path) -> None:
    reference, port = folders
    mine = tmp_path / "mine"
    mine.mkdir()
    for file in port.iterdir():
        (mine / file.name).write_bytes(file.read_bytes())
    desk.add(reference, mine)
    assert desk.panel.movement.isHidden()
    features = mine / "audio_features_raw.npy"
    features.write_bytes((reference / features.name).read_bytes())
    desk.runs.reread(desk.runs.items[1].key)
    desk.qtbot.waitUntil(lambda: "features" in desk.panel.movement.text(), timeout=PATIENCE)
    assert "better" in desk.panel.movement.text()


def test_another_reading_is_chosen_by_its_picture(desk: Desk, folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Half of a raw file of features may as well be read as float16; the sheet offers it and the run is read so."""
    mine = tmp_path / "mine"
    mine.mkdir()
    mel = np.load(folders[0] / "mel_spectrogram.npy")[:, :80].astype("<f4")
    (mine / "mel.bin").write_bytes(mel.tobytes())
    desk.add(folders[0], mine)
    desk.dock.show_readings()
    (sheet,) = desk.dock.findChildren(ImportSheet)
    desk.qtbot.waitUntil(lambda: len(sheet.buttons) > 1, timeout=PATIENCE)
    assert sheet.buttons[0].isChecked()
    other = next(button for button in sheet.buttons if "T,80" in button.text())
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.runs.items[1].state == "ready", timeout=PATIENCE)
    desk.qtbot.waitUntil(desk.compared, timeout=PATIENCE)
    run = desk.runs.items[1].run
    assert run is not None
    np.testing.assert_array_equal(np.asarray(run["mel"].array), mel.reshape(80, 80).T)

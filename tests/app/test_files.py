"""What the File menu opens and saves, and what dropped files are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from framescope.core.base.errors import InputError
from framescope.core.settings import load_settings
from framescope.models.recent import recent_files
from framescope.models.workspace import Workspace
from helpers import models
from helpers.windows import PATIENCE, drop, open_recording, press, run, settle, size_of
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton


def save_to(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def test_whatever_is_dropped_is_opened(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path, qtbot: Any
) -> None:
    marked, placed = tmp_path / "a.framescope", tmp_path / "b.PNG"
    drop(window, recording, ports[0])
    settle(window)
    assert window.model.filled.all()
    assert [(item.name, item.state) for item in window.runs.items] == [("talk.wav", "ready"), ("right", "ready")]
    window.timeline.seek_frame(12)
    window.exports.save_picture(placed)
    window.marks.add()
    window.document.workspace().save(marked)
    settle(window)
    window.timeline.seek_frame(40)
    for path, markers in ((placed, 0), (marked, 1)):
        drop(window, path)
        settle(window)
        assert (window.timeline.frame, len(window.markers.items)) == (12, markers), path.name
    encoder = tmp_path / "mine.onnx"
    encoder.write_bytes(models.model())
    drop(window, encoder)
    qtbot.waitUntil(lambda: "mine.onnx" in window.encoder.text(), timeout=PATIENCE)
    settle(window)
    assert load_settings().encoder == str(encoder)


def test_an_encoder_that_does_not_prove_itself_changes_nothing(opened: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    used = opened.encoder.text()
    (tmp_path / "broken.onnx").write_bytes(b"none")
    drop(opened, tmp_path / "broken.onnx")
    qtbot.waitUntil(lambda: "broken.onnx" in opened.progress.text(), timeout=PATIENCE)
    settle(opened)
    assert load_settings().encoder is None
    assert opened.encoder.text() == used
    assert opened.model.filled.all()


def test_a_lane_without_an_encoder_offers_to_choose_one(
    window: MainWindow, recording: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the encoder that is chosen then has been remembered before, and the environment named another one."""
    good = tmp_path / "good.onnx"
    good.write_bytes(models.model())
    window.preferences.remember(encoder=str(good))
    settle(window)
    monkeypatch.setenv("FRAMESCOPE_ENCODER", str(tmp_path / "gone.onnx"))
    window.opening.open(recording)
    settle(window)
    lane = window.lanes.features
    (button,) = lane.findChildren(QPushButton)
    assert "gone.onnx" in (lane.error or "")
    assert button.isVisible()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(good), ""))
    button.click()
    qtbot.waitUntil(lambda: "good.onnx" in window.encoder.text(), timeout=PATIENCE)
    settle(window)
    assert lane.error is None
    assert not button.isVisible()


NONSENSE: tuple[tuple[str, bytes | None], ...] = (
    ("broken.framescope", b"{"),
    ("photo.png", b"\x89PNG\r\n\x1a\n"),
    ("text.wav", b"no sound at all " * 50),
    ("empty.wav", b""),
    ("gone.wav", None),
    ("gone.framescope", None),
    ("notes.txt", b"hello"),
    ("encoder.onnx", b"none"),
)


def test_dropped_nonsense_is_one_sentence(window: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    def said() -> str:
        ports = [item.message for item in window.runs.items if item.state == "failed"]
        return " ".join([window.progress.text(), *ports])

    for name, content in NONSENSE:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        window.inspection.say("")
        drop(window, tmp_path / name)
        settle(window)
        assert name in said(), name
        assert "\n" not in said(), name
    assert window.model.path == tmp_path / "gone.wav"


def test_exports_hold_the_values(opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = opened.model.run
    assert computed is not None
    opened.timeline.select(0.4, 0.8)
    opened.timeline.seek_frame(20)
    expected = {
        "export_waveform": computed["audio"].array[6400:12800],
        "export_mel": computed["mel"].array[:, 32:65],
        "export_feature": computed["features"].array[10:20],
        "export_frame": computed["tensors"].array[20],
    }
    for command, values in expected.items():
        path = tmp_path / f"{command}.npy"
        save_to(path, monkeypatch)
        run(command)(opened)
        settle(opened)
        np.testing.assert_array_equal(np.load(path), values, err_msg=command)
        assert str(path) in opened.progress.text()


def test_exports_draw_what_is_seen(opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {
        "export_picture": opened.size(),
        "export_mel": opened.lanes.mel.size(),
        "export_frame": opened.links.panel.tensor.canvas.size(),
    }
    for command, size in seen.items():
        save_to(tmp_path / f"{command}.png", monkeypatch)
        run(command)(opened)
        settle(opened)
        assert size_of(tmp_path / f"{command}.png") == size.toTuple(), command


@pytest.mark.parametrize("name", ["values.doc", "missing/values.npy", "missing/picture.png"])
def test_what_cannot_be_written_is_one_sentence(
    opened: MainWindow, tmp_path: Path, name: str, monkeypatch: Any
) -> None:
    save_to(tmp_path / name, monkeypatch)
    for command in ("export_mel", "export_frame"):
        opened.inspection.say("")
        run(command)(opened)
        settle(opened)
        assert name in opened.progress.text(), command
    assert list(tmp_path.iterdir()) == []


def test_escape_ends_an_export(opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[int] = []

    def endless(*_: object, tick: Callable[[int, int], None]) -> None:
        while True:
            reached.append(1)
            tick(len(reached), 10**9)

    monkeypatch.setattr("framescope.app.window.export_actions.export_values", endless)
    save_to(tmp_path / "mel.npy", monkeypatch)
    opened.exports.ask_export_lane(opened.lanes.mel)
    press(opened, "Esc")
    settle(opened)
    assert not (tmp_path / "mel.npy").exists()


def test_before_anything_is_open_there_is_nothing_to_save(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_to(tmp_path / "x.npy", monkeypatch)
    for command in ("export_waveform", "export_mel", "export_feature", "export_frame", "copy_frame"):
        window.inspection.say("")
        run(command)(window)
        assert "open a recording" in window.progress.text(), command
    with pytest.raises(InputError, match="no frame tensor here"):
        window.exports.tensor()
    settle(window)
    assert list(tmp_path.iterdir()) == []


def test_a_frame_is_copied_as_numpy_reads_it(opened: MainWindow) -> None:
    opened.timeline.seek_frame(30)
    run("copy_frame")(opened)
    computed = opened.model.run
    assert computed is not None
    copied = eval(QGuiApplication.clipboard().text(), {"array": np.array, "float32": np.float32})  # noqa: S307
    np.testing.assert_array_equal(copied, computed["tensors"].array[30])


def test_dialogs_open_what_is_chosen(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(path: Path | str) -> None:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))

    choose("")
    for command in ("open", "open_port", "open_port_file", "open_session", "choose_encoder"):
        run(command)(window)
    assert (window.model.path, window.runs.items, load_settings().encoder) == (None, (), None)
    for command, path in (
        ("open", recording), ("open_port", ports[0]), ("open_port_file", ports[1] / "mel_spectrogram.npy"),
    ):  # fmt: skip
        choose(path)
        run(command)(window)
    settle(window)
    assert [item.path for item in window.runs.items] == [None, ports[0], ports[1] / "mel_spectrogram.npy"]
    Workspace(recording=str(tmp_path / "gone.wav")).save(tmp_path / "s.framescope")
    choose(tmp_path / "s.framescope")
    run("open_session")(window)
    settle(window)
    assert "gone.wav" in window.progress.text()


def test_what_was_opened_is_offered_again(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path
) -> None:
    (menu,) = [menu for menu in window.findChildren(QMenu) if menu.title() == "Open recent"]
    open_recording(window, recording)  # a window that draws a picture lists nothing
    assert recent_files() == ()
    window.document.keep()
    session = tmp_path / "s.framescope"
    Workspace(recording=str(recording)).save(session)
    for path in (ports[0], session):
        window.files.open(path)
        settle(window)
    open_recording(window, tmp_path / "gone.wav")
    menu.aboutToShow.emit()
    offered = [(action.text(), action.isEnabled()) for action in menu.actions()]
    assert offered == [(str(path), True) for path in (recording, session, ports[0])]
    assert [bool(file.shape) for file in recent_files()] == [True, False, False], "the recording has a small picture"
    for place, opens in ((0, lambda: window.model.path == recording), (2, lambda: window.runs.port is not None)):
        menu.aboutToShow.emit()
        menu.actions()[place].trigger()
        settle(window)
        assert opens(), place

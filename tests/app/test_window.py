"""The window as its users meet it: what it shows of a recording, every command, every key, and what goes wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app import files as module
from framescope.app import window as main_window
from framescope.app.__main__ import main
from framescope.app.commands import COMMANDS
from framescope.app.dialogs import CommandPalette, KeySheet, parse_moment
from framescope.app.window import MainWindow
from framescope.core.errors import InputError
from framescope.core.resources import sample
from framescope.core.timebase import Timebase
from framescope.models.workspace import Workspace, autosave_path
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

ASKING = {
    "open", "open_port", "open_port_file", "choose_encoder", "save_session", "open_session", "export_frame",
    "export_waveform", "export_mel", "export_feature", "export_picture", "go_to", "palette", "keys", "quit", "report",
}  # fmt: skip


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    shown = MainWindow()
    shown.resize(1440, 900)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()


@pytest.fixture
def opened(window: MainWindow) -> MainWindow:
    window.open(sample())
    assert window.jobs.wait_idle(60)
    return window


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def press(window: MainWindow, key: str) -> None:
    combination = QKeySequence(key)[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


def test_every_stage_is_shown(opened: MainWindow) -> None:
    run = opened.model.run
    assert run is not None
    assert list(run) == ["audio", "mel", "windows", "features", "padded", "tensors"]
    assert opened.model.filled.all()
    assert opened.timeline.duration == pytest.approx(116_796 / 16000)
    assert opened.windowTitle() == "sample.flac - Framescope"
    assert opened.encoder.text().startswith("encoder: stand-in weights")
    assert opened.progress.text() == ""


@pytest.mark.parametrize(
    ("stage", "index"),
    [("mel", (12, 1786)), ("mel", (79, 0)), ("features", (558, 100)), ("padded", (0, 3)), ("tensors", (558, 5, 1, 2))],
)
def test_what_is_read_equals_the_originals_arrays(
    window: MainWindow, shared: Path, monkeypatch: pytest.MonkeyPatch, stage: Any, index: Any
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", str(shared / "encoder" / "audio_encoder.onnx"))
    window.open(shared / "talk_hb.wav")
    assert window.jobs.wait_idle(60)
    files = {"mel": "mel_spectrogram", "features": "audio_features_raw", "padded": "audio_features_padded"}
    folder = shared / "python_talk_hb"
    if stage == "tensors":
        expected = np.load(folder / "frames" / f"frame_{index[0]:05d}_reshaped.npy")[index[1:]]
    else:
        expected = np.load(folder / f"{files[stage]}.npy")[index]
    probe = window.links.read(stage, index)
    assert probe is not None
    assert probe.value == pytest.approx(expected, abs=1e-12 if stage == "mel" else 5e-5)


def test_the_value_under_the_pointer_is_read_and_linked(opened: MainWindow, qtbot: Any) -> None:
    lane = opened.lanes.features
    opened.timeline.seek_frame(60)
    x = lane.x_of(opened.timeline.timebase.frame_seconds(60.5))
    with qtbot.waitSignal(lane.hovered, check_params_cb=lambda probe: probe is not None):
        QTest.mouseMove(lane, QPoint(round(x), lane.height() // 2))
    probe = lane.probe_at(QPointF(x, lane.height() // 2))
    run = opened.model.run
    assert probe is not None
    assert run is not None
    assert probe.stage == "features"
    assert probe.index[0] == 60
    assert probe.value == run["features"].array[probe.index]


@pytest.mark.parametrize(
    ("key", "frame"), [("Right", 41), ("Left", 39), ("Shift+Right", 65), ("Shift+Left", 15), ("Home", 0)]
)
def test_keys_move_the_cursor(opened: MainWindow, key: str, frame: int) -> None:
    opened.timeline.seek_frame(40)
    press(opened, key)
    assert opened.timeline.frame == frame


def test_zoom_selection_and_the_way_back(opened: MainWindow) -> None:
    whole = opened.timeline.visible
    opened.timeline.select(1, 3)
    press(opened, "Ctrl+E")
    assert opened.timeline.visible == pytest.approx((1, 3))
    press(opened, "Ctrl++")
    assert opened.timeline.visible[1] - opened.timeline.visible[0] == pytest.approx(1)
    press(opened, "F")
    assert opened.timeline.visible == whole
    press(opened, "Escape")
    assert opened.timeline.selection is None


def test_every_command_has_a_name_of_its_own_and_no_key_twice() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.id not in ASKING], ids=lambda c: c.id)
@pytest.mark.parametrize("state", ["empty", "full"])
def test_every_command_can_be_run(request: Any, command: Any, state: str) -> None:
    window = request.getfixturevalue("opened" if state == "full" else "window")
    window.run(command)
    assert window.jobs.wait_idle(30)
    assert window.isVisible()


def test_commands_that_ask(opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([tmp_path / "s.framescope", tmp_path / "frame.npy", tmp_path / "picture.png"])
    monkeypatch.setattr(module.QFileDialog, "getSaveFileName", lambda *_: (str(next(answers)), ""))
    monkeypatch.setattr(main_window.QInputDialog, "getText", lambda *_: ("f77", True))
    opened.ask_go_to()
    assert opened.timeline.frame == 77
    for ask in (opened.files.ask_save_session, opened.files.ask_export_frame, opened.files.ask_save_picture):
        ask()
        assert opened.jobs.wait_idle(30)
    run = opened.model.run
    assert run is not None
    np.testing.assert_array_equal(np.load(tmp_path / "frame.npy"), run["tensors"].array[77])
    assert size_of(tmp_path / "picture.png") == (1440, 900)
    assert Workspace.load(tmp_path / "s.framescope").timeline.cursor == pytest.approx(77 / 25)
    opened.timeline.go_home()
    monkeypatch.setattr(module.QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "s.framescope"), ""))
    opened.files.ask_open_session()
    assert opened.jobs.wait_idle(60)
    assert opened.timeline.frame == 77


def test_a_frame_is_copied_as_numpy_reads_it(opened: MainWindow) -> None:
    opened.timeline.seek_frame(50)
    opened.files.copy_frame()
    run = opened.model.run
    assert run is not None
    copied = eval(QGuiApplication.clipboard().text(), {"array": np.array, "float32": np.float32})  # noqa: S307
    np.testing.assert_array_equal(copied, run["tensors"].array[50])


def test_features_are_ordered_and_folded(opened: MainWindow) -> None:
    features = opened.lanes.features
    opened.views.order_features("variance")
    opened.views.fold_dead_features()
    assert opened.jobs.wait_idle(30)
    run = opened.model.run
    assert run is not None
    array = np.asarray(run["features"].array)
    probe = features.probe_at(QPointF(features.width() - 200, 0))
    assert probe is not None
    assert probe.index[1] == array.var(axis=0).argmax()
    remembered = opened.document.workspace().lanes["features"]
    assert (remembered["order"], remembered["folded"]) == ("variance", True)


def test_a_lane_can_be_hidden_but_not_the_last(opened: MainWindow) -> None:
    for number in range(3):
        opened.views.toggle_lane(number)
    assert [lane.isHidden() for lane in opened.lanes.stages] == [True, True, False]


def test_markers_are_gone_to(opened: MainWindow) -> None:
    for frame in (20, 60):
        opened.timeline.seek_frame(frame)
        opened.marks.add()
    opened.timeline.go_home()
    opened.marks.go(1)
    opened.marks.go(1)
    assert opened.timeline.frame == 60
    opened.marks.go(-1)
    assert opened.timeline.frame == 20


@pytest.mark.parametrize(
    ("name", "content"), [("missing.wav", None), ("empty.wav", b""), ("text.wav", b"no sound at all " * 50)]
)
def test_an_error_is_shown_where_the_sound_would_be(
    window: MainWindow, tmp_path: Path, name: str, content: Any
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    window.open(path)
    assert window.jobs.wait_idle(30)
    assert name in window.progress.text()
    assert [name in (lane.error or "") for lane in window.lanes.stages] == [True, False, False]
    window.open(sample())
    assert window.jobs.wait_idle(60)
    assert window.model.filled.all()
    assert [lane.error for lane in window.lanes.stages] == [None, None, None]


def test_an_empty_window_says_how_to_begin(window: MainWindow) -> None:
    assert "Ctrl+O" in (window.lanes.waveform.error or "")


def test_a_dropped_recording_is_opened(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sample()))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    assert window.jobs.wait_idle(60)
    assert window.model.path == sample()


def test_a_session_outlives_the_window(opened: MainWindow, qtbot: Any) -> None:
    opened.timeline.seek_frame(33)
    opened.timeline.show(0.5, 2.5)
    opened.close()
    again = MainWindow()
    qtbot.addWidget(again)
    again.document.restore(Workspace.load(autosave_path()))
    assert again.jobs.wait_idle(60)
    assert (again.timeline.frame, again.timeline.visible) == (33, pytest.approx((0.5, 2.5)))
    again.close()


def test_the_palette_narrows_and_runs(window: MainWindow, qtbot: Any) -> None:
    palette = CommandPalette(COMMANDS, window)
    qtbot.addWidget(palette)
    assert palette.list.count() == len(COMMANDS)
    qtbot.keyClicks(palette.field, "whole rec")
    assert palette.list.count() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.chosen is not None
    assert palette.chosen.id == "fit"
    qtbot.addWidget(KeySheet(COMMANDS, window))


@pytest.mark.parametrize(("text", "seconds"), [("22.32", 22.32), ("1:02.5", 62.5), ("f558", 22.32), (" F0 ", 0)])
def test_places(text: str, seconds: float) -> None:
    assert parse_moment(text, Timebase()) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "x", "f", "f1.5", "1:2:3", "frame"])
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="is no place"):
        parse_moment(text, Timebase())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 700), (3840, 2160)])
def test_any_size_and_theme(opened: MainWindow, qtbot: Any, theme: Any, size: tuple[int, int]) -> None:
    opened.views.set_theme(theme)
    opened.resize(*size)

    def drawn() -> None:
        picture = opened.grab().toImage()
        assert (picture.width(), picture.height()) == (opened.width(), opened.height()) == size
        assert (picture.pixelColor(3, picture.height() - 3).lightness() < 128) == (theme == "dark")

    qtbot.waitUntil(drawn)


def test_render_draws_the_window(tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: Any) -> None:
    out = tmp_path / "window.png"
    arguments = ["render", str(sample()), "--frame", "30", "--size", "1100x720", "--theme", "dark", "-o", str(out)]
    assert main(arguments) == 0
    assert size_of(out) == (1100, 720)
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "missing.wav", "-o", "x.png"], "missing.wav"),
        (["render", str(sample()), "-o", "/nowhere/x.png"], "/nowhere/x.png"),
        (["render", str(sample()), "--frame", "9999", "-o", "x.png"], "frame 9999 does not exist"),
        (["render", str(sample()), "--size", "10", "-o", "x.png"], "--size 10"),
        (["render", str(sample()), "--size", "0x5", "-o", "x.png"], "--size 0x5"),
        (["render", str(sample()), "--size", "99999x5", "-o", "x.png"], "--size 99999x5"),
        (["nonsense"], "nonsense: is no recording and no command"),
    ],
)
def test_one_sentence_and_exit_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], qapp: Any
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error

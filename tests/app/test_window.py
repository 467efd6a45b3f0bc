"""The window as a whole: what it shows of a recording, every command in every state, every key, every size."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window import asking
from framescope.app.window import window as main_window
from framescope.app.window.commands import COMMANDS
from framescope.app.window.dialogs import KeySheet, parse_moment
from framescope.app.window.palette import CommandPalette
from framescope.app.window.theme import apply_theme
from framescope.app.window.window import MainWindow
from framescope.core.base.errors import InputError
from framescope.core.recipe.presets import load_preset
from framescope.core.timebase import Timebase
from framescope.widgets.panels.start_page import StartPage
from framescope.widgets.pointed_value import PointedValue
from helpers.fits import misfits
from helpers.windows import BY_ID, FRAMES, SECONDS, open_port, open_recording, press, run, send_key, settle
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QThread, QTimer
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QToolButton, QWidget

ELSEWHERE = {"quit", "palette", "keys", "open_sample", "close_recording", "about", "licences"}
"""They close the window, wait for an answer, or open something else."""


def test_every_stage_is_shown(opened: MainWindow) -> None:
    computed = opened.model.run
    assert computed is not None
    assert list(computed) == ["audio", "mel", "windows", "features", "padded", "tensors"]
    assert opened.model.filled.all()
    assert (opened.timeline.duration, opened.timeline.n_frames) == (SECONDS, FRAMES)
    assert opened.windowTitle() == "talk.wav - Framescope"
    assert opened.encoder.text().startswith("encoder: stand-in weights")
    assert opened.progress.text() == ""


def test_what_is_read_equals_the_originals_arrays(
    window: MainWindow, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", str(shared / "encoder" / "audio_encoder.onnx"))
    open_recording(window, shared / "talk_hb.wav")
    folder = shared / "python_talk_hb"
    mel, features, padded = (
        np.load(folder / f"{name}.npy") for name in ("mel_spectrogram", "audio_features_raw", "audio_features_padded")
    )
    tensor = np.load(folder / "frames" / "frame_00558_reshaped.npy")
    values: tuple[tuple[Any, tuple[int, ...], float, float], ...] = (
        ("mel", (12, 1786), mel[12, 1786], 1e-12),
        ("mel", (79, 0), mel[79, 0], 1e-12),
        ("features", (558, 100), features[558, 100], 5e-5),
        ("padded", (0, 3), padded[0, 3], 5e-5),
        ("tensors", (558, 5, 1, 2), tensor[5, 1, 2], 5e-5),
    )
    for stage, index, expected, near in values:
        probe = window.links.read(stage, index)
        assert probe is not None
        assert probe.value == pytest.approx(expected, abs=near), stage


def test_the_value_under_the_pointer_is_read_and_linked(opened: MainWindow, qtbot: Any) -> None:
    lane = opened.lanes.features
    x = lane.x_of(opened.timeline.timebase.frame_seconds(30.5))
    with qtbot.waitSignal(lane.hovered, check_params_cb=lambda probe: probe is not None):
        QTest.mouseMove(lane, QPoint(round(x), lane.height() // 2))
    probe = lane.probe_at(QPointF(x, lane.height() // 2))
    computed = opened.model.run
    assert probe is not None
    assert computed is not None
    assert (probe.stage, probe.index[0]) == ("features", 30)
    assert probe.value == computed["features"].array[probe.index]


def test_hovering_moves_nothing(compared: MainWindow, qtbot: Any) -> None:
    compared.resize(1366, 768)
    settle(compared)

    def places() -> list[object]:
        return [
            (type(w).__name__, w.objectName(), w.geometry()) for w in compared.findChildren(QWidget) if w.isVisible()
        ]

    seen: list[object] = []

    def rests() -> bool:
        """Tell whether nothing has moved from one look to the next, three times."""
        seen.append(places())
        return len(seen) > 3 and seen[-1] == seen[-2] == seen[-3]

    qtbot.waitUntil(rests)
    before = places()
    lanes, readout = compared.lanes, compared.links.panel.readout
    probes = [
        lane.probe_at(QPointF(lane.x_of(seconds), lane.height() * share))
        for lane in lanes.stages
        for seconds in (0.1, 1.0, 1.9)
        for share in (0.2, 0.8)
    ]
    digits = PointedValue("features", (1, 2), -3.22584924e-7, "frame 1,234,567, feature 511" * 5, 1.20613945e-7)
    for probe in [*probes, digits, None]:
        readout.set_probe(probe)
        QApplication.processEvents()
        assert places() == before, probe


def test_an_error_is_shown_where_the_sound_would_be(window: MainWindow, recording: Path, tmp_path: Path) -> None:
    assert "Ctrl+O" in (window.lanes.waveform.error or "")
    (tmp_path / "text.wav").write_bytes(b"no sound at all " * 50)
    open_recording(window, tmp_path / "text.wav")
    assert "text.wav" in window.progress.text()
    assert ["text.wav" in (lane.error or "") for lane in window.lanes.stages] == [True, False, False]
    (page,) = window.findChildren(StartPage)
    assert page.isVisible(), "six empty lanes and panels would say less than the ways to begin"
    assert "text.wav" in page.problem
    assert not window.panels.shows("values")
    open_recording(window, recording)
    assert not page.isVisible()
    assert window.model.filled.all()
    assert [lane.error for lane in window.lanes.stages] == [None, None, None]
    window.model.close()
    assert page.isVisible()
    assert page.problem == ""


# Commands and keys


def test_every_command_has_a_name_of_its_own_and_no_key_twice() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert len(BY_ID) == len(COMMANDS)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("state", ["empty", "loading", "failing", "full", "comparing"])
def test_every_command_can_be_run(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path, state: str, qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Dialogs are answered with nothing, and a window that computes is not waited for."""
    for verb in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, verb, lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(asking.QInputDialog, "getText", lambda *_: ("", False))
    monkeypatch.setattr(asking.QInputDialog, "getItem", lambda *_: ("", False))
    monkeypatch.setattr(QDialog, "exec", lambda *_: 0)
    if state == "loading":
        window.opening.open(recording)
    elif state != "empty":
        open_recording(window, recording if state != "failing" else tmp_path / "gone.wav")
    if state == "comparing":
        open_port(window, ports[1], qtbot)
    for command in COMMANDS:
        if command.id not in ELSEWHERE:
            with qtbot.captureExceptions() as raised:
                window.commands.run(command)
                QApplication.processEvents()
            assert not raised, command.id
            assert window.isVisible(), command.id
    if state != "comparing":  # whose diagnosis would be waited for
        settle(window)
    assert (window.model.run is not None) == (state in {"loading", "full", "comparing"})


def test_every_key_does_its_command(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(window.commands, "run", lambda command: done.append(command.id))
    for command in COMMANDS:
        for key in command.keys:
            window.commands[command.id].setEnabled(True)  # also what an empty window has nothing to do for
            send_key(window, key)
            assert done == [command.id], key
            done.clear()


def test_keys_are_letters_in_a_text_field(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    dock = window.comparing.commands
    dock.show()
    fields = dock.field, window.comparing.dock.panel.limits.field("mel", "absolute")
    window.comparing.dock.show()
    window.comparing.dock.panel.limits.show()
    done: list[str] = []
    monkeypatch.setattr(window.commands, "run", lambda command: done.append(command.id))
    for field in fields:
        field.setFocus()
        field.setText("ab")
        for key in ("Space", "M", "Shift+M", "P", "?", ".", "4", "Left", "Shift+Left", "Home", "End", "Backspace"):
            press(field, key)
            assert done == [], key
        assert "m" in field.text().lower()


def test_space_presses_what_one_has_come_to_by_the_keyboard(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    done: list[str] = []
    monkeypatch.setattr(window.commands, "run", lambda command: done.append(command.id))
    window.comparing.dock.show()
    button = window.comparing.dock.panel.findChild(QToolButton, "limits")
    assert isinstance(button, QToolButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()
    assert not button.hasFocus()
    press(window, "Space")
    assert done == ["play"]
    button.setFocus()
    press(button, "Space")
    assert done == ["play"]
    assert not button.isChecked()


def test_where_to_go_is_asked(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {("f33", True): 33, ("1.0", True): 25, ("f2", False): 25, ("nowhere", True): 25}
    for answer, frame in answers.items():
        monkeypatch.setattr(asking.QInputDialog, "getText", lambda *_, answer=answer: answer)
        run("go_to")(opened)
        assert opened.timeline.frame == frame
    assert "'nowhere': is not a place" in opened.progress.text()


def test_the_palette_narrows_and_runs(window: MainWindow, qtbot: Any) -> None:
    palette = CommandPalette(COMMANDS, window)
    qtbot.addWidget(palette)
    assert palette.list.count() == len(COMMANDS)
    qtbot.keyClicks(palette.field, "whole rec")
    assert palette.list.count() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.chosen is BY_ID["fit"]


@pytest.mark.parametrize(
    ("typed", "first"), [("whole rec", "fit"), ("whlrec", "fit"), ("wrst plc", "worst"), ("", "play")]
)
def test_the_palette_finds_by_letters_and_has_what_was_done_last_in_front(
    window: MainWindow, qtbot: Any, typed: str, first: str
) -> None:
    palette = CommandPalette(COMMANDS, window, recent=("play", "fit"))
    qtbot.addWidget(palette)
    qtbot.keyClicks(palette.field, typed)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.chosen is BY_ID[first]


def test_the_palette_runs_nothing_that_cannot_be_done(window: MainWindow, qtbot: Any) -> None:
    palette = CommandPalette(COMMANDS, window, can=window.commands.can)
    qtbot.addWidget(palette)
    qtbot.keyClicks(palette.field, "worst place")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.chosen is None


def test_what_was_done_is_remembered_in_its_order(opened: MainWindow) -> None:
    for name in ("fit", "zoom_in", "fit"):
        run(name)(opened)
    assert opened.commands.done == ("fit", "zoom_in")


def test_keys_are_found_by_what_they_do(window: MainWindow, qtbot: Any) -> None:
    sheet = KeySheet(COMMANDS, window)
    qtbot.addWidget(sheet)
    groups = [sheet.list.topLevelItem(place) for place in range(sheet.list.topLevelItemCount())]
    assert [group.text(0) for group in groups][:2] == ["Mouse and wheel", "File"]
    qtbot.keyClicks(sheet.field, "pan")
    shown = [
        group.child(k).text(0) for group in groups for k in range(group.childCount()) if not group.child(k).isHidden()
    ]
    assert "pan" in shown
    assert all("pan" in text.lower() for text in shown)
    assert groups[1].isHidden() == ("File" not in [group.text(0) for group in groups if not group.isHidden()])


def test_menus_and_buttons_name_what_the_cursor_goes_by(opened: MainWindow) -> None:
    def said() -> set[str]:
        texts = {opened.commands[name].text().replace("&", "") for name in ("next_frame", "export_frame")}
        return texts | {button.toolTip() for button in opened.playing.transport.findChildren(QToolButton)}

    assert {"Next frame", "Export this frame …", "Previous frame"} <= said()
    opened.model.set_recipe(load_preset("whisper-80"))
    settle(opened)
    assert {"Next row", "Export this row …", "Previous row"} <= said()
    assert not any("frame" in text for text in said())


@pytest.mark.parametrize(("text", "seconds"), [("22.32", 22.32), ("1:02.5", 62.5), ("f558", 22.32), (" F0 ", 0)])
def test_places(text: str, seconds: float) -> None:
    assert parse_moment(text, Timebase()) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "x", "f", "f1.5", "1:2:3", "frame"])
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="is not a place"):
        parse_moment(text, Timebase())


# Sizes, themes, names


def corner_is_dark(window: QWidget) -> bool:
    return window.grab().toImage().pixelColor(3, window.height() - 3).lightness() < 128


def fits(window: QWidget, case: object) -> None:
    assert misfits(window) == [], case


def test_any_size_theme_and_state(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path, qapp: QApplication, qtbot: Any
) -> None:
    states: dict[str, Callable[[], object]] = {
        "empty": lambda: None,
        "failing": lambda: open_recording(window, tmp_path / ("a long name of a file that is not there" * 3)),
        "loading": lambda: window.opening.open(recording),
        "full": lambda: settle(window),
        "compared": lambda: open_port(window, ports[0], qtbot),
        "everything open": lambda: [run(name)(window) for name in ("markers", "run_port")],
    }
    for state, come in states.items():
        come()
        for theme in ("light", "dark"):
            apply_theme(qapp, theme)  # type: ignore[arg-type]
            for size in ((1024, 700), (3840, 2160)):
                case = state, theme, size
                window.resize(*size)
                assert window.size().toTuple() == size, case
                assert window.grab().toImage().size().toTuple() == size, case
                qtbot.waitUntil(lambda theme=theme: corner_is_dark(window) == (theme == "dark"))
                qtbot.waitUntil(lambda case=case: fits(window, case))
    apply_theme(qapp, "light")


def test_whatever_takes_the_focus_has_a_name(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    open_port(opened, ports[0], qtbot)
    run("markers")(opened)
    run("run_port")(opened)

    def all_are_named() -> None:
        for widget in opened.findChildren(QWidget):
            takes_focus = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
            if widget.isVisible() and takes_focus:
                name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
                assert name, f"{widget!r} in {widget.parentWidget()!r}"

    qtbot.waitUntil(all_are_named)


def test_a_closed_window_is_let_go_of(stand_in: None, recording: Path, ports: tuple[Path, Path], qtbot: Any) -> None:
    """With all it shows: what it holds and what announces to it must not keep each other alive."""
    window = MainWindow()
    window.show()
    open_recording(window, recording)
    open_port(window, ports[1], qtbot)
    run("settings")(window)
    held = window.model.run
    assert held is not None
    parts = (window, window.model, window.runs, window.lanes.mel, window.links, window.comparing, held["mel"].array)
    left = [weakref.ref(part) for part in parts]
    window.close()
    window.deleteLater()
    del window, parts, held
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [type(part) for ref in left if (part := ref()) is not None] == []


def test_a_closed_window_does_nothing_any_more(window: MainWindow, recording: Path, ports: tuple[Path, Path]) -> None:
    """Not even where it is closed in the middle of its work."""
    window.document.keep()
    window.opening.open(recording)
    window.comparing.add(ports[1])
    window.close()
    assert not window.jobs.busy
    QApplication.processEvents()
    assert not window.jobs.busy
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()] == []


def test_what_compares_is_loaded_before_it_is_needed(
    stand_in: None, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading: list[QThread] = []
    monkeypatch.setattr(main_window, "load_comparing", lambda _: loading.append(QThread.currentThread()))
    shown = MainWindow()
    qtbot.addWidget(shown)
    assert not shown.panels.knows("comparison")
    qtbot.waitUntil(lambda: shown.panels.knows("comparison"))
    assert len(loading) == 1
    assert shown.thread() not in loading

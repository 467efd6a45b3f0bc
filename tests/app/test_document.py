"""What can be undone, what a session brings back, and what a crash leaves."""

import os
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window import document, file_actions
from framescope.app.window.gui import _restore
from framescope.app.window.window import MainWindow
from framescope.core.compare.tolerance import Tolerance, load_profile
from framescope.core.config import Config
from framescope.models.markers import Marker
from framescope.models.recent import recent_files, recent_path, remember_recent
from framescope.models.timeline import TimelineState
from framescope.models.workspace import OpenedPort, Workspace, autosave_path
from helpers import models
from helpers.windows import open_port, open_recording, run, settle, write_recording
from PySide6.QtCore import QThread, QTimer

Change = tuple[str, Callable[[MainWindow], object], Callable[[MainWindow], object]]


def names(window: MainWindow) -> list[str]:
    return [item.name for item in window.runs.items]


def drag_levels(window: MainWindow) -> None:
    """Many small changes, as dragging makes them."""
    for high in (1.0, 2.0, 3.0):
        window.views.choose_levels(window.lanes.mel, (-2.0, high))


def drag_limit(window: MainWindow) -> None:
    panel = window.comparing.dock.panel
    for name in ("mobile", "strict"):
        panel.profile_changed.emit(load_profile(name))


def read_otherwise(window: MainWindow) -> None:
    window.comparing.read_otherwise(window.runs.items[1].key, (), 1)


CHANGES: tuple[Change, ...] = (
    ("reading", read_otherwise, lambda w: w.runs.items[1].first_frame),
    ("marker", run("add_marker"), lambda w: w.markers.items),
    ("note", lambda w: w.marks.rename(w.markers.items[0], "a click"), lambda w: w.markers.items),
    ("no marker", lambda w: w.marks.remove(w.markers.items[0]), lambda w: w.markers.items),
    ("order", run("order_variance"), lambda w: w.views.state["features"]["order"]),
    ("square cells", run("square_cells"), lambda w: w.links.panel.tensor.square),
    ("normalised", run("normalise_rows"), lambda w: w.views.normalised),
    ("analysis", run("analysis_rms"), lambda w: w.analyses.shown),
    ("folded", run("fold_dead"), lambda w: w.views.state["features"]["folded"]),
    ("colours", lambda w: w.views.set_colour_map(w.lanes.mel, "magma"), lambda w: w.lanes.mel.colour_map),
    ("levels", drag_levels, lambda w: w.lanes.mel.chosen_levels),
    ("hidden", run("toggle_mel"), lambda w: w.lanes.mel.isHidden()),
    ("mode", run("mode_hubert"), lambda w: w.model.config.mode),
    ("edge", run("edge_repeat"), lambda w: w.model.config.edge),
    ("profile", drag_limit, lambda w: w.runs.profile.name),
    ("closed port", run("close_port"), names),
)


def test_every_change_is_undone_and_redone(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    opened.runs.add(ports[0])
    opened.marks.add()
    opened.timeline.seek_frame(20)
    for name, change, seen in CHANGES:
        before = seen(opened)
        change(opened)
        after = seen(opened)
        assert after != before, name
        run("undo")(opened)
        assert seen(opened) == before, name
        run("redo")(opened)
        assert seen(opened) == after, name
        run("undo")(opened)


def test_undoing_leaves_alone_what_has_changed_since(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    opened.marks.add()
    open_port(opened, ports[0], qtbot)
    opened.lanes.mel.set_colour_map("magma")
    undo = opened.inspection.history.stack.undo
    undo()
    assert names(opened) == ["talk.wav"]
    opened.runs.add(ports[1])
    undo()
    assert names(opened) == ["talk.wav", "faulty"]
    assert opened.lanes.mel.colour_map == "magma"
    assert opened.markers.items == ()


def test_another_recording_has_no_past_and_the_same_one_computed_anew_has(opened: MainWindow, tmp_path: Path) -> None:
    opened.marks.add()
    opened.timeline.seek_frame(20)
    run("mode_wenet")(opened)
    opened.model.set_encoder("stand-in")
    settle(opened)
    assert opened.timeline.frame == 20
    assert opened.inspection.history.stack.count() == 2
    open_recording(opened, tmp_path / "missing.wav")
    assert opened.inspection.history.stack.count() == 2
    open_recording(opened, write_recording(tmp_path / "other.wav"))
    assert opened.inspection.history.stack.count() == 0


def test_limits_of_ones_own_are_undone_and_remembered(window: MainWindow) -> None:
    """They are no profile with a name."""
    field = window.comparing.dock.panel.limits.field("mel", "absolute")
    field.setText("0.25")
    field.textEdited.emit("0.25")
    workspace = window.document.workspace()
    assert workspace.limits == {"mel": (0.25, load_profile().limits["mel"].relative)}
    window.inspection.history.stack.undo()
    assert window.runs.profile == load_profile()
    window.document.restore(workspace)
    assert window.runs.profile["mel"].absolute == 0.25
    assert window.comparing.dock.panel.profiles.currentText() == "edited"


def session(recording: Path, ports: tuple[Path, Path]) -> Workspace:
    """Nothing of it is as it is in a new window."""
    colours = {"shown": True, "colours": "magma", "low": -2.0, "high": 1.5, "normalised": True}
    return Workspace(
        recording=str(recording),
        encoder="stand-in",
        config=Config(mode="wenet", edge="repeat"),
        timeline=TimelineState(0.8, (0.5, 1.5), (0.6, 0.9), "smooth"),
        markers=(Marker(0.2, "a click"), Marker(1.0)),
        lanes={
            "waveform": {"shown": False},
            "mel": colours,
            "features": colours | {"order": "variance", "folded": True},
        },
        ports=(
            OpenedPort(str(ports[0]), ("mel=mel_spectrogram.npy:float64:80,T",)),
            OpenedPort(str(ports[1]), command="./port {audio} {out}", first_frame=1),
        ),
        reference=str(ports[0]),
        port=str(ports[1]),
        view="swipe",
        difference="log",
        lag_applied=False,
        tensor="context",
        profile="mobile",
        limits={"features": (0.5, 0.1)},
    )


def test_a_session_brings_everything_back(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path
) -> None:
    before = session(recording, ports)
    before.save(tmp_path / "all.framescope")
    window.files.open(tmp_path / "all.framescope")
    settle(window)
    after = window.document.workspace()
    for name in {field.name for field in fields(Workspace)} - {"lanes", "profile", "limits"}:
        assert getattr(after, name) == getattr(before, name), name
    assert {name: after.lanes[name] for name in before.lanes} == before.lanes
    assert window.runs.profile.limits == {**load_profile("mobile").limits, "features": Tolerance(0.5, 0.1)}
    assert not window.inspection.history.stack.canUndo()
    run = window.model.run
    assert run is not None
    assert run["tensors"].array.shape[1:] == (256, 16, 32)
    assert window.lanes.waveform.isHidden()
    assert window.lanes.mel.levels == (-2.0, 1.5)


def test_the_encoder_of_a_session_is_used_and_one_that_is_gone_is_said(
    window: MainWindow, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FRAMESCOPE_ENCODER")
    encoder = tmp_path / "mine.onnx"
    encoder.write_bytes(models.model())
    window.preferences.remember(encoder=str(encoder))
    open_recording(window, recording)
    saved = window.document.workspace()
    assert saved.encoder == str(encoder)
    window.preferences.remember(encoder=None)
    window.document.restore(saved)
    settle(window)
    assert "mine.onnx" in window.encoder.text()
    encoder.unlink()
    window.document.restore(saved)
    settle(window)
    assert "stand-in" in window.encoder.text()
    assert "the session's mine.onnx is gone" in window.encoder.text()
    assert window.encoder.toolTip() == str(encoder)
    assert window.model.filled.all()


def test_a_crash_loses_nothing_that_was_saved(opened: MainWindow, stand_in: None, qtbot: Any) -> None:
    opened.document.keep()
    opened.timeline.show(0.5, 1.5)
    opened.timeline.seek_frame(23)
    (timer,) = opened.document.findChildren(QTimer)
    assert timer.isActive()
    timer.timeout.emit()
    again = MainWindow()
    qtbot.addWidget(again)
    _restore(again)
    settle(again)
    assert (again.timeline.frame, again.timeline.visible) == (23, pytest.approx((0.5, 1.5)))


def test_names_that_are_no_text_come_back(
    window: MainWindow, recording: Path, ports: tuple[Path, Path], tmp_path: Path
) -> None:
    """Of the recording, a port, the session and the picture: their bytes are no UTF-8."""
    window.files.keep()
    bad = tmp_path / os.fsdecode(b"caf\xe9\xff")
    bad.mkdir()
    shutil.copy(recording, bad / "talk.wav")
    shutil.copytree(ports[0], bad / "port")
    window.files.open(bad / "talk.wav")
    settle(window)
    window.files.open(bad / "port")
    settle(window)
    window.document.workspace().save(bad / "a.framescope")
    window.exports.save_picture(bad / "a.png")
    settle(window)
    window.document.autosave()
    for restore in (
        lambda: window.files.open(bad / "a.framescope"),
        lambda: window.files.open(bad / "a.png"),
        lambda: _restore(window),
    ):
        open_recording(window, recording)
        window.runs.remove(window.runs.items[1].key)
        restore()
        settle(window)
        assert window.model.path == bad / "talk.wav"
        assert [run.path for run in window.runs.items] == [None, bad / "port"]
    recent = {file.path: file.missing for file in recent_files()}
    assert recent == dict.fromkeys(
        [bad / "a.png", bad / "a.framescope", bad / "talk.wav", recording, bad / "port"], False
    )


def test_an_empty_window_does_not_forget_the_last_session(window: MainWindow) -> None:
    Workspace(recording="talk.wav").save(autosave_path())
    window.document.keep()
    window.close()
    assert Workspace.load(autosave_path()).recording == "talk.wav"


BROKEN = {
    "not JSON": b"\x00\xff",
    "cut short": b'{"version": 1, "recording": "a',
    "another version": b'{"version": 99}',
    "another type": b'{"version": 1, "markers": 5}',
    "no such profile": b'{"version": 1, "profile": "nobody"}',
    "no such reading": b'{"version": 1, "ports": [{"path": "/x", "overrides": ["mel"]}]}',
    "no such file": b'{"version": 1, "recording": "/nowhere/a.wav"}',
}


def test_a_broken_session_is_one_sentence(window: MainWindow) -> None:
    for name, content in BROKEN.items():
        autosave_path().parent.mkdir(parents=True, exist_ok=True)
        autosave_path().write_bytes(content)
        window.inspection.say("")
        _restore(window)
        settle(window)
        assert len(window.progress.text()) > 20, name
        assert "\n" not in window.progress.text(), name


def test_the_window_does_not_wait_for_the_disk(
    window: MainWindow, recording: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, QThread] = {}

    def noted(name: str, write: Callable[..., None]) -> Callable[..., None]:
        return lambda *path: (threads.update({name: QThread.currentThread()}), write(*path))[1]

    monkeypatch.setattr(Workspace, "save", noted("session", Workspace.save))
    monkeypatch.setattr(file_actions, "remember_recent", noted("recent", remember_recent))
    monkeypatch.setattr(document, "AUTOSAVE_MS", 10)
    shown = MainWindow()
    qtbot.addWidget(shown)
    shown.document.keep()
    open_recording(shown, recording)
    qtbot.waitUntil(lambda: autosave_path().exists() and len(recent_files()) == 1)
    assert set(threads) == {"session", "recent"}
    assert shown.thread() not in threads.values()
    shown.timeline.seek_frame(7)
    shown.close()
    assert threads["session"] is shown.thread(), "the last time it is kept before the window is gone"
    assert Workspace.load(autosave_path()).timeline == shown.timeline.state


@pytest.mark.parametrize("place", [recent_path, autosave_path])
def test_what_cannot_be_remembered_is_said(
    place: Callable[[], Path], stand_in: None, recording: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place().mkdir(parents=True)
    monkeypatch.setattr(document, "AUTOSAVE_MS", 10)
    shown = MainWindow()
    qtbot.addWidget(shown)
    shown.document.keep()
    open_recording(shown, recording)
    qtbot.waitUntil(lambda: f"{place().name}: cannot be written" in shown.progress.text())

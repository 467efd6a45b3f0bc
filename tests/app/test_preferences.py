"""The settings at work: what is chosen holds at once and is remembered, and a bad file is no harm."""

from pathlib import Path
from threading import get_ident
from typing import Any

import pytest
from framescope.app.window.settings_dialog import SettingsDialog
from framescope.app.window.theme import apply_theme
from framescope.app.window.window import MainWindow
from framescope.core.settings import Settings, change_settings, load_settings, save_settings, settings_path
from helpers import models
from helpers.windows import run, settle
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

CHOSEN = Settings(
    theme="dark", follow="smooth", scrub_sound=False, volume=0.25, latency_offset_ms=-40, tolerance_profile="mobile",
    compare_view="split", mel_colour_map="magma", feature_colour_map="gray", ruler_unit="columns",
)  # fmt: skip


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Any:
    yield
    apply_theme(qapp, "light")


def seen(window: MainWindow) -> Settings:
    """Give the settings that the window is at."""
    options, lanes = window.playing.player.options, window.lanes
    dark = QApplication.palette().window().color().lightness() < 128
    return Settings(
        theme="dark" if dark else "light", follow=window.timeline.follow, scrub_sound=options.scrubbing,
        volume=options.volume, latency_offset_ms=options.latency_ms, tolerance_profile=window.runs.profile.name,
        compare_view=lanes.mel.comparing, mel_colour_map=lanes.mel.colour_map,
        feature_colour_map=lanes.features.colour_map, ruler_unit=lanes.ruler.unit,
    )  # type: ignore[arg-type]  # fmt: skip


def test_what_is_chosen_holds_at_once_and_in_the_next_window(window: MainWindow, qtbot: Any) -> None:
    run("settings")(window)
    (dialog,) = window.findChildren(SettingsDialog)
    assert dialog.isVisible()
    dialog.changed.emit(CHOSEN)
    assert seen(window) == CHOSEN
    settle(window)
    assert load_settings() == CHOSEN
    again = MainWindow()
    qtbot.addWidget(again)
    assert seen(again) == CHOSEN
    assert not again.inspection.history.stack.canUndo()


def test_an_encoder_typed_into_the_dialog_holds_once_it_has_proven_itself(
    window: MainWindow, tmp_path: Path, qtbot: Any
) -> None:
    (tmp_path / "good.onnx").write_bytes(models.model())
    (tmp_path / "bad.onnx").write_bytes(b"none")
    run("settings")(window)
    (dialog,) = window.findChildren(SettingsDialog)
    field: Any = dialog.findChild(object, "encoder")
    for name, remembered in (("bad", None), ("good", str(tmp_path / "good.onnx"))):
        field.setText(str(tmp_path / f"{name}.onnx"))
        field.editingFinished.emit()
        assert window.jobs.wait_idle(60)
        assert load_settings().encoder == remembered
        assert field.text() == (remembered or "")
    field.setText("")
    field.editingFinished.emit()
    settle(window)
    assert load_settings().encoder is None


def test_what_is_changed_elsewhere_is_shown_in_the_dialog(window: MainWindow) -> None:
    for _ in range(2):
        run("settings")(window)
    (dialog,) = (each for each in window.findChildren(SettingsDialog) if each.isVisible())
    run("follow_off")(window)
    field: Any = dialog.findChild(object, "follow")
    assert field.currentText() == window.timeline.follow == "off"
    settle(window)
    assert load_settings().follow == "off"


@pytest.mark.parametrize("content", [b"\xff\x00", b"[1, 2]", b'{"volume": "loud", "theme": 5, "follow": "smooth"}'])
def test_a_bad_file_is_no_harm(stand_in: None, content: bytes, qtbot: Any) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_bytes(content)
    window = MainWindow()
    qtbot.addWidget(window)
    assert window.playing.player.options.volume == 1
    assert window.timeline.follow == ("smooth" if b"smooth" in content else "page")


def test_settings_that_cannot_be_written_are_one_sentence(window: MainWindow, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "file")
    run("theme_dark")(window)
    settle(window)
    assert str(tmp_path / "file") in window.progress.text()
    assert window.preferences.theme == "dark"


def test_the_window_never_waits_until_settings_are_written(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that has other things to do took 250 ms."""
    threads: list[int] = []

    def noted(changes: Any) -> None:
        threads.append(get_ident())
        change_settings(changes)

    monkeypatch.setattr("framescope.models.remembering.change_settings", noted)
    for name in ("theme_dark", "theme_light", "follow_off"):
        run(name)(window)
    settle(window)
    assert threads
    assert get_ident() not in threads
    assert load_settings() == Settings(theme="light", follow="off")


def test_closing_waits_until_the_last_settings_are_written(window: MainWindow) -> None:
    for name in ("follow_smooth", "ruler_unit", "theme_dark"):
        run(name)(window)
    window.close()
    assert load_settings() == Settings(theme="dark", follow="smooth", ruler_unit="frames")


def test_what_other_windows_have_changed_is_kept(window: MainWindow) -> None:
    save_settings(Settings(volume=0.5))
    run("theme_dark")(window)
    settle(window)
    run("theme_light")(window)
    settle(window)
    assert load_settings() == Settings(theme="light", volume=0.5)


def test_the_colours_of_the_system_are_followed_where_no_others_were_chosen(
    window: MainWindow, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = QGuiApplication.styleHints().colorSchemeChanged
    for theme, follows in (("system", True), ("light", False)):
        window.preferences.remember(theme=theme)
        monkeypatch.setattr("framescope.app.window.theme._system_is_dark", lambda: True)
        changed.emit(Qt.ColorScheme.Dark)
        assert (qapp.palette().window().color().lightness() < 128) == follows
        monkeypatch.setattr("framescope.app.window.theme._system_is_dark", lambda: False)
        changed.emit(Qt.ColorScheme.Light)
        assert qapp.palette().window().color().lightness() > 128


def test_the_encoder_of_the_settings_is_used(opened: MainWindow, tmp_path: Path) -> None:
    opened.preferences.remember(encoder=str(tmp_path / "gone.onnx"))
    assert opened.jobs.wait_idle(30)
    assert "gone.onnx" in opened.progress.text()
    save_settings(Settings())


def test_another_theme_changes_colours_and_polishes_nothing(window: MainWindow, qapp: QApplication, qtbot: Any) -> None:
    """Polishing all widgets anew took most of the time."""
    heard: list[QEvent.Type] = []

    class Listener(QWidget):
        def changeEvent(self, event: QEvent) -> None:  # noqa: N802
            heard.append(event.type())

    listener, style = Listener(window), qapp.style()
    for theme, light in (("dark", False), ("light", True), ("dark", False)):
        heard.clear()
        run(f"theme_{theme}")(window)
        qtbot.waitUntil(lambda: QEvent.Type.PaletteChange in heard)
        assert (listener.palette().window().color().lightness() > 128) == light
        assert QEvent.Type.StyleChange not in heard
    assert qapp.style() is style

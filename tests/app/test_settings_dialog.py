from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from framescope.app.window.settings_dialog import SettingsDialog
from framescope.core.settings import SETTINGS, Settings
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

LEFT = Qt.MouseButton.LeftButton
DEVICES = ("Built-in", "Kopfhörer")
CHOSEN = Settings(
    theme="dark", follow="smooth", scrub_sound=False, volume=0.25, output_device="Kopfhörer", latency_offset_ms=-40,
    encoder="/enc/a.onnx", tolerance_profile="mobile", watch_ports=False, mel_colour_map="magma",
    feature_colour_map="gray", ruler_unit="columns",
)  # fmt: skip


class Shown:
    """A dialog, and everything that it has announced."""

    def __init__(self, dialog: SettingsDialog) -> None:
        self.dialog = dialog
        self.said: list[Settings] = []
        dialog.changed.connect(self.said.append)

    def field(self, name: str) -> Any:
        field = self.dialog.findChild(QWidget, name)
        assert field is not None
        return field

    def value(self, name: str) -> object:
        field = self.field(name)
        match field:
            case QCheckBox():
                return field.isChecked()
            case QDoubleSpinBox():
                return field.value()
            case QLineEdit():
                return field.text() or None
            case QComboBox():
                return field.currentData() if name == "output_device" else field.currentText()


@pytest.fixture
def show(qtbot: Any) -> Callable[..., Shown]:
    def make(settings: Settings = CHOSEN) -> Shown:
        dialog = SettingsDialog(settings, DEVICES)
        qtbot.addWidget(dialog)
        dialog.show()
        return Shown(dialog)

    return make


def test_every_setting_is_shown_and_showing_changes_nothing(show: Callable[..., Shown]) -> None:
    shown = show()
    assert {row.name: shown.value(row.name) for row in SETTINGS} == {
        row.name: getattr(CHOSEN, row.name) for row in SETTINGS
    }
    shown.dialog.set_settings(Settings())
    assert {row.name: shown.value(row.name) for row in SETTINGS} == {row.name: row.default for row in SETTINGS}
    assert shown.said == []


@pytest.mark.parametrize(
    ("name", "keys", "value"),
    [
        ("theme", [Qt.Key.Key_Up], "light"),
        ("tolerance_profile", [Qt.Key.Key_Home], "exact"),
        ("mel_colour_map", ["v"], "viridis"),
        ("output_device", [Qt.Key.Key_Home], None),
        ("scrub_sound", [Qt.Key.Key_Space], True),
        ("volume", [Qt.Key.Key_Up], 0.26),
        ("latency_offset_ms", [Qt.Key.Key_PageDown], -140),
    ],
)
def test_a_change_by_the_keyboard_holds_at_once(
    show: Callable[..., Shown], name: str, keys: list[Any], value: object
) -> None:
    shown = show()
    shown.field(name).setFocus()
    for key in keys:
        QTest.keyClick(shown.field(name), key)
    assert shown.said == [replace(CHOSEN, **{name: value})]


@pytest.mark.parametrize(
    ("text", "said"), [("/enc/b.onnx", "/enc/b.onnx"), ("stand-in", "stand-in"), ("", None)], ids=str
)
def test_a_typed_encoder_holds_when_it_is_complete(show: Callable[..., Shown], text: str, said: str | None) -> None:
    shown = show()
    field = shown.field("encoder")
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text)
    assert shown.said == []
    field.editingFinished.emit()
    assert [settings.encoder for settings in shown.said] == [said]


@pytest.mark.parametrize(("path", "said"), [("/enc/b.onnx", ["/enc/b.onnx"]), ("", [])])
def test_an_encoder_can_be_looked_for(
    show: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch, path: str, said: list[str]
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    shown = show()
    QTest.mouseClick(next(b for b in shown.dialog.findChildren(QPushButton) if "Choose" in b.text()), LEFT)
    assert [settings.encoder for settings in shown.said] == said
    assert shown.value("encoder") == (path or CHOSEN.encoder)


def test_one_button_brings_all_defaults_back(show: Callable[..., Shown]) -> None:
    shown = show()
    QTest.mouseClick(next(b for b in shown.dialog.findChildren(QPushButton) if "Defaults" in b.text()), LEFT)
    assert shown.said == [Settings()]
    assert shown.value("theme") == "system"


def test_an_unplugged_device_stays_chosen(show: Callable[..., Shown]) -> None:
    shown = show(Settings(output_device="USB"))
    box = shown.field("output_device")
    assert box.currentText() == "USB (not there)"
    assert [box.itemData(n) for n in range(box.count())] == [None, *DEVICES, "USB"]


def test_the_keyboard_reaches_every_field_and_a_screen_reader_names_it(show: Callable[..., Shown]) -> None:
    shown = show()
    fields = {shown.field(row.name): row for row in SETTINGS}
    for field, row in fields.items():
        assert (field.accessibleName(), field.accessibleDescription()) == (row.title, row.sentence)
    reached, widget = [], shown.dialog.nextInFocusChain()
    while widget is not shown.dialog:
        if widget in fields and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.append(fields[widget].name)
        widget = widget.nextInFocusChain()
    assert reached == [row.name for row in SETTINGS]


def test_every_sentence_is_whole(qtbot: Any) -> None:
    dialog = SettingsDialog(Settings(), DEVICES)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.resize(dialog.minimumSizeHint())
    QApplication.processEvents()
    sentences = [label for label in dialog.findChildren(QLabel) if label.wordWrap()]
    assert len(sentences) >= len(SETTINGS)
    for label in sentences:
        assert label.height() >= label.heightForWidth(label.width()), label.text()

"""The settings as a dialog, drawn from the table of settings; what is changed holds at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...core.settings import SETTINGS, Setting, Settings, Value
from ...widgets.label import Label

ENCODERS = "Encoders (*.onnx *.pth *.pt);;All files (*)"

_TITLE, _FIELD, _SENTENCE = 23, 33, 40
"""Letters of the columns."""
_SYSTEM_DEVICE = "the system's own"

Change = Callable[[Value], None]


@dataclass(frozen=True, slots=True)
class _Editor:
    """The widget that takes the keyboard, what shows a value in it, and the widget around it where there is one."""

    field: QWidget
    show: Callable[[Any], object]
    outside: QWidget | None = None


class SettingsDialog(QDialog):
    """All settings, group by group."""

    changed = Signal(Settings)
    """All settings, after one of them was changed here."""

    def __init__(self, settings: Settings, devices: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings, self._devices = settings, tuple(devices)
        self._editors: dict[str, _Editor] = {}
        column = QVBoxLayout(self)
        for group, rows in groupby(SETTINGS, lambda row: row.group):
            column.addWidget(self._box(group, tuple(rows)))
        column.addStretch()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        defaults = buttons.addButton(QDialogButtonBox.StandardButton.RestoreDefaults)
        defaults.clicked.connect(lambda: self._change(Settings()))
        column.addWidget(buttons)
        self.set_settings(settings)

    def set_settings(self, settings: Settings) -> None:
        """Show settings that were changed elsewhere."""
        self._settings = settings
        for name, editor in self._editors.items():
            with QSignalBlocker(editor.field):
                editor.show(getattr(settings, name))

    def _change(self, settings: Settings) -> None:
        if settings != self._settings:
            self.set_settings(settings)
            self.changed.emit(settings)

    def _box(self, group: str, rows: Sequence[Setting]) -> QGroupBox:
        box = QGroupBox(group)
        grid = QGridLayout(box)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in enumerate((_TITLE, _FIELD, _SENTENCE)):
            grid.setColumnMinimumWidth(column, letters * letter)
        grid.setColumnStretch(2, 1)
        for line, row in enumerate(rows):
            self._add(grid, line, row)
        return box

    def _add(self, grid: QGridLayout, line: int, row: Setting) -> None:
        editor = self._editors[row.name] = self._editor(row)
        editor.field.setObjectName(row.name)
        editor.field.setAccessibleName(row.title)
        editor.field.setAccessibleDescription(row.sentence)
        title, sentence = Label(row.title), Label(row.sentence.replace("`", ""))
        title.setBuddy(editor.field)
        sentence.setWordWrap(True)
        width = _SENTENCE * self.fontMetrics().averageCharWidth()
        sentence.setMinimumHeight(sentence.heightForWidth(width))  # the grid asks for one line
        sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for column, widget in enumerate((title, editor.outside or editor.field, sentence)):
            grid.addWidget(widget, line, column, Qt.AlignmentFlag.AlignVCenter)

    def _editor(self, row: Setting) -> _Editor:
        def change(value: Value) -> None:
            self._change(replace(self._settings, **{row.name: value}))  # type: ignore[arg-type]

        if row.name == "encoder":
            return _file(change)
        if row.name == "output_device":
            return _device(self._devices, change)
        if row.choices:
            return _choice(row.choices, change)
        return _number(row, change) if row.limits else _switch(change)


def _choice(choices: Sequence[str], change: Change) -> _Editor:
    field = QComboBox()
    field.addItems(choices)
    field.textActivated.connect(change)
    return _Editor(field, field.setCurrentText)


def _device(devices: Sequence[str], change: Change) -> _Editor:
    """Offer the system's device, those that are there, and the chosen one even where it is unplugged."""
    field = QComboBox()

    def show(device: str | None) -> None:
        field.clear()
        field.addItem(_SYSTEM_DEVICE, None)
        for name in dict.fromkeys([*devices, *([device] if device else [])]):
            field.addItem(name if name in devices else f"{name} (not there)", name)
        field.setCurrentIndex(field.findData(device))

    field.activated.connect(lambda place: change(field.itemData(place)))
    return _Editor(field, show)


def _number(row: Setting, change: Change) -> _Editor:
    assert row.limits is not None
    low, high = row.limits.low, row.limits.high
    field = QDoubleSpinBox(minimum=low, maximum=high, singleStep=(high - low) / 100)
    field.setKeyboardTracking(False)
    field.setSuffix(f" {row.limits.unit}" if row.limits.unit else "")
    field.valueChanged.connect(change)
    return _Editor(field, field.setValue)


def _switch(change: Change) -> _Editor:
    field = QCheckBox()
    field.clicked.connect(change)
    return _Editor(field, field.setChecked)


def _file(change: Change) -> _Editor:
    outside, field, button = QWidget(), QLineEdit(placeholderText="the one that ships"), QPushButton("Choose …")
    row = QHBoxLayout(outside)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field, 1)
    row.addWidget(button)

    def choose() -> None:
        path, _ = QFileDialog.getOpenFileName(outside, "Choose encoder", field.text(), ENCODERS)
        if path:
            change(path)

    field.editingFinished.connect(lambda: change(field.text() or None))
    button.setAutoDefault(False)
    button.clicked.connect(choose)
    return _Editor(field, lambda path: field.setText(str(path or "")), outside)

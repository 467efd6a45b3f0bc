"""One block of a recipe: its parameters, which can be changed by hand, and what that does to the port's errors."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Annotated, Any, Literal, get_args, get_origin

from PySide6.QtCore import Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...core.base.checking import Range
from ...core.recipe.block import Block, Parameter, parameters
from ...models.chain import Change
from ..label import CutLabel, Label

_OF_STAGES = frozenset({"stage", "axes", "dtype"})
"""Parameters that name a stage, and change no value."""
_LARGEST = 2_000_000_000
_MIN_HEIGHT = 60
"""Pixels of what scrolls: a panel of a small screen has no more."""


class BlockPanel(QWidget):
    """The door of a block: it announces wishes and decides nothing."""

    changed = Signal(str, object)
    """(name of the parameter, its new value)"""
    stage_wanted = Signal()
    """The lane of the block's stage is to be brought into sight."""
    reset_wanted = Signal()
    """The reference is to be shown as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Block")
        self._block: Block | None = None
        self._title, self._what, self._evidence = CutLabel(), Label(), Label()
        self._editors: dict[str, QWidget] = {}
        self._stage, self._reset = QPushButton("Show its stage"), QPushButton("As it is")
        self._rows, self._form = QWidget(), QFormLayout()
        self._lay_out()
        self._stage.clicked.connect(self.stage_wanted)
        self._reset.clicked.connect(self.reset_wanted)
        self.set_evidence("")
        self.set_block(None, {}, {}, editable=False)

    def _lay_out(self) -> None:
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        for label, name in ((self._what, "What the block does"), (self._evidence, "Largest differences")):
            label.setWordWrap(True)
            label.setAccessibleName(name)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        area, column, head, rows = QScrollArea(), QVBoxLayout(self), QHBoxLayout(), QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        for part in (self._what, self._evidence):
            rows.addWidget(part)
        rows.addLayout(self._form)
        rows.addStretch(1)
        area.setWidget(self._rows)
        area.setMinimumHeight(_MIN_HEIGHT)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName("Parameters of the block")
        head.addWidget(self._title, 1)
        head.addWidget(self._stage)
        head.addWidget(self._reset)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(head)
        column.addWidget(area, 1)

    @property
    def block(self) -> Block | None:
        """What is shown."""
        return self._block

    def editor(self, name: str) -> QWidget:
        """Give the field in which a parameter is changed."""
        return self._editors[name]

    def set_block(
        self, block: Block | None, found: Mapping[str, Change], own: Mapping[str, Change], *, editable: bool
    ) -> None:
        """Show a block as it is computed now.

        Parameters
        ----------
        found, own : mapping from the name of a parameter to Change
            What the port has in its place, and what was changed by hand.
        editable : bool
            Whether its parameters can be computed with other values.
        """
        if type(block) is not type(self._block):
            self._make_editors(block, found)
        self._block = block
        self._title.setText(block.kind if block else "Click a block of the recipe")
        self._what.setText((type(block).__doc__ or "").partition("\n")[0] if block else "")
        self._stage.setEnabled(block is not None)
        self._reset.setEnabled(bool(own))
        for name, editor in self._editors.items():
            editor.setEnabled(editable)
            _show(editor, getattr(block, name))
            note = [f"reference: {own[name].expected}"] if name in own else []
            note += [f"port: {found[name].found}"] if name in found else []
            label = self._form.labelForField(editor)
            if isinstance(label, Label):
                label.setText(f"{name} ({', '.join(note)})" if note else name)

    def set_evidence(self, text: str) -> None:
        """Say how the errors change."""
        self._evidence.setText(text)
        self._evidence.setVisible(bool(text))

    def _make_editors(self, block: Block | None, found: Collection[str]) -> None:
        """Make a field for each parameter, those that the port has otherwise first."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._editors = {}
        known = parameters(type(block)) if block else {}
        for name, parameter in sorted(known.items(), key=lambda each: each[0] not in found):
            if name not in _OF_STAGES:
                editor = _editor(parameter, partial(self.changed.emit, name))
                unit = f" [{parameter.unit}]" if parameter.unit else ""
                editor.setToolTip(f"{parameter.sentence}{unit}: {parameter.allowed}")
                editor.setAccessibleName(name)
                editor.setAccessibleDescription(parameter.sentence)
                self._editors[name] = editor
                self._form.addRow(Label(name), editor)


def _editor(parameter: Parameter, change: Callable[[Any], object]) -> QWidget:
    """Make the field of a parameter by its type: choices, a switch, a number or a text; others are read."""
    kind = parameter.type if get_origin(parameter.type) is not Annotated else get_args(parameter.type)[0]
    if get_origin(kind) is Literal:
        box = QComboBox()
        box.addItems(list(parameter.choices))
        box.textActivated.connect(change)
        return box
    if kind is bool:
        switch = QCheckBox()
        switch.clicked.connect(change)
        return switch
    if kind is int:
        field = QSpinBox()
        limits = parameter.limits or Range(-_LARGEST, _LARGEST)
        field.setRange(max(round(limits.low), -_LARGEST), min(round(limits.high), _LARGEST))
        field.setKeyboardTracking(False)
        field.valueChanged.connect(change)
        return field
    line = QLineEdit()
    line.setReadOnly(kind not in {float, str})
    if kind is float:
        line.setValidator(QDoubleValidator(line))
        line.editingFinished.connect(lambda: change(float(line.text())))
    elif kind is str:
        line.editingFinished.connect(lambda: change(line.text()))
    return line


def _show(editor: QWidget, value: Any) -> None:
    """Show a value without announcing it as a wish."""
    editor.blockSignals(True)
    if isinstance(editor, QComboBox):
        editor.setCurrentText(str(value))
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, QSpinBox):
        editor.setValue(value)
    elif isinstance(editor, QLineEdit):
        editor.setText(repr(value) if isinstance(value, float) and not value.is_integer() else _short(value))
    editor.blockSignals(False)


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

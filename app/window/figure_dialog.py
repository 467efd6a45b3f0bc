"""The dialog of a figure: what it shows, its size, dpi and caption."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from .figures import Form

_WIDEST = 1000.0
"""Millimetres."""
_MAX_DPI = 1200


class FigureDialog(QDialog):
    """Asks for what is drawn and how."""

    def __init__(self, choices: Sequence[str], form: Form, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export figure")
        self._what, self._caption, self._dpi = QComboBox(), QLineEdit(form.caption), QSpinBox()
        self._width, self._height = QDoubleSpinBox(), QDoubleSpinBox()
        self._what.addItems([*choices])
        self._dpi.setRange(30, _MAX_DPI)
        self._dpi.setValue(form.dpi)
        for field, value in ((self._width, form.width), (self._height, form.height)):
            field.setRange(10, _WIDEST)
            field.setDecimals(1)
            field.setSuffix(" mm")
            field.setValue(value)
        column = QFormLayout(self)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Figure of", self._what),
            ("Width", self._width),
            ("Height", self._height),
            ("Pixels to an inch", self._dpi),
            ("Caption", self._caption),
        )
        for title, editor in rows:
            editor.setAccessibleName(title)
            column.addRow(title, editor)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addRow(buttons)

    @property
    def chosen(self) -> str:
        """What is drawn."""
        return self._what.currentText()

    @property
    def form(self) -> Form:
        """How it is drawn."""
        return Form(self._width.value(), self._height.value(), self._dpi.value(), self._caption.text().strip())

"""The tolerance of every stage, to be edited while the verdicts follow."""

from math import isfinite

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from ...core.compare.tolerance import Profile, Tolerance
from ...core.run import STAGE_NAMES, StageName
from ..label import Label

EDITED = "edited"
"""Name of a profile that was changed by hand."""
_ROWS = ("absolute", "relative")
_LETTERS = 11
"""Letters that a limit has room for."""


class LimitEditor(QWidget):
    """Absolute and relative limit of each stage; what is not a number of at least 0 is marked and does nothing."""

    profile_changed = Signal(object)
    """The `Profile` that the fields make, after each change by the user that leaves all of them valid."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[tuple[StageName, str], QLineEdit] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for row, name in enumerate(_ROWS, 1):
            grid.addWidget(Label(name), row, 0)
        for column, stage in enumerate(STAGE_NAMES, 1):
            grid.addWidget(Label(stage), 0, column)
            for row, name in enumerate(_ROWS, 1):
                grid.addWidget(self._add_field(stage, name), row, column)
        grid.setColumnStretch(len(STAGE_NAMES) + 1, 1)

    def _add_field(self, stage: StageName, name: str) -> QLineEdit:
        field = self._fields[stage, name] = QLineEdit("0")
        field.setFixedWidth(_LETTERS * self.fontMetrics().averageCharWidth())
        field.setAccessibleName(f"{name} tolerance of {stage}")
        field.setToolTip(f"|port - reference| of {stage} may be absolute + relative × |reference|")
        field.textEdited.connect(self._on_edited)
        return field

    def field(self, stage: StageName, name: str) -> QLineEdit:
        """Give the field of a stage's ``absolute`` or ``relative`` limit."""
        return self._fields[stage, name]

    def set_profile(self, profile: Profile) -> None:
        """Show a profile's limits; a field that says the same already keeps its text."""
        for (stage, name), field in self._fields.items():
            value = getattr(profile[stage], name)
            if _number(field.text()) != value:
                field.setText(f"{value:g}")
            self._mark(field)

    def _on_edited(self) -> None:
        valid = [self._mark(field) for field in self._fields.values()]
        if all(valid):
            limits = {stage: Tolerance(*(self._limit(stage, name) for name in _ROWS)) for stage in STAGE_NAMES}
            self.profile_changed.emit(Profile(EDITED, limits))

    def _limit(self, stage: StageName, name: str) -> float:
        return _number(self._fields[stage, name].text()) or 0.0

    @staticmethod
    def _mark(field: QLineEdit) -> bool:
        """Underline a field that holds no limit, and tell whether it holds one."""
        valid = _number(field.text()) is not None
        field.setStyleSheet("" if valid else "QLineEdit { border: 2px solid #d55e00; }")
        return valid


def _number(text: str) -> float | None:
    """Read a limit; None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None

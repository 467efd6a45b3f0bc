"""How a port's files were read: every assumption with its alternatives as pictures, to be decided by eye."""

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..core.arrays import NDArray
from ..core.errors import InputError
from ..core.readers import Override, parse_override
from ..core.readers.candidates import Candidate, Question, questions
from ..core.run import Run
from ..models.jobs import Jobs
from ..widgets.cell_picture import CellPicture
from ..widgets.colour import lookup

_CHANNEL = "import pictures"
_PICTURE = QSize(200, 110)
_CHOSEN = "QToolButton:checked { border: 3px solid palette(highlight); }"


class ImportSheet(QDialog):
    """What had to be assumed to read a dump, and what else it could be; a click takes another reading.

    Parameters
    ----------
    path : Path
        The dump.
    overrides : tuple of Override
        How its files are read by hand so far.
    reference : Run or None
        What the automatic reading was made beside.
    """

    overrides_chosen = Signal(object)
    """All overrides of the dump, tuple of `Override`, after each choice."""

    def __init__(
        self,
        path: Path,
        overrides: tuple[Override, ...],
        reference: Run | None,
        jobs: Jobs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"How {path.name} is read")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(940, 520)
        self.setStyleSheet(_CHOSEN)
        self._overrides, self._jobs = overrides, jobs
        self.buttons: list[QToolButton] = []
        self.field, self._problem, self._list = QLineEdit(), QLabel("Looking at the files …"), QVBoxLayout()
        self._lay_out()
        jobs.failed.connect(self._on_failed)
        jobs.submit(_CHANNEL, partial(questions, path, reference), self._show_questions)

    @property
    def problem(self) -> str:
        """What is wrong, or going on."""
        return self._problem.text()

    def _lay_out(self) -> None:
        inside, area, column, line = QWidget(), QScrollArea(), QVBoxLayout(self), QHBoxLayout()
        self._list.addStretch()
        inside.setLayout(self._list)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        self._problem.setWordWrap(True)
        self.field.setPlaceholderText("mel=mel.bin:float32:80,T")
        self.field.setAccessibleName("Reading as STAGE=FILE:DTYPE:SHAPE")
        self.field.returnPressed.connect(self._take_field)
        apply = QPushButton("Read so")
        apply.setAutoDefault(False)
        apply.clicked.connect(self._take_field)
        for part in (QLabel("Otherwise:"), self.field, apply):
            line.addWidget(part)
        column.addWidget(area, 1)
        column.addWidget(self._problem)
        column.addLayout(line)

    def _show_questions(self, asked: tuple[Question, ...]) -> None:
        self._problem.setText("" if asked else "The files say everything themselves; nothing had to be assumed.")
        for place, question in enumerate(asked):
            self._list.insertWidget(place, self._box(question))

    def _box(self, question: Question) -> QGroupBox:
        assumption = question.assumption
        box, column, row = QGroupBox(f"{assumption.file}: {assumption.stage}"), QVBoxLayout(), QHBoxLayout()
        sure = "is sure" if assumption.sure else "was assumed"
        # A numbering is no reading of one file, so there is no picture of another one.
        options = ", ".join(text for text in assumption.alternatives if text.startswith("--"))
        otherwise = f" On the command line {options} decides otherwise." if options else ""
        said = QLabel(f"Read as {assumption.decided} ({sure}).{otherwise}")
        said.setWordWrap(True)
        column.addWidget(said)
        group = QButtonGroup(box)
        for candidate in question.candidates:
            button = self._button(question, candidate)
            group.addButton(button)
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        box.setLayout(column)
        return box

    def _button(self, question: Question, candidate: Candidate) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(_PICTURE)
        text = str(candidate.override).partition(":")[2] if candidate.override else "as found"
        stage = candidate.override.stage if candidate.override else question.assumption.stage
        button.setText(f"{stage} {text}")
        button.setAccessibleName(candidate.text)
        button.setToolTip(candidate.text)
        button.setEnabled(candidate.preview is not None)
        if candidate.preview is not None:
            button.setIcon(QIcon(_pixmap(candidate.preview)))
        button.setChecked(candidate is self._current(question))
        button.clicked.connect(lambda: self._take(question, candidate))
        self.buttons.append(button)
        return button

    def _current(self, question: Question) -> Candidate:
        asked = (candidate for candidate in question.candidates if candidate.override in self._overrides)
        return next(asked, question.candidates[0])

    def _take(self, question: Question, candidate: Candidate) -> None:
        self._decide(question.assumption.file, candidate.override)

    def _take_field(self) -> None:
        try:
            override = parse_override(self.field.text())
        except InputError as error:
            self._problem.setText(str(error))
            return
        self._problem.setText("")
        self._decide(override.file, override)

    def _decide(self, file: str, override: Override | None) -> None:
        """Let one override decide about a file, in the place of what was said of it or of its stage before."""
        stage = override.stage if override else None
        others = (other for other in self._overrides if other.file != file and other.stage != stage)
        self._overrides = (*others, override) if override else tuple(others)
        self.overrides_chosen.emit(self._overrides)

    def _on_failed(self, channel: str, error: object) -> None:
        if channel == _CHANNEL:
            self._problem.setText(str(error))

    def done(self, result: int) -> None:
        """End the work with the sheet."""
        self._jobs.cancel(_CHANNEL)
        super().done(result)


def _pixmap(values: NDArray) -> QPixmap:
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, (1, 99)).tolist() if finite.size else (0.0, 1.0)
    picture = CellPicture(values[None], lookup("viridis"), (low, high))
    return QPixmap.fromImage(picture.image).scaled(_PICTURE)

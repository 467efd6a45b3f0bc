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
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.base.arrays import NDArray
from ...core.base.errors import InputError
from ...core.base.printable import printable
from ...core.base.progress import Tick
from ...core.readers import Override, parse_override
from ...core.readers.candidates import Candidate, Question, file_labels, questions
from ...core.run import Run
from ...models.jobs import Jobs
from ...models.words import caption, tip, window_title
from ...widgets.colour import lookup
from ...widgets.label import Label
from ...widgets.tensor.cell_picture import CellPicture
from .other_reading import OtherReading

_CHANNEL = "import pictures"
_PICTURE = QSize(200, 110)
_CHOSEN = "QToolButton:checked { border: 3px solid palette(highlight); }"


class ImportSheet(QDialog):
    """What had to be assumed to read a dump, and what else it could be; a click takes another reading.

    Parameters
    ----------
    path : Path
        The dump.
    overrides, first_frame : tuple of Override, int or None
        How its files are read and its frames are numbered by hand so far.
    reference : Run or None
        What the automatic reading was made beside.
    """

    chosen = Signal(object, object)
    """(all overrides of the dump, tuple of `Override`; number of the first frame, or None) after each choice."""

    def __init__(
        self,
        path: Path,
        overrides: tuple[Override, ...],
        reference: Run | None,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        first_frame: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(window_title(f"How {path.name} is read"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(940, 520)
        self.setStyleSheet(_CHOSEN)
        self._overrides, self._first_frame, self._jobs = overrides, first_frame, jobs
        self.buttons: list[QToolButton] = []
        self.other, self._problem, self._list = OtherReading(), Label("Looking at the files …"), QVBoxLayout()
        self._lay_out()
        jobs.failed.connect(self._on_failed)
        jobs.submit(_CHANNEL, partial(_look, path, reference), self._show_findings)

    @property
    def problem(self) -> str:
        """What is wrong, or going on."""
        return self._problem.text()

    def _lay_out(self) -> None:
        inside, area, column = QWidget(), QScrollArea(), QVBoxLayout(self)
        self._list.addStretch()
        inside.setLayout(self._list)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        self._problem.setWordWrap(True)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.other.asked.connect(self._take_other)
        column.addWidget(area, 1)
        column.addWidget(self._problem)
        column.addWidget(self.other)

    def _show_findings(self, found: tuple[tuple[Question, ...] | InputError, tuple[str, ...]]) -> None:
        """Show the questions; where nothing can be read, what is wrong, and the files to be read otherwise."""
        asked, files = found
        self.other.set_files(files)
        if isinstance(asked, InputError):
            self._problem.setText(str(asked))
        else:
            self._show_questions(asked)

    def _show_questions(self, asked: tuple[Question, ...]) -> None:
        self._problem.setText("" if asked else "The files say everything themselves; nothing had to be assumed.")
        for place, question in enumerate(asked):
            self._list.insertWidget(place, self._box(question))

    def _box(self, question: Question) -> QGroupBox:
        assumption = question.assumption
        box, column, row = QGroupBox(caption(f"{assumption.file}: {assumption.stage}")), QVBoxLayout(), QHBoxLayout()
        sure = "is sure" if assumption.sure else "was assumed"
        said = Label(f"Read as {assumption.decided} ({sure}).")
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
        button.setText(caption(_title(question, candidate)))
        button.setAccessibleName(printable(candidate.text))
        button.setToolTip(tip(candidate.text))
        button.setEnabled(candidate.preview is not None)
        if candidate.preview is not None:
            button.setIcon(QIcon(_pixmap(candidate.preview)))
        button.setChecked(candidate is self._current(question))
        button.clicked.connect(lambda: self._take(question, candidate))
        self.buttons.append(button)
        return button

    def _current(self, question: Question) -> Candidate:
        """Give the candidate that was decided for, or the automatic reading."""
        automatic, *others = question.candidates
        asked = (
            other for other in others
            if (other.override and other.override in self._overrides)
            or (other.first_frame is not None and other.first_frame == self._first_frame)
        )  # fmt: skip
        return next(asked, automatic)

    def _take(self, question: Question, candidate: Candidate) -> None:
        if any(other.first_frame is not None for other in question.candidates):
            self._first_frame = candidate.first_frame
            self.chosen.emit(self._overrides, self._first_frame)
        else:
            self._decide(question.assumption.file, candidate.override)

    def _take_other(self, text: str) -> None:
        try:
            override = parse_override(text)
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
        self.chosen.emit(self._overrides, self._first_frame)

    def _on_failed(self, channel: str, error: object) -> None:
        if channel == _CHANNEL:
            self._problem.setText(str(error))

    def done(self, result: int) -> None:
        """End the work with the sheet."""
        self._jobs.cancel(_CHANNEL)
        super().done(result)


def _look(path: Path, reference: Run | None, tick: Tick) -> tuple[tuple[Question, ...] | InputError, tuple[str, ...]]:
    """Give what had to be assumed, or why nothing can be read, and all files; on a worker's thread."""
    files = file_labels(path)
    try:
        return questions(path, reference, tick), files
    except InputError as error:
        return error, files


def _title(question: Question, candidate: Candidate) -> str:
    if candidate.first_frame is not None:
        return candidate.text
    if candidate.override is None:
        return f"{question.assumption.stage} as found"
    return f"{candidate.override.stage} {str(candidate.override).partition(':')[2]}"


def _pixmap(values: NDArray) -> QPixmap:
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, (1, 99)).tolist() if finite.size else (0.0, 1.0)
    picture = CellPicture(values[None], lookup("viridis"), (low, high))
    return QPixmap.fromImage(picture.image).scaled(_PICTURE)

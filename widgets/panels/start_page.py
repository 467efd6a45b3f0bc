"""What is seen before anything is open: what this is, and the ways to begin."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...models.recent import RecentFile
from ...models.words import caption, tip
from ..icons import pixmap, put_icon
from ..label import CutLabel, Label

_SENTENCES = (
    "See every stage between a recording and what a network gets, on one time axis.",
    "Compare a port of the pipeline with the reference, value by value.",
    "Be told where it differs, by how much, and which parameter makes it right.",
)
_WIDTH = 620
_ICON, _LOGO = 22, 56
_LISTED = 6
"""Recent files that are listed, newest first."""


class StartPage(QWidget):
    """Buttons for the commands that begin something, and the files that were open last."""

    recent_chosen = Signal(object)
    """The path of a recent file."""

    def __init__(self, ways: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        """Make the page; `ways` are (title, icon, what it does) of the buttons."""
        super().__init__()
        self.setAccessibleName("Start")
        self._recent = QVBoxLayout()
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(self._head())
        for sentence in _SENTENCES:
            column.addWidget(CutLabel(sentence))
        grid = QGridLayout()
        for number, (title, name, act) in enumerate(ways):
            grid.addWidget(self._button(title, name, act), number // 2, number % 2)
        column.addSpacing(6)
        column.addLayout(grid)
        column.addWidget(CutLabel("Or drop a recording, a port's folder, a recipe or a session here."))
        column.addSpacing(6)
        column.addLayout(self._recent)
        middle, row, whole = QWidget(), QHBoxLayout(self), QVBoxLayout()
        middle.setLayout(column)
        middle.setMaximumWidth(_WIDTH)
        whole.addStretch(2)
        whole.addWidget(middle)
        whole.addStretch(3)
        row.addStretch(1)
        row.addLayout(whole, 20)
        row.addStretch(1)

    def _head(self) -> QHBoxLayout:
        head, name, logo = QHBoxLayout(), Label("Framescope"), Label()
        logo.setPixmap(pixmap("framescope", _LOGO, QColor("black"), self.devicePixelRatioF()))
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        font.setBold(True)
        name.setFont(font)
        for part in (logo, name):
            head.addWidget(part)
        head.addStretch(1)
        return head

    @staticmethod
    def _button(title: str, name: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setText(caption(title))
        put_icon(button, name)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setMinimumSize(_WIDTH // 2 - 20, 2 * _ICON)
        button.clicked.connect(lambda _: act())
        return button

    def set_recent(self, files: Sequence[RecentFile]) -> None:
        """List the files that were open last; those that are gone are left out."""
        while (item := self._recent.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        here = [file for file in files if not file.missing][:_LISTED]
        if here:
            self._recent.addWidget(Label("Recent"))
        for file in here:
            button = QToolButton()
            button.setText(caption(file.path.name))
            button.setToolTip(tip(str(file.path)))
            put_icon(button, "recent")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.clicked.connect(partial(self._choose, file))
            self._recent.addWidget(button)

    def _choose(self, file: RecentFile, _: bool) -> None:
        self.recent_chosen.emit(file.path)

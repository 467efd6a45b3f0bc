"""What is seen before anything is open: what this is, and the ways to begin."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...models.recent import LOUDEST, SHAPE, RecentFile
from ...models.words import caption, tip
from ..colour import WARNING
from ..icons import pixmap, put_icon
from ..label import CutLabel, Label
from ..lanes.peaks import waveform_ink
from ..painting import mix

_SENTENCES = (
    "See every stage between a recording and what a network gets, on one time axis.",
    "Compare a port of the pipeline with the reference, value by value.",
    "Be told where it differs, by how much, and which parameter makes it right.",
)
_LETTERS = 88
"""Letters of the usual width beside each other: the longest sentence stands on one line."""
_TINT, _EDGE = 0.16, 5
"""Share of the colour of warnings in the ground of a problem, and pixels of the bar at its edge."""
_ICON, _LOGO, _GAP = 22, 56, 6
"""Pixels of icons, of the logo, and between a small picture and the name beside it."""
_LISTED = 6
"""Recent files that are listed, newest first."""


class _Problem(CutLabel):
    """What went wrong, on a tint of the colour of warnings with a bar at its edge."""

    def __init__(self) -> None:
        super().__init__(lines=2)
        self.setContentsMargins(2 * _EDGE, 0, 2, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Fill the ground, and write upon it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), mix(self.palette().color(QPalette.ColorRole.Window), WARNING, _TINT))
        painter.fillRect(0, 0, _EDGE, self.height(), WARNING)
        painter.end()
        super().paintEvent(event)


class StartPage(QWidget):
    """Buttons for the commands that begin something, and the files that were open last."""

    recent_chosen = Signal(object)
    """The path of a recent file."""

    def __init__(self, ways: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        """Make the page; `ways` are (title, icon, what it does) of the buttons."""
        super().__init__()
        self.setAccessibleName("Start")
        self._middle, self._recent, self._problem = QWidget(), QVBoxLayout(), _Problem()
        self._problem.hide()
        self._files: tuple[RecentFile, ...] = ()
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(self._head())
        for sentence in _SENTENCES:
            column.addWidget(self._sentence(sentence))
        grid = QGridLayout()
        for number, (title, name, act) in enumerate(ways):
            grid.addWidget(self._button(title, name, act), number // 2, number % 2)
        column.addWidget(self._problem)
        column.addSpacing(6)
        column.addLayout(grid)
        column.addWidget(self._sentence("Or drop a recording, a port's folder, a recipe or a session here."))
        column.addSpacing(6)
        column.addLayout(self._recent)
        row, whole = QHBoxLayout(self), QVBoxLayout()
        self._middle.setLayout(column)
        self._fit()
        whole.addStretch(2)
        whole.addWidget(self._middle)
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
    def _sentence(text: str) -> Label:
        label = Label(text)
        label.setWordWrap(True)
        return label

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Be as wide as the letters are, and follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        elif event.type() == QEvent.Type.PaletteChange:
            self.set_recent(self._files)

    def _fit(self) -> None:
        self._middle.setMaximumWidth(_LETTERS * self.fontMetrics().averageCharWidth())

    @staticmethod
    def _button(title: str, name: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setText(caption(title))
        put_icon(button, name)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(2 * _ICON)
        button.clicked.connect(lambda _: act())
        return button

    @property
    def problem(self) -> str:
        """Why what was to be opened could not be; empty: nothing has failed."""
        return self._problem.text()

    def set_problem(self, text: str) -> None:
        """Say why what was to be opened could not be; empty: nothing has failed."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def set_recent(self, files: Sequence[RecentFile]) -> None:
        """List the files that were open last; those that are gone are left out."""
        self._files = tuple(files)
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
            button.setIconSize(QSize(SHAPE + _GAP, _ICON))
            button.setIcon(self._picture(file))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.clicked.connect(lambda _=False, file=file: self.recent_chosen.emit(file.path))
            self._recent.addWidget(button)

    def _picture(self, file: RecentFile) -> QIcon:
        """Draw how loud a recording is over time, or where that is not known that it is a file."""
        scale, ink = self.devicePixelRatioF(), waveform_ink(self.palette())
        drawn = QPixmap(round((SHAPE + _GAP) * scale), round(_ICON * scale))
        drawn.setDevicePixelRatio(scale)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        for column, loudness in enumerate(file.shape[:SHAPE]):
            height = max(1.0, min(loudness, LOUDEST) / LOUDEST * _ICON)
            painter.fillRect(QRectF(column, (_ICON - height) / 2, 1, height), ink)
        if not file.shape:
            text = self.palette().color(QPalette.ColorRole.ButtonText)
            painter.drawPixmap((SHAPE - _ICON) // 2, 0, pixmap("recent", _ICON, text, scale))
        painter.end()
        return QIcon(drawn)

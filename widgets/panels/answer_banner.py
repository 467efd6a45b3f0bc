"""The answer over the lanes: the verdict and its cause in one sentence, and the ways to look at it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout

from ...models.answer import Answer, Tone
from ..colour import VERDICT_INKS, WARNING
from ..icons import put_icon
from ..label import CutLabel, Label
from ..painting import mix

_TINT = 0.16
"""Share of the verdict's colour in the banner's ground."""
_ICON = 18
_LINES_OF_FAILURE = 2
"""Lines for why a port cannot be read: nothing below it says more."""
_CAUSES, _FIGURES = "What is different", "Show figures"
"""What the panels at the side are asked for: the same ones, but nothing is different in a port that agrees."""
_WORDS: dict[Tone, str] = {
    "differ": "DIFFERS",
    "agree": "AGREES",
    "not comparable": "NO VERDICT",
    "waiting": "…",
    "failed": "FAILED",
    "as if": "AS IF",
}


class AnswerBanner(QFrame):
    """What is known of the port that is looked at."""

    first_requested = Signal()
    """The first divergence is to be shown."""
    causes_requested = Signal()
    """What is different is to be shown."""
    apply_requested = Signal(bool)
    """The reference is to be shown as if it had all the causes, or as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Answer")
        self._answer: Answer | None = None
        self._word, self._headline, self._detail = Label(), CutLabel(), CutLabel()
        self.first = self._button("First divergence", "first", "Go to the first value out of tolerance (Ctrl+Home)")
        self.causes = self._button(_CAUSES, "findings", "Show stages, figures and causes (Ctrl+D)")
        self.apply = self._button("Apply", "assume", "Show the reference as if it had all the causes, everywhere (Z)")
        self.apply.setCheckable(True)
        self.first.clicked.connect(lambda _: self.first_requested.emit())
        self.causes.clicked.connect(lambda _: self.causes_requested.emit())
        self.apply.clicked.connect(self.apply_requested)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lay_out()

    def _button(self, title: str, name: str, help_text: str) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        put_icon(button, name)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(help_text)
        return button

    def _lay_out(self) -> None:
        font = self._headline.font()
        font.setBold(True)
        for label in (self._word, self._headline):
            label.setFont(font)
        self._word.setAccessibleName("Verdict")
        self._headline.setAccessibleName("Answer")
        self._detail.setAccessibleName("What stands behind it")
        texts, row = QVBoxLayout(), QHBoxLayout(self)
        texts.setSpacing(0)
        texts.addWidget(self._headline)
        texts.addWidget(self._detail)
        row.setContentsMargins(10, 3, 6, 3)
        row.setSpacing(6)
        row.addWidget(self._word)
        row.addSpacing(6)
        row.addLayout(texts, 1)
        for button in (self.first, self.causes, self.apply):
            row.addWidget(button)

    @property
    def answer(self) -> Answer | None:
        """What is said."""
        return self._answer

    def set_answer(self, answer: Answer | None) -> None:
        """Say something; None: there is nothing to say."""
        if answer == self._answer:
            return
        self._answer = answer
        if answer:
            self._word.setText(_WORDS[answer.tone])
            self._headline.setText(answer.headline)
            self._detail.setText(answer.detail)
            self._detail.set_lines(_LINES_OF_FAILURE if answer.tone == "failed" else 1)
            self.first.setEnabled(answer.divergent)
            self.causes.setText(_FIGURES if answer.tone == "agree" else _CAUSES)
            self.apply.setEnabled(answer.explained)
            self.apply.setChecked(answer.tone == "as if")
            self.apply.setText("As it is" if answer.tone == "as if" else "Apply")
            self.setAccessibleDescription(f"{answer.headline}. {answer.detail}")
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Fill the ground with a tint of the verdict's colour, and a bar of it at the edge."""
        if self._answer is None:
            return
        painter, palette = QPainter(self), self.palette()
        highlight = palette.color(QPalette.ColorRole.Highlight)
        inks = {**VERDICT_INKS, "failed": WARNING, "as if": highlight}
        ink = inks.get(self._answer.tone, palette.color(QPalette.ColorRole.Mid))
        painter.fillRect(self.rect(), mix(palette.color(QPalette.ColorRole.Window), ink, _TINT))
        painter.fillRect(0, 0, 5, self.height(), ink)

"""The comparison at a glance: who is compared with whom and how strictly, and the matrix of verdicts."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.compare.tolerance import Profile, load_profile, profile_names
from ...models.words import tip
from ..cells import CellDelegate, write_rightwards
from ..colour import TEXT_CONTRAST, VERDICT_INKS, legible
from ..icons import put_icon
from ..label import Label
from .finding_list import FindingList
from .limit_editor import EDITED, LimitEditor
from .movement_strip import MovementStrip

FIRST_DIVERGENCE = "First divergence"
"""Header of the column whose cells lead to the stage's first divergence instead of its worst frame."""
PORT = "Port"
"""Header of the column of the ports' names, which is left out where there is one port: the choice above names it."""
_ONE_PORT = 2
"""Open runs where there is one port beside the reference."""
VERDICTS = ("Verdict", "On its own input")
"""Headers of the columns that hold verdicts."""
_NAME_LENGTH = 12
"""Letters of a run's name that have room in a window of the usual size."""
_MIN_WIDTH = 96
"""Pixels of a choice in the smallest window."""
_GOTO = (
    ("First divergence", "first", "Go to the first value out of tolerance, in pipeline order"),
    ("Worst place", "worst", "Go to the largest difference of the chosen stage"),
    ("Previous", "previous", "Go to the previous place out of tolerance (Ctrl+Left)"),
    ("Next", "next", "Go to the next place out of tolerance (Ctrl+Right)"),
)


class VerdictDelegate(CellDelegate):
    """Writes verdicts in their colours."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        """Choose the colour by the cell's text."""
        super().initStyleOption(option, index)
        if ink := VERDICT_INKS.get(option.text):
            ground = option.palette.color(QPalette.ColorRole.Base)
            option.palette.setColor(QPalette.ColorRole.Text, legible(ink, ground, TEXT_CONTRAST))
            option.font.setBold(True)


class ComparisonPanel(QWidget):
    """Roles, tolerances, and the matrix stage by stage; it announces wishes and decides nothing.

    The findings are a widget of its own, for a panel of their own.

    Parameters
    ----------
    table : QAbstractItemModel
        The matrix, whose cells give (run key, stage) in `Qt.UserRole`.
    """

    reference_chosen = Signal(int)
    """Key of the run that is to be the reference."""
    port_chosen = Signal(int)
    """Key of the run that is to be shown as the port."""
    swap_requested = Signal()
    reading_requested = Signal()
    """How the port's files were read is to be shown."""
    profile_changed = Signal(object)
    """The `Profile` to judge by."""
    goto_requested = Signal(object, object, str)
    """(run key or None: the chosen port, stage or None: any, ``worst``, ``first``, ``next`` or ``previous``)."""

    def __init__(self, table: QAbstractItemModel) -> None:
        super().__init__()
        self.reference, self.port, self.profiles = (QComboBox() for _ in range(3))
        self.swap, self.reading, self._unfold, self.limits = QToolButton(), QToolButton(), QToolButton(), LimitEditor()
        self.table, self.findings, self.movement = QTableView(), FindingList(), MovementStrip()
        self._message = Label()
        self.buttons = {kind: QToolButton() for _, kind, _ in _GOTO}
        self._prepare_controls()
        self._prepare_table(table)
        self._lay_out()
        self._connect()

    def _prepare_controls(self) -> None:
        names = (self.reference, "Reference"), (self.port, "Port"), (self.profiles, "Tolerance profile")
        for box, name in names:
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_NAME_LENGTH)
            box.setMinimumWidth(_MIN_WIDTH)
        self.profiles.addItems([*profile_names(), EDITED])
        put_icon(self.swap, "swap")
        self.swap.setAccessibleName("Swap reference and port")
        self.swap.setToolTip("Swap reference and port")
        self.reading.setText("Reading…")
        self.reading.setToolTip("Show how the port's files were read, and decide otherwise")
        self._unfold.setText("Limits")
        self._unfold.setObjectName("limits")
        self._unfold.setCheckable(True)
        self._unfold.setToolTip("Show and edit the limits of every stage")
        self._message.setAccessibleName("State of the port")
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A long sentence is cut, and read whole in its tool tip.
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.limits.hide()
        for title, kind, help_text in _GOTO:
            put_icon(self.buttons[kind], kind)
            self.buttons[kind].setAccessibleName(title)
            self.buttons[kind].setToolTip(help_text)

    def _prepare_table(self, model: QAbstractItemModel) -> None:
        self.table.setModel(model)
        self.table.setAccessibleName("Comparison by stage")
        self.table.setMinimumHeight(2 * self.fontMetrics().height())
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        write_rightwards(self.table)
        verdicts = VerdictDelegate(self.table)
        for column, header in enumerate(self._headers()):
            if header in VERDICTS:
                self.table.setItemDelegateForColumn(column, verdicts)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        titles = self.table.horizontalHeader()
        titles.setStretchLastSection(True)
        # Fitted by the header itself they would be measured with every change of the size or the theme.
        for changed in (model.modelReset, model.dataChanged):
            changed.connect(lambda *_: self.table.resizeColumnsToContents())
        self.table.resizeColumnsToContents()
        titles.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        sides, judging, ways, column = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        for part in (self.reference, self.swap, self.port, self.reading):
            sides.addWidget(part, int(isinstance(part, QComboBox)))
        judging.addWidget(Label("Tolerance"))
        judging.addWidget(self.profiles, 1)
        judging.addWidget(self._unfold)
        for button in self.buttons.values():
            ways.addWidget(button)
        ways.addStretch(1)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        for row in (sides, judging):
            column.addLayout(row)
        for widget in (self.limits, self._message, self.movement):
            column.addWidget(widget)
        column.addLayout(ways)
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.reference.activated.connect(lambda: self.reference_chosen.emit(self.reference.currentData()))
        self.port.activated.connect(lambda: self.port_chosen.emit(self.port.currentData()))
        self.swap.clicked.connect(self.swap_requested)
        self.reading.clicked.connect(self.reading_requested)
        self._unfold.toggled.connect(self.limits.setVisible)
        self.profiles.activated.connect(self._choose_profile)
        self.limits.profile_changed.connect(self.profile_changed)
        for kind, button in self.buttons.items():
            button.clicked.connect(lambda _=False, kind=kind: self.goto_requested.emit(*self._place(kind), kind))
        self.table.clicked.connect(self._activate)
        self.table.activated.connect(self._activate)

    # What is shown

    def set_runs(self, runs: Sequence[tuple[int, str]], reference: int | None, port: int | None) -> None:
        """List the open runs as (key, name), and who plays which role."""
        for box, chosen in ((self.reference, reference), (self.port, port)):
            listed = [run for run in runs if box is self.reference or run[0] != reference]
            box.clear()
            for key, name in listed:
                box.addItem(name, key)
            box.setCurrentIndex(box.findData(chosen))
            box.setToolTip(tip(box.currentText()))
        for button in (self.swap, self.reading, *self.buttons.values()):
            button.setEnabled(port is not None)
        self.table.setColumnHidden(self._headers().index(PORT), len(runs) <= _ONE_PORT)

    def _headers(self) -> list[str]:
        model = self.table.model()
        return [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]

    def set_profile(self, profile: Profile) -> None:
        """Show the profile in use."""
        self.profiles.setCurrentIndex(self.profiles.findText(profile.name))
        self.limits.set_profile(profile)

    def set_message(self, text: str) -> None:
        """Say what is going on with the port, or what is wrong with it."""
        self._message.setText(text)
        self._message.setToolTip(text)

    @property
    def message(self) -> str:
        """What is said of the port."""
        return self._message.text()

    # What the user does

    def _choose_profile(self) -> None:
        name = self.profiles.currentText()
        if name != EDITED:
            self.profile_changed.emit(load_profile(name))

    def _place(self, kind: str) -> tuple[object, object]:
        """Give run and stage that a button is about: the selected row's worst frame, anything else of the port."""
        index = self.table.currentIndex()
        chosen = index.data(Qt.ItemDataRole.UserRole) if kind == "worst" and index.isValid() else None
        return chosen or (None, None)

    def _activate(self, index: QModelIndex) -> None:
        header = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        self._go(index, "first" if header == FIRST_DIVERGENCE else "worst")

    def _go(self, index: QModelIndex, kind: str) -> None:
        if place := index.data(Qt.ItemDataRole.UserRole):
            self.goto_requested.emit(*place, kind)

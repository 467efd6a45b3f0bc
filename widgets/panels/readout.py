"""The value under the pointer, of both runs where two are compared, and the values that are kept in sight."""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ...core.run import StageName
from ...core.synctalk import frame_axis
from ..cells import write_rightwards
from ..icons import put_icon
from ..label import CutLabel
from ..pointed_value import PointedValue

Reader: TypeAlias = Callable[[StageName, tuple[int, ...]], PointedValue | None]
"""Reads a value at an index of a stage; None where there is none."""

MAX_PINNED = 32
"""Values that are kept in sight; all of them are read anew with every frame."""
_NOTHING = "Point at a value."
_COLUMNS = ("Value", "Port", "Difference", "Pinned place")
_OF_PAIRS = (1, 2)


class Readout(QWidget):
    """The current probe, and a list of pinned ones that follow the cursor's frame.

    Parameters
    ----------
    read : callable
        How pinned values are read anew when the frame changes.
    """

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self.frame_axis: Callable[[StageName], int | None] = frame_axis
        """Gives the axis of a stage that counts the cursor's frames, None where none does."""
        self._read = read
        self._probe: PointedValue | None = None
        self._pinned: list[PointedValue] = []
        self._value, self._pair, self._list = CutLabel(), CutLabel(), QTreeWidget()
        self._place = CutLabel(_NOTHING, lines=2)
        # A shortcut is only alive while its widget has the focus: Ctrl+C and Delete mean other things elsewhere.
        self._pin_action = self._action("Pin", "Ctrl+Return", self.pin_current)
        self._copy_value = self._action("Copy value", QKeySequence.StandardKey.Copy, self.copy_value)
        self._copy_place = self._action("Copy coordinates", "Ctrl+Shift+C", self.copy_coordinates)
        self._remove = self._action("Remove pin", QKeySequence.StandardKey.Delete, self.remove_selected)
        self._prepare_widgets()
        self._lay_out()
        self._update_actions()

    def _action(self, text: str, key: QKeySequence.StandardKey | str, call: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(call)
        self.addAction(action)
        return action

    def _prepare_widgets(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._value.setAccessibleName("Value")
        self._place.setAccessibleName("Place of the value")
        self._pair.setAccessibleName("Difference of the port's value")
        font = self._value.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self._value.setFont(font)
        self._list.setAccessibleName("Pinned values")
        self._list.setHeaderLabels(_COLUMNS)
        self._list.setRootIsDecorated(False)
        self._list.setWordWrap(True)
        write_rightwards(self._list)
        self._list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self._list.itemSelectionChanged.connect(self._update_actions)

    def _lay_out(self) -> None:
        column, head = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(6, 2, 4, 4)
        column.setSpacing(0)
        head.addWidget(self._value, 1)
        for action, name in ((self._pin_action, "pin"), (self._copy_value, "copy"), (self._copy_place, "place")):
            button = QToolButton()
            put_icon(action, name)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            button.setAutoRaise(True)
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self._pair)
        column.addWidget(self._place)
        self._update_columns()
        column.addWidget(self._list, 1)
        column.addStretch()
        self._list.setMinimumHeight(2 * self.fontMetrics().height())

    # -- the current value ----------------------------------------------------------------------------------------

    def set_probe(self, probe: PointedValue | None) -> None:
        """Show a value; None leaves the last one in sight, so that it can be copied or pinned."""
        if probe is not None:
            self._probe = probe
            self._value.setText(_values(probe))
            self._pair.setText(_pair_text(probe))
            self._place.setText(f"{probe.stage}: {probe.text}")
            self._update_actions()

    @property
    def probe(self) -> PointedValue | None:
        """The value that was last pointed at."""
        return self._probe

    # -- pinned values --------------------------------------------------------------------------------------------

    @property
    def pinned(self) -> tuple[PointedValue, ...]:
        """The pinned values as they are shown."""
        return tuple(self._pinned)

    @property
    def pins(self) -> QTreeWidget:
        """The list of pinned values; its selection is what is copied and removed."""
        return self._list

    def pin(self, probe: PointedValue | None) -> None:
        """Keep a value in sight; pinning the same place again changes nothing, and the oldest of too many is let go."""
        if probe is not None and all((p.stage, p.index) != (probe.stage, probe.index) for p in self._pinned):
            if len(self._pinned) == MAX_PINNED:
                self._list.takeTopLevelItem(0)
                del self._pinned[0]
            self._pinned.append(probe)
            item = QTreeWidgetItem()
            _write(item, probe)
            self._list.addTopLevelItem(item)
            self._update_columns()

    def pin_current(self) -> None:
        """Keep the current value in sight."""
        self.pin(self._probe)

    def set_frame(self, frame: int) -> None:
        """Read the pinned values of stages that are counted in frames at the cursor's frame; the others stay."""
        for row, probe in enumerate(self._pinned):
            axis = self.frame_axis(probe.stage)
            if axis is not None:
                index = (*probe.index[:axis], frame, *probe.index[axis + 1 :])
                found = self._read(probe.stage, index)
                self._pinned[row] = found or PointedValue(
                    probe.stage, index, float("nan"), f"frame {frame:,} has no value"
                )
                _write(self._list.topLevelItem(row), self._pinned[row])
        self._update_columns()

    def refresh(self) -> None:
        """Read everything anew: other runs are open or compared."""
        for row, probe in enumerate(self._pinned):
            self._pinned[row] = self._read(probe.stage, probe.index) or probe
            _write(self._list.topLevelItem(row), self._pinned[row])
        self._update_columns()
        if self._probe:
            self.set_probe(self._read(self._probe.stage, self._probe.index))

    def remove_selected(self) -> None:
        """Let go of the selected pinned values."""
        for row in sorted(self._selected_rows(), reverse=True):
            self._list.takeTopLevelItem(row)
            del self._pinned[row]
        self._update_columns()

    def _update_columns(self) -> None:
        """Show the list where something is pinned, and its columns of pairs where a pinned value has a partner."""
        self._list.setVisible(bool(self._pinned))
        paired = any(probe.port is not None for probe in self._pinned)
        for column in _OF_PAIRS:
            self._list.setColumnHidden(column, not paired)

    def _selected_rows(self) -> list[int]:
        return [self._list.indexOfTopLevelItem(item) for item in self._list.selectedItems()]

    # -- copying --------------------------------------------------------------------------------------------------

    def copy_value(self) -> None:
        """Copy the selected pinned values, or else the current one, with all their digits; one a line.

        Where there is a port's value, it follows the reference's behind a tab.
        """
        self._copy(["\t".join(repr(value) for value in _both(probe)) for probe in self._chosen()])

    def copy_coordinates(self) -> None:
        """Copy stage, index and place of the selected pinned values, or else of the current one; one a line."""
        self._copy([f"{p.stage}[{', '.join(map(str, p.index))}]: {p.text}" for p in self._chosen()])

    def _chosen(self) -> list[PointedValue]:
        selected = [self._pinned[row] for row in self._selected_rows()]
        return selected or ([self._probe] if self._probe else [])

    @staticmethod
    def _copy(lines: list[str]) -> None:
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _update_actions(self) -> None:
        self._pin_action.setEnabled(self._probe is not None)
        self._remove.setEnabled(bool(self._selected_rows()))
        for action in (self._copy_value, self._copy_place):
            action.setEnabled(bool(self._chosen()))


def _both(probe: PointedValue) -> list[float]:
    return [probe.value] if probe.port is None else [probe.value, probe.port]


def _values(probe: PointedValue) -> str:
    unit = f" {probe.unit}" if probe.unit else ""
    port = "" if probe.port is None else f"  ·  port {probe.port:.9g}"
    return f"{probe.value:.9g}{port}{unit}"


def _pair_text(probe: PointedValue) -> str:
    if probe.difference is None:
        return ""
    relative = "–" if probe.relative is None else f"{probe.relative:+.3g}"
    ulp = "–" if probe.ulp is None else f"{probe.ulp:,}"
    return f"difference {probe.difference:+.6g}, relative {relative}, {ulp} ULP"


def _write(item: QTreeWidgetItem | None, probe: PointedValue) -> None:
    if item is None:
        return
    port = "" if probe.port is None else f"{probe.port:.9g}"
    difference = "" if probe.difference is None else f"{probe.difference:+.6g}"
    for column, text in enumerate((f"{probe.value:.9g}", port, difference, f"{probe.stage}: {probe.text}")):
        item.setText(column, text)
    item.setToolTip(2, _pair_text(probe))

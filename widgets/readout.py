"""The value under the pointer, and the values that are kept in sight."""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ..core.run import AXES, StageName
from .probe import Probe

Reader: TypeAlias = Callable[[StageName, tuple[int, ...]], Probe | None]
"""Reads a value at an index of a stage; None where there is none."""

_NOTHING = "Point at a value."


class Readout(QWidget):
    """The current probe, and a list of pinned ones that follow the cursor's frame.

    Parameters
    ----------
    read : callable
        How pinned values are read anew when the frame changes.
    """

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read
        self._probe: Probe | None = None
        self._pinned: list[Probe] = []
        self._value, self._place, self._list = QLabel(), QLabel(_NOTHING), QTreeWidget()
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
        self._place.setWordWrap(True)
        font = self._value.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self._value.setFont(font)
        self._list.setAccessibleName("Pinned values")
        self._list.setHeaderLabels(["Value", "Pinned place"])
        self._list.setRootIsDecorated(False)
        self._list.setWordWrap(True)
        self._list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self._list.itemSelectionChanged.connect(self._update_actions)

    def _lay_out(self) -> None:
        column, head = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(4, 4, 4, 4)
        head.addWidget(self._value, 1)
        for action in (self._pin_action, self._copy_value, self._copy_place):
            button = QToolButton()
            button.setDefaultAction(action)
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self._place)
        column.addWidget(self._list, 1)

    # -- the current value ----------------------------------------------------------------------------------------

    def set_probe(self, probe: Probe | None) -> None:
        """Show a value; None leaves the last one in sight, so that it can be copied or pinned."""
        if probe is not None:
            self._probe = probe
            self._value.setText(f"{probe.value:.9g}")
            self._place.setText(f"{probe.stage}: {probe.text}")
            self._update_actions()

    # -- pinned values --------------------------------------------------------------------------------------------

    @property
    def pinned(self) -> tuple[Probe, ...]:
        """The pinned values as they are shown."""
        return tuple(self._pinned)

    @property
    def pins(self) -> QTreeWidget:
        """The list of pinned values; its selection is what is copied and removed."""
        return self._list

    def pin(self, probe: Probe | None) -> None:
        """Keep a value in sight; pinning the same place again changes nothing."""
        if probe is not None and all((p.stage, p.index) != (probe.stage, probe.index) for p in self._pinned):
            self._pinned.append(probe)
            item = QTreeWidgetItem()
            _write(item, probe)
            self._list.addTopLevelItem(item)

    def pin_current(self) -> None:
        """Keep the current value in sight."""
        self.pin(self._probe)

    def set_frame(self, frame: int) -> None:
        """Read the pinned values of stages that are counted in frames at the cursor's frame; the others stay."""
        for row, probe in enumerate(self._pinned):
            if AXES[probe.stage][0].name == "frame":
                index = (frame, *probe.index[1:])
                found = self._read(probe.stage, index)
                self._pinned[row] = found or Probe(probe.stage, index, float("nan"), f"frame {frame:,} has no value")
                _write(self._list.topLevelItem(row), self._pinned[row])

    def remove_selected(self) -> None:
        """Let go of the selected pinned values."""
        for row in sorted(self._selected_rows(), reverse=True):
            self._list.takeTopLevelItem(row)
            del self._pinned[row]

    def _selected_rows(self) -> list[int]:
        return [self._list.indexOfTopLevelItem(item) for item in self._list.selectedItems()]

    # -- copying --------------------------------------------------------------------------------------------------

    def copy_value(self) -> None:
        """Copy the selected pinned values, or else the current one, with all their digits; one a line."""
        self._copy([repr(probe.value) for probe in self._chosen()])

    def copy_coordinates(self) -> None:
        """Copy stage, index and place of the selected pinned values, or else of the current one; one a line."""
        self._copy([f"{p.stage}[{', '.join(map(str, p.index))}]: {p.text}" for p in self._chosen()])

    def _chosen(self) -> list[Probe]:
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


def _write(item: QTreeWidgetItem | None, probe: Probe) -> None:
    if item is not None:
        item.setText(0, f"{probe.value:.9g}")
        item.setText(1, f"{probe.stage}: {probe.text}")

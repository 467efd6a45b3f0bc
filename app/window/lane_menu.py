"""The menu of one lane: its colours, its levels, its export."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QActionGroup, QContextMenuEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QMenu, QWidget

from ...widgets.lanes.comparing_lane import ComparingLane
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from .export_actions import Exports
from .inspection import Inspection
from .views import COLOUR_MAPS, Views

_MAX_VALUE = 1e6


class LaneMenu(QObject):
    """Opens a menu where a lane is asked for one, by the mouse or the keyboard."""

    def __init__(self, inspection: Inspection, views: Views, exports: Exports) -> None:
        super().__init__(inspection)
        self._window, self._views, self._exports = inspection.window, views, exports
        inspection.lanes.errors.installEventFilter(self)
        inspection.lanes.for_each(lambda lane: lane.installEventFilter(self))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Open the menu; a lane that shows an error has one of its own."""
        if isinstance(event, QContextMenuEvent) and isinstance(watched, Lane) and watched.error is None:
            self.open(watched, event.globalPos())
            return True
        return False

    def open(self, lane: Lane, place: QPoint) -> None:
        """Show the menu of a lane."""
        menu = self.menu_of(lane)
        menu.popup(place)

    def menu_of(self, lane: Lane) -> QMenu:
        """Make the menu of a lane; it is deleted once it is closed."""
        menu, views, export = QMenu(lane), self._views, self._exports.ask_export_lane
        menu.aboutToHide.connect(menu.deleteLater)
        if isinstance(lane, HeatLane):
            self._add_colours(menu.addMenu("Colour map"), lane)
            menu.addAction("Levels …", lambda: LevelsDialog(lane, views, self._window).show())
            automatic = menu.addAction("Levels that fit the recording", lambda: views.choose_levels(lane, None))
            automatic.setEnabled(lane.chosen_levels is not None)
            normalised = menu.addAction("Each row by its own range", lambda: views.normalise(lane))
            normalised.setCheckable(True)
            normalised.setChecked(lane.normalised)
            menu.addSeparator()
        menu.addAction("Export this lane …", lambda: export(lane))
        if isinstance(lane, ComparingLane) and "port" in lane.present():
            menu.addAction("Export the port's …", lambda: export(lane, port=True))
        menu.addAction("Hide this lane", lambda: views.hide(lane))
        return menu

    def _add_colours(self, menu: QMenu, lane: HeatLane) -> None:
        group = QActionGroup(menu)
        for name in COLOUR_MAPS:
            action = menu.addAction(name, partial(self._views.set_colour_map, lane, name))
            action.setCheckable(True)
            action.setChecked(name == lane.colour_map)
            group.addAction(action)


class LevelsDialog(QDialog):
    """The values of a lane's first and last colour; the lane follows at once."""

    def __init__(self, lane: HeatLane, views: Views, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Levels of the {lane.title} lane")
        self._lane, self._views = lane, views
        self.low, self.high = (self._field(value) for value in lane.levels)
        form = QFormLayout(self)
        form.addRow("First colour", self.low)
        form.addRow("Last colour", self.high)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        form.addRow(buttons)

    def _field(self, value: float) -> QDoubleSpinBox:
        field = QDoubleSpinBox(minimum=-_MAX_VALUE, maximum=_MAX_VALUE, decimals=4, singleStep=0.1, value=value)
        field.valueChanged.connect(self._apply)
        return field

    def _apply(self) -> None:
        if self.low.value() < self.high.value():
            self._views.choose_levels(self._lane, (self.low.value(), self.high.value()))

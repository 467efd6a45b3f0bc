"""The tool bar: the few things that everybody does, each the action that the menus have too."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

if TYPE_CHECKING:
    from .actions import Actions

_ICON = 18
_TITLED = ("workspace_inspect", "workspace_compare", "workspace_listen", "workspace_corpus")
_GROUPS = (
    ("open", "open_port"),
    _TITLED,
    ("fit", "zoom_in", "zoom_out"),
    ("view_stacked", "view_reference", "view_port", "view_difference", "view_split", "view_swipe", "view_onion"),
    ("lag", "previous_divergence", "next_divergence", "worst"),
)


class ToolBar(QToolBar):
    """Actions in groups, those of the workspaces with their names, the search at the end."""

    def __init__(self, actions: "Actions") -> None:
        super().__init__("Tools")
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(_ICON, _ICON))
        self.toggleViewAction().setVisible(False)
        for number, names in enumerate(_GROUPS):
            if number:
                self.addSeparator()
            for name in names:
                self._add(actions, name)
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(room)
        self._add(actions, "palette")

    def _add(self, actions: "Actions", name: str) -> None:
        self.addAction(actions[name])
        button = self.widgetForAction(actions[name])
        if isinstance(button, QToolButton):
            button.setAccessibleName(actions[name].toolTip())
            if name in _TITLED:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

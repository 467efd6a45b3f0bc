"""Light and dark palettes; the system's scheme is the default."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ...core.settings import Theme
from ...widgets.icons import recolour

_ROLES = QPalette.ColorRole
_STYLE = "fusion"
_COLOURS: dict[str, dict[QPalette.ColorRole, str]] = {
    "light": {
        _ROLES.Window: "#f3f4f6", _ROLES.WindowText: "#1c2127", _ROLES.Base: "#ffffff", _ROLES.AlternateBase: "#eef0f3",
        _ROLES.Text: "#1c2127", _ROLES.Button: "#e6e9ed", _ROLES.ButtonText: "#1c2127", _ROLES.Mid: "#a9b1bc",
        _ROLES.Highlight: "#0b63c5", _ROLES.HighlightedText: "#ffffff", _ROLES.PlaceholderText: "#5c6773",
        _ROLES.ToolTipBase: "#ffffff", _ROLES.ToolTipText: "#1c2127",
    },
    "dark": {
        _ROLES.Window: "#1b1f24", _ROLES.WindowText: "#e6e9ed", _ROLES.Base: "#101317", _ROLES.AlternateBase: "#22272e",
        _ROLES.Text: "#e6e9ed", _ROLES.Button: "#2b3138", _ROLES.ButtonText: "#e6e9ed", _ROLES.Mid: "#56606c",
        _ROLES.Highlight: "#4c9bf0", _ROLES.HighlightedText: "#0b0e11", _ROLES.PlaceholderText: "#9aa5b1",
        _ROLES.ToolTipBase: "#22272e", _ROLES.ToolTipText: "#e6e9ed",
    },
}  # fmt: skip


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give all windows a palette."""
    palette = palette_of(dark=theme == "dark" or (theme == "system" and _system_is_dark()))
    if application.style().name() != _STYLE:  # setting the same one again would polish every widget anew
        application.setStyle(_STYLE)
    application.setPalette(palette)
    for window in application.topLevelWidgets():
        recolour(window)


def palette_of(*, dark: bool) -> QPalette:
    """Give the colours of a theme: all that is drawn takes its own from them."""
    palette = QPalette()
    for role, colour in _COLOURS["dark" if dark else "light"].items():
        palette.setColor(role, QColor(colour))
    for role in (_ROLES.WindowText, _ROLES.Text, _ROLES.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, palette.color(_ROLES.Mid))
    return palette


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

"""The icons: every one that is named is drawn, in the colour of the theme's text, also after the theme has changed."""

from typing import Any

import pytest
from framescope.app.window.commands import COMMANDS
from framescope.app.window.theme import apply_theme
from framescope.core.base.errors import InputError
from framescope.core.settings import Theme
from framescope.widgets.icons import put_icon
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

NAMES = sorted({command.icon for command in COMMANDS if command.icon} | {"float", "close", "begin", "end", "pin"})


def lightness(button: QToolButton, mode: QIcon.Mode = QIcon.Mode.Normal) -> float:
    """Of the pixels that are drawn."""
    image = button.icon().pixmap(18, 18, mode).toImage()
    colours = (image.pixelColor(x, y) for x in range(18) for y in range(18))
    drawn = [colour.lightness() for colour in colours if colour.alpha() > 200]
    assert drawn
    return sum(drawn) / len(drawn)


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_dark_on_light_and_light_on_dark(name: str, qapp: QApplication, qtbot: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    button = QToolButton(parent)
    put_icon(button, name)
    found = []
    for theme in ("light", "dark"):
        apply_theme(qapp, theme)  # type: ignore[arg-type]
        found.append(lightness(button))
    apply_theme(qapp, "light")
    assert found[0] < 80
    assert found[1] > 180


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_cannot_be_done_is_fainter_in_either_theme(theme: Theme, qapp: QApplication, qtbot: Any) -> None:
    apply_theme(qapp, theme)
    button = QToolButton()
    qtbot.addWidget(button)
    put_icon(button, "zoom_in")
    ground = qapp.palette().color(QPalette.ColorRole.Button).lightness()
    can, cannot = (abs(lightness(button, mode) - ground) for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    apply_theme(qapp, "light")
    assert 20 < cannot < 0.6 * can


def test_a_name_that_is_none_is_refused(qtbot: Any) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    with pytest.raises(InputError, match="no_such_icon"):
        put_icon(button, "no_such_icon")

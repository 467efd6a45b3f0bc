"""The start page: what was open last is listed with a small picture, in the colours of the theme."""

from pathlib import Path
from typing import Any

import pytest
from framescope.models.recent import LOUDEST, SHAPE, RecentFile
from framescope.widgets.panels.start_page import StartPage
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QToolButton

LATE = RecentFile(Path("/a/late.wav"), False, (0,) * (SHAPE // 2) + (LOUDEST,) * (SHAPE // 2))


@pytest.fixture
def page(qtbot: Any) -> StartPage:
    page = StartPage([])
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    return page


def buttons(page: StartPage) -> dict[str, QToolButton]:
    QApplication.processEvents()
    return {button.text(): button for button in page.findChildren(QToolButton) if button.isVisible()}


def picture(button: QToolButton) -> QImage:
    return button.icon().pixmap(button.iconSize()).toImage()


def test_a_recording_is_known_by_its_loudness(page: StartPage) -> None:
    page.set_recent([LATE, RecentFile(Path("/a/session.framescope"), False), RecentFile(Path("/a/gone.wav"), True)])
    shown = buttons(page)
    assert list(shown) == ["late.wav", "session.framescope"]
    drawn = picture(shown["late.wav"])
    quiet, loud = ([drawn.pixelColor(x, y).alpha() > 0 for y in range(drawn.height())] for x in (3, SHAPE - 3))
    assert sum(quiet) == 1
    assert all(loud)
    assert picture(shown["session.framescope"]) != drawn
    assert shown["late.wav"].toolTip() == "/a/late.wav"


def test_small_pictures_follow_the_theme(page: StartPage) -> None:
    page.set_recent([LATE])
    before = picture(buttons(page)["late.wav"])
    palette = page.palette()
    palette.setColor(QPalette.ColorRole.Highlight, QColor("#00ff00"))
    page.setPalette(palette)
    assert picture(buttons(page)["late.wav"]) != before


def test_a_click_opens_the_file(page: StartPage, qtbot: Any) -> None:
    page.set_recent([LATE])
    with qtbot.waitSignal(page.recent_chosen, check_params_cb=lambda path: path == LATE.path):
        buttons(page)["late.wav"].click()

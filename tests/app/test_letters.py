"""Letters that are half as large again: no text is cut anywhere, in a window of a laptop's size."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.about import AboutDialog, LicenceDialog
from framescope.app.window.commands import COMMANDS
from framescope.app.window.dialogs import KeySheet
from framescope.app.window.figure_dialog import FigureDialog
from framescope.app.window.figures import Form
from framescope.app.window.import_sheet import ImportSheet
from framescope.app.window.lane_menu import LevelsDialog
from framescope.app.window.palette import CommandPalette
from framescope.app.window.settings_dialog import SettingsDialog
from framescope.app.window.window import MainWindow
from framescope.core.compare.stage import Verdict
from framescope.core.settings import Settings
from framescope.widgets.label import CutLabel
from framescope.widgets.panels.start_page import StartPage
from helpers.corpora import outcome, table_of
from helpers.fits import misfits
from helpers.windows import run, settle
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QToolBar, QWidget


def all_fits(window: QWidget) -> Callable[[], None]:
    """Give what fails, and says why, as long as something of a window does not fit."""

    def check() -> None:
        assert misfits(window) == []

    return check


LAPTOP, SMALLEST = (1366, 768), (1024, 700)


@pytest.fixture(scope="module")
def larger(qapp: QApplication) -> Iterator[float]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(usual.pointSizeF() * 1.5)
    qapp.setFont(font)
    yield font.pointSizeF()
    qapp.setFont(usual)


@pytest.mark.parametrize("workspace", ["compare", "inspect", "listen"])
def test_the_window_fits_a_laptop(larger: float, compared: MainWindow, qtbot: Any, workspace: str) -> None:
    compared.resize(*LAPTOP)
    run(f"workspace_{workspace}")(compared)
    run("arrange")(compared)
    qtbot.waitUntil(all_fits(compared))
    assert compared.size().toTuple() == LAPTOP
    run("workspace_compare")(compared)
    run("arrange")(compared)


@pytest.mark.parametrize("size", [LAPTOP, SMALLEST])
def test_the_start_page_is_read_whole(larger: float, window: MainWindow, qtbot: Any, size: tuple[int, int]) -> None:
    window.resize(*size)
    (page,) = window.findChildren(StartPage)
    page.set_problem("/a/folder/recording.wav: is not a readable recording; use WAV, FLAC, OGG, MP3, M4A or MP4")
    qtbot.waitUntil(all_fits(window))
    assert window.size().toTuple() == size
    cut = [label for label in page.findChildren(CutLabel) if label.text() and label.isVisible()]
    assert [label.text() for label in cut] == [page.problem]
    needed = cut[0].fontMetrics().horizontalAdvance(page.problem)
    assert needed < 2 * cut[0].contentsRect().width(), "two lines hold it"


def test_every_tool_has_its_place(larger: float, opened: MainWindow) -> None:
    opened.resize(*LAPTOP)
    settle(opened)
    bar = opened.findChild(QToolBar)
    assert isinstance(bar, QToolBar)
    hidden = [action.text() for action in bar.actions() if not bar.widgetForAction(action).isVisible()]
    assert hidden == []


def test_menus_are_no_higher_than_the_screen(larger: float, opened: MainWindow) -> None:
    menus = [menu for menu in opened.menuBar().findChildren(QMenu) if menu.title()]
    assert len(menus) > 6
    assert [menu.title() for menu in menus if menu.sizeHint().height() > LAPTOP[1]] == []


def test_a_corpus_fits(larger: float, opened: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    verdicts: tuple[Verdict, ...] = "agree", "differ"
    made = {f"a_recording_{word}.wav": ({}, outcome(word, rate="44100")) for word in verdicts}
    table_of(made, tmp_path / "corpus.sqlite")
    opened.resize(*LAPTOP)
    opened.corpora.open(tmp_path / "corpus.sqlite")
    settle(opened)
    qtbot.waitUntil(all_fits(opened))


DIALOGS: dict[str, Callable[[MainWindow, Path], QDialog]] = {
    "keys": lambda window, _: KeySheet(COMMANDS, window),
    "about": lambda window, _: AboutDialog(window),
    "licences": lambda window, _: LicenceDialog(window),
    "settings": lambda window, _: SettingsDialog(Settings(), ("Built-in Audio Analog Stereo",), window),
    "palette": lambda window, _: CommandPalette(COMMANDS, window),
    "figure": lambda window, _: FigureDialog(["All lanes", "Tensor"], Form(88.9, 60.0, 600, "what"), window),
    "levels": lambda window, _: LevelsDialog(window.lanes.mel, window.views, window),
    "reading": lambda window, port: ImportSheet(port, (), None, window.jobs, window),
    "live": lambda window, _: window.live,
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_fits(larger: float, compared: MainWindow, ports: tuple[Path, Path], qtbot: Any, name: str) -> None:
    dialog = DIALOGS[name](compared, ports[1])
    dialog.show()
    try:
        settle(compared)
        qtbot.waitUntil(all_fits(dialog))
        assert max(dialog.width() - LAPTOP[0], dialog.height() - LAPTOP[1]) <= 0
        assert dialog.fontMetrics().horizontalAdvance(dialog.windowTitle()) < dialog.width() - _BUTTONS
    finally:
        dialog.close()
        dialog.deleteLater()


_BUTTONS = 100
"""Pixels that the buttons of a window's title take."""

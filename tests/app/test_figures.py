"""Figures: of a size and a dpi, with what they show, the time beneath and a caption; drawings have texts as texts."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from framescope.app.window.figure_dialog import FigureDialog
from framescope.app.window.figures import Form
from framescope.app.window.window import MainWindow
from framescope.core.base.errors import InputError
from helpers.windows import settle, size_of
from PIL import Image


@pytest.fixture
def quiet(compared: MainWindow) -> MainWindow:
    compared.timeline.fit()
    settle(compared)
    return compared


@pytest.mark.parametrize("what", ["All lanes", "Lane: mel", "Tensor"])
def test_a_figure_has_the_size_and_the_dpi_that_were_asked_for(quiet: MainWindow, what: str, tmp_path: Path) -> None:
    form = Form(127.0, 63.5, 200, "Errors of a port.")
    quiet.exports.save_figure(what, form, tmp_path / "figure.png")
    settle(quiet)
    assert size_of(tmp_path / "figure.png") == (1000, 500)
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        pixels = np.asarray(picture.convert("L"))
    assert len(np.unique(pixels[:350])) > 20
    assert pixels[460:].std() > 5  # the caption


def test_a_drawing_has_axes_and_caption_as_texts(quiet: MainWindow, tmp_path: Path) -> None:
    quiet.exports.save_figure("All lanes", Form(caption="A caption."), tmp_path / "figure.svg")
    settle(quiet)
    texts = [text.text for text in ElementTree.parse(tmp_path / "figure.svg").getroot().iterfind(".//{*}text")]
    for word in ("A caption.", "time", "mel", "features"):
        assert word in texts, word
    assert any("kHz" in str(text) for text in texts)


def test_what_would_be_too_large_is_refused(quiet: MainWindow, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        quiet.exports.save_figure("All lanes", Form(1000, 1000, 1200), tmp_path / "figure.png")
    assert not list(tmp_path.iterdir())


def test_the_dialog_gives_what_was_chosen(qtbot: Any) -> None:
    dialog = FigureDialog(["All lanes", "Tensor"], Form(88.9, 60.0, 600, "what"))
    qtbot.addWidget(dialog)
    assert (dialog.chosen, dialog.form) == ("All lanes", Form(88.9, 60.0, 600, "what"))

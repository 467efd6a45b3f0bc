"""The strip of blocks: both lines fit, what differs is read in full and marked, a click opens the block."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from framescope.models.chain import Change, Link
from framescope.widgets.colour import WARNING
from framescope.widgets.panels.recipe_strip import RecipeStrip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

LINKS = (
    *(Link(kind, "mel") for kind in ("preemphasis", "frame", "window", "fft")),
    Link("filterbank", "mel", (Change("scale", "slaney", "htk"),)),
    *(Link(kind, "features") for kind in ("log", "level", "clip", "windows", "onnx")),
)


@pytest.fixture
def strip(qtbot: Any) -> RecipeStrip:
    widget = RecipeStrip()
    qtbot.addWidget(widget)
    widget.set_chain(LINKS)
    return widget


@pytest.mark.parametrize("width", [640, 1366, 3840])
def test_blocks_lie_beside_each_other_within_the_strip(strip: RecipeStrip, width: int) -> None:
    strip.resize(width, strip.sizeHint().height())
    for line in (0, 1):
        boxes = [pair[line] for pair in strip.boxes()]
        assert all(one.right() < other.left() for one, other in pairwise(boxes))
        assert boxes[-1].right() <= width
        assert boxes[0].bottom() <= strip.height()


def test_a_chain_with_three_differences_fits_a_small_window(qtbot: Any) -> None:
    """Beside the panels, the narrowest window leaves the strip 655 pixels."""
    changes = {
        1: ("placement", "center", "start"),
        2: ("symmetry", "periodic", "symmetric"),
        4: ("scale", "slaney", "htk"),
    }
    kinds = (*(link.kind for link in LINKS), "pad_rows", "context", "layout")
    strip = RecipeStrip()
    qtbot.addWidget(strip)
    strip.set_chain([Link(kind, "mel", (Change(*changes[n]),) if n in changes else ()) for n, kind in enumerate(kinds)])
    strip.resize(655, strip.sizeHint().height())
    assert strip.boxes()[-1][0].right() <= strip.width()


def test_what_differs_is_marked_in_both_lines(strip: RecipeStrip) -> None:
    strip.resize(1366, strip.sizeHint().height())
    image = strip.grab().toImage()
    for number, (link, pair) in enumerate(zip(LINKS, strip.boxes(), strict=True)):
        for box in pair:
            edge = image.pixelColor(round(box.center().x()), round(box.top()))
            assert (edge == WARNING) == bool(link.changes), number


def test_a_click_opens_the_block(strip: RecipeStrip, qtbot: Any) -> None:
    strip.resize(1366, strip.sizeHint().height())
    _, port = strip.boxes()[9]
    with qtbot.waitSignal(strip.chosen) as chosen:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=port.center().toPoint())
    assert chosen.args == [LINKS[9]]


def test_a_reader_hears_what_differs(strip: RecipeStrip) -> None:
    assert strip.accessibleDescription() == "filterbank.scale: reference slaney, port htk"


@pytest.mark.parametrize("times", [1, 1.5, 2])
def test_the_names_of_both_lines_are_read_in_letters_of_any_size(strip: RecipeStrip, times: float) -> None:
    font = strip.font()
    font.setPointSizeF(font.pointSizeF() * times)
    strip.setFont(font)
    assert strip.boxes()[0][0].left() > strip.fontMetrics().horizontalAdvance("reference") + 6


def test_a_port_of_which_nothing_is_known_is_not_said_to_be_the_same(strip: RecipeStrip) -> None:
    both = strip.sizeHint().height()
    strip.set_chain([replace(link, changes=(), own=()) for link in strip.links])
    assert strip.lines == ("reference",)
    assert strip.sizeHint().height() < both


def test_blocks_are_gone_through_and_opened_by_the_keyboard(strip: RecipeStrip, qtbot: Any) -> None:
    strip.resize(1366, strip.sizeHint().height())
    strip.show()
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(strip.hasFocus)
    for key, kind in ((None, "filterbank"), (Qt.Key.Key_Right, "log"), (Qt.Key.Key_Left, "filterbank")):
        if key:
            qtbot.keyClick(strip, key)
        with qtbot.waitSignal(strip.chosen) as heard:
            qtbot.keyClick(strip, Qt.Key.Key_Return)
        assert heard.args[0].kind == kind
    for _ in range(len(LINKS)):
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.accessibleDescription() == "filterbank.scale: reference slaney, port htk"


def test_a_mirrored_window_shows_the_same_strip(strip: RecipeStrip, qapp: QApplication) -> None:
    """The chain runs as time does: names that are cut are cut at their ends."""
    strip.resize(655, strip.sizeHint().height())
    before = strip.grab().toImage()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert strip.isRightToLeft()
        assert strip.grab().toImage() == before
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

"""Contrasts of text and lines in both themes, as WCAG 2.2 asks at level AA."""

import pytest
from framescope.app.window.theme import palette_of
from framescope.widgets.colour import (
    LINE_CONTRAST,
    PORT_INK,
    STAGE_INKS,
    TEXT_CONTRAST,
    VERDICT_INKS,
    WARNING,
    contrast,
    legible,
)
from framescope.widgets.lanes.peaks import waveform_ink
from framescope.widgets.painting import faint_text
from PySide6.QtGui import QColor, QPalette

ROLES = QPalette.ColorRole
WRITTEN = (
    (ROLES.WindowText, ROLES.Window),
    (ROLES.Text, ROLES.Base),
    (ROLES.Text, ROLES.AlternateBase),
    (ROLES.ButtonText, ROLES.Button),
    (ROLES.PlaceholderText, ROLES.Base),
    (ROLES.PlaceholderText, ROLES.Window),
    (ROLES.HighlightedText, ROLES.Highlight),
    (ROLES.ToolTipText, ROLES.ToolTipBase),
)
DRAWN = (*STAGE_INKS.values(), PORT_INK, WARNING)


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#767676"), QColor("white")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_lines_can_be_read(dark: bool) -> None:
    palette = palette_of(dark=dark)
    written = {(ink, ground): contrast(palette.color(ink), palette.color(ground)) for ink, ground in WRITTEN}
    assert {pair: found for pair, found in written.items() if found < TEXT_CONTRAST} == {}
    base, window = palette.color(ROLES.Base), palette.color(ROLES.Window)
    for ground in (base, window):
        assert contrast(faint_text(palette), ground) >= TEXT_CONTRAST
    assert contrast(waveform_ink(palette), base) >= LINE_CONTRAST
    for ink in DRAWN:
        assert contrast(legible(ink, base), base) >= LINE_CONTRAST
    for ink in VERDICT_INKS.values():
        assert contrast(legible(ink, base, TEXT_CONTRAST), base) >= TEXT_CONTRAST


def test_what_is_legible_stays_as_it_is() -> None:
    assert legible(PORT_INK, QColor("#101317")) == PORT_INK

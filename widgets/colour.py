"""Colours of values: a 256-entry table a colour map, and the code of a value in it."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from ..core.drawing.colour_maps import colour_map
from ..core.run import STAGE_NAMES, StageName
from .painting import mix

NOT_FINITE = np.uint32(0xFFFF00FF)
"""Magenta, which no colour map holds: NaN and infinities."""


_INKS = tuple(map(QColor, ("#888888", "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#cc79a7")))
"""Colours that the colour-blind tell apart: Okabe and Ito's, which are seen on light and dark."""
STAGE_INKS: dict[StageName, QColor] = dict(zip(STAGE_NAMES, _INKS, strict=True))
_OTHER_INKS = _INKS[1:]
PORT_INK = QColor("#e69f00")
WARNING = QColor("#d55e00")
"""Colours of a port's sound, and of what is wrong."""
VERDICT_INKS = {
    "differ": QColor("#d55e00"),
    "agree": QColor("#009e73"),
    "identical": QColor("#009e73"),
    "not comparable": QColor("#b58900"),
}
"""Colours of verdicts; the word says the same."""
MARKER_INK = QColor("#cc79a7")
"""Colour of markers."""
REGION_INK = QColor(MARKER_INK.red(), MARKER_INK.green(), MARKER_INK.blue(), 45)
"""The tint of a marked region: what lies under it is read on."""


def stage_ink(stage: StageName) -> QColor:
    """Give the colour of a stage: its own where it has one, else always the same of the others."""
    return STAGE_INKS.get(stage) or _OTHER_INKS[sum(stage.encode()) % len(_OTHER_INKS)]


TEXT_CONTRAST, LINE_CONTRAST = 4.5, 3.0
"""What WCAG 2.2, level AA, asks of text, and of lines and marks, against their ground."""
_SHADES = 20


def contrast(one: QColor, other: QColor) -> float:
    """Give the ratio of two colours' luminances as WCAG defines it, 1 to 21."""
    first, second = sorted((_luminance(one), _luminance(other)))
    return (second + 0.05) / (first + 0.05)


def legible(ink: QColor, ground: QColor, ratio: float = LINE_CONTRAST) -> QColor:
    """Give a colour, made darker on a light ground and lighter on a dark one until it has a contrast to it."""
    aim = QColor("black") if _luminance(ground) > _MIDDLE else QColor("white")
    shades = (QColor.fromRgb(mix(ink, aim, share / _SHADES).rgb()) for share in range(_SHADES + 1))
    return next((shade for shade in shades if contrast(shade, ground) >= ratio), aim)


def _luminance(colour: QColor) -> float:
    parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


_MIDDLE = 0.18
"""Luminance from which on black is read better than white."""
DIVERGING = "vik"
"""Blue below zero, brown above it: perceptually uniform and told apart by the colour-blind."""
_ON_DARK = "berlin"
"""The same hues on a dark ground."""
_GROUND = 0.16
"""Share of a diverging map's half in which it comes out of the ground's colour."""


@lru_cache(maxsize=8)
def diverging(ground: int) -> npt.NDArray[np.uint32]:
    """Give the colours of a difference as (256,) uint32 0xffRRGGBB, whose middle two are the ground's.

    Parameters
    ----------
    ground : int
        Colour of the ground, 0xffRRGGBB: where nothing differs nothing is drawn, in either theme.
    """
    base = QColor.fromRgb(ground)
    table = colour_map(_ON_DARK if base.lightness() < 128 else DIVERGING).astype(np.float64)
    distance = (np.abs(np.arange(256) - 127.5) - 0.5) / 127
    share = np.clip(distance / _GROUND, 0, 1)[:, None]
    mixed = np.array([base.red(), base.green(), base.blue()]) * (1 - share) + table * share
    red, green, blue = mixed.round().astype(np.uint32).T
    made: npt.NDArray[np.uint32] = 0xFF000000 | red << 16 | green << 8 | blue
    made.flags.writeable = False
    return made


def lookup_on(name: str, ground: QColor) -> npt.NDArray[np.uint32]:
    """Give a colour map on a ground: that of a difference comes out of it, the others do not ask for it."""
    return diverging(ground.rgb()) if name == DIVERGING else lookup(name)


def rooted(table: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Give the colours of (256,) equal steps by the square root of the step: small values of 0 and more differ."""
    return table[(np.sqrt(np.linspace(0, 1, len(table))) * (len(table) - 1)).round().astype(np.intp)]


def scale_on(name: str, low: float, ground: QColor) -> npt.NDArray[np.uint32]:
    """Give the colours of equal steps of values from `low` up: by the square root where none is below 0."""
    return rooted(lookup(name)) if low >= 0 and name != DIVERGING else lookup_on(name, ground)


@lru_cache(maxsize=32)
def lookup(name: str) -> npt.NDArray[np.uint32]:
    """Give a colour map as (256,) uint32 0xffRRGGBB, the pixels of ``QImage.Format_RGB32``."""
    red, green, blue = colour_map(name).T.astype(np.uint32)
    table: npt.NDArray[np.uint32] = 0xFF000000 | red << 16 | green << 8 | blue
    table.flags.writeable = False
    return table

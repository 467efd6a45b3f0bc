"""The colours of a heat lane: one map and one pair of levels for both runs, others for their difference."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from ...core.drawing.pyramid import HeatPyramid
from ...models.timeline import Span
from ..colour import DIVERGING, lookup, lookup_on, rooted
from ..compare_view import Role
from ..painting import Pixels
from .head import End, Scale, moved
from .heat_layer import HeatLayer
from .heat_pixels import code_table, distribution

SEQUENTIAL = "inferno"
"""Colours of differences without a sign."""


@dataclass(slots=True)
class HeatColours:
    """Which value has which colour.

    Attributes
    ----------
    colour_map : str
        Of the runs; a name that `colour_map` knows.
    fitting : (low, high)
        The values of the first and the last colour that fit the recording.
    compared : (low, high) or None
        Those that fit the runs that are compared, for as long as they are; None: the recording's.
    chosen : (low, high) or None
        The user's, which go before the fitting ones.
    difference : (low, high)
        Those of the difference.
    rooted : bool
        Whether the runs' colours go by the square root of the values, so that small ones of 0 and more are told apart.
    """

    colour_map: str = "viridis"
    fitting: Span = (0.0, 1.0)
    compared: Span | None = None
    chosen: Span | None = None
    difference: Span = (-1.0, 1.0)
    rooted: bool = False

    @property
    def levels(self) -> Span:
        """The values of the runs' first and last colour."""
        return self.chosen or self.compared or self.fitting

    def table(self, role: Role, pyramid: HeatPyramid, ground: QColor) -> Pixels:
        """Give the colour of each code, (256,) as `code_table` does."""
        colours, levels = self.colours(role, pyramid, ground), self.levels_of(role)
        return code_table(colours, pyramid.code_values, levels, 0.5 if self._is_rooted(role) else 1.0)

    def spread_table(self, role: Role, pyramid: HeatPyramid, ground: QColor) -> Pixels:
        """Give the colour of each code where every row is spread over all codes."""
        levels = pyramid.low, pyramid.high
        return code_table(self.colours(role, pyramid, ground), pyramid.code_values, levels)

    def colours(self, role: Role, pyramid: HeatPyramid, ground: QColor) -> Pixels:
        """Give the colours of a role from its lowest level to its highest, (256,)."""
        if role != "difference":
            return lookup(self.colour_map)
        return lookup_on(DIVERGING, ground) if pyramid.signed else lookup(SEQUENTIAL)

    def scale(self, role: Role, layer: HeatLayer, ground: QColor) -> Scale:
        """Give what a bar shows of a role."""
        pyramid, unit = layer.pyramid, "log10" if layer.logarithmic else layer.unit
        low, high = self.levels_of(role)
        colours = self.colours(role, pyramid, ground)
        table = rooted(colours) if self._is_rooted(role) else colours
        return Scale(table, (low, high), distribution(pyramid, (low, high)), unit)

    def levels_of(self, role: Role) -> Span:
        """Give the values of the first and the last colour of a role."""
        return self.difference if role == "difference" else self.levels

    def _is_rooted(self, role: Role) -> bool:
        return self.rooted and role != "difference"

    def move_difference(self, end: End, share: float, *, signed: bool) -> None:
        """Move an end of the difference's levels by a share of their range; where it is signed both, oppositely."""
        low, high = moved(self.difference, end, share)
        level = high if end == "high" else -low
        if not signed:
            self.difference = low, high
        elif level > 0:
            self.difference = -level, level

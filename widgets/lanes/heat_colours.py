"""The colours of a heat lane: one map and one pair of levels for both runs, others for their difference."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from ...core.pyramid import HeatPyramid
from ...models.timeline import Span
from ..colour import DIVERGING, lookup, lookup_on
from ..compare_view import Role
from ..painting import Pixels
from .head import End, Scale, moved
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
        return code_table(colours, pyramid.code_values, levels, self._power(role))

    def colours(self, role: Role, pyramid: HeatPyramid, ground: QColor) -> Pixels:
        """Give the colours of a role from its lowest level to its highest, (256,)."""
        if role != "difference":
            return lookup(self.colour_map)
        return lookup_on(DIVERGING, ground) if pyramid.signed else lookup(SEQUENTIAL)

    def scale(self, role: Role, pyramid: HeatPyramid, ground: QColor) -> Scale:
        """Give what a bar shows of a role."""
        low, high = self.levels_of(role)
        shares = np.linspace(0, 1, 256) ** self._power(role)
        table = self.colours(role, pyramid, ground)[(shares * 255).round().astype(np.intp)]
        return Scale(table, (low, high), distribution(pyramid, (low, high)))

    def levels_of(self, role: Role) -> Span:
        """Give the values of the first and the last colour of a role."""
        return self.difference if role == "difference" else self.levels

    def _power(self, role: Role) -> float:
        return 0.5 if self.rooted and role != "difference" else 1.0

    def move(self, role: Role, end: End, share: float, pyramid: HeatPyramid) -> None:
        """Move an end of a role's levels by a share of their range; those of a signed difference stay opposite."""
        low, high = moved(self.levels_of(role), end, share)
        if role != "difference":
            self.chosen = low, high
        elif pyramid.signed:
            level = high if end == "high" else -low
            self.difference = (-level, level) if level > 0 else self.difference
        else:
            self.difference = low, high

    def zoom(self, role: Role, pyramid: HeatPyramid, factor: float) -> None:
        """Make the range of the levels `factor` times as large: from the lower one on, or, signed, around zero."""
        low, high = self.difference if role == "difference" else self.levels
        levels = (
            low * factor if pyramid.signed else low,
            high * factor if pyramid.signed else low + (high - low) * factor,
        )
        if role == "difference":
            self.difference = levels
        else:
            self.chosen = levels

    def key(self, pyramid: HeatPyramid) -> str:
        """Say what the difference's colours mean."""
        low, high = self.difference
        return f"blue {low:.3g} to brown {high:+.3g}" if pyramid.signed else f"{low:.3g} to {high:.3g}"

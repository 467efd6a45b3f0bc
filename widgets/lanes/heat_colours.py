"""The colours of a heat lane: one map and one pair of levels for both runs, others for their difference."""

from dataclasses import dataclass

from ...core.pyramid import HeatPyramid
from ...models.timeline import Span
from ..compare_view import Role
from ..painting import Pixels
from .heat_pixels import code_table

DIVERGING = "vik"
"""Blue below zero, brown above it: perceptually uniform and told apart by the colour-blind."""
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
    """

    colour_map: str = "viridis"
    fitting: Span = (0.0, 1.0)
    compared: Span | None = None
    chosen: Span | None = None
    difference: Span = (-1.0, 1.0)

    @property
    def levels(self) -> Span:
        """The values of the runs' first and last colour."""
        return self.chosen or self.compared or self.fitting

    def table(self, role: Role, pyramid: HeatPyramid) -> Pixels:
        """Give the colour of each code, (256,) as `code_table` does."""
        if role != "difference":
            return code_table(self.colour_map, pyramid.code_values, self.levels)
        return code_table(DIVERGING if pyramid.signed else SEQUENTIAL, pyramid.code_values, self.difference)

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

"""Lines of a candidate's levels fitted to a port's values: one shift a band, and one slope or one a band."""

from dataclasses import dataclass

import numpy as np

from ...base.arrays import NDArray

TINY = 1e-300
MIN_CELLS = 3
"""Cells that a band needs for a line of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A port's values about the mean of each band, and the weights that both were made with.

    What depends on no candidate is computed once: a search fits thousands of them to the same values.

    Attributes
    ----------
    weights : (k, width) array
        0 where nothing is compared, and in bands without enough values.
    mass : (width,) array
        Sums of the weights; infinite in bands without enough values.
    mean : (width,) array
        Weighted means of the bands.
    off : (k, width) array
        The values less these.
    spread : float
        Weighted sum of their squares.
    """

    weights: NDArray
    mass: NDArray
    mean: NDArray
    off: NDArray
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A port's values as lines of a candidate's levels: port = slope * level + shift, one shift a band.

    Attributes
    ----------
    slope : float or (width,) array
        Of all bands, or of each.
    shifts : (width,) array
        NaN of bands without enough values.
    error : float
        Weighted mean square of what is left, as a share of that of the port's values about the mean of each band.
    values : Weighed
        What was fitted.
    off : (k, width) array
        The levels about the mean of each band.
    rest : (k, width) array
        What the lines leave of the values; 0 in bands that do not rise with the levels.
    """

    slope: NDArray
    shifts: NDArray
    error: float
    values: Weighed
    off: NDArray
    rest: NDArray

    @property
    def left(self) -> NDArray:
        """What is left, in natural logarithms of the candidate's levels; NaN where nothing was compared."""
        if not len(self.shifts):
            return np.zeros((0, 0))
        safe = np.where(self.slope > 0, self.slope, np.nan)
        return np.where(self.values.weights > 0, self.rest / safe, np.nan)

    def step(self, moved: NDArray) -> float:
        """Give how often a change of the levels, (k, width), is to be added for least to be left, lines fitted anew."""
        if not np.isfinite(self.error):
            return 0.0
        weights, slope = self.values.weights, np.where(self.slope > 0, self.slope, 0.0)
        moved = moved - _by_band(weights, moved) / self.values.mass
        scaled = weights * moved
        along, square = _by_band(scaled, self.off), _by_band(weights * self.off, self.off)
        if not slope.ndim:
            along, square = along.sum(), square.sum()
        moved = moved - along / np.maximum(square, TINY) * self.off
        fall = float(np.sum(slope * _by_band(scaled, self.rest)))
        return fall / max(float(np.sum(np.square(slope) * _by_band(weights * moved, moved))), TINY)


_NOTHING = np.zeros((0, 0))
NO_FIT = Fit(
    np.array(np.nan), np.zeros(0), float("inf"),
    Weighed(_NOTHING, np.zeros(0), np.zeros(0), _NOTHING, 0.0), _NOTHING, _NOTHING,
)  # fmt: skip


def weighed(values: NDArray, weights: NDArray) -> Weighed:
    """Give values, (k, width), about the mean of each band; weights of 0 where there is nothing to compare."""
    enough = np.count_nonzero(weights > 0, axis=0) >= MIN_CELLS
    mass = np.where(enough, weights.sum(axis=0), np.inf)
    values = np.where(weights > 0, values, 0.0)
    weights = np.where(enough, weights, 0.0)
    mean = _by_band(weights, values) / mass
    off = values - mean
    return Weighed(weights, mass, mean, off, float(_by_band(weights * off, off).sum()))


def fit_lines(values: Weighed, levels: NDArray, *, own_slopes: bool) -> Fit:
    """Fit each band of some values by a line of finite levels, (k, width)."""
    mean = _by_band(values.weights, levels) / values.mass
    off = levels - mean
    scaled = values.weights * off
    square, product = _by_band(scaled, off), _by_band(scaled, values.off)
    slope = product / np.maximum(square, TINY) if own_slopes else np.asarray(product.sum() / max(square.sum(), TINY))
    if not np.any(slope > 0):
        return NO_FIT
    rest = values.off - slope * off
    if own_slopes:
        rest[:, ~(slope > 0)] = 0.0
    error = float(_by_band(values.weights * rest, rest).sum()) / max(values.spread, TINY)
    shifts = np.where(np.isfinite(values.mass), values.mean - slope * mean, np.nan)
    return Fit(slope, shifts, error, values, off, rest)


def _by_band(one: NDArray, other: NDArray) -> NDArray:
    """Give the sum of the products of each column, (width,)."""
    return np.asarray(np.einsum("ij,ij->j", one, other))

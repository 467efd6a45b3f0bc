"""Where errors lie: which share of them falls on the moments that a measure of the sound tells apart."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..compare.curves import Curve
from .measured import Measured
from .table import Analysis


@dataclass(frozen=True, slots=True)
class ErrorShare:
    """The side of a measure on which errors are denser than on the other.

    Attributes
    ----------
    stage : str
        Whose errors.
    where : str
        The moments, such as ``RMS < -40 dB``.
    error, time : float
        Their shares of the summed error and of the compared items, 0 to 1.
    """

    stage: str
    where: str
    error: float
    time: float

    def __str__(self) -> str:
        return (
            f"{100 * self.error:.0f} % of the {self.stage} error lies where {self.where}, "
            f"{100 * self.time:.0f} % of the time"
        )

    @property
    def lines(self) -> tuple[str, str, str]:
        """The same in three short lines."""
        error, time = f"{100 * self.error:.0f} % of {self.stage} error", f"({100 * self.time:.0f} % of the time)"
        return error, f"where {self.where}", time


def error_share(curve: Curve, measured: Measured) -> ErrorShare | None:
    """Give on which side of a measure the errors of a stage are denser.

    Parameters
    ----------
    curve : Curve
        The largest error of every item; items without one, and those that are not finite, count nowhere.
    measured : Measured
        A measure with one value at a time.

    Returns
    -------
    ErrorShare or None
        None where there is no error, or all moments lie on one side.
    """
    known = np.flatnonzero(np.isfinite(curve.values))
    errors = curve.values[known].astype(np.float64)
    if not errors.any():
        return None
    below, words = _sides(measured.analysis, measured.at((known + 0.5 - curve.offset) / curve.rate))
    share, time = float(errors[below].sum() / errors.sum()), float(below.mean())
    if time in {0.0, 1.0}:
        return None
    if share >= time:
        return ErrorShare(curve.stage, words[0], share, time)
    return ErrorShare(curve.stage, words[1], 1 - share, 1 - time)


def _sides(analysis: Analysis, values: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.bool_], tuple[str, str]]:
    """Tell which moments lie on the lower side, and name both sides."""
    split = analysis.split
    assert split is not None
    if split.below:
        return np.isnan(values), (split.below, split.above)
    level = float(np.nanmedian(values)) if split.level is None else split.level
    named = f"{level:.3g} {analysis.unit}".rstrip()
    return values < level, (f"{analysis.title} < {named}", f"{analysis.title} ≥ {named}")

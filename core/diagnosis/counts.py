"""What counts alone are consistent with, where there are no values to run hypotheses on."""

from ..compare.comparison import Comparison
from .findings import Finding, finding_of
from .mel_faults import CENTERING

_UNCENTRED = 4
"""Columns fewer without 400 samples of padding on both sides."""


def consistent_with_counts(comparison: Comparison) -> list[Finding]:
    """Give the faults that would make the port's number of mel columns what it is."""
    port, reference = comparison.port, comparison.reference
    stated = port.statistics["mel"].shape if "mel" in port.statistics else None
    shape = port["mel"].shape if "mel" in port else stated
    if "mel" not in reference or not shape or len(shape) != 2:
        return []
    fewer = reference["mel"].shape[1] - shape[1]
    if fewer != _UNCENTRED:
        return []
    text = f"T is smaller by {fewer} ({shape[1]:,} against {shape[1] + fewer:,}): consistent with no centre padding"
    where = "the number of columns"
    return [finding_of(CENTERING, "consistent", where, text)]

"""Faults that a stage shows whatever the reference says."""

from dataclasses import replace

import numpy as np

from ..arrays import NDArray
from ..compare.alignment import align, correlation, items
from ..compare.comparison import Comparison
from ..compare.structure import StructureFinding
from ..run import Run, Stage
from .findings import Finding, finding_of
from .hypotheses import Hypothesis

_LIKE, _LEAST_LIKE = 0.8, 0.4
"""Correlations of a mel spectrogram read rightly and wrongly."""
_FAULTS: dict[str, Hypothesis] = {
    "tiled_context": Hypothesis(
        "tiled_context",
        "16 copies of one row",
        "collect the rows i - 8 to i + 7 of the padded features for frame i",
        "tensors",
    ),
    "nan_inf": Hypothesis("nan_inf", "not finite", "guard logarithms and divisions; look for overflow in float16"),
    "constant": Hypothesis("constant_features", "one value", "compute the features from the recording", "features"),
    "all_zero": Hypothesis("uninitialised", "zeros", "write the results to the array that is saved", "features"),
    "repeated": Hypothesis("buffer_reuse", "repeated rows", "copy each result before its buffer is used", "features"),
}
"""Of an observation: the fault that it shows."""


def structural_findings(comparison: Comparison) -> list[Finding]:
    """Give the faults that the structure of the port's stages shows, each at the first stage that has it."""
    found: dict[str, Finding] = {}
    for seen in comparison.structure:
        if seen.id in _FAULTS and seen.id not in found and _applies(seen, comparison):
            hypothesis = replace(_FAULTS[seen.id], stage=seen.stage)
            found[seen.id] = finding_of(hypothesis, "proven", f"the {seen.stage}", seen.text)
    return list(found.values())


def _applies(seen: StructureFinding, comparison: Comparison) -> bool:
    """Clipping and silence make repeated columns of mel, and features that the reference has to show to be no fault."""
    if seen.id == "repeated" and seen.stage not in comparison.reference:
        return False
    return seen.id not in {"repeated", "constant", "all_zero"} or seen.stage in {"features", "padded"}


def read_across(port: Run, reference: Run) -> NDArray | None:
    """Give a port's mel spectrogram as it is when its memory holds columns where it says bands; None where it does not.

    Parameters
    ----------
    port, reference : Run
        Both with a mel stage.

    Returns
    -------
    (bands, T) array or None
    """
    given = np.asarray(port["mel"].array)
    turned = np.ascontiguousarray(given).reshape(given.shape[::-1]).T
    if given.shape[0] != reference["mel"].shape[0] or _likeness(given, reference) > _LEAST_LIKE:
        return None
    return turned if _likeness(turned, reference) > _LIKE else None


def _likeness(mel: NDArray, reference: Run) -> float:
    """Correlation with the reference at the best lag."""
    stage = Stage("mel", mel)
    pairs = align(reference["mel"], stage)
    return correlation(
        mel.T[pairs.port].astype(np.float64), items(reference["mel"])[pairs.reference].astype(np.float64)
    )


def precision_findings(comparison: Comparison) -> list[Finding]:
    """Give the rounding of the mel stage as a fault, where nothing else sets the port apart."""
    grid = next((seen for seen in comparison.structure if (seen.id, seen.stage) == ("grid", "mel")), None)
    if grid is None:
        return []
    value = (
        grid.text.removeprefix("every value lies on a ").removeprefix("every value lies on an ").removesuffix(" grid")
    )
    return [finding_of(Hypothesis("precision", value, "keep and write float32"), "proven", "all values", grid.text)]


def layout_finding() -> Finding:
    """Give the finding of a mel spectrogram whose memory is read across."""
    hypothesis = Hypothesis("layout", "(T, 80) as (80, T)", "write bands first, or say that columns come first")
    return finding_of(hypothesis, "proven", "all values", "read the other way round, the values are a mel spectrogram")

"""Pictures of causes: what is left of the mel's difference before and after each fault that was found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..base.arrays import NDArray
from ..compare.alignment import align, time_major
from ..compare.comparison import Comparison
from ..config import Config
from ..diagnosis.findings import Finding
from ..diagnosis.simulate import simulate_port
from ..run import Stage
from ..stages.audio import Recording
from .formatting import error_text, finding_text
from .pictures import heat_map

_MAX_COLUMNS = 20_000


@dataclass(frozen=True, slots=True)
class Cause:
    """One fault in words, and the difference that it leaves.

    Attributes
    ----------
    text : str
        What it is, what speaks for it, how it is mended.
    before, after : str
        Data addresses of the mel's difference with the faults named before, and with this one too; empty where that
        cannot be computed.
    scale : str
        The difference that has the strongest colour, in both pictures.
    """

    text: str
    before: str = ""
    after: str = ""
    scale: str = ""


def causes(comparison: Comparison, recording: Recording | None) -> tuple[Cause, ...]:
    """Describe every finding of a comparison, those of the mel stage with pictures where there is the recording."""
    findings = comparison.diagnosis.findings if comparison.diagnosis else ()
    if recording is None or "mel" not in comparison.port or "mel" not in comparison.reference:
        return tuple(Cause(finding_text(finding)) for finding in findings)
    config = comparison.reference.config or Config()
    left = _difference(comparison.reference["mel"], comparison.port["mel"])
    described, known = [], list[Finding]()
    for finding in findings:
        if finding.stage != "mel":
            described.append(Cause(finding_text(finding)))
            continue
        known.append(finding)
        before, left = left, _left(comparison, recording, known, config)
        described.append(_drawn(finding, before, left))
    return tuple(described)


def _left(comparison: Comparison, recording: Recording, findings: Sequence[Finding], config: Config) -> NDArray:
    """Give what is left of the difference once the reference has these faults, (bands, columns)."""
    faulty = simulate_port(recording, findings, replace(config, mode="ave"), None)
    return _difference(faulty["mel"], comparison.port["mel"])


def _difference(reference: Stage, port: Stage) -> NDArray:
    if reference.shape[0] != port.shape[0]:
        return np.zeros((0, 0))
    pairs = align(reference, port)
    chosen = np.unique(np.linspace(0, len(pairs.port) - 1, min(len(pairs.port), _MAX_COLUMNS)).astype(np.int64))
    ours, theirs = (
        np.asarray(time_major(stage)[at[chosen]], np.float64)
        for stage, at in ((reference, pairs.reference), (port, pairs.port))
    )
    return (theirs - ours).T


def _drawn(finding: Finding, before: NDArray, after: NDArray) -> Cause:
    span = float(np.nanmax(np.abs(before), initial=0)) if before.size else 0.0
    if not finding.explains:  # a fault of timing, which alignment has taken away
        span = 0.0
    if not span or not after.size:
        return Cause(finding_text(finding))
    first, second = (heat_map(left, -span, span, diverging=True) for left in (before, after))
    return Cause(finding_text(finding), first, second, error_text(span))

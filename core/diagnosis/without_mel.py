"""The diagnosis of a port that gives no mel spectrogram: what makes its feature rows, wherever it has them."""

from collections.abc import Callable
from dataclasses import replace

from ..compare.comparison import Comparison
from ..config import Config
from ..stages.features import WindowEncoder
from .attribution import row_findings, same_constants
from .audio_variants import AudioVariants
from .counts import consistent_with_counts, frame_count_findings
from .feature_evidence import FeatureEvidence
from .feature_rows import RecoveredFeatures, observed_rows
from .feature_search import search_features
from .findings import Diagnosis, Equivalence, Finding, Unexplained, finding_of
from .rows.cuts import TAILS
from .search import Candidate
from .structural import precision_findings


def with_rows(comparison: Comparison) -> tuple[Comparison, RecoveredFeatures | None]:
    """Give the port the feature rows that it shows elsewhere, so that they can be judged as features."""
    port, reference = comparison.port, comparison.reference
    rows = observed_rows(port, reference)
    if rows is None or not len(rows.frames) or "features" in port:
        return comparison, rows
    stages = {**port.stages, "features": rows.stage()}
    return replace(comparison, port=replace(port, stages=stages)), rows


def diagnose_without_mel(
    comparison: Comparison,
    rows: RecoveredFeatures | None,
    downstream: Diagnosis,
    structure: Diagnosis,
    *,
    sources: AudioVariants | None,
    encoder: WindowEncoder | None,
    on_progress: Callable[[Candidate], None],
) -> Diagnosis:
    """Look for faults of the mel stage and of the windows in feature rows.

    Parameters
    ----------
    rows : RecoveredFeatures or None
        The port's rows; None where it shows none that can be read.
    downstream : Diagnosis
        What is known of the stages behind the mel spectrogram by the reference's; told where nothing better is found.
    structure : Diagnosis
        What the structure of the port's stages shows.
    on_progress : callable
        Called now and then; raises `CancelledError` to end the search.
    """
    found = [finding for finding in downstream.findings if finding.confidence == "proven"]
    explained = any(finding.stage in {"windows", "features"} for finding in found)
    alike: tuple[Equivalence, ...] = ()
    enough = True
    columns = comparison.reference["mel"].shape[1] if "mel" in comparison.reference else 0
    if rows and not explained and sources and encoder:
        evidence = FeatureEvidence(rows, sources, encoder, _config(comparison))
        enough = evidence.enough
        candidate = search_features(evidence, on_progress) if enough else Candidate()
        if explained := enough and candidate.loss <= evidence.noise_floor:
            found = [*row_findings(evidence, candidate), *_tail(evidence, candidate), *found]
            columns, alike = evidence.column_count(candidate.faults), tuple(same_constants(candidate.faults))
    if not explained or rows is None:
        why = () if found else (Unexplained("features", _why_not(rows, sources, encoder, enough=enough)),)
        consistent = (*consistent_with_counts(comparison), *downstream.findings)
        return replace(downstream, findings=consistent, unexplained=(*downstream.unexplained, *why))
    counts = frame_count_findings(columns, rows.count, "features", _config(comparison))
    found += [*_laid(rows), *counts.findings]
    open_ends = counts.unexplained
    if not found and not open_ends and not structure.findings:
        found = _written(comparison)
    if not found and not open_ends and not structure.findings:
        open_ends = (
            Unexplained("features", "rows that are not at the ends come from the recording without any fault"),
        )
    alike = (*alike, *downstream.indistinguishable, *rows.alike, *counts.indistinguishable)
    return Diagnosis(tuple(found), open_ends, alike)


def _written(comparison: Comparison) -> list[Finding]:
    """The rounding of the first stage that differs, be it that of the format in which it is written."""
    names = [found.stage for found in comparison.stages if found.verdict == "differ" and found.stage in comparison.port]
    return precision_findings(comparison, written=True, stage=names[0]) if names else []


def _tail(evidence: FeatureEvidence, candidate: Candidate) -> list[Finding]:
    """The fault of the windows that pass the end."""
    plain, *errors = evidence.last_errors(candidate.faults, [(), *((tail,) for tail in TAILS)])
    fitting = [tail for tail, error in zip(TAILS, errors, strict=True) if error <= evidence.noise_floor < plain]
    text = "through the encoder, only with it are the last rows the port's"
    return [finding_of(tail, "proven", "the last frames", text) for tail in fitting[:1]]


def _laid(rows: RecoveredFeatures) -> list[Finding]:
    text = "read so, every row has the same values wherever it stands, and they are those of its frame"
    return [finding_of(fault, "proven", "all rows", text) for fault in rows.faults]


def _why_not(
    rows: RecoveredFeatures | None, sources: AudioVariants | None, encoder: WindowEncoder | None, *, enough: bool
) -> str:
    if rows is None:
        return "the port has neither a mel spectrogram nor feature rows of known frames: no more faults can be tried"
    if sources is None:
        return "no recording: faults of the mel stage cannot be tried"
    if encoder is None:
        return "the port has no mel spectrogram, and faults of the mel stage cannot be tried without an encoder"
    if not enough:
        return "the port gives no mel spectrogram, and its feature rows are too few, or vary too little, to tell more"
    return "no combination of mel faults gives these features; the encoder may differ"


def _config(comparison: Comparison) -> Config:
    return comparison.port.config or comparison.reference.config or Config()

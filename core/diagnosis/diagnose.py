"""The diagnosis of a comparison: structure first, then the mel stage, then each stage behind it on its own input."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from ..base.errors import CancelledError, InputError
from ..base.progress import silent
from ..compare.comparison import Comparison
from ..config import SAMPLE_RATE, Config
from ..run import STAGE_NAMES, Run, StageName
from ..stages.audio import Recording, from_samples
from ..stages.features import WindowEncoder
from .audio_variants import AudioVariants
from .counts import consistent_with_counts, part_finding
from .downstream import diagnose_downstream
from .feature_rows import RecoveredFeatures
from .findings import Diagnosis, Equivalence, Finding, OnDiagnosis, Unexplained, failed_diagnosis
from .front.parts import LENGTH
from .front.recipes import diagnose_recipe
from .hypotheses import Hypothesis
from .mel_stage import identify_mel
from .memory_order import fix_memory_order
from .rows.names import BROUGHT_ABOUT
from .rows.reassembly import with_mel
from .sample_faults import diagnose_samples
from .search import Candidate
from .structural import precision_findings, structural_findings
from .without_mel import diagnose_without_mel, with_rows

_MEL = STAGE_NAMES.index("mel")
_order = STAGE_NAMES.index


def diagnose(
    comparison: Comparison,
    recording: Recording | None,
    *,
    encoder: WindowEncoder | None = None,
    progress: OnDiagnosis = silent,
) -> Diagnosis:
    """Name the faults by which a port's values come from the recording.

    Parameters
    ----------
    comparison : Comparison
        The port against the reference.
    recording : Recording or None
        What both are of; without it, and without the port's own samples, no fault of the mel stage can be run.
    encoder : WindowEncoder or None
        Needed for faults behind the windows, and for those of the mel stage where the port gives none.
    progress : callable
        See `OnDiagnosis`.

    Returns
    -------
    Diagnosis
        Without findings where the port agrees.

    Raises
    ------
    CancelledError
        Raised by `progress`.
    """
    if not comparison.reference.is_original:
        return diagnose_recipe(comparison, comparison.reference.recipe, recording, progress)
    return _Diagnosing(comparison, recording, encoder, progress).run()


def diagnosed(comparison: Comparison, recording: Recording | None) -> Comparison:
    """Give a comparison with its diagnosis, by the encoder it was made with; one that agrees needs none."""
    if comparison.verdict != "differ":
        return comparison
    return replace(comparison, diagnosis=diagnose(comparison, recording, encoder=comparison.encoder))


@dataclass(slots=True)
class _Diagnosing:
    comparison: Comparison
    recording: Recording | None
    encoder: WindowEncoder | None
    progress: OnDiagnosis
    started: float = field(default_factory=perf_counter)
    so_far: Diagnosis = field(default_factory=Diagnosis)
    rows: RecoveredFeatures | None = None

    def run(self) -> Diagnosis:
        self._leave_out_empty()
        with self._kept_going("mel"):
            self._fix_memory_order()
        with self._kept_going("features"):
            self._look_at_rows()
        if self.recording and self._differs("audio"):
            with self._kept_going("audio"):
                self._report(*diagnose_samples(self.comparison, AudioVariants(self.recording)))
        if "mel" in self.comparison.port:
            with self._kept_going("mel"):
                self._mel()
        with self._kept_going("features"):
            self._downstream()
        return self._ordered()

    @contextmanager
    def _kept_going(self, stage: StageName) -> Iterator[None]:
        """Keep what is found elsewhere where the diagnosis of a stage fails, and say that it did."""
        try:
            yield
        except CancelledError:
            raise
        except Exception as error:
            self._report((), failed_diagnosis(stage, error).unexplained)

    def _leave_out_empty(self) -> None:
        reference, port = self.comparison.reference, self.comparison.port
        self.comparison = replace(self.comparison, reference=_filled(reference), port=_filled(port))
        empty = (name for name in port if name not in self.comparison.port)
        self._report(
            (), [Unexplained(name, "the port's stage is empty: there is nothing to diagnose") for name in empty]
        )

    def _fix_memory_order(self) -> None:
        self.comparison, laid, apart = with_mel(self.comparison)
        self._report(laid, apart)
        port, across = fix_memory_order(self.comparison.port, self.comparison.reference)
        self.comparison = replace(self.comparison, port=port)
        self._report(across)

    def _look_at_rows(self) -> None:
        port = self.comparison.port
        if "mel" not in port:
            self.comparison, self.rows = with_rows(self.comparison)
        self._report(structural_findings(self.comparison))

    def _downstream(self) -> None:
        part = part_finding(self.comparison) if not any(one.id == LENGTH for one in self.so_far.findings) else None
        self._report([part] if part else [])
        downstream = diagnose_downstream(self.comparison, self.encoder, self.so_far, self._tick)
        known = {finding.id for finding in downstream.findings}
        known |= {id for finding in downstream.findings for id in BROUGHT_ABOUT.get(finding.id, ())}
        structure = tuple(finding for finding in self.so_far.findings if finding.id not in known)
        self.so_far = replace(self.so_far, findings=structure)
        if "mel" in self.comparison.port or part or self.comparison.verdict != "differ":
            self._report(downstream.findings, downstream.unexplained, downstream.indistinguishable)
        else:
            partial = diagnose_without_mel(
                self.comparison,
                self.rows,
                downstream,
                self.so_far,
                sources=self._sources(),
                encoder=self.encoder,
                on_progress=self._on_progress,
            )
            self._report_new(partial)
        self._report(self._coarse())

    def _coarse(self) -> list[Finding]:
        """The first stage behind the mel spectrogram whose rounding shows, where no stage before it has any."""
        if any(finding.id == "precision" for finding in self.so_far.findings):
            return []
        names = (name for name in STAGE_NAMES[_MEL + 1 :] if name in self.comparison.port and self._differs(name))
        written = not self.so_far.findings and not self.so_far.unexplained
        found = (precision_findings(self.comparison, written=written, stage=name) for name in names)
        return next((one for one in found if one), [])

    def _ordered(self) -> Diagnosis:
        found = sorted(self.so_far.findings, key=lambda one: max(_order(one.stage), _MEL))
        self.so_far = replace(self.so_far, findings=tuple(found), seconds=perf_counter() - self.started)
        self.progress(self.so_far)
        return self.so_far

    def _mel(self) -> None:
        verdict = self.comparison["mel"].verdict
        sources = self._sources()
        if sources is None and verdict == "differ":
            why = Unexplained("mel", "no recording: faults of the mel stage cannot be tried")
            self._report(consistent_with_counts(self.comparison), [why])
        if sources is None or verdict == "identical" or not np.isfinite(self.comparison.port["mel"].array).any():
            return
        coarse = precision_findings(self.comparison, written=False)
        self._report(coarse)
        config = self.comparison.reference.config or Config()
        lag = self.comparison["mel"].lag or 0
        front = identify_mel(self.comparison.port["mel"], config.mel, sources, self._seen_faults, lag)
        if front.found is None and verdict == "differ":
            clipped = "nearly all values are clipped or constant: they show no fault"
            self._report((), [Unexplained("mel", clipped)])
        elif front.reached or verdict == "differ":
            self._tell_mel(front.diagnosis, written=not coarse and front.reached)

    def _tell_mel(self, found: Diagnosis, *, written: bool) -> None:
        """Tell what the port's chain is; its rounding alone where that is all that it has otherwise."""
        self._report(found.findings, found.unexplained, found.indistinguishable)
        self.so_far = replace(self.so_far, profile=found.profile, recipe=found.recipe)
        if written and not found.findings and self._differs("mel"):
            self._report(precision_findings(self.comparison, written=True))

    def _seen_faults(self, faults: tuple[Hypothesis, ...]) -> None:
        self.progress(replace(self.so_far, candidates=faults))

    def _differs(self, name: StageName) -> bool:
        return any(stage.stage == name and stage.verdict == "differ" for stage in self.comparison.stages)

    def _report_new(self, partial: Diagnosis) -> None:
        """Tell findings that are not known yet, each once."""
        known = {finding.id for finding in self.so_far.findings}
        new = {finding.id: finding for finding in partial.findings if finding.id not in known}
        self._report(new.values(), partial.unexplained, partial.indistinguishable)

    def _sources(self) -> AudioVariants | None:
        """The port's own samples before the reference's, so that a fault of reading is not laid on the mel stage."""
        port = self.comparison.port
        if "audio" in port and port["audio"].frames is None:
            with suppress(InputError):  # samples that are no numbers cannot be what the mel was made from
                return AudioVariants(
                    from_samples(np.asarray(port["audio"].array), SAMPLE_RATE, name="the port's samples")
                )
        return AudioVariants(self.recording) if self.recording else None

    def _tick(self) -> None:
        self.progress(self.so_far)

    def _on_progress(self, candidate: Candidate) -> None:
        self.progress(replace(self.so_far, candidates=candidate.faults))

    def _report(
        self,
        findings: Iterable[Finding] = (),
        unexplained: Iterable[Unexplained] = (),
        indistinguishable: Iterable[Equivalence] = (),
    ) -> None:
        self.so_far = replace(
            self.so_far,
            findings=(*self.so_far.findings, *findings),
            unexplained=(*self.so_far.unexplained, *unexplained),
            indistinguishable=(*self.so_far.indistinguishable, *indistinguishable),
            seconds=perf_counter() - self.started,
        )
        self.progress(self.so_far)


def _filled(run: Run) -> Run:
    """Leave out the stages without values."""
    return replace(run, stages={name: stage for name, stage in run.stages.items() if stage.array.size})

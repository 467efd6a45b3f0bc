"""The diagnosis of a port of any recipe: its stages in order, each searched behind what is known of those before."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import CancelledError, InputError
from ...compare.alignment import time_major
from ...compare.comparison import Comparison
from ...config import AudioConfig
from ...recipe.compute import audio_config
from ...recipe.recipe import Recipe
from ...stages.audio import Recording, read_audio
from ..findings import Diagnosis, OnDiagnosis, Unexplained, failed_diagnosis
from ..hypotheses import Hypothesis
from ..hypotheses import audio_config as changed_config
from ..mel_faults import CHANNELS, HEADERS, RESAMPLERS, no_resample
from .ends import farther, front_stages
from .identify import Signals
from .sampled import Blocks
from .stage import MAX_REREAD_SECONDS, FrontStage, front_stage

AUDIO = "audio"
OTHER_LENGTH = 0.05
"""Share by which the number of rows has to be another one before the samples' rate is asked for: 48 and 44.1 kHz are
8 % apart, and no padding is that long."""


def diagnose_recipe(
    comparison: Comparison, recipe: Recipe, recording: Recording | None, progress: OnDiagnosis
) -> Diagnosis:
    """Name the faults by which a port's rows come from the recording, stage by stage.

    Parameters
    ----------
    comparison : Comparison
        The port against a run of the recipe.
    recording : Recording or None
        What both are of; without its file the recording cannot be read in other ways.
    progress : callable
        Called with what is found so far; raises `CancelledError`.
    """
    start, signals = perf_counter(), _signals(comparison, recipe, recording)
    found = Diagnosis()
    if signals is not None:
        searched = _Stages(comparison, recipe, signals, progress)
        for name, blocks in front_stages(comparison, recipe):
            searched.search(name, blocks)
        found = searched.found
    if not found.findings and not found.unexplained and comparison.verdict == "differ":
        found = replace(found, unexplained=tuple(_nothing(comparison, signals)))
    found = replace(found, seconds=perf_counter() - start)
    progress(found)
    return found


@dataclass(slots=True, eq=False)
class _Stages:
    """The stages in order: the chain that is known so far, and how many of the recipe's blocks it is in place of."""

    comparison: Comparison
    recipe: Recipe
    signals: Signals
    progress: OnDiagnosis
    start: float = field(default_factory=perf_counter)
    found: Diagnosis = field(default_factory=Diagnosis)
    chain: Blocks = ()
    done: int = 0

    def search(self, name: str, blocks: Blocks) -> None:
        """Find out what a stage is, and keep it."""
        compared = next((each for each in self.comparison.stages if each.stage == name), None)
        if compared is None or compared.verdict == "identical":
            return
        try:
            front = self._front(name, blocks, compared.lag or 0)
        except CancelledError:
            raise
        except Exception as error:
            self._tell(failed_diagnosis(name, error))
            return
        if compared.verdict == "differ" or front.reached:  # else it agrees, and nothing more is known
            self._tell(front.diagnosis)

    def _front(self, name: str, blocks: Blocks, lag: int) -> FrontStage:
        reference = (*self.chain, *blocks[self.done :])
        whole = (*self.chain, *farther(self.recipe, blocks)[self.done :])

        def seen(faults: tuple[Hypothesis, ...]) -> None:
            self.progress(replace(self.found, candidates=faults))

        port, audio = self.comparison.port[name], self._audio(name)
        front = front_stage(port, reference, self.recipe, self.signals, seen, audio=audio, whole=whole, lag=lag)
        if front.found is not None and front.reached:
            self.chain, self.done = front.found.candidate.blocks, len(blocks) + front.end - len(reference)
        return front

    def _audio(self, name: str) -> tuple[tuple[Hypothesis, ...], ...]:
        """The readings of the recording to begin with: samples that were not resampled give another number of rows."""
        ratio = len(time_major(self.comparison.port[name])) / max(len(time_major(self.comparison.reference[name])), 1)
        others = [fault for fault in self.signals.readings if fault.id == "no_resample"]
        return ((), *((fault,) for fault in others if abs(ratio - 1) > OTHER_LENGTH))

    def _tell(self, new: Diagnosis) -> None:
        self.found = _together(self.found, new, perf_counter() - self.start)
        self.progress(self.found)


def _nothing(comparison: Comparison, signals: Signals | None) -> list[Unexplained]:
    why = "no samples: faults cannot be tried" if signals is None else "no known fault gives the port's values"
    return [Unexplained(stage.stage, why) for stage in comparison.stages if stage.verdict == "differ"]


def _together(one: Diagnosis, other: Diagnosis, seconds: float) -> Diagnosis:
    known = {(finding.id, finding.value) for finding in one.findings}
    return Diagnosis(
        (*one.findings, *(each for each in other.findings if (each.id, each.value) not in known)),
        (*one.unexplained, *other.unexplained),
        tuple(dict.fromkeys((*one.indistinguishable, *other.indistinguishable))),
        seconds,
        profile=other.profile or one.profile,
        recipe=other.recipe or one.recipe,
    )


@dataclass(slots=True, eq=False)
class _Readings:
    """The samples of a recording as ports may have read it, at a recipe's rate; what was read last is kept."""

    plain: NDArray
    recording: Recording | None
    config: AudioConfig
    _kept: dict[tuple[Hypothesis, ...], NDArray | None] = field(default_factory=dict)

    def samples(self, audio: object) -> NDArray | None:
        if not audio or self.recording is None:
            return self.plain if not audio else None
        assert isinstance(audio, tuple)
        if audio not in self._kept:
            self._kept[audio] = None
            with suppress(InputError):
                config = changed_config(audio, self.config)
                self._kept[audio] = read_audio(self.recording.path, config).samples
        return self._kept[audio]

    def others(self) -> tuple[Hypothesis, ...]:
        """Ways to read it that this recording can be read in."""
        if self.recording is None or not self.recording.path.is_file():
            return ()
        if len(self.plain) > MAX_REREAD_SECONDS * self.config.sample_rate:
            return ()
        table = [fault for fault in HEADERS if not fault.raw]
        table += CHANNELS[:3] if self.recording.format.channels > 1 else ()
        resampled = self.recording.format.rate != self.config.sample_rate and self.config.resample
        table += [*RESAMPLERS, no_resample(self.recording.format.rate)] if resampled else []
        return tuple(table)


def _signals(comparison: Comparison, recipe: Recipe, recording: Recording | None) -> Signals | None:
    reference = comparison.reference
    if AUDIO not in reference or reference[AUDIO].frames is not None:
        return None
    samples = np.asarray(reference[AUDIO])
    readings = _Readings(samples, recording, audio_config(recipe))
    resampled = recording is not None and recording.format.rate != recipe.rate
    channels = recording.format.channels if recording is not None and recording.path.is_file() else 1
    return Signals(readings.samples, recipe.rate, resampled, readings.others(), channels)

"""The mel stage of SyncTalk_2D's pipeline: the readings and counts that its search over recipes begins with."""

from collections.abc import Callable
from dataclasses import dataclass

from ..config import SAMPLE_RATE, MelConfig
from ..run import Stage
from .audio_variants import AudioVariants
from .columns import ColumnSource
from .front.identify import Signals
from .front.stage import MAX_REREAD_SECONDS, FrontStage, front_stage, mel_recipe
from .hypotheses import Hypothesis
from .seeds import audio_faults, timings


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """How many columns a port has."""

    source: ColumnSource
    total: int

    def off(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give by how many columns a port with these faults would have others."""
        return abs(self.total - self.source.column_count(chosen))


def identify_mel(
    port: Stage,
    config: MelConfig,
    sources: AudioVariants,
    seen: Callable[[tuple[Hypothesis, ...]], None],
    lag: int = 0,
) -> FrontStage:
    """Find out which chain gives a port's mel spectrogram.

    Parameters
    ----------
    config : MelConfig
        The reference's.
    sources : AudioVariants
        The recording.
    seen : callable
        Called with the faults of the nearest candidate now and then; raises `CancelledError`.
    lag : int
        Column t of the port is of the moment of column t + lag of the reference.
    """
    recipe, chain = mel_recipe(config)
    columns = _Columns(ColumnSource(sources, ()), port.shape[1])
    format = sources.recording.format
    short = len(sources.recording.samples) < MAX_REREAD_SECONDS * SAMPLE_RATE
    readings = audio_faults(columns) if short else ()
    timed = (tuple(fault for fault in timing if fault.stage == "audio") for timing in timings(columns))
    channels = format.channels if sources.from_file else 1
    signals = Signals(sources.samples, SAMPLE_RATE, format.rate != SAMPLE_RATE, readings, channels)
    return front_stage(port, chain, recipe, signals, seen, audio=tuple(dict.fromkeys([(), *timed])), lag=lag)

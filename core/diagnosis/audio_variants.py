"""The samples that a port with faults of its audio stage would have begun with."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..base.arrays import NDArray
from ..base.files import open_file
from ..config import AudioConfig
from ..sound.riff import find_data_chunk
from ..stages.audio import Recording
from .audio_variant import AudioVariant, encoding_of
from .hypotheses import Encoding, Hypothesis, RawRead, audio_config, raw_read

_MAX_KEPT = 1 << 26
"""Samples of readings that are kept."""
_Key = tuple[AudioConfig, RawRead | None]
_PLAIN: _Key = AudioConfig(), None


@dataclass(slots=True, eq=False)
class AudioVariants:
    """Reads a recording as the hypotheses say, and keeps what was read last.

    Attributes
    ----------
    recording : Recording
        The reference's.
    """

    recording: Recording
    _readings: dict[_Key, AudioVariant] = field(default_factory=dict)

    def samples(self, chosen: Iterable[Hypothesis] = ()) -> NDArray | None:
        """Give the (n,) float32 samples of a port with these faults; None where the file cannot be read that way."""
        reading = self._reading(chosen)
        return reading.samples() if reading else self.recording.samples

    def count(self, chosen: Iterable[Hypothesis] = ()) -> int:
        """Give how many samples a port with these faults has; 0 where the file cannot be read that way."""
        reading = self._reading(chosen)
        return reading.count if reading else len(self.recording.samples)

    def peak(self, chosen: Iterable[Hypothesis] = ()) -> float:
        """Give the largest absolute sample that a port with these faults has, never 0; 1 where it has none."""
        return (self._reading(chosen) or self._kept(_PLAIN)).peak

    @property
    def from_file(self) -> bool:
        """Whether the file is there to be read in other ways."""
        return self.recording.path.is_file()

    @property
    def encoding(self) -> Encoding | None:
        """What the samples of a WAV file are; None where it is none, or of a type that is never misread."""
        return encoding_of(self.recording)

    @property
    def data_start(self) -> int:
        """The byte of a WAV file at which its samples begin; -1 where there is none."""
        with open_file(self.recording.path, "a WAV file") as file:
            chunk = find_data_chunk(file)
        return chunk.start if chunk else -1

    def _reading(self, chosen: Iterable[Hypothesis]) -> AudioVariant | None:
        """How the file is read with these faults; None where it is as the reference reads it."""
        chosen = tuple(chosen)
        key = audio_config(chosen, AudioConfig()), raw_read(chosen)
        return None if key == _PLAIN else self._kept(key)

    def _kept(self, key: _Key) -> AudioVariant:
        """A reading, now the last whose samples are let go of."""
        whole = self.recording.samples if key == _PLAIN else None
        reading = self._readings.pop(key, None) or AudioVariant(self.recording, *key, whole)
        held = [one for one in self._readings.values() if one.held]
        while held and sum(one.held for one in held) > _MAX_KEPT:
            held.pop(0).forget()
        self._readings[key] = reading
        return reading

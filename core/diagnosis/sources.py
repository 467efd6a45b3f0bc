"""The samples that a port with faults of its audio stage would have begun with."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import AudioConfig
from ..errors import InputError
from ..sound.riff import find_data_chunk
from ..stages.audio import Recording, from_samples, read_audio
from .hypotheses import Hypothesis, RawRead, audio_config

_MOST_KEPT = 4
_FULL_SCALE = {"int16": ("<i2", 32768.0, 0.0), "uint8": ("u1", 128.0, 128.0)}


@dataclass(slots=True, eq=False)
class Sources:
    """Reads a recording as the hypotheses say, and keeps the last few readings.

    Attributes
    ----------
    recording : Recording
        The reference's.
    """

    recording: Recording
    _kept: dict[tuple[AudioConfig, RawRead | None], NDArray | None] = field(default_factory=dict)

    def samples(self, chosen: Iterable[Hypothesis] = ()) -> NDArray | None:
        """Give the (n,) float32 samples of a port with these faults; None where the file cannot be read that way."""
        chosen = tuple(chosen)
        config = audio_config(chosen, AudioConfig())
        raw = next((hypothesis.raw for hypothesis in chosen if hypothesis.raw), None)
        if config == AudioConfig() and raw is None:
            return self.recording.samples
        if (config, raw) not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[config, raw] = self._read(config, raw)
        return self._kept[config, raw]

    @property
    def from_file(self) -> bool:
        """Whether the file is there to be read in other ways."""
        return self.recording.path.is_file()

    @property
    def data_start(self) -> int:
        """The byte of a WAV file at which its samples begin; -1 where there is none."""
        with self.recording.path.open("rb") as file:
            chunk = find_data_chunk(file)
        return chunk.start if chunk else -1

    def _read(self, config: AudioConfig, raw: RawRead | None) -> NDArray | None:
        try:
            if raw:
                return from_samples(self._misread(raw), self.recording.format.rate, config).samples
            if self.from_file and (self.recording.format.rate != 16000 or not config.skip_samples):
                return read_audio(self.recording.path, config).samples
            return _shifted(self.recording.samples, config)
        except InputError:
            return None

    def _misread(self, raw: RawRead) -> npt.NDArray[np.float32]:
        """Take the file's bytes for interleaved samples, (frames, channels)."""
        kind, full, middle = _FULL_SCALE[raw.encoding]
        with self.recording.path.open("rb") as file:
            chunk = find_data_chunk(file)
            if chunk is None:
                raise InputError(f"{self.recording.path}: not a WAV file, and so not misread as one")
            file.seek(chunk.start if raw.start < 0 else raw.start)
            data = file.read(chunk.start + chunk.size - file.tell())
        values = np.frombuffer(data[: len(data) // 8 * 8], kind).astype(np.float32)
        channels = self.recording.format.channels
        usable = values[: len(values) // channels * channels].reshape(-1, channels)
        return np.asarray((usable - np.float32(middle)) / np.float32(full))


def _shifted(samples: NDArray, config: AudioConfig) -> NDArray | None:
    """Skip samples of an array that is no file; every other reading of it is the same as the reference's."""
    if config.skip_samples < 0:
        return np.concatenate([np.zeros(-config.skip_samples, np.float32), samples])
    return samples[config.skip_samples :] if config.skip_samples else None

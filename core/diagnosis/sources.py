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
from .hypotheses import Encoding, Hypothesis, RawRead, audio_config, raw_read

_MOST_KEPT = 1 << 26
"""Samples of readings that are kept: those of all hypotheses on a recording of some minutes."""
_SAMPLE_TYPES: dict[Encoding, str] = {"int8": "i1", "uint8": "u1", "int16": "<i2", "int32": "<i4", "float32": "<f4"}
_ENCODINGS: dict[str, Encoding] = {
    "Unsigned 8 bit PCM": "uint8",
    "Signed 16 bit PCM": "int16",
    "Signed 32 bit PCM": "int32",
    "32 bit float": "float32",
}
"""By what libsndfile calls them."""


@dataclass(slots=True, eq=False)
class Sources:
    """Reads a recording as the hypotheses say, and keeps the last few readings.

    Attributes
    ----------
    recording : Recording
        The reference's.
    """

    recording: Recording
    _peaks: dict[tuple[AudioConfig, RawRead | None], float] = field(default_factory=dict)
    _kept: dict[tuple[AudioConfig, RawRead | None], NDArray | None] = field(default_factory=dict)

    def samples(self, chosen: Iterable[Hypothesis] = ()) -> NDArray | None:
        """Give the (n,) float32 samples of a port with these faults; None where the file cannot be read that way."""
        chosen = tuple(chosen)
        config = audio_config(chosen, AudioConfig())
        raw = raw_read(chosen)
        if config == AudioConfig() and raw is None:
            return self.recording.samples
        if (config, raw) not in self._kept:
            self._kept[config, raw] = self._read(config, raw)
            while (
                len(self._kept) > 1 and sum(0 if one is None else one.size for one in self._kept.values()) > _MOST_KEPT
            ):
                self._kept.pop(next(iter(self._kept)))
        return self._kept[config, raw]

    def peak(self, chosen: Iterable[Hypothesis] = ()) -> float:
        """Give the largest absolute sample that a port with these faults has, never 0; 1 where it has none."""
        chosen = tuple(chosen)
        key = audio_config(chosen, AudioConfig()), raw_read(chosen)
        if key not in self._peaks:
            samples = self.samples(chosen)
            self._peaks[key] = 1.0 if samples is None else max(float(np.abs(samples).max(initial=0)), 1e-9)
        return self._peaks[key]

    @property
    def from_file(self) -> bool:
        """Whether the file is there to be read in other ways."""
        return self.recording.path.is_file()

    @property
    def encoding(self) -> Encoding | None:
        """What the samples of a WAV file are; None where it is none, or of a type that is never misread."""
        container, _, kind = self.recording.format.description.partition(", ")
        return _ENCODINGS.get(kind) if self.from_file and "WAV" in container else None

    @property
    def data_start(self) -> int:
        """The byte of a WAV file at which its samples begin; -1 where there is none."""
        with self.recording.path.open("rb") as file:
            chunk = find_data_chunk(file)
        return chunk.start if chunk else -1

    def _read(self, config: AudioConfig, raw: RawRead | None) -> NDArray | None:
        try:
            if raw:
                with np.errstate(over="ignore", invalid="ignore"):  # garbage is what a misreading port has
                    return from_samples(self._misread(raw), self.recording.format.rate, config).samples
            if self.from_file and (self.recording.format.rate != 16000 or not config.skip_samples):
                return read_audio(self.recording.path, config).samples
            return _shifted(self.recording.samples, config)
        except InputError:
            return None

    def _misread(self, raw: RawRead) -> npt.NDArray[np.float32]:
        """Take the file's bytes for interleaved samples, (frames, channels)."""
        with self.recording.path.open("rb") as file:
            chunk = find_data_chunk(file)
            if chunk is None:
                raise InputError(f"{self.recording.path}: not a WAV file, and so not misread as one")
            file.seek(chunk.start if raw.start is None else raw.start)
            data = file.read(chunk.start + chunk.size - file.tell())
        values = _decoded(data, raw.encoding or self.encoding)
        channels = self.recording.format.channels
        return values[: len(values) // channels * channels].reshape(-1, channels)


def _decoded(data: bytes, encoding: Encoding | None) -> npt.NDArray[np.float32]:
    """Take bytes for samples of full scale 1.0."""
    if encoding is None:
        raise InputError("samples of another type than 8, 16 or 32 bits cannot be misread")
    dtype = np.dtype(_SAMPLE_TYPES[encoding])
    values = np.frombuffer(data[: len(data) // dtype.itemsize * dtype.itemsize], dtype)
    if dtype.kind == "f":
        return values.astype(np.float32)
    full = 2.0 ** (8 * dtype.itemsize - 1)
    return np.asarray((values - (full if dtype.kind == "u" else 0.0)) / full, np.float32)


def _shifted(samples: NDArray, config: AudioConfig) -> NDArray | None:
    """Skip samples of an array that is no file; every other reading of it is the same as the reference's."""
    if config.skip_samples < 0:
        return np.concatenate([np.zeros(-config.skip_samples, np.float32), samples])
    return samples[config.skip_samples :] if config.skip_samples else None

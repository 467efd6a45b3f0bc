"""One way to read a recording."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..base.files import open_file
from ..config import SAMPLE_RATE, AudioConfig
from ..sound.riff import DataChunk, find_data_chunk
from ..stages.audio import Recording, from_samples, read_audio
from .hypotheses import Encoding, RawRead

_EXACT_LENGTHS = ("WAV", "FLAC", "AIFF", "RF64", "W64")
"""Containers that say how many samples there are."""
_SAMPLE_TYPES: dict[Encoding, str] = {"int8": "i1", "uint8": "u1", "int16": "<i2", "int32": "<i4", "float32": "<f4"}
_ENCODINGS: dict[str, Encoding] = {
    "Unsigned 8 bit PCM": "uint8",
    "Signed 16 bit PCM": "int16",
    "Signed 32 bit PCM": "int32",
    "32 bit float": "float32",
}
"""By what libsndfile calls them."""


def encoding_of(recording: Recording) -> Encoding | None:
    """Give what the samples of a WAV file are; None where it is none, or of a type that is never misread."""
    container, _, kind = recording.format.description.partition(", ")
    return _ENCODINGS.get(kind) if recording.path.is_file() and "WAV" in container else None


@dataclass(slots=True, eq=False)
class AudioVariant:
    """A recording as a port with faults of its audio stage reads it.

    Attributes
    ----------
    recording : Recording
        The reference's.
    config : AudioConfig
        How its sound becomes mono samples.
    raw : RawRead or None
        How the bytes of its file are misread.
    """

    recording: Recording
    config: AudioConfig
    raw: RawRead | None
    _whole: NDArray | None = None
    _layout: tuple[int, Encoding, int, int] | None = None
    _count: int = -1
    _peak: float = 0.0
    _unreadable: bool = False

    @property
    def held(self) -> int:
        """How many samples it keeps in memory."""
        return 0 if self._whole is None else self._whole.size

    @property
    def count(self) -> int:
        """How many samples it has; 0 where the file cannot be read in this way."""
        if self._count < 0:
            self._count = self._counted()
        return self._count

    @property
    def peak(self) -> float:
        """The largest absolute sample, never 0; 1 where there is none."""
        if not self._peak:
            samples = self.samples()
            self._peak = 1.0 if samples is None else max(float(np.abs(samples).max(initial=0)), 1e-9)
        return self._peak

    def forget(self) -> None:
        """Let go of the samples."""
        self._whole = None

    def samples(self) -> NDArray | None:
        """Give all (n,) float32 samples; None where the file cannot be read in this way."""
        if self._whole is None and not self._unreadable:
            try:
                self._whole = self._read()
            except InputError:
                self._unreadable = True
        return self._whole

    @property
    def _rate(self) -> int:
        return self.recording.format.rate if self.config.resample else SAMPLE_RATE

    @property
    def _is_sum(self) -> bool:
        """Whether it is the reference's, times a power of 2: exactly so, whatever resampling rounds."""
        plain = self.raw is None and replace(self.config, channel="mean") == AudioConfig()
        channels = self.recording.format.channels
        return plain and self.config.channel == "sum" and not channels & (channels - 1)

    @property
    def _countable(self) -> bool:
        """Whether its length is known without reading it."""
        format = self.recording.format
        if self._is_sum or not self.recording.path.is_file():
            return False
        whole = -(-format.frames * SAMPLE_RATE // format.rate) == len(self.recording.samples)
        exact = format.description.startswith(_EXACT_LENGTHS) and "MPEG" not in format.description
        return self.raw is not None or (whole and exact)

    def _counted(self) -> int:
        if self._whole is not None or not self._countable:
            samples = self.samples()
            return 0 if samples is None else len(samples)
        try:
            mono = self._mono_count()
        except InputError:
            return 0
        return int(np.ceil(mono * (SAMPLE_RATE / self._rate)))

    def _mono_count(self) -> int:
        """Samples at the file's rate, after those that are skipped."""
        format = self.recording.format
        frames = self._raw_frames() if self.raw else format.frames
        return max(0, frames * (format.channels if self.config.interleaved else 1) - self.config.skip_samples)

    def _read(self) -> NDArray | None:
        format, config = self.recording.format, self.config
        if self._is_sum:
            return self.recording.samples * np.float32(format.channels)
        if self.raw:
            return from_samples(self._misread(), format.rate, config).samples
        if self.recording.path.is_file():
            return read_audio(self.recording.path, config).samples
        return _shifted(self.recording.samples, config)

    def _raw_frames(self) -> int:
        """How many frames the file's bytes are taken for."""
        return self._raw_layout()[3]

    def _raw_layout(self) -> tuple[int, Encoding, int, int]:
        """First byte taken for a sample, what the bytes are taken for, bytes of a frame, and number of frames."""
        if self._layout is None:
            raw, chunk = self.raw or RawRead(), self._chunk()
            encoding = raw.encoding or encoding_of(self.recording)
            if encoding is None:
                raise InputError("only samples of 8, 16 or 32 bits can be misread")
            size = np.dtype(_SAMPLE_TYPES[encoding]).itemsize * self.recording.format.channels
            start = chunk.start if raw.start is None else raw.start
            there = min(chunk.start + chunk.size, self.recording.path.stat().st_size)
            self._layout = start, encoding, size, max(0, there - start) // size
        return self._layout

    def _chunk(self) -> DataChunk:
        with open_file(self.recording.path, "a WAV file") as file:
            chunk = find_data_chunk(file)
        if chunk is None:
            raise InputError(f"{self.recording.path}: not a WAV file, and so not misread as one")
        return chunk

    def _misread(self) -> npt.NDArray[np.float32]:
        """Take the file's bytes for interleaved samples, (frames, channels)."""
        begin, encoding, size, frames = self._raw_layout()
        with open_file(self.recording.path, "a WAV file") as file:
            file.seek(begin)
            data = file.read(frames * size)
        with np.errstate(over="ignore", invalid="ignore"):  # garbage is what a misreading port has
            return _decoded(data[: len(data) // size * size], encoding).reshape(-1, self.recording.format.channels)


def _decoded(data: bytes, encoding: Encoding) -> npt.NDArray[np.float32]:
    """Take bytes for samples of full scale 1.0."""
    values = np.frombuffer(data, _SAMPLE_TYPES[encoding])
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    full = 2.0 ** (8 * values.dtype.itemsize - 1)
    return np.asarray((values - (full if values.dtype.kind == "u" else 0.0)) / full, np.float32)


def _shifted(samples: NDArray, config: AudioConfig) -> NDArray | None:
    """Skip samples of an array that is no file; every other reading of it is the same as the reference's."""
    if config.skip_samples < 0:
        return np.concatenate([np.zeros(-config.skip_samples, np.float32), samples])
    return samples[config.skip_samples :] if config.skip_samples else None

"""Sounds that FFmpeg's libraries decode: AAC in M4A, MP4 and MOV, and what else libsndfile does not know."""

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

import av
import av._core
import numpy as np

from ..base.errors import InputError
from .format import Block, SoundFormat, damaged, incomplete
from .stream import SoundStream

_CONTAINERS = "mov,matroska,asf,avi,flv,mpegts,mpeg,aac,ac3,amr,mp3,ogg,flac,wav,w64,caf"
"""What is let in: files that hold their sound themselves, not playlists that name other files or addresses."""
_TAIL_SECONDS = 0.5
"""A MOV or MP4 header may promise so much more than its packets decode to."""
_MAX_ALLOCATION = 256 << 20
"""Bytes that FFmpeg's libraries may ask for at once: twice their largest table, the index of 24 hours of M4A."""
_WIDE_PCM = ("pcm_s64le", "pcm_s64be")
"""Samples that are decoded to float32: of 64 bits only the upper 16 would be left."""

with suppress(AttributeError, OSError):  # a build whose libraries cannot be asked has their own limit, 2 GB
    # Lengths in a damaged header are believed otherwise: 116 bytes would take 2 GB.
    ctypes.CDLL(av._core.__file__).av_max_alloc(ctypes.c_size_t(_MAX_ALLOCATION))


class LibavSound:
    """An open sound that FFmpeg's libraries decode, to 16 bits as the ffmpeg program gives it to librosa."""

    def __init__(self, stream: SoundStream, refusal: str) -> None:
        try:
            options = {"format_whitelist": _CONTAINERS}
            self._container = av.open(stream, "r", options=options, metadata_errors="replace")
        except av.FFmpegError:
            raise _unreadable(refusal) from None
        self._track = self._audio_track(refusal)
        self.format = self._read_format()
        self._decoded = 0

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield consecutive blocks (n, channels) of at most `frames` frames."""
        try:
            yield from self._blocks(frames)
        except (av.FFmpegError, ValueError) as error:  # ValueError: the rate or the channels change on the way
            reason = getattr(error, "strerror", None) or str(error)
            raise damaged(self._decoded_seconds(), reason) from None
        promised = self._track_seconds() if self._container.format.name.startswith("mov") else 0.0  # else an estimate
        if self._decoded_seconds() < promised - _TAIL_SECONDS:
            raise incomplete(self._decoded_seconds(), promised)

    def close(self) -> None:
        """Let go of the decoder."""
        self._container.close()

    def _audio_track(self, refusal: str) -> av.AudioStream:
        streams = self._container.streams
        track = streams.best("audio")
        if isinstance(track, av.AudioStream):
            return track
        if streams.video:
            raise InputError("has no audio track; use a recording that has one")
        raise _unreadable(refusal)

    def _read_format(self) -> SoundFormat:
        track = self._track
        if track.codec_context is None:
            raise InputError("has an audio track of a kind that cannot be decoded; convert it to WAV or AAC")
        description = f"{self._container.format.long_name}, {track.codec_context.codec.long_name}"
        return SoundFormat(track.rate, track.channels, round(self._track_seconds() * track.rate), description)

    def _track_seconds(self) -> float:
        track = self._track  # a damaged one may say that it ends before it begins
        return max(0.0, float(track.duration * track.time_base)) if track.duration and track.time_base else 0.0

    def _blocks(self, frames: int) -> Iterator[Block]:
        wide = self._track.codec_context.codec.name in _WIDE_PCM
        converted = av.AudioResampler(format="flt" if wide else "s16", rate=self.format.rate, frame_size=frames)
        for frame in chain(self._frames(), [None]):
            for part in converted.resample(frame):
                samples = part.to_ndarray().reshape(-1, self.format.channels)
                yield np.divide(samples, 1 if wide else 32768, dtype=np.float32)

    def _frames(self) -> Iterator[av.AudioFrame]:
        for packet in self._container.demux(self._track):
            for frame in packet.decode():
                if frame.is_corrupt:
                    raise ValueError("a packet is damaged")
                self._decoded += frame.samples
                yield frame

    def _decoded_seconds(self) -> float:
        return self._decoded / self.format.rate


def _unreadable(refusal: str) -> InputError:
    return InputError(f"is not a readable recording, or is cut short ({refusal}); use WAV, FLAC, OGG, MP3, M4A or MP4")

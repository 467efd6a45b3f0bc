"""Recordings that tests write: noise with something different in every channel."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile

Array = np.ndarray[Any, Any]


def noise(frames: int, channels: int = 1, seed: int = 0) -> Array:
    """Low-pass noise (frames, channels) float32, so that lossy codecs keep it."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 0.02, (frames + 50, channels))
    sums = np.cumsum(steps, axis=0)
    return (sums[50:] - sums[:-50]).clip(-0.9, 0.9).astype(np.float32)


def encoded(samples: Array, rate: int, kind: str = "WAV", subtype: str = "PCM_16", endian: str = "FILE") -> bytes:
    """The bytes of a file that libsndfile writes."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=kind, subtype=subtype, endian=endian)
    return buffer.getvalue()


def write_movie(path: Path, samples: Array, rate: int, codec: str, *, picture: bool = False, **options: str) -> Path:
    """Write int16 samples (frames, channels) with PyAV, with a few pictures in front where wanted."""
    with av.open(str(path), "w", options=options) as container:
        video = container.add_stream("mpeg4", rate=25) if picture else None
        layout = {1: "mono", 2: "stereo", 6: "5.1"}[samples.shape[1]]
        audio = container.add_stream(codec, rate=rate, layout=layout)
        if video is not None:
            video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
            for number in range(3):
                image = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 80 * number, np.uint8), "rgb24")
                container.mux(video.encode(image))
            container.mux(video.encode(None))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "s16", layout)
        frame.sample_rate, frame.pts = rate, 0  # from here the encoder counts its priming
        container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def write_silent_movie(path: Path) -> Path:
    """Write pictures without any audio track."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
        container.mux(video.encode(None))
    return path

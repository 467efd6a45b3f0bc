"""Small runs for tests, with an encoder that needs no weights."""

from typing import Any

import numpy as np
from framescope.core.config import Config
from framescope.core.run import Run, Stage
from framescope.core.stages.features import encode_features
from framescope.core.stages.mel import mel_spectrogram
from framescope.core.stages.padding import pad_features
from framescope.core.stages.tensors import frame_tensors
from framescope.core.stages.windows import context_windows
from framescope.core.timebase import Timebase

from . import signals

Array = np.ndarray[Any, Any]


class ProjectionEncoder:
    """A fixed random projection with a ReLU: as selective as the network, and computed in a millisecond."""

    def __init__(self, seed: int = 0) -> None:
        self.weights = np.random.default_rng(seed).normal(0, 0.05, (16 * 80, 512)).astype(np.float32)

    def encode(self, windows: Array) -> Array:
        flat = np.asarray(windows, np.float32).reshape(len(windows), -1)
        return np.maximum(flat @ self.weights, 0)


class DrawnEncoder:
    """Features that are drawn, not computed: a matrix product's last bits change with the number of threads."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def encode(self, windows: Array) -> Array:
        return self.random.uniform(0, 4, (len(windows), 512)).astype(np.float32)


ENCODER = ProjectionEncoder()


def from_mel(mel: Array, name: str = "run", config: Config | None = None, encoder: Any = ENCODER) -> Run:
    """Compute everything that follows from a mel spectrogram."""
    config = config or Config()
    windows = context_windows(mel, Timebase.of(config))
    features = encode_features(windows, encoder)
    padded = pad_features(features)
    arrays = {"mel": mel, "windows": windows, "features": features, "padded": padded}
    arrays["tensors"] = frame_tensors(padded, len(features), config)
    return Run(name, "computed", {stage: Stage(stage, array) for stage, array in arrays.items()}, config=config)  # type: ignore[arg-type, misc]


def reference(seconds: float = 4) -> Run:
    return from_mel(mel_spectrogram(signals.speech_like(int(16000 * seconds))), "reference")


def dumped(run: Run, kind: Any = np.float32, *, stages: tuple[str, ...] = (), name: str = "port") -> Run:
    """Give a run as a port would have written it: whole arrays of one type."""
    kept = {n: Stage(n, np.asarray(s.array).astype(kind)) for n, s in run.stages.items() if not stages or n in stages}
    return Run(name, "loaded", kept)

"""Framescope: compute, inspect and compare an audio-to-feature pipeline, stage by stage.

Nothing slow is imported before it is used::

    import framescope

    run = framescope.compute("talk.wav", framescope.Config(fps=25))
    run["features"].array[100]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.config import AudioConfig, Config, MelConfig
    from .core.encoder.session import Encoder
    from .core.errors import CancelledError, InputError
    from .core.pipeline import compute
    from .core.resources import sample
    from .core.run import Run, Stage
    from .core.stages.audio import Recording, from_samples, read_audio

__version__ = "0.1.0"

_ROOMS = {
    "AudioConfig": "core.config",
    "CancelledError": "core.errors",
    "Config": "core.config",
    "Encoder": "core.encoder.session",
    "InputError": "core.errors",
    "MelConfig": "core.config",
    "Recording": "core.stages.audio",
    "Run": "core.run",
    "Stage": "core.run",
    "compute": "core.pipeline",
    "from_samples": "core.stages.audio",
    "read_audio": "core.stages.audio",
    "sample": "core.resources",
}

__all__ = [
    "AudioConfig",
    "CancelledError",
    "Config",
    "Encoder",
    "InputError",
    "MelConfig",
    "Recording",
    "Run",
    "Stage",
    "compute",
    "from_samples",
    "read_audio",
    "sample",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'framescope' has no attribute {name!r}")
    return getattr(import_module(f".{_ROOMS[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)

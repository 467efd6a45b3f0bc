"""Framescope: compute, inspect and compare an audio-to-feature pipeline, stage by stage.

Nothing slow is imported before it is used::

    import framescope

    run = framescope.compute("talk.wav", framescope.Config(fps=25))
    run["features"].array[100]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.compare.comparison import Comparison, compare
    from .core.compare.tolerance import load_profile
    from .core.config import AudioConfig, Config, MelConfig
    from .core.encoder.session import Encoder
    from .core.errors import CancelledError, InputError
    from .core.pipeline import compute
    from .core.readers import load_run as load
    from .core.resources import sample
    from .core.run import Run, Stage
    from .core.stages.audio import Recording, from_samples, read_audio

__version__ = "0.1.0"

__all__ = [
    "AudioConfig",
    "CancelledError",
    "Comparison",
    "Config",
    "Encoder",
    "InputError",
    "MelConfig",
    "Recording",
    "Run",
    "Stage",
    "compare",
    "compute",
    "from_samples",
    "load",
    "load_profile",
    "read_audio",
    "sample",
]

_ROOMS = {
    "core.compare.comparison": ("Comparison", "compare"),
    "core.compare.tolerance": ("load_profile",),
    "core.config": ("AudioConfig", "Config", "MelConfig"),
    "core.encoder.session": ("Encoder",),
    "core.errors": ("CancelledError", "InputError"),
    "core.pipeline": ("compute",),
    "core.resources": ("sample",),
    "core.run": ("Run", "Stage"),
    "core.stages.audio": ("Recording", "from_samples", "read_audio"),
}
_DOORS = {name: (room, name) for room, names in _ROOMS.items() for name in names}
_DOORS["load"] = ("core.readers", "load_run")


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'framescope' has no attribute {name!r}")
    room, attribute = _DOORS[name]
    return getattr(import_module(f".{room}", __name__), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)

"""How things are played."""

from dataclasses import dataclass
from importlib.util import find_spec

from ...core.base.errors import InputError

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0) if find_spec("python_stretch") else (1.0,)
"""Speeds to choose from; all between the first and the last are possible. Linux on ARM has no wheel of the library."""
_MAX_LATENCY_MS = 500


@dataclass(frozen=True, slots=True)
class PlaybackOptions:
    """How things are played.

    Attributes
    ----------
    loop : bool
        Whether the selection is repeated, or the whole where nothing is selected.
    speed : float
        0.25 to 2, or 1 alone without python-stretch; the pitch stays.
    volume : float
        0 to 1.
    device : str or None
        One of `Playback.devices`; None: the usual one.
    latency_ms : float
        By how much the sound is heard later than the device says, -500 to 500.
    scrubbing : bool
        Whether dragging the cursor and stepping by a frame are heard.

    Raises
    ------
    InputError
        A number out of its range.
    """

    loop: bool = False
    speed: float = 1.0
    volume: float = 1.0
    device: str | None = None
    latency_ms: float = 0.0
    scrubbing: bool = True

    def __post_init__(self) -> None:
        for name, low, high in (
            ("speed", SPEEDS[0], SPEEDS[-1]),
            ("volume", 0, 1),
            ("latency_ms", -_MAX_LATENCY_MS, _MAX_LATENCY_MS),
        ):
            if not low <= (value := getattr(self, name)) <= high:
                raise InputError(f"{name} is {value}; it must be from {low} to {high}")

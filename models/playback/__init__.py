"""Playing the recording with the cursor on the sample that is heard."""

from .engine import Playback
from .options import SPEEDS, PlaybackOptions

__all__ = ["SPEEDS", "Playback", "PlaybackOptions"]

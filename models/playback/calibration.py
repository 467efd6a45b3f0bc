"""A click track, to find by ear and eye how much later than it says a device is heard."""

import numpy as np

from ...core.sound import Block

PERIOD_SECONDS = 1.0
CLICK_SECONDS = 0.5
"""Where the click lies in the period."""
_TONE_HZ = 2000
_TONE_SECONDS = 0.01


class ClickTrack:
    """A source of one period with a click, mono at 48 kHz."""

    rate = 48_000
    channels = 1

    def read(self, start: int, stop: int) -> Block | None:
        """Give frames of an endless repetition, (n, 1) float32."""
        seconds = np.arange(start, stop) / self.rate % PERIOD_SECONDS - CLICK_SECONDS
        inside = (seconds >= 0) & (seconds < _TONE_SECONDS)
        tone = 0.5 * np.sin(2 * np.pi * _TONE_HZ * seconds) * inside
        return tone[:, None].astype(np.float32)

    def prepare(self) -> bool:
        """Do nothing: everything is ready."""
        return False

    def close(self) -> None:
        """Do nothing."""

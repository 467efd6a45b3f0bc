"""Which frame is audible, by what a device with a scripted clock says."""

import numpy as np
import pytest
from framescope.models.playback.clock import Clock

RATE = 1000
Buffer = tuple[int, int, float]


def steady(count: int, frames: int = 100, rate: float = RATE, start: float = 5.0) -> list[Buffer]:
    return [(i * frames, frames, start + i * frames / rate) for i in range(count)]


@pytest.mark.parametrize(
    ("buffers", "now", "frame"),
    [
        pytest.param([], 7.0, 0, id="nothing was taken"),
        pytest.param(steady(5), 4.9, 0, id="nothing is heard yet"),
        pytest.param(steady(5), 5.123, 123, id="between two buffers"),
        pytest.param(steady(5), 9.0, 500, id="the device takes no more: it waits at the end"),
        pytest.param(steady(600, rate=1010), 5 + 59000 / 1010, 59000, id="a clock that is 1 % fast does not add up"),
        pytest.param([*steady(2), (200, 100, 5.5)], 5.4, 200, id="an xrun is a gap, in which it waits"),
        pytest.param([*steady(2), (200, 100, 5.5)], 5.55, 250, id="after the gap it goes on"),
        pytest.param([*steady(3), (300, 0, 5.3), (300, 0, 5.4), (300, 100, 5.5)], 5.52, 320, id="empty buffers"),
        pytest.param([*steady(3), (300, 100, 5.25)], 5.27, 320, id="the device corrects its clock by 50 ms"),
        pytest.param(steady(400), 5.05 + 39.9, 39950, id="long ago is forgotten, now is not"),
    ],
)
def test_the_audible_frame(buffers: list[Buffer], now: float, frame: float) -> None:
    clock = Clock(RATE)
    for buffer in buffers:
        clock.note(*buffer)
    assert clock.index(now) == pytest.approx(frame, abs=1e-6)


def test_it_never_runs_backwards_whatever_the_device_says() -> None:
    rng = np.random.default_rng(0)
    clock, seen = Clock(RATE), list[float]()
    for first, frames, heard in steady(200):
        clock.note(first, frames, heard + rng.normal(0, 0.08))
        seen.append(clock.index(heard - 0.1 + rng.normal(0, 0.08)))
    assert np.all(np.diff(seen) >= 0)
    assert seen[-1] == pytest.approx(19_800, abs=400)

"""Which frame is audible, by what a device with a scripted clock says."""

import numpy as np
import pytest
from framescope.models.playback.clock import Clock

RATE = 1000
FRAMES = 20
Buffer = tuple[int, int, float, int, bool]


def steady(count: int, rate: float = RATE, first: int = 0, start: float = 5.0) -> list[Buffer]:
    return [(first + i * FRAMES, FRAMES, start + i * FRAMES / rate, FRAMES, i == 0) for i in range(count)]


def late(buffers: list[Buffer], seconds: float) -> list[Buffer]:
    return [(first, frames, heard + seconds, length, dry) for first, frames, heard, length, dry in buffers]


WET = [(first, frames, heard, length, False) for first, frames, heard, length, _ in steady(200, first=1000, start=6.0)]
"""What follows 50 steady buffers."""
UNREADY = [(1000, 0, 6.0 + 0.02 * i, FRAMES, False) for i in range(5)]


@pytest.mark.parametrize(
    ("buffers", "now", "frame"),
    [
        pytest.param([], 7.0, 0, id="nothing was taken"),
        pytest.param(steady(50), 4.9, 0, id="nothing is heard yet"),
        pytest.param(steady(50), 5.123, 123, id="between two buffers"),
        pytest.param(steady(50), 9.0, 1000, id="the device takes no more: it waits at the end"),
        pytest.param([*steady(50), *late(steady(10, first=1000, start=6.0), 0.3)], 6.2, 1000, id="it waits in a gap"),
        pytest.param([*steady(50), *late(steady(10, first=1000, start=6.0), 0.3)], 6.35, 1050, id="it goes on after"),
        pytest.param([*steady(50), *steady(10, first=1019, start=6.0)], 6.05, 1069, id="the device drops a buffer"),
        pytest.param([*steady(50), *UNREADY, *late(WET, 0.1)], 6.15, 1050, id="nothing was ready for a while"),
        pytest.param([*steady(50), *late(WET[:10], 0.05), *WET[10:]], 6.1, 1100, id="wrong for a while"),
        pytest.param([*steady(50), *late(WET, -0.05)], 8.0, 3050, id="the device changes its latency by 50 ms"),
        pytest.param(steady(2000), 5.01 + 39.9, 39910, id="long ago is forgotten, now is not"),
    ],
)
def test_the_audible_frame(buffers: list[Buffer], now: float, frame: float) -> None:
    clock = Clock(RATE)
    for buffer in buffers:
        clock.note(*buffer)
    assert clock.index(now) == pytest.approx(frame, abs=0.2)


def largest_error(said: np.ndarray[tuple[int], np.dtype[np.float64]], rate: float = RATE) -> float:
    """Largest error of what is audible, ms, where a device of this rate errs by `said` seconds of every buffer."""
    clock, errors = Clock(RATE), list[float]()
    for number, (first, frames, heard, length, dry) in enumerate(steady(len(said), rate)):
        clock.note(first, frames, heard + said[number], length, dry)
        if number > 50:
            errors.append(clock.index(heard + 0.005) - min(first + 0.005 * RATE, first + frames))
    return float(np.abs(errors).max()) * 1000 / RATE


SECONDS = 0.02 * np.arange(30_000)
NOISE = np.random.default_rng(0).normal(0, 0.003, len(SECONDS))


@pytest.mark.parametrize(
    ("said", "rate", "most"),
    [
        pytest.param(np.zeros(30_000), RATE * 1.0002, 0.2, id="ten minutes at 200 ppm too fast"),
        pytest.param(np.zeros(30_000), RATE * 0.9998, 0.2, id="ten minutes at 200 ppm too slow"),
        pytest.param(np.zeros(3_000), RATE * 1.01, 25.0, id="a device that is 1 % too fast"),
        pytest.param(NOISE, RATE, 1.5, id="noise"),
        pytest.param(0.014 * (SECONDS % 4) / 4, RATE, 8.0, id="wandering off by 14 ms and back, as PulseAudio does"),
        pytest.param(np.where(SECONDS % 3 < 0.4, 0.06, 0.0)[100:], RATE, 2.5, id="outliers for 0.4 s every 3 s"),
    ],
)
def test_a_device_that_is_wrong_about_buffers_is_right_about_the_cursor(
    said: np.ndarray[tuple[int], np.dtype[np.float64]], rate: float, most: float
) -> None:
    assert largest_error(said, rate) < most


def test_gaps_in_mid_play_are_counted_and_a_start_is_none() -> None:
    clock = Clock(RATE)
    for buffer in [*steady(2), *late(steady(50, first=40, start=5.04), 0.05)]:  # a device that stumbles at once
        clock.note(*buffer)
    assert clock.gaps == 0
    for buffer in late(steady(50, first=1040, start=6.04), 0.2):
        clock.note(*buffer)
    assert clock.gaps == 1
    for buffer in late(steady(50, first=2040, start=7.04), 0.2 + 0.003):  # empty for a moment, and filled in time
        clock.note(*buffer[:4], True)
    assert clock.gaps == 1


def test_it_never_runs_backwards_whatever_the_device_says() -> None:
    rng = np.random.default_rng(0)
    clock, seen = Clock(RATE), list[float]()
    for first, frames, heard, length, dry in steady(1000):
        clock.note(first, frames, heard + rng.normal(0, 0.08), length, dry)
        seen.append(clock.index(heard - 0.1 + rng.normal(0, 0.08)))
    assert np.all(np.diff(seen) >= 0)
    assert seen[-1] == pytest.approx(19_980, abs=300)

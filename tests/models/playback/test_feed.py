"""What the device is given: exact at normal speed, with the right length, pitch and moments at others."""

import numpy as np
import pytest
import soxr
from framescope.models.playback.feed import Passage, feed, samples_of
from framescope.models.playback.line import Line, Route
from helpers.recordings import noise
from helpers.signals import Array

RATE = 16_000


class Samples:
    """A source of samples at hand, of which only the first `ready` can be read yet."""

    def __init__(self, samples: Array, rate: int = RATE) -> None:
        self.samples, self.rate, self.channels = samples, rate, samples.shape[1]
        self.ready = len(samples)

    def read(self, start: int, stop: int) -> Array | None:
        if stop > self.ready < len(self.samples):
            return None
        places = np.arange(start, stop)
        inside = (places >= 0) & (places < len(self.samples))
        return np.where(inside[:, None], self.samples[places.clip(0, len(self.samples) - 1)], 0).astype(np.float32)

    def prepare(self) -> bool:
        return False

    def close(self) -> None:
        pass


def given(
    source: Samples, route: Route, speed: float = 1.0, rate: int = RATE, channels: int = 0, frames: int = 0
) -> Array:
    """What is given in all, or at least so many frames of what never ends."""
    blocks, count = list[Array](), 0
    for block in feed(source, route, speed, rate, channels or source.channels):
        blocks.append(block)
        count += len(block)
        if frames and count >= frames:
            break
    return np.concatenate(blocks)


def test_at_normal_speed_the_samples_are_those_of_the_recording() -> None:
    sound = noise(5000, 2)
    np.testing.assert_array_equal(given(Samples(sound), Route(123, 4567)), sound[123:4567])


@pytest.mark.parametrize(("start", "loop", "stop"), [(0, 0, 1), (700, 250, 1013), (0, 999, 1336), (2000, 250, 1013)])
def test_a_thousand_wraps_lose_and_add_no_sample(start: int, loop: int, stop: int) -> None:
    sound = noise(1500)
    first, again = sound[start:stop], sound[loop:stop]
    if start >= stop:  # as if it had come there by looping
        again = np.roll(again, stop - start, axis=0)
    wanted = np.concatenate([first, *[again] * 1000])
    out = given(Samples(sound), Route(start, stop, loop), frames=len(wanted))
    np.testing.assert_array_equal(out[: len(wanted)], wanted)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_another_rate_is_resampled_as_the_whole_would_be(rate: int, channels: int) -> None:
    sound = noise(9000, channels)
    wanted = soxr.resample(sound[1000:9000], RATE, rate)
    np.testing.assert_allclose(given(Samples(sound), Route(1000, 9000), rate=rate), wanted, atol=1e-6)


@pytest.mark.parametrize(("has", "takes"), [(1, 2), (6, 2), (2, 1)])
def test_other_channels_get_the_mean_of_all(has: int, takes: int) -> None:
    sound = noise(3000, has)
    out = given(Samples(sound), Route(0, 3000), channels=takes)
    np.testing.assert_allclose(out, np.tile(sound.mean(axis=1, keepdims=True), takes), atol=1e-7)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.75, 1.5, 2.0])
def test_another_speed_keeps_the_pitch_and_changes_the_length(speed: float) -> None:
    seconds = np.arange(3 * RATE) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 440 * seconds))[:, None].astype(np.float32)
    out = given(Samples(tone), Route(0, 3 * RATE), speed)[:, 0]
    assert len(out) == round(3 * RATE / speed)
    inner = out[RATE // 4 : -RATE // 4]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    assert spectrum.argmax() * RATE / len(inner) == pytest.approx(440, abs=2)
    level = np.sqrt(np.convolve(inner**2, np.ones(400) / 400, "valid"))
    assert level.min() > 0.7 * level.max(), "the seams between stretched parts are heard"


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_at_another_speed_every_click_is_where_it_belongs(speed: float) -> None:
    places = np.arange(RATE // 2, 6 * RATE, 4321)
    sound = noise(6 * RATE) * 0.01
    sound[places] = 1
    out = np.abs(given(Samples(sound), Route(0, len(sound)), speed)[:, 0])
    near = round(0.05 * RATE)
    found = [place + int(out[place - near : place + near].argmax()) - near for place in (places / speed).astype(int)]
    assert np.abs(found - places / speed).max() < 0.006 * RATE


def test_a_stretched_loop_comes_round_in_time() -> None:
    sound = np.full((RATE, 1), 0.001, np.float32)
    sound[RATE // 2] = 1
    out = given(Samples(sound), Route(0, RATE, 0), 0.5, frames=12 * RATE)[:, 0]
    loud = np.flatnonzero(np.abs(out) > 0.3)
    starts = loud[np.diff(loud, prepend=-RATE) > RATE / 2]
    np.testing.assert_allclose(starts, RATE + 2 * RATE * np.arange(6), atol=0.006 * RATE)


@pytest.mark.parametrize("speed", [0.5, 1.0])
def test_what_is_not_ready_is_waited_for(speed: float) -> None:
    source = Samples(noise(RATE))
    whole = given(source, Route(0, RATE), speed)
    source.ready = RATE // 3
    blocks, out = feed(source, Route(0, RATE), speed, RATE, 1), list[Array]()
    while len(block := next(blocks)):
        out.append(block)
    assert not len(next(blocks))
    source.ready = RATE
    np.testing.assert_array_equal(np.concatenate([*out, *blocks]), whole)


def test_a_grain_rises_and_falls_and_is_the_recording_in_its_middle() -> None:
    sound = noise(RATE)
    passage = Passage(0.25, 0.31, grain=True)
    route = passage.route(4000, RATE, RATE)
    (block,) = samples_of(passage, route, Samples(sound), Line(RATE, 1))
    wanted = sound[4000:4960]
    np.testing.assert_array_equal(block[240:-240], wanted[240:-240])
    assert np.all(np.abs(block) <= np.abs(wanted))
    assert block[0] == block[-1] == 0


def test_a_loop_of_nothing_is_a_short_one() -> None:
    route = Passage(1.0, 1.0, loop=1.0).route(RATE, RATE, RATE)
    assert given(Samples(noise(2 * RATE)), route, frames=RATE).shape[0] >= RATE

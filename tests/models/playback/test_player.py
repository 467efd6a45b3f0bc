"""The player against devices that come, go, refuse and stall."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.models.playback import outlet, player
from framescope.models.playback.feed import Passage
from framescope.models.playback.player import Player
from framescope.models.playback.source import Source, open_source
from framescope.models.playback.stream import LATENCY, NoDeviceError, PortAudioDevices
from helpers.fake_stream import FakeDevices, FakeStream
from helpers.recordings import encoded
from helpers.signals import Array

RATE = 8_000
SOUND = (np.arange(1, 4 * RATE + 1)[:, None] * np.float32(0.9 / (4 * RATE))).astype(np.float32)
"""No two samples of it are equal, and none is zero."""


@pytest.fixture
def wait(qtbot: Any) -> Callable[[Callable[[], bool]], None]:
    return lambda condition: qtbot.waitUntil(condition, timeout=20_000)


@pytest.fixture
def devices() -> FakeDevices:
    return FakeDevices()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No device is lost only because a test is slow to take buffers."""
    monkeypatch.setattr(outlet, "LOST_SECONDS", 1e9)


@pytest.fixture
def made(devices: FakeDevices, tmp_path: Path) -> Iterator[Player]:
    path = tmp_path / "ramp.wav"
    path.write_bytes(encoded(SOUND, RATE, subtype="FLOAT"))
    player = Player(devices, lambda: None)
    player.load(lambda: open_source(path))
    yield player
    player.close()


def stream_of(devices: FakeDevices, wait: Any, number: int = 1) -> FakeStream:
    wait(lambda: len(devices.streams) >= number)
    return devices.streams[number - 1]


@pytest.mark.usefixtures("patient")
def test_the_position_is_that_of_the_audible_sample(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(1.0, 4.0))
    stream = stream_of(devices, wait)
    out = stream.play(RATE, wait)
    np.testing.assert_array_equal(out, SOUND[RATE : 2 * RATE])
    assert made.position() == pytest.approx(2.0)
    stream.time -= 0.3
    stream.take(100)
    assert made.position() == pytest.approx(2.0), "it ran backwards"
    made.latency = 0.25
    stream.play(RATE // 2, wait)
    assert made.position() == pytest.approx(2.25, abs=0.02)


@pytest.mark.usefixtures("patient")
def test_a_seek_shows_its_goal_at_once_and_leaves_no_gap(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.0, 4.0))
    stream = stream_of(devices, wait)
    stream.play(1000, wait)
    made.play(Passage(3.0, 4.0))
    wait(lambda: made.position() is not None)
    assert made.position() == pytest.approx(3.0)
    out = stream.take(400)
    assert np.all(out != 0)
    np.testing.assert_array_equal(out[100:], SOUND[3 * RATE + 100 : 3 * RATE + 400])


@pytest.mark.usefixtures("patient")
def test_a_loop_is_exact_and_the_position_goes_round_with_it(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.5, 0.75, 0.5))
    stream = stream_of(devices, wait)
    loop = SOUND[RATE // 2 : 3 * RATE // 4]
    np.testing.assert_array_equal(stream.play(10 * len(loop) + 400, wait)[: 10 * len(loop)], np.tile(loop, (10, 1)))
    assert made.position() == pytest.approx(0.55)
    assert not made.ended()


@pytest.mark.usefixtures("patient")
def test_a_loop_that_is_switched_off_in_mid_play_costs_no_sample(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.5, 1.0, 0.5))
    stream = stream_of(devices, wait)
    first = stream.play(2 * RATE // 5, wait)
    made.play(Passage(None, 2.0))
    wait(lambda: made.position() is not None)
    rest = stream.play(11 * RATE // 10, wait)
    np.testing.assert_allclose(np.concatenate([first, rest]), SOUND[RATE // 2 : 2 * RATE], atol=1e-6)
    wait(made.ended)
    assert made.position() == pytest.approx(2.0)


@pytest.mark.usefixtures("patient")
def test_another_speed_goes_on_where_the_sound_is(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.0, 4.0))
    stream = stream_of(devices, wait)
    stream.play(RATE, wait)
    made.play(Passage(None, 4.0, speed=0.5))
    wait(lambda: made.position() is not None)
    before = made.position()
    stream.play(RATE, wait)
    after = made.position()
    assert before is not None
    assert after is not None
    assert before == pytest.approx(1.0, abs=0.01)
    assert 0.5 <= after - before <= 0.5 + 0.07  # the new speed begins a little ahead, after what is prepared


@pytest.mark.usefixtures("patient")
def test_pausing_drops_what_waits(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.0, 4.0))
    stream = stream_of(devices, wait)
    stream.play(500, wait)
    made.rest()
    wait(lambda: not np.any(stream.take(160)))
    assert not np.any(stream.take(RATE))


@pytest.mark.usefixtures("patient")
def test_the_volume_is_heard_in_the_next_buffer(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.0, 4.0))
    stream = stream_of(devices, wait)
    stream.play(800, wait)
    made.set_gain(0.25)
    np.testing.assert_array_equal(stream.play(100, wait), SOUND[800:900] / 4)


@pytest.mark.usefixtures("patient")
def test_grains_wait_for_each_other_and_the_newest_counts(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(1.0, 1.06, grain=True))
    stream = stream_of(devices, wait)
    first = stream.play(200, wait)
    for start in (2.0, 2.5, 3.0):
        made.play(Passage(start, start + 0.06, grain=True))
    rest = stream.play(2 * 480 - 200 - 4, wait)[:, 0]  # the four ends are zeros
    heard = np.concatenate([first[:, 0], rest])
    np.testing.assert_array_equal(heard[130:340], SOUND[RATE + 131 : RATE + 341, 0])
    np.testing.assert_array_equal(heard[620:800], SOUND[3 * RATE + 143 : 3 * RATE + 323, 0])


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("rate", "channels", "words"),
    [(48_000, None, "refuses 8,000 Hz: resampled to 48,000 Hz"), (None, 2, "")],
)
def test_what_the_device_refuses_is_adapted_and_said(
    made: Player, devices: FakeDevices, wait: Any, rate: int | None, channels: int | None, words: str
) -> None:
    devices.rate, devices.channels = rate, channels
    made.play(Passage(1.0, 4.0))
    stream = stream_of(devices, wait)
    out = stream.play(stream.rate // 2, wait)
    assert made.status.endswith(words)
    assert bool(made.status) == bool(words)
    assert made.position() == pytest.approx(1.5, abs=0.001)
    assert np.ptp(out[-1]) == 0
    assert out[-1, 0] == pytest.approx(SOUND[3 * RATE // 2, 0], abs=1e-3)


def test_without_a_device_the_position_moves_and_a_device_that_comes_is_taken(
    made: Player, devices: FakeDevices, wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "RESCAN_SECONDS", 0.05)
    devices.reason = "there is no sound device"
    made.play(Passage(1.0, 4.0))
    wait(lambda: (made.position() or 0) > 1.1)
    assert made.status == "there is no sound device: the cursor moves silently"
    wait(lambda: devices.scans > 1)
    devices.reason = ""
    stream = stream_of(devices, wait)
    wait(lambda: made.status == "")
    begun = round(stream.play(100, wait)[0, 0] * 4 * RATE / 0.9) / RATE
    assert 1.1 < begun < 4


def test_a_device_lost_in_mid_play_is_replaced_by_silence_where_it_was(
    made: Player, devices: FakeDevices, wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "STARTING_SECONDS", 0)
    made.play(Passage(1.0, 4.0))
    stream = stream_of(devices, wait)
    stream.play(RATE // 2, wait)
    wait(lambda: made.status == "the sound device was lost: the cursor moves silently")
    wait(lambda: (made.position() or 0) > 1.6)
    assert stream.closed
    assert (made.position() or 9) < 4


def test_a_device_that_hangs_when_closed_holds_nothing_up(
    made: Player, devices: FakeDevices, wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "STARTING_SECONDS", 0)
    monkeypatch.setattr(player, "RESCAN_SECONDS", 0.01)
    release = Event()
    monkeypatch.setattr(FakeStream, "close", lambda self: release.wait(60))
    made.play(Passage(1.0, 4.0))
    stream_of(devices, wait).play(100, wait)
    wait(lambda: "lost" in made.status and (made.position() or 0) > 1.1)
    assert devices.scans == 0, "PortAudio was started anew while a device of it was being closed"
    release.set()
    wait(lambda: devices.scans > 0)


@pytest.mark.usefixtures("patient")
def test_another_device_takes_over_where_the_sound_is(made: Player, devices: FakeDevices, wait: Any) -> None:
    made.play(Passage(0.0, 4.0))
    stream_of(devices, wait).play(RATE, wait)
    made.use_device("Headphones")
    second = stream_of(devices, wait, 2)
    np.testing.assert_array_equal(second.play(100, wait), SOUND[RATE : RATE + 100])
    assert devices.opened == [None, "Headphones"]
    wait(lambda: devices.streams[0].closed)


@pytest.mark.usefixtures("patient")
def test_a_device_that_runs_empty_again_and_again_is_given_more_in_store(
    made: Player, devices: FakeDevices, wait: Any
) -> None:
    made.play(Passage(0.0, 4.0))
    stream = stream_of(devices, wait)
    for _ in range(2):
        stream.play(6 * RATE // 10, wait)
        assert len(devices.streams) == 1
        stream.run_empty(0.1)
        stream.take(10)
    second = stream_of(devices, wait, 2)
    assert devices.latencies == [LATENCY, 2 * LATENCY]
    begin = 2 * (6 * RATE // 10) + 10
    np.testing.assert_array_equal(second.play(100, wait), SOUND[begin : begin + 100])


@pytest.mark.usefixtures("patient")
def test_after_a_rest_the_device_is_given_back(
    made: Player, devices: FakeDevices, wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "REST_SECONDS", 0.05)
    made.play(Passage(0.0, 4.0))
    first = stream_of(devices, wait)
    first.play(100, wait)
    assert not first.closed
    made.rest()

    def given_back() -> bool:
        first.take(400)
        return first.closed

    wait(given_back)
    made.play(Passage(2.0, 4.0))
    np.testing.assert_array_equal(stream_of(devices, wait, 2).play(10, wait), SOUND[2 * RATE : 2 * RATE + 10])


class Undecoded:
    """A recording of which nothing is ready until the test says so."""

    rate, channels, ready = RATE, 1, False

    def read(self, start: int, stop: int) -> Array | None:
        return SOUND[start:stop] if self.ready else None

    def prepare(self) -> bool:
        return not self.ready

    def close(self) -> None:
        pass


@pytest.mark.usefixtures("patient")
def test_what_has_to_be_decoded_first_is_waited_for_at_its_place_and_that_is_said(
    devices: FakeDevices, wait: Any
) -> None:
    source, told = Undecoded(), list[str]()
    made = Player(devices, lambda: told.append(made.status))
    made.load(lambda: source)
    made.play(Passage(3.0, 4.0))
    wait(lambda: told == ["the recording is being decoded up to here"])
    assert made.position() == pytest.approx(3.0)
    assert not made.ended()
    source.ready = True
    stream = stream_of(devices, wait)
    np.testing.assert_array_equal(stream.play(100, wait), SOUND[3 * RATE : 3 * RATE + 100])
    wait(lambda: made.status == "")
    made.close()


def broken(words: str) -> Source:
    raise InputError(words)


def test_what_cannot_be_opened_is_said_and_over(made: Player, wait: Any) -> None:
    made.load(lambda: broken("notes.txt: holds no sound"))
    made.play(Passage(0.0, 1.0))
    wait(made.ended)
    assert made.status == "notes.txt: holds no sound"
    assert made.position() is None


@pytest.mark.usefixtures("patient")
def test_a_file_that_fails_in_mid_play_ends_it_with_a_sentence(devices: FakeDevices, wait: Any) -> None:
    class Failing:
        rate, channels = RATE, 1

        def read(self, start: int, stop: int) -> Array:
            if stop > RATE // 2:
                raise InputError("ramp.wav: cannot be read any more")
            return SOUND[start:stop]

        def prepare(self) -> bool:
            return False

        def close(self) -> None:
            pass

    made = Player(devices, lambda: None)
    made.load(Failing)
    made.play(Passage(0.25, 4.0))
    stream_of(devices, wait).play(12 * RATE // 50, wait)  # whole blocks of 20 ms
    wait(made.ended)
    assert made.status == "ramp.wav: cannot be read any more"
    made.close()


class FakePortAudio(ModuleType):
    """As much of the package sounddevice as is used."""

    class PortAudioError(Exception):
        pass

    def __init__(self, takes: tuple[int, ...], channels: int) -> None:
        super().__init__("sounddevice")
        self.takes, self.channels, self.started = takes, channels, 1
        self.OutputStream = self._open

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "ALSA"}]

    def query_devices(self, name: str | None = None, kind: str = "") -> Any:
        device = {"name": "Card", "hostapi": 0, "default_samplerate": 48000.0, "max_output_channels": self.channels}
        microphone = {"name": "Microphone", "hostapi": 0, "max_output_channels": 0}
        if name not in (None, "Card, ALSA"):
            raise ValueError(f"no device {name}")
        if not self.channels:
            raise self.PortAudioError("querying device -1")
        return device if kind else [microphone, device]

    def _open(self, rate: int, *, channels: int, **options: Any) -> Any:
        if rate not in self.takes or channels > self.channels:
            raise self.PortAudioError("invalid sample rate")
        assert options["dtype"] == "float32"
        return object()

    def _terminate(self) -> None:
        self.started -= 1

    def _initialize(self) -> None:
        self.started += 1


@pytest.mark.parametrize(
    ("takes", "channels", "asked", "opened"),
    [
        ((16_000, 48_000), 2, (16_000, 1), (16_000, 1)),
        ((48_000,), 2, (16_000, 1), (48_000, 1)),
        ((16_000, 48_000), 2, (16_000, 6), (16_000, 2)),
        ((48_000,), 1, (16_000, 2), (48_000, 1)),
    ],
)
def test_portaudio_is_asked_for_the_recording_as_it_is_and_then_for_less(
    monkeypatch: pytest.MonkeyPatch,
    takes: tuple[int, ...],
    channels: int,
    asked: tuple[int, int],
    opened: tuple[int, int],
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakePortAudio(takes, channels))
    stream = PortAudioDevices().open("Card, ALSA", *asked, 0.1)
    assert (stream.rate, stream.channels) == opened


@pytest.mark.parametrize(
    ("takes", "channels", "name", "words"),
    [
        ((), 2, None, "the sound device refuses 16,000 Hz and 48,000 Hz"),
        ((16_000,), 0, None, "there is no sound device"),
        ((16_000,), 2, "Radio", "there is no sound device 'Radio'"),
    ],
)
def test_why_portaudio_plays_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, takes: tuple[int, ...], channels: int, name: str | None, words: str
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakePortAudio(takes, channels))
    with pytest.raises(NoDeviceError, match=words):
        PortAudioDevices().open(name, 16_000, 1, 0.1)


def test_only_devices_that_play_are_listed_and_a_rescan_starts_portaudio_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakePortAudio((48_000,), 2)
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    devices = PortAudioDevices()
    assert devices.names() == ("Card, ALSA",)
    assert devices.rescan()
    assert library.started == 1


def test_without_the_package_all_else_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    devices = PortAudioDevices()
    with pytest.raises(NoDeviceError, match="the package sounddevice is not installed"):
        devices.open(None, 16_000, 1, 0.1)
    assert (devices.names(), devices.rescan()) == ((), False)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("OSError('PortAudio library not found')", "PortAudio is not installed"),
        ("RuntimeError('no memory')", r"PortAudio does not start \(no memory\)"),
    ],
)
def test_without_the_library_all_else_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: str, words: str
) -> None:
    (tmp_path / "sounddevice.py").write_text(f"raise {error}")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    devices = PortAudioDevices()
    with pytest.raises(NoDeviceError, match=words):
        devices.open(None, 16_000, 1, 0.1)
    assert (devices.names(), devices.rescan()) == ((), False)

"""The whole chain on PulseAudio: the cursor against a recording of what was heard."""

import ctypes.util
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.core.recipe.presets import load_preset
from framescope.core.timebase import Timebase
from framescope.models.jobs import Jobs
from framescope.models.live.inputs import PortAudioInputs
from framescope.models.live.live import Live, LivePicture
from framescope.models.playback import Playback
from framescope.models.timeline import Timeline
from helpers import null_sink as sinks
from helpers.null_sink import NullSink, null_sink

RATE, APART, CLICKS = 44_100, 0.2, 8
MAX_MS = 60
"""A machine that does much else at once may be late; the benchmark holds it to 20."""


@pytest.fixture
def sink(tmp_path: Path, qtbot: Any) -> Iterator[NullSink]:
    if lacks := sinks.missing():
        pytest.skip(f"{lacks} is not installed")
    if ctypes.util.find_library("portaudio") is None:
        pytest.skip("libportaudio2 is not installed")
    if not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")):
        pytest.skip("libasound2-plugins is not installed")
    with null_sink(tmp_path, lambda condition: qtbot.waitUntil(condition, timeout=20_000)) as sink:
        import sounddevice

        sounddevice._terminate()  # it may have been started before this server
        sounddevice._initialize()
        yield sink


@pytest.fixture
def track(tmp_path: Path) -> Path:
    samples = np.zeros(round(RATE * APART * (CLICKS + 1)), np.float32)
    for click in range(1, CLICKS + 1):
        samples[round(click * APART * RATE) :][:44] = 0.8 * np.hanning(44)
    path = tmp_path / "clicks.flac"
    soundfile.write(path, samples, RATE)
    return path


def test_the_cursor_is_on_every_click_when_it_is_heard_and_the_sound_comes_back_after_the_server_is_lost(
    sink: NullSink, track: Path, qtbot: Any
) -> None:
    timeline = Timeline()
    timeline.set_duration(APART * (CLICKS + 1), Timebase())
    playback, moves = Playback(timeline), list[tuple[float, float]]()
    timeline.cursor_changed.connect(lambda seconds: moves.append((monotonic(), seconds)))
    playback.load(track)
    playback.play()
    qtbot.waitUntil(lambda: not playback.playing, timeout=20_000)
    assert playback.status == ""
    qtbot.waitUntil(lambda: len(sink.clicks()) == CLICKS, timeout=20_000)
    times, shown = np.array(moves).T
    seen = shown[np.searchsorted(times, sink.clicks()) - 1]
    errors = 1000 * (seen - APART * np.arange(1, CLICKS + 1))
    assert abs(np.median(errors)) < MAX_MS / 2
    assert np.abs(errors).max() < MAX_MS

    playback.play()
    qtbot.waitUntil(lambda: timeline.cursor > APART, timeout=20_000)
    sink.stop()
    qtbot.waitUntil(lambda: not playback.playing, timeout=20_000)
    assert timeline.cursor == timeline.duration
    assert playback.status == "the sound device was lost: the cursor moves silently"

    sink.start()
    before = len(sink.heard())
    playback.play()
    qtbot.waitUntil(lambda: playback.status == "", timeout=20_000)
    playback.play()
    qtbot.waitUntil(lambda: bool(np.any(sink.heard()[before:] > 0.3)), timeout=20_000)
    playback.close()


def test_what_is_played_is_recorded_live(sink: NullSink, track: Path, tmp_path: Path, qtbot: Any) -> None:
    jobs, timeline = Jobs(), Timeline()
    live, playback = Live(jobs, PortAudioInputs()), Playback(timeline)
    pictures, devices = list[LivePicture](), list[tuple[str, ...]]()
    live.shown.connect(pictures.append)
    live.listed.connect(devices.append)
    live.list_devices()
    live.start(tmp_path / "live.wav", load_preset("whisper-80"))
    qtbot.waitUntil(lambda: bool(pictures), timeout=20_000)
    timeline.set_duration(APART * (CLICKS + 1), Timebase())
    playback.load(track)
    playback.play()
    qtbot.waitUntil(lambda: not playback.playing and len(sink.clicks()) == CLICKS, timeout=20_000)
    after = pictures[-1].moment.seconds + 0.5
    qtbot.waitUntil(lambda: pictures[-1].moment.seconds > after, timeout=20_000)
    live.close()
    playback.close()
    jobs.close()
    assert devices
    assert devices[0]
    samples, rate = soundfile.read(tmp_path / "live.wav", dtype="float32")
    loud = np.flatnonzero(np.abs(samples) > 0.2)
    starts = loud[np.diff(loud, prepend=-rate) > APART / 2 * rate] / rate
    # A busy machine may leave a gap in what is played: the sink has heard it, too.
    np.testing.assert_allclose(np.diff(starts), np.diff(sink.clicks()), atol=0.01)

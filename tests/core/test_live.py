"""A recording that goes on: what is in the file, and the stages of its newest seconds."""

from pathlib import Path

import framescope
import librosa
import numpy as np
import pytest
import soundfile
from framescope.core.base.errors import InputError
from framescope.core.live import SECONDS, LiveSound
from framescope.core.recipe.presets import load_preset
from helpers import signals

RATE = 16000
SPEECH = signals.speech_like(RATE * 14).astype(np.float32)


def given(sound: LiveSound, samples: np.ndarray, block: int = 777) -> None:
    for start in range(0, len(samples), block):
        sound.take(samples[start : start + block, None])


@pytest.mark.parametrize("name", ["synctalk_2d", "whisper-80", "wav2vec2"])
def test_the_stages_are_those_of_the_newest_seconds(name: str, tmp_path: Path) -> None:
    recipe = load_preset(name)
    sound = LiveSound(tmp_path / "live.wav", RATE, recipe)
    given(sound, SPEECH)
    moment = sound.advance()
    newest = SPEECH[-round(SECONDS * RATE) :]
    assert moment.seconds == 14.0
    assert np.array_equal(moment.samples, newest)
    stage = moment.stages[0]
    whole = framescope.compute(newest, recipe, rate=RATE, until=stage.spec.name)[stage.spec.name]
    assert np.array_equal(np.moveaxis(stage.items.array[:], 0, stage.spec.time), np.asarray(whole))
    sound.close()


def test_what_has_not_been_recorded_yet_is_silence(tmp_path: Path) -> None:
    sound = LiveSound(tmp_path / "live.wav", RATE, load_preset("whisper-80"))
    given(sound, SPEECH[: 2 * RATE])
    samples = sound.advance().samples
    assert not samples[: -2 * RATE].any()
    assert np.array_equal(samples[-2 * RATE :], SPEECH[: 2 * RATE])
    sound.close()


def test_the_file_has_every_sample_and_comes_with_the_end(tmp_path: Path) -> None:
    path = tmp_path / "live.wav"
    sound = LiveSound(path, RATE, load_preset("whisper-80"))
    given(sound, SPEECH[:9000])
    sound.advance()
    given(sound, SPEECH[9000:])
    assert not path.exists()
    assert sound.close() == path
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert np.array_equal(samples, SPEECH)
    assert [each.name for each in tmp_path.iterdir()] == ["live.wav"]


def test_nothing_recorded_is_no_file(tmp_path: Path) -> None:
    sound = LiveSound(tmp_path / "live.wav", RATE, load_preset("whisper-80"))
    sound.advance()
    assert sound.close() is None
    assert not list(tmp_path.iterdir())


def test_another_rate_is_resampled_for_the_stages_and_kept_in_the_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 48000 * 2).astype(np.float32)
    sound = LiveSound(tmp_path / "live.wav", 48000, load_preset("whisper-80"))
    given(sound, noise)
    samples = sound.advance().samples[-RATE:]
    expected = librosa.resample(noise, orig_sr=48000, target_sr=RATE)
    held_back = RATE - int(np.argmax(np.correlate(expected, samples, "valid")))  # by the resampler
    assert 0 <= held_back < 0.02 * RATE
    np.testing.assert_allclose(samples, expected[RATE - held_back :][:RATE], atol=1e-5)
    sound.close()
    assert soundfile.info(tmp_path / "live.wav").samplerate == 48000


def test_the_level_and_what_the_device_has_lost_are_told(tmp_path: Path) -> None:
    sound = LiveSound(tmp_path / "live.wav", RATE, load_preset("whisper-80"))
    sound.take(np.full((100, 2), [0.5, 0.25], np.float32))
    sound.take(np.full((100, 2), -0.25, np.float32), lost=True)
    moment = sound.advance()
    assert (moment.peak, moment.gaps) == (0.375, 1)
    assert sound.advance().peak is None
    sound.close()


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.*cannot be written"):
        LiveSound(tmp_path / "nowhere" / "live.wav", RATE, load_preset("whisper-80"))

"""What the library's types and functions are given is what they ask for, or one sentence says what would be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
from framescope.core.axis import Axis
from framescope.core.base.errors import InputError
from framescope.core.compare.tolerance import Profile, Tolerance, load_profile
from framescope.core.readers import Override, load_run, parse_override
from framescope.core.run import Assumption, Provenance, Run, Stage, Statistics
from framescope.core.sound import SoundFormat
from framescope.core.stages.audio import Recording, from_samples, read_audio

MEL = np.zeros((80, 5))
FEATURES = np.zeros((3, 512), np.float32)
STAGE = Stage("mel", MEL)
SAMPLES = np.zeros(16000, np.float32)
FORMAT = SoundFormat(16000, 1, 16000, "array")
ENOUGH = load_profile().limits


def features(**frames: Any) -> Stage:
    return Stage("features", FEATURES, **frames)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Axis(3), "name 3: it must be text"),  # type: ignore[arg-type]
        (lambda: Stage("Mel", MEL), r"name 'Mel' is unknown; did you mean 'mel'\?"),  # type: ignore[arg-type]
        (lambda: Stage("mel", [[1.0]]), r"array \[\[1\.0\]\]: it must be an array of"),  # type: ignore[arg-type]
        (lambda: Stage("mel", np.array([["a"]])), r"array array\(.*: it must be an array of whole or real numbers"),
        (lambda: Stage("mel", np.zeros((2, 2), complex)), "array array.*: it must be an array of whole or real"),
        (lambda: Stage("mel", np.zeros((2, 2), object)), "array array.*: it must be an array of whole or real"),
        (lambda: Stage("mel", np.zeros(80)), r"mel has the shape \(80,\); it must have the axes \(band, "),
        (lambda: Stage("mel", MEL, axes=("band",)), r"axes\[0\] 'band': it must be an Axis"),  # type: ignore[arg-type]
        (lambda: Stage("mel", MEL, seconds=-1), "seconds -1: it must be at least 0"),
        (lambda: Stage("mel", MEL, seconds=float("nan")), "seconds nan"),
        (lambda: features(frames=[0, 1, 2]), "frames .*: it must be an? ndarray or None"),
        (lambda: features(frames=np.arange(2)), "frames of features: they must be 3 whole numbers"),
        (lambda: features(frames=np.arange(3.0)), "frames of features: they must be 3 whole numbers"),
        (lambda: features(frames=np.array([0, 2, 1])), "frames of features .*: they must rise from 0 on"),
        (lambda: features(frames=np.array([-1, 0, 1])), "frames of features .*: they must rise from 0 on"),
        (lambda: features(frames=np.array([0, 1, 1])), "frames of features .*: they must rise from 0 on"),
        (lambda: Run(3, "loaded", {}), "name 3: it must be text"),  # type: ignore[arg-type]
        (lambda: Run("a", "read", {}), r"origin 'read' is unknown; (use|did you mean)"),  # type: ignore[arg-type]
        (lambda: Run("a", "loaded", {"mels": STAGE}), r"stages: 'mels' is unknown; did you mean 'mel'\?"),  # type: ignore[dict-item]
        (lambda: Run("a", "loaded", {"mel": MEL}), r"stages\.mel .*: it must be a Stage"),  # type: ignore[dict-item]
        (lambda: Run("a", "loaded", {"audio": STAGE}), "stages.audio is the stage 'mel'; each must lie under its own"),
        (lambda: Run("a", "loaded", [STAGE]), "stages .*: it must be a mapping"),  # type: ignore[arg-type]
        (lambda: Run("a", "loaded", {}, config={"fps": 25}), "config {'fps': 25}: it must be a Config or None"),  # type: ignore[arg-type]
        (lambda: Provenance(notes="one"), "notes 'one': it must be a tuple"),  # type: ignore[arg-type]
        (lambda: Provenance(n_frames=-1), "n_frames -1"),
        (lambda: Statistics(shape=(80, -1)), r"shape\[1\] -1|shape \(80, -1\)"),
        (lambda: Statistics(minimum=float("inf")), "minimum inf"),
        (lambda: Assumption("a", "mels", "x", True), r"stage 'mels' is unknown"),  # type: ignore[arg-type]
        (lambda: Tolerance(-1), "absolute -1: it must be at least 0"),
        (lambda: Tolerance(0, float("nan")), "relative nan: it must be at least 0"),
        (lambda: Tolerance("1"), "absolute '1': it must be at least 0"),  # type: ignore[arg-type]
        (lambda: Profile("mine", {"mel": Tolerance(1)}), "profile 'mine' has no tolerance of audio"),
        (lambda: Profile("mine", {**ENOUGH, "mels": Tolerance(1)}), r"limits: 'mels' is unknown"),  # type: ignore[dict-item]
        (lambda: Override("mels", "a"), r"stage 'mels' is unknown; did you mean 'mel'\?"),  # type: ignore[arg-type]
        (lambda: Override("mel", Path("a")), "file .*: it must be text"),  # type: ignore[arg-type]
        (lambda: SoundFormat(16000, "1", 1, "x"), "channels '1': it must be a whole number"),  # type: ignore[arg-type]
        (lambda: Recording("a.wav", SAMPLES, FORMAT), "path 'a.wav': it must be a Path"),  # type: ignore[arg-type]
        (lambda: Recording(Path("a"), MEL, FORMAT), r"samples .*: it must be an array \(n,\) of float32"),  # type: ignore[arg-type]
        (lambda: Recording(Path("a"), SAMPLES, 16000), "format 16000: it must be a SoundFormat"),  # type: ignore[arg-type]
        (lambda: from_samples(SAMPLES, 16000, 8000), "config 8000: it must be an AudioConfig"),  # type: ignore[arg-type]
        (lambda: from_samples(SAMPLES, 16000, name=3), "name 3: it must be text"),  # type: ignore[arg-type]
        (lambda: read_audio(3), "path 3: it must be text or a Path"),  # type: ignore[arg-type]
        (lambda: read_audio(b"talk.wav"), "path b'talk.wav': it must be text or a Path"),  # type: ignore[arg-type]
        (lambda: framescope.load(None), "path None: it must be text or a Path"),  # type: ignore[arg-type]
        (lambda: load_run("x", overrides=["mel=a"]), r"overrides\[0\] 'mel=a': it must be an Override"),  # type: ignore[list-item]
        (lambda: load_run("x", first_frame="1"), "first_frame '1': it must be a whole number or None"),  # type: ignore[arg-type]
        (lambda: parse_override(3), "override 3: it must be text"),  # type: ignore[arg-type]
        (lambda: load_profile(3), "name 3: it must be text"),  # type: ignore[arg-type]
        (lambda: load_profile("dektop"), r"tolerance profile 'dektop' is not in .*; did you mean 'desktop'\?"),
        (lambda: framescope.Encoder.load(3), "path 3: it must be text or a Path"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_where_it_is_given(make: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^({sentence})") as raised:
        make()
    assert len(str(raised.value)) < 500


def test_what_is_right_is_taken() -> None:
    some = features(frames=np.array([0, 4, 9]), seconds=np.float32(1.5))
    assert (some.frames is not None, some.seconds) == (True, 1.5)
    assert [*Run("a", "loaded", {"features": some, "mel": STAGE})] == ["mel", "features"]
    assert Tolerance(np.float64(0.5), 0) == Tolerance(0.5, 0.0)
    assert Statistics((np.int64(80), 3)).shape == (80, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[a]\ndefault = { absolute = 1 }\nmell = { absolute = 1 }\n", r"'mell' is unknown; did you mean 'mel'\?"),
        ("[a]\ndefault = { absolut = 1 }\n", r"the name 'absolut' is unknown; did you mean 'absolute'\?"),
        ("[a]\ndefault = { relative = 1 }\n", "default.absolute is missing"),
        ("[a]\ndefault = { absolute = '1' }\n", "default.absolute '1': it must be at least 0"),
        ("[a]\ndefault = { absolute = true }\n", "default.absolute True: it must be at least 0"),
        ("[a]\ndefault = { absolute = inf }\n", "default.absolute inf: it must be at least 0"),
        ("a = " + "[" * 5000 + "]" * 5000, "not a readable file of tolerance profiles"),
        ("# " + "x" * (2 << 20), "not a readable file of tolerance profiles .it is larger than"),
        ("[aa]\n", r"tolerance profile 'a' is not in mine.toml; did you mean 'aa'\? Use aa"),
    ],
)
def test_a_file_of_profiles_says_what_is_wrong_in_it(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=sentence):
        load_profile(f"{path}:a")

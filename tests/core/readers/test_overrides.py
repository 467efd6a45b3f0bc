"""What the user says about a file goes before everything else, and is checked."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.readers import Override, load_run, parse_override
from helpers.dumps import ENCODERS, pad, speech_features, speech_mel

MEL = speech_mel(400)
FEATURES = speech_features(60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mel=a/b.bin", Override("mel", "a/b.bin")),
        ("mel=mel.bin:float32:80,T", Override("mel", "mel.bin", "float32", "80,T")),
        ("mel=mel.bin:>f4:T,80", Override("mel", "mel.bin", "float32be", "T,80")),
        ("mel=mel.bin:float16be:3591,80", Override("mel", "mel.bin", "float16be", "3591,80")),
        ("mel=mel.bin:<f8", Override("mel", "mel.bin", "float64")),
        ("mel=mel.npy::T,80", Override("mel", "mel.npy", None, "T,80")),
        (r"features=C:\out\f.bin:bfloat16:n,512", Override("features", r"C:\out\f.bin", "bfloat16", "n,512")),
        ("tensors=frames/frame_*.bin:f4:32,16,16", Override("tensors", "frames/frame_*.bin", "float32", "32,16,16")),
        ("windows=w.bin:int16:N,80,16", Override("windows", "w.bin", "int16", "N,80,16")),
    ],
)
def test_parsing(text: str, expected: Override) -> None:
    assert parse_override(text) == expected
    assert parse_override(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mel.bin", "does not name a stage"),
        ("mell=mel.bin", "does not name a stage"),
        ("mel=", "does not name a stage"),
        ("mel=mel.bin:float31:80,T", "'float31' is not a type; use float16"),
        ("mel=mel.bin:float32:81,T", "'81,T' is not a layout of mel; use one of 80,T; T,80"),
        ("features=f.bin:float32:80,T", "is not a layout of features"),
        ("mel=mel.bin:float32:80", "is not a layout of mel"),
        ("mel=mel.bin:float32:T,T", "is not a layout of mel"),
    ],
)
def test_parsing_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_override(text)


@pytest.mark.parametrize("dtype", ENCODERS)
@pytest.mark.parametrize("layout", ["80,T", "T,80"])
def test_an_override_reads_anything_as_asked(tmp_path: Path, dtype: str, layout: str) -> None:
    noise = np.random.default_rng(0).normal(size=(80, 100)).astype(np.float32)
    stored = ENCODERS[dtype](noise)
    np.ascontiguousarray(stored if layout == "80,T" else stored.T).tofile(tmp_path / "x")
    run = load_run(tmp_path, overrides=[parse_override(f"mel=x:{dtype}:{layout}")])
    np.testing.assert_allclose(np.asarray(run["mel"].array), noise, rtol=2**-7, atol=1e-6)
    assert run.provenance.assumptions[0].decided.endswith("as asked for")


def test_int16_values(tmp_path: Path) -> None:
    (1000 * MEL).astype("<i2").tofile(tmp_path / "mel.bin")
    run = load_run(tmp_path, overrides=[parse_override("mel=mel.bin:int16:80,T")])
    np.testing.assert_array_equal(np.asarray(run["mel"].array), (1000 * MEL).astype(np.int16))


def test_alternatives_can_be_pasted(tmp_path: Path) -> None:
    pad(FEATURES).tofile(tmp_path / "aud_ave.bin")
    alternatives = load_run(tmp_path).provenance.assumptions[0].alternatives
    assert alternatives
    for text in alternatives:
        override = parse_override(text)
        assert list(load_run(tmp_path, overrides=[override])) == [override.stage]


def test_the_other_group_of_frames(tmp_path: Path) -> None:
    for port in ("go", "swift"):
        for number in (1, 2):
            (FEATURES[number : number + 16] * (2 if port == "go" else 1)).tofile(tmp_path / f"{port}_frame{number}.bin")
    assert load_run(tmp_path)["tensors"].array[0].max() == 2 * FEATURES[1:17].max()
    run = load_run(tmp_path, overrides=[parse_override("tensors=swift_frame*.bin")])
    np.testing.assert_array_equal(run["tensors"].array[0].ravel(), FEATURES[1:17].ravel())


def test_files_elsewhere_and_arrays_in_files(tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    np.save(tmp_path / "elsewhere.npy", MEL)
    np.savez(tmp_path / "dump/all.npz", mel=MEL + 1, other=MEL + 2, features=FEATURES)
    overrides = [parse_override(f"mel={tmp_path / 'elsewhere.npy'}"), parse_override("features=all.npz/features")]
    run = load_run(tmp_path / "dump", overrides=overrides)
    np.testing.assert_array_equal(np.asarray(run["mel"].array), MEL)
    run = load_run(tmp_path / "dump", overrides=[parse_override("mel=all.npz/other")])
    np.testing.assert_array_equal(np.asarray(run["mel"].array), MEL + 2)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["mel=gone.bin"], "there is no file gone.bin"),
        (["mel=f.npy"], r"f\.npy holds values of shape \(60, 512\), which cannot be laid out so"),
        (["mel=x:float32:80,T"], r"x holds 1000 bytes, which cannot be laid out so"),
        (["mel=mel.bin:float32:399,80"], r"mel\.bin holds 128000 bytes, which cannot be laid out so"),
        (["mel=mel.bin", "mel=f.npy"], "mel is asked for twice"),
        (["mel=all.npz"], "holds all.npz/a, all.npz/b; name one of them"),
    ],
)
def test_overrides_that_do_not_fit(tmp_path: Path, texts: list[str], message: str) -> None:
    np.save(tmp_path / "f.npy", FEATURES)
    np.savez(tmp_path / "all.npz", a=MEL, b=MEL)
    MEL.tofile(tmp_path / "mel.bin")
    (tmp_path / "x").write_bytes(bytes(1000))
    overrides: Any = [parse_override(text) for text in texts]
    with pytest.raises(InputError, match=message):
        load_run(tmp_path, overrides=overrides)

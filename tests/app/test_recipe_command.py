"""Recipes on the command line: listed, shown, imported, checked; run and compared."""

import json
from pathlib import Path

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.core.recipe.presets import preset_names

ROOT = Path(__file__).resolve().parents[2]
AUDIO = str(ROOT / "tests" / "data" / "talk10.flac")


def kept(name: str) -> tuple[np.ndarray, int]:
    with np.load(ROOT / "tests" / "data" / "originals.npz") as data:
        return data[name], int(data[f"{name}_shape"][-1])


def test_every_recipe_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipe", "list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == list(preset_names())
    assert names[0] == "synctalk_2d"


def test_what_is_shown_can_be_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipe", "show", "whisper-80"]) == 0
    (tmp_path / "mine.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["run", AUDIO, "--recipe", str(tmp_path / "mine.toml"), "-o", str(tmp_path / "dump")]) == 0
    features = np.load(tmp_path / "dump" / "features.npy")
    expected, count = kept("whisper")
    assert features.shape == (80, count)
    assert np.abs(features[:, ::8] - expected).max() <= 3e-5


def test_a_run_writes_each_stage_and_says_what_it_is(tmp_path: Path) -> None:
    assert main(["run", AUDIO, "--recipe", "nemo-80", "-o", str(tmp_path), "--json", str(tmp_path / "run.json")]) == 0
    said = json.loads((tmp_path / "metadata.json").read_text())
    assert {name: stage["file"] for name, stage in said["stages"].items()} == {
        "mel": "mel.npy",
        "log": "log.npy",
        "features": "features.npy",
    }
    assert said["stages"]["features"]["axes"] == ["column", "band"]
    table = json.loads((tmp_path / "run.json").read_text())
    assert table["recipe"] == {name: said["recipe"][name] for name in ("name", "identity")}
    assert np.load(tmp_path / "features.npy").shape == tuple(said["stages"]["features"]["shape"])


@pytest.mark.parametrize(("change", "code", "verdict"), [(0.0, 0, "identical"), (1e-5, 0, "agree"), (0.1, 1, "differ")])
def test_a_port_is_compared(change: float, code: int, verdict: str, tmp_path: Path) -> None:
    assert main(["run", AUDIO, "--recipe", "whisper-80", "-o", str(tmp_path / "dump")]) == 0
    port = tmp_path / "port.npy"
    np.save(port, np.load(tmp_path / "dump" / "features.npy") + np.float32(change))
    reports = [f"--{form}={tmp_path / form}" for form in ("json", "html", "junit")]
    assert main(["compare", str(port), "--audio", AUDIO, "--recipe", "whisper-80", *reports]) == code
    report = json.loads((tmp_path / "json").read_text())
    assert report["verdict"] == verdict
    assert report["reference"]["recipe"]["name"].startswith("Whisper")
    assert report["stages"][0]["stage"] == "features"
    assert "<html" in (tmp_path / "html").read_text(encoding="utf-8")


def test_a_bad_port_does_not_keep_the_others_from_being_compared(tmp_path: Path) -> None:
    np.save(tmp_path / "bad.npy", np.zeros((3, 7)))
    assert main(["run", AUDIO, "--recipe", "whisper-80", "-o", str(tmp_path / "good")]) == 0
    ports = [str(tmp_path / "bad.npy"), str(tmp_path / "good")]
    assert main(["compare", *ports, "--audio", AUDIO, "--recipe", "whisper-80", "--json", str(tmp_path / "json")]) == 2
    verdicts = [each["verdict"] for each in json.loads((tmp_path / "json").read_text())["comparisons"]]
    assert verdicts == ["not comparable", "identical"]


@pytest.mark.parametrize(("recipe", "code"), [("whisper-80", 0), ("whisper-80-changed", 1)])
def test_a_recipe_is_checked_against_ones_own_dump(
    recipe: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", AUDIO, "--recipe", "whisper-80", "-o", str(tmp_path / "dump")]) == 0
    capsys.readouterr()
    assert main(["recipe", "show", "whisper-80"]) == 0
    text = capsys.readouterr().out
    path = tmp_path / "mine.toml"
    path.write_text(text if code == 0 else text.replace('scale = "slaney"', 'scale = "htk"'), encoding="utf-8")
    words = ["recipe", "check", str(path), "--against", str(tmp_path / "dump" / "features.npy"), "--audio", AUDIO]
    assert main(words) == code


def test_a_configuration_is_imported(tmp_path: Path) -> None:
    config = {"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 128, "sampling_rate": 16000}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(config))
    assert main(["recipe", "from", str(tmp_path / "preprocessor_config.json"), "-o", str(tmp_path / "r.toml")]) == 0
    assert "bands = 128" in (tmp_path / "r.toml").read_text()


def test_a_kind_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipe", "kinds", "filterbank"]) == 0
    assert "slaney, htk, kaldi, linear" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", AUDIO, "--recipe", "whisper"], "did you mean 'whisper-"),
        (["run", AUDIO, "--recipe", "missing.toml"], "missing.toml: does not exist"),
        (["run", AUDIO, "--recipe", "whisper-80", "--fps", "30"], "--fps is an option of SyncTalk_2D alone"),
        (["compare", AUDIO, "--recipe", "whisper-80"], "--audio"),
        (["recipe", "show"], "name a recipe"),
        (["recipe", "check", "whisper-80"], "--against"),
        (["recipe", "kinds", "filterbnk"], "did you mean 'filterbank'"),
        (["recipe", "from", AUDIO], "preprocessor_config.json"),
    ],
)
def test_what_is_wrong_is_one_sentence(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


def test_synctalk_is_the_recipe_of_the_command_as_it_was(tmp_path: Path) -> None:
    words = ["run", str(ROOT / "resources" / "sample.flac"), "--encoder", "stand-in", "--frames", "0"]
    assert main([*words, "-o", str(tmp_path / "one")]) == 0
    assert main([*words, "--recipe", "synctalk_2d", "-o", str(tmp_path / "other")]) == 0
    for path in (tmp_path / "one").rglob("*.npy"):
        assert path.read_bytes() == (tmp_path / "other" / path.relative_to(tmp_path / "one")).read_bytes()

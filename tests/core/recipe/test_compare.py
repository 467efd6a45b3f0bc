"""Ports of any front end: their stages are found by their values, and judged by the recipe's own float32 noise."""

from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
from framescope.core.base.errors import InputError

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def reference() -> Any:
    return framescope.compute(DATA / "talk10.flac", framescope.recipe("whisper-80"))


def test_the_stages_carry_their_axes_and_their_clock(reference: Any) -> None:
    stage = reference["features"]
    assert [axis.name for axis in stage.axes] == ["band", "column"]
    assert (stage.items, stage.time) == ("columns", 1)
    assert stage.clock.rate == pytest.approx(100)
    assert stage.clock.seconds(100) == pytest.approx(1.0, abs=1e-9)
    assert stage.hz[0] == pytest.approx(37.24, abs=0.01)


WAYS = [
    ("npy", lambda path, values: np.save(path / "out.npy", values)),
    ("npy turned", lambda path, values: np.save(path / "out.npy", values.T)),
    ("npy batched", lambda path, values: np.save(path / "out.npy", values[None])),
    ("npz", lambda path, values: np.savez(path / "out.npz", x=values)),
    ("raw", lambda path, values: values.astype("<f4").tofile(path / "out.bin")),
    ("raw turned", lambda path, values: np.ascontiguousarray(values.T).astype("<f4").tofile(path / "out.bin")),
    ("raw float64", lambda path, values: values.astype("<f8").tofile(path / "out.bin")),
    ("text", lambda path, values: np.savetxt(path / "out.csv", values.T, delimiter=",", fmt="%.9g")),
]


@pytest.mark.parametrize(("way", "write"), WAYS, ids=[way for way, _ in WAYS])
@pytest.mark.parametrize("stage", ["mel", "features"])
def test_a_stage_is_found_by_its_values(reference: Any, way: str, write: Any, stage: str, tmp_path: Path) -> None:
    write(tmp_path, np.asarray(reference[stage]).astype(np.float32))
    compared = framescope.compare(reference, tmp_path)
    assert [found.stage for found in compared.stages] == [stage]
    assert compared.verdict in ("identical", "agree")


def test_the_output_of_a_block_between_stages_is_found(reference: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "dump.npy", np.log10(np.maximum(np.asarray(reference["mel"]), 1e-10)))
    compared = framescope.compare(reference, tmp_path)
    assert [(found.stage, bool(compared)) for found in compared.stages] == [("log", True)]


@pytest.mark.parametrize(("name", "stage"), [("features.npy", "features"), ("dump.npy", "log")])
def test_a_name_that_says_the_stage_holds(name: str, stage: str, tmp_path: Path) -> None:
    """Features without their last block have the values of the stage before, and are a port's fault all the same."""
    nemo = framescope.compute(DATA / "talk10.flac", framescope.recipe("nemo-80"))
    log = np.asarray(nemo["log"]).astype(np.float32)
    for values in (1.02 * log, log):
        np.save(tmp_path / name, values)
        assert [found.stage for found in framescope.compare(nemo, tmp_path).stages] == [stage]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [(0.0, "identical"), (1e-5, "agree"), (1e-2, "differ")],
)
def test_tolerances_are_multiples_of_the_noise(reference: Any, change: float, verdict: str) -> None:
    compared = framescope.compare(reference, {"features": np.asarray(reference["features"]) + np.float32(change)})
    assert compared.verdict == verdict
    assert compared.profile["features"].absolute == pytest.approx(20 * 3.4e-6, rel=0.5)


@pytest.mark.parametrize(
    ("parameter", "value"), [("filterbank.scale", "htk"), ("window.symmetry", "symmetric"), ("frame.pad", "zeros")]
)
def test_a_changed_parameter_differs(reference: Any, parameter: str, value: str) -> None:
    changed = framescope.recipe("whisper-80").replace(parameter, value)
    port = framescope.compute(DATA / "talk10.flac", changed)
    compared = framescope.compare(reference, port)
    assert not compared
    assert compared.first_divergence is not None
    assert compared.first_divergence.stage == "mel"


def test_a_lag_is_found(reference: Any) -> None:
    compared = framescope.compare(reference, {"features": np.asarray(reference["features"])[:, 3:]})
    assert compared["features"].lag == 3


def test_samples_are_computed_at_the_recipes_rate() -> None:
    run = framescope.compute(np.zeros(48000, np.float32), framescope.recipe("hifigan-22k"), rate=48000)
    assert run["audio"].shape == (22050,)


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (lambda run, path: framescope.recipe("whisper"), r"did you mean 'whisper-"),
        (framescope.compare, "nothing in it has the shape"),
        (lambda run, path: framescope.compare(run, {"feature": np.zeros((80, 3))}), "there is no stage 'feature'"),
        (lambda run, path: framescope.compute(DATA / "talk10.flac", run.recipe, until="tensors"), "no such stage"),
        (lambda run, path: framescope.compute(np.zeros(16000), run.recipe), "rate=16000"),
    ],
)
def test_what_is_wrong_is_one_sentence(reference: Any, work: Any, sentence: str, tmp_path: Path) -> None:
    np.save(tmp_path / "other.npy", np.zeros((7, 13)))
    with pytest.raises(InputError, match=sentence):
        work(reference, tmp_path)


def test_a_run_by_a_recipe_says_so(reference: Any) -> None:
    assert reference.recipe.name.startswith("Whisper")
    assert reference.recipe.identity == framescope.recipe("whisper-80").identity

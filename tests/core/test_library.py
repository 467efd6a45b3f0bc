"""The library as a notebook uses it: arrays and paths in, short answers out, nothing tied to one process."""

import copy
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
from framescope import InputError, UnknownStageError
from framescope.core.base.arrays import ItemStack
from helpers import runs, signals

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = signals.speech_like(32000)
RUN = framescope.compute(SAMPLES, rate=16000, encoder="stand-in")
PORT = framescope.Run("port", "loaded", {name: framescope.Stage(name, np.asarray(RUN[name]) + 0.5) for name in RUN})
DIFFERENT = framescope.compare(RUN, {"mel": np.asarray(RUN["mel"]) + 0.5}, diagnose=True)


# What stands for a run.


@pytest.mark.parametrize("name", RUN)
def test_an_array_is_the_stage_that_its_shape_tells(name: Any) -> None:
    array = np.asarray(RUN[name])
    assert framescope.compare(RUN, array)[name].verdict == "identical"
    assert framescope.compare(RUN, {name: array})[name].verdict == "identical"
    assert framescope.compare({name: array}, {name: array.tolist()})[name].verdict == "identical"


def test_an_array_of_another_length_is_told_by_its_items() -> None:
    assert framescope.compare(RUN, np.asarray(RUN["mel"])[:, :-3])["mel"].port_shape == (80, 158)


def test_a_path_is_a_dump(tmp_path: Path) -> None:
    folder = framescope.write_dump(RUN, tmp_path, range(len(RUN["tensors"].array)))
    assert framescope.compare(RUN, folder).verdict == "identical"
    assert framescope.compare(str(folder), str(folder)).verdict == "identical"


@pytest.mark.parametrize(
    ("operands", "sentence"),
    [
        ((RUN, np.zeros((3, 512))), r"port: \(3, 512\) could be features or padded; name the stage"),
        ((RUN, np.zeros((7, 7))), r"port: \(7, 7\) is the shape of no stage"),
        ((np.asarray(RUN["mel"]), RUN), r"reference: \(80, 161\) is the shape of no stage"),
        (
            (RUN, {"mel": np.zeros(5)}),
            r"port: mel is \(5,\) of float64; must be numbers of axes \(band, column",
        ),
        ((RUN, {"mel": np.zeros((80, 5), complex)}), "complex128"),
        ((RUN, {"mel": [["a"]]}), "must be numbers"),
        ((RUN, {"melody": np.zeros((80, 5))}), "port: there is no stage 'melody'; use audio, mel"),
        ((RUN, 5), "port is of type int; give a Run, the path of a dump, or arrays by stage"),
        ((None, RUN), "reference is of type NoneType"),
        ((RUN, "no/such/dump"), "no/such/dump"),
    ],
)
def test_what_stands_for_no_run(operands: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        framescope.compare(*operands)


def test_a_lag_of_a_stage_that_does_not_exist() -> None:
    with pytest.raises(UnknownStageError, match="lags: there is no stage 'mle'"):
        framescope.compare(RUN, RUN, lags={"mle": 2})  # type: ignore[dict-item]


# Samples.


@pytest.mark.parametrize(
    "samples", [SAMPLES.astype(np.float64), np.stack([SAMPLES, SAMPLES], 1), SAMPLES.tolist()], ids=["f8", "n2", "list"]
)
def test_samples_are_computed_as_a_file_of_them_is(samples: Any) -> None:
    assert np.array_equal(framescope.compute(samples, rate=16000, until="mel")["mel"], RUN["mel"])


def test_integer_samples_have_their_full_scale() -> None:
    run = framescope.compute((SAMPLES * 32768).astype(np.int16), rate=16000, until="audio")
    np.testing.assert_allclose(run["audio"], SAMPLES, atol=1 / 32768)


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((SAMPLES,), {}, "samples have no rate of their own; give it, such as rate=16000"),
        ((SAMPLES, 16000), {}, r"config 16000: must be a Config; .* rate=16000"),
        ((SAMPLES,), {"rate": 16000.5}, "sample rate of 16000.5 Hz"),
        (("talk.wav",), {"rate": 16000}, "has its own rate"),
        ((SAMPLES,), {"rate": 16000, "until": "mle"}, "until 'mle'"),
        ((np.stack([SAMPLES, SAMPLES]),), {"rate": 16000}, "has 32000 channels"),
        ((SAMPLES.reshape(2, -1)[:, :900],), {"rate": 16000}, r"has 900 channels of 2 samples; .*\(n, channels\)"),
        ((None,), {"rate": 16000}, r"shape \(\) of object"),
    ],
)
def test_samples_that_cannot_be_computed(arguments: Any, options: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        framescope.compute(*arguments, **options)


# Stages as arrays.


def test_a_stage_is_its_values() -> None:
    for name in RUN:
        values = np.asarray(RUN[name])
        assert (values.shape, values.dtype) == (RUN[name].shape, RUN[name].array.dtype)
        np.testing.assert_array_equal(values[:3], RUN[name].array[:3])
    assert np.asarray(RUN["mel"], np.float16).dtype == np.float16
    assert not np.shares_memory(np.array(RUN["mel"]), RUN["mel"].array)
    assert np.shares_memory(np.asarray(RUN["mel"]), RUN["mel"].array)


def test_a_copy_that_cannot_be_avoided_is_not_forbidden_in_silence() -> None:
    with pytest.raises(ValueError, match="copy"):
        np.array(RUN["tensors"], copy=False)


# Words.

VALUES = {
    "run": (RUN, "<Run 'samples' computed: audio (32000,), mel (80, 161), windows"),
    "partial": (framescope.Stage("tensors", np.zeros((1, 32, 16, 16)), frames=np.array([7])), "1 of the frames>"),
    "lazy": (RUN["tensors"], "<Stage tensors (47, 32, 16, 16) float32>"),
    "comparison": (DIFFERENT, "<Comparison differ: 'port' against 'samples', profile 'desktop'>"),
    "stage comparison": (DIFFERENT["mel"], "<StageComparison mel: differ, "),
    "diagnosis": (DIFFERENT.diagnosis, "<Diagnosis "),
    "recording": (framescope.from_samples(SAMPLES, 16000), "<Recording 'samples': 32,000 samples, array, float32>"),
    "encoder": (framescope.Encoder.load(ROOT / "resources" / "encoder.onnx"), "<Encoder 'stand-in weights ("),
    "override": (framescope.parse_override("mel=m.bin:float32:80,T"), "Override(stage='mel', file='m.bin'"),
    "config": (framescope.Config(fps=30), "Config("),
}


@pytest.mark.parametrize(("value", "start"), VALUES.values(), ids=VALUES)
def test_the_repr_is_short(value: Any, start: str) -> None:
    assert start in repr(value)
    assert "\n" not in repr(value)
    assert len(repr(value)) < 300 or isinstance(value, framescope.Config)


def test_a_name_forges_no_line_in_a_repr() -> None:
    run = replace(RUN, name="a\n\x1b[31mAGREES\u202e")
    for value in (run, framescope.compare(run, run)):
        assert not re.search("[\n\x1b\u202e]", repr(value))


@pytest.mark.parametrize("get", [lambda: RUN["mle"], lambda: DIFFERENT["mle"]])
def test_a_stage_that_is_not_there(get: Any) -> None:
    with pytest.raises(KeyError) as caught:
        get()
    assert "mel" in str(caught.value)
    assert isinstance(caught.value, InputError)
    assert re.fullmatch(r"\w.* no stage 'mle'.*\w|no stage 'mle'.*\w", str(caught.value))


_WITH_COMMANDS = {"corpus_data"}
"""The map of a corpus gives the command that opens a recording in the window."""


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ROOT / "core").rglob("*.py")) if path.stem not in _WITH_COMMANDS],
    ids=lambda path: path.stem,
)
def test_the_library_knows_no_options(path: Path) -> None:
    assert not re.search(r"--[a-z][a-z-]+", path.read_text(encoding="utf-8"))


# Other processes.


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


def contents(value: Any) -> Any:
    """What two values that were copied have in common."""
    if isinstance(value, framescope.Comparison):
        return framescope.report_data(value)
    if isinstance(value, framescope.Run):
        return {name: contents(stage) for name, stage in value.stages.items()}
    if isinstance(value, framescope.Stage):
        frames = None if value.frames is None else value.frames.tolist()
        return value.name, np.asarray(value).tobytes(), frames, value.axes
    if isinstance(value, framescope.Recording):
        return value.path, value.samples.tobytes(), value.format
    if isinstance(value, framescope.Encoder):
        return value.identity, value.encode(RUN["windows"].array[:2]).tobytes()
    return repr(value)


@pytest.mark.parametrize("value", [value for value, _ in VALUES.values()], ids=VALUES)
@pytest.mark.parametrize("copied", [pickled, copy.deepcopy], ids=["pickle", "copy"])
def test_copies_hold_the_same(value: Any, copied: Any) -> None:
    assert contents(copied(value)) == contents(value)


def test_a_copy_is_read_only_as_well() -> None:
    run, recording = pickled((RUN, VALUES["recording"][0]))
    assert not run["mel"].array.flags.writeable
    assert not recording.samples.flags.writeable
    with pytest.raises(TypeError):
        run.stages["mel"] = run["audio"]


def test_files_read_on_demand_go_along() -> None:
    stack = ItemStack(lambda n: np.full((2, 3), n, np.float32), (4, 2, 3), np.dtype(np.float32))
    stage = pickled(framescope.Stage("windows", stack))
    np.testing.assert_array_equal(stage, stack[:])


def test_another_process_goes_on_with_a_comparison(tmp_path: Path) -> None:
    compared = framescope.compare(RUN, PORT, encoder="stand-in")
    (tmp_path / "comparison").write_bytes(pickle.dumps(compared))
    code = "import pickle, sys; c = pickle.load(open(sys.argv[1], 'rb')); print(c.encoder.label, c.verdict, bool(c))"
    done = subprocess.check_output([sys.executable, "-c", code, tmp_path / "comparison"], text=True)
    assert done.strip() == f"{RUN.provenance.encoder} differ False"


# Causes and reports.


def test_causes_are_found_on_demand(tmp_path: Path) -> None:
    htk = framescope.Config(mel=framescope.MelConfig(mel_scale="htk"))
    port = framescope.compute(framescope.sample(), htk, until="mel")
    reference = framescope.compute(framescope.sample(), until="mel")
    assert framescope.compare(reference, port).diagnosis is None
    for recording in (None, framescope.sample(), framescope.read_audio(framescope.sample())):
        compared = framescope.compare(reference, port, diagnose=True, recording=recording)
        assert [finding.id for finding in compared.diagnosis.findings] == ["mel_scale"]
    (tmp_path / "moved").mkdir()
    moved = replace(reference, provenance=replace(reference.provenance, source=str(tmp_path / "moved")))
    assert framescope.diagnose(framescope.compare(moved, port)).findings[0].value == "htk"


def test_a_port_that_agrees_has_no_causes() -> None:
    assert framescope.compare(RUN, RUN, diagnose=True).diagnosis is None
    assert framescope.diagnose(framescope.compare(RUN, RUN)).findings == ()


@pytest.mark.parametrize("write", [framescope.report_json, framescope.report_html, framescope.report_junit])
def test_reports_of_one_and_of_several(write: Any) -> None:
    assert write(DIFFERENT) == write([DIFFERENT])
    assert len(write([DIFFERENT, DIFFERENT])) > len(write(DIFFERENT))


def test_own_tolerances() -> None:
    loose = framescope.Profile("loose", {**framescope.load_profile("mobile").limits, "mel": framescope.Tolerance(0.6)})
    assert framescope.compare(RUN, {"mel": np.asarray(RUN["mel"]) + 0.5}, loose).verdict == "agree"
    assert "desktop" in framescope.profile_names()


def test_the_encoder_of_a_comparison_may_be_any(tmp_path: Path) -> None:
    run = runs.reference()
    assert framescope.compare(run, run, encoder=runs.ENCODER).own["features"].verdict == "identical"

"""Verdicts: what is called identical, what agrees, what differs, and what is not called anything."""

import json
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.compare import metrics
from framescope.core.compare.alignment import Alignment
from framescope.core.compare.comparison import compare, rejudge
from framescope.core.compare.tolerance import Tolerance, load_profile
from framescope.core.config import MelConfig
from framescope.core.run import Run, Stage, Statistics
from framescope.core.stages.mel import mel_spectrogram
from helpers import runs, signals

REFERENCE = runs.reference()
SAMPLES = signals.speech_like(64000)


def changed(name: Any, value: float, at: tuple[int, ...]) -> Run:
    port = runs.dumped(REFERENCE, np.float64)
    array = np.array(port[name].array)
    array[at] += value
    return replace(port, stages={**port.stages, name: Stage(name, array)})


def test_a_run_is_identical_to_itself() -> None:
    comparison = compare(REFERENCE, REFERENCE, "exact")
    assert comparison.verdict == "identical"
    assert bool(comparison)
    assert comparison.first_divergence is None
    assert {found.verdict for found in comparison.stages} == {"identical"}


@pytest.mark.parametrize(
    ("kind", "profile", "verdict"),
    [
        (np.float32, "exact", "differ"),
        (np.float32, "strict", "agree"),
        (np.float32, "desktop", "agree"),
        (np.float16, "strict", "differ"),
        (np.float16, "desktop", "differ"),
        (np.float16, "mobile", "agree"),
    ],
)
def test_precision_of_a_dump(kind: Any, profile: str, verdict: str) -> None:
    comparison = compare(REFERENCE, runs.dumped(REFERENCE, kind), profile)
    assert comparison.verdict == verdict
    assert comparison["mel"].metrics.max_abs > 0


def test_float16_values_in_a_float32_dump_are_named() -> None:
    port = runs.dumped(runs.dumped(REFERENCE, np.float16), np.float32)
    grids = {finding.stage: finding.text for finding in compare(REFERENCE, port).structure if finding.id == "grid"}
    assert grids["mel"] == "every value lies on a float16 grid"


def test_a_symmetric_window_differs_although_its_cosine_is_one() -> None:
    port = runs.from_mel(mel_spectrogram(SAMPLES, MelConfig(window_symmetry="symmetric")))
    found = compare(REFERENCE, port, "desktop")["mel"]
    assert f"{found.metrics.cosine:.5f}" == "1.00000"
    assert found.verdict == "differ"


def test_an_aligned_agreement_is_still_a_difference() -> None:
    port = runs.from_mel(mel_spectrogram(SAMPLES, MelConfig(center=False)), "port")
    comparison = compare(REFERENCE, port, encoder=runs.ENCODER)
    mel = comparison["mel"]
    assert (mel.lag, mel.metrics.within, mel.verdict) == (2, 1, "differ")
    assert mel.reason == "lag of +2 columns, 317 columns against 321"
    assert comparison.first_divergence.stage == "mel"
    assert comparison.first_divergence.place is None
    assert {comparison.own[name].verdict for name in ("windows", "features", "padded", "tensors")} == {"identical"}


@pytest.mark.parametrize(
    ("name", "at", "index", "text"),
    [
        ("mel", (12, 100), (12, 100), "band 12 (522 Hz), column 100 (1.250 s)"),
        ("windows", (7, 3, 12), (7, 3, 12), "frame 7 (0.280 s), window column 3, band 12 (522 Hz)"),
        ("features", (50, 300), (50, 300), "frame 50 (2.000 s), feature 300"),
        ("padded", (51, 300), (51, 300), "padded row 51 (2.000 s), feature 300"),
        ("tensors", (50, 17, 1, 2), (50, 17, 1, 2), "frame 50 (2.000 s), channel 17: context frame i+0, feature 274"),
    ],
)
def test_the_first_divergence_and_the_worst_place_are_located(name: Any, at: Any, index: Any, text: str) -> None:
    comparison = compare(REFERENCE, changed(name, 0.25, at))
    first = comparison.first_divergence
    assert (first.stage, first.place.index, first.place.text) == (name, index, text)
    assert first.place.difference == pytest.approx(0.25)
    assert comparison[name].worst[0] == first.place
    assert [found.stage for found in comparison.stages if found.verdict == "differ"] == [name]


def test_the_first_divergence_is_the_first_in_pipeline_order_and_time() -> None:
    port = changed("mel", 0.5, (3, 200))
    mel = np.array(port["mel"].array)
    mel[40, 90] += 0.001
    port = replace(port, stages={**port.stages, "mel": Stage("mel", mel)})
    comparison = compare(REFERENCE, port)
    assert comparison.first_divergence.place.index == (40, 90)
    assert [place.index for place in comparison["mel"].worst[:2]] == [(3, 200), (40, 90)]


def test_substitution_pins_a_fault_to_its_stage() -> None:
    """Another encoder: everything before and after it agrees on its own input."""
    port = runs.dumped(REFERENCE)
    features = runs.ProjectionEncoder(1).encode(REFERENCE["windows"].array[:])
    stages = {n: s for n, s in port.stages.items() if n in {"mel", "windows"}} | {
        "features": Stage("features", features)
    }
    comparison = compare(REFERENCE, replace(port, stages=stages), encoder=runs.ENCODER)
    assert (comparison["mel"].verdict, comparison["features"].verdict) == ("agree", "differ")
    assert comparison.own["windows"].verdict == "identical"
    assert comparison.own["features"].verdict == "differ"
    assert comparison.own["features"].text.startswith("differs given the port's windows (largest difference")


@pytest.mark.parametrize(
    ("stages", "encoder", "text"),
    [
        (("features",), runs.ENCODER, "the dump has no windows or mel to compute it from"),
        (("mel", "features"), None, "no encoder to run on it; name the port's"),
        (("mel", "features"), runs.ProjectionEncoder(1), "the encoder at hand does not give the reference's features"),
    ],
)
def test_substitution_says_what_is_missing(stages: Any, encoder: Any, text: str) -> None:
    own = compare(REFERENCE, runs.dumped(REFERENCE, stages=stages), encoder=encoder).own["features"]
    assert (own.verdict, own.comparison) == ("not comparable", None)
    assert own.text.startswith(text)


def test_statistics_alone_are_never_called_agreement() -> None:
    same = Statistics(REFERENCE["mel"].shape, -4, 2)
    comparison = compare(REFERENCE, Run("port", "loaded", {}, statistics={"mel": same}))
    assert (comparison.verdict, bool(comparison)) == ("not comparable", False)
    other = replace(same, shape=(80, 317))
    comparison = compare(REFERENCE, Run("port", "loaded", {}, statistics={"mel": other}))
    assert (comparison.verdict, comparison["mel"].reason) == (
        "differ",
        "the stated shape differs; no values to compare",
    )


def test_what_the_reference_lacks_is_not_comparable() -> None:
    comparison = compare(runs.dumped(REFERENCE, stages=("features",)), runs.dumped(REFERENCE, stages=("mel",)))
    assert (comparison.verdict, comparison["mel"].reason) == (
        "not comparable",
        "the reference has no values of this stage",
    )


def test_other_item_shapes_differ() -> None:
    comparison = compare(REFERENCE, Run("port", "loaded", {"mel": Stage("mel", np.zeros((64, 321)))}))
    assert (comparison.verdict, comparison["mel"].reason) == ("differ", "the items have other shapes")


def test_a_reference_dump_is_completed() -> None:
    """Windows, padded rows and all frame tensors follow from the mel and the features of a dump."""
    port = runs.dumped(REFERENCE, np.float64, stages=("windows", "padded", "tensors"))
    comparison = compare(runs.dumped(REFERENCE, np.float64, stages=("mel", "features")), port, "exact")
    assert {found.stage: found.verdict for found in comparison.stages} == dict.fromkeys(port.stages, "identical")


def test_frames_of_a_reference_that_contradict_its_features_are_kept() -> None:
    frames = np.array([20, 30])
    odd = Stage("tensors", REFERENCE["tensors"].array[frames] + 1, frames=frames)
    reference = replace(REFERENCE, stages={**REFERENCE.stages, "tensors": odd})
    comparison = compare(reference, Run("port", "loaded", {"tensors": odd}))
    assert comparison.verdict == "identical"


def test_padded_rows_are_not_taken_for_raw_ones(shared: Any) -> None:
    from framescope.core.readers import load_run

    reference = load_run(shared / "python_talk_hb")
    comparison = compare(reference, load_run(shared / "go_dump_talk_hb", reference=reference))
    shapes = {found.stage: (found.port_shape, found.reference_shape, found.lag) for found in comparison.stages}
    assert shapes["features"] == ((1117, 512), (1119, 512), 0)
    assert shapes["padded"] == ((1119, 512), (1121, 512), 0)


@pytest.mark.parametrize("against", ["python_talk_hb", "audio"])
def test_the_real_go_port(shared: Any, against: str) -> None:
    from framescope.core.encoder.session import Encoder
    from framescope.core.pipeline import compute
    from framescope.core.readers import load_run

    encoder = Encoder.load(shared / "encoder" / "audio_encoder.onnx")
    recording = shared / "talk_hb.wav"
    reference = compute(recording, encoder=encoder) if against == "audio" else load_run(shared / against)
    comparison = compare(reference, load_run(shared / "go_dump_talk_hb", reference=reference), encoder=encoder)
    mel = comparison["mel"]
    assert mel.lag == 2
    assert (round(mel.metrics.max_abs, 2), round(mel.metrics.mean_abs, 3), round(mel.metrics.corr, 3)) == (
        4.43,
        0.446,
        0.856,
    )
    assert comparison.first_divergence.stage == "mel"
    assert comparison.own["features"].verdict in {"identical", "agree"}
    # Which kernels ONNX Runtime takes depends on the processor: 1.3e-5 on some, 3.2e-5 on others.
    assert comparison.own["features"].comparison.metrics.max_abs <= 5e-5


def test_the_real_tiled_dumps(shared: Any) -> None:
    from framescope.core.readers import load_run

    go, swift = (load_run(shared / "real_dumps" / name) for name in ("go", "swift"))
    comparison = compare(go, swift)
    assert 0.96 <= comparison["tensors"].metrics.corr <= 0.98
    for run in (go, swift):
        (tiled,) = (f for f in compare(REFERENCE, run).structure if f.id == "tiled_context")
        assert tiled.text == "16 identical rows (tiled context) in 3 of 3 frames"


@pytest.mark.parametrize("again", [False, True])
def test_cancelled_between_the_chunks_of_any_stage(monkeypatch: pytest.MonkeyPatch, again: bool) -> None:
    """Asked again and again within each stage, within its own verdict too; what is raised then is the end."""
    monkeypatch.setattr(metrics, "_BLOCK_VALUES", 1 << 10)
    port = runs.from_mel(np.asarray(REFERENCE["mel"].array) + np.float32(0.5), "port")
    first = compare(REFERENCE, port, "desktop", encoder=runs.ENCODER)

    def work(progress: Any) -> object:
        if again:
            return rejudge(first, "exact", progress=progress)
        return compare(REFERENCE, port, "desktop", encoder=runs.ENCODER, progress=progress)

    asked: list[str] = []
    work(lambda stage, done, total: asked.append(stage))
    assert min(asked.count(stage) for stage in port) > 10
    for place in (1, len(asked) // 3, len(asked) // 2, len(asked) - 1):
        left = iter(range(place))

        def stop(stage: str, done: int, total: int, left: Any = left) -> None:
            if next(left, None) is None:
                raise CancelledError

        with pytest.raises(CancelledError):
            work(stop)


def test_a_cancelled_measurement_begins_no_further_block(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    block, never = metrics.compare_block, threading.Event()

    def slow(*arguments: Any, **options: Any) -> Any:
        compared.append(1)
        never.wait(0.05)  # longer than a busy machine takes to hear of the end
        return block(*arguments, **options)

    monkeypatch.setattr(metrics, "_BLOCK_VALUES", 1 << 10)
    monkeypatch.setattr(metrics, "compare_block", slow)
    mel = REFERENCE["mel"].array.T

    def stop(done: int, total: int) -> None:
        assert total > 20
        raise CancelledError

    numbers = np.arange(len(mel))
    with pytest.raises(CancelledError):
        metrics.measure(mel, mel, Alignment(0, numbers, numbers), Tolerance(0), tick=stop)
    assert len(compared) < 20


def test_cancelled_between_stages() -> None:
    def progress(stage: str, done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        compare(REFERENCE, REFERENCE, progress=progress)


def test_profiles_of_ones_own(tmp_path: Any) -> None:
    own = tmp_path / "mine.toml"
    own.write_text("[loose]\ndefault = { absolute = 10 }\nmel = { absolute = 0.5, relative = 0 }\n")
    profile = load_profile(f"{own}:loose")
    assert (profile.name, profile["mel"].absolute, profile["tensors"].absolute) == ("loose", 0.5, 10)
    assert compare(REFERENCE, changed("mel", 0.4, (1, 1)), profile).verdict == "agree"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nmel = { absolute = 1 }\n", "must hold `default`"),
        ("[a]\ndefault = { absolute = -1 }\n", "at least 0"),
        ("[a]\ndefault = { absolute = nan }\n", "at least 0"),
        ("[a]\ndefault = { absolut = 1 }\n", "must hold `default`"),
        ("[a]\ndefault = 3\n", "must hold `default`"),
        ("a = 3\n", "must hold `default`"),
        ("nonsense", "not a readable file"),
        ("[b]\n", "profile 'a' is not in"),
    ],
)
def test_broken_profiles(tmp_path: Any, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load_profile(f"{path}:a")


def test_printing_a_comparison_gives_the_answer_first() -> None:
    text = str(compare(REFERENCE, changed("mel", 0.25, (12, 100))))
    assert text.splitlines()[0] == "DIFFERS  port against reference, profile desktop"
    assert "band 12 (522 Hz), column 100 (1.250 s)" in text
    assert len(text.splitlines()) < 24
    assert "NaN" not in json.dumps(text)


def test_a_long_gathered_stage_is_sampled_on_its_own_input_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from framescope.core.compare import substitution

    monkeypatch.setattr(substitution, "_GATHERED_ITEMS", 20)
    own = compare(REFERENCE, runs.dumped(REFERENCE)).own
    assert own["tensors"].text == "identical given the port's padded (largest difference 0, 20 frames sampled)"
    assert own["padded"].verdict == "identical"
    spoiled = np.array(REFERENCE["tensors"].array)
    spoiled += 1
    port = replace(
        runs.dumped(REFERENCE), stages={**runs.dumped(REFERENCE).stages, "tensors": Stage("tensors", spoiled)}
    )
    assert compare(REFERENCE, port).own["tensors"].verdict == "differ"

"""Stages of hardly any items, and stages whose comparison or diagnosis fails: the others keep their results."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError
from framescope.core.compare.comparison import Comparison, compare
from framescope.core.diagnosis import diagnose as diagnosing
from framescope.core.diagnosis import downstream
from framescope.core.diagnosis.diagnose import diagnosed
from framescope.core.report.html import report_html
from framescope.core.report.json_report import report_data
from framescope.core.report.junit import report_junit
from framescope.core.report.text import report_text
from framescope.core.run import STAGE_NAMES, Run, Stage, StageName
from framescope.core.stages.audio import from_samples
from framescope.core.stages.mel import mel_spectrogram
from helpers import runs, signals

Array = np.ndarray[Any, Any]
SAMPLES = signals.speech_like(16000)
RECORDING = from_samples(SAMPLES, 16000)
WHOLE = {name: np.asarray(stage) for name, stage in runs.from_mel(mel_spectrogram(SAMPLES)).stages.items()}
VALUES: dict[StageName, Array] = {"audio": SAMPLES, **WHOLE}
NOISE = np.random.default_rng(0)
NOISY = {name: values + NOISE.uniform(0.1, 0.3, values.shape).astype(values.dtype) for name, values in VALUES.items()}


def few(values: Array, name: StageName, count: int) -> Array:
    return values[:, :count] if name == "mel" else values[:count]


def run(values: dict[StageName, Array], name: str = "port") -> Run:
    return Run(name, "loaded", {stage: Stage(stage, array) for stage, array in values.items()})


def judged(reference: dict[StageName, Array], port: dict[StageName, Array], *, helped: bool = True) -> Comparison:
    """Compare and diagnose; nothing may fail on the way, and every report can be written."""
    encoder, recording = (runs.ENCODER, RECORDING) if helped else (None, None)
    found = diagnosed(compare(run(reference, "reference"), run(port), encoder=encoder), recording)
    assert [one.stage for one in found.stages] == [name for name in STAGE_NAMES if name in port]
    failed = [stage.reason for stage in found.stages if stage.failed]
    failed += [seen.text for seen in found.structure if seen.id == "failed"]
    failed += [own.text for own in found.own.values() if "report this" in own.text]
    failed += [fact.text for fact in (found.diagnosis.unexplained if found.diagnosis else ()) if fact.failed]
    assert not failed
    for written in (report_text(found), report_html(found, [recording]), report_junit(found)):
        assert found.port.name in written
    return found


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_a_stage_of_few_items_takes_no_other_stage_with_it(stage: StageName, count: int) -> None:
    port = {**VALUES, stage: few(VALUES[stage], stage, count)}
    found = judged(VALUES, port)
    others = {one.stage: one.verdict for one in found.stages if one.stage != stage}
    assert set(others.values()) == {"identical"}
    assert found[stage].verdict == ("differ" if count else "not comparable")


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_the_fault_beside_a_stage_of_few_items_is_found(stage: StageName, count: int) -> None:
    tensors = np.tile(WHOLE["tensors"][:, :2], (1, 16, 1, 1))
    port = {**VALUES, "tensors": tensors, stage: few(NOISY[stage], stage, count)}
    found = judged(VALUES, port).diagnosis
    assert (found is None) == (stage == "tensors" and not count)
    assert ("tiled_context" in {one.id for one in (found.findings if found else ())}) == (stage != "tensors")


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_few_items_alone_and_as_the_reference(stage: StageName, count: int) -> None:
    alone = {stage: few(NOISY[stage], stage, count)}
    judged(VALUES, alone)
    judged(VALUES, alone, helped=False)
    judged(alone, VALUES, helped=False)
    judged({stage: few(VALUES[stage], stage, 3)}, alone)


@pytest.mark.parametrize("count", range(4))
def test_few_items_of_every_stage(count: int) -> None:
    short = {name: few(values, name, count) for name, values in VALUES.items()}
    noisy = {name: few(values, name, count) for name, values in NOISY.items()}
    for reference, port in ((VALUES, short), (VALUES, noisy), (short, VALUES), (short, noisy), (short, short)):
        judged(reference, port)


# What nobody foresaw.

HTK = {name: np.asarray(stage) for name, stage in runs.from_mel(WHOLE["mel"] * np.float32(0.9)).stages.items()}
TILED = {**HTK, "tensors": np.tile(WHOLE["tensors"][:, :2], (1, 16, 1, 1))}


def broken(*arguments: Any, **options: Any) -> Any:
    raise IndexError("index 0 is out of bounds\nfor axis 0")


def written_everywhere(found: Comparison, sentence: str) -> None:
    assert sentence in report_text(found, width=400)
    assert sentence in report_html(found)
    assert sentence in str(report_data(found))


@pytest.mark.parametrize(
    ("stage", "name", "kept"),
    [
        ("mel", "identify_mel", {"tiled_context"}),
        ("mel", "fix_memory_order", {"tiled_context", "mel_scale"}),
        ("features", "structural_findings", set()),
        ("features", "diagnose_downstream", {"tiled_context"}),
    ],
)
def test_a_failed_diagnosis_keeps_the_other_findings(
    monkeypatch: pytest.MonkeyPatch, stage: StageName, name: str, kept: set[str]
) -> None:
    mel = mel_spectrogram(SAMPLES, replace(runs.Config().mel, mel_scale="htk"))
    port = {**TILED, "mel": mel}
    monkeypatch.setattr(diagnosing, name, broken)
    found = diagnosed(compare(run(VALUES), run(port), encoder=runs.ENCODER), RECORDING)
    assert found.diagnosis is not None
    (failed,) = [fact for fact in found.diagnosis.unexplained if fact.failed]
    assert failed.stage == stage
    assert failed.text.startswith(
        f"diagnosis of {stage} failed: IndexError index 0 is out of bounds for axis 0 at test_"
    )
    assert kept <= {finding.id for finding in found.diagnosis.findings}
    written_everywhere(found, f"diagnosis of {stage} failed: IndexError")
    (data,) = [fact for fact in report_data(found)["diagnosis"]["unexplained"] if fact["failed"]]
    assert data["stage"] == stage


@pytest.mark.parametrize("place", range(len(downstream._LOOKS)))
def test_a_failed_look_behind_the_mel_keeps_the_others(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    looks = [(stage, broken if number == place else look) for number, (stage, look) in enumerate(downstream._LOOKS)]
    monkeypatch.setattr(downstream, "_LOOKS", looks)
    padded = np.concatenate([np.zeros((1, 512), np.float32), WHOLE["features"], np.zeros((1, 512), np.float32)])
    port = {**VALUES, "features": WHOLE["features"] * np.float32(2), "padded": padded * np.float32(2)}
    found = diagnosed(compare(run(VALUES), run(port), encoder=runs.ENCODER), RECORDING).diagnosis
    assert found is not None
    assert [fact.stage for fact in found.unexplained if fact.failed] == [looks[place][0]]
    expected = {"features": "hidden_gain", "padded": "no_padding"}
    kept = {finding.id for finding in found.findings if finding.stage in expected}
    assert len(kept) == (1 if looks[place][0] in expected else 2)


def test_a_failed_comparison_of_a_stage_keeps_the_others_and_is_no_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    from framescope.core.compare import comparison as comparing

    plain = comparing.compare_stages
    monkeypatch.setattr(
        comparing,
        "compare_stages",
        lambda one, *rest, **options: (broken if one.name == "mel" else plain)(one, *rest, **options),
    )
    found = compare(run(VALUES), run(VALUES), encoder=runs.ENCODER)
    assert {one.stage: one.verdict for one in found.stages} == {
        name: "not comparable" if name == "mel" else "identical" for name in STAGE_NAMES
    }
    assert found["mel"].reason.startswith("comparison of mel failed: IndexError")
    assert (found.verdict, bool(found)) == ("not comparable", False)
    written_everywhere(found, "comparison of mel failed: IndexError")


def test_a_failed_look_at_structure_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from framescope.core.compare import sanity

    monkeypatch.setitem(sanity._CHECKS, "grid", lambda stage, values: broken() if stage.name == "mel" else "")
    port = {**VALUES, "features": np.zeros_like(WHOLE["features"])}
    found = {(seen.id, seen.stage) for seen in compare(run(VALUES), run(port)).structure}
    assert found >= {("failed", "mel"), ("all_zero", "features")}


def test_an_encoder_that_fails_leaves_the_other_verdicts() -> None:
    class Broken:
        encode = broken

    found = compare(run(WHOLE, "reference"), run({"mel": WHOLE["mel"], "windows": WHOLE["windows"]}), encoder=Broken())
    assert found.own["windows"].verdict == "identical"
    reference = {name: WHOLE[name] for name in ("mel", "features")}
    found = compare(run(reference), run(WHOLE), encoder=Broken())
    assert "the encoder's trial on the reference's windows failed" in found.own["features"].text
    assert found.own["windows"].verdict == "identical"


def test_cancelling_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def cancel(*arguments: Any, **options: Any) -> Any:
        raise CancelledError

    with pytest.raises(CancelledError):
        compare(run(VALUES), run(VALUES), progress=cancel)
    compared = compare(run(VALUES), run(NOISY))
    for name in ("fix_memory_order", "structural_findings", "identify_mel", "diagnose_downstream"):
        monkeypatch.setattr(diagnosing, name, cancel)
        with pytest.raises(CancelledError):
            diagnosed(compared, RECORDING)
        monkeypatch.undo()

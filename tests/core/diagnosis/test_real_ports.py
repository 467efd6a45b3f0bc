"""What real ports have written, with the faults that are known of them."""

from pathlib import Path

import pytest
from framescope.core.base.resources import sample
from framescope.core.compare.comparison import compare
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.diagnosis.findings import Diagnosis
from framescope.core.encoder.session import Encoder
from framescope.core.pipeline import compute
from framescope.core.readers import load_run
from framescope.core.run import Run
from framescope.core.stages.audio import read_audio

CAUSES = ["mel_scale", "window_symmetry", "centering"]


@pytest.fixture(scope="module")
def encoder(shared: Path) -> Encoder:
    return Encoder.load(shared / "encoder" / "audio_encoder.onnx")


@pytest.fixture(scope="module")
def reference(shared: Path) -> Run:
    """What the original pipeline has written."""
    return load_run(shared / "python_talk_hb")


def diagnosed(port: Path, recording: Path, reference: Run, encoder: Encoder | None) -> Diagnosis:
    run = load_run(port, reference=reference)
    return diagnose(compare(reference, run, encoder=encoder), read_audio(recording), encoder=encoder)


def test_the_whole_dump_of_the_go_port(shared: Path, reference: Run) -> None:
    diagnosis = diagnosed(shared / "go_dump_talk_hb", shared / "talk_hb.wav", reference, None)
    assert [(finding.id, finding.value) for finding in diagnosis.findings] == list(
        zip(CAUSES, ("htk", "symmetric", "none"), strict=True)
    )
    assert all(finding.confidence == "proven" and finding.after.max <= 1e-6 for finding in diagnosis.findings)
    assert not diagnosis.unexplained


def test_three_frames_of_the_go_port(shared: Path, reference: Run, encoder: Encoder) -> None:
    diagnosis = diagnosed(shared / "go_cli_talk_hb", shared / "talk_hb.wav", reference, encoder)
    assert sorted(finding.id for finding in diagnosis.findings) == sorted(CAUSES)
    assert not diagnosis.unexplained


@pytest.mark.parametrize("port", ["go", "swift"])
def test_frames_of_an_unknown_recording_show_their_structure(shared: Path, port: str, reference: Run) -> None:
    diagnosis = diagnosed(shared / "real_dumps" / port, shared / "talk_hb.wav", reference, None)
    assert [finding.id for finding in diagnosis.findings] == ["tiled_context"]
    assert diagnosis.unexplained


def test_the_original_has_no_fault(shared: Path) -> None:
    reference = compute(shared / "talk_hb.wav", until="windows")
    diagnosis = diagnosed(shared / "python_talk_hb", shared / "talk_hb.wav", reference, None)
    assert diagnosis.findings == () == diagnosis.unexplained


def test_the_sample_port() -> None:
    reference = compute(sample(), until="windows")
    diagnosis = diagnosed(sample().parent / "sample_port", sample(), reference, None)
    assert [finding.id for finding in diagnosis.findings] == CAUSES

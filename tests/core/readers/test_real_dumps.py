"""What real ports and the original have written is read without any hint."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.readers import load_run
from framescope.core.run import Run, StageName
from helpers.dumps import ENCODERS


def shapes(run: Run) -> dict[str, tuple[int, ...]]:
    return {name: stage.shape for name, stage in run.stages.items()}


def test_python_reference(shared: Path) -> None:
    folder = shared / "python_talk_hb"
    run = load_run(folder)
    assert shapes(run) == {
        "mel": (80, 3591),
        "features": (1119, 512),
        "padded": (1121, 512),
        "tensors": (5, 32, 16, 16),
    }
    assert run["mel"].array.dtype == np.float64
    assert run["tensors"].frames is not None
    assert run["tensors"].frames.tolist() == [0, 3, 558, 1116, 1118]
    np.testing.assert_array_equal(
        run["tensors"].array[2], np.load(folder / "frames/frame_00558_window.npy").reshape(32, 16, 16)
    )
    assert run.config is not None
    assert (run.config.fps, run.config.mode) == (25, "ave")
    assert (run.provenance.audio, run.provenance.n_frames) == ("talk_hb.wav", 1119)
    assert run.statistics["mel"].maximum == 1.866104433927351
    assert not run.provenance.notes
    assert not run.provenance.assumptions


def test_go_command_line(shared: Path) -> None:
    folder = shared / "go_cli_talk_hb"
    run = load_run(folder)
    assert shapes(run) == {"tensors": (3, 32, 16, 16)}
    assert run["tensors"].frames is not None
    assert run["tensors"].frames.tolist() == [0, 558, 1116]
    lines = np.loadtxt(folder / "frames/frame_00558.bin")[1:]
    np.testing.assert_array_equal(run["tensors"].array[1].ravel(), lines.astype(np.float32))
    assert run.statistics["mel"].shape == (80, 3587)
    assert (run.statistics["padded"].shape, run.statistics["padded"].maximum) == ((1119, 512), 7.162859)
    assert run.statistics["features"].shape == (1117, 512)
    assert run.provenance.n_frames == 1117
    assert any("1119 rows for 1117 frames" in note for note in run.provenance.notes)


def test_go_dump_without_headers(shared: Path) -> None:
    folder = shared / "go_dump_talk_hb"
    run = load_run(folder)
    assert shapes(run) == {"mel": (80, 3587), "features": (1117, 512), "padded": (1119, 512)}
    np.testing.assert_array_equal(np.asarray(run["mel"].array).ravel(), np.fromfile(folder / "mel_f32.bin", "<f4"))
    assert {(a.file, a.stage, a.sure) for a in run.provenance.assumptions} == {
        ("mel_f32.bin", "mel", True),
        ("features_raw_f32.bin", "features", True),
        ("features_padded_f32.bin", "padded", True),
    }


@pytest.mark.parametrize("dtype", ENCODERS)
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(
    ("file", "stage", "shape"),
    [
        ("mel_f32.bin", "mel", (80, -1)),
        ("features_raw_f32.bin", "features", (-1, 512)),
        ("features_padded_f32.bin", "padded", (-1, 512)),
    ],
)
def test_copies_in_other_types_and_orders_under_a_name_that_says_nothing(
    shared: Path, tmp_path: Path, file: str, stage: StageName, shape: tuple[int, ...], transposed: bool, dtype: str
) -> None:
    values = np.fromfile(shared / "go_dump_talk_hb" / file, "<f4").reshape(shape)
    stored = ENCODERS[dtype](values)
    np.ascontiguousarray(stored.T if transposed else stored).tofile(tmp_path / "x")
    run = load_run(tmp_path / "x")
    assert list(run) == [stage]
    array = np.asarray(run[stage].array)
    assert array.dtype.isnative
    np.testing.assert_allclose(array, values, rtol=2**-7 if "bfloat" in dtype else 2**-10, atol=1e-6)
    assumption = run.provenance.assumptions[0]
    layout = {"mel": ("80,T", "T,80")}.get(stage, ("N,512", "512,N"))[transposed]
    assert assumption.decided.startswith(f"{stage}, {dtype} {layout}")


@pytest.mark.parametrize("port", ["go", "swift"])
def test_debug_frames_are_counted_from_1(shared: Path, port: str) -> None:
    run = load_run(shared / "real_dumps" / port)
    assert shapes(run) == {"tensors": (3, 32, 16, 16)}
    assert run["tensors"].frames is not None
    assert run["tensors"].frames.tolist() == [0, 1, 2]
    first = np.fromfile(shared / f"real_dumps/{port}/debug_audio_{port}_frame1.bin", "<f4")
    np.testing.assert_array_equal(run["tensors"].array[0].ravel(), first)
    (said,) = [a for a in run.provenance.assumptions if "numbered from 1" in a.decided]
    assert (said.sure, said.alternatives) == (False, ("first_frame=0",))


@pytest.mark.parametrize("with_sidecar", [True, False])
def test_rows_that_repeat_at_both_ends_are_called_padded_without_certainty(
    shared: Path, tmp_path: Path, with_sidecar: bool
) -> None:
    for name in ["aud_ave.bin", "aud_ave.bin.json"][: 1 + with_sidecar]:
        (tmp_path / name).write_bytes((shared / "real_dumps" / name).read_bytes())
    run = load_run(tmp_path / "aud_ave.bin")
    assert shapes(run) == {"padded": (522, 512)}
    (said,) = run.provenance.assumptions
    assert not said.sure
    assert "features=aud_ave.bin:float32:N,512" in said.alternatives


def test_what_is_no_part_of_a_dump_is_said(shared: Path) -> None:
    with_reference: Any = load_run(shared / "go_dump_talk_hb", reference=load_run(shared / "python_talk_hb"))
    assert shapes(with_reference) == {"mel": (80, 3587), "features": (1117, 512), "padded": (1119, 512)}
    notes = " ".join(load_run(shared / "real_dumps").provenance.notes)
    assert "swift/debug_audio_swift_frame*.bin: could be tensors as well as go/" in notes

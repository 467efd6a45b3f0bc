"""The diagnosis names the faults of independent ports, and never one that is not there."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from faulty.faults import FAULTS, Fault
from faulty.matrix import DOUBLE, SINGLE, Case, judge
from faulty.pipeline import Form
from framescope.core import diagnosis

COVERED = {
    "run": """
        mel_scale mel_norm mel_triangle_domain mel_bin_width mel_bin_shift fmin fmax n_mels window_symmetry
        window_family window_length fft_size fft_scale fft_packing power log_base log_floor ref_level min_level
        max_abs clip centering pad_mode hop preemphasis int_scale gain channel interleaved no_resample resampler
        sample_format header_as_audio streaming window_index window_tail window_transpose row_offset no_padding
        zero_padding hidden_gain context_offset edge_policy tensor_layout layout
    """,
    "seen in the structure": "precision tiled_context nan_inf no_relu buffer_reuse uninitialised mode_fill",
    "told by statistics": "weights batchnorm_mode batch_dependence constant_features dither",
}
"""Every fault that is known of real ports, and how it is found."""


def test_every_known_fault_is_covered(shared: Path) -> None:
    tables = (
        (shared / "FAULTS.md").read_text(encoding="utf-8").split("## Rules")[0]
        if (shared / "FAULTS.md").is_file()
        else ""
    )
    first_cells = re.findall(r"^\| ([a-z_0-9, ]+) \|", tables, re.MULTILINE)
    known = {name for cell in first_cells for name in cell.split(", ")} - {"id"}
    assert known <= covered()
    assert covered() == {fault.id for fault in FAULTS}


def covered() -> set[str]:
    return {name for names in COVERED.values() for name in names.split()}


def test_every_covered_fault_has_a_name_in_the_diagnosis() -> None:
    modules = Path(next(iter(diagnosis.__path__))).glob("*.py")
    said = {name for module in modules for name in re.findall(r'"(\w+)', module.read_text(encoding="utf-8"))}
    assert covered() <= said


def named(names: Iterable[str]) -> tuple[Fault, ...]:
    names = tuple(names)
    found = tuple(fault for fault in FAULTS if str(fault) in names)
    assert len(found) == len(names)
    return found


MEL_ALONE = (
    "fft_size=packed_512",
    "mel_bin_width=floored",
    "channel=left",
    "mel_scale=htk, window_symmetry=symmetric, centering=none",
    "mel_scale=htk, window_symmetry=symmetric, fft_size=packed_512, centering=none",
    "n_mels=128, mel_norm=none",
    "streaming=8000, window_length=400 left",
    "sample_format=8-bit as signed, ref_level=0",
    "header_as_audio=read, resampler=polyphase",
    "int_scale=32767, gain=1.7",
    "channel=left, no_resample=44100, mel_scale=htk, window_symmetry=symmetric, centering=none",
    "resampler=linear, streaming=8000",
    "window_family=rectangular, window_length=640",
    "window_length=400, fmin=0, fmax=8000",
    "header_as_audio=read, preemphasis=hold, mel_bin_width=floored",
    "header_as_audio=read, streaming=9600 whole",
)


@pytest.mark.parametrize("names", MEL_ALONE)
def test_faults_are_named_from_the_mel_alone(names: str) -> None:
    assert_right(Case(named(names.split(", ")), until="mel", port=SINGLE if ", " in names else DOUBLE))


BEHIND = (
    "weights=other",
    "batchnorm_mode=training",
    "constant_features=other audio",
    "log_base=ln, preemphasis=missing",
    "window_index=round, hidden_gain=200, edge_policy=repeat",
    "window_tail=dropped, tiled_context=tiled, tensor_layout=rows_first",
    "weights=turned kernels",
    "batch_dependence=padded batches",
)


@pytest.mark.parametrize("names", BEHIND)
def test_faults_behind_the_mel_are_named(names: str) -> None:
    assert_right(Case(named(names.split(", ")), samples=25000, port=SINGLE if ", " in names else DOUBLE))


WITHOUT_MEL = (
    ("features", "float32", "header_as_audio=assumed"),
    ("features", "float32", "channel=left, mel_scale=htk"),
    ("features", "float32", "streaming=16000, window_symmetry=symmetric"),
    ("features", "float32", "hop=160, centering=none"),
    ("features", "float32", "gain=1.7, mel_scale=htk"),
    ("features", "float32", "ref_level=0"),
    ("features", "float32", "log_floor=top_db 60"),
    ("padded", "float32", "sample_format=8-bit as signed"),
    ("padded", "float32", "zero_padding=zeros behind"),
    ("padded", "float32", "no_padding=last"),
    ("tensors", "text", "streaming=9600 whole, mel_scale=htk"),
    ("tensors", "text", "gain=peak, centering=none"),
    (
        "tensors",
        "text",
        "no_resample=44100, channel=left, mel_scale=htk, window_symmetry=symmetric, centering=none",
    ),
)
"""What is given, in which form, and the faults; text has three frames of the tensors."""


@pytest.mark.parametrize(("stage", "form", "names"), WITHOUT_MEL)
def test_faults_are_named_without_a_mel(stage: str, form: Form, names: str) -> None:
    assert_right(Case(named(names.split(", ")), form=form, given=(stage,), port=SINGLE if ", " in names else DOUBLE))


@pytest.mark.parametrize("name", ["weights=other", "batchnorm_mode=training", "dither=1 LSB"])
def test_what_features_alone_cannot_tell_gets_no_name(name: str) -> None:
    record = judge(Case(named([name]), given=("features",)))
    assert record.named == () == record.wrong
    assert record.unexplained


def assert_right(case: Case) -> None:
    record = judge(case)
    assert record.visible == tuple(map(str, case.faults))
    assert not record.refused
    assert record.wrong == ()
    assert record.missed == ()


@pytest.mark.parametrize("case", [Case(()), Case((), form="float16", port=SINGLE, until="mel")], ids=str)
def test_nothing_is_wrong_with_ports_that_agree(case: Case) -> None:
    record = judge(case)
    assert record.wrong == ()
    assert record.unexplained == 0

"""The diagnosis names the faults of independent ports, and never one that is not there."""

import pytest
from faulty.faults import FAULTS, MEL_FAULTS, Fault
from faulty.matrix import SINGLE, Case, agreeing, judge

FIRST = {fault.id: fault for fault in reversed(FAULTS)}.values()
"""One fault of each id; `make fault-matrix` has the others, on more recordings and in other forms."""


@pytest.mark.parametrize("fault", [fault for fault in FIRST if fault in MEL_FAULTS and fault.id != "n_mels"], ids=str)
def test_one_fault_is_named_from_the_mel_alone(fault: Fault) -> None:
    assert_right(Case((fault,), until="mel"))


@pytest.mark.parametrize("fault", [fault for fault in FIRST if fault not in MEL_FAULTS], ids=str)
def test_one_fault_behind_the_mel_is_named(fault: Fault) -> None:
    assert_right(Case((fault,), samples=25000))


COMBINED = (
    "mel_scale=htk window_symmetry=symmetric centering=none",
    "mel_scale=htk window_symmetry=symmetric centering=none fft_size=packed_512",
    "window_symmetry=symmetric fft_scale=2",
    "log_base=ln preemphasis=missing",
    "channel=left pad_mode=reflect",
    "window_index=round tiled_context=tiled",
    "mel_norm=none hidden_gain=200 edge_policy=repeat",
)


@pytest.mark.parametrize("names", COMBINED)
def test_several_faults_are_named(names: str) -> None:
    faults = tuple(fault for fault in FAULTS if str(fault) in names.split())
    assert len(faults) == len(names.split())
    assert_right(Case(faults, port=SINGLE))


def assert_right(case: Case) -> None:
    outcome = judge(case)
    assert outcome.visible == case.faults
    assert not outcome.refused
    assert outcome.wrong == ()
    assert outcome.missed == ()


@pytest.mark.parametrize("case", agreeing(("speech",), ("float32", "float16", "text")), ids=str)
def test_nothing_is_wrong_with_ports_that_agree(case: Case) -> None:
    outcome = judge(case)
    assert outcome.wrong == ()
    assert outcome.unexplained == 0

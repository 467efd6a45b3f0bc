"""The matrix itself: what counts as named, as alike and as wrong, and what is drawn."""

from types import SimpleNamespace
from typing import Any

import pytest
from faulty.faults import FAULTS, compatible
from faulty.matrix import Case, combined, held_against, visible_faults

GAIN, SCALE, HTK = (next(f for f in FAULTS if str(f) == name) for name in ("gain=0.5", "fft_scale=2", "mel_scale=htk"))

GROUP = [SimpleNamespace(faults=("fft_scale 0.5", "gain 0.5"))]


def diagnosis(*names: tuple[str, Any], groups: Any = (), kind: str = "cause") -> Any:
    findings = [SimpleNamespace(id=name, value=value) for name, value in names]
    causes, nearest = (findings, []) if kind == "cause" else ([], findings)
    return SimpleNamespace(causes=causes, nearest=nearest, indistinguishable=groups, unexplained=())


@pytest.mark.parametrize(
    ("found", "named", "valued", "alike", "wrong"),
    [
        (diagnosis(("gain", 0.5)), (GAIN,), (GAIN,), (), ()),
        (diagnosis(("gain", "0.501")), (GAIN,), (GAIN,), (), ()),
        (diagnosis(("gain", 0.4)), (GAIN,), (), (), ()),
        (diagnosis(("fft_scale", "0.5")), (), (), (), ("fft_scale=0.5",)),
        (diagnosis(("fft_scale", "0.5"), groups=GROUP), (), (), (GAIN,), ()),
        (diagnosis(("mel_scale", "htk"), groups=GROUP), (), (), (), ("mel_scale=htk",)),
        (diagnosis(), (), (), (), ()),
        (diagnosis(("gain", "0.5"), kind="nearest"), (), (), (), ()),
        (diagnosis(("mel_scale", "htk"), kind="nearest"), (), (), (), ()),
    ],
)  # fmt: skip
def test_names_are_held_against_the_truth(found: Any, named: Any, valued: Any, alike: Any, wrong: Any) -> None:
    record = held_against(Case((GAIN,)), (GAIN,), found)
    assert (record.named, record.valued, record.alike) == tuple(
        tuple(map(str, each)) for each in (named, valued, alike)
    )
    assert record.wrong == wrong
    assert record.missed == (() if named or alike else ("gain=0.5",))


def test_the_form_of_a_dump_is_no_wrong_name() -> None:
    found = diagnosis(("precision", "float16"))
    assert held_against(Case((), form="float16"), (), found).wrong == ()
    assert held_against(Case(()), (), found).wrong == ("precision=float16",)


def test_faults_that_cannot_be_seen_are_not_expected() -> None:
    (floor,) = (fault for fault in FAULTS if str(fault) == "log_floor=1e-10")
    assert visible_faults(Case((HTK, floor), until="mel")) == (HTK,)


def test_combinations_are_compatible_and_repeat() -> None:
    cases = combined(3, 20, ("speech", "music"), "float32")
    assert len({frozenset(case.faults) for case in cases}) == 20
    assert all(compatible(case.faults) and len(case.faults) == 3 for case in cases)
    assert cases == combined(3, 20, ("speech", "music"), "float32")
    assert not compatible([GAIN, next(fault for fault in FAULTS if str(fault) == "gain=peak")])
    assert compatible([GAIN, SCALE, HTK])

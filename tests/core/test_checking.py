"""Values are what a type's annotations ask for, or one sentence says where they are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from framescope.core.base.checking import Range, built, check, checked, given, nearest
from framescope.core.base.errors import InputError


@dataclass(frozen=True, slots=True)
class Inner:
    hop: Annotated[int, Range(1, 10, "samples")] = 3
    scale: Literal["slaney", "htk"] = "slaney"

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: Inner = field(default_factory=Inner)
    rate: float = 1.0
    top: float | None = None
    on: bool = True
    notes: tuple[str, ...] = ()
    limits: Mapping[Literal["mel", "audio"], tuple[float, float]] = field(default_factory=dict)
    mixed: Annotated[int, Range(0, 9)] | str = 0
    edge: Annotated[Literal["zeros", "repeat"], "edge policy"] = "zeros"

    def __post_init__(self) -> None:
        check(self)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": 3}, "name 3: it must be text"),
        ({"rate": float("nan")}, "rate nan: it must be a finite number"),
        ({"rate": float("-inf")}, "rate -inf: it must be a finite number"),
        ({"rate": True}, "rate True: it must be a finite number"),
        ({"rate": "1"}, "rate '1': it must be a finite number"),
        ({"rate": 1j}, "rate 1j: it must be a finite number"),
        ({"rate": 10**400}, r"rate 1000.*\.\.\..*000: it must be a finite number"),
        ({"top": "x"}, "top 'x': it must be a finite number or None"),
        ({"on": 1}, "on 1: it must be True or False"),
        ({"notes": "ab"}, "notes 'ab': it must be a tuple, each of its items text"),
        ({"notes": ("a", 2)}, r"notes\[1\] 2: it must be text"),
        ({"inner": {"hop": 3}}, "inner {'hop': 3}: it must be an Inner"),
        ({"limits": {"mell": (1, 2)}}, r"limits: 'mell' is unknown; did you mean 'mel'\? Use mel or audio"),
        ({"limits": {"mel": (1, np.nan)}}, r"limits\.mel \(1, nan\): it must be 2 values, a finite number and"),
        ({"limits": [1]}, r"limits \[1\]: it must be a mapping from mel or audio to"),
        ({"mixed": 10}, "mixed 10: it must be from 0 to 9, a whole number or text"),
        ({"mixed": None}, "mixed None: it must be"),
        ({"edge": "repat"}, r"edge policy 'repat' is unknown; did you mean 'repeat'\? Use zeros or repeat"),
        ({"edge": ["zeros"]}, r"edge policy \['zeros'\] is unknown"),
    ],
)
def test_a_field_that_is_wrong_is_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{sentence}") as raised:
        Outer(**{"name": "x", **changed})
    assert len(str(raised.value)) < 300


def test_numbers_of_numpy_are_kept_as_pythons() -> None:
    made = Outer(
        np.str_("x"), Inner(np.int8(4)), np.float32(2), np.float64(3), np.True_, limits={"mel": (np.int64(1), 2)}
    )
    assert made == Outer("x", Inner(4), 2.0, 3.0, True, limits={"mel": (1, 2)})
    kinds = [type(value) for value in (made.name, made.inner.hop, made.rate, made.top, made.on, made.limits["mel"][0])]
    assert kinds == [str, int, float, float, bool, int]


def test_whole_numbers_stay_whole_where_any_number_is_right() -> None:
    assert type(Outer("x", rate=25).rate) is int


@pytest.mark.parametrize("hop", [0, 11, 3.0, True, np.float32(3), None, "3"])
def test_a_range_is_kept(hop: Any) -> None:
    with pytest.raises(InputError, match=r"^hop .*: it must be from 1 to 10 samples, a whole number$"):
        Inner(hop)


def test_an_object_is_built_of_what_a_file_holds() -> None:
    values = {"name": "x", "inner": {"scale": "htk"}, "notes": ["a", "b"], "limits": {"mel": [1, 2.5]}, "top": None}
    assert built(Outer, values) == Outer("x", Inner(scale="htk"), notes=("a", "b"), limits={"mel": (1, 2.5)})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], r"\[\]: it must be a table of name, inner"),
        ({}, "name is missing; it must be text"),
        ({"inner": {"scale": "HTK"}}, r"inner\.scale 'HTK' is unknown; did you mean 'htk'\?"),
        ({"inner": {"hopp": 3}}, r"inner: the name 'hopp' is unknown; did you mean 'hop'\? Use hop or scale"),
        ({"inner": 3}, "inner 3: it must be a table of hop and scale"),
        ({"noise": 1}, "the name 'noise' is unknown"),
        ({"limits": {"mel": [1]}}, r"limits\.mel \[1\]: it must be 2 values"),
        ({"notes": {"a": 1}}, "notes {'a': 1}: it must be a tuple"),
        ({"notes": ["a"] * 200_000}, "notes .*: it must be a tuple"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(values: Any, sentence: str) -> None:
    complete = {"name": "x", **values} if isinstance(values, dict) and values else values
    with pytest.raises(InputError, match=f"^{sentence}"):
        built(Outer, complete)
    if values:
        with pytest.raises(InputError, match=r"^session\.ports"):
            built(Outer, {"name": "x", "inner": {"hop": 99}}, "session.ports[3]")


def test_what_a_later_version_has_added_is_passed_over() -> None:
    values = {"name": "x", "later": 1, "inner": {"hop": 5, "also": 2}}
    assert built(Outer, values, newer=True) == Outer("x", Inner(5))


def test_arguments_are_checked_like_fields() -> None:
    @checked
    def doubled(number: float, *, unit: Literal["s", "ms"] = "s", anything: Any = None) -> float:
        return number * 2

    assert doubled(np.float32(2), anything=object()) == 4.0
    with pytest.raises(InputError, match="number '2': it must be a finite number"):
        doubled("2")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"unit 'MS' is unknown; did you mean 'ms'\? Use s or ms"):
        doubled(2, unit="MS")  # type: ignore[arg-type]


def test_one_value_is_checked() -> None:
    assert given(np.int32(3), int, "count") == 3
    with pytest.raises(InputError, match=r"count 3\.5: it must be a whole number"):
        given(3.5, int, "count")


@pytest.mark.parametrize(
    ("word", "near"),
    [("HTK", "htk"), ("slany", "slaney"), ("Slaney ", "slaney"), ("quux", None), (None, None), ("s" * 10**7, None)],
)
def test_the_nearest_word(word: Any, near: str | None) -> None:
    assert nearest(word, ("slaney", "htk")) == near

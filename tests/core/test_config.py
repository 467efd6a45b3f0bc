"""Every field of a configuration is what it should be, or is refused: nothing computes something else in silence."""

import re
import sys
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.config import AudioConfig, Config, MelConfig
from hypothesis import given
from hypothesis import strategies as st

TYPES: tuple[type, ...] = (AudioConfig, MelConfig, Config)
FIELDS = [(owner, name, kind) for owner in TYPES for name, kind in get_type_hints(owner).items()]
NEVER = [
    float("nan"),
    float("inf"),
    -float("inf"),
    10**400,
    -(10**400),
    "",
    "HTK",
    "zeros\n",
    b"mel",
    [],
    {},
    1j,
    np.zeros(3),
]
"""What no field of any configuration may be."""


def ids(case: tuple[type, str, Any]) -> str:
    return f"{case[0].__name__}.{case[1]}"


@pytest.mark.parametrize("case", FIELDS, ids=ids)
@pytest.mark.parametrize("value", NEVER, ids=repr)
def test_what_no_field_may_be_is_refused(case: tuple[type, str, Any], value: Any) -> None:
    owner, name, _ = case
    with pytest.raises(InputError, match=f"^({name}|sample rate|edge policy) ") as raised:
        owner(**{name: value})
    assert len(str(raised.value)) < 400
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("case", [case for case in FIELDS if case[2] is not bool], ids=ids)
def test_a_bool_is_no_number_and_no_word(case: tuple[type, str, Any]) -> None:
    owner, name, _ = case
    with pytest.raises(InputError):
        owner(**{name: True})


@pytest.mark.parametrize("case", [case for case in FIELDS if get_origin(case[2]) is Literal], ids=ids)
def test_every_word_is_taken_and_every_other_case_of_it_is_not(case: tuple[type, str, Any]) -> None:
    owner, name, kind = case
    for word in get_args(kind):
        assert getattr(owner(**{name: word}), name) == word
        with pytest.raises(InputError, match=re.escape(f"did you mean {word!r}?")):
            owner(**{name: word.upper()})
        with pytest.raises(InputError, match=re.escape(f"did you mean {word!r}?")):
            owner(**{name: f"{word} "})


@pytest.mark.parametrize("case", [case for case in FIELDS if case[2] in (int, float)], ids=ids)
@given(number=st.one_of(st.floats(), st.integers(), st.floats(-100, 100), st.integers(-1000, 1000)))
def test_a_number_is_kept_or_refused(case: tuple[type, str, Any], number: float) -> None:
    owner, name, kind = case
    try:
        held = getattr(owner(**{name: number}), name)
    except InputError:
        return
    assert held == number
    assert type(held) is type(number)
    assert kind is float or type(number) is int
    assert abs(held) <= 1e20 or name == "chunk_samples"


@pytest.mark.parametrize(
    ("owner", "values"),
    [
        (AudioConfig, {"sample_rate": 0}),
        (AudioConfig, {"sample_rate": -16000}),
        (MelConfig, {"n_fft": -800}),
        (MelConfig, {"hop_length": 0}),
        (MelConfig, {"hop_length": 200.0}),
        (MelConfig, {"n_mels": 0}),
        (MelConfig, {"fmin": -1}),
        (MelConfig, {"fmin": 7600}),
        (MelConfig, {"fmin": 60.0, "fmax": 55.0}),
        (MelConfig, {"fmax": sys.maxsize}),
        (MelConfig, {"bin_shift": 401}),
        (MelConfig, {"bin_shift": -401}),
        (MelConfig, {"transform": "packed_512", "n_fft": 256}),
        (MelConfig, {"log_base": 1.0}),
        (MelConfig, {"log_base": -10.0}),
        (MelConfig, {"log_floor": 0.0}),
        (MelConfig, {"log_floor": -1e-5}),
        (MelConfig, {"top_db": -80.0}),
        (MelConfig, {"min_level": 0.0}),
        (MelConfig, {"min_level": 100.0}),
        (MelConfig, {"max_abs": 0.0}),
        (MelConfig, {"power": 0}),
        (MelConfig, {"dither": -1.0}),
        (MelConfig, {"chunk_samples": 0}),
        (MelConfig, {"preemphasis_passes": -1}),
        (Config, {"fps": -25}),
        (Config, {"fps": 1e-300}),
        (Config, {"audio": MelConfig()}),
        (Config, {"mel": None}),
    ],
)
def test_numbers_that_nothing_can_be_computed_with_are_refused(owner: type, values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"({'|'.join(values)}|sample rate) .*must be"):
        owner(**values)


@pytest.mark.parametrize("config", [MelConfig(n_fft=np.int32(1024)), MelConfig(n_fft=1024)], ids=["numpy", "python"])
def test_a_number_of_numpy_is_the_same_configuration(config: MelConfig) -> None:
    assert (config, type(config.n_fft)) == (MelConfig(n_fft=1024), int)

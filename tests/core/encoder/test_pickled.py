import pickle
import struct
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from framescope.core.base.errors import InputError
from framescope.core.encoder.pickled import Tensor, read_pickle
from helpers.checkpoints import call, integer, mapping, name, pickle_of, sequence, tensor, text
from hypothesis import given
from hypothesis import strategies as st

PLAIN = {"epoch": 7, "loss": 0.25, "big": 2**70, "name": "é", "flags": [True, False, None], "empty": ((), [], {})}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("value", [PLAIN, [PLAIN, (PLAIN,)], ("x",), OrderedDict(PLAIN)])
def test_plain_values_are_read(protocol: int, value: Any) -> None:
    assert read_pickle(pickle.dumps(value, protocol)) == value


def test_a_tensor_is_described_not_read() -> None:
    value = read_pickle(pickle_of(tensor((2, 3), (3, 1), key="5", count=6, offset=1)))
    assert isinstance(value, Tensor)
    assert (value.shape, value.strides, value.offset) == ((2, 3), (3, 1), 1)


def test_attributes_of_a_state_dict_are_dropped() -> None:
    ordered = call(name("collections", "OrderedDict")) + mapping({"_metadata": integer(1)}) + b"b"
    assert read_pickle(pickle_of(ordered)) == {}


class Command:
    """What a malicious checkpoint holds: reading it with pickle runs the function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"0.weight": value}, lambda value: [[value]]])
def test_nothing_is_executed(protocol: int, wrap: Any, tmp_path: Path) -> None:
    import os

    proof = tmp_path / "executed"
    touch = f"__import__('pathlib').Path({str(proof)!r}).touch()"
    for command in Command(os.system, f"touch {proof}"), Command(eval, touch):
        data = pickle.dumps(wrap(command), protocol)
        with pytest.raises(InputError):
            read_pickle(data)
        assert not proof.exists()
        pickle.loads(data)  # noqa: S301  the attack itself
        assert proof.exists(), "the attack is harmless: this test shows nothing"
        proof.unlink()


DEEP = b"".join(b"q" + bytes([n]) + b"h" + bytes([n]) + b"\x86" for n in range(100))
"""A pair of the same pair of the same pair ...: hashing or comparing it takes 2**100 steps."""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (name("posix", "system"), r"refers to posix\.system"),
        (name("torch.nn.modules.conv", "Conv2d"), r"refers to torch\.nn\.modules\.conv\.Conv2d"),
        (text("builtins") + text("eval") + b"\x93", r"refers to builtins\.eval"),
        (text("os") + integer(1) + b"\x93", "not text"),
        (name("a" * 1000, "b"), "refers to a{80},"),
        (call(name("torch", "FloatStorage"), integer(9)), "not a function"),
        (call(integer(1)), "not a function"),
        (call(name("torch._utils", "_rebuild_tensor_v2"), integer(1)), "damaged"),
        (name("torch._utils", "_rebuild_tensor_v2") + mapping({"__code__": integer(1)}) + b"b", "not a dict"),
        (integer(1) + mapping({}) + b"b", "not a dict"),
        (b"(ios\nsystem\n", "uses INST"),
        (b"\x82\x01", "uses EXT1"),
        (b"\x80\x02\x81", "uses NEWOBJ"),
        (integer(1) + integer(2) + b"\x92", "uses NEWOBJ_EX"),
        (b"\x96" + struct.pack("<Q", 1) + b"x", "uses BYTEARRAY8"),
        (b"\x8d" + struct.pack("<Q", 2**62) + b"x", "damaged"),
        (b"X" + struct.pack("<I", 2**32 - 1) + b"x", "damaged"),
        (b"B" + struct.pack("<I", 2**32 - 1) + b"x", "damaged"),
        (b"h\x07", "damaged"),
        (b"}" + integer(1) + b"s", "damaged"),
        (b"}(" + integer(1) + b"u", "damaged"),
        (integer(1) + integer(2) + b"a", "neither a list nor a dict"),
        (b"})" + DEEP + integer(1) + b"s", "plain keys"),
        (b")" + DEEP + b")R", "not a function"),
        (b"}\x8a\x09" + bytes(8) + b"\x01" + integer(1) + b"s", "plain keys"),
        (call(name("torch._utils", "_rebuild_parameter"), *[integer(1)] * 9), "short tuple"),
        (name("torch._utils", "_rebuild_parameter") + mapping({"a": integer(1)}) + b"R", "short tuple"),
        (b"u", "damaged"),
        (b"t", "damaged"),
        (b"\x87", "damaged"),
        (b"", "damaged"),
    ],
)
def test_everything_else_is_refused_in_one_sentence(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_pickle(pickle_of(content))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("opcode", [b"}", b"]", b"("])
def test_a_pickle_of_endless_steps_is_refused(opcode: bytes) -> None:
    with pytest.raises(InputError, match="more than 500000 steps"):
        read_pickle(pickle_of(opcode * 600_000))


def test_a_huge_memo_index_costs_nothing() -> None:
    assert read_pickle(pickle_of(integer(3) + b"r" + b"\xff\xff\xff\x7f")) == 3


VALID = pickle_of(mapping({"a": tensor((2, 3), (3, 1), count=6), "b": sequence(integer(1), text("x"))}))


@pytest.mark.parametrize("length", range(len(VALID)))
def test_a_pickle_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(InputError):
        read_pickle(VALID[:length])


@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_pickle_never_crashes(changes: list[tuple[int, int]]) -> None:
    data = bytearray(VALID)
    for place, value in changes:
        data[place] = value
    with suppress(InputError):
        read_pickle(bytes(data))

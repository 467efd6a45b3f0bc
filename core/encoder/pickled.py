"""A reader of the pickles inside PyTorch checkpoints that cannot run anything.

A restricted ``pickle.Unpickler`` would still let a pickle set attributes of whatever it may name, and allocate memory
for any memo index it claims. So the few opcodes that state dicts are made of are interpreted here, over
``pickletools.genops``; none of them imports, calls or builds more than the table `_CALLS` holds.
"""

import pickletools
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from ..base.errors import InputError


@dataclass(frozen=True, slots=True)
class Global:
    """A name that a pickle refers to, such as ``torch.FloatStorage``; only ever compared, never imported."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as the pickle describes it: nothing is checked or read yet, so every field may be anything.

    Attributes
    ----------
    storage : object
        Should be the tuple ("storage", type, key, location, number of values).
    offset : object
        Should be the number of values in front of the first one, int.
    shape, strides : object
        Should be tuples of int; strides in values.
    """

    storage: object
    offset: object
    shape: object
    strides: object


def _tensor(storage: object, offset: object, shape: object, strides: object, *_: object) -> Tensor:
    return Tensor(storage, offset, shape, strides)


def _first(value: object, *_: object) -> object:
    return value


def _empty() -> dict[object, object]:
    return {}


_CALLS: dict[Global, Callable[..., object]] = {
    Global("collections", "OrderedDict"): _empty,
    Global("torch", "Size"): _first,
    Global("torch._utils", "_rebuild_parameter"): _first,
    Global("torch._utils", "_rebuild_tensor_v2"): _tensor,
}

STORAGES = {
    Global("torch", "DoubleStorage"): "f8",
    Global("torch", "FloatStorage"): "f4",
    Global("torch", "HalfStorage"): "f2",
    Global("torch", "BFloat16Storage"): "bfloat16",
    Global("torch", "LongStorage"): "i8",
    Global("torch", "IntStorage"): "i4",
    Global("torch", "ShortStorage"): "i2",
    Global("torch", "CharStorage"): "i1",
    Global("torch", "ByteStorage"): "u1",
    Global("torch", "BoolStorage"): "?",
}
"""Types of values by their storage's name: numpy type codes without byte order, and ``bfloat16``."""


_MAX_STEPS = 500_000
"""A tensor of a state dict takes about 40, and this many take a second."""
_MAX_ARGUMENTS = 8
"""torch._utils._rebuild_tensor_v2 takes 7."""


def read_pickle(data: bytes | IO[bytes]) -> object:
    """Read a pickle of plain values and tensors.

    Time and memory are proportional to the length of `data`.

    Parameters
    ----------
    data : bytes or file
        A pickle of protocol 2 to 5, as ``torch.save`` writes it for a state dict; of a file the one at its place.

    Returns
    -------
    object
        dict, list, tuple, str, bytes, numbers, bools, None and `Tensor`, nested as the pickle has them.

    Raises
    ------
    InputError
        The pickle is damaged, or needs anything else: another class, function or opcode.
    """
    machine = _Machine()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # pickletools unescapes damaged text with a murmur
            for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
                if count >= _MAX_STEPS:
                    raise InputError(
                        f"its pickle has more than {_MAX_STEPS} steps, and a state dict needs a few thousand"
                    )
                machine.step(opcode.name, argument)
        return machine.stack.pop()
    except InputError:
        raise
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise InputError(f"its pickle is damaged ({error!s:.80})") from None


@dataclass(slots=True)
class _Machine:
    """Stack, marks and memo of the pickle virtual machine; the memo is a dict, so a huge index costs nothing."""

    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def step(self, name: str, argument: Any) -> None:
        if name not in _STEPS:
            raise InputError(f"its pickle uses {name}, which a state dict does not need")
        _STEPS[name](self, argument)

    def push(self, value: object) -> None:
        self.stack.append(value)

    def mark(self, _: object) -> None:
        self.marks.append(len(self.stack))

    def put(self, index: int | None) -> None:
        self.memo[len(self.memo) if index is None else index] = self.stack[-1]

    def get(self, index: int) -> None:
        self.stack.append(self.memo[index])

    def pop(self, count: int | None = None) -> list[Any]:
        """Take `count` values off the stack, or all down to the last mark."""
        start = self.marks.pop() if count is None else len(self.stack) - count
        if not 0 <= start <= len(self.stack):
            raise ValueError("its stack is too short")
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def fill(self, items: list[Any]) -> None:
        """Put `items` into the list or dict on top of the stack."""
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(items)
        elif isinstance(target, dict) and all(map(_is_plain_key, items[::2])):
            target.update(zip(items[::2], items[1::2], strict=True))
        else:
            raise ValueError("items for something that is neither a list nor a dict with plain keys")

    def name(self, module: object, name: object) -> None:
        if not (isinstance(module, str) and isinstance(name, str)):
            raise ValueError("a name that is not text")
        known = Global(module, name)
        if known not in _CALLS and known not in STORAGES:
            raise InputError(f"it refers to {f'{module}.{name}':.80}, which a plain state dict does not need")
        self.stack.append(known)

    def reduce(self, _: object) -> None:
        function, arguments = self.pop(2)
        if not isinstance(function, Global) or function not in _CALLS:
            raise ValueError("a call of something that is not a function")
        # Without the limit, one long tuple could be unpacked a million times.
        if not isinstance(arguments, tuple) or len(arguments) > _MAX_ARGUMENTS:
            raise ValueError("a call without a short tuple of arguments")
        self.stack.append(_CALLS[function](*arguments))

    def build(self, _: object) -> None:
        """Drop the attributes of a dict, such as the ``_metadata`` of a state dict; nothing else may have any."""
        self.pop(1)
        if not isinstance(self.stack[-1], dict):
            raise ValueError("attributes for something that is not a dict")


def _is_plain_key(key: object) -> bool:
    """Whether a dict's key is hashed quickly and unlike the others: not nested tuples, not integers made to collide."""
    return isinstance(key, str) or (isinstance(key, int) and abs(key) < 1 << 32)


_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    # BINPERSID turns an id on the stack into a storage; here the id itself stands for it.
    **dict.fromkeys(("PROTO", "FRAME", "STOP", "BINPERSID"), lambda machine, _: None),
    **dict.fromkeys(("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"), _Machine.push),
    **dict.fromkeys(("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "SHORT_BINBYTES", "BINBYTES"), _Machine.push),
    "NONE": lambda machine, _: machine.push(None),
    "NEWTRUE": lambda machine, _: machine.push(True),
    "NEWFALSE": lambda machine, _: machine.push(False),
    "EMPTY_DICT": lambda machine, _: machine.push({}),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "EMPTY_TUPLE": lambda machine, _: machine.push(()),
    "MARK": _Machine.mark,
    "TUPLE": lambda machine, _: machine.push(tuple(machine.pop())),
    "TUPLE1": lambda machine, _: machine.push(tuple(machine.pop(1))),
    "TUPLE2": lambda machine, _: machine.push(tuple(machine.pop(2))),
    "TUPLE3": lambda machine, _: machine.push(tuple(machine.pop(3))),
    "SETITEM": lambda machine, _: machine.fill(machine.pop(2)),
    "SETITEMS": lambda machine, _: machine.fill(machine.pop()),
    "APPEND": lambda machine, _: machine.fill(machine.pop(1)),
    "APPENDS": lambda machine, _: machine.fill(machine.pop()),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT", "MEMOIZE"), _Machine.put),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), _Machine.get),
    "GLOBAL": lambda machine, names: machine.name(*names.split(" ", 1)),
    "STACK_GLOBAL": lambda machine, _: machine.name(*machine.pop(2)),
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
}

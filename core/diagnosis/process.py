"""The diagnosis in a process of its own: it computes in Python for seconds, and a window would wait for its lock."""

import pickle
import struct
from typing import TYPE_CHECKING, TypeAlias, cast

from ..base.child import Child
from ..base.errors import InputError, MachineError

if TYPE_CHECKING:
    from ..compare.comparison import Comparison
    from ..stages.audio import Recording
    from .diagnose import Progress
    from .findings import Diagnosis

READY, FOUND, DONE, REFUSED, FAILED = range(5)
"""Answers: it can be asked; what was found so far; all that was found; a sentence; what is wrong with Framescope."""
DIAGNOSE = 0
"""The request: a comparison and its recording, as `pack` gives them."""
_COUNT, _LENGTH = struct.Struct("<Q"), struct.Struct("<Q")
_Parts: TypeAlias = "list[bytes | memoryview]"

_idle: list[Child] = []
"""At most one, that is warm for the next diagnosis."""


def prepare() -> None:
    """Start the process that will be needed, while something else is done."""
    if not any(child.usable for child in _idle):
        _idle[:] = [Child(f"{__package__}.worker", "the process for diagnoses")]


def diagnose_beside(comparison: "Comparison", recording: "Recording | None", progress: "Progress") -> "Diagnosis":
    """Diagnose as `diagnose.diagnose` does, with the comparison's encoder, in a process of its own.

    Parameters
    ----------
    progress : callable
        Called in this process with what was found so far.

    Raises
    ------
    CancelledError
        Raised by `progress`, or nobody wants the diagnosis any more; the process is ended.
    MachineError
        The process cannot be started, or was ended.
    """
    child = _take()
    try:
        child.tell(DIAGNOSE, *pack((comparison, recording)))
        while answer := child.answer():
            kind, content = answer
            if kind == FOUND:
                progress(cast("Diagnosis", unpack(content)))
            elif kind != READY:
                diagnosis = _content(kind, content)
                _give_back(child)
                return diagnosis
    except BaseException:
        child.end()  # what it still computes is wanted by nobody
        raise
    child.end()
    raise MachineError("the process that looked for causes was ended, perhaps because there was not enough memory")


def _content(kind: int, content: bytes) -> "Diagnosis":
    if kind == DONE:
        return cast("Diagnosis", unpack(content))
    text = content.decode(errors="replace")
    raise InputError(text) if kind == REFUSED else RuntimeError(f"the process for diagnoses failed: {text}")


def _take() -> Child:
    prepare()
    return _idle.pop()


def _give_back(child: Child) -> None:
    if child.usable and not _idle:
        _idle.append(child)
    else:
        child.end()


def pack(value: object) -> _Parts:
    """Give a value as the parts of a message: the arrays within it are not copied.

    Returns
    -------
    list of bytes or memoryview
        Number of the buffers, their lengths, and they themselves; the first is the pickled rest.
    """
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    parts: _Parts = [head, *(buffer.raw() for buffer in buffers)]
    lengths = [memoryview(part).nbytes for part in parts]
    return [_COUNT.pack(len(parts)) + b"".join(map(_LENGTH.pack, lengths)), *parts]


def unpack(content: bytes) -> object:
    """Give the value of a message of our own; its arrays are read-only."""
    (count,) = _COUNT.unpack_from(content)
    view, place = memoryview(content), _COUNT.size * (1 + count)
    parts = []
    for number in range(count):
        (length,) = _LENGTH.unpack_from(content, _COUNT.size * (1 + number))
        parts.append(view[place : place + length])
        place += length
    return pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301  (from the process that this one has started)

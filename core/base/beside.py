"""Work in a process of its own that stays warm: a value goes over, what is found on the way and the result come back.

What computes in Python for seconds would keep a window waiting for Python's lock.
"""

import pickle
import struct
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from .child import Child, Spare, send, serve
from .errors import InputError, MachineError

READY, TOLD, DONE, REFUSED, FAILED = range(5)
"""Answers: it can be asked; what is found so far; the result; a sentence; what is wrong with Framescope itself."""
_REQUEST = 0
_LENGTH = struct.Struct("<Q")

Tell: TypeAlias = Callable[[Any], None]


class Beside:
    """A process of our own for one kind of work.

    Parameters
    ----------
    module : str
        The module that calls `answer_requests`.
    purpose : str
        What it is for, such as "the process for diagnoses".
    """

    def __init__(self, module: str, purpose: str) -> None:
        self._purpose = purpose
        self.spare = Spare(partial(Child, module, purpose))

    def ask(self, value: object, told: Tell = lambda _: None) -> Any:
        """Have a value worked on, and give the result.

        Parameters
        ----------
        value : object
            What can be pickled.
        told : callable
            Called in this process with what is found on the way.

        Raises
        ------
        InputError
            What the work refuses.
        CancelledError
            Raised by `told`, or nobody wants the result any more; the process is ended.
        MachineError
            The process cannot be started, or was ended.
        """
        child, answered = self.spare.take(), False
        try:
            child.tell(_REQUEST, *pack(value))
            while answer := child.answer():
                kind, content = answer
                if kind == TOLD:
                    told(unpack(content))
                elif kind != READY:
                    answered = True
                    return self._result(kind, content)
        finally:
            if answered:
                self.spare.give_back(child)
            else:
                child.end()  # it has ended, or what it still computes is wanted by nobody
        raise MachineError(f"{self._purpose} was ended, perhaps because there was not enough memory")

    def _result(self, kind: int, content: bytes) -> Any:
        if kind == DONE:
            return unpack(content)
        text = content.decode(errors="replace")
        raise InputError(text) if kind == REFUSED else RuntimeError(f"{self._purpose} failed: {text}")


def answer_requests(begin: Callable[[], Callable[[Any, Tell], object]]) -> None:
    """Answer requests as the child, one after the other, until Framescope has ended.

    Parameters
    ----------
    begin : callable
        Called once, after the process gives way; it imports what is slow and gives what does the work, which is called
        with each value and with what tells of it on the way.
    """
    answers, requests = serve()
    work = begin()
    send(answers, READY)
    while True:
        _, content = requests.get()
        try:
            value = unpack(content)
            del content
            send(answers, DONE, *pack(work(value, lambda found: send(answers, TOLD, *pack(found)))))
        except InputError as error:
            send(answers, REFUSED, str(error).encode(errors="replace"))
        except Exception as error:
            send(answers, FAILED, f"{type(error).__name__}: {error}".encode(errors="replace"))


def pack(value: object) -> list[bytes | memoryview]:
    """Give a value as the parts of a message: the arrays within it are not copied.

    Returns
    -------
    list of bytes or memoryview
        How many buffers there are and their lengths, and they themselves; the first is the pickled rest.
    """
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    parts: list[bytes | memoryview] = [head, *(buffer.raw() for buffer in buffers)]
    numbers = [len(parts), *(memoryview(part).nbytes for part in parts)]
    return [b"".join(map(_LENGTH.pack, numbers)), *parts]


def unpack(content: bytes) -> Any:
    """Give the value of a message of our own; its arrays are read-only."""
    (count,) = _LENGTH.unpack_from(content)
    view, place = memoryview(content), _LENGTH.size * (1 + count)
    parts = []
    for number in range(count):
        (length,) = _LENGTH.unpack_from(content, _LENGTH.size * (1 + number))
        parts.append(view[place : place + length])
        place += length
    return pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301  (from the process that this one has started)

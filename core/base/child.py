"""A process of our own beside this one: asked through its standard input, and ended at any moment.

A message is a kind, a length, and so many bytes. The process ends itself when the one that it works for has ended.
"""

import os
import signal
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import IO, Generic, TypeAlias, TypeVar

from .errors import MachineError
from .progress import check_cancelled

WAIT_SECONDS = 0.1
"""Between two questions whether an answer is still wanted; a batch of the encoder is done before the first."""
_HEAD = struct.Struct("<BQ")
_niceness = 0


def let_go_first(niceness: int) -> None:
    """Have every process that is started from now on give way by so much, as a window needs it.

    Where a processor is taken from a thread that holds Python's lock, the window waits for both: beside an encoder
    and a diagnosis of its own niceness for up to 320 ms, at one of 9 for up to 140 ms.
    """
    global _niceness  # noqa: PLW0603  (as the switch interval is: of the whole process)
    _niceness = niceness


Message: TypeAlias = tuple[int, bytes]
_Process: TypeAlias = subprocess.Popen[bytes]
_Answers: TypeAlias = SimpleQueue[Message | None]
C = TypeVar("C", bound="Child")


class Child:
    """A process that runs one of our modules.

    Parameters
    ----------
    module : str
        Its name; it answers with `send` on its standard output.
    purpose : str
        What it is for, in a sentence such as "the process for encoders".

    Raises
    ------
    MachineError
        The system starts no process.
    """

    def __init__(self, module: str, purpose: str) -> None:
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(_niceness)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                cwd=os.path.abspath(os.sep),
            )
        except OSError as error:
            raise MachineError(f"{purpose} cannot be started ({error})") from None
        assert process.stdin
        self._process, self._requests, self._answers = process, process.stdin, _Answers()
        self._owner = os.getpid()
        threading.Thread(target=_listen, args=(process, self._answers), name="child", daemon=True).start()
        self.end = weakref.finalize(self, _end, process, process.stdin, self._owner)

    @property
    def usable(self) -> bool:
        """Whether it can be asked, and by this process: one that was forked off must not answer for another."""
        return self.end.alive and self._process.returncode is None and self._owner == os.getpid()

    def tell(self, kind: int, *parts: bytes | memoryview) -> None:
        """Send a message; where the process is gone, there will be no answer either."""
        with suppress(OSError):
            send(self._requests, kind, *parts)

    def wait(self) -> Message | None:
        """Give the next answer, None once the process has ended.

        Raises
        ------
        Empty
            There is none within `WAIT_SECONDS`.
        """
        return self._answers.get(timeout=WAIT_SECONDS)

    def answer(self) -> Message | None:
        """Wait for the next answer as long as it is wanted; None once the process has ended.

        Raises
        ------
        CancelledError
            Nobody wants it any more.
        """
        while True:
            with suppress(Empty):
                return self.wait()
            check_cancelled()


class Spare(Generic[C]):
    """A process that waits for the next work, at most one: threads that want one at once get each their own.

    Parameters
    ----------
    make : callable
        Starts one.
    """

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._idle: list[C] = []

    @property
    def idle(self) -> tuple[C, ...]:
        """What waits and can be asked."""
        return tuple(child for child in self._idle if child.usable)

    def prepare(self) -> None:
        """Start the process that will soon be needed, while something else is done."""
        if not self.idle:
            self._idle[:] = [self._make()]

    def take(self) -> C:
        """Give the idle process, or a new one."""
        with suppress(IndexError):
            while not (child := self._idle.pop()).usable:
                child.end()
            return child
        return self._make()

    def give_back(self, child: C) -> None:
        """Keep a process for the next work, or end it."""
        if child.usable and not self._idle:
            self._idle.append(child)
        else:
            child.end()


def _listen(process: _Process, answers: _Answers) -> None:
    """Hand on every answer, and None once the process has ended; on a thread of its own."""
    assert process.stdout
    with process.stdout as pipe:
        while answer := receive(pipe):
            answers.put(answer)
    process.kill()
    process.wait()
    answers.put(None)


def _end(process: _Process, requests: IO[bytes], owner: int) -> None:
    if os.getpid() == owner:
        process.kill()
    with suppress(OSError):
        requests.close()


def serve() -> "tuple[IO[bytes], SimpleQueue[Message]]":
    """Begin as the child: give the pipe for answers, and the requests as they come.

    Whatever else is written to the standard output is dropped; the process ends at once when its parent has ended, and
    leaves Ctrl+C to it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(AttributeError):  # not on Windows
        os.nice(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests: SimpleQueue[Message] = SimpleQueue()
    # Python closes its own standard input when it ends, and would abort where the thread still reads from it.
    pipe = os.fdopen(os.dup(0), "rb")
    threading.Thread(target=_hear, args=(pipe, requests), daemon=True).start()
    return answers, requests


def _hear(pipe: IO[bytes], requests: "SimpleQueue[Message]") -> None:
    while request := receive(pipe):
        requests.put(request)
    # Framescope has ended, and whatever is still done here is of no use to anybody.
    os._exit(0)


def send(pipe: IO[bytes], kind: int, *parts: bytes | memoryview) -> None:
    """Write one message made of `parts`."""
    pipe.write(_HEAD.pack(kind, sum(memoryview(part).nbytes for part in parts)))
    for part in parts:
        pipe.write(part)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Message | None:
    """Read one message, (kind, content); None at the end."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    content = pipe.read(length)
    return (kind, content) if len(content) == length else None

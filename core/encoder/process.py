"""A process of its own for ONNX Runtime, which can be ended at any moment, whatever a model does in it.

ONNX Runtime's terminate flag ends a Loop at once. But it is read between nodes only, so that one large MatMul went on
for 23 s, and not at all while a model is loaded, which took 51 s and 1.7 GB to fold constants; and it bounds no memory.
A trial that goes well proves little, for what a model does may depend on the values it is given.
"""

from contextlib import suppress
from queue import Empty

from ..base.child import WAIT_SECONDS, Child, Spare
from ..base.errors import InputError, MachineError
from ..base.progress import check_cancelled
from .messages import OK, REFUSED

MAX_BATCH_SECONDS = 20
"""How long one batch may take, the first one with the start of its session: the encoder needs 0.02 s, and 0.1 s."""
MAX_START_SECONDS = 60
"""How long the process may take until it can be asked; 0.2 s, unless the disk is slow."""

_PURPOSE = "the process for encoders"


class Worker(Child):
    """A process that holds one model at a time and answers one thread at a time."""

    def __init__(self) -> None:
        super().__init__(f"{__package__}.worker", _PURPOSE)
        self._started = False

    def ask(self, kind: int, *parts: bytes) -> bytes:
        """Send a request and wait for its answer.

        Raises
        ------
        InputError
            The model is refused, takes too long, or ends the process; the sentence still lacks the model's name.
        CancelledError
            Nobody wants the answer any more.
        """
        try:
            if not self._started:
                self._start()
            self.tell(kind, *parts)
            answer = self._answer(MAX_BATCH_SECONDS)
            if answer is None:
                raise MachineError("ends the process that runs it; it is damaged or needs too much memory")
        except BaseException:
            # What is still computed must neither go on nor be taken for the answer to the next request.
            self.end()
            raise
        return _content(*answer)

    def _start(self) -> None:
        answer = self._answer(MAX_START_SECONDS)
        if answer is None:
            raise RuntimeError(f"{_PURPOSE} cannot be started")
        _content(*answer)
        self._started = True

    def _answer(self, seconds: float) -> tuple[int, bytes] | None:
        # Counted in waits and not by the clock, which goes on while a program is suspended.
        for _ in range(round(seconds / WAIT_SECONDS)):
            with suppress(Empty):
                return self.wait()
            check_cancelled()
        raise MachineError(
            f"was not done after {seconds} s; a run may take no longer, and takes encoders less than a second"
        )


def _content(status: int, content: bytes) -> bytes:
    if status == OK:
        return content
    text = content.decode(errors="replace")
    raise InputError(text) if status == REFUSED else RuntimeError(f"{_PURPOSE} failed: {text}")


spare = Spare(Worker)
"""So that opening recording after recording does not start process after process."""

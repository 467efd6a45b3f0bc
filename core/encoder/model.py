"""A model in a process of its own, started again where that had to be ended."""

from threading import Lock

from ..base.child import WAIT_SECONDS
from ..base.errors import InputError
from ..base.progress import check_cancelled
from .messages import BATCH
from .process import spare


class HeldModel:
    """A model in a worker, which gets it anew after it had to be ended; several threads may use it at once.

    Parameters
    ----------
    request : int
        `MODEL` or `GRAPH`.
    *parts : bytes
        What the request has.
    """

    def __init__(self, request: int, *parts: bytes) -> None:
        self._worker, self._lock, self._request, self._parts = spare.take(), Lock(), request, parts
        self._told = self._worker.ask(request, *parts)

    def __del__(self) -> None:
        spare.give_back(self._worker)

    @property
    def told(self) -> bytes:
        """What the worker says of the model."""
        return self._told

    def ask(self, *parts: bytes) -> bytes:
        """Run the model.

        Raises
        ------
        InputError
            It fails, takes too long or too much memory; the sentence still lacks the model's name.
        CancelledError
            Nobody wants the answer any more.
        """
        while not self._lock.acquire(timeout=WAIT_SECONDS):
            check_cancelled()
        try:
            if not self._worker.usable:
                self._worker = spare.take()
                if self._worker.ask(self._request, *self._parts) != self._told:
                    raise InputError("has other weights than when it was loaded; load it again")
            return self._worker.ask(BATCH, *parts)
        finally:
            self._lock.release()

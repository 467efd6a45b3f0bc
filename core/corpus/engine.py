"""Where the work is done: one process a core of this machine by loky, or the workers of a cluster by Dask.

Both give futures, so that one loop serves both, and a process that ends is known by the recording it was at.
"""

import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import replace
from itertools import islice
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Protocol
from warnings import filterwarnings

from ..base.errors import InputError
from ..base.extras import missing_extra
from .content import pack
from .job import Settings, Task, do_task
from .outcome import Outcome

if TYPE_CHECKING:
    from loky import ProcessPoolExecutor

_AHEAD = 3
"""Tasks handed out a worker: one in work, the others so that none waits for the next."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_SECONDS_TO_CONNECT = 5
_SECONDS_AN_ORPHAN = 1.0
"""How long a worker may outlive the process that it works for."""
ENDED = "the process that did it was ended, perhaps because there was not enough memory"


class Engine(Protocol):
    """What does tasks.

    Attributes
    ----------
    ahead : int
        Tasks that are handed out at a time.
    retries : bool
        Whether it does itself again what a worker that ended was at.
    hands_back : bool
        Whether what is computed comes back with the outcome; else the workers write it themselves.
    """

    ahead: int
    retries: bool
    hands_back: bool

    def submit(self, task: Task) -> "Future[Outcome]":
        """Hand out a task."""

    def outcome(self, future: "Future[Outcome]") -> Outcome | None:
        """Give what came of a task; None where the process that did it has ended."""

    def renew(self) -> None:
        """Begin with new processes, after one has ended."""

    def close(self) -> None:
        """End all work, whether it is done or not."""


class LocalEngine:
    """One process a core of this machine.

    Parameters
    ----------
    workers : int or None
        Their number; None: as many as this process may use cores.
    """

    retries = hands_back = False

    def __init__(self, settings: Settings, workers: int | None = None) -> None:
        from loky import cpu_count  # noqa: PLC0415  (0.1 s that other commands need not wait)

        self._settings, self._identity = settings, settings.identity
        self._workers = workers or cpu_count()
        self.ahead = _AHEAD * self._workers
        self._executor: ProcessPoolExecutor = self._started()

    def _started(self) -> "ProcessPoolExecutor":
        from loky import ProcessPoolExecutor  # noqa: PLC0415

        # loky begins a worker anew that has grown by 300 MB, which is as it should be, and would warn of it.
        filterwarnings("ignore", "A worker was restarted", UserWarning, "loky")
        return ProcessPoolExecutor(self._workers, env=_ONE_THREAD, initializer=begin_worker, initargs=(os.getpid(),))

    def submit(self, task: Task) -> "Future[Outcome]":
        """Hand out a task."""
        try:
            future: Future[Outcome] = self._executor.submit(do_task, self._settings, self._identity, task)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        return future

    def outcome(self, future: "Future[Outcome]") -> Outcome | None:
        """Give what came of a task; None where its process has ended, or the one beside it, which ends them all."""
        try:
            return future.result()
        except BrokenExecutor:
            return None

    def renew(self) -> None:
        """Begin with new processes."""
        self.close()
        self._executor = self._started()

    def close(self) -> None:
        """End the processes."""
        self._executor.shutdown(wait=True, kill_workers=True)


class ClusterEngine:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.1:8786``.
    send : bool
        Whether recordings and dumps are sent; else the workers find them by their paths.

    Raises
    ------
    InputError
        The extra is not installed, or no scheduler answers there.
    """

    retries = True

    def __init__(self, settings: Settings, address: str, *, send: bool = False) -> None:
        try:
            from distributed import Client  # noqa: PLC0415  (an extra)
        except ImportError:
            raise InputError(missing_extra("a cluster", "Dask", "cluster")) from None
        try:
            self._client = Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:  # a timeout is the former
            reason = " ".join(str(error).split()) or "no answer"
            raise InputError(f"{address}: no scheduler can be reached there ({reason:.200})") from None
        self.hands_back, self._identity = send, settings.identity
        threads = sum(self._client.nthreads().values())
        self.ahead = _AHEAD * max(threads, 4)
        # Once to each worker, and not with each task: an encoder that is sent has 11 MB.
        self._settings = self._client.scatter(settings, broadcast=threads > 0, hash=False)
        self._executor = self._client.get_executor(pure=False)

    def submit(self, task: Task) -> "Future[Outcome]":
        """Hand out a task; what is wrong with files that are sent becomes its outcome."""
        if self.hands_back:
            try:
                task = replace(task, sent=pack(task.audio, task.port), folder=None)
            except InputError as error:
                refused: Future[Outcome] = Future()
                refused.set_result(Outcome("failed", error=str(error)))
                return refused
        future: Future[Outcome] = self._executor.submit(do_task, self._settings, self._identity, task)
        return future

    def outcome(self, future: "Future[Outcome]") -> Outcome | None:
        """Give what came of a task; Dask has tried it on other workers where its own had ended."""
        from distributed import KilledWorker  # noqa: PLC0415

        try:
            return future.result()
        except KilledWorker:
            return Outcome("machine", error=ENDED)
        except CancelledError:
            raise InputError("the cluster is gone; what was done is kept, and run again it goes on there") from None

    def renew(self) -> None:
        """Leave it to the cluster, which begins its workers itself."""

    def close(self) -> None:
        """Drop what is not done, and leave the cluster as it was."""
        self._executor.shutdown(wait=False)
        self._client.close(timeout=_SECONDS_TO_CONNECT)


def begin_worker(parent: int) -> None:
    """Leave Ctrl+C to the process that handed out the work, and end with it, though it may have ended before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(_SECONDS_AN_ORPHAN)
    os._exit(1)


def stream(engine: Engine, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
    """Have tasks done, and give each outcome as soon as it is there, in any order.

    What fails by the machine is done once more, alone: where a process has ended, only so can be told at which
    recording it was.

    Raises
    ------
    InputError
        The cluster is gone.
    """
    waiting, pending = iter(tasks), dict[Future[Outcome], Task]()
    while True:
        for task in islice(waiting, max(0, engine.ahead - len(pending))):
            pending[engine.submit(task)] = task
        if not pending:
            return
        done, _ = wait(pending, return_when=FIRST_COMPLETED)
        again, ended = [], False
        for future in done:
            task, outcome = pending.pop(future), engine.outcome(future)
            ended |= outcome is None
            if outcome is None or (outcome.state == "machine" and not engine.retries):
                again.append(task)
            else:
                yield task, outcome
        if ended:  # and with it all that were handed out
            again += pending.values()
            pending.clear()
            engine.renew()
        for task in again:
            yield task, _alone(engine, task)


def _alone(engine: Engine, task: Task) -> Outcome:
    outcome = engine.outcome(engine.submit(task))
    if outcome is None:
        engine.renew()
        return Outcome("machine", error=ENDED)
    return outcome

"""Work beside the GUI thread: a frozen request goes in, its response comes back as a call on the GUI thread."""

import logging
import os
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from threading import get_native_id
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, QThreadPool, QTimer, Signal

from ..core.base.child import let_go_first
from ..core.base.errors import CancelledError, InputError
from ..core.base.progress import Tick, cancellable

T = TypeVar("T")

_THREADS = 2
_STACK_BYTES = 16 << 20
"""What Python gives its own threads on macOS, where Qt's would have 512 KB."""
_PROGRESS_SECONDS = 1 / 30
_NICENESS = 1
"""Hardly more than a hint: a thread that other programs keep from running may hold Python's lock, and then the window
and the sound wait with it. At 10 that took up to 140 ms on a machine busy with other work."""
_CHILD_NICENESS = 9
"""Of the processes beside the window, which still have all of a processor that it leaves them."""
_SWITCH_SECONDS = 0.0001
"""How long a thread may compute in Python while the window waits for Python's lock, which painting asks for several
hundred times: at 0.5 ms a painting of 30 ms took up to 130 ms beside two jobs."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Job:
    channel: str
    work: Callable[[Tick], Any]
    done: Callable[[Any], object]
    cancelled: bool = False
    told: float = -inf
    """When its progress was last announced, seconds on the monotonic clock."""

    def forget(self) -> None:
        """Let go of `done` on the GUI thread: the last reference to a widget must not die on another one."""
        self.done = _ignore


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    value: Any = None
    error: BaseException | None = None


def _give_way() -> None:
    """Let the GUI thread go before this one, and before all threads that this one starts, where the system can."""
    if sys.platform == "linux":  # elsewhere a thread has no niceness of its own
        os.setpriority(os.PRIO_PROCESS, get_native_id(), os.getpriority(os.PRIO_PROCESS, os.getpid()) + _NICENESS)


def _ignore(value: Any) -> None:
    """Take a result that nobody wants."""


class Jobs(QObject):
    """Runs work on threads of its own, two and one for what is quick; in every channel only the newest counts.

    Work sees nothing but what it was given, asks its tick between chunks, and returns a value. The value reaches
    `done` on the GUI thread, unless the job was cancelled or another was submitted to its channel meanwhile.
    """

    progress = Signal(str, object, object)
    """(channel, done, total), at most 30 times a second for each job; the numbers are int, which in a signal of Qt's
    own has 32 bits, and half a day of samples does not fit those."""
    failed = Signal(str, object)
    """(channel, exception): what the work, or the `done` of its result, raised."""
    finished = Signal(str)
    """Nothing is under way in this channel any more: it is done, has failed, or was cancelled."""
    _advanced = Signal(object, object, object)
    _arrived = Signal(object, object)
    _idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_SWITCH_SECONDS)
        let_go_first(_CHILD_NICENESS)
        self._newest: dict[str, _Job] = {}
        self._closed = False
        self._pool, self._quick = self._new_pool(_THREADS), self._new_pool(1)
        self._advanced.connect(self._on_advanced, Qt.ConnectionType.QueuedConnection)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._results: deque[tuple[_Job, _Outcome]] = deque()
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._take_result)

    def _new_pool(self, threads: int) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(threads)
        pool.setStackSize(_STACK_BYTES)
        return pool

    @property
    def busy(self) -> bool:
        """Whether a result is still awaited."""
        return bool(self._newest)

    def submit(self, channel: str, work: Callable[[Tick], T], done: Callable[[T], object]) -> None:
        """Do some work, in the place of whatever the channel was doing.

        Parameters
        ----------
        channel : str
            What it is about; an older job of this channel is cancelled and its result dropped.
        work : callable
            Called on another thread with a tick, which it calls with (done, total) between chunks and which raises
            `CancelledError` once nobody wants the result any more.
        done : callable
            Called on the GUI thread with the result. After `close` nothing is done at all.
        """
        self._start(self._pool, channel, work, done)

    def submit_quick(self, channel: str, work: Callable[[Tick], T], done: Callable[[T], object]) -> None:
        """Do what takes milliseconds as `submit` does, without waiting until a recording or a diagnosis is done."""
        self._start(self._quick, channel, work, done)

    def _start(self, pool: QThreadPool, channel: str, work: Callable[[Tick], T], done: Callable[[T], object]) -> None:
        if self._closed:
            return
        job = _Job(channel, work, done)
        if older := self._newest.get(channel):
            older.cancelled = True
            older.forget()
        self._newest[channel] = job
        pool.start(lambda: self._run(job))

    def cancel(self, channel: str) -> None:
        """Stop a channel's work at its next tick and drop its result."""
        if job := self._newest.get(channel):
            job.cancelled = True
            self._retire(job)

    def cancel_all(self) -> None:
        """Stop the work of every channel."""
        for channel in list(self._newest):
            self.cancel(channel)

    def wait_idle(self, seconds: float) -> bool:
        """Process events until no result is awaited, at most so many seconds; tell whether that was reached."""
        loop, timer = QEventLoop(), QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(loop.quit)
        self._idle.connect(loop.quit)
        timer.start(round(1000 * seconds))
        while self.busy and timer.isActive():  # new work may follow at once what has just been done
            loop.exec()
        self._idle.disconnect(loop.quit)
        return not self.busy

    def close(self) -> None:
        """Cancel everything and wait until the threads have ended; to be called before Qt deletes this object."""
        self._closed = True
        self._turn.stop()
        self._results.clear()
        self.cancel_all()
        for pool in (self._pool, self._quick):
            pool.waitForDone()

    def _run(self, job: _Job) -> None:
        """Do a job's work; on a thread of the pool."""

        def check() -> None:
            if job.cancelled:
                raise CancelledError

        def tick(done: int, total: int) -> None:
            check()
            if (now := monotonic()) - job.told >= _PROGRESS_SECONDS:
                job.told = now
                self._advanced.emit(job, done, total)

        if job.cancelled:
            return
        _give_way()
        try:
            with cancellable(check):
                outcome = _Outcome(job.work(tick))
        except BaseException as error:  # even SystemExit: on this thread it would vanish
            outcome = _Outcome(error=error)
        self._arrived.emit(job, outcome)

    def _on_advanced(self, job: _Job, done: int, total: int) -> None:
        if self._newest.get(job.channel) is job:
            self.progress.emit(job.channel, done, total)

    def _on_arrived(self, job: _Job, outcome: _Outcome) -> None:
        """Let each result have a turn of the event loop: what several of them change is not drawn all at once."""
        if not self._closed:
            self._results.append((job, outcome))
            self._turn.start()

    def _take_result(self) -> None:
        job, outcome = self._results.popleft()
        if self._results:
            self._turn.start()
        if self._newest.get(job.channel) is not job:
            return
        error = outcome.error
        if error is None:
            try:
                job.done(outcome.value)
            except Exception as raised:
                error = raised
        if error is not None and not isinstance(error, CancelledError):
            self._announce(job.channel, error)
        self._retire(job)

    def _announce(self, channel: str, error: BaseException) -> None:
        if not isinstance(error, InputError):
            _log.error("the job %r failed", channel, exc_info=error)
        self.failed.emit(channel, error)

    def _retire(self, job: _Job) -> None:
        """End a job; its channel is at rest unless a newer one has taken it meanwhile."""
        job.forget()
        if self._newest.get(job.channel) is job:
            del self._newest[job.channel]
            self.finished.emit(job.channel)
        if not self.busy:
            self._idle.emit()

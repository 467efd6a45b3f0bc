"""Beats in a window's event loop: how late each came, how much of that is work, and what held up the latest."""

import os
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from types import FrameType

import numpy as np
import numpy.typing as npt

HEARTBEAT_MS = 5
MAX_STALL_MS = 50.0
_SPARE = 1.2
"""Beats for which there is room, by those of the time that is asked for: the last rest comes after it."""
LATE, OWN, WORKED = range(3)
"""Columns: how late a beat came all in all, without waiting for a processor, and the work of the window's thread."""


class Heart:
    """Beats in the event loop; where a beat comes late, an alarm looks at what holds it up.

    What it takes down has its memory from the beginning: it must not be what the soak finds to grow.
    """

    def __init__(self, minutes: float) -> None:
        from PySide6.QtCore import Qt, QTimer

        room = ceil(_SPARE * 60_000 * minutes / HEARTBEAT_MS) + 10_000
        self._figures = np.full((room, 3), np.nan, np.float32)
        self._doing = np.full(room, 0xFFFF, np.uint16)
        self._count, self._now_doing, self._names = 0, 0, [""]
        self.places = Counter[str]()
        # A thread beside this one that asks Python for its frames would crash within Qt's own.
        signal.signal(signal.SIGALRM, self._look)
        self._waits = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
        self._before = self._now()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=HEARTBEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    @property
    def figures(self) -> npt.NDArray[np.float32]:
        """What was taken down, (beats, 3) milliseconds."""
        return self._figures[: self._count]

    def begin(self, action: str) -> None:
        """Say what the user does from now on."""
        if action not in self._names:
            self._names.append(action)
        self._now_doing = self._names.index(action)

    def action(self, beat: int) -> str:
        """Give what the user did before a beat."""
        return self._names[self._doing[beat]]

    def _now(self) -> tuple[float, float, float]:
        """Give the time, the time of waiting for a processor, and the time of work, seconds."""
        waited = int(os.pread(self._waits, 100, 0).split()[1]) / 1e9
        return time.perf_counter(), waited, time.thread_time()

    def _beat(self) -> None:
        now = self._now()
        passed, waited, worked = ((after - before) * 1000 for before, after in zip(self._before, now, strict=True))
        late = max(passed - HEARTBEAT_MS, 0.0)
        self._figures[self._count] = late, max(late - waited, 0.0), worked
        self._doing[self._count] = self._now_doing
        self._count = min(self._count + 1, len(self._figures) - 1)
        self._before = now
        signal.setitimer(signal.ITIMER_REAL, MAX_STALL_MS / 1000)

    def _look(self, _: int, frame: FrameType | None) -> None:
        stack = traceback.extract_stack(frame)[:-8:-1]
        self.places[" < ".join(f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in stack)] += 1

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out what is no work of the window's."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._timer.stop()
        yield
        self._before = self._now()
        self._timer.start()

    def stop(self) -> None:
        """End the beats."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._timer.stop()
        os.close(self._waits)

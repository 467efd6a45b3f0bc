"""What an event loop goes through: by how much its beats come late, and what a step with its painting takes."""

import resource
import time
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, Qt, QTimer

HEARTBEAT_MS = 5
Milliseconds = npt.NDArray[np.float64]


class Heart:
    """Beats every few milliseconds from `start` to `stop`, as far as the event loop lets it."""

    def __init__(self) -> None:
        self._beats: list[float] = []
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=HEARTBEAT_MS)
        self._timer.timeout.connect(lambda: self._beats.append(time.perf_counter()))

    def start(self) -> None:
        """Forget the beats so far, and begin."""
        self._beats = [time.perf_counter()]
        self._timer.start()

    def stop(self) -> Milliseconds:
        """End, and give by how much each beat came late."""
        self._timer.stop()
        self._beats.append(time.perf_counter())
        return np.maximum(np.diff(self._beats) * 1000 - HEARTBEAT_MS, 0)


def timed_steps(step: Callable[[float], object], values: Iterable[float]) -> Milliseconds:
    """Take a step a value, each with the painting that it causes, and give what each took."""
    times = []
    for value in values:
        QCoreApplication.processEvents()
        start = time.perf_counter()
        step(value)
        QCoreApplication.processEvents()
        times.append((time.perf_counter() - start) * 1000)
    return np.array(times)


def peak_megabytes() -> float:
    """Give the peak of this process's resident memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

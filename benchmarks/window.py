"""The window on one hour: stalls of the event loop while it is computed, scrubbing, panning and zooming, memory."""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure import table
from pipeline import recording

os.environ |= {"QT_QPA_PLATFORM": "offscreen", "FRAMESCOPE_ENCODER": "stand-in"}
WIDTH, HEIGHT, STEPS, HEARTBEAT_MS = 1600, 1000, 300, 5


def main(report: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = name
        rows = measured(Path(recording(Path(name) / "hour.wav", 3600)), Path(recording(Path(name) / "minute.wav", 60)))
    text = table(["one hour, all panes, 1600 px, offscreen", "median", "p95", "p99", "max"], rows)
    note = "Milliseconds but for the memory, MB. Made by `make bench`."
    Path(report).write_text(f"# The window\n\n{text}\n\n{note}\n", encoding="utf-8")
    print(text)


def measured(hour: Path, minute: Path) -> list[list[str]]:
    from framescope.app.window import MainWindow
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    window = MainWindow()
    window.resize(WIDTH, HEIGHT)
    window.show()
    beats: list[float] = []
    heart = QTimer()
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start(HEARTBEAT_MS)
    window.open(minute)
    window.jobs.wait_idle(300)
    at_minute = peak_megabytes()
    beats.clear()
    window.open(hour)
    window.jobs.wait_idle(1200)
    heart.stop()
    stalls = np.diff(beats) * 1000 - HEARTBEAT_MS
    timeline, steps = window.timeline, np.linspace(60, 3500, STEPS)

    def each(move: Callable[[float], None]) -> np.ndarray:
        spent = []
        for step in steps:
            start = time.perf_counter()
            move(float(step))
            application.processEvents()
            spent.append((time.perf_counter() - start) * 1000)
        return np.array(spent)

    scrub = each(timeline.seek)
    timeline.show(100, 160)
    pan = each(lambda step: timeline.pan_by(9.7 if step < 3400 else -9.7))
    zoom = each(lambda step: timeline.zoom_at(step, 0.8 if int(step) % 2 else 1.25))
    at_hour = peak_megabytes()
    window.close()
    rows = [
        row("event-loop stall while opening and computing", stalls),
        row("scrub step", scrub),
        row("linked pan", pan),
        row("linked zoom", zoom),
    ]
    return [
        *rows,
        ["peak memory at 60 s", f"{at_minute:.0f}", "", "", ""],
        ["peak memory", f"{at_hour:.0f}", "", "", ""],
    ]


def row(name: str, values: np.ndarray) -> list[str]:
    return [name, *(f"{np.percentile(values, share):.1f}" for share in (50, 95, 99, 100))]


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1])

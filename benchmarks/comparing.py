"""The lanes with two ports of one hour at 1600 pixels: scrubbing and panning in every view, memory, stalls."""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from framescope.app.compare_lanes import CompareLanes
from framescope.app.lanes import LanePane
from framescope.core.compare.comparison import Comparison
from framescope.core.compare.stage import compare_stages
from framescope.core.compare.tolerance import load_profile
from framescope.core.run import Run, Stage, StageName
from framescope.core.timebase import Timebase
from framescope.models.jobs import Jobs
from framescope.models.runs import OpenRun
from framescope.models.timeline import Timeline
from framescope.widgets.compare_view import View
from measure import table
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

SECONDS, WIDTH, HEIGHT, STEPS, HEARTBEAT_MS = 3600, 1600, 1000, 150, 5
RNG = np.random.default_rng(0)


class Opened(QObject):
    """The open runs, already compared."""

    changed, updated, lag_changed, profile_changed = Signal(), Signal(int), Signal(), Signal()
    lag_applied, profile = True, load_profile()

    def __init__(self, reference: Run, ports: list[Run]) -> None:
        super().__init__()
        self.reference = OpenRun(0, Path(reference.name), reference.name, run=reference)
        compared = comparisons(reference, ports)
        self.ports = [
            OpenRun(key, Path(port.name), port.name, run=port, comparison=comparison)
            for key, (port, comparison) in enumerate(zip(ports, compared, strict=True), 1)
        ]
        self.items = (self.reference,)
        self.port: OpenRun | None = None

    @property
    def comparison(self) -> Comparison | None:
        """The comparison of the chosen port."""
        return self.port.comparison if self.port else None


def main(report: str | None = None) -> None:
    application = QApplication.instance() or QApplication([])
    timeline, jobs, runs = Timeline(), Jobs(), Opened(reference := hour("reference", 0), ports(reference))
    pane = LanePane(timeline)
    lanes = CompareLanes(pane, runs, timeline, jobs)
    timeline.set_duration(SECONDS, Timebase())
    pane.resize(WIDTH, HEIGHT)
    pane.show()
    runs.changed.emit()
    jobs.wait_idle(120)
    before = megabytes()
    stalls = stalls_while(lambda: show_ports(runs, jobs))
    grown = megabytes() - before
    rows = [view_row(lanes, timeline, view) for view in get_args(View)]
    jobs.close()
    text = table(["view", "scrub step", "pan, the whole hour", "pan, 1 minute"], rows)
    about = (
        f"Milliseconds, median / 95th percentile of {STEPS}: overview, ruler, mel, features and errors of two ports of "
        f"one hour, {WIDTH} x {HEIGHT} pixels, software rendering.\n\nPyramids of one port and its difference: "
        f"{grown:.0f} MB. Event-loop stall while they are built: p99 {np.percentile(stalls, 99):.1f} ms, "
        f"longest {stalls.max():.1f} ms. Made by `make bench`."
    )
    print(text, about, sep="\n\n")
    if report:
        Path(report).write_text(f"# Comparing in the window\n\n{text}\n\n{about}\n", encoding="utf-8")
    application.processEvents()


def hour(name: str, lag: int) -> Run:
    """Make an hour of noise."""
    mel = RNG.random((80, SECONDS * 80 + 1 - lag), np.float32)
    features = RNG.random((SECONDS * 25, 512), np.float32)
    return Run(name, "loaded", {"mel": Stage("mel", mel), "features": Stage("features", features)})


def ports(reference: Run) -> list[Run]:
    """Make two ports: what was written once is enough for both."""
    port = hour("one", 2)
    return [port, Run("two", "loaded", port.stages)]


def comparisons(reference: Run, ports: list[Run]) -> list[Comparison]:
    """Compare both ports, which hold the same values, at once."""
    profile = load_profile()
    lags: dict[StageName, int] = {"mel": 2, "features": 0}
    stages = tuple(
        compare_stages(reference[name], ports[0][name], profile[name], lag=lag) for name, lag in lags.items()
    )
    return [Comparison(reference, port, profile, stages, {}, ()) for port in ports]


def show_ports(runs: Opened, jobs: Jobs) -> None:
    runs.items = (runs.reference, *runs.ports)
    runs.port = runs.ports[0]
    runs.changed.emit()
    jobs.wait_idle(120)


def stalls_while(work: Callable[[], None]) -> np.ndarray:
    """Give by how many milliseconds each beat of the event loop came late."""
    beats: list[float] = []
    heart = QTimer()
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start(HEARTBEAT_MS)
    work()
    heart.stop()
    return np.diff(beats) * 1000 - HEARTBEAT_MS


def view_row(lanes: CompareLanes, timeline: Timeline, view: View) -> list[str]:
    lanes.set_view(view)
    timeline.fit()
    scrub = measure(lambda step: timeline.seek(60 + 23.3 * step))
    timeline.show(0, SECONDS - 60)
    wide = measure(lambda step: timeline.pan_by(40 if step % 2 else -40))
    timeline.show(100, 160)
    return [view, scrub, wide, measure(lambda _: timeline.pan_by(9.7))]


def measure(step: Callable[[int], object]) -> str:
    """Time a step with the painting that it causes."""
    times = []
    for number in range(STEPS):
        QApplication.processEvents()
        start = time.perf_counter()
        step(number)
        QApplication.processEvents()
        times.append((time.perf_counter() - start) * 1000)
    return f"{np.median(times):.1f} / {np.percentile(times, 95):.1f}"


def megabytes() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The lanes on one hour of sound at 1600 pixels: what a moved cursor and a moved view cost."""

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from framescope.core.drawing.coordinates import stage_coordinates
from framescope.core.drawing.pyramid import HeatPyramid, PeakPyramid
from framescope.core.run import Stage
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.lanes.heatmap import HeatLane
from framescope.widgets.lanes.lane import Lane
from framescope.widgets.lanes.overview import Overview
from framescope.widgets.lanes.ruler import TimeRuler
from framescope.widgets.lanes.waveform import WaveformLane
from measure import table
from PySide6 import __version__ as pyside
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

SECONDS, WIDTH, HEIGHT = 3600, 1600, 160
ROUNDS = 150
VIEWS = {"the whole hour": SECONDS, "1 minute": 60, "5 seconds": 5}
RNG = np.random.default_rng(0)


def main(report: str | None = None) -> None:
    application = QApplication.instance() or QApplication([])
    timeline = Timeline()
    timeline.set_duration(SECONDS, Timebase())
    lanes = make_lanes(timeline)
    rows = [row(name, [lane], timeline) for name, lane in lanes.items()]
    four = [lanes[name] for name in ("ruler", "waveform", "mel", "features")]
    rows.append(row("these four together", four, timeline))
    rows.append(row("with the overview", [lanes["overview"], *four], timeline))
    headers = ["lane", "cursor step", *(f"pan or zoom, {view}" for view in VIEWS)]
    text = table(headers, rows)
    about = f"Milliseconds, median / 95th percentile of {ROUNDS}, {WIDTH} pixels wide, software rendering; Python "
    about += f"{platform.python_version()}, PySide6 {pyside}. Made by `make bench`."
    print(text)
    if report:
        Path(report).write_text(f"# Drawing one hour\n\n{text}\n\n{about}\n", encoding="utf-8")
    application.processEvents()


def make_lanes(timeline: Timeline) -> dict[str, Lane]:
    """Make the lanes with an hour of noise."""
    samples = RNG.standard_normal(SECONDS * 16000, dtype=np.float32) / 4
    peaks = PeakPyramid.build(samples)
    overview, waveform = Overview(timeline), WaveformLane(timeline)
    overview.set_pyramid(peaks)
    waveform.set_samples(samples, peaks)
    mel, features = (
        HeatLane(timeline, name, stage_coordinates(Stage(name, np.zeros((80, 512))))) for name in ("mel", "features")
    )
    fill(mel, (SECONDS * 80 + 1, 80), rate=80, offset=0.5)
    fill(features, (SECONDS * 25, 512), rate=25, offset=0)
    return {"overview": overview, "ruler": TimeRuler(timeline), "waveform": waveform, "mel": mel, "features": features}


def fill(lane: HeatLane, shape: tuple[int, int], *, rate: float, offset: float) -> None:
    values = RNG.random(shape, dtype=np.float32)
    pyramid = HeatPyramid(*shape, 0, 1)
    pyramid.fill(0, values)
    lane.set_array(values, pyramid, rate=rate, offset=offset)


def row(name: str, lanes: list[Lane], timeline: Timeline) -> list[str]:
    """Measure some lanes in a window of their own."""
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    for lane in lanes:
        lane.setMinimumHeight(min(HEIGHT, lane.maximumHeight()))
        layout.addWidget(lane)
    window.resize(WIDTH, sum(lane.minimumHeight() for lane in lanes))
    window.show()
    QApplication.processEvents()
    timeline.fit()
    steps = [measure(lambda: timeline.drag_to((timeline.cursor + 7.77) % SECONDS))]
    for seconds in VIEWS.values():
        timeline.show(SECONDS / 3, SECONDS / 3 + seconds)
        steps.append(measure(lambda seconds=seconds: move(timeline, seconds)))
    for lane in lanes:
        lane.setParent(None)
    return [name, *steps]


def move(timeline: Timeline, seconds: float) -> None:
    """Pan, or zoom where there is nowhere to pan to."""
    before = timeline.visible
    timeline.pan_by(seconds * 0.013)
    if timeline.visible == before:
        timeline.zoom_at(SECONDS / 3, 0.999)


def measure(step: Callable[[], object]) -> str:
    """Time a step with the painting that it causes."""
    times = []
    for _ in range(ROUNDS):
        QApplication.processEvents()
        start = perf_counter()
        step()
        QApplication.processEvents()
        times.append((perf_counter() - start) * 1000)
    return f"{np.median(times):.2f} / {np.percentile(times, 95):.2f}"


if __name__ == "__main__":
    main(*sys.argv[1:])

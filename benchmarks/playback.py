"""The cursor against what is heard of a click track, recorded from the monitor of a sink of its own."""

import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("FRAMESCOPE_ENCODER", "stand-in")

import numpy as np
import soundfile
from framescope.core.timebase import Timebase
from framescope.models.jobs import Jobs
from framescope.models.playback import Playback
from framescope.models.recording import RecordingModel
from framescope.models.timeline import Timeline
from helpers.null_sink import NullSink, null_sink
from measure import table
from pipeline import recording
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

CLICKS, APART = 60, 0.2
"""How many clicks a row has, and how many seconds lie between two that are heard."""
RATES, SPEEDS = (16_000, 44_100, 48_000), (0.5, 1.0, 2.0)
STALL = 0.45
LONG_MINUTES = 10
HEADERS = ["cursor minus audible, ms", "clicks", "median", "p95 of the size", "largest"]


class Bench:
    """A player, what is heard of it, and where the cursor was at every moment."""

    def __init__(self, sink: NullSink, folder: Path) -> None:
        self.sink, self.folder = sink, folder
        self.timeline = Timeline()
        self.playback = Playback(self.timeline)
        self.moves: list[tuple[float, float]] = []
        self.timeline.cursor_changed.connect(lambda seconds: self.moves.append((time.monotonic(), seconds)))

    def open(self, rate: int, apart: float, count: int, channels: int = 2) -> None:
        """Open a track with a click every `apart` seconds."""
        track = np.zeros((round(rate * apart * (count + 1)), channels), np.float32)
        length = round(rate * 0.001)
        for click in range(1, count + 1):
            start = round(click * apart * rate)
            track[start : start + length] = 0.8 * np.hanning(length)[:, None]
        path = self.folder / "clicks.wav"
        soundfile.write(path, track, rate, subtype="PCM_16")
        self.timeline.set_duration(len(track) / rate, Timebase())
        self.timeline.fit()
        self.playback.load(path)
        self.timeline.go_home()

    def errors(self, since: float, apart: float) -> np.ndarray:
        """Give how much earlier than the click the cursor was there, ms, for every click since a moment."""
        wait(0.3)
        moves = np.array(self.moves)
        heard = self.sink.clicks(since, 0.4 * APART)
        shown = moves[np.searchsorted(moves[:, 0], heard) - 1, 1]
        places = np.maximum(1, np.rint(shown / apart)) * apart
        return 1000 * (shown - places) / self.playback.options.speed


def main(report: str | None = None, *options: str) -> None:
    application = QApplication([])
    with tempfile.TemporaryDirectory() as name, null_sink(Path(name), until) as sink:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = name
        bench = Bench(sink, Path(name))
        rows = list(accuracy(bench)) + list(after(bench))
        if "--long" in options:
            rows.append(long_run(bench))
        costs = [latency(bench), *cost(bench, Path(name))]
        bench.playback.close()
    text = table(HEADERS, rows) + "\n\n" + table(["", "median", "largest"], costs)
    about = "What is shown when a click is heard; PortAudio to PulseAudio's null sink, nothing calibrated; Python "
    about += f"{platform.python_version()}, {os.cpu_count()} processors. Made by `make bench`."
    print(text)
    if report:
        Path(report).write_text(f"# Playing\n\n{text}\n\n{about}\n", encoding="utf-8")
    application.processEvents()


def accuracy(bench: Bench) -> Iterator[list[str]]:
    for busy in (False, True):
        with computing(bench.folder) if busy else idle():
            for rate in RATES:
                for speed in SPEEDS:
                    errors = played(bench, rate, speed)
                    yield row(f"{rate:,} Hz, {speed}x, {'encoder computing' if busy else 'idle'}", errors)


def played(bench: Bench, rate: int, speed: float) -> np.ndarray:
    bench.open(rate, APART * speed, CLICKS)
    bench.playback.set_options(replace(bench.playback.options, speed=speed))
    start = time.monotonic()
    bench.playback.play()
    until(lambda: not bench.playback.playing)
    return bench.errors(start, APART * speed)


def after(bench: Bench) -> Iterator[list[str]]:
    bench.playback.set_options(replace(bench.playback.options, speed=1.0))
    bench.open(48_000, APART, 200)
    bench.playback.play()
    for place in np.random.default_rng(0).uniform(0, 25, 50):
        bench.timeline.seek(float(place))
        wait(0.05)
    yield row("after 50 seeks", go_on(bench))
    for _ in range(3):
        time.sleep(STALL)
        wait(0.1)
    yield row("after 3 stalls of the GUI of 450 ms", go_on(bench))
    bench.timeline.select(APART / 2, APART * 3 / 2)
    bench.playback.set_options(replace(bench.playback.options, loop=True))
    bench.timeline.seek(APART / 2)
    wait(0.3)
    start = time.monotonic()
    wait(APART * 50)
    middle = time.monotonic()
    bench.playback.pause()
    errors = bench.errors(start, APART)
    yield row("in 50 wraps of a loop", errors[: round((middle - start) / APART)])
    bench.playback.set_options(replace(bench.playback.options, loop=False))
    bench.timeline.clear_selection()


def go_on(bench: Bench) -> np.ndarray:
    bench.timeline.seek(0.1)
    wait(0.3)
    start = time.monotonic()
    wait(CLICKS * APART)
    return bench.errors(start, APART)


def long_run(bench: Bench) -> list[str]:
    count = round(LONG_MINUTES * 60 / APART)
    bench.open(48_000, APART, count)
    bench.playback.play()
    until(lambda: bench.timeline.cursor > (count - CLICKS) * APART, LONG_MINUTES * 60 + 10)
    start = time.monotonic()
    until(lambda: not bench.playback.playing)
    return row(f"the last of {LONG_MINUTES} minutes", bench.errors(start, APART))


def latency(bench: Bench) -> list[str]:
    """Seek to shortly before a click, 30 times, and give how much later than it should it is heard."""
    bench.open(48_000, 1.0, 20)
    bench.playback.play()
    wait(0.5)
    late = []
    for turn in range(30):
        wait(0.2 + 0.0037 * turn)
        start = time.monotonic()
        bench.timeline.seek(5.0 - 0.02)
        wait(0.4)
        late.append(1000 * (bench.sink.clicks(start)[0] - start - 0.02))
    bench.playback.pause()
    return ["from a seek to its sound, ms", f"{np.median(late):.0f}", f"{max(late):.0f}"]


def cost(bench: Bench, folder: Path) -> Iterator[list[str]]:
    """Play in the whole window, and give the share of a core that the process takes."""
    from framescope.app.window import MainWindow

    window = MainWindow()
    window.resize(1600, 1000)
    window.show()
    path = Path(recording(folder / "minute.wav", 60))
    window.open(path)
    window.jobs.wait_idle(300)
    playback = window.playing.player
    for follow, view in (("page", 60.0), ("page", 5.0), ("smooth", 5.0)):
        window.timeline.set_follow(follow)
        window.timeline.show(0, view)
        window.timeline.go_home()
        playback.play()
        wait(1)
        shares = []
        for _ in range(5):
            before = busy_seconds()
            wait(1.0)
            shares.append(100 * (busy_seconds() - before))
        playback.pause()
        yield [
            f"% of a core, all panes, {view:.0f} s in view, {follow}",
            f"{np.median(shares):.0f}",
            f"{max(shares):.0f}",
        ]
    window.close()


@contextmanager
def computing(folder: Path) -> Iterator[None]:
    """Have the encoder compute an hour in this process, again and again."""
    jobs = Jobs()
    model = RecordingModel(Timeline(), jobs)
    hour = recording(folder / "hour.wav", 3600)
    model.finished.connect(lambda: model.open(hour))
    model.open(hour)
    until(lambda: bool(len(model.filled)), 120)
    yield
    model.close()
    jobs.close()


@contextmanager
def idle() -> Iterator[None]:
    yield


def row(name: str, errors: np.ndarray) -> list[str]:
    size = np.abs(errors)
    figures = (np.median(errors), np.percentile(size, 95), size.max())
    cells = [name, str(len(errors)), *(f"{figure:.1f}" for figure in figures)]
    print(*cells, sep="  ", flush=True)
    return cells


def wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def until(condition: Callable[[], bool], patience: float = 120) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("waited in vain")
        QApplication.processEvents()
        time.sleep(0.001)


def busy_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])

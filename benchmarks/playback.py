"""The cursor against what is heard of a click track, recorded from the monitor of a sink of its own: 18 minutes."""

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
from framescope.models.playback.feed import feed
from framescope.models.playback.line import Route
from framescope.models.playback.source import open_source
from framescope.models.recording import RecordingModel
from framescope.models.timeline import Timeline
from helpers.null_sink import NullSink, null_sink
from measure import table
from pipeline import recording
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

CLICKS, APART = 60, 0.197
"""How many clicks a row has, and how many seconds lie between two that are heard: no multiple of half a redraw, so that
clicks fall on every moment between two redraws."""
RATES, SPEEDS = (16_000, 44_100, 48_000), (0.5, 1.0, 2.0)
STALL = 0.45
LONG_MINUTES = 10
ABOUT = """\
What is shown when a click is heard; PortAudio to PulseAudio's null sink, nothing calibrated; {}. Where other programs
compute, there are twice as many of them as processors. Goals: a median of 8 ms at most, a p95 of 15, a largest of 20;
120 ms from a seek to its sound; 35 % of a core. Made by `make bench`."""
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


def main(report: str | None = None) -> None:
    application = QApplication([])
    with tempfile.TemporaryDirectory() as name, null_sink(Path(name), until) as sink:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = name
        bench = Bench(sink, Path(name))
        # Before a gap in the sound has made the device's buffer longer.
        costs = [latency(bench), wraps(bench), *cost(bench, Path(name))]
        rows = [*accuracy(bench), *after(bench), long_run(bench)]
        bench.playback.close()
    text = table(HEADERS, rows) + "\n\n" + table(["", "median", "largest"], costs)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    print(text)
    if report:
        Path(report).write_text(f"# Playing\n\n{text}\n\n{ABOUT.format(machine)}\n", encoding="utf-8")
    application.processEvents()


def accuracy(bench: Bench) -> Iterator[list[str]]:
    surroundings: tuple[tuple[str, Callable[[], AbstractContextManager[None]], tuple[float, ...]], ...] = (
        ("idle", nullcontext, SPEEDS),
        ("encoder computing", lambda: computing(bench.folder), SPEEDS),
        ("other programs computing", crowded, (1.0,)),
    )
    for name, surrounding, speeds in surroundings:
        with surrounding():
            for rate in RATES:
                for speed in speeds:
                    yield row(f"{rate:,} Hz, {speed}x, {name}", played(bench, rate, speed))


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


def wraps(bench: Bench) -> list[str]:
    """Count the samples of 1,000 wraps of a loop that are not those of the recording."""
    path, count = bench.folder / "noise.wav", 1_000
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, (48_000, 2)), 48_000, subtype="PCM_16")
    sound, _ = soundfile.read(path, dtype="float32")
    start, stop, given, missing = 12_345, 23_456, list[np.ndarray](), count * (23_456 - 12_345)
    for block in feed(open_source(path), Route(start, stop, start), 1.0, 48_000, 2):
        given.append(block[:missing])
        if not (missing := missing - len(given[-1])):
            break
    wrong = np.count_nonzero(np.concatenate(given) != np.tile(sound[start:stop], (count, 1)))
    return ["wrong samples in 1,000 wraps of a loop", f"{wrong}", f"{wrong}"]


def cost(bench: Bench, folder: Path) -> Iterator[list[str]]:
    """Play in the whole window, and give the share of a core that the process takes."""
    from framescope.app.window.window import MainWindow

    window = MainWindow()
    window.resize(1600, 1000)
    window.show()
    path = Path(recording(folder / "minute.wav", 60))
    window.opening.open(path)
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
def crowded() -> Iterator[None]:
    """Have other programs keep every processor busy."""
    command = [sys.executable, "-c", "while True: sum(range(100_000))"]
    programs = [subprocess.Popen(command) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


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

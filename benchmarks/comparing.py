"""The window with two ports of one hour: scrubbing, panning and zooming in every comparing view, stalls, memory."""

import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
from comparison import save
from measure import table
from pipeline import recording

if TYPE_CHECKING:
    from framescope.app.window.window import MainWindow

os.environ |= {"QT_QPA_PLATFORM": "offscreen", "FRAMESCOPE_ENCODER": "stand-in"}
WIDTH, HEIGHT, STEPS, PATIENCE = 1600, 1000, 150, 600.0
TRIED = {
    "filterbank.scale": "htk",
    "window.symmetry": "symmetric",
    "log.floor": 1e-3,
    "fft.power": 2.0,
    "clip.high": 2.0,
}
"""Parameters that are changed by hand, each to another value than the reference's."""
FILES = {"mel": "mel_spectrogram", "features": "audio_features_raw"}


def main(report: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = name
        text, about = measured(Path(name))
    Path(report).write_text(f"# Comparing in the window\n\n{text}\n\n{about}\n", encoding="utf-8")
    print(text, about, sep="\n\n")


def measured(folder: Path) -> tuple[str, str]:
    from eventloop import Heart, peak_megabytes
    from framescope.app.window.window import MainWindow
    from framescope.core.settings import CompareView
    from PySide6.QtWidgets import QApplication

    application, heart = QApplication([]), Heart()
    window = MainWindow()
    window.resize(WIDTH, HEIGHT)
    window.show()
    gc.freeze()  # as the program does
    window.opening.open(Path(recording(folder / "hour.wav", 3600)))
    window.jobs.wait_idle(PATIENCE)
    ports = [write_port(window, folder / "near", late=0), write_port(window, folder / "late", late=2)]
    application.processEvents()
    heart.start()
    for port in ports:
        window.comparing.add(port)
    at_rest(window)
    stalls = heart.stop()
    rows = [view_row(window, view) for view in get_args(CompareView)]
    tried = what_if_times(window)
    text = table(["view", "scrub step", "pan, 1 minute", "zoom", "pan, the whole hour"], rows)
    about = (
        f"Milliseconds, median / 95th percentile of {STEPS}: the whole window at {WIDTH} x {HEIGHT}, offscreen, one "
        "hour and two ports of it (mel and features in float32, one of them late by two columns), every lane, the "
        f"frame's mosaics of reference, port and difference, {os.cpu_count()} processors.\n\nWhile the ports are read, "
        f"compared, diagnosed and drawn, the event loop stalls for {np.percentile(stalls, 99):.1f} ms (p99), "
        f"{stalls.max():.1f} ms at most; peak memory {peak_megabytes():.0f} MB.\n\nA parameter that is changed by hand "
        f"is seen of the part in view, the whole hour and a minute, after {np.median(tried):.0f} / "
        f"{np.percentile(tried, 95):.0f} ms of the processor (of {len(tried)}). Made by `make bench`."
    )
    window.close()
    return text, about


def what_if_times(window: "MainWindow") -> list[float]:
    """Give the milliseconds of the processor from a changed parameter until the part in view is painted with it."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    what_if, loop, times = window.comparing.trying.what_if, QEventLoop(), list[float]()
    ends: list[float] = []  # the whole is computed from then on, which nobody waits for
    window.comparing.trying.lanes.shown.connect(lambda _: (ends.append(time.process_time()), loop.quit()))
    for span in ((0, 3600), (100, 160)):
        window.timeline.show(*span)
        for parameter, value in TRIED.items():
            start = time.process_time()
            what_if.change(parameter, value)
            loop.exec()
            painting = time.thread_time()
            QApplication.processEvents()
            times.append(1000 * (ends[-1] - start + time.thread_time() - painting))
            what_if.reset()
            window.jobs.wait_idle(PATIENCE)
    return times


def write_port(window: "MainWindow", folder: Path, *, late: int) -> Path:
    """Write what a float32 port would have written, a little noisy, its mel late by some columns."""
    folder.mkdir()
    run = window.model.run
    assert run is not None
    for stage, name in FILES.items():
        values = np.asarray(run[stage].array)
        save(folder / f"{name}.npy", values[:, late:] if stage == "mel" else values)
    return folder


def at_rest(window: "MainWindow") -> None:
    """Wait until every port has been compared, diagnosed and drawn."""
    end = time.monotonic() + PATIENCE
    while not window.jobs.wait_idle(1) or any(run.state not in {"ready", "failed"} for run in window.runs.items):
        if time.monotonic() > end:
            raise SystemExit("the window came to no verdict")


def view_row(window: "MainWindow", view: str) -> list[str]:
    from eventloop import timed_steps

    timeline, steps = window.timeline, np.linspace(60, 3500, STEPS)
    window.comparing.set_view(view)
    window.jobs.wait_idle(PATIENCE)
    timeline.show(100, 160)
    times = [timed_steps(timeline.seek, steps)]
    timeline.show(100, 160)
    times.append(timed_steps(lambda _: timeline.pan_by(9.7), steps))
    times.append(timed_steps(lambda step: timeline.zoom_at(step, 0.8 if int(step) % 2 else 1.25), steps))
    timeline.show(0, 3540)
    times.append(timed_steps(lambda step: timeline.pan_by(40 if int(step) % 2 else -40), steps))
    return [view, *(f"{np.median(each):.1f} / {np.percentile(each, 95):.1f}" for each in times)]


if __name__ == "__main__":
    main(sys.argv[1])

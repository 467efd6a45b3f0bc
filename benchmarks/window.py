"""The window on one hour, and on two ports of it: stalls of the event loop, scrubbing, panning and zooming, memory."""

import gc
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measure import table
from pipeline import recording

if TYPE_CHECKING:
    from framescope.core.run import Run

os.environ |= {"QT_QPA_PLATFORM": "offscreen", "FRAMESCOPE_ENCODER": "stand-in"}
WIDTH, HEIGHT, STEPS = 1600, 1000, 300


def main(report: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = name
        rows = measured(Path(recording(Path(name) / "hour.wav", 3600)), Path(recording(Path(name) / "minute.wav", 60)))
    text = table(["one hour, all panes, 1600 px, offscreen", "median", "p95", "p99", "max"], rows)
    note = f"Milliseconds but for the memory, MB; {os.cpu_count()} processors. Made by `make bench`."
    Path(report).write_text(f"# The window\n\n{text}\n\n{note}\n", encoding="utf-8")
    print(text)


def measured(hour: Path, minute: Path) -> list[list[str]]:
    from eventloop import Heart, peak_megabytes, timed_steps
    from framescope.app.window.window import MainWindow
    from PySide6.QtWidgets import QApplication

    application, heart = QApplication([]), Heart()
    window = MainWindow()
    window.resize(WIDTH, HEIGHT)
    window.show()
    gc.freeze()  # as the program does
    application.processEvents()
    window.opening.open(minute)
    window.jobs.wait_idle(300)
    at_minute = peak_megabytes()
    heart.start()
    window.opening.open(hour)
    window.jobs.wait_idle(1200)
    stalls = heart.stop()
    timeline, steps = window.timeline, np.linspace(60, 3500, STEPS)
    scrub = timed_steps(timeline.seek, steps)
    timeline.show(100, 160)
    pan = timed_steps(lambda step: timeline.pan_by(9.7 if step < 3400 else -9.7), steps)
    zoom = timed_steps(lambda step: timeline.zoom_at(step, 0.8 if int(step) % 2 else 1.25), steps)
    at_hour = peak_megabytes()
    ports = written_ports(window.model.run, hour.parent)
    heart.start()
    for port in ports:
        window.comparing.add(port)
    window.jobs.wait_idle(2400)
    compared = heart.stop()
    verdicts = [item.comparison for item in window.runs.items if item.path]
    assert len(verdicts) == len(ports)
    assert None not in verdicts
    with_ports = peak_megabytes()
    window.close()
    return [
        row("event-loop stall while opening and computing", stalls),
        row("event-loop stall while two ports of it are read and compared", compared),
        row("scrub step", scrub),
        row("linked pan", pan),
        row("linked zoom", zoom),
        ["peak memory at 60 s", f"{at_minute:.0f}", "", "", ""],
        ["peak memory", f"{at_hour:.0f}", "", "", ""],
        ["peak memory with two ports of an hour", f"{with_ports:.0f}", "", "", ""],
    ]


def written_ports(run: "Run", folder: Path) -> list[Path]:
    """Write mel and features as two ports of the recording would, of which the second has a gain."""
    ports = [folder / "right", folder / "loud"]
    for port, gain in zip(ports, (1, 1.01), strict=True):
        port.mkdir()
        for name, file in (("mel", "mel_spectrogram.npy"), ("features", "audio_features_raw.npy")):
            np.save(port / file, np.asarray(run[name].array[:], np.float32) * np.float32(gain))
    return ports


def row(name: str, values: np.ndarray) -> list[str]:
    return [name, *(f"{np.percentile(values, share):.1f}" for share in (50, 95, 99, 100))]


if __name__ == "__main__":
    main(sys.argv[1])

"""From a change in a port's folder to the new verdict in the window, against comparing the same on the command line."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from comparison import STAGES, save, write_port
from measure import run, table
from pipeline import FRAMESCOPE, recording

os.environ |= {"FRAMESCOPE_ENCODER": "stand-in"}
ROUNDS, HEARTBEAT_MS, PATIENCE = 5, 5, 300.0


def main(report: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        minute, reference, port = (
            recording(Path(name) / "minute.wav", 60),
            Path(name) / "reference",
            Path(name) / "port",
        )
        run([*FRAMESCOPE, "run", "--frames", "none", "-o", str(reference), minute])
        write_port(reference, port)
        compared, alone, watched, stalls = measured(Path(minute), reference, port)
    command, call, window = (statistics.median(seconds) for seconds in (compared, alone, watched))
    rows = [
        ["`framescope compare`, the process", f"{command:.2f}", "1"],
        ["reading and comparing alone, no process started", f"{call:.2f}", f"{call / command:.2f}"],
        ["in the window, from the last byte to the verdict", f"{window:.2f}", f"{window / command:.2f}"],
    ]
    text = table(["60 s, every stage", "seconds", "ratio"], rows)
    Path(report).write_text(f"# Watching a port\n\n{text}\n\n{about(stalls)}\n", encoding="utf-8")
    print(text, about(stalls), sep="\n")


def about(stalls: Any) -> str:
    from framescope.models.watch import SETTLE_MS

    return (
        f"Median of {ROUNDS} alternating rounds; the window waits {SETTLE_MS} ms until the files have settled, which is "
        f"in its figure. The event loop stalled for at most {stalls.max():.0f} ms meanwhile (p99 "
        f"{np.percentile(stalls, 99):.0f} ms). {os.cpu_count()} processors. Made by `make bench`."
    )


def measured(minute: Path, reference: Path, port: Path) -> tuple[list[float], list[float], list[float], Any]:
    from framescope.core.compare.comparison import compare
    from framescope.core.encoder.choice import choose_encoder
    from framescope.core.readers import load_run
    from framescope.models.jobs import Jobs
    from framescope.models.recording import RecordingModel
    from framescope.models.runs import Runs
    from framescope.models.timeline import Timeline
    from PySide6.QtCore import QCoreApplication, Qt, QTimer

    application = QCoreApplication([])
    jobs, timeline, beats = Jobs(), Timeline(), []
    model = RecordingModel(timeline, jobs)
    runs = Runs(model, timeline, jobs)
    heart = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=HEARTBEAT_MS)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))

    def wait(reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            application.processEvents()
            time.sleep(0.001)
            if time.monotonic() > end:
                raise SystemExit("the window came to no verdict")

    model.open(minute)
    key = runs.add(port)
    wait(lambda: len(runs.items) == 2 and all(item.state == "ready" for item in runs.items))
    encoder, known = choose_encoder(), load_run(reference)
    mel = np.load(port / f"{STAGES[0]}.npy")
    compared, alone, watched, stalls = [], [], [], []
    for turn in range(ROUNDS):
        wait(lambda: not jobs.busy)
        compared.append(run_once([*FRAMESCOPE, "compare", "--reference", str(reference), str(port)]))
        start = time.perf_counter()
        compare(known, load_run(port, reference=known), encoder=encoder)
        alone.append(time.perf_counter() - start)
        before = runs.comparison
        save(port / f"{STAGES[0]}.npy", mel + np.float32(1e-6 * turn))
        start = time.perf_counter()
        beats.clear()
        heart.start()
        wait(lambda: runs.comparison is not before and next(i for i in runs.items if i.key == key).state == "ready")
        watched.append(time.perf_counter() - start)
        heart.stop()
        stalls.extend(np.diff(beats) * 1000 - HEARTBEAT_MS)
    runs.close()
    jobs.close()
    return compared, alone, watched, np.array(stalls)


def run_once(command: list[str]) -> float:
    """Give the seconds of a comparison that finds a difference or none."""
    import subprocess

    start = time.perf_counter()
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode not in {0, 1}:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1])

"""From a change in a port's folder to the new verdict in the window, against comparing the same on the command line."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from comparison import STAGES, save, write_port
from measure import run, table
from pipeline import FRAMESCOPE, recording

os.environ |= {"FRAMESCOPE_ENCODER": "stand-in"}
ROUNDS, PATIENCE = 5, 300.0


def main(report: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        minute, reference, port = recording(Path(name) / "60.wav", 60), Path(name) / "reference", Path(name) / "port"
        run([*FRAMESCOPE, "run", "--frames", "none", "-o", str(reference), minute])
        write_port(reference, port)
        window = Window(Path(minute), port)
        times = [(command(reference, port), alone(reference, port), window.verdict()) for _ in range(ROUNDS)]
        window.close()
    names = ("`framescope compare`, the process", "reading and comparing alone", "window, from last byte to verdict")
    seconds = [statistics.median(column) for column in zip(*times, strict=True)]
    rows = [[name, f"{own:.2f}", f"{own / seconds[0]:.2f}"] for name, own in zip(names, seconds, strict=True)]
    text = table(["60 s, every stage", "seconds", "ratio"], rows)
    Path(report).write_text(f"# Watching a port\n\n{text}\n\n{about(window)}\n", encoding="utf-8")
    print(text, about(window), sep="\n")


def about(window: "Window") -> str:
    from framescope.models.watch import SETTLE_MS

    return (
        f"Median of {ROUNDS} alternating rounds. The window waits {SETTLE_MS} ms until the files have settled, which "
        f"is part of its figure; its event loop stalled for at most {max(window.stalls):.0f} ms meanwhile. The port "
        "has written float32 with noise of 1e-5, frame tensors included; "
        f"{os.cpu_count()} processors. Made by `make bench`."
    )


def command(reference: Path, port: Path) -> float:
    return run([*FRAMESCOPE, "compare", "--reference", str(reference), str(port)]).seconds


def alone(reference: Path, port: Path) -> float:
    from framescope.core.compare.comparison import compare
    from framescope.core.encoder.choice import choose_encoder
    from framescope.core.readers import load_run

    encoder, known = choose_encoder(), load_run(reference)
    start = time.perf_counter()
    compare(known, load_run(port, reference=known), encoder=encoder)
    return time.perf_counter() - start


class Window:
    """The models behind a window in which a recording and a port are open."""

    def __init__(self, minute: Path, port: Path) -> None:
        from eventloop import Heart
        from framescope.models.jobs import Jobs
        from framescope.models.recording import RecordingModel
        from framescope.models.runs import Runs
        from framescope.models.timeline import Timeline
        from PySide6.QtCore import QCoreApplication

        self.application, self.jobs, timeline = QCoreApplication([]), Jobs(), Timeline()
        self.model, self.port = RecordingModel(timeline, self.jobs), port
        self.runs = Runs(self.model, timeline, self.jobs)
        self.mel = np.load(port / f"{STAGES[0]}.npy")
        self.stalls: list[float] = []
        self.heart = Heart()
        self.model.open(minute)
        self.runs.add(port)
        self.wait(self.at_rest)

    def at_rest(self) -> bool:
        """Tell whether everything has been compared."""
        items = self.runs.items
        return len(items) == 2 and all(item.state == "ready" for item in items) and not self.jobs.busy

    def wait(self, reached: Callable[[], bool]) -> None:
        """Process events until a condition holds."""
        end = time.monotonic() + PATIENCE
        while not reached():
            self.application.processEvents()
            time.sleep(0.001)
            if time.monotonic() > end:
                raise SystemExit("the window came to no verdict")

    def verdict(self) -> float:
        """Write the port's mel anew, and give the seconds until its verdict is there."""
        self.wait(self.at_rest)
        before = self.runs.comparison
        save(self.port / f"{STAGES[0]}.npy", self.mel)
        self.heart.start()
        start = time.perf_counter()
        self.wait(lambda: self.runs.comparison is not before and self.runs.items[1].state == "ready")
        seconds = time.perf_counter() - start
        self.stalls += self.heart.stop().tolist()
        return seconds

    def close(self) -> None:
        """End all work."""
        self.runs.close()
        self.jobs.close()


if __name__ == "__main__":
    main(sys.argv[1])

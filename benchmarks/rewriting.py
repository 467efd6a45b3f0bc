"""A watched port under hostile rewrites: crashes, values of no version, last versions that are not shown in time."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from helpers.rewriting import KINDS, content, version_of
from measure import table

SIZES = {"small": 2_000, "100 MB": 330_000}
"""Columns of the mel, float32."""
CADENCES = (0.0, 0.01, 0.1, 1.0)
"""Seconds from a rewrite to the next."""
IN_TIME, PATIENCE = 2.0, 30.0
"""Seconds from the last byte until the version is to be shown, and until one stops waiting."""
BURSTS = {"small": (1, 1, 3, 20), "100 MB": (1, 1, 3)}
"""Rewrites, one of these numbers by chance, after which one waits for the last of them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rewrites", type=int, default=2000, help="of the small port; of the large one a tenth")
    parser.add_argument("--size", choices=tuple(SIZES), help="of the port (default: both)")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    parser.add_argument("--write", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(**json.loads(options.write))
    elif options.watch:
        print(json.dumps(watched(**json.loads(options.watch))))
    else:
        rows = [row(*case) for case in cases([options.size] if options.size else list(SIZES), options.rewrites)]
        headers = ["port", "cadence", "rewrites", "crashes", "misread", "stuck", "readings", "latest shown after"]
        text = table(headers, rows)
        print(text)
        if options.report:
            options.report.write_text(f"# A port that rewrites itself\n\n{text}\n\n{NOTE}\n", encoding="utf-8")
        sys.exit(any(int(column) for each in rows for column in each[3:6]))


NOTE = (
    f"Rewrites in {len(KINDS)} ways: in place, slowly, renamed over, with their time kept, through a mapping, after "
    "garbage and so on. Misread: values of no version; stuck: the last version of a burst not shown within "
    f"{IN_TIME:g} s of its last byte. Made by `make bench`."
)


def cases(sizes: list[str], rewrites: int) -> Iterator[tuple[str, float, int]]:
    for size in sizes:
        for cadence in CADENCES:
            total = rewrites if size == "small" else rewrites // 10
            yield size, cadence, max(BURSTS[size][-1], total // len(CADENCES))


def row(size: str, cadence: float, rewrites: int) -> list[str]:
    """Watch a port in a process of its own, whose death is what is counted as a crash."""
    with tempfile.TemporaryDirectory() as folder:
        case = {"folder": folder, "size": size, "cadence": cadence, "rewrites": rewrites}
        done = subprocess.run(
            [sys.executable, __file__, "--watch", json.dumps(case)], stdout=subprocess.PIPE, text=True, check=False
        )
    found = json.loads(done.stdout) if done.returncode == 0 else {"misread": 0, "stuck": 0, "readings": 0, "latest": 0}
    counts = [rewrites, int(done.returncode != 0), found["misread"], found["stuck"], found["readings"]]
    print(size, cadence, counts, found, file=sys.stderr)
    return [size, f"{cadence:g} s", *map(str, counts), f"{found['latest']:.2f} s"]


def write(path: str, columns: int, cadence: float, first: int, stop: int) -> None:
    """Rewrite a port as another process would, and tell when the last byte was there."""
    random, kinds = Random(first), list(KINDS.values())
    for version in range(first, stop):
        data = content(version, columns)
        random.choice(kinds)(Path(path), data)
        if version + 1 < stop:
            time.sleep(cadence)
    print(time.monotonic())


class Watched:
    """The models behind a window in which a port is open, and the versions that they have shown."""

    def __init__(self, path: Path, columns: int) -> None:
        from framescope.models.jobs import Jobs
        from framescope.models.recording import RecordingModel
        from framescope.models.runs import Runs
        from framescope.models.timeline import Timeline
        from PySide6.QtCore import QCoreApplication

        self.application, self.jobs, timeline = QCoreApplication([]), Jobs(), Timeline()
        self.runs = Runs(RecordingModel(timeline, self.jobs), timeline, self.jobs)
        self.path, self.columns, self.written = path, columns, 1
        self.versions: list[int | None] = [0]
        self.shown = 0.0
        """When the last of them was shown, seconds on the monotonic clock."""
        path.parent.mkdir()
        path.write_bytes(content(0, columns))
        self._last: Any = None
        self.runs.updated.connect(self._look)
        self.runs.add(path.parent)

    def _look(self, _: int) -> None:
        run = self.runs.items[0].run
        if run is not None and run is not self._last:
            self._last, self.shown = run, time.monotonic()
            self.versions.append(version_of(run["mel"].array[:], range(self.written)))

    def beat(self) -> None:
        """Process events, and leave the machine to others."""
        self.application.processEvents()
        time.sleep(0.002)

    def burst(self, cadence: float, stop: int) -> float:
        """Have the port write its next versions, and give the seconds until the last of them is shown."""
        case = {
            "path": str(self.path),
            "columns": self.columns,
            "cadence": cadence,
            "first": self.written,
            "stop": stop,
        }
        self.written = stop
        with subprocess.Popen(
            [sys.executable, __file__, "--write", json.dumps(case)], stdout=subprocess.PIPE, text=True
        ) as port:
            while port.poll() is None:
                self.beat()
            assert port.stdout is not None
            last_byte = float(port.stdout.read())
        while self.versions[-1] != stop - 1 and time.monotonic() < last_byte + PATIENCE:
            self.beat()
        in_time = self.versions[-1] == stop - 1
        return max(0.0, self.shown - last_byte) if in_time else PATIENCE

    def close(self) -> None:
        """End all work."""
        self.runs.close()
        self.jobs.close()


def watched(folder: str, size: str, cadence: float, rewrites: int) -> dict[str, Any]:
    port, random = Watched(Path(folder) / "port" / "mel.npy", SIZES[size]), Random(size)
    late = []
    while port.written <= rewrites:
        stop = min(port.written + random.choice(BURSTS[size]), rewrites + 1)
        late.append(port.burst(cadence, stop))
        if late[-1] > IN_TIME:
            shown, message = port.versions[-3:], port.runs.items[0].message
            print(f"{late[-1]:.1f} s after version {stop - 1}: {shown} {message}", file=sys.stderr)
    port.close()
    stuck = sum(seconds > IN_TIME for seconds in late)
    misread = port.versions.count(None)
    return {"misread": misread, "stuck": stuck, "readings": len(port.versions) - 1, "latest": max(late)}


if __name__ == "__main__":
    main()

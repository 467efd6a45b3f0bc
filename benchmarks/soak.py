"""The window under random use: what grows, what is left over, and how late its event loop comes."""

import argparse
import gc
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from measure import table
from soak_heart import LATE, MAX_STALL_MS, OWN, WORKED, Heart
from soak_user import Action, Material, actions, answered

os.environ |= {"QT_QPA_PLATFORM": "offscreen", "FRAMESCOPE_ENCODER": "stand-in"}
os.environ["QT_LOGGING_RULES"] = "default.warning=false"
MAX_GROWTH, MAX_P99_MS = 0.02, 20.0
WARM_UP = 0.25
"""Part of the time after which growth is measured."""
REST_SECONDS = 30
"""How often the window is brought to the same state, in which all is counted."""
PAUSES_MS = (1, 60)
"""Between two actions."""
PATIENCE = 120.0
POOLED = "Thread (pooled)"
"""Threads of the jobs, which end by themselves when there is nothing to do for half a minute."""
COUNTED = ("threads", "handles", "partial", "windows", "objects")
"""Of which there may be no more at the end than after the warm-up."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"):
            os.environ[variable] = str(Path(name) / variable.lower())
            Path(os.environ[variable]).mkdir()
        tempfile.tempdir = None
        soak = Soak(Path(name), options.minutes, options.seed)
        soak.run()
        soak.say_where()
        text, missed = soak.verdict()
    print(text)
    if options.report:
        options.report.write_text(f"# The window under random use\n\n{text}\n", encoding="utf-8")
    sys.exit(bool(missed))


# What is there


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the process holds while the window is at rest."""

    minute: float
    megabytes: float
    threads: int
    handles: int
    partial: int
    windows: int
    objects: int


def inventory(minute: float, window: Any, folder: Path) -> Inventory:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QApplication, QMenu

    windows = [each for each in QApplication.topLevelWidgets() if not isinstance(each, QMenu)]
    left = [*folder.rglob("*.partial"), *(folder / "tmpdir").iterdir()]
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    # Pipes lead to the processes of encoders, of which there may be another number at every rest.
    handles = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return Inventory(
        minute,
        resident / 2**20,
        sum(name != POOLED for name in names),
        sum(not os.readlink(path).startswith("pipe:") for path in handles),
        len(left),
        len(windows),
        len(window.findChildren(QObject)),
    )


# The window in use


class Soak:
    """A window, and a user of it who does anything at all."""

    def __init__(self, folder: Path, minutes: float, seed: int) -> None:
        self.folder, self.minutes, self.random = folder, minutes, Random(seed)
        self.inventories: list[Inventory] = []
        self.errors: list[str] = []
        self.count = 0
        self.material = Material(folder)

    def run(self) -> None:
        """Use the window until the time is over."""
        from framescope.app.window.garbage import Collector
        from framescope.app.window.memory import MemoryKeeper, return_freed_memory
        from framescope.app.window.theme import apply_theme
        from framescope.app.window.window import MainWindow
        from PySide6.QtWidgets import QApplication

        return_freed_memory()  # as the program does
        self.application = QApplication([])
        Collector(self.application)
        apply_theme(self.application, "light")

        class Soaked(MainWindow):
            """A window that does not close before the time is over."""

            over = False

            def closeEvent(self, event: Any) -> None:  # noqa: N802
                """Close only then."""
                if self.over:
                    super().closeEvent(event)
                else:
                    event.ignore()

        self.window = Soaked()
        self.window.document.keep()
        MemoryKeeper(self.window.jobs)
        self.window.show()
        gc.collect()
        gc.freeze()  # as the program does
        self.actions = dict(actions(self.window, self.material, self.random))
        self.heart = Heart(self.minutes)
        sys.excepthook = lambda kind, error, _: self.errors.append("".join(traceback.format_exception(error))[-1500:])
        try:
            with answered(self.material, self.random):
                self._use()
        finally:
            sys.excepthook = sys.__excepthook__
        self.heart.stop()
        self.window.over = True
        self.window.close()
        self.window.deleteLater()
        self.application.processEvents()

    def _use(self) -> None:
        self.pause(PAUSES_MS[1])
        while self.window.jobs.busy:  # it loads the rest of its code
            self.pause(PAUSES_MS[1])
        start = rest = time.monotonic()
        names = list(self.actions)
        while (now := time.monotonic()) < start + 60 * self.minutes:
            if now >= rest:
                self._rest((now - start) / 60)
                rest = time.monotonic() + REST_SECONDS
            name = self.random.choice(names)
            self.do(name)
            self.pause(self.random.uniform(*PAUSES_MS))
        self._rest(self.minutes)

    def do(self, name: str) -> None:
        """Do one thing."""
        self.heart.begin(name)
        self.count += 1
        try:
            self.actions[name]()
        except Exception as error:
            self.errors.append(f"{name}: " + "".join(traceback.format_exception(error))[-1500:])

    def pause(self, milliseconds: float) -> None:
        """Let the event loop run."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(milliseconds), loop.quit)
        loop.exec()

    def _rest(self, minute: float) -> None:
        """Bring the window to the same state every time, and count what is there."""
        window = self.window
        self.heart.begin("rest")
        loaded = [item.key for item in window.runs.items if item.path]
        steps: list[Action] = [
            *(partial(window.runs.remove, key) for key in loaded),
            window.inspection.history.clear,
            partial(window.markers.set_items, ()),
            window.links.panel.readout.pins.selectAll,
            window.links.panel.readout.remove_selected,
            partial(window.resize, 1440, 900),
            partial(window.opening.open, self.material.recordings[1]),
            lambda: window.comparing.add(self.material.ports[0]),
        ]
        for step in steps:  # each is what a user does at a time
            step()
            self.pause(PAUSES_MS[0])
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and (window.jobs.busy or window.model.path != self.material.recordings[1]):
            self.pause(100)
        self.pause(700)
        with self.heart.paused():
            for _ in range(3):
                gc.collect()
                self.pause(50)
            self.inventories.append(inventory(minute, window, self.folder))
            print(self.inventories[-1], self.count, "actions", len(self.errors), "errors", file=sys.stderr, flush=True)
            shutil.rmtree(self.material.exports, ignore_errors=True)  # something may be written into it just now
            self.material.exports.mkdir(exist_ok=True)

    def verdict(self) -> tuple[str, list[str]]:
        """Give what was found beside what was to be held, and what was missed."""
        late, own, worked = self.heart.figures.T[[LATE, OWN, WORKED]]
        settled = [each for each in self.inventories if each.minute >= WARM_UP * self.minutes]
        first, last = settled[0], settled[-1]
        p99, most = np.percentile([own, late], 99, axis=1), (own.max(), late.max())
        memory, third = [each.megabytes for each in settled], -(-len(settled) // 3)
        # By medians: from one rest to the next the allocator alone makes a difference of some percent.
        before, after = np.median(memory[:third]), np.median(memory[-third:])
        growth, both = 100 * (after / before - 1), "{:.1f} ({:.1f} by the clock)".format
        figures: list[tuple[str, str, float, float]] = [
            ("growth of the memory, %", f"{growth:+.1f} of {before:.0f} MB", growth, 100 * MAX_GROWTH),
            ("event loop late, p99, ms", both(*p99), p99[0], MAX_P99_MS),
            ("event loop late, most, ms", both(*most), most[0], MAX_STALL_MS),
            ("work between two beats, most, ms", f"{worked.max():.1f}", worked.max(), MAX_STALL_MS),
            ("errors", f"{len(self.errors)}", len(self.errors), 0),
        ]
        for name in COUNTED:
            had, has = getattr(first, name), getattr(last, name)
            figures.append((f"{name}, at first and at last", f"{had}, {has}", has, had))
        missed = [what for what, _, found, limit in figures if found > limit]
        rows = [[what, text, f"{limit:g}" + ", missed" * (what in missed)] for what, text, _, limit in figures]
        head = table([f"{self.minutes:g} minutes, {self.count:,} actions, offscreen", "found", "at most"], rows)
        note = (
            f"At rest, from {WARM_UP:.0%} of the time on; the memory's last third beside its first. Late: without the "
            f"time that the window's thread waited for a processor; {(own > MAX_STALL_MS).sum()} of {len(own):,} beats "
            f"came over {MAX_STALL_MS:g} ms late. Work: of this thread alone. Made by `make soak`."
        )
        return f"{head}\n\n{note}", missed

    def say_where(self) -> None:
        """Print what held the event loop up, and what went wrong."""
        figures = self.heart.figures
        for beat in (*figures[:, OWN].argsort()[-15:], *figures[:, WORKED].argsort()[-20:]):
            late, own, worked = figures[beat]
            times = f"{own:6.1f} ms ({late:.1f} by the clock, {worked:.1f} of work)"
            print(times, self.heart.action(beat), file=sys.stderr)
        for stack, number in self.heart.places.most_common(25):
            print(number, stack, file=sys.stderr)
        for error, number in Counter(self.errors).most_common(10):
            print(number, error, file=sys.stderr)


if __name__ == "__main__":
    main()

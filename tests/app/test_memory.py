"""Memory that was freed goes back to the system."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.memory import MemoryKeeper
from framescope.models.jobs import Jobs
from PySide6.QtCore import QTimer

GAPS = """
import os, sys
import numpy as np
from framescope.app.window.memory import return_freed_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

if sys.argv[1] == "returned":
    return_freed_memory()
before = resident()
np.ones(20 << 17)  # 20 MB, freed at once
kept, large = [], []
for _ in range(40):
    large.append(np.ones(6 << 17))
    kept.append(bytes(200_000))
large.clear()
print(resident() - before)
"""

WINDOW = """
import sys
from framescope.app.window import comparison_dock, preloading, window
from framescope.core.recipe.kinds import signal
preloading.load_comparing(None)
print([name for name in ("scipy", "librosa", "onnxruntime", "numba", "PIL") if name in sys.modules])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the C library's habit is glibc's")
def test_what_lies_between_freed_arrays_keeps_none_of_them() -> None:
    megabytes = {}
    for case in ("kept", "returned"):
        done = subprocess.run([sys.executable, "-c", GAPS, case], check=True, capture_output=True, text=True)
        megabytes[case] = float(done.stdout)
    assert megabytes["returned"] < 30 < megabytes["kept"]


@pytest.mark.skipif(sys.platform != "linux", reason="the C library's habit is glibc's")
def test_gaps_are_given_back_once_the_jobs_are_at_rest(qtbot: Any) -> None:
    jobs = Jobs()
    keeper = MemoryKeeper(jobs)
    kept, gaps = [], []
    for _ in range(400):
        gaps.append(bytes(200_000))
        kept.append(bytes(1000))
    full = resident()
    gaps.clear()
    jobs.submit("recording", lambda _: None, lambda _: None)
    qtbot.waitUntil(lambda: resident() < full - 40, timeout=60_000)
    # The C library may have given all back by itself, before the keeper's rest is over.
    qtbot.waitUntil(lambda: not keeper.findChild(QTimer).isActive())
    jobs.close()
    assert len(kept) == 400


def resident() -> float:
    """Give the memory of this process, MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_the_window_leaves_the_large_libraries_to_its_processes() -> None:
    """Each costs 30 to 100 MB, and a second in which the window waits for Python's lock."""
    done = subprocess.run([sys.executable, "-c", WINDOW], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"

"""Memory that was freed goes back to the system."""

import subprocess
import sys

import pytest

GAPS = """
import os, sys
import numpy as np
from framescope.app.memory import return_freed_memory

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


@pytest.mark.skipif(sys.platform != "linux", reason="the C library's habit is glibc's")
def test_what_lies_between_freed_arrays_keeps_none_of_them() -> None:
    megabytes = {}
    for case in ("kept", "returned"):
        done = subprocess.run([sys.executable, "-c", GAPS, case], check=True, capture_output=True, text=True)
        megabytes[case] = float(done.stdout)
    assert megabytes["returned"] < 30 < megabytes["kept"]

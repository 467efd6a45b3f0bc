"""How the C library keeps freed memory, for a window that opens one recording after another for days."""

import ctypes
import sys
from contextlib import suppress

_OPTIONS = {-3: 1 << 20, -1: 4 << 20, -8: 2}
"""Of mallopt: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD (bytes), M_ARENA_MAX."""


def return_freed_memory() -> None:
    """Have freed arrays of 1 MB and more go back to the system at once, where the C library is glibc.

    Left to itself it raises its threshold to 32 MB with the first large array that is freed; the arrays of other
    recordings then fill the gaps of heaps that never shrink, one heap a thread.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries have no mallopt, and no such habit
            mallopt = ctypes.CDLL(None).mallopt
            for option, value in _OPTIONS.items():
                mallopt(option, value)

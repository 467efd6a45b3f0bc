"""A measure in a process of its own: librosa's loops hold Python's lock for seconds, and a window would wait for it."""

import os
import struct
import subprocess
import sys
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO

import numpy as np
import numpy.typing as npt

from ..base.errors import InputError, MachineError
from ..base.progress import Tick, silent
from .measured import Measured, hop_length
from .table import Analysis, Samples

REFUSED = 3
"""The exit code of a process that says on its standard error what is to be done, such as what is to be installed."""
_WAIT_SECONDS = 0.1
"""Between two questions whether the result is still wanted."""
_SHAPE = struct.Struct("<QQ")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def measure_beside(analysis: Analysis, samples: Samples, rate: int, tick: Tick = silent) -> Measured:
    """Compute what `measure` does, with one of the table's analyses.

    Raises
    ------
    InputError
        librosa is not installed.
    MachineError
        The process cannot be started, or was ended.
    CancelledError
        Raised by `tick`, which is called ten times a second with (0, 0); the process is ended.
    """
    with TemporaryFile() as file:
        file.write(memoryview(np.ascontiguousarray(samples)).cast("B"))
        file.seek(0)
        process = _started(analysis, rate, file)
        with process:
            try:
                found, words = _answer(process, tick)
            except BaseException:
                process.kill()
                raise
    if process.returncode == REFUSED:
        raise InputError(words.decode(errors="replace"))
    if process.returncode:
        last = words.decode(errors="replace").strip().rpartition("\n")[2]
        raise MachineError(f"{analysis.title} could not be computed ({last or 'its process was ended'})")
    values = unpacked(found)
    return Measured(analysis, values, rate / hop_length(len(samples)), analysis.hz(rate) if analysis.hz else None)


def packed(values: npt.NDArray[np.float32]) -> bytes:
    """Give (items,) or (items, rows) values as the process sends them: items, rows (0: none), and the values."""
    rows = values.shape[1] if values.ndim > 1 else 0
    return _SHAPE.pack(len(values), rows) + values.tobytes()


def unpacked(content: bytes) -> npt.NDArray[np.float32]:
    """Give the values of what `packed` gave."""
    items, rows = _SHAPE.unpack_from(content)
    values = np.frombuffer(content, np.float32, offset=_SHAPE.size)
    return values.reshape(items, rows) if rows else values


def _started(analysis: Analysis, rate: int, samples: IO[bytes]) -> "subprocess.Popen[bytes]":
    paths = os.pathsep.join(map(os.path.abspath, sys.path))
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.worker", analysis.name, str(rate)],
            stdin=samples,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | _ONE_THREAD | {"PYTHONPATH": paths},
            cwd=os.path.abspath(os.sep),
        )
    except OSError as error:
        raise MachineError(f"the process for analyses cannot be started ({error})") from None


def _answer(process: "subprocess.Popen[bytes]", tick: Tick) -> tuple[bytes, bytes]:
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=_WAIT_SECONDS)
        tick(0, 0)

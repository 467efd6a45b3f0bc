"""A measure in a process of its own: librosa's loops hold Python's lock for seconds, and a window would wait for it."""

import os
import subprocess
import sys
from io import BytesIO

import numpy as np

from ..base.errors import InputError, MachineError
from ..base.progress import Tick, silent
from .measured import Measured, hop_length
from .table import Analysis, Samples

REFUSED = 3
"""The exit code of a process that says on its standard error what is to be done, such as what is to be installed."""
_WAIT_SECONDS = 0.1
"""Between two questions whether the result is still wanted."""
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
    paths = os.pathsep.join(map(os.path.abspath, sys.path))
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.worker", analysis.name, str(rate)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | _ONE_THREAD | {"PYTHONPATH": paths},
            cwd=os.path.abspath(os.sep),
        )
    except OSError as error:
        raise MachineError(f"the process for analyses cannot be started ({error})") from None
    with process:
        try:
            found, words = _answer(process, samples, tick)
        except BaseException:
            process.kill()
            raise
    if process.returncode == REFUSED:
        raise InputError(words.decode(errors="replace"))
    if process.returncode:
        last = words.decode(errors="replace").strip().rpartition("\n")[2]
        raise MachineError(f"{analysis.title} could not be computed ({last or 'its process was ended'})")
    values = np.load(BytesIO(found), allow_pickle=False)
    return Measured(analysis, values, rate / hop_length(len(samples)), analysis.hz(rate) if analysis.hz else None)


def _answer(process: "subprocess.Popen[bytes]", samples: Samples, tick: Tick) -> tuple[bytes, bytes]:
    content: memoryview | None = memoryview(np.ascontiguousarray(samples)).cast("B")
    while True:
        try:
            return process.communicate(content, timeout=_WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            content = None  # it has been taken over, whole
            tick(0, 0)

"""The process that computes one measure: samples on its standard input, values on its output."""

import os
import sys
from contextlib import suppress

import numpy as np

from ..base.errors import InputError
from .measured import measure
from .process import REFUSED, packed
from .table import ANALYSES

_NICENESS = 9
"""The window and its sound go first."""


def main(name: str, rate: int) -> int:
    """Compute the analysis of a name; the exit code is 0, or `REFUSED` with a sentence on the standard error."""
    with suppress(AttributeError):  # not on Windows
        os.nice(_NICENESS)
    output, sys.stdout = sys.stdout.buffer, sys.stderr  # whatever a library prints is no part of the answer
    analysis = next(each for each in ANALYSES if each.name == name)
    samples = np.frombuffer(sys.stdin.buffer.read(), np.float32)
    try:
        values = measure(analysis, samples, rate).values
    except InputError as error:
        sys.stderr.write(str(error))
        return REFUSED
    output.write(packed(values))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))

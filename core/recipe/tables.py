"""Arrays in files that a recipe names: weights of a filter bank, statistics of a data set."""

from io import BytesIO
from pathlib import Path

import numpy as np

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..base.files import open_file

MAX_TABLE_BYTES = 256 << 20


def read_table(path: Path, shape: tuple[int, ...]) -> NDArray:
    """Read a .npy file of real numbers.

    Raises
    ------
    InputError
        A file that cannot be read, or an array of another shape.
    """
    with open_file(path, "a .npy file") as file:
        data = file.read(MAX_TABLE_BYTES)
    try:
        table = np.lib.format.read_array(BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise InputError(f"{path}: is not a readable .npy file ({error})") from None
    if table.dtype.kind not in "fiu" or table.shape != shape:
        raise InputError(f"{path}: holds {table.shape} values of {table.dtype}; {shape} real numbers are needed")
    return table.astype(np.float64)

"""Any ONNX graph, opened in a process of its own: what it declares, and running it."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..base.files import naming, read_file
from .messages import GRAPH, packed, unpacked
from .model import HeldModel

MAX_GRAPH_BYTES = 256 << 20
"""Largest ONNX file that is read: the process that runs it may take 1.5 GB for it and all it computes."""
MAX_SHOWN = 8
"""Inputs or outputs that a sentence lists."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output as a graph declares it.

    Attributes
    ----------
    name : str
        What it is called.
    shape : tuple of int, str or None
        Its lengths; a name or None where one is free. Empty for a scalar, and where nothing is declared.
    dtype : str
        Numpy's word for its type, or ONNX Runtime's for what holds no numbers.
    """

    name: str
    shape: tuple[int | str | None, ...]
    dtype: str

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return "(" not in self.dtype

    @property
    def least(self) -> tuple[int, ...]:
        """Its shape with 1 for every free length."""
        return tuple(length if isinstance(length, int) and length > 0 else 1 for length in self.shape)

    def __str__(self) -> str:
        lengths = ", ".join("?" if length is None else str(length) for length in self.shape)
        return f"{self.name} ({lengths}) {self.dtype}"


class Graph:
    """A graph that is ready to run; several threads may use it at once.

    Parameters
    ----------
    path : Path
        The ONNX file; weights in further files must lie in its folder.
    outputs, inside : sequence of str
        What a run gives: outputs, of which those it has not are passed over, and tensors of the graph's inside.

    Attributes
    ----------
    inputs, outputs : mapping of str to Tensor
        What the graph declares.

    Raises
    ------
    InputError
        A file that cannot be read or is no usable model, or a tensor that it does not have inside.
    """

    def __init__(self, path: Path, outputs: Sequence[str] = (), inside: Sequence[str] = ()) -> None:
        content = read_file(path, "an ONNX file", MAX_GRAPH_BYTES)
        head = json.dumps({"folder": os.path.abspath(path.parent), "outputs": [*outputs], "inside": [*inside]})
        self._path = path
        with naming(path):
            self._model = HeldModel(GRAPH, head.encode(), b"\0", content)
        declared = json.loads(self._model.told)
        self.inputs, self.outputs = _tensors(declared["inputs"]), _tensors(declared["outputs"])

    def input(self, name: str) -> Tensor:
        """Give an input by its name; the sentence of the InputError says which there are."""
        return _named("input", name, self.inputs)

    def output(self, name: str) -> Tensor:
        """Give an output by its name; the sentence of the InputError says which there are."""
        return _named("output", name, self.outputs)

    def run(self, feed: Mapping[str, NDArray]) -> dict[str, NDArray]:
        """Run the graph once.

        Parameters
        ----------
        feed : mapping of str to array
            One an input, of the type that it declares.

        Returns
        -------
        mapping of str to array
            What is wanted of it, read-only.

        Raises
        ------
        InputError
            It fails on these values, or takes more time or memory than a model may.
        CancelledError
            Nobody wants the outputs any more.
        """
        with naming(self._path):
            return unpacked(self._model.ask(*packed(feed)))


def as_dtype(values: NDArray, dtype: str) -> NDArray:
    """Give values in the type that a graph declares; to whole numbers they are rounded, and limited to their range."""
    kind = np.dtype(dtype)
    if kind.kind in "iu" and values.dtype.kind == "f":
        limits = np.iinfo(kind)
        values = np.clip(np.rint(np.nan_to_num(values)), limits.min, limits.max)
    with np.errstate(over="ignore", invalid="ignore"):  # beyond float16 becomes infinite, as it does in a port
        return values.astype(kind)


def _tensors(told: list[tuple[str, list[int | str | None], str]]) -> dict[str, Tensor]:
    return {name: Tensor(name, tuple(shape), dtype) for name, shape, dtype in told}


def _named(what: str, name: str, tensors: Mapping[str, Tensor]) -> Tensor:
    if name not in tensors:
        raise InputError(f"the graph has no {what} {name!r:.100}; it has {listed(tensors)}")
    return tensors[name]


def listed(tensors: Mapping[str, Tensor]) -> str:
    """Give tensors as a sentence lists them."""
    shown = [str(tensor) for tensor in tensors.values()]
    more = [f"{len(shown) - MAX_SHOWN} more"] if len(shown) > MAX_SHOWN else []
    return f"{', '.join([*shown[:MAX_SHOWN], *more]) or 'none':.1000}"

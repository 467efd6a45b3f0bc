"""Any ONNX graph at work in a process of its own: named arrays in, named arrays out."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.errors import InputError
from .external import with_weights
from .inference import run_session, start_session
from .messages import packed, unpacked
from .outputs import only_outputs

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, NodeArg

_NO_MODEL = "is not a usable ONNX model"
_DTYPES = {
    "float": "float32",
    "double": "float64",
    **{name: name for name in ("float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "bool")},
}
"""ONNX Runtime's words for the types of tensors that hold numbers, and numpy's."""


class GraphInference:
    """The graph that was loaded last; bytes go in and come out, as the pipes carry them."""

    _session: "InferenceSession"
    _wanted: list[str]

    def load(self, content: bytes) -> bytes:
        """Start a graph that computes what is wanted of it, and nothing else.

        Parameters
        ----------
        content : bytes
            JSON with the folder it lies in, the outputs wanted and the tensors of its inside; a NUL; the ONNX file.

        Returns
        -------
        bytes
            JSON with the inputs and outputs that it declares: name, shape, type.

        Raises
        ------
        InputError
            It is no model, or has no tensor of that name inside. Of outputs it says what it has.
        """
        head, _, model = content.partition(b"\0")
        request = json.loads(head)
        model = with_weights(model, Path(request["folder"]))
        session = start_session(model, _NO_MODEL)
        try:
            declared = {"inputs": _told(session.get_inputs()), "outputs": _told(session.get_outputs())}
        except UnicodeDecodeError:
            raise InputError("has names that are not UTF-8 text, as an ONNX model's must be") from None
        outputs = [name for name, _, _ in declared["outputs"]]
        self._wanted = [*dict.fromkeys([*(name for name in outputs if name in request["outputs"]), *request["inside"]])]
        if self._wanted and sorted(self._wanted) != sorted(outputs):
            del session
            session = start_session(only_outputs(model, self._wanted), _NO_MODEL)
        self._session = session
        return json.dumps(declared).encode()

    def run(self, content: bytes) -> Iterator[bytes]:
        """Run the graph once on named arrays, and give what is wanted of it as named arrays."""
        feed = {name: np.require(array, requirements="A") for name, array in unpacked(content).items()}
        values = run_session(self._session, self._wanted, feed)
        return packed({name: _numbers(name, value) for name, value in zip(self._wanted, values, strict=True)})


def _told(nodes: "Sequence[NodeArg]") -> list[tuple[str, list[int | str | None], str]]:
    return [(node.name, node.shape, _dtype(node.type)) for node in nodes]


def _dtype(kind: str) -> str:
    """Give numpy's word for a type; ONNX Runtime's where it holds no numbers."""
    return _DTYPES.get(kind.removeprefix("tensor(").removesuffix(")"), kind)


def _numbers(name: str, value: Any) -> Any:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        raise InputError(f"gives no tensor of numbers as {name!r:.100}")
    return value

"""Small ONNX graphs with whatever interface a recipe may meet."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Shape = Sequence[int | str | None]
Declared = tuple[str, str, Shape]
"""Name, type and shape of an input or output."""


def node(kind: str, inputs: str, outputs: str, **attributes: Any) -> Any:
    """Give a node whose inputs and outputs are named in one text each."""
    from onnx import helper

    return helper.make_node(kind, inputs.split(), outputs.split(), **attributes)


def graph(nodes: Sequence[Any], inputs: Sequence[Declared], outputs: Sequence[Declared], **tensors: Any) -> bytes:
    """Give a model of these nodes; `tensors` are its constants."""
    from onnx import TensorProto, helper, numpy_helper

    def declared(name: str, kind: str, shape: Shape) -> Any:
        return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)

    sources, targets = [declared(*each) for each in inputs], [declared(*each) for each in outputs]
    kept = [numpy_helper.from_array(np.asarray(array), name) for name, array in tensors.items()]
    made = helper.make_graph(nodes, "graph", sources, targets, kept)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    serialised: bytes = model.SerializeToString()
    return serialised


def doubling(shape: Shape, kind: str = "FLOAT") -> bytes:
    """Give a model that doubles ``x`` into ``y``, by way of the tensor ``/inner/negated``."""
    nodes = [node("Neg", "x", "/inner/negated"), node("Sub", "x /inner/negated", "y")]
    return graph(nodes, [("x", kind, shape)], [("y", kind, shape)])


def summing(length: int, context: int = 0) -> bytes:
    """Give a model like a voice detector: the sum of all samples so far, with a state (2, 1, 3) and a rate.

    ``x`` (1, length + context) and ``h``, of which ``sr`` is taken once a run, become ``y`` (1, 1) and ``hn``.
    """
    nodes = [
        node("ReduceSum", "x axis", "sum", keepdims=1),
        node("Cast", "sr", "rate", to=1),
        node("Add", "h sum", "grown"),
        node("Add", "grown rate", "hn"),
        node("ReduceMean", "hn", "mean", axes=[0, 2], keepdims=0),
        node("Reshape", "mean one", "y"),
    ]
    inputs: list[Declared] = [
        ("x", "FLOAT", (1, length + context)),
        ("h", "FLOAT", (2, "batch", 3)),
        ("sr", "INT64", ()),
    ]
    outputs: list[Declared] = [("y", "FLOAT", (1, 1)), ("hn", "FLOAT", (2, "batch", 3))]
    return graph(nodes, inputs, outputs, axis=np.array([1]), one=np.array([1, 1]))


def strided(bands: int, width: int, stride: int) -> bytes:
    """Give a model from (1, bands, T) to (1, T', bands): each row the mean of `width` columns, `stride` apart."""
    weights = np.full((bands, 1, width), 1 / width, np.float32)
    nodes = [
        node("Conv", "x weights", "mean", strides=[stride], group=bands),
        node("Transpose", "mean", "y", perm=[0, 2, 1]),
    ]
    return graph(nodes, [("x", "FLOAT", (1, bands, "T"))], [("y", "FLOAT", (1, "rows", bands))], weights=weights)

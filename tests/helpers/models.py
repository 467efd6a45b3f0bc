"""Small ONNX models with the encoder's interface, or nearly."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@cache
def projection() -> Array:
    """Give the matrix that stands for the encoder: the flattened window times it are the features, (1280, 512)."""
    return np.random.default_rng(0).normal(0, 0.05, (1280, 512)).astype(np.float32)


def projected(windows: Array) -> Array:
    """Features of (n, 16, 80) windows, by numpy."""
    flat = windows.transpose(0, 2, 1).reshape(-1, 80 * 16).astype(np.float64)
    features: Array = flat @ projection()
    return features


def model(
    *,
    batch: int | str = "batch",
    dtype: str = "FLOAT",
    inputs: Sequence[str] = ("mel",),
    mel: Sequence[int | str] = (1, 80, 16),
    outputs: Sequence[tuple[str, Sequence[int]]] = (("features", (-1, 512)),),
) -> bytes:
    """Cast the input, multiply it by the projection, and give the product in every shape of `outputs`."""
    from onnx import TensorProto, checker, helper, numpy_helper

    nodes = [
        helper.make_node("Cast", [inputs[0]], ["mel32"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["mel32"], ["flat"]),
        helper.make_node("MatMul", ["flat", "projection"], ["product"]),
    ]
    tensors = [numpy_helper.from_array(projection(), "projection")]
    for name, shape in outputs:
        tensors.append(numpy_helper.from_array(np.array(shape, np.int64), f"{name}_shape"))
        nodes.append(helper.make_node("Reshape", ["product", f"{name}_shape"], [name]))
    kind = getattr(TensorProto, dtype)
    sources = [helper.make_tensor_value_info(name, kind, [batch, *mel]) for name in inputs]
    # The axes of the outputs are left open, as exporters often leave them.
    open_axes = {name: [f"{name}_{axis}" for axis in range(len(shape))] for name, shape in outputs}
    targets = [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name, axes in open_axes.items()]
    graph = helper.make_graph(nodes, "projection", sources, targets, tensors)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    checker.check_model(proto)
    serialised: bytes = proto.SerializeToString()
    return serialised

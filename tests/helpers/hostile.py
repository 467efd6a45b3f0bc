"""ONNX models with the encoder's interface that take all the time or memory there is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .models import Array

HUGE = np.array([5, 1024, 1024, 256])
"""Shape of 5 GB of float32."""


def model(nodes: Sequence[Any], *outputs: tuple[str, Sequence[int | str]], **tensors: Any) -> bytes:
    """Add the scalar ``more``, which `nodes` make, perhaps of ``mean``, to the first 512 values of each window."""
    from onnx import TensorProto, helper, numpy_helper

    def value(name: str, shape: Sequence[int | str]) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    tensors |= {"start": np.array([0]), "end": np.array([512]), "axis": np.array([1])}
    frame = [
        helper.make_node("Flatten", ["mel"], ["flat"]),
        helper.make_node("Slice", ["flat", "start", "end", "axis"], ["first"]),
        helper.make_node("ReduceMean", ["mel"], ["mean"], keepdims=0),
        *nodes,
        helper.make_node("Add", ["first", "more"], ["features"]),
    ]
    targets = [value("features", ["batch", 512]), *(value(*output) for output in outputs)]
    initializers = [numpy_helper.from_array(np.asarray(array), name) for name, array in tensors.items()]
    graph = helper.make_graph(frame, "hostile", [value("mel", ["batch", 1, 80, 16])], targets, initializers)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    serialised: bytes = proto.SerializeToString()
    return serialised


def node(kind: str, inputs: str, output: str = "more", **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(kind, inputs.split(), [output], **attributes)


def loop(condition: str, growing: bool = False) -> bytes:
    """Go round for as long as `condition`, a scalar bool of the graph, is true; if growing, keep every round's rows."""
    from onnx import TensorProto, helper

    def value(name: str, kind: int = TensorProto.FLOAT, shape: Sequence[int] = ()) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    rounds = [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("Identity", ["x"], ["y"])]
    outputs = [value("go_on", TensorProto.BOOL), value("y")]
    if growing:
        rounds.append(helper.make_node("Expand", ["x", "rows"], ["row"]))
        outputs.append(value("row", shape=[1 << 20]))
    inputs = [value("count", TensorProto.INT64), value("go", TensorProto.BOOL), value("x")]
    names = ["more", "rows_of_all"][: 1 + growing]
    body = helper.make_graph(rounds, "body", inputs, outputs)
    nodes = [
        node("Greater", "mean zero", "positive"),
        helper.make_node("Loop", ["", condition, "mean"], names, body=body),
    ]
    return model(nodes, zero=np.float32(0), rows=np.array([1 << 20]), always=np.array(True))


def endless() -> bytes:
    """Never end."""
    return loop("always")


def endless_if_positive() -> bytes:
    """Never end where the mean of the windows is above 0, so that a trial with zeros goes well."""
    return loop("positive")


def growing() -> bytes:
    """Take 4 MB more in every round."""
    return loop("always", growing=True)


def long_product() -> bytes:
    """Multiply two large matrices: ONNX Runtime cannot be asked to end between."""
    nodes = [node("Expand", "mean size", "a"), node("MatMul", "a a", "b"), node("ReduceMean", "b", keepdims=0)]
    return model(nodes, size=np.array([9000, 9000]))


def long_start() -> bytes:
    """Multiply large constants, which ONNX Runtime does while it loads the model."""
    rows = node("ConstantOfShape", "size", "a", value=constant())
    return model([rows, node("MatMul", "a a", "b"), node("ReduceMean", "b", keepdims=0)], size=np.array([9000, 9000]))


def huge() -> bytes:
    """Compute 5 GB on the way."""
    return model([node("Expand", "mean size", "a"), node("ReduceMean", "a", keepdims=0)], size=HUGE)


def huge_output(declared: Sequence[int | str]) -> bytes:
    """Have a second output, of 5 GB, of which nobody has any use."""
    nodes = [node("Expand", "mean size", "needless"), node("Identity", "mean")]
    return model(nodes, ("needless", declared), size=HUGE)


def constant() -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.ones(1, np.float32))


def expected(windows: Array) -> Array:
    """What those models that end give for (n, 16, 80) windows with the mean 0: its first 512 values, by numpy."""
    features: Array = windows.transpose(0, 2, 1).reshape(len(windows), -1)[:, :512]
    return features

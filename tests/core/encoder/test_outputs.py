"""Models with several outputs, of which only the features are wanted."""

from pathlib import Path

import numpy as np
from framescope.core.encoder.outputs import only_outputs
from framescope.core.encoder.session import Encoder
from helpers.hostile import model, node


def branched() -> bytes:
    """Add -1 times the mean to the first 512 values by the branch of an If, which takes the product from around it."""
    from onnx import TensorProto, helper

    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, [])
    branch = helper.make_graph([node("Identity", "product", "found")], "branch", [], [found])
    choice = node("If", "positive", then_branch=branch, else_branch=branch)
    negated = node("Mul", "mean minus", "product")
    needless = [node("Exp", "mean", "unused"), node("Identity", "unused", "other")]
    compared = node("Greater", "mean zero", "positive")
    return model([negated, *needless, compared, choice], ("other", []), zero=np.float32(0), minus=np.float32(-1))


def test_only_what_an_output_needs_is_kept() -> None:
    import onnx

    graph = onnx.load_model_from_string(only_outputs(branched(), ["features"])).graph
    assert [output.name for output in graph.output] == ["features"]
    assert [node.op_type for node in graph.node] == [
        "Flatten", "Slice", "ReduceMean", "Mul", "Greater", "If", "Add",
    ]  # fmt: skip


def test_what_a_branch_needs_from_around_it_is_kept() -> None:
    encoder = Encoder.from_onnx(branched(), Path("port.onnx"))
    np.testing.assert_array_equal(encoder.encode(np.full((1, 16, 80), 3.0)), np.zeros((1, 512)))

"""The shipped encoder and what ports make of it: its last ReLU cut off, its weights replaced or misplaced."""

from functools import cache
from pathlib import Path

import numpy as np
from framescope.core.base.resources import stand_in_encoder
from framescope.core.encoder.session import Encoder

from .downstream import Encoders


@cache
def encoders() -> Encoders:
    """Give them, loaded once."""
    whole = Encoder.load(stand_in_encoder())
    return Encoders(whole.encode, _without_relu().encode, _with_other_weights().encode, _with_turned_kernels().encode)


def _without_relu() -> Encoder:
    import onnx

    model = onnx.load(stand_in_encoder())
    flatten, relu = model.graph.node[-1], model.graph.node[-2]
    assert (flatten.op_type, relu.op_type) == ("Flatten", "Relu")
    flatten.input[0] = relu.input[0]
    model.graph.node.remove(relu)
    return Encoder.from_onnx(model.SerializeToString(), Path("linear.onnx"))


def _with_other_weights() -> Encoder:
    """Shuffle every tensor: as plausible a spread, and nothing in common."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(stand_in_encoder())
    generator = np.random.default_rng(5)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        shuffled = generator.permutation(values.ravel()).reshape(values.shape)
        tensor.CopyFrom(numpy_helper.from_array(shuffled, tensor.name))
    return Encoder.from_onnx(model.SerializeToString(), Path("stranger.onnx"))


def _with_turned_kernels() -> Encoder:
    """Swap the two axes of every kernel, as a loader does that takes (out, in, height, width) for another order."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(stand_in_encoder())
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.ndim == 4:
            turned = np.ascontiguousarray(values.transpose(0, 1, 3, 2))
            tensor.CopyFrom(numpy_helper.from_array(turned, tensor.name))
    return Encoder.from_onnx(model.SerializeToString(), Path("misloaded.onnx"))

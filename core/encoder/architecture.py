"""The AudioEncoder as one table, and the ONNX model of its weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..config import FEATURE_SIZE, WINDOW_COLUMNS

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

MEL_BANDS = 80
EPSILON = 1e-5
"""What PyTorch's BatchNorm2d adds to the variance."""
OPSET = 13
IR_VERSION = 8
"""Old enough for every consumer: ONNX Runtime 1.10, Core ML and Go's runtimes read them."""
STAND_IN_KEY = "framescope.stand_in"
"""Metadata entry that marks the weights that ship with Framescope."""


@dataclass(frozen=True, slots=True)
class Block:
    """Conv2d -> BatchNorm2d (-> + input, where residual) -> ReLU; the stride is (frequency, time)."""

    inputs: int
    outputs: int
    kernel: int = 3
    stride: tuple[int, int] = (1, 1)
    padding: int = 1
    residual: bool = False


BLOCKS = (
    Block(1, 32),
    Block(32, 32, residual=True),
    Block(32, 32, residual=True),
    Block(32, 64, stride=(3, 1)),
    Block(64, 64, residual=True),
    Block(64, 64, residual=True),
    Block(64, 128, stride=(3, 3)),
    Block(128, 128, residual=True),
    Block(128, 128, residual=True),
    Block(128, 256, stride=(3, 2)),
    Block(256, 256, residual=True),
    Block(256, FEATURE_SIZE, padding=0),
    Block(FEATURE_SIZE, FEATURE_SIZE, kernel=1, padding=0),
)


def parameter_shapes() -> dict[str, tuple[int, ...]]:
    """Give the shape of every parameter by its key, ``0.conv_block.0.weight`` to ``12.conv_block.1.running_var``."""
    shapes: dict[str, tuple[int, ...]] = {}
    for number, block in enumerate(BLOCKS):
        shapes[f"{number}.conv_block.0.weight"] = (block.outputs, block.inputs, block.kernel, block.kernel)
        for name in ("0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"):
            shapes[f"{number}.conv_block.{name}"] = (block.outputs,)
    return shapes


def fold(weights: Mapping[str, NDArray], number: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Fold the normalisation of one block into its convolution, in float64.

    With s = gamma / sqrt(variance + 1e-5): weight s w, bias s (b - mean) + beta.

    Parameters
    ----------
    weights : mapping
        Parameters by the keys of `parameter_shapes`.
    number : int
        Block 0 to 12.

    Returns
    -------
    weight : (outputs, inputs, kernel, kernel) float32
    bias : (outputs,) float32

    Raises
    ------
    InputError
        The folded values are not finite in float32.
    """
    key = f"{number}.conv_block"
    names = ("0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var")
    w, b, gamma, beta, mean, variance = (weights[f"{key}.{name}"].astype(np.float64) for name in names)
    with np.errstate(all="ignore"):
        scale = gamma / np.sqrt(variance + EPSILON)
        weight = (w * scale[:, None, None, None]).astype(np.float32)
        bias = ((b - mean) * scale + beta).astype(np.float32)
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise InputError(f"the weights of {key} are not usable: NaN, infinite, or a negative variance among them")
    return weight, bias


def build_onnx(weights: Mapping[str, NDArray], *, stand_in: bool = False) -> bytes:
    """Build the encoder as an ONNX model with every BatchNorm folded into its Conv.

    The same weights give the same bytes, whatever version of onnx is installed.

    Parameters
    ----------
    weights : mapping
        Parameters by the keys and with the shapes of `parameter_shapes`, any float dtype; other keys are ignored.
    stand_in : bool
        Mark the weights, in the model's metadata, as those that ship with Framescope.

    Returns
    -------
    bytes
        Checked model: input ``mel`` float32 (batch, 1, 80, 16), output ``features`` float32 (batch, 512).

    Raises
    ------
    InputError
        Weights that are not finite once folded.
    """
    import onnx  # noqa: PLC0415  slow to import, and only checkpoints need it

    nodes: list[NodeProto] = []
    tensors: list[TensorProto] = []
    for number, block in enumerate(BLOCKS):
        for name, values in zip(("weight", "bias"), fold(weights, number), strict=True):
            tensors.append(onnx.numpy_helper.from_array(values, f"{number}.{name}"))
        nodes += _block_nodes(number, block)
    nodes.append(onnx.helper.make_node("Flatten", [f"{len(BLOCKS) - 1}.relu"], ["features"], axis=1))
    mel = onnx.helper.make_tensor_value_info("mel", onnx.TensorProto.FLOAT, ["batch", 1, MEL_BANDS, WINDOW_COLUMNS])
    features = onnx.helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["batch", FEATURE_SIZE])
    model = onnx.helper.make_model(
        onnx.helper.make_graph(nodes, "audio_encoder", [mel], [features], tensors),
        ir_version=IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        producer_name="framescope",
    )
    if stand_in:
        onnx.helper.set_model_props(model, {STAND_IN_KEY: "true"})
    onnx.checker.check_model(model, full_check=True)
    serialised: bytes = model.SerializeToString(deterministic=True)
    return serialised


def _block_nodes(number: int, block: Block) -> "list[NodeProto]":
    """Conv, then Add of the block's input where residual, then Relu."""
    from onnx.helper import make_node  # noqa: PLC0415  slow to import, and only checkpoints need it

    source = f"{number - 1}.relu" if number else "mel"
    nodes = [
        make_node(
            "Conv",
            [source, f"{number}.weight", f"{number}.bias"],
            [last := f"{number}.conv"],
            kernel_shape=[block.kernel] * 2,
            strides=list(block.stride),
            pads=[block.padding] * 4,
        )
    ]
    if block.residual:
        nodes.append(make_node("Add", [last, source], [last := f"{number}.sum"]))
    return [*nodes, make_node("Relu", [last], [f"{number}.relu"])]

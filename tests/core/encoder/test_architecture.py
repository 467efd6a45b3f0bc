from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.encoder.architecture import build_onnx, fold, parameter_shapes
from helpers.checkpoints import random_weights

# The pipeline's definition, written out: inputs, outputs, kernel, stride, padding, residual.
TABLE = [
    (1, 32, 3, 1, 1, False),
    (32, 32, 3, 1, 1, True),
    (32, 32, 3, 1, 1, True),
    (32, 64, 3, (3, 1), 1, False),
    (64, 64, 3, 1, 1, True),
    (64, 64, 3, 1, 1, True),
    (64, 128, 3, 3, 1, False),
    (128, 128, 3, 1, 1, True),
    (128, 128, 3, 1, 1, True),
    (128, 256, 3, (3, 2), 1, False),
    (256, 256, 3, 1, 1, True),
    (256, 512, 3, 1, 0, False),
    (512, 512, 1, 1, 0, False),
]


def torch_encoder() -> Any:
    """The encoder in PyTorch's own words."""
    nn = pytest.importorskip("torch").nn

    class Conv2d(nn.Module):
        def __init__(self, inputs: int, outputs: int, kernel: int, stride: Any, padding: int, residual: bool) -> None:
            super().__init__()
            convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding)
            self.conv_block = nn.Sequential(convolution, nn.BatchNorm2d(outputs))
            self.residual = residual

        def forward(self, values: Any) -> Any:
            mixed = self.conv_block(values)
            return (mixed + values if self.residual else mixed).relu()

    return nn.Sequential(*(Conv2d(*row) for row in TABLE)).eval()


def run(model: bytes, mel: Any) -> Any:
    import onnxruntime

    (features,) = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"mel": mel})
    return features


def test_parameters_are_those_of_the_definition() -> None:
    state = torch_encoder().state_dict()
    counters = {key for key in state if key.endswith("num_batches_tracked")}
    assert parameter_shapes() == {key: tuple(value.shape) for key, value in state.items() if key not in counters}


def test_features_are_those_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    weights = random_weights()
    encoder = torch_encoder()
    encoder.load_state_dict({key: torch.from_numpy(value) for key, value in weights.items()}, strict=False)
    mel = np.random.default_rng(1).uniform(-4, 4, (5, 1, 80, 16)).astype(np.float32)
    with torch.no_grad():
        expected = encoder(torch.from_numpy(mel)).flatten(1).numpy()
    features = run(build_onnx(weights), mel)
    assert features.shape == (5, 512)
    assert (expected > 0).mean() > 0.1
    np.testing.assert_allclose(features, expected, atol=1e-5 * expected.max())


def test_the_bytes_depend_on_nothing_but_the_weights() -> None:
    import onnx

    weights = random_weights()
    model = build_onnx(weights)
    shuffled = {key: np.asfortranarray(weights[key]) for key in reversed(weights)}
    assert build_onnx(shuffled) == model
    assert build_onnx(random_weights(1)) != model
    proto = onnx.load_model_from_string(model)
    assert (proto.ir_version, proto.opset_import[0].version, proto.producer_version) == (8, 13, "")


def test_the_interface_is_the_documented_one() -> None:
    import onnx

    proto = onnx.load_model_from_string(build_onnx(random_weights()))
    onnx.checker.check_model(proto, full_check=True)
    (source,), (target,) = proto.graph.input, proto.graph.output
    shapes = [[d.dim_param or d.dim_value for d in node.type.tensor_type.shape.dim] for node in (source, target)]
    assert (source.name, target.name) == ("mel", "features")
    assert shapes == [["batch", 1, 80, 16], ["batch", 512]]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("3.conv_block.0.weight", np.nan),
        ("3.conv_block.0.bias", np.inf),
        ("3.conv_block.1.running_var", -1.0),
        ("3.conv_block.1.weight", 1e300),
    ],
)
def test_weights_that_cannot_be_folded_are_refused(key: str, value: float) -> None:
    weights: dict[str, Any] = random_weights()
    weights[key] = weights[key].astype(np.float64)
    weights[key].flat[0] = value
    with pytest.raises(InputError, match=r"the weights of 3\.conv_block are not usable"):
        build_onnx(weights)


def test_a_normalisation_of_nothing_keeps_the_weights_exactly() -> None:
    weights: dict[str, Any] = random_weights()
    for name, value in {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1 - 1e-5}.items():
        weights[f"0.conv_block.1.{name}"] = np.full(32, value, np.float64)
    weight, bias = fold(weights, 0)
    np.testing.assert_array_equal(weight, weights["0.conv_block.0.weight"])
    np.testing.assert_array_equal(bias, weights["0.conv_block.0.bias"])

"""A checkpoint turned into a checked ONNX file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..base.files import naming, replace_file
from ..config import WINDOW_COLUMNS
from .architecture import BLOCKS, EPSILON, MEL_BANDS, build_onnx
from .checkpoint import read_checkpoint
from .session import Encoder

_TRIAL_WINDOWS = 8
_LARGEST_DIFFERENCE = 1e-4
"""Relative to the largest feature: folding and summing in another order explain 1e-6, a wrong graph is far above."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and how it was checked.

    Attributes
    ----------
    path : Path
        The ONNX file.
    identity : str
        As `Encoder.identity`.
    size : int
        Bytes of the file.
    torch_difference : float or None
        Largest absolute difference of the features from PyTorch's, on a fixed batch; None where it is not installed.
    """

    path: Path
    identity: str
    size: int
    torch_difference: float | None


def export_encoder(checkpoint: str | Path, out: str | Path) -> ExportReport:
    """Write the ONNX file of a checkpoint; it is run, and compared with PyTorch where installed, before it is written.

    Raises
    ------
    InputError
        The checkpoint is unusable, its features are not finite or not PyTorch's, or `out` cannot be written.
    """
    checkpoint, out = Path(checkpoint), Path(out)
    weights = read_checkpoint(checkpoint)
    if out.exists() and out.samefile(checkpoint):
        raise InputError(f"{out}: is the checkpoint itself; name another file for the ONNX model")
    with naming(checkpoint):
        model = build_onnx(weights)
        encoder = Encoder.from_onnx(model, out)
        difference = _check(encoder, weights)
    replace_file(out, model)
    return ExportReport(out, encoder.identity, len(model), difference)


def _check(encoder: Encoder, weights: Mapping[str, NDArray]) -> float | None:
    """Run the encoder on a fixed batch; give the largest difference from PyTorch."""
    windows = _trial_windows()
    features = encoder.encode(windows)
    if not np.isfinite(features).all():
        raise InputError("its features are not finite; the weights are not those of a trained encoder")
    try:
        expected = _torch_features(windows, weights)
    except (ImportError, OSError):  # not installed, or its libraries are broken
        return None
    difference = float(np.abs(features - expected).max())
    if not difference <= _LARGEST_DIFFERENCE * max(1.0, float(expected.max())):
        raise InputError(f"the ONNX model differs from PyTorch by {difference:.1e}; nothing was written")
    return difference


def _trial_windows() -> npt.NDArray[np.float32]:
    """Mel-like windows, (8, 16, 80) in -4 to 4: a spectral slope and noise, the same ones every time."""
    noise = np.random.RandomState(0).standard_normal((_TRIAL_WINDOWS, WINDOW_COLUMNS, MEL_BANDS))
    return np.clip(np.linspace(1, -3, MEL_BANDS) + noise, -4, 4).astype(np.float32)


def _torch_features(windows: NDArray, weights: Mapping[str, NDArray]) -> NDArray:
    """Features as PyTorch's own layers give them, normalisation not folded, (n, 512) float32."""
    import torch  # noqa: PLC0415  optional, and slow to import
    from torch.nn import functional  # noqa: PLC0415

    def parameter(name: str) -> "torch.Tensor":
        return torch.from_numpy(weights[name].astype(np.float32))

    values = torch.from_numpy(windows).transpose(1, 2)[:, None]
    for number, block in enumerate(BLOCKS):
        conv, norm = f"{number}.conv_block.0", f"{number}.conv_block.1"
        mixed = functional.conv2d(
            values, parameter(f"{conv}.weight"), parameter(f"{conv}.bias"), block.stride, block.padding
        )
        statistics = parameter(f"{norm}.running_mean"), parameter(f"{norm}.running_var")
        affine = parameter(f"{norm}.weight"), parameter(f"{norm}.bias")
        mixed = functional.batch_norm(mixed, *statistics, *affine, eps=EPSILON)
        values = functional.relu(mixed + values if block.residual else mixed)
    features: NDArray = values.flatten(1).numpy()
    return features

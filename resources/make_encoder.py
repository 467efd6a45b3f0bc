"""Make encoder.onnx: the AudioEncoder's architecture with stand-in weights, trained on nothing.

The weights are random, but the normalisation is calibrated layer by layer on speech, so that features of speech look
like a trained encoder's: sparse, smooth in time, few outputs that never fire. Run as
``python resources/make_encoder.py``, after make_sample.py.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from framescope.core.encoder.architecture import BLOCKS, EPSILON, Block, build_onnx
from framescope.core.stages.mel import mel_spectrogram
from framescope.core.stages.windows import context_windows
from framescope.core.timebase import Timebase

OUTPUT = Path(__file__).with_name("encoder.onnx")
SAMPLE = Path(__file__).with_name("sample.flac")
SEED = 0
VOICES = ((1.0, 1.0), (0.85, 0.25), (1.15, 0.5), (0.7, 0.35), (1.0, 0.15))
"""Speed (and with it pitch) and gain of the versions of the sample that the calibration hears."""

TIME_CORRELATION = 0.4
"""Of neighbouring kernel taps in time: what makes the features of neighbouring frames alike."""
LEVELS = 1.5
"""Standard deviation of the weights before they are rounded to integers, each times its filter's power of two: a grid
so coarse that the file packs to a sixth."""
SPREAD = 1.0
RESIDUAL_SPREAD = 0.5
FEATURE_SPREAD = 0.65
"""Standard deviations of a block's normalised values over speech, before its ReLU."""
HIDDEN_BIAS = (0.25, 0.5)
FEATURE_BIAS = (-0.325, 1.3)
"""Mean and standard deviation of the normalised values' means over the channels: they decide how many are zero."""

Array = npt.NDArray[np.float32]


def main() -> None:
    """Draw and calibrate the weights, and write the model."""
    generator = np.random.RandomState(SEED)
    weights: dict[str, Array] = {}
    values = calibration_windows()
    for number, block in enumerate(BLOCKS):
        weight, bias, values = calibrated(block, values, generator, last=number == len(BLOCKS) - 1)
        weights |= parameters(number, weight, bias)
    OUTPUT.write_bytes(build_onnx(weights, stand_in=True))
    print(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes, {np.mean(values == 0):.0%} of the features zero")


def calibration_windows() -> Array:
    """Every second context window of the sample, slower, faster and at other levels, (n, 1, 80, 16)."""
    samples, _ = soundfile.read(SAMPLE, dtype="float32")
    windows = []
    for speed, gain in VOICES:
        times = np.arange(0, len(samples) - 1, speed)
        voice = gain * np.interp(times, np.arange(len(samples)), samples)
        mel = mel_spectrogram(voice.astype(np.float32))
        windows.append(context_windows(mel, Timebase())[::2])
    mel_windows: Array = np.concatenate(windows).transpose(0, 2, 1)[:, None].astype(np.float32)
    return mel_windows


def calibrated(
    block: Block, values: Array, generator: np.random.RandomState, *, last: bool
) -> tuple[Array, Array, Array]:
    """Draw the weights of one block, scale and shift them to the wanted statistics; give its output as well."""
    weight = drawn(block, generator)
    mixed = convolved(values, weight, block)
    spread = FEATURE_SPREAD if last else RESIDUAL_SPREAD if block.residual else SPREAD
    scale = np.exp2(np.round(np.log2(spread / mixed.std((0, 2, 3))))).astype(np.float32)
    weight, mixed = weight * scale[:, None, None, None], mixed * scale[:, None, None]
    mean, deviation = FEATURE_BIAS if last else HIDDEN_BIAS
    wanted = mean + deviation * generator.standard_normal(block.outputs)
    bias = rounded(wanted - mixed.mean((0, 2, 3)))
    mixed += bias[:, None, None]
    return weight, bias, np.maximum(mixed + values if block.residual else mixed, 0)


def drawn(block: Block, generator: np.random.RandomState) -> Array:
    """Normal weights, correlated along time, on a grid of small integers; the calibration gives them their scale."""
    shape = (block.outputs, block.inputs, block.kernel, block.kernel)
    own, common = generator.standard_normal(shape), generator.standard_normal((*shape[:3], 1))
    normal = np.sqrt(1 - TIME_CORRELATION) * own + np.sqrt(TIME_CORRELATION) * common
    integers: Array = np.round(LEVELS * normal).astype(np.float32)
    return integers


def convolved(values: Array, weight: Array, block: Block) -> Array:
    """Two-dimensional convolution of (n, inputs, H, W), one matrix product a kernel tap."""
    padded = np.pad(values, ((0, 0), (0, 0), (block.padding,) * 2, (block.padding,) * 2))
    rows, columns = (
        (size - block.kernel) // stride + 1 for size, stride in zip(padded.shape[2:], block.stride, strict=True)
    )
    total = np.zeros((len(values), rows, columns, block.outputs), np.float32)
    for i, j in np.ndindex(block.kernel, block.kernel):
        down, right = block.stride
        tap = padded[:, :, i : i + down * rows : down, j : j + right * columns : right]
        total += tap.transpose(0, 2, 3, 1) @ weight[:, :, i, j].T
    return total.transpose(0, 3, 1, 2)


def rounded(values: npt.NDArray[np.floating]) -> Array:
    """Round to 8 significant bits."""
    mantissa, exponent = np.frexp(values)
    coarse: Array = np.ldexp(np.round(mantissa * 256), exponent - 8).astype(np.float32)
    return coarse


def parameters(number: int, weight: Array, bias: Array) -> dict[str, Array]:
    """State dict of one block whose normalisation, already in the weights, does nothing."""
    ones = np.ones(len(bias), np.float32)
    key = f"{number}.conv_block"
    return {
        f"{key}.0.weight": weight,
        f"{key}.0.bias": bias,
        f"{key}.1.weight": ones,
        f"{key}.1.bias": 0 * ones,
        f"{key}.1.running_mean": 0 * ones,
        # Float64: with the epsilon it is 1 exactly, and the weights keep to their grid.
        f"{key}.1.running_var": np.full(len(bias), 1 - EPSILON),
    }


if __name__ == "__main__":
    main()

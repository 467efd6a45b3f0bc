"""Which parameter of which block each fault is about, and what SyncTalk_2D has there."""

from functools import cache

from ..base.errors import InputError
from ..recipe.presets import SYNCTALK, load_preset

_PARAMETERS = {
    "channel": "channels",
    "interleaved": "audio.interleaved",
    "no_resample": "rate",
    "resampler": "resampler",
    "header_as_audio": "audio.header",
    "sample_format": "audio.format",
    "int_scale": "gain.factor",
    "gain": "gain.factor",
    "dither": "dither.std",
    "preemphasis": "preemphasis.coefficient",
    "centering": "frame.placement",
    "pad_mode": "frame.pad",
    "hop": "frame.hop",
    "length": "length",
    "streaming": "chunks.size",
    "window_symmetry": "window.symmetry",
    "window_family": "window.family",
    "window_length": "window.length",
    "fft_size": "fft.n",
    "fft_packing": "fft.packing",
    "fft_scale": "fft.scale",
    "power": "fft.power",
    "mel_scale": "filterbank.scale",
    "mel_norm": "filterbank.norm",
    "mel_triangle_domain": "filterbank.domain",
    "mel_bin_width": "filterbank.bins",
    "mel_bin_shift": "filterbank.shift",
    "fmin": "filterbank.fmin",
    "fmax": "filterbank.fmax",
    "n_mels": "filterbank.bands",
    "log_base": "log.base",
    "log_floor": "log.floor",
    "ref_level": "level.ref",
    "min_level": "level.min",
    "max_abs": "level.max_abs",
    "clip": "clip",
    "precision": "cast.to",
    "frame_rate": "windows.fps",
    "input_scale": "windows.scale",
    "axis_order": "layout.order",
    "normalised": "normalise.statistic",
    "saturated": "clip.high",
    "hidden_offset": "onnx.offset",
    "decimated": "every.step",
    "repeated_rows": "every.step",
    "interpolated": "every.step",
    "row_order": "layout.rows",
    "layout": "layout.order",
    "window_index": "windows.rule",
    "window_tail": "windows.tail",
    "window_transpose": "windows.order",
    "weights": "onnx.file",
    "batchnorm_mode": "onnx.mode",
    "no_relu": "onnx.relu",
    "hidden_gain": "onnx.gain",
    "constant_features": "onnx.input",
    "row_offset": "pad_rows.front",
    "no_padding": "pad_rows",
    "zero_padding": "pad_rows.fill",
    "buffer_reuse": "onnx.output",
    "uninitialised": "onnx.output",
    "tiled_context": "context.rows",
    "context_offset": "context.before",
    "edge_policy": "context.edge",
    "tensor_layout": "layout.order",
    "mode_fill": "layout.shape",
}
"""Where no recipe has a parameter of that name, the kind is that of the block in which the fault is made."""


def parameter_of(fault: str) -> str:
    """Give the parameter that a fault is about, such as ``filterbank.scale`` of ``mel_scale``; empty: it has none."""
    return _PARAMETERS.get(fault, "")


@cache
def expected_value(parameter: str) -> str:
    """Give SyncTalk_2D's value of a parameter as text; empty where its recipe has no such parameter."""
    try:
        value = load_preset(SYNCTALK).value(parameter)
    except InputError:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)

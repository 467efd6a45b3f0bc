"""The mel stage's configuration as blocks of a recipe."""

from functools import lru_cache
from typing import Literal

import numpy as np

from ..config import MelConfig
from ..recipe.block import Block
from ..recipe.kinds.filterbank import Filterbank
from ..recipe.kinds.frames import Crop, Frame, Window
from ..recipe.kinds.signal import Chunks, Dither, Gain, NormaliseSignal, Pad, Preemphasis
from ..recipe.kinds.spectrum import Fft, Packing
from ..recipe.kinds.values import Cast, Clip, LevelRange, Log, Top

_BASES: dict[float, Literal["e", "10"]] = {float(np.e): "e", 10.0: "10"}
_PADS: dict[str, Pad] = {"constant": "zeros", "reflect": "reflect", "edge": "edge"}
_PACKINGS: dict[str, Packing] = {
    "rfft": "none",
    "nyquist_in_dc": "nyquist_in_dc",
    "even_odd": "even_odd",
    "packed_512": "packed_512",
}
_BINS: dict[str, Literal["exact", "n-1", "n+1", "floor"]] = {
    "n": "exact",
    "n-1": "n-1",
    "n+1": "n+1",
    "floor": "floor",
}


@lru_cache(maxsize=256)
def mel_blocks(config: MelConfig) -> tuple[Block, ...]:
    """Give the chain of blocks that a configuration stands for, from the samples to the finished values."""
    return (
        *_signal_blocks(config),
        *([Chunks(size=config.chunk_samples, rows=config.chunk_columns)] if config.chunk_samples else []),
        *frame_blocks(config),
        *transform_blocks(config),
        bank_block(config),
        log_block(config),
        *level_blocks(config),
    )


def _signal_blocks(config: MelConfig) -> tuple[Block, ...]:
    factor = config.gain * config.int_scale
    return (
        *([NormaliseSignal(how="peak")] if config.peak_normalise else []),
        *([Gain(factor=factor)] if factor != 1.0 else []),
        *([Dither(std=config.dither)] if config.dither else []),
    )


@lru_cache(maxsize=256)
def frame_blocks(config: MelConfig) -> tuple[Block, ...]:
    """Give the blocks from the signal to its frames."""
    emphasis = Preemphasis(
        coefficient=config.preemphasis, initial=config.preemphasis_state, precision=config.preemphasis_dtype
    )
    return (*[emphasis] * config.preemphasis_passes, frame_block(config))


@lru_cache(maxsize=256)
def frame_block(config: MelConfig) -> Frame:
    """Give the block that cuts frames."""
    return Frame(
        length=max(config.n_fft, config.win_length),
        hop=config.hop_length,
        placement="center" if config.center else "start",
        pad=_PADS[config.pad_mode],
    )


@lru_cache(maxsize=256)
def window_block(config: MelConfig) -> Window:
    """Give the window's block."""
    return Window(
        family=config.window,
        symmetry=config.window_symmetry,
        length=config.win_length,
        align=config.window_align,
    )


@lru_cache(maxsize=256)
def transform_blocks(config: MelConfig) -> tuple[Block, ...]:
    """Give the blocks from frames to spectra."""
    crop = [Crop(length=config.n_fft)] if config.win_length > config.n_fft else []
    packing = _PACKINGS[config.transform]
    transform = Fft(n=config.n_fft, power=config.power, scale=config.fft_scale, packing=packing)
    return (window_block(config), *crop, transform)


@lru_cache(maxsize=256)
def bank_block(config: MelConfig) -> Filterbank:
    """Give the filter bank's block; its weights are float32, as librosa's are."""
    return Filterbank(
        bands=config.n_mels,
        fmin=config.fmin,
        fmax=config.fmax,
        scale=config.mel_scale,
        norm=config.mel_norm,
        domain=config.triangle_domain,
        bins=_BINS[config.bin_width],
        shift=config.bin_shift,
        weights="float32",
    )


@lru_cache(maxsize=256)
def log_block(config: MelConfig) -> Log:
    """Give the logarithm's block."""
    base = _BASES.get(config.log_base)
    multiplier = config.log_multiplier if base else config.log_multiplier / float(np.log(config.log_base))
    return Log(base=base or "e", guard=config.log_guard, floor=config.log_floor, multiplier=multiplier)


@lru_cache(maxsize=256)
def level_blocks(config: MelConfig) -> tuple[Block, ...]:
    """Give the blocks behind the logarithm."""
    low = -config.max_abs if config.output_range == "symmetric" else 0.0
    return (
        *([Top(below=config.top_db, scope="all")] if config.top_db is not None else []),
        LevelRange(ref=config.ref_level, min=config.min_level, max_abs=config.max_abs, range=config.output_range),
        *([Clip(low=low, high=config.max_abs)] if config.clip else []),
        *([Cast(to=config.precision)] if config.precision != "float64" else []),
    )

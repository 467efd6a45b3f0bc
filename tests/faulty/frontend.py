"""Any front end from samples to features in plain numpy, with what ports get wrong of it as an option.

Written from the papers' and originals' formulas, and held against what the originals wrote (`test_frontend`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.fft

from .port import Array

Family = Literal["hann", "hamming", "povey", "rectangular", "blackman"]


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """One front end, or a port of it; lengths in samples, frequencies in Hz."""

    rate: int = 16000
    # Samples.
    gain: float = 1.0
    peak: float = 0.0  # the loudest sample is scaled to this; 0: it is not
    emphasis: float = 0.0  # over the signal
    emphasis_held: bool = False  # the sample before the first is the first, not zero
    chunk: int = 0  # framed in pieces that do not overlap; 0: in one go
    # Frames.
    length: int = 400
    hop: int = 160
    placement: Literal["start", "center", "kaldi", "vocoder"] = "center"
    pad: Literal["constant", "reflect", "edge", "symmetric"] = "reflect"
    fill_last: bool = False
    remove_dc: bool = False
    frame_emphasis: float = 0.0  # anew in every frame
    frame_emphasis_held: bool = True  # as Kaldi: x0 - a x0
    # Spectra.
    family: Family = "hann"
    symmetric: bool = False
    window_length: int = 0  # 0: the frame's
    window_left: bool = False
    points: int = 400
    power: float = 2.0
    inside: float = 0.0  # under the root of the magnitude
    spectrum_scale: float = 1.0
    # The filter bank.
    bands: int = 80
    fmin: float = 0.0
    fmax: float = 8000.0
    scale: Literal["slaney", "htk", "kaldi"] = "slaney"
    norm: Literal["slaney", "none", "sum"] = "slaney"
    mel_triangles: bool = False
    bins: Literal["exact", "floor", "n-1", "n+1"] = "exact"
    nyquist: bool = True
    # Values.
    log: Literal["10", "e", "2", ""] = "10"
    multiplier: float = 1.0
    floor: float = 1e-10
    floor_added: bool = False
    top: float = 0.0  # how far below the maximum; 0: not limited
    top_scope: Literal["all", "frame"] = "all"
    top_rows: int = 0  # rows of a chunk that has a maximum of its own
    drop_last: int = 0
    drop_late: bool = False  # the last row sets the maximum, too
    multiply: float = 1.0
    add: float = 0.0
    clip: float = 0.0  # to -clip..clip; 0: not at all
    normalise: Literal["", "mean", "mean_sd", "max"] = ""
    statistics: Literal["band", "all", "row"] = "band"
    ddof: int = 1
    eps: float = 1e-5
    cleared: int = 0  # rows at the end that are no part of the statistics and become 0
    bands_first: bool = True
    arithmetic: str = "float64"


WHISPER = FrontEnd(top=8.0, drop_last=1, multiply=0.25, add=1.0)
KALDI = FrontEnd(
    gain=32768.0, placement="start", pad="constant", remove_dc=True, frame_emphasis=0.97, family="povey",
    symmetric=True, points=512, fmin=20.0, scale="kaldi", norm="none", mel_triangles=True, nyquist=False, log="e",
    floor=2.0**-23, bands_first=False,
)  # fmt: skip
NEMO = FrontEnd(
    emphasis=0.97, length=512, pad="constant", symmetric=True, window_length=400, points=512, log="e", floor=2.0**-24,
    floor_added=True, normalise="mean_sd", cleared=1, bands_first=False,
)  # fmt: skip
HIFIGAN = FrontEnd(
    rate=22050, length=1024, hop=256, placement="vocoder", points=1024, power=1.0, inside=1e-9, log="e", floor=1e-5
)
SYNCTALK = FrontEnd(
    emphasis=0.97, length=800, hop=200, pad="constant", points=800, power=1.0, fmin=55.0, fmax=7600.0, multiplier=20.0,
    floor=1e-5, multiply=0.08, add=2.4, clip=4.0,
)  # fmt: skip
FRONT_ENDS: Mapping[str, FrontEnd] = {
    "whisper-80": WHISPER, "kaldi-fbank-80": KALDI, "nemo-80": NEMO, "hifigan-22k": HIFIGAN,
}  # fmt: skip
"""By the names of the recipes."""


def features(samples: Array, port: FrontEnd) -> Array:
    """Give what a port writes of samples at its rate, (bands, T) or (T, bands) float64, computed in its arithmetic."""
    return finished(spectra(signal(samples, port), port) @ bank_weights(port).T, port)


def finished(mel: Array, port: FrontEnd) -> Array:
    """Give features of a linear mel spectrogram, (T, bands)."""
    values = logarithm(mel, port)
    if port.drop_last and not port.drop_late:
        values = values[: -port.drop_last]
    values = limited(values, port)
    if port.drop_last and port.drop_late:
        values = values[: -port.drop_last]
    values = normalised(values * values.dtype.type(port.multiply) + values.dtype.type(port.add), port)
    values = values.clip(-port.clip, port.clip) if port.clip else values
    return np.asarray(values.T if port.bands_first else values, np.float64)


def signal(samples: Array, port: FrontEnd) -> Array:
    """Give gained and emphasised samples, (n,) in the port's arithmetic."""
    values = samples.astype(port.arithmetic)
    values = values * values.dtype.type(port.peak / np.abs(values).max() if port.peak else port.gain)
    if port.emphasis:
        before = np.concatenate([values[:1] if port.emphasis_held else np.zeros_like(values[:1]), values[:-1]])
        values = values - values.dtype.type(port.emphasis) * before
    return values


def spectra(values: Array, port: FrontEnd) -> Array:
    """Give magnitudes to the port's power, (T, points // 2 + 1)."""
    pieces = (
        [values[start : start + port.chunk] for start in range(0, len(values), port.chunk)] if port.chunk else [values]
    )
    frames = np.concatenate([framed(piece, port) for piece in pieces if len(piece) > port.length])
    if port.remove_dc:
        frames = frames - frames.mean(axis=1, keepdims=True)
    if port.frame_emphasis:
        first = frames[:, :1] if port.frame_emphasis_held else np.zeros_like(frames[:, :1])
        frames = frames - frames.dtype.type(port.frame_emphasis) * np.concatenate([first, frames[:, :-1]], axis=1)
    spectrum = scipy.fft.rfft(frames * window(port).astype(frames.dtype), port.points)
    squared = (spectrum.real**2 + spectrum.imag**2) * frames.dtype.type(port.spectrum_scale**2)
    result: Array = squared if port.power == 2 else np.sqrt(squared + squared.dtype.type(port.inside)) ** port.power
    return result


def framed(values: Array, port: FrontEnd) -> Array:
    """Give frames, (T, length)."""
    length, hop = port.length, port.hop
    if port.fill_last:
        values = np.pad(values, (0, -(len(values) - length) % hop))
    n, front = len(values), {"start": 0, "center": length // 2, "vocoder": (length - hop) // 2}.get(port.placement)
    back = front
    if front is None or back is None:  # as Kaldi's snip_edges = false: frames centred on the middle of each hop
        front = length // 2 - hop // 2
        back = max(0, ((n + hop // 2) // hop - 1) * hop + length - front - n)
    padded = np.pad(values, (front, back), port.pad)
    return np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]


def window(port: FrontEnd) -> Array:
    """Give the weights of one frame, (length,)."""
    length = port.window_length or port.length
    turn = 2 * np.pi * np.arange(length) / (length - port.symmetric)
    hann = 0.5 - 0.5 * np.cos(turn)
    shapes: dict[str, Array] = {
        "hann": hann,
        "hamming": 0.54 - 0.46 * np.cos(turn),
        "povey": np.maximum(hann, 0) ** 0.85,
        "rectangular": np.ones(length),
        "blackman": 0.42 - 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn),
    }
    spare = port.length - length
    left = 0 if port.window_left else spare // 2
    return np.pad(shapes[port.family], (left, spare - left))


def bank_weights(port: FrontEnd) -> Array:
    """Give the triangles, (bands, bins)."""
    bins = port.points // 2 + 1
    gaps = {"n-1": -1, "n+1": 1}.get(port.bins, 0)
    hertz = np.arange(bins) * (port.rate / 2 / (bins - 1 + gaps))
    edges = from_mel(np.linspace(*to_mel(np.array([port.fmin, port.fmax]), port.scale), port.bands + 2), port.scale)
    places, corners = hertz, edges
    if port.bins == "floor":
        places, corners = np.arange(bins), np.floor((port.points + 1) * edges / port.rate)
    elif port.mel_triangles:
        places, corners = to_mel(hertz, port.scale), to_mel(edges, port.scale)
    left, centre, right = (corners[start : port.bands + start, None] for start in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = np.where(centre > left, (places - left) / (centre - left), places >= centre)
        fall = np.where(right > centre, (right - places) / (right - centre), places < centre)
    bank = np.maximum(np.minimum(rise, fall), 0)
    if not port.nyquist:
        bank[:, -1] = 0
    if port.norm == "slaney":
        bank *= (2 / (edges[2:] - edges[:-2]))[:, None]
    elif port.norm == "sum":
        bank /= np.maximum(bank.sum(axis=1, keepdims=True), 1e-30)
    return bank.astype(port.arithmetic)


def to_mel(hertz: Array, scale: str) -> Array:
    if scale != "slaney":
        return np.asarray((2595 / np.log(10) if scale == "htk" else 1127.0) * np.log1p(hertz / 700))
    with np.errstate(divide="ignore"):
        return np.where(hertz < 1000, 3 * hertz / 200, 15 + 27 * np.log(hertz / 1000) / np.log(6.4))


def from_mel(mels: Array, scale: str) -> Array:
    if scale != "slaney":
        return np.asarray(700 * np.expm1(mels / (2595 / np.log(10) if scale == "htk" else 1127.0)))
    return np.where(mels < 15, 200 * mels / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))


def logarithm(mel: Array, port: FrontEnd) -> Array:
    if not port.log:
        return mel
    floor = mel.dtype.type(port.floor)
    guarded = mel + floor if port.floor_added else np.maximum(mel, floor)
    logarithms: Any = {"10": np.log10, "e": np.log, "2": np.log2}[port.log]
    return np.asarray(logarithms(guarded) * mel.dtype.type(port.multiplier))


def limited(values: Array, port: FrontEnd) -> Array:
    """Raise what lies far below the maximum."""
    if not port.top:
        return values
    if port.top_scope == "frame":
        return np.maximum(values, values.max(axis=1, keepdims=True) - port.top)
    size = port.top_rows or len(values)
    parts = [values[start : start + size] for start in range(0, len(values), size)]
    return np.concatenate([np.maximum(part, part.max() - values.dtype.type(port.top)) for part in parts])


def normalised(values: Array, port: FrontEnd) -> Array:
    """Normalise by the recording's own statistics."""
    if port.normalise in ("", "max"):
        return values - values.max() if port.normalise else values
    valid = values[: len(values) - port.cleared]
    axis = {"band": 0, "all": None, "row": 1}[port.statistics]
    result = values - valid.mean(axis=axis, keepdims=True) if axis != 1 else values - values.mean(axis=1, keepdims=True)
    if port.normalise == "mean_sd":
        spread = values.std(axis=1, keepdims=True) if axis == 1 else valid.std(axis=axis, ddof=port.ddof, keepdims=True)
        result = result / (spread + values.dtype.type(port.eps))
    result[len(valid) :] = 0
    return result

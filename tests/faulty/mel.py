"""From samples to the normalised mel spectrogram, as a port computes it."""

import numpy as np
import scipy.fft

from .port import Array, Port
from .reading import RATE


def mel_spectrogram(samples: Array, port: Port) -> Array:
    """Give (bands, T) in the port's own arithmetic."""
    length = port.streaming or len(samples)
    chunks = [emphasis(samples[start : start + length], port) for start in range(0, len(samples), length)]
    if port.streamed == "filtered":
        chunks = [np.concatenate(chunks)]
    parts = [magnitudes(chunk, port) for chunk in chunks]
    if port.streaming and port.streamed == "cut":
        parts = [part[: port.streaming // port.hop] for part in parts]
    return normalised(filter_bank(port) @ np.concatenate(parts).T, port)


def magnitudes(emphasised: Array, port: Port) -> Array:
    """Give (T, bins): frames, window, transform."""
    emphasised = emphasised.astype(port.arithmetic)
    if port.centred:
        emphasised = np.pad(emphasised, port.frame // 2, port.pad_mode)
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, port.frame)[:: port.hop]
    spectrum = transform(frames * window(port).astype(port.arithmetic), port)
    result: Array = (spectrum * np.asarray(port.fft_scale, port.arithmetic)) ** port.power
    return result


def emphasis(samples: Array, port: Port) -> Array:
    values = samples.astype(port.emphasis_dtype)
    for _ in range(port.passes):
        before = np.concatenate([values[:1] if port.held else np.zeros_like(values[:1]), values[:-1]])
        values = values - np.asarray(port.coefficient, values.dtype) * before
    return values


def window(port: Port) -> Array:
    """Give the window of one frame, (frame,)."""
    length = port.window_length or port.frame
    turn = 2 * np.pi * np.arange(length) / (length - port.symmetric)
    hann = 0.5 - 0.5 * np.cos(turn)
    values = {
        "hann": hann,
        "hamming": 0.54 - 0.46 * np.cos(turn),
        "povey": hann**0.85,
        "rectangular": np.ones(length),
        "blackman": 0.42 - 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn),
    }[port.window_family]
    missing = port.frame - length
    front = 0 if port.window_left else missing // 2
    return np.pad(values, (front, missing - front))


def transform(frames: Array, port: Port) -> Array:
    """Give the magnitudes of windowed frames, (T, points // 2 + 1)."""
    if port.packing == "packed_512":
        return packed_512(frames)
    spectrum = scipy.fft.rfft(frames, port.points)
    if port.packing == "even_odd":
        packed = np.abs(scipy.fft.fft(frames[:, 0::2] + 1j * frames[:, 1::2]))
        return np.concatenate([packed, packed[:, :1]], axis=1)
    if port.packing == "nyquist":
        spectrum[:, 0] = spectrum[:, 0].real + 1j * spectrum[:, -1].real
        spectrum[:, -1] = 0
    return np.abs(spectrum)


def packed_512(frames: Array) -> Array:
    """Transform in place 512 of 800 samples packed as even + i odd, as vDSP does with a length of 2**9, and doubled.

    The 144 complex places behind the transform keep their samples, and are taken for bins.
    """
    low = 2 * scipy.fft.rfft(frames[:, :512])
    low[:, 0] = low[:, 0].real + 1j * low[:, 256].real
    stale = frames[:, 512::2] + 1j * frames[:, 513::2]
    return np.abs(np.concatenate([low[:, :256], stale, np.zeros_like(stale[:, :1])], axis=1))


def filter_bank(port: Port) -> Array:
    """Give the triangles, (bands, bins), rounded to float32 before and after their area, as librosa's are."""
    bins = port.points // 2 + 1
    hertz = np.arange(bins) * (RATE / 2 / (bins - 1 + port.gaps))
    edges = from_mel(np.linspace(*to_mel(np.array([port.fmin, port.fmax]), port), port.bands + 2), port)
    places, corners = hertz, edges
    if port.floored:
        places, corners = np.arange(bins), np.floor((port.points + 1) * edges / RATE)
    elif port.mel_triangles:
        places, corners = to_mel(hertz, port), to_mel(edges, port)
    bank = triangles(places, corners).astype(np.float32)
    if port.area:
        bank *= (2 / (edges[2:] - edges[:-2]))[:, None]
    return np.pad(bank, ((0, 0), (port.bin_shift, 0)))[:, :bins]


def triangles(places: Array, corners: Array) -> Array:
    left, centre, right = (corners[start : len(corners) - 2 + start, None] for start in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        rise, fall = (places - left) / (centre - left), (right - places) / (right - centre)
    # Floored corners may coincide: such a side has no slope.
    sides = np.minimum(np.where(centre > left, rise, places >= centre), np.where(right > centre, fall, places < centre))
    return np.maximum(sides, 0)


def to_mel(hertz: Array, port: Port) -> Array:
    if port.mel_scale == "htk":
        return 2595 * np.log10(1 + hertz / 700)
    with np.errstate(divide="ignore"):
        return np.where(hertz < 1000, 3 * hertz / 200, 15 + 27 * np.log(hertz / 1000) / np.log(6.4))


def from_mel(mels: Array, port: Port) -> Array:
    if port.mel_scale == "htk":
        return 700 * (10 ** (mels / 2595) - 1)
    return np.where(mels < 15, 200 * mels / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))


def normalised(bands: Array, port: Port) -> Array:
    """Give levels in -4 to 4."""
    guarded = (
        bands + bands.dtype.type(port.floor) if port.floor_added else np.maximum(bands.dtype.type(port.floor), bands)
    )
    levels = port.factor * (np.log10 if port.logarithm == "log10" else np.log)(guarded)
    if port.top_db:
        levels = np.maximum(levels, levels.max() - port.top_db)
    share = (levels - port.ref_level - port.min_level) / -port.min_level
    if port.unit_range:
        return np.clip(share, 0, 1)
    mel = 2 * port.max_abs * share - port.max_abs
    return np.clip(mel, -port.max_abs, port.max_abs) if port.clipped else mel

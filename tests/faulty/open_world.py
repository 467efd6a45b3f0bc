"""What no hypothesis holds: front ends and treatments beyond any that a search has, none of which may get a cause."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import scipy.fft
import scipy.linalg
import scipy.signal

from .frontend import FrontEnd, bank_weights, finished, framed, signal, spectra, window
from .port import Array

Treat = Callable[[Array, np.random.Generator], Array]


def _spectral_subtraction(mel: Array, _: np.random.Generator) -> Array:
    return np.maximum(mel - 2 * np.quantile(mel, 0.1, axis=0), 0.05 * mel)


def _vibrato(samples: Array, _: np.random.Generator) -> Array:
    places = np.arange(len(samples))
    return np.interp(places + 20 * np.sin(2 * np.pi * 5 * places / 16000), places, samples)


def _lost_packets(samples: Array, generator: np.random.Generator) -> Array:
    lost = np.repeat(generator.random(len(samples) // 320 + 1) < 0.2, 320)[: len(samples)]
    return np.where(lost, 0, samples)


def _reverberation(samples: Array, generator: np.random.Generator) -> Array:
    tail = generator.standard_normal(4000) * np.exp(-np.arange(4000) / 800)
    return scipy.signal.fftconvolve(samples, np.r_[1, 0.2 * tail])[: len(samples)]


def _room(samples: Array, generator: np.random.Generator) -> Array:
    return scipy.signal.lfilter(np.r_[1, 0.3 * generator.standard_normal(31)], [1], samples)


def _mu_law(samples: Array, _: np.random.Generator) -> Array:
    coded = np.round(np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log(256) * 20) / 20
    return np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255


def _stretched(samples: Array, _: np.random.Generator) -> Array:
    """Overlap-add of frames 12 % farther apart, cut to the old length: slower at the same pitch."""
    size, hop = 640, 160
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::143] * np.hanning(size)
    out = np.zeros(len(frames) * hop + size)
    for number, frame in enumerate(frames):
        out[number * hop : number * hop + size] += frame / 2
    return out[: len(samples)]


def _levelled(samples: Array, _: np.random.Generator) -> Array:
    """An automatic gain: towards one loudness, faster up than down."""
    loudness = np.sqrt(scipy.signal.lfilter([0.002], [1, -0.998], samples**2)) + 1e-3
    return samples * np.minimum(0.05 / loudness, 8)


def _adpcm(samples: Array, _: np.random.Generator) -> Array:
    """Four bits a sample of the difference from the sample before, with a step that follows."""
    out, step, held = np.zeros(len(samples)), 0.01, 0.0
    for place, value in enumerate(samples):
        code = max(-8, min(7, round((value - held) / step)))
        held = max(-1.0, min(1.0, held + code * step))
        step = min(max(step * (1.6 if abs(code) > 4 else 0.95), 1e-4), 0.2)
        out[place] = held
    return out


def _raised(samples: Array, _: np.random.Generator) -> Array:
    """Read 6 % faster, and stretched back by repeating grains: another pitch at the same speed."""
    fast = np.interp(np.arange(0, len(samples) - 1, 1.06), np.arange(len(samples)), samples)
    size, hop = 480, 120
    out = np.zeros(len(samples) + size)
    for start in range(0, len(samples) - size, hop):
        place = min(int(start / 1.06), len(fast) - size)
        out[start : start + size] += fast[place : place + size] * np.hanning(size) / 2
    return out[: len(samples)]


def _drifting(samples: Array, _: np.random.Generator) -> Array:
    """A clock that runs slower and slower: 3 % at the end."""
    places = np.arange(len(samples))
    return np.interp(places * (1 - 0.03 * places / len(samples)), places, samples)


def _dropouts(samples: Array, generator: np.random.Generator) -> Array:
    """Buffers that were played twice, as after an underrun."""
    out = samples.copy()
    for start in generator.integers(512, len(samples) - 512, 12):
        out[start : start + 512] = samples[start - 512 : start]
    return out


SAMPLES: Mapping[str, Treat] = {
    "cubic compressor": lambda x, _: x - 1.5 * x**3 / np.abs(x).max() ** 2 / 3,
    "soft clipping": lambda x, _: np.tanh(6 * x) / 6,
    "half-wave rectified": lambda x, _: np.maximum(x, 0),
    "full-wave rectified": lambda x, _: np.abs(x),
    "power-law samples": lambda x, _: np.sign(x) * np.abs(x) ** 0.7,
    "coarse mu-law": _mu_law,
    "time-reversed": lambda x, _: x[::-1].copy(),
    "another speaker": lambda x, g: np.roll(x[::-1] * np.cumsum(g.standard_normal(len(x))) / 50, len(x) // 3),
    "amplitude modulation": lambda x, _: x * (1 + 0.8 * np.sin(2 * np.pi * 4 * np.arange(len(x)) / 16000)),
    "vibrato": _vibrato,
    "reverberation": _reverberation,
    "room response": _room,
    "comb echo": lambda x, _: x + 0.7 * np.r_[np.zeros(1111), x[:-1111]],
    "noise at 10 dB": lambda x, g: (
        x + 0.3 * x.std() * scipy.signal.lfilter([1], [1, -0.95], g.standard_normal(len(x))) / 3
    ),
    "lost packets": _lost_packets,
    "telephone band": lambda x, _: scipy.signal.sosfilt(
        scipy.signal.butter(6, [300, 3400], "band", False, "sos", 16000), x
    ),
    "time-stretched": _stretched,
    "two speakers": lambda x, _: x + 0.5 * np.roll(x, len(x) // 2),
    "all-pass dispersion": lambda x, _: scipy.signal.lfilter([0.7, *[0] * 500, 1], [1, *[0] * 500, 0.7], x),
    "clipped at a tenth": lambda x, _: np.clip(x, -0.1 * np.abs(x).max(), 0.1 * np.abs(x).max()),
    "automatic gain": _levelled,
    "fading in": lambda x, _: x * np.linspace(0.05, 1, len(x)),
    "four bits a sample": _adpcm,
    "another pitch": _raised,
    "a drifting clock": _drifting,
    "repeated buffers": _dropouts,
    "low-pass over time": lambda x, _: scipy.signal.lfilter([0.15], [1, -0.85], x),
    "one bit a sample": lambda x, g: np.sign(x) * 0.1,
    "music beside it": lambda x, _: (
        x
        + 0.1 * np.sign(np.sin(2 * np.pi * 220 * np.arange(len(x)) / 16000 * (1 + (np.arange(len(x)) // 4000) % 5 / 4)))
    ),
    "noise of the same level": lambda x, g: x.std() * g.standard_normal(len(x)),
}
"""What is done to the samples."""

MELS: Mapping[str, Treat] = {
    "spectral subtraction": _spectral_subtraction,
    "gain control by energy (PCEN)": lambda mel, _: (
        mel / (1e-6 + scipy.signal.lfilter([0.05], [1, -0.95], mel, axis=0)) ** 0.9 + 2) ** 0.5 - 2**0.5,
    "smoothed over time": lambda mel, _: scipy.signal.lfilter([0.3], [1, -0.7], mel, axis=0),
    "median over time": lambda mel, _: scipy.signal.medfilt2d(mel, [5, 1]),
    "greatest of three columns": lambda mel, _: np.maximum(mel, np.maximum(np.roll(mel, 1, 0), np.roll(mel, -1, 0))),
    "bands mixed at random": lambda mel, g: mel @ g.random((mel.shape[1], mel.shape[1])) ** 8,
    "Wiener gain": lambda mel, _: mel * (mel / (mel + np.median(mel, axis=0))) ** 2,
    "noise gate": lambda mel, _: np.where(mel > np.median(mel), mel, mel**2 / np.median(mel)),
    "random gain a cell": lambda mel, g: mel * np.exp(0.2 * g.standard_normal(mel.shape)),
}  # fmt: skip
"""What is done to the linear mel spectrogram."""


def _blocks(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Choose a fifth of the blocks of 20 rows and 10 bands."""
    chosen = generator.random((shape[0] // 20 + 1, shape[1] // 10 + 1)) < 0.2
    return np.kron(chosen, np.ones((20, 10), bool))[: shape[0], : shape[1]]


VALUES: Mapping[str, Treat] = {
    "random level a band": lambda v, g: v + v.std() * 0.2 * g.standard_normal(v.shape[1]),
    "delay a band": lambda v, _: np.stack([np.roll(v[:, band], band % 7) for band in range(v.shape[1])], axis=1),
    "differences over time": lambda v, _: np.diff(v, axis=0, prepend=v[:1]),
    "cepstral smoothing": lambda v, _: scipy.fft.idct(
        scipy.fft.dct(v, norm="ortho") * (np.arange(v.shape[1]) < 15), norm="ortho"),
    "rank of each value": lambda v, _: np.argsort(np.argsort(v.ravel())).reshape(v.shape) / v.size,
    "rank in each band": lambda v, _: np.argsort(np.argsort(v, axis=0), axis=0) / len(v),
    "a layer of random weights": lambda v, g: np.tanh(v @ g.standard_normal((v.shape[1], v.shape[1])) / 8),
    "whitened": lambda v, _: (v - v.mean(0)) @ np.linalg.svd(v - v.mean(0), full_matrices=False)[2].T,
    "masked blocks": lambda v, g: np.where(_blocks(v.shape, g), v.mean(), v),
}  # fmt: skip
"""What is done to the features."""


def _bank(
    hertz_of: Callable[[Array], Array], of_hertz: Callable[[Array], Array], shape: str
) -> Callable[[FrontEnd], Array]:
    """Give a maker of filters that are equally wide on a scale."""

    def weights(port: FrontEnd) -> Array:
        bins = of_hertz(np.fft.rfftfreq(port.points, 1 / port.rate))
        edges = np.linspace(*of_hertz(np.array([max(port.fmin, 50.0), port.fmax])), port.bands + 2)
        apart = np.abs(bins - edges[1:-1, None]) / (edges[1] - edges[0])
        made: Array = {
            "triangle": np.maximum(1 - apart, 0),
            "gauss": np.exp(-0.5 * (1.5 * apart) ** 2),
            "box": (apart < 0.7) * 1.0,
            "gammatone": (1 + apart**2) ** -2.0,
        }[shape]
        return made * 2 / np.gradient(hertz_of(edges))[1:-1, None]

    return weights


def _mel(hertz: Array) -> Array:
    return np.asarray(2595 * np.log10(1 + hertz / 700))


def _hertz(mel: Array) -> Array:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))


def _erb(hertz: Array) -> Array:
    return np.asarray(21.4 * np.log10(1 + 0.00437 * hertz))


def _of_erb(erb: Array) -> Array:
    return np.asarray((10 ** (erb / 21.4) - 1) / 0.00437)


BANKS: Mapping[str, Callable[[FrontEnd], Array]] = {
    "constant Q": _bank(np.exp, lambda hertz: np.log(np.maximum(hertz, 20.0)), "gauss"),
    "gammatone on ERB": _bank(_of_erb, _erb, "gammatone"),
    "boxes": _bank(_hertz, _mel, "box"),
    "Gaussian filters": _bank(_hertz, _mel, "gauss"),
    "warped axis": _bank(lambda mel: _hertz(mel) ** (1 / 0.93), lambda hertz: _mel(hertz**0.93), "triangle"),
    "Bark": _bank(lambda bark: 600 * np.sinh(bark / 6), lambda hertz: 6 * np.arcsinh(hertz / 600), "triangle"),
}
"""Filters of other kinds."""

Transform = Callable[[Array, FrontEnd], Array]


def _frames(samples: Array, port: FrontEnd) -> Array:
    return framed(signal(samples, port), port) * window(port)


def _as_bands(values: Array, port: FrontEnd) -> Array:
    """Put what a transform gives, (T, anything), into as many bands by means of neighbours."""
    edges = np.linspace(0, values.shape[1], port.bands + 1).astype(int)
    return np.stack([values[:, low:high].mean(axis=1) for low, high in itertools.pairwise(edges)], axis=1)


def _predicted(samples: Array, port: FrontEnd) -> Array:
    """The envelope of linear prediction of order 16, in bands."""
    frames = _frames(samples, port)
    spectra_of = np.abs(np.fft.rfft(frames, 2 * port.points)) ** 2
    lags = np.fft.irfft(spectra_of)[:, :17]
    lags[:, 0] = lags[:, 0] * 1.0001 + 1e-9
    filters = np.stack([np.r_[1, -scipy.linalg.solve_toeplitz(row[:16], row[1:])] for row in lags])
    return 1 / np.abs(np.fft.rfft(filters, port.points)) ** 2 * 1e-3 @ bank_weights(port).T


def _wavelets(samples: Array, port: FrontEnd) -> Array:
    """The energy of Haar wavelets on seven scales, eleven times each with another delay."""
    padded = np.pad(signal(samples, port), (port.length, port.length))
    count = len(framed(samples, port))
    rows = []
    for number in range(port.bands):
        size = 2 ** (1 + number % 7)
        step = np.r_[np.ones(size), -np.ones(size)] / size
        energy = scipy.signal.lfilter([0.01], [1, -0.99], np.convolve(padded, step, "same") ** 2)
        places = np.minimum(port.length + port.hop * np.arange(count) + number, len(padded) - 1)
        rows.append(energy[places])
    return np.stack(rows, axis=1)


def _cochleagram(samples: Array, port: FrontEnd) -> Array:
    """Band-pass filters over time, rectified and smoothed."""
    values, count = signal(samples, port), len(framed(samples, port))
    edges = np.geomspace(80, 0.46 * port.rate, port.bands + 1)
    bands = []
    for low, high in itertools.pairwise(edges):
        sections = scipy.signal.butter(1, [low, high], "band", False, "sos", port.rate)
        smooth = scipy.signal.lfilter([0.01], [1, -0.99], np.maximum(scipy.signal.sosfilt(sections, values), 0))
        bands.append(smooth[np.minimum(port.hop * np.arange(count), len(smooth) - 1)])
    return np.stack(bands, axis=1)


TRANSFORMS: Mapping[str, Transform] = {
    "linear prediction": _predicted,
    "wavelets": _wavelets,
    "cochleagram": _cochleagram,
    "cosine transform": lambda x, port: _as_bands(scipy.fft.dct(_frames(x, port)) ** 2, port),
    "autocorrelation": lambda x, port: _as_bands(
        np.abs(np.fft.irfft(np.abs(np.fft.rfft(_frames(x, port), 2 * port.points)) ** 2)[:, : port.points]), port),
    "random projection": lambda x, port: (
        (_frames(x, port) @ np.random.default_rng(3).standard_normal((port.length, port.bands))) ** 2),
    "zero crossings and energies": lambda x, port: _as_bands(
        np.diff(np.sign(framed(x, port)), axis=1) ** 2 + framed(x, port)[:, 1:] ** 2, port),
    "two tapers": lambda x, port: (
        spectra(signal(x, port), port) + np.abs(np.fft.rfft(
            framed(signal(x, port), port) * np.sin(2 * np.pi * (np.arange(port.length) + 1) / (port.length + 1)),
            port.points)) ** port.power) @ bank_weights(port).T,
}  # fmt: skip
"""What stands where the transform and its bands are."""

KINDS = (*SAMPLES, *MELS, *VALUES, *BANKS, *TRANSFORMS)


def dump(kind: str, samples: Array, port: FrontEnd) -> Array:
    """Give features of a kind for which there is no hypothesis, in the order of the port's axes."""
    generator = np.random.default_rng(sum(kind.encode()))
    treated = SAMPLES[kind](samples, generator) if kind in SAMPLES else samples
    bank = BANKS[kind](port) if kind in BANKS else bank_weights(port)
    mel = TRANSFORMS[kind](treated, port) if kind in TRANSFORMS else spectra(signal(treated, port), port) @ bank.T
    if kind in MELS:
        mel = MELS[kind](mel, generator)
    if kind not in VALUES:
        return finished(mel, port)
    rows = VALUES[kind](finished(mel, replace(port, bands_first=False)), generator)
    return rows.T if port.bands_first else rows

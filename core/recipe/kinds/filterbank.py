"""The block that sums the bins of a spectrum into bands."""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np

from ...base.arrays import NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ..block import Block, Context, Level, parameter
from ..items import Items
from ..tables import read_table

MAX_BANDS = 4096
MAX_WEIGHTS = 1 << 24
"""Bands times bins: 128 MB of weights. 128 bands of a 4,096-point transform have 262,272."""
Scale = Literal["slaney", "htk", "kaldi", "linear"]
Norm = Literal["none", "slaney", "sum"]

_SLANEY_HZ_PER_MEL = 200.0 / 3
_SLANEY_BREAK_HZ = 1000.0
_SLANEY_BREAK_MEL = _SLANEY_BREAK_HZ / _SLANEY_HZ_PER_MEL
_SLANEY_LOG_STEP = np.log(6.4) / 27.0


def hz_to_mel(hz: NDArray, scale: Scale) -> NDArray:
    """Convert frequencies to mel.

    Parameters
    ----------
    hz : array
        Frequencies, Hz, at least 0.
    scale : str
        ``slaney``: linear below 1 kHz (200/3 Hz a mel), logarithmic above, as in Slaney's Auditory Toolbox and librosa;
        ``htk``: 2595 log10(1 + f / 700); ``kaldi``: 1127 ln(1 + f / 700); ``linear``: f itself.
    """
    if scale == "linear":
        return np.asarray(hz, np.float64)
    if scale == "htk":
        return np.asarray(2595.0 * np.log10(1.0 + hz / 700.0))
    if scale == "kaldi":
        return np.asarray(1127.0 * np.log(1.0 + hz / 700.0))
    logarithmic = _SLANEY_BREAK_MEL + np.log(np.maximum(hz, 1e-9) / _SLANEY_BREAK_HZ) / _SLANEY_LOG_STEP
    return np.where(hz >= _SLANEY_BREAK_HZ, logarithmic, hz / _SLANEY_HZ_PER_MEL)


def mel_to_hz(mel: NDArray, scale: Scale) -> NDArray:
    """Convert mel to frequencies in Hz: the inverse of `hz_to_mel`."""
    if scale == "linear":
        return np.asarray(mel, np.float64)
    if scale == "htk":
        return np.asarray(700.0 * (10.0 ** (mel / 2595.0) - 1.0))
    if scale == "kaldi":
        return np.asarray(700.0 * (np.exp(mel / 1127.0) - 1.0))
    logarithmic = _SLANEY_BREAK_HZ * np.exp(_SLANEY_LOG_STEP * (mel - _SLANEY_BREAK_MEL))
    return np.where(mel >= _SLANEY_BREAK_MEL, logarithmic, _SLANEY_HZ_PER_MEL * mel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filterbank(Block):
    """Sum the bins of each spectrum into bands by triangular filters, or by a table of weights."""

    kind: ClassVar[str] = "filterbank"
    group: ClassVar = "spectrum"
    takes: ClassVar[tuple[Level, ...]] = ("spectrum",)
    gives: ClassVar[Level | None] = "rows"
    files: ClassVar = ("table",)

    bands: Annotated[int, Range(1, MAX_BANDS)] = parameter("number of bands")
    fmin: Annotated[float, Range(0, 1e6)] = parameter("lower edge of the first band", "Hz")
    fmax: Annotated[float, Range(-1e6, 1e6)] = parameter(
        "upper edge of the last band; 0 or less is added to half the sample rate", "Hz"
    )
    scale: Scale = parameter("scale on which the bands are equally wide")
    norm: Norm = parameter("none: triangles of height 1; slaney: of equal area over Hz; sum: weights that add up to 1")
    domain: Literal["hz", "mel"] = parameter("where the sides of the triangles are straight lines")
    bins: Literal["exact", "floor", "floor+2", "n-1", "n+1"] = parameter(
        "exact: edges lie where they are; floor: they are moved down to a bin, floor((n + 1) f / rate); floor+2: "
        "floor((n + 2) f / rate), which is n / 2 + 1 bins over half the rate; n-1, n+1: bins are so far apart that "
        "they reach half the sample rate in one step less or more than n / 2",
        default="exact",
    )
    shift: Annotated[int, Range(-MAX_BANDS, MAX_BANDS)] = parameter(
        "bins by which the weights lie too high: weight k meets bin k + shift", "bins", default=0
    )
    nyquist: bool = parameter("whether the bin at half the sample rate is used", default=True)
    shape: Literal["triangle", "left_width", "half"] = parameter(
        "left_width: both sides of a triangle as wide as its left one (SpeechBrain); half: a whole triangle of "
        "scipy.signal.windows.triang between each edge's bin and the next one's, half as wide as it should be",
        default="triangle",
    )
    weights: Literal["float64", "float32"] = parameter("type that the weights are rounded to", default="float64")
    table: str = parameter("a .npy file of weights, (bands, bins), instead of all this", default="")

    def apply(self, items: Items, context: Context) -> Items:
        """Multiply each spectrum by the weights.

        Raises
        ------
        InputError
            Edges that do not lie in order below half the sample rate, or a table of another shape.
        """
        n_bins, half = items.item_shape[0], items.rate / 2
        top = self.top(items.rate)
        if not self.fmin < top <= half * (1 + 1e-9):
            raise InputError(f"fmin {self.fmin:g} and fmax {self.fmax:g} must lie in order, up to {half:g} Hz")
        if self.bands * n_bins > MAX_WEIGHTS:
            raise InputError(
                f"bands {self.bands} of {n_bins} bins are too many weights; at most {MAX_WEIGHTS} are held"
            )
        if self.table:
            weights = read_table(context.folder / self.table, (self.bands, n_bins))
        else:
            weights = filter_weights(self, items.n_fft, items.rate)
        columns = weights.astype(np.float64).T
        centres = self.edges(items.rate)[1:-1]
        return replace(items.mapped(lambda spectra: spectra @ columns, (self.bands,)), hz=centres)

    def top(self, rate: int) -> float:
        """Give the upper edge of the last band, Hz."""
        return self.fmax if self.fmax > 0 else rate / 2 + self.fmax

    def edges(self, rate: int) -> NDArray:
        """Give the edges in Hz, (bands + 2,) float64: band m spans edges m to m + 2, its centre is m + 1."""
        limits = hz_to_mel(np.array([self.fmin, self.top(rate)]), self.scale)
        return mel_to_hz(np.linspace(limits[0], limits[1], self.bands + 2), self.scale)


@lru_cache(maxsize=64)
def filter_weights(bank: Filterbank, n_fft: int, rate: int) -> NDArray:
    """Build the weights of a filter bank.

    Returns
    -------
    (bands, n_fft // 2 + 1) array, read-only
    """
    edges = bank.edges(rate)
    weights = _triangles(bank, edges, n_fft, rate).astype(bank.weights)
    if bank.norm == "slaney":
        weights *= (2.0 / (edges[2:] - edges[:-2]))[:, None]
    elif bank.norm == "sum":
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-30)
    if not bank.nyquist:
        weights[:, -1] = 0
    weights = _shifted(weights, bank.shift)
    weights.flags.writeable = False
    return weights


def _triangles(bank: Filterbank, edges: NDArray, n_fft: int, rate: int) -> NDArray:
    """Triangles of height 1 over the bins, (bands, bins) float64."""
    steps = {"n-1": -1, "n+1": 1}.get(bank.bins, 0)
    bins = np.fft.rfftfreq(n_fft, 1.0 / rate)
    if steps:
        bins = np.arange(n_fft // 2 + 1) * (rate / 2 / (n_fft // 2 + steps))
    if bank.bins.startswith("floor"):
        points, width = n_fft + (2 if bank.bins == "floor+2" else 1), rate / n_fft
        edges, bins = np.floor(points * edges / rate) * width, np.arange(n_fft // 2 + 1) * width
    if bank.shape == "half":
        return _half_triangles(edges * n_fft / rate, n_fft // 2 + 1)
    if bank.domain == "mel":
        edges, bins = hz_to_mel(edges, bank.scale), hz_to_mel(bins, bank.scale)
    widths = np.diff(edges)
    ramps = edges[:, None] - bins
    right = widths[:-1] if bank.shape == "left_width" else widths[1:]
    with np.errstate(divide="ignore", invalid="ignore"):  # floored edges may coincide: such a side is a step
        rising = np.where(widths[:-1, None] > 0, -ramps[:-2] / widths[:-1, None], ramps[1:-1] <= 0)
        sloping = ramps[2:] / right[:, None] if bank.shape == "triangle" else 1 + ramps[1:-1] / right[:, None]
        falling = np.where(right[:, None] > 0, sloping, ramps[1:-1] > 0)
        return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def _half_triangles(edges: NDArray, n_bins: int) -> NDArray:
    """Triangles as ``scipy.signal.windows.triang`` gives them, from each edge's bin to before the next one's."""
    weights = np.zeros((len(edges) - 2, n_bins))
    starts = np.floor(edges).astype(int)
    for band, (start, stop) in enumerate(pairwise(starts[:-1])):
        size = stop - start
        steps = np.arange(1, size + 1)
        rising = np.minimum(steps, size + 1 - steps)
        weights[band, start:stop] = 2 * rising / (size + 1) if size % 2 else (2 * rising - 1) / size
    return weights


def _shifted(weights: NDArray, shift: int) -> NDArray:
    """Let weight k meet bin k + shift."""
    if not shift:
        return weights
    shifted = np.zeros_like(weights)
    source = weights[:, max(0, -shift) : weights.shape[1] - max(0, shift)]
    shifted[:, max(0, shift) : max(0, shift) + source.shape[1]] = source
    return shifted

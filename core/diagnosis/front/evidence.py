"""How far a candidate is from a port: by the shape of its levels alone, and by its values, in units of their noise."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank, filter_weights
from ...recipe.kinds.rows import Stack
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Affine, Cast, Clip, Cmvn, Dct, LevelRange, Log, Normalise, Top
from ..hypotheses import Hypothesis
from ..quantisation import quantisation_noise
from .fits import MIN_CELLS, NO_FIT, TINY, Fit, Weighed, fit_lines, weighed
from .own_statistics import statistics_of
from .sampled import Blocks, Sampled, SampledRuns, sample_rows

LEVEL_KINDS = (Affine, Cast, Clip, Cmvn, LevelRange, Normalise, Top)
"""Blocks behind the logarithm that only move or limit levels: a line a band does not see them."""
SILENT = np.log(1e-60)
"""Level below which a band is digital silence, or has no bin at all."""
FLOAT32_FFT, RESAMPLED = 1e-7, 4e-7
"""Error of a float32 transform as a share of the spectrum's root mean square; of samples that were resampled before."""
FLOAT32_EDGE = {"hz": 1e-7, "mel": 2e-6}
"""Error of a filter's weight: a band whose only bin lies on its edge is rounding and nothing else. Whoever draws
triangles in mel computes 2,000 mel in float32, with bands of 30 mel: torchaudio's Kaldi weights are off by 3e-6."""
ARITHMETIC = 5.0
"""Room above the noise of arithmetic: the order of a port's float32 sums is not known."""
ROUNDING = 1.3
"""Room above the noise of rounding to the port's grid."""
MAX_MORE_ROWS, AROUND = 6, 4
"""Rows that a second search looks at beside those of the first, and rows on each side of them."""
MIN_SHARE = 0.3
"""Share of the port's cells that a candidate must have a level for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a port may be: a chain of blocks, and how its recording was read.

    Attributes
    ----------
    blocks : tuple of Block
        From the signal on.
    audio : tuple of Hypothesis
        The faults of reading the recording.
    rate : int
        The rate that the samples are taken for; 0: the recipe's.
    """

    blocks: Blocks
    audio: tuple[Hypothesis, ...] = ()
    rate: int = 0
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.blocks, self.audio, self.rate)))

    def __hash__(self) -> int:
        return self._hash  # of a dozen blocks with all their parameters, and a search asks for it all the time

    def put(self, place: int, block: Block) -> "Candidate":
        """Give the candidate with another block in a place."""
        return replace(self, blocks=(*self.blocks[:place], block, *self.blocks[place + 1 :]))


@dataclass(eq=False)
class Evidence:
    """Some rows of a port.

    Attributes
    ----------
    port : (T, width) array
        All of its rows; NaN where a value is not finite.
    runs : SampledRuns
        Computes candidates at the same rows.
    values : (k, width) array
        The rows that are compared: the port's values, or their logarithm.
    used : (k, width) bool array
        Where no limit of the port was at work.
    own_slopes : bool
        Whether each band has a slope of its own, as behind a normalisation of each band.
    unseen : int
        How many rows more than the port's a candidate may have: what puts rows together leaves the last ones out.
    """

    port: NDArray
    runs: SampledRuns
    logarithm: bool = False
    own_slopes: bool = False
    resampled: bool = False
    dtype: str = "float32"
    unseen: int = 0
    values: NDArray = field(init=False)
    used: NDArray = field(init=False)
    weights: NDArray = field(init=False)
    _weighed: Weighed = field(init=False)
    _losses: dict[Candidate, tuple[float, int]] = field(default_factory=dict)
    _excesses: dict[Candidate, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.port[self.runs.rows].astype(np.float64)
        self.used = _unlimited(self.port, rows)
        if self.logarithm:
            self.used &= rows > 0
            rows = np.log(np.maximum(rows, TINY))
        self.values = rows
        self._set_weights(np.where(self.used, 1.0, 0.0))

    def _set_weights(self, weights: NDArray) -> None:
        self.weights, self._weighed = weights, weighed(self.values, weights)

    def with_rows(self, rows: NDArray) -> "Evidence":
        """Give evidence of some more rows, with their neighbours."""
        some = rows[np.linspace(0, len(rows) - 1, min(len(rows), MAX_MORE_ROWS)).astype(int)]
        near = np.clip((some[:, None] + np.arange(-AROUND, AROUND + 1)).ravel(), 0, len(self.port) - 1)
        runs = self.runs
        more = SampledRuns(runs.samples, runs.rate, np.unique(np.concatenate([runs.rows, near])), runs.context)
        return replace(self, runs=more, _losses={}, _excesses={})

    @cached_property
    def centred(self) -> bool:
        """Whether the mean of the port's values, or of each band's, is 0, as behind statistics of their own."""
        return any(each.statistic in ("mean", "mean_sd") for each in statistics_of(self.port))

    @cached_property
    def spread(self) -> tuple[float, float]:
        """The largest deviation of the port's values in a band, and that of all."""
        return float(np.nanmax(np.nanstd(self.port, axis=0))), float(np.nanstd(self.port))

    @cached_property
    def grid(self) -> NDArray:
        """Standard deviation of the rounding of the compared values."""
        rows = np.nan_to_num(self.port[self.runs.rows])
        noise = self.grid_of(rows)
        if not self.logarithm:
            return noise
        least = np.min(rows, initial=np.inf, where=rows > 0)  # the step of what is too small for a float16
        steps = np.maximum(noise, least / np.sqrt(12))
        return np.asarray(np.minimum(steps / np.maximum(np.abs(rows), least), 1.0))

    def grid_of(self, rows: NDArray) -> NDArray:
        """Give the standard deviation of the rounding of some of the port's rows, in the type that they came in."""
        return quantisation_noise(np.nan_to_num(rows).astype(self.dtype))

    @property
    def noise_share(self) -> float:
        """Error of a float32 transform as a share of the spectrum's root mean square."""
        return RESAMPLED if self.resampled else FLOAT32_FFT

    def levels(self, candidate: Candidate) -> Sampled:
        """Give a candidate's natural logarithms, not limited, (or cepstra of them)."""
        return self.runs.run(self.chain(candidate), candidate.audio, candidate.rate)

    def chain(self, candidate: Candidate) -> Blocks:
        """Give a candidate's chain to what its levels are: logarithms, or bands of which the port takes none."""
        return level_chain(candidate.blocks, logarithm=self.logarithm)

    def loss(self, candidate: Candidate) -> float:
        """Give the share of the variance that one line, with a shift a band, leaves of a candidate; inf: no such."""
        return self.judged(candidate)[0]

    def judged(self, candidate: Candidate) -> tuple[float, int]:
        """Give the loss, and how many rows the candidate has more than the port."""
        found = self._losses.get(candidate)
        if found is None:
            try:
                sampled = self.levels(candidate)
            except InputError:
                found = self._losses[candidate] = (float("inf"), 0)
            else:
                found = self.judge(candidate, sampled, self.fit(sampled))
        return found

    def judge(self, candidate: Candidate, sampled: Sampled, fit: Fit) -> tuple[float, int]:
        """Keep the loss of a candidate by a fit of its levels to the rows that it has; see `judged`."""
        more = sampled.total - len(self.port)
        more = 0 if 0 <= more <= self.unseen else more
        self._losses[candidate] = found = fit.error + self._missing(sampled), more
        return found

    def _missing(self, sampled: Sampled) -> float:
        """The weight of the rows that a candidate does not have: what is not there explains nothing."""
        gone = ~np.isfinite(sampled.values).any(axis=1)
        if not gone.any():
            return 0.0
        return float(self.weights[gone].sum() / max(self.weights.sum(), TINY))

    def fit(self, sampled: Sampled, *, own_slopes: bool | None = None) -> Fit:
        """Fit the port's values by lines of a candidate's levels."""
        return self.line_fit(sampled.values, own_slopes=self.own_slopes if own_slopes is None else own_slopes)

    def line_fit(self, levels: NDArray, *, own_slopes: bool) -> Fit:
        """Fit the port's values by lines of some levels at the sampled rows."""
        if levels.shape != self.values.shape:
            return NO_FIT
        there = (levels > SILENT) & (levels < np.inf)
        if there.all():
            return fit_lines(self._weighed, levels, own_slopes=own_slopes)
        weights = np.where(there, self.weights, 0.0)
        if np.count_nonzero(weights) < MIN_SHARE * np.count_nonzero(self.weights):
            return NO_FIT
        return fit_lines(weighed(self.values, weights), np.where(there, levels, 0.0), own_slopes=own_slopes)

    def one_shift(self, levels: NDArray, slope: float) -> float:
        """Give the shift of all bands together for a slope."""
        there = np.isfinite(levels) & (self.weights > 0)
        return float(np.average((self.values - slope * levels)[there], weights=self.weights[there]))

    def weigh(self, candidate: Candidate) -> None:
        """Weigh the cells by the noise that they would have in a candidate."""
        fit, noise = self.fit(self.levels(candidate)), self.noise(candidate)
        deviations = self._deviations(fit, noise)
        typical = float(np.nanquantile(deviations[self.used], 0.1)) if self.used.any() else 1.0
        self._set_weights(np.where(self.used, 1 / (np.square(deviations) + typical**2), 0.0) * typical**2)
        self._losses.clear()
        self._excesses.clear()

    def excess(self, candidate: Candidate) -> float:
        """Give the mean square of what lines leave of a candidate, in units of the noise that the port has to have."""
        if candidate not in self._excesses:
            self._excesses[candidate] = self._excess(candidate)
        return self._excesses[candidate]

    def _excess(self, candidate: Candidate) -> float:
        try:
            sampled, noise = self.levels(candidate), self.noise(candidate)
        except InputError:
            return float("inf")
        fit = self.fit(sampled)
        if not np.isfinite(fit.error):
            return float("inf")
        shares = np.square(fit.left / self._deviations(fit, noise))
        shares = shares[np.isfinite(shares)]
        return float(np.mean(np.minimum(shares, MAX_SHARE))) if shares.size else float("inf")

    def noise(self, candidate: Candidate) -> NDArray:
        """Give the standard deviation of float32 arithmetic in a candidate's levels, cell by cell."""
        return self.noise_in(self.runs, candidate)

    def noise_in(self, runs: SampledRuns, candidate: Candidate) -> NDArray:
        """Give the same in other rows; what is normalised was rounded as a logarithm, far from zero, before."""
        chain = self.chain(candidate)
        noise = level_noise(runs, candidate, chain, self.noise_share)
        if not any(isinstance(block, Normalise) for block in candidate.blocks):
            return noise
        return np.hypot(noise, ROUNDED * np.abs(runs.run(chain, candidate.audio, candidate.rate).values))

    def _deviations(self, fit: Fit, noise: NDArray) -> NDArray:
        """Standard deviations of the compared values, in natural logarithms, with room."""
        slope = np.where(np.isfinite(fit.slope) & (fit.slope != 0), np.abs(fit.slope), 1.0)
        return np.hypot(ARITHMETIC * np.nan_to_num(noise, nan=1.0), ROUNDING * self.grid / slope)


MAX_SHARE = 1e4
"""Squared deviations of a cell count up to here: a few near-silent cells do not outweigh all others."""


def level_chain(blocks: Blocks, *, logarithm: bool = False) -> Blocks:
    """Give the chain to the natural logarithm, without what limits or moves levels behind it.

    A chain without a logarithm ends with its bands, unless their logarithms are what is asked for.
    """
    last = max((n for n, block in enumerate(blocks) if isinstance(block, Dct)), default=-1)
    kept = [block for n, block in enumerate(blocks) if n < last or not isinstance(block, (*LEVEL_KINDS, Stack))]
    bare = (_bare_log(block) if isinstance(block, Log) and last < 0 else block for block in kept)
    found = tuple(bare)
    return (*found, LN) if logarithm and not any(isinstance(block, Log) for block in found) else found


LN = Log(base="e", guard="max", floor=TINY)


@lru_cache(maxsize=256)
def _bare_log(block: Log) -> Log:
    floor = TINY if block.guard == "max" else block.floor
    return Log(base="e", guard=block.guard, floor=floor, multiplier=1.0)


def level_noise(runs: SampledRuns, candidate: Candidate, chain: Blocks, share: float) -> NDArray:
    """Give the noise of float32 arithmetic: a transform spreads its rounding evenly over all bins of a frame.

    The noise of a bin depends on how loud the whole spectrum is, and its share of the bin on how quiet that is.
    """
    ends = [n + 1 for n, block in enumerate(chain) if isinstance(block, Filterbank)]
    transforms = [n + 1 for n, block in enumerate(chain) if isinstance(block, Fft)]
    if not ends or not transforms:
        return np.asarray(share * np.abs(runs.run(chain, candidate.audio, candidate.rate).values))
    spectra = runs.run(chain[: transforms[-1]], candidate.audio, candidate.rate)
    bands = runs.run(chain[: ends[0]], candidate.audio, candidate.rate)
    transform, bank = chain[transforms[-1] - 1], chain[ends[0] - 1]
    assert isinstance(transform, Fft)
    assert isinstance(bank, Filterbank)
    weights = filter_weights(bank, bands.items.n_fft, candidate.rate or runs.rate)
    magnitudes = np.maximum(spectra.values, 0) ** (1 / transform.power)
    white = share * np.sqrt(np.mean(np.square(magnitudes), axis=1, keepdims=True))
    slopes = transform.power * np.maximum(magnitudes, white) ** (transform.power - 1)
    spread = np.sqrt(np.square(slopes) @ np.square(weights.astype(np.float64)).T) * white
    heights = filter_weights(replace(bank, norm="none"), bands.items.n_fft, candidate.rate or runs.rate).max(axis=1)
    edge = FLOAT32_EDGE[bank.domain]
    relative = spread / np.maximum(bands.values, TINY) + share + edge / np.maximum(heights, edge)
    return _behind(chain[ends[0] :], relative, bands.values)


def _behind(blocks: Blocks, relative: NDArray, bands: NDArray) -> NDArray:
    """Carry a relative noise of bands through a logarithm and a cosine transform."""
    noise = np.minimum(relative, 1.0)
    for block in blocks:
        if isinstance(block, Log):
            base = {"e": 1.0, "2": np.log(2), "10": np.log(10)}[block.base]
            noise = np.minimum(_guarded(block, relative, bands), 1.0) * abs(block.multiplier) / base
        if isinstance(block, Dct):
            noise = np.sqrt(np.square(noise) @ np.square(block._matrix(noise.shape[1])))
    return noise if any(isinstance(block, Log) for block in blocks) else noise * bands


def _guarded(block: Log, relative: NDArray, bands: NDArray) -> NDArray:
    """The relative noise of what a logarithm is taken of: a floor that is added brings the rounding of the sum."""
    if block.guard == "max":
        return np.where(bands > block.floor, relative, 0.0)
    return np.hypot(relative * bands / (bands + block.floor), ROUNDED)


ROUNDED = 2.0**-25
"""Relative error of a float32 number: half a step at the most."""


REPEATED = 2
"""Times that a band's extreme value is there from which it is a limit: a float32 is the same only by one. Of 8 s a
floor below the mean of each band was reached so often, and hid which triangles the bands are."""
FREE = 0.1
"""Share of the values that limits of rows have to leave, to be limits."""


def _unlimited(port: NDArray, rows: NDArray) -> NDArray:
    """Where values are finite, no ends of the port's range, and on no limit that more of their column or row lie on.

    The largest values of all may lie on a limit even if they are few.
    """
    with np.errstate(invalid="ignore"):
        low, high = np.fmin.reduce(port, axis=0), np.fmax.reduce(port, axis=0)  # without a word of empty columns
        used: NDArray = np.isfinite(rows) & (rows != np.nanmin(port)) & (rows != np.nanmax(port))
        for limit in (low, high):
            used &= (rows != limit) | ((port == limit).sum(axis=0) < REPEATED)
        lowest = rows == np.fmin.reduce(rows, axis=1, keepdims=True)
        limits = np.unique(rows[lowest & (lowest.sum(axis=1, keepdims=True) >= MIN_CELLS)])
        free: NDArray = used & ~(lowest & np.isin(rows, limits))
    return free if np.count_nonzero(free) >= FREE * np.count_nonzero(used) else used


def make_evidence(
    port: NDArray,
    samples: Callable[[object], NDArray | None],
    rate: int,
    rows: int,
    loudest: int,
    *,
    levels: NDArray | None = None,
    **options: Any,
) -> Evidence:
    """Give evidence of so many rows of a port; see `sample_rows`."""
    return Evidence(port, SampledRuns(samples, rate, sample_rows(port, rows, loudest, levels)), **options)


__all__ = ["Block", "Candidate", "Evidence", "level_chain", "make_evidence"]

"""Windows put back together into the mel spectrogram that they were cut from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...base.arrays import NDArray
from ...compare.comparison import Comparison
from ...compare.stage import compare_stages
from ...compare.substitution import judge_on_own_input
from ...config import WINDOW_COLUMNS, Config
from ...run import STAGE_NAMES, Run, Stage
from ..findings import Finding, Unexplained, finding_of
from ..hypotheses import Hypothesis
from .cuts import Reshaped, block_with

_SAME = 1e-6
"""Difference, as a share of the largest value, up to which two windows have the same values in a column."""
_CONSISTENT = 0.9
"""Share of the windows that have to overlap with the next one for them to be one mel spectrogram's."""
_MIN_WINDOWS = 4
_CHUNK = 1024
_LAYOUT_FIX = "give each window as (16, 80): columns first"


@dataclass(frozen=True, slots=True, eq=False)
class Reassembled:
    """A mel spectrogram put back together.

    Attributes
    ----------
    mel : (bands, T) array
        The values.
    windows : (N, 16, bands) array
        The windows, columns first.
    layout : str
        How they were laid out instead; empty: so.
    overlapping : float
        Share of the windows that have the same values as the next one where they overlap.
    """

    mel: NDArray
    windows: NDArray
    layout: str
    overlapping: float


def with_mel(comparison: Comparison) -> tuple[Comparison, list[Finding], list[Unexplained]]:
    """Give a port that has windows and no mel spectrogram the one that its windows are of, and compare it.

    Returns
    -------
    Comparison, list of Finding, list of Unexplained
        As it was where the port has a mel spectrogram, or only some windows; how the windows lie; and why no mel
        spectrogram could be put together.
    """
    port = comparison.port
    if "mel" in port or "windows" not in port or port["windows"].frames is not None:
        return comparison, [], []
    config = port.config or comparison.reference.config or Config()
    found = reassembled(np.asarray(port["windows"].array), config.fps)
    if found is None:
        text = "the windows disagree where they overlap: no single mel spectrogram gives them"
        return comparison, [], [Unexplained("windows", text)] if _differs(comparison) else []
    reference = _known_mel(comparison.reference, config.fps)
    if "mel" not in reference:
        return comparison, [], []
    port = _with_stages(port, mel=found.mel, windows=found.windows)
    mel = compare_stages(reference["mel"], port["mel"], comparison.profile["mel"], of=reference)
    own = judge_on_own_input(replace(port, config=config), "windows", comparison.profile, None, "")
    more = replace(
        comparison,
        reference=reference,
        port=port,
        stages=(mel, *comparison.stages),
        own={**comparison.own, "windows": own},
    )
    return more, [_finding(found)] if found.layout else [], []


def reassembled(windows: NDArray, fps: float) -> Reassembled | None:
    """Put windows back together.

    Parameters
    ----------
    windows : (N, 16, bands) or (N, bands, 16) array
        One a frame, from the first on.
    fps : float
        Frames a second that are tried first.

    Returns
    -------
    Reassembled or None
        None where they do not overlap as those of one mel spectrogram do.
    """
    if windows.ndim != 3 or len(windows) < _MIN_WINDOWS or not np.isfinite(windows).all():
        return None
    read = [(layout, one, _overlaps(one)) for layout, one in _layouts(windows)]
    if not read:
        return None
    layout, best, fits = max(read, key=lambda each: float(each[2].any(axis=1).mean()))
    overlapping = float(fits.any(axis=1).mean())
    if overlapping < _CONSISTENT:
        return None
    starts = _starts(fits, fps)
    mel = np.zeros((int(starts[-1]) + WINDOW_COLUMNS, best.shape[2]), best.dtype)
    mel[starts[:, None] + np.arange(WINDOW_COLUMNS)] = best
    return Reassembled(_without_filling(mel, len(best), fps).T, best, layout, overlapping)


def _layouts(windows: NDArray) -> Iterator[tuple[str, NDArray]]:
    """The windows as (N, 16, bands), as they may be meant."""
    shape = windows.shape[1:]
    if shape[0] == WINDOW_COLUMNS:
        yield "", windows
        yield "reshaped, not transposed", np.asarray(Reshaped().apply(windows))
    if shape[1] == WINDOW_COLUMNS and shape[0] != WINDOW_COLUMNS:
        yield f"({shape[0]}, {WINDOW_COLUMNS})", windows.transpose(0, 2, 1)
        yield "reshaped, not transposed", windows.reshape(len(windows), WINDOW_COLUMNS, shape[0])


def _overlaps(windows: NDArray) -> npt.NDArray[np.bool_]:
    """Whether the next window may begin 0 to 15 columns after each: (N - 1, 16)."""
    near = _SAME * float(np.abs(windows).max(initial=0))
    fits = np.zeros((len(windows) - 1, WINDOW_COLUMNS), bool)
    for start in range(0, len(fits), _CHUNK):
        this, following = windows[start : start + _CHUNK + 1][:-1], windows[start + 1 : start + _CHUNK + 1]
        for step in range(WINDOW_COLUMNS):
            apart = np.abs(this[:, step:].astype(np.float32) - following[:, : WINDOW_COLUMNS - step])
            fits[start : start + len(this), step] = (apart <= near).all(axis=(1, 2))
    return fits


def _starts(fits: NDArray, fps: float) -> npt.NDArray[np.int64]:
    """The first column of every window: by the reference's rule where it may be, else by what the windows say."""
    numbers = np.arange(len(fits) + 1)
    ruled = block_with(fps).starts(numbers)
    steps = np.diff(ruled)
    allowed = np.append(steps[:-2] < WINDOW_COLUMNS, False)
    known = fits[: len(steps) - 2][np.arange(len(steps) - 2), np.minimum(steps[:-2], WINDOW_COLUMNS - 1)]
    if len(known) and known[allowed[:-1]].mean() >= _CONSISTENT and allowed[:-1].all():
        return _followed(fits, ruled.astype(np.float64))
    alone = fits.sum(axis=1) == 1
    step = float(fits[alone].argmax(axis=1).mean()) if alone.any() else float(steps.mean())
    return _followed(fits, step * numbers)


def _followed(fits: NDArray, wanted: NDArray) -> npt.NDArray[np.int64]:
    """The first columns that the windows allow and that are nearest to the wanted ones."""
    starts = np.zeros(len(wanted), np.int64)
    for number, fit in enumerate(fits):
        steps = np.flatnonzero(fit)
        ahead = wanted[number + 1] - starts[number]
        step = steps[np.abs(steps - ahead).argmin()] if len(steps) else min(max(round(ahead), 0), WINDOW_COLUMNS)
        starts[number + 1] = starts[number] + step
    return starts


def _without_filling(mel: NDArray, windows: int, fps: float) -> NDArray:
    """Leave out columns of one value at the end that are more than so many windows are cut from."""
    while len(mel) > WINDOW_COLUMNS and block_with(fps).count(len(mel)) > windows and np.ptp(mel[-1]) == 0:
        mel = mel[:-1]
    return mel


def _known_mel(reference: Run, fps: float) -> Run:
    """The reference with the mel spectrogram that its windows are of, where it has none."""
    if "mel" in reference or "windows" not in reference or reference["windows"].frames is not None:
        return reference
    found = reassembled(np.asarray(reference["windows"].array), fps)
    return _with_stages(reference, mel=found.mel) if found else reference


def _with_stages(run: Run, **arrays: NDArray) -> Run:
    stages = {**run.stages, **{name: Stage(name, array) for name, array in arrays.items()}}
    return replace(run, stages={name: stages[name] for name in STAGE_NAMES if name in stages})


def _differs(comparison: Comparison) -> bool:
    return any(stage.stage == "windows" and stage.verdict == "differ" for stage in comparison.stages)


def _finding(found: Reassembled) -> Finding:
    hypothesis = Hypothesis("layout", found.layout, _LAYOUT_FIX, "windows")
    text = f"read so, {100 * found.overlapping:.0f} % of the windows agree with the next one where they overlap"
    return finding_of(hypothesis, "proven", "all windows", text)

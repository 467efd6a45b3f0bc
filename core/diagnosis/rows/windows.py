"""Faults of the windows, judged on the port's own mel spectrogram."""

from collections.abc import Iterator

import numpy as np

from ...base.arrays import NDArray
from ...config import WINDOW_COLUMNS
from ...run import Run
from ..findings import Diagnosis, Residual, Unexplained, finding_of
from ..hypotheses import Hypothesis
from ..quantisation import apart, quantisation_noise, rms
from .cuts import window_ways, windows_with
from .identify import identified
from .names import named
from .starts import cuts_at

_MAX_WINDOWS = 2000
_FOUND = 40
"""Windows of which it is looked up where in the mel spectrogram they lie."""
_EXACT = 1e-6
_TURNED = Hypothesis("layout", "(80, 16)", "give each window as (16, 80): columns first", "windows")

Faults = tuple[Hypothesis, ...]


def diagnose_windows(port: Run, fps: float) -> Diagnosis:
    """Find the faults by which windows are not those of the port's own mel spectrogram.

    Parameters
    ----------
    port : Run
        With windows, and a mel spectrogram of 16 columns or more.
    fps : float
        The reference's frames a second.
    """
    mel, given = np.asarray(port["mel"].array), port["windows"]
    bands = mel.shape[0]
    if sorted(given.shape[1:]) != sorted((WINDOW_COLUMNS, bands)):
        return _open(f"windows of shape {given.shape[1:]}, not (16, {bands})")
    picked = np.unique(np.linspace(0, len(given.array) - 1, _MAX_WINDOWS).astype(np.int64))
    numbers = picked if given.frames is None else given.frames[picked]
    turned = () if given.shape[1:] == (WINDOW_COLUMNS, bands) else (_TURNED,)
    values = np.asarray(given.array[picked])
    values = values.transpose(0, 2, 1) if turned else values
    plain = windows_with(mel, numbers, fps)
    before = rms(plain) if turned else rms(apart(values, plain))
    limit = _EXACT + 4 * float(quantisation_noise(np.nan_to_num(values, posinf=0, neginf=0)).max())
    for faults in (*window_ways(), *_looked_up(mel, values, numbers, fps)):
        left = apart(values, windows_with(mel, numbers, fps, faults))
        if left.max() <= limit:
            return _explained((*turned, *faults), before, left)
    finite = np.isfinite(values).all() and np.isfinite(plain).all()
    found = identified(values, plain, _EXACT, total=len(given.array), fps=fps) if finite else None
    if found and not found.plain:
        return _explained((*turned, *named(found, values.shape[1:], "windows")), before, found.left)
    return _open(f"not the windows of the port's own mel: {before:.2g} off in the root mean square")


def _looked_up(mel: NDArray, windows: NDArray, numbers: NDArray, fps: float) -> Iterator[Faults]:
    """The ways to cut windows that begin where some of the port's lie in its mel spectrogram."""
    last = mel.shape[1] - WINDOW_COLUMNS
    tried = np.unique(np.linspace(0, len(windows) - 1, _FOUND).astype(np.int64))
    finite = np.nan_to_num(mel, posinf=0, neginf=0).astype(np.float64)
    found = [_lies(finite, np.nan_to_num(windows[place], posinf=0, neginf=0)) for place in tried]
    starts = np.array([start for start, _ in found])
    inside = (starts > 0) & (starts < last) & np.array([sure for _, sure in found])
    yield from cuts_at(numbers[tried[inside]], starts[inside], fps)


def _lies(mel: NDArray, window: NDArray) -> tuple[int, bool]:
    """The column at which a window lies in a mel spectrogram, and whether it lies there alone."""
    count = mel.shape[1] - WINDOW_COLUMNS + 1
    power = np.convolve(np.square(mel).sum(axis=0), np.ones(WINDOW_COLUMNS), "valid")
    products = sum(mel[:, column : column + count].T @ window[column] for column in range(WINDOW_COLUMNS))
    apart_from = power - 2 * products + np.square(window).sum()
    alone = int((apart_from <= apart_from.min() + _EXACT * max(float(power.max()), 1.0)).sum()) == 1
    return int(apart_from.argmin()), alone


def _open(text: str) -> Diagnosis:
    return Diagnosis(unexplained=(Unexplained("windows", text),))


def _explained(faults: Faults, before: float, left: NDArray) -> Diagnosis:
    after = Residual(float(left.max()), float(left.mean()))
    share = max(0.0, 1 - (rms(left) / before) ** 2) if before else 0.0
    text = f"with it, the RMS error on the port's own mel falls from {before:.3g} to {rms(left):.2g}"
    where = "the windows"
    more = {"shares": (share, share), "before": Residual(mean=before), "after": after}
    return Diagnosis(tuple(finding_of(fault, "proven", where, text, **more) for fault in faults))  # type: ignore[arg-type]

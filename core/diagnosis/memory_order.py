"""Stages whose memory a port writes across: columns where it says rows, or rows of another length."""

from dataclasses import replace

import numpy as np

from ..base.arrays import NDArray
from ..compare.alignment import correlation
from ..config import FEATURE_SIZE
from ..run import Run, StageName
from .findings import Finding, finding_of
from .hypotheses import Hypothesis

_LIKE, _MIN_LIKE, _CLEARLY = 0.9, 0.5, 0.2
"""Correlations: of a mel spectrogram read rightly, the least of one, and how much more it has to be than as given."""
_MIN_SMOOTH, _SMOOTH, _SMOOTHER = 0.25, 0.6, 0.1
"""The least correlation of features with those of the frame before, the one from which nothing else is tried, and how
much more it has to be than as given: a long recording repeats itself."""
_LOOKED_AT = 2000
_LAGS = 8
"""Columns by which a mel spectrogram may be early or late."""
_SPARE = (1, 2, 3, 4, 8, 16)
_MIN_ROWS = 8
_MEL_FIX = "write bands first, or say that columns come first; write no spare columns"
_ROWS_FIX = "write row after row (C order): numpy's Fortran order and a transposed matrix have the columns first"
_ROW_STAGES: tuple[StageName, ...] = ("features", "padded")


def fix_memory_order(port: Run, reference: Run) -> tuple[Run, list[Finding]]:
    """Read stages again whose memory is written across, so that what else is wrong with them can be seen.

    Parameters
    ----------
    port, reference : Run
        Any two.

    Returns
    -------
    Run, list of Finding
        The port with these stages as they are meant, and how each lies.
    """
    read = {name: _rows_across(port, name) for name in _ROW_STAGES}
    if "mel" in port and "mel" in reference:
        read["mel"] = _mel_across(port, reference)
    across = {name: found for name, found in read.items() if found}
    stages = {name: replace(port[name], array=array) for name, (_, array) in across.items()}
    findings = [_finding(name, value) for name, (value, _) in across.items()]
    return (replace(port, stages={**port.stages, **stages}) if stages else port), findings


def _finding(name: StageName, value: str) -> Finding:
    fix = _MEL_FIX if name == "mel" else _ROWS_FIX
    text = f"read in the other order, the values are {'a mel spectrogram' if name == 'mel' else 'rows that follow on'}"
    return finding_of(Hypothesis("layout", value, fix, name), "proven", "all values", text)


def _rows_across(port: Run, name: StageName) -> tuple[str, NDArray] | None:
    """Rows are like the row before; where the memory is read across, the neighbours in a row are alike instead."""
    if name not in port or port[name].frames is not None or port[name].shape[1:] != (FEATURE_SIZE,):
        return None
    array = port[name].array
    if len(array) < _MIN_ROWS or _smoothness(np.asarray(array[:_LOOKED_AT])) > _SMOOTH:
        return None
    given = np.asarray(array)
    turned = np.asarray(given.ravel().reshape(given.shape[::-1]).T)
    better = _smoothness(turned) > max(_MIN_SMOOTH, _smoothness(given) + _SMOOTHER)
    return ("Fortran order", turned) if better else None


def _smoothness(rows: NDArray) -> float:
    """Correlation of the rows with the rows before, each output less its mean; 1 of rows that are all the same."""
    finite = np.nan_to_num(rows, posinf=0, neginf=0).astype(np.float32)
    centred = finite - finite.mean(axis=0)
    same = bool((finite == finite[0]).all())
    return 1.0 if same else correlation(centred[1:], centred[:-1])


def _mel_across(port: Run, reference: Run) -> tuple[str, NDArray] | None:
    """A mel spectrogram whose memory holds columns where it says bands, or longer rows; NaN where values are lost."""
    given = np.asarray(port["mel"].array)
    if given.shape[0] != reference["mel"].shape[0]:
        return None
    likeness = _likeness(given, reference)
    if likeness > _LIKE:
        return None
    ways: list[tuple[str, int]] = [("(T, 80) as (80, T)", 0), *(("stride", spare) for spare in _SPARE)]
    best, (value, spare) = max(
        ((_likeness(_read_across(given, way[1]), reference), way) for way in ways), key=lambda one: one[0]
    )
    return (value, _read_across(given, spare)) if best > max(_MIN_LIKE, likeness + _CLEARLY) else None


def _read_across(mel: NDArray, spare: int) -> NDArray:
    """Read values again as rows of columns, or as rows some places further apart; NaN where values are lost."""
    if not spare:
        return np.ascontiguousarray(mel).reshape(mel.shape[::-1]).T
    bands, columns = mel.shape
    flat = np.concatenate([mel.ravel(), np.full(bands * spare, np.nan, np.result_type(mel, np.float16))])
    return np.asarray(flat.reshape(bands, columns + spare)[:, :columns])


def _likeness(mel: NDArray, reference: Run) -> float:
    """Correlation with the reference about its loudest column, at the best of some lags."""
    theirs = _as_long(np.asarray(reference["mel"].array), mel.shape[1])
    first = max(_LAGS, int(theirs.mean(axis=0).argmax()) - _LOOKED_AT // 2)
    last = min(first + _LOOKED_AT, mel.shape[1], theirs.shape[1] - _LAGS)
    ours = mel[:, first:last].astype(np.float64)
    known = np.isfinite(ours)
    pairs = (theirs[:, first + lag : last + lag][known] for lag in range(-_LAGS, _LAGS + 1) if last > first)
    return max((correlation(ours[known], values.astype(np.float64)) for values in pairs), default=0.0)


def _as_long(mel: NDArray, columns: int) -> NDArray:
    """Stretch a mel spectrogram where another hop or rate has made the port's one longer or shorter."""
    if abs(mel.shape[1] - columns) <= _LAGS:
        return mel
    return mel[:, np.arange(columns) * mel.shape[1] // columns]

"""What features say of their origin where no fault that can be run gives them."""

import numpy as np

from ..base.arrays import NDArray
from ..compare.alignment import correlation
from .findings import Confidence, Diagnosis, Equivalence, Kind, Residual, Unexplained, finding_of
from .hypotheses import Hypothesis
from .quantisation import rms

_CONSTANT = 1e-3
_SAME_FUNCTION = 0.5
"""Correlation in time, in the median of the outputs, from which the weights are the reference's."""
_UNRELATED = 0.35
_SAME_VALUES = 0.02
"""Share of the features' root mean square within which a row is that of a frame, whatever it was rounded to."""
_SMALL = 0.1
"""Share of the features' root mean square: a smaller difference is rounding, and no other way to run the encoder."""
_FOLLOWS = 0.6
"""Correlation of distances from which the features are those of the port's windows, by whatever weights."""

_BATCH = 8
"""Rows that are looked at together: batches have a multiple of them."""
_ABOVE = 5
"""Rows of them in which an output has to be above zero: any two points lie on a line."""
_NOTHING = 1e-20
_MIN_LINES = 64
_ON_LINE = 3e-3
"""Share of its deviation by which an output may be off its line: float16 values 1e-3, other encoders 0.5."""
_PROFILE = 0.7
"""Correlation of the outputs' mean values from which two recordings went through the same encoder."""

_WEIGHTS = Hypothesis(
    "weights",
    "other",
    "load the trained weights of the audio encoder, and check a known window's features",
    "features",
)
_BATCH_NORM = Hypothesis(
    "batchnorm_mode", "training", "run the encoder in evaluation mode, with the running statistics", "features"
)
_SAME_ROW = Hypothesis("constant_features", "one row for all frames", "encode each frame's own window", "features")
_OTHER_INPUT = Hypothesis(
    "constant_features", "other audio", "compute the features from the recording, not from a file", "features"
)
_LAST_ROW = Hypothesis("buffer_reuse", "the last row", "copy each result before its buffer is used again", "features")
_ONE_ROW = Equivalence(
    ("constant_features one row for all frames", "buffer_reuse the last row"),
    "run the port on two recordings: served features stay the same",
)
_BETWEEN = ("hidden_gain", "window_transpose", "batchnorm_mode", "batch_dependence", "weights")
"""Faults between the windows and the features that change no single value in a way of their own."""
_TWO_RECORDINGS = Equivalence(
    ("weights other", "constant_features other audio"), "run the port on two recordings: served features stay the same"
)
_TWO_BATCHES = Equivalence(
    ("batchnorm_mode training", "batch_dependence padded batches"), "encode one window alone and among others"
)


def unlike(values: NDArray, plain: NDArray, windows: NDArray | None, before: float) -> Diagnosis:
    """Judge features that are not those of the encoder by their statistics.

    Parameters
    ----------
    values, plain : (k, 512) arrays
        The port's features, finite, and the encoder's.
    windows : (k, 16, 80) array or None
        What was encoded.
    before : float
        Root mean square of the difference.
    """
    values = values.astype(np.float64)
    varies = float(values.std(axis=0, dtype=np.float64).mean())
    if len(values) > 4 and _hardly_varies(values) and not _hardly_varies(plain):
        return _judged(
            _SAME_ROW, before, f"the rows vary by {varies:.2g} in time", "proven", _ONE_ROW, _hidden(_SAME_ROW)
        )
    likeness, follows = _likeness(values, plain), _follows(values, windows)
    profile = correlation(values.mean(axis=0), plain.mean(axis=0).astype(np.float64))
    facts = (
        f"RMS error {before:.3g}; median correlation of an output with the encoder's over time {likeness:.2f}, "
        f"of distances between frames with those between their windows {follows:.2f}, "
        f"of the outputs' means {profile:.2f}"
    )
    if likeness >= _SAME_FUNCTION and before > _SMALL * rms(plain):
        return _judged(_BATCH_NORM, before, facts, "consistent", _TWO_BATCHES, _hidden(_BATCH_NORM))
    if likeness < _UNRELATED and follows >= _FOLLOWS:
        return _judged(_WEIGHTS, before, facts, "likely", _hidden(_WEIGHTS))
    if likeness < _UNRELATED and profile >= _PROFILE:
        return _judged(_OTHER_INPUT, before, facts, "likely", _TWO_RECORDINGS, _hidden(_OTHER_INPUT))
    return Diagnosis(unexplained=(Unexplained("features", facts),))


def batches(values: NDArray, expected: NDArray) -> Diagnosis:
    """Judge features that may be normalised with the statistics of their batch: no findings where they are not.

    Then the values of an output are, within a batch and above the ReLU's zero, on a straight line over those that
    they should be.

    Parameters
    ----------
    values, expected : (n, 512) arrays
        Consecutive rows of the port, and those that they should be.
    """
    off, before = list[NDArray](), rms(values[: len(expected)] - expected[: len(values)])
    for start in range(0, min(len(values), len(expected)) - _BATCH + 1, _BATCH):
        here, wanted = (rows[start : start + _BATCH].astype(np.float64) for rows in (values, expected))
        off.append(_off_lines(here, wanted))
    every = np.concatenate(off) if off else np.zeros(0)
    if len(every) < _MIN_LINES or np.median(every) > _ON_LINE:
        return Diagnosis()
    text = (
        f"in batches of {_BATCH} rows each output is a linear function of the encoder's: median residual "
        f"{np.median(every):.1g} of its standard deviation"
    )
    return _judged(_BATCH_NORM, before, text, "proven", _TWO_BATCHES, _hidden(_BATCH_NORM))


def _off_lines(values: NDArray, expected: NDArray) -> NDArray:
    """How far each output that is above zero in most of some rows is off its line, as a share of its deviation."""
    above = (values > 0) & (expected > 0)
    told = above.sum(axis=0) >= _ABOVE
    weights = above[:, told].astype(np.float64)
    one, other = (_centred(rows[:, told], weights) for rows in (values, expected))
    slope = (one * other).sum(axis=0) / np.maximum(np.square(other).sum(axis=0), _NOTHING)
    spread = np.sqrt(np.square(one).sum(axis=0))
    varies = spread > _NOTHING
    return np.asarray(np.sqrt(np.square(one - slope * other).sum(axis=0))[varies] / spread[varies])


def _centred(rows: NDArray, weights: NDArray) -> NDArray:
    return np.asarray((rows - (rows * weights).sum(axis=0) / weights.sum(axis=0)) * weights)


def unlike_reference(values: NDArray, plain: NDArray, windows: NDArray | None, before: float) -> Diagnosis:
    """Judge features that are not those of the reference's windows, where the port's windows are not known.

    A fault of the mel stage that is in no table looks like another way to run the encoder, or like other weights.
    """
    found = unlike(values, plain, windows, before)
    if any(finding.id == _SAME_ROW.id and finding.confidence == "proven" for finding in found.findings):
        return found
    said = "consistent with {0.id} = {0.value}, or with a fault of the mel stage that is not known: {0.evidence}"
    return Diagnosis(unexplained=tuple(Unexplained("features", said.format(finding)) for finding in found.findings))


def one_row(frames: NDArray, values: NDArray, plain: NDArray | None) -> Diagnosis:
    """Judge features that are one row for all frames: that of the last frame is a buffer that every result points to.

    Parameters
    ----------
    frames : (k,) int array
        Of the rows, ascending.
    values, plain : (k, 512) arrays
        The port's rows, all the same, and the encoder's; None where there is none.
    """
    if plain is not None and _hardly_varies(plain):  # so are the windows
        return Diagnosis()
    text = f"all {len(frames)} rows looked at are equal"
    before = rms(values - plain) if plain is not None else float("nan")
    if plain is not None and rms(values[-1] - plain[-1]) <= _SAME_VALUES * rms(plain) < before:
        return _judged(_LAST_ROW, before, f"{text}: they are the row of frame {frames[-1]:,}", "proven")
    return _judged(_SAME_ROW, before, text, "proven", _ONE_ROW, _hidden(_SAME_ROW))


def _hardly_varies(rows: NDArray) -> bool:
    """Whether rows hardly vary in time."""
    return float(rows.std(axis=0, dtype=np.float64).mean()) <= _CONSTANT * float(np.abs(rows).mean())


def spread(count: int) -> Diagnosis:
    """Judge features that are not finite though their windows are: what is not came from other rows of the batch."""
    text = f"none of {count} frames with finite windows has finite features: other frames of their batch spoil them"
    return _judged(_BATCH_NORM, float("nan"), text, "consistent", _TWO_BATCHES, _hidden(_BATCH_NORM))


def _hidden(hypothesis: Hypothesis) -> Equivalence:
    """What cannot be seen behind a fault after which the features tell nothing of what made them."""
    names = tuple(f"{name} any" for name in _BETWEEN if name != hypothesis.id)
    return Equivalence((f"{hypothesis.id} {hypothesis.value}", *names), "it hides these: fix it and compare again")


def _likeness(values: NDArray, plain: NDArray) -> float:
    a, b = values - values.mean(axis=0), plain - plain.mean(axis=0)
    norms = np.sqrt(np.square(a).sum(axis=0) * np.square(b).sum(axis=0))
    alive = norms > 1e-9
    return float(np.median((a * b).sum(axis=0)[alive] / norms[alive])) if alive.any() else 0.0


def _follows(values: NDArray, windows: NDArray | None) -> float:
    """Correlation of the distances between rows and between their windows: any encoder keeps like windows alike."""
    if windows is None or len(values) < 4:
        return 0.0
    one, other = _distances(values), _distances(windows.reshape(len(windows), -1))
    return float(np.corrcoef(one, other)[0, 1]) if one.std(dtype=np.float64) and other.std(dtype=np.float64) else 0.0


def _distances(rows: NDArray) -> NDArray:
    rows = rows.astype(np.float64)
    first, second = np.triu_indices(len(rows), 1)
    return np.asarray(np.linalg.norm(rows[first] - rows[second], axis=1))


def _judged(hypothesis: Hypothesis, before: float, text: str, confidence: Confidence, *alike: Equivalence) -> Diagnosis:
    kind: Kind = "cause" if confidence == "proven" else "nearest"  # other statistics are alike for many reasons
    found = finding_of(hypothesis, confidence, "all frames", text, before=Residual(mean=before), kind=kind)
    return Diagnosis((found,), indistinguishable=alike)

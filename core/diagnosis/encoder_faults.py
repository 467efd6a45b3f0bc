"""Faults between the windows and the features, judged by the encoder on the port's own windows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..arrays import Array, NDArray
from ..compare.comparison import Comparison
from ..config import FEATURE_SIZE, Config
from ..run import Run
from ..stages.features import WindowEncoder
from .feature_statistics import one_row, spread, unlike, unlike_reference
from .findings import Diagnosis, Residual, Unexplained, finding_of
from .hypotheses import Hypothesis
from .precision import grid_noise, rms
from .steps import FED_TRANSPOSED, PADDED_FOR_RAW, apart, fills_window, reshaped, row_offset, window_ways, windows_with

_FRAMES = 40
_COMPARED = 200
_TRIED = 8
"""Rows on which a hypothesis is tried before it is run on all that are judged."""
_NOISE = 2e-4
_COARSE = 1e-5
"""Rounding of mel values that changes the features by more than two runtimes differ."""
_SHIFTS = (1, -1, 2, -2)
_NICE = 2e-4
_NO_GAIN = 1e-3
_ROUNDED = 1e-6
"""Relative distance from a decimal at which float32 values that were multiplied and divided still lie on it."""

_GAIN_FIX = "remove the factor on the features; the encoder's output is used as it is"
NO_RELU = Hypothesis("no_relu", "missing", "end the encoder in a ReLU", "features", step="no relu")

Faults = tuple[Hypothesis, ...]


def gain_fault(gain: float, noise: float = 0.0) -> Hypothesis | None:
    """Give the fault of a factor on the features, a plain number where it is near one; None where it is 1, or none.

    Parameters
    ----------
    noise : float
        Rounding of the features, as a share of them.
    """
    if gain <= 0 or abs(gain - 1) <= max(_NO_GAIN, noise):
        return None
    near = (float(f"{gain:.{digits}g}") for digits in range(1, 6))
    nice = next((n for n in near if abs(n / gain - 1) < max(_NICE, noise)), gain)
    return Hypothesis("hidden_gain", f"{nice:.6g}", _GAIN_FIX, "features", step="gain")


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Some of the port's feature rows, (k, 512), and the mel or the windows that they should be made of.

    `doubled`: the first row is there twice, or zeros, as in padded rows. `own`: mel or windows are the port's.
    """

    frames: npt.NDArray[np.int64]
    values: NDArray
    mel: NDArray | None
    windows: Array | None
    encoder: WindowEncoder | None
    reference: NDArray | None
    fps: float
    doubled: bool
    own: bool

    def picked(self, which: NDArray) -> "_Rows":
        return replace(self, frames=self.frames[which], values=self.values[which])

    def input(self, faults: Faults = (), shift: int = 0) -> NDArray | None:
        """The (k, 16, 80) windows of the rows."""
        frames = np.maximum(self.frames + shift, 0)
        if self.windows is not None:
            cut = np.asarray(self.windows[np.minimum(frames, len(self.windows) - 1)])
            return reshaped(cut) if FED_TRANSPOSED in faults else cut
        return None if self.mel is None else windows_with(self.mel, frames, self.fps, faults)

    def expected(self, faults: Faults = (), shift: int = 0) -> NDArray | None:
        """The features of the port's own windows, else the reference's rows."""
        windows = self.input(faults, shift)
        if windows is not None and self.encoder is not None:
            return self.encoder.encode(windows.astype(np.float32))
        if faults or self.reference is None:
            return None
        return self.reference[np.clip(self.frames + shift, 0, len(self.reference) - 1)]

    def input_noise(self, plain: NDArray) -> float:
        """Root mean square that the rounding of the port's mel spectrogram makes of the features."""
        windows = self.input()
        rounding = grid_noise(windows) if windows is not None else np.zeros(1)
        if windows is None or self.encoder is None or rms(rounding) < _COARSE:
            return 0.0
        rounded = windows + rounding * np.random.default_rng(0).standard_normal(windows.shape)
        return rms(self.encoder.encode(rounded.astype(np.float32)) - plain)

    def limit(self, expected: NDArray, from_input: float, gain: float = 1.0) -> float:
        """Root mean square at which values that were divided by a gain are the expected ones."""
        own = max(rms(grid_noise(self.values)) / gain, _decimal_noise(self.values / gain) if gain != 1 else 0.0)
        return _NOISE * max(1.0, rms(expected)) + 3 * (own + from_input)

    def ways(self) -> Iterator[tuple[Faults, int]]:
        """What may have been encoded for a frame: its window cut with faults, or that of a frame beside it."""
        given = self.windows is not None
        for way in ((), (FED_TRANSPOSED,)) if given else window_ways():
            yield way, 0
        yield from (((), shift) for shift in _SHIFTS)


def _decimal_noise(values: NDArray) -> float:
    """The same as `grid_noise` of values that were rounded, and then multiplied and divided by a factor."""
    values = values.astype(np.float64)
    steps = (10.0**-digits for digits in range(1, 5))
    near = _ROUNDED * np.maximum(1, np.abs(values))
    return next((h / 12**0.5 for h in steps if (np.abs(np.round(values / h) * h - values) <= near).all()), 0.0)


def diagnose_features(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Diagnosis:
    """Find the fault by which features are not those of their own windows."""
    rows = _rows(comparison, encoder, so_far)
    plain = rows.expected() if rows else None
    if rows and len(rows.values) > 1 and (rows.values == rows.values[0]).all():
        return one_row(rows.frames, rows.values, plain)
    if rows is None or plain is None:
        return Diagnosis()
    finite = np.flatnonzero(np.isfinite(plain).all(axis=1))
    if not np.isfinite(rows.values[finite]).all(axis=1).any():
        return _not_finite(rows.picked(finite))
    rows, plain = _finite(rows.picked(finite), plain[finite])
    from_input, before = rows.input_noise(plain), rms(rows.values - plain)
    if before <= rows.limit(plain, from_input):
        return Diagnosis()
    tried = rows.picked(np.unique(np.linspace(0, len(plain) - 1, _TRIED).astype(int)))
    for way, shift in rows.ways():
        if _explanation(tried, way, shift, from_input) and (found := _explanation(rows, way, shift, from_input)):
            return _explained(*found, before)
    judged = unlike if rows.own else unlike_reference
    shift = -1 if _holds_padded_rows(comparison.port) else 0
    expected = rows.expected((), shift)
    return judged(rows.values, plain if expected is None else expected, rows.input((), shift), before)


def _holds_padded_rows(port: Run) -> bool:
    """Whether the raw rows are the first of the padded ones, which the encoder need not tell."""
    if "padded" not in port or any(port[name].frames is not None for name in ("features", "padded")):
        return False
    raw, padded = port["features"].array, port["padded"].array
    count = min(len(raw), len(padded), _COMPARED)
    first, second = (np.array_equal(raw[:count], padded[start : start + count]) for start in (0, 1))
    return first and not second


def _finite(rows: _Rows, plain: NDArray) -> tuple[_Rows, NDArray]:
    finite = np.flatnonzero(np.isfinite(rows.values).all(axis=1))
    return rows.picked(finite), plain[finite]


def _not_finite(rows: _Rows) -> Diagnosis:
    """Judge rows none of which is finite: where their windows are, what is not came from other rows of the batch."""
    if len(rows.values) and not np.isfinite(rows.values).any():
        return spread(len(rows.values))
    return Diagnosis(unexplained=(Unexplained("features", "no frame has finite features to judge"),))


def _rows(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> _Rows | None:
    """The rows that are judged, None where the features are known to be right or nothing of them can be."""
    port, reference = comparison.port, comparison.reference
    own = comparison.own.get("features")
    if "features" not in port or port["features"].shape[1:] != (FEATURE_SIZE,):
        return None
    if own and own.verdict in {"identical", "agree"}:
        return None
    trusted = not any(finding.stage in {"mel", "audio"} for finding in so_far.findings)
    whole = "features" in reference and reference["features"].frames is None and trusted
    rows = np.asarray(reference["features"].array) if whole else None
    judged = encoder if own is None or not own.without_encoder else None
    frames, values = _picked_values(port)
    fps = (port.config or reference.config or Config()).fps
    mel, first = _mel(port, reference, trusted=trusted), np.asarray(port["features"].array[:2])
    doubled = not first[0].any() or np.array_equal(first[0], first[-1], equal_nan=True)
    given = "mel" in port or "windows" in port
    return _Rows(frames, values, mel, _whole_windows(port), judged, rows, fps, doubled, given)


def _mel(port: Run, reference: Run, *, trusted: bool) -> NDArray | None:
    if "mel" in port:
        return np.asarray(port["mel"].array) if port["mel"].shape[0] == 80 and fills_window(port) else None
    return np.asarray(reference["mel"].array) if trusted and fills_window(reference) else None


def _whole_windows(port: Run) -> Array | None:
    usable = "windows" in port and port["windows"].frames is None and port["windows"].shape[1:] == (16, 80)
    return port["windows"].array if usable else None


def _picked_values(port: Run) -> tuple[npt.NDArray[np.int64], NDArray]:
    """Rows spread over the recording, without zeros and repeats of the row before where there are enough others."""
    stage = port["features"]
    numbers = np.arange(len(stage.array)) if stage.frames is None else stage.frames
    last = len(numbers)
    picked = np.unique(np.r_[np.linspace(0, last - 1, min(last, _FRAMES)).astype(int), max(0, last - 4) : last])
    values, before = (np.asarray(stage.array[rows]) for rows in (picked, np.maximum(picked - 1, 0)))
    fresh = ((picked == 0) | (values != before).any(axis=1)) & values.any(axis=1)
    if fresh.sum() < _TRIED:
        fresh[:] = True
    return numbers[picked[fresh]], values[fresh]


def _explanation(rows: _Rows, way: Faults, shift: int, from_input: float) -> tuple[Faults, NDArray] | None:
    """The faults with which a way of cutting gives the values, and the differences that are left."""
    expected = rows.expected(way, shift)
    if expected is None:
        return None
    inside = rows.frames + shift >= 0
    if not inside.any():
        return None
    offset = (PADDED_FOR_RAW if shift == -1 and rows.doubled else row_offset(f"{shift:+d} rows"),) if shift else ()
    for faults, values, gain in _outputs(rows.values[inside], expected[inside]):
        left = apart(values, expected[inside])
        if rms(left) <= rows.limit(expected, from_input, gain):
            return (*way, *offset, *faults), left
    return None


def _outputs(values: NDArray, expected: NDArray) -> Iterator[tuple[Faults, NDArray, float]]:
    """The values, and what they would be without a factor and with a ReLU."""
    for relu, cut in (((), values), ((NO_RELU,), np.maximum(values, 0))) if (values < 0).any() else (((), values),):
        yield relu, cut, 1.0
        power = float(np.square(expected, dtype=np.float64).sum())
        gain = float((cut * expected).sum(dtype=np.float64)) / power if power else 0.0
        if fault := gain_fault(gain, rms(grid_noise(values)) / max(rms(values), 1e-30)):
            yield (*relu, fault), cut / float(fault.value), float(fault.value)


def _explained(faults: Faults, left: NDArray, before: float) -> Diagnosis:
    after = Residual(float(left.max()), float(left.mean()))
    share = max(0.0, 1 - (rms(left) / before) ** 2)
    text = f"run on the port's own windows, the root mean square of {before:.3g} becomes {rms(left):.2g}"
    more = {"shares": (share, share), "before": Residual(mean=before), "after": after}
    return Diagnosis(tuple(finding_of(fault, "proven", "the features", text, **more) for fault in faults))  # type: ignore[arg-type]

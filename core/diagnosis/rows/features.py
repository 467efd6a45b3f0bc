"""Faults between the windows and the features, judged by the encoder on the port's own windows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...base.arrays import Array, NDArray
from ...compare.comparison import Comparison
from ...config import FEATURE_SIZE, WINDOW_COLUMNS, Config
from ...run import Run
from ...stages.features import WindowEncoder
from ..feature_statistics import batches, one_row, spread, unlike, unlike_reference
from ..findings import Diagnosis, Residual, Unexplained, finding_of
from ..hypotheses import Hypothesis
from ..quantisation import quantisation_noise, rms
from .cuts import block_with, fed, fills_window, window_ways, windows_with
from .identify import identified
from .names import named
from .paddings import PADDED_FOR_RAW, row_offset
from .places import coarse_places
from .starts import cuts_at, same_cuts

_FRAMES = 40
_COMPARED = 200
_WHOLE = 2048
"""Rows from the first on in which other rows, another order and another scale are looked for."""
_TRIED = 8
"""Rows on which a hypothesis is tried before it is run on all that are judged."""
_NOISE = 2e-4
_COARSE = 1e-5
"""Rounding of mel values that changes the features by more than two runtimes differ."""
_SHIFTS = (1, -1, 2, -2)
_LOOKED_UP = 12
"""Rows whose windows are looked for, to read the rule off them."""
_ALONE = 0.1
"""Share of the next one's distance below which a window is the one that was encoded."""
_AROUND = 10
"""Columns about the place where a row's window should begin at which it is looked for."""

Faults = tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FeatureRows:
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

    def picked(self, which: NDArray) -> "FeatureRows":
        """Give some of the rows."""
        return replace(self, frames=self.frames[which], values=self.values[which])

    def input(self, faults: Faults = (), shift: int = 0) -> NDArray | None:
        """Give the (k, 16, 80) windows of the rows."""
        frames = np.maximum(self.frames + shift, 0)
        if self.windows is not None:
            return fed(np.asarray(self.windows[np.minimum(frames, len(self.windows) - 1)]), faults)
        return None if self.mel is None else windows_with(self.mel, frames, self.fps, faults)

    def expected(self, faults: Faults = (), shift: int = 0) -> NDArray | None:
        """Give the features of the port's own windows, else the reference's rows."""
        windows = self.input(faults, shift)
        if windows is not None and self.encoder is not None:
            return self.encoder.encode(windows.astype(np.float32))
        if faults or self.reference is None:
            return None
        return self.reference[np.clip(self.frames + shift, 0, len(self.reference) - 1)]

    def noise(self, plain: NDArray) -> float:
        """Give the root mean square by which features may be off, as a share of their own or of 1."""
        windows = self.input()
        rounding = quantisation_noise(windows) if windows is not None else np.zeros(1)
        if windows is None or self.encoder is None or rms(rounding) < _COARSE:
            return _NOISE
        rounded = windows + rounding * np.random.default_rng(0).standard_normal(windows.shape)
        return _NOISE + 3 * rms(self.encoder.encode(rounded.astype(np.float32)) - plain) / max(1.0, rms(plain))

    def ways(self) -> Iterator[tuple[Faults, int]]:
        """Give how the window of a frame may have been cut and fed, where it is not given."""
        cut = self.windows is None
        yield from ((way, 0) for way in window_ways() if way and (cut or not any(fault.block for fault in way)))

    def shifts(self) -> Iterator[tuple[Faults, int]]:
        """Give the frames whose window may have been encoded for a frame: its own, or one beside it."""
        yield from (((), shift) for shift in (0, *_SHIFTS))


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
    noise, before = rows.noise(plain), rms(rows.values - plain)
    counted = comparison.port["features"].frames is None
    found = (
        _whole(comparison, rows, noise)
        or _paired(rows, rows.shifts(), noise)
        or _paired(rows, rows.ways(), noise)
        or (_recut(comparison, rows, noise) if counted and rows.windows is None else None)
    )
    if found:
        told = _explained(*found, before)
        count = len(comparison.port["features"].array)
        return replace(told, indistinguishable=tuple(same_cuts(found[0], count, rows.fps)))
    if rows.own and counted and (trained := _in_batches(comparison, rows)).findings:
        return trained
    judged = unlike if rows.own else unlike_reference
    shift = -1 if _holds_padded_rows(comparison.port) else 0
    expected = rows.expected((), shift)
    return judged(rows.values, plain if expected is None else expected, rows.input((), shift), before)


def _paired(rows: FeatureRows, ways: Iterable[tuple[Faults, int]], noise: float) -> tuple[Faults, NDArray] | None:
    """The faults with which each row is that of its own frame, or of one beside it."""
    tried = rows.picked(np.unique(np.linspace(0, len(rows.values) - 1, _TRIED).astype(int)))
    for way, shift in ways:
        if _explanation(tried, way, shift, noise) and (found := _explanation(rows, way, shift, noise)):
            return found
    return None


def _explanation(rows: FeatureRows, way: Faults, shift: int, noise: float) -> tuple[Faults, NDArray] | None:
    """The faults with which a way of cutting gives the values, and the differences that are left."""
    expected = rows.expected(way, shift)
    inside = rows.frames + shift >= 0
    if expected is None or not inside.any():
        return None
    offset = (PADDED_FOR_RAW if shift == -1 and rows.doubled else row_offset(f"{shift:+d} rows"),) if shift else ()
    found = identified(rows.values[inside], expected[inside], noise, paired=True)
    return ((*way, *offset, *named(found, (FEATURE_SIZE,), "features")), found.left) if found else None


def _whole(comparison: Comparison, rows: FeatureRows, noise: float) -> tuple[Faults, NDArray] | None:
    """The faults with which the rows from the first on are others of those that there should be."""
    given, expected = comparison.port["features"], _expected(comparison, rows)
    if given.frames is not None or expected is None:
        return None
    values = np.asarray(given.array[:_WHOLE])
    if not np.isfinite(values).all() or not np.isfinite(expected).all():
        return None
    found = identified(values, expected, noise, total=len(given.array), fps=rows.fps)
    return (named(found, (FEATURE_SIZE,), "features"), found.left) if found and not found.plain else None


def _in_batches(comparison: Comparison, rows: FeatureRows) -> Diagnosis:
    expected = _expected(comparison, rows)
    values = np.asarray(comparison.port["features"].array[:_WHOLE])
    return batches(values, expected) if expected is not None and np.isfinite(values).all() else Diagnosis()


def _expected(comparison: Comparison, rows: FeatureRows) -> NDArray | None:
    """The rows that there should be, from the first on."""
    own = comparison.own.get("features")
    derived = own.comparison.sides[0] if own and own.comparison and own.comparison.sides else None
    if derived and derived.frames is None:
        return np.asarray(derived.array[:_WHOLE])
    if rows.reference is not None and not rows.own:
        return rows.reference[:_WHOLE]
    if rows.encoder is None:
        return None
    total = len(rows.windows) if rows.windows is not None else 0
    if rows.mel is not None:
        total = block_with(rows.fps).count(rows.mel.shape[1])
    every = replace(rows, frames=np.arange(min(total, _WHOLE)))
    return every.expected()


def _recut(comparison: Comparison, rows: FeatureRows, noise: float) -> tuple[Faults, NDArray] | None:
    """The faults with which windows are cut by another rule or at another frame rate.

    The windows of a few rows are looked for about the places where rows like them are; the columns at which they begin
    say the rule.
    """
    expected = _expected(comparison, rows)
    if rows.mel is None or rows.encoder is None or expected is None:
        return None
    values = np.asarray(comparison.port["features"].array[:_WHOLE])
    places = coarse_places(np.nan_to_num(values), np.nan_to_num(expected))
    if places is None:
        return None
    used = np.flatnonzero((places >= 0) & (places < len(expected) - WINDOW_COLUMNS))
    spread = values[used].std(axis=1, dtype=np.float64)
    told = [part[spread[part].argmax()] for part in np.array_split(np.arange(len(used)), _LOOKED_UP) if len(part)]
    numbers = used[told]
    starts = np.array([_begins(rows, values[number], places[number]) for number in numbers])
    for faults in cuts_at(numbers[starts >= 0], starts[starts >= 0], rows.fps):
        if found := _explanation(rows, faults, 0, noise):
            return found
    return None


def _begins(rows: FeatureRows, row: NDArray, place: float) -> int:
    """The column at which the window of a row begins that should be at a place; -1 where it is none."""
    if rows.mel is None or rows.encoder is None:
        return -1
    centre = int(block_with(rows.fps).rows_per_second * place / rows.fps)
    starts = np.arange(max(0, centre - _AROUND), min(centre + _AROUND, rows.mel.shape[1] - WINDOW_COLUMNS) + 1)
    windows = rows.mel.T[starts[:, None] + np.arange(WINDOW_COLUMNS)]
    made = rows.encoder.encode(windows.astype(np.float32))
    with np.errstate(invalid="ignore", divide="ignore"):
        unlike = np.nan_to_num(1 - np.corrcoef(np.concatenate([row[None], made]))[0, 1:], nan=1.0)
    best, second = np.argsort(unlike)[:2] if len(unlike) > 1 else (0, 0)
    return int(starts[best]) if unlike[best] < _ALONE * unlike[second] else -1


def _holds_padded_rows(port: Run) -> bool:
    """Whether the raw rows are the first of the padded ones, which the encoder need not tell."""
    if "padded" not in port or any(port[name].frames is not None for name in ("features", "padded")):
        return False
    raw, padded = port["features"].array, port["padded"].array
    count = min(len(raw), len(padded), _COMPARED)
    first, second = (np.array_equal(raw[:count], padded[start : start + count]) for start in (0, 1))
    return first and not second


def _finite(rows: FeatureRows, plain: NDArray) -> tuple[FeatureRows, NDArray]:
    finite = np.flatnonzero(np.isfinite(rows.values).all(axis=1))
    return rows.picked(finite), plain[finite]


def _not_finite(rows: FeatureRows) -> Diagnosis:
    """Judge rows none of which is finite: where their windows are, what is not came from other rows of the batch."""
    if len(rows.values) and not np.isfinite(rows.values).any():
        return spread(len(rows.values))
    return Diagnosis(unexplained=(Unexplained("features", "no frame has finite features to judge"),))


def _rows(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> FeatureRows | None:
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
    return FeatureRows(frames, values, mel, _whole_windows(port), judged, rows, fps, doubled, given)


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


def _explained(faults: Faults, left: NDArray, before: float) -> Diagnosis:
    after = Residual(float(left.max()), float(left.mean()))
    share = max(0.0, 1 - (rms(left) / before) ** 2) if before else 0.0
    text = f"with it, the RMS error on the port's own windows falls from {before:.3g} to {rms(left):.2g}"
    more = {"shares": (share, share), "before": Residual(mean=before), "after": after}
    return Diagnosis(tuple(finding_of(fault, "proven", "the features", text, **more) for fault in faults))  # type: ignore[arg-type]

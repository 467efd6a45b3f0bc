"""The stages behind the mel spectrogram, each judged on its own input."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray
from ..base.errors import CancelledError
from ..compare.comparison import Comparison
from ..config import CONTEXT_ROWS, FEATURE_SIZE, Config
from ..run import Run, StageName
from ..stages.features import WindowEncoder
from ..stages.padding import pad_features
from .counts import frame_count_findings
from .findings import Diagnosis, Residual, Unexplained, failed_diagnosis, finding_of
from .front.parts import LENGTH
from .hypotheses import Hypothesis
from .quantisation import apart, quantisation_noise, rms
from .rows.contexts import TILED, FrameContext, alternatives, frame_contexts
from .rows.cuts import fills_window
from .rows.features import diagnose_features
from .rows.identify import identified
from .rows.names import OTHER_ROWS, named
from .rows.paddings import PADDED_FOR_RAW, PADDINGS, Padding, padding_of
from .rows.windows import diagnose_windows

_FRAMES = 24
_EXACT = 1e-6
_ENCODER = 2e-4

Faults = tuple[Hypothesis, ...]


def diagnose_downstream(
    comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis, tick: Callable[[], None]
) -> Diagnosis:
    """Find the faults of windows, features, padded rows and frame tensors.

    Parameters
    ----------
    so_far : Diagnosis
        What is known of the stages before: it decides whose rows the tensors are judged by.
    tick : callable
        Called between computations; raises `CancelledError`.
    """
    total = Diagnosis()
    for stage, look in _LOOKS:
        tick()
        if any(finding.id == LENGTH and finding.stage == stage for finding in so_far.findings):
            continue  # its rows agree
        try:
            found = look(comparison, encoder, replace(so_far, findings=(*so_far.findings, *total.findings)))
        except CancelledError:
            raise
        except Exception as error:
            found = failed_diagnosis(stage, error)
        total = Diagnosis(
            tuple({finding.id: finding for finding in (*found.findings, *total.findings)}.values()),
            (*total.unexplained, *found.unexplained),
            (*total.indistinguishable, *found.indistinguishable),
        )
    return total


def _windows(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Diagnosis:
    if not _differs(comparison, "windows") or not fills_window(comparison.port):
        return Diagnosis()
    return diagnose_windows(comparison.port, _config(comparison).fps)


def _count(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Diagnosis:
    """Frames that are others than the port's own columns give, where not all rows are those of other moments."""
    port = comparison.port
    stage = next((port[name] for name in ("windows", "features") if name in port and port[name].frames is None), None)
    if (
        stage is None
        or not fills_window(port)
        or any(finding.id in {LENGTH, *OTHER_ROWS} for finding in so_far.findings)
    ):
        return Diagnosis()
    return frame_count_findings(port["mel"].shape[1], len(stage.array), stage.name, _config(comparison))


def _padded(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Diagnosis:
    port = comparison.port
    if not _differs_at_all(comparison, "padded") or port["padded"].frames is not None:
        return Diagnosis()
    counted = "features" in port and len(port["padded"].array) != len(port["features"].array) + 2
    if not counted and not _differs(comparison, "padded"):
        return Diagnosis()
    rows = _feature_rows(comparison, so_far)
    if rows is None:
        return Diagnosis()
    given, raw = np.asarray(port["padded"].array), np.asarray(rows)
    finite = np.nan_to_num(raw, posinf=0, neginf=0)
    own = "features" in port
    limit = (_EXACT if own else _ENCODER) * max(1.0, rms(finite)) + 6 * rms(quantisation_noise(finite))
    for faults, padded in _paddings(given, raw):
        if padded.shape == given.shape and (left := apart(given, padded)).max() <= limit:
            return _explained(faults, rms(finite), left, "the first and last rows")
    found = identified(given, Padding().apply(raw), _EXACT if own else _ENCODER)
    if found and not found.plain:
        return _explained(named(found, (FEATURE_SIZE,), "padded"), rms(finite), found.left, "all rows")
    return _open("padded", "not the port's features with their first and last row repeated")


def _paddings(given: NDArray, raw: NDArray) -> Iterator[tuple[Faults, NDArray]]:
    """The ways to make padded rows of raw ones, and of raw ones that are the first padded rows themselves."""
    repeats = apart(raw[:1], raw[1:2]).max(initial=0) == 0
    for faults in ((), *((fault,) for fault in PADDINGS)):
        padding = padding_of(*faults)
        yield faults, padding.apply(raw)
        front = not raw[:1].any() if padding.front == "zeros" else repeats and padding.before
        if front and len(given) > len(raw):
            rows = np.concatenate([raw[1:], given[len(raw) : len(given) - padding.after]])
            if len(rows) == len(raw):
                yield (PADDED_FOR_RAW, *faults), padding.apply(rows)


def _tensors(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Diagnosis:
    port = comparison.port
    tiled = any(finding.id == TILED.id for finding in so_far.findings)
    if tiled or not (_differs(comparison, "tensors") or _differs_at_all(comparison, "tensors")):
        return Diagnosis()
    stage = port["tensors"]
    readings = _padded_rows(comparison, so_far)
    if not readings or int(np.prod(stage.shape[1:])) < CONTEXT_ROWS * FEATURE_SIZE:
        return Diagnosis()
    numbers = np.arange(len(stage.array)) if stage.frames is None else stage.frames
    picked = np.unique(
        np.r_[
            0 : min(9, len(numbers)),
            np.linspace(0, len(numbers) - 1, _FRAMES).astype(int),
            max(0, len(numbers) - 9) : len(numbers),
        ]
    )
    values = np.asarray(stage.array[picked]).reshape(len(picked), -1)[:, : CONTEXT_ROWS * FEATURE_SIZE]
    return _made_by(values, readings, numbers[picked], own="padded" in port or _whole_features(port) is not None)


def _padded_rows(comparison: Comparison, so_far: Diagnosis) -> list[tuple[Faults, Array]]:
    """The port's padded rows; where it gives none, those that the known ways to pad make of its features."""
    port, raw = comparison.port, _feature_rows(comparison, so_far)
    if "padded" in port and port["padded"].frames is None and port["padded"].shape[1:] == (FEATURE_SIZE,):
        return [((), port["padded"].array)]
    if raw is None or raw.shape[1:] != (FEATURE_SIZE,):
        return []
    return [((), pad_features(raw)), *(((fault,), padding_of(fault).apply(np.asarray(raw))) for fault in PADDINGS)]


def _made_by(
    values: NDArray, readings: list[tuple[Faults, Array]], frames: npt.NDArray[np.int64], *, own: bool
) -> Diagnosis:
    finite = np.nan_to_num(values, posinf=0, neginf=0).astype(np.float32)
    noise = rms(quantisation_noise(finite.astype(values.dtype)))
    limit = (_EXACT if own else _ENCODER) * max(1.0, rms(finite)) + 3 * noise
    before = apart(values, FrameContext().blocks(readings[0][1], frames))
    tried = slice(middle := int(finite.std(axis=1, dtype=np.float64).argmax()), middle + 1)
    ways = [((*padding, *step.faults), step, rows) for padding, rows in readings for step in frame_contexts()]
    found: dict[Faults, NDArray] = {}
    for faults, step, rows in sorted(ways, key=lambda way: len(way[0])):
        if found and len(faults) > len(next(iter(found))):
            break
        if rms(apart(values[tried], step.blocks(rows, frames[tried]))) > 2 * limit:
            continue
        if rms(left := apart(values, step.blocks(rows, frames))) <= limit:
            found.setdefault(faults, left)
    if found:
        (faults, left), *others = found.items()
        alike = tuple(alternatives(faults, other) for other, _ in others)
        return replace(_explained(faults, rms(before), left, "the frame tensors"), indistinguishable=alike)
    text = f"not the context of the rows they should be made of: {rms(before):.2g} off"
    return _open("tensors", text) if own else Diagnosis()


def _feature_rows(comparison: Comparison, so_far: Diagnosis) -> Array | None:
    """The port's whole feature rows, or the reference's where nothing says that the port's are others."""
    port, reference = comparison.port, comparison.reference
    if (given := _whole_features(port)) is not None:
        return given
    upstream = {"mel", "audio", "windows", "features"}
    agrees = not any(finding.stage in upstream for finding in so_far.findings)
    return _whole_features(reference) if agrees else None


def _whole_features(run: Run) -> Array | None:
    return run["features"].array if "features" in run and run["features"].frames is None else None


def _differs(comparison: Comparison, name: StageName) -> bool:
    own = comparison.own.get(name)
    if own is None or own.verdict == "not comparable":
        return _differs_at_all(comparison, name)
    return own.verdict == "differ"


def _differs_at_all(comparison: Comparison, name: StageName) -> bool:
    return name in comparison.port and any(f.stage == name and f.verdict == "differ" for f in comparison.stages)


def _config(comparison: Comparison) -> Config:
    return comparison.port.config or comparison.reference.config or Config()


def _open(stage: StageName, text: str) -> Diagnosis:
    return Diagnosis(unexplained=(Unexplained(stage, text),))


def _explained(faults: Faults, before: float, left: NDArray, where: str) -> Diagnosis:
    """The findings of a step that gives the port's values."""
    after = Residual(float(left.max()), float(left.mean()))
    share = max(0.0, 1 - (rms(left) / before) ** 2) if before else 0.0
    text = f"with it, the RMS error on the stage's own input falls from {before:.3g} to {rms(left):.2g}"
    more = {"shares": (share, share), "before": Residual(mean=before), "after": after}
    return Diagnosis(tuple(finding_of(fault, "proven", where, text, **more) for fault in faults))  # type: ignore[arg-type]


_LOOKS: tuple[tuple[StageName, Callable[[Comparison, WindowEncoder | None, Diagnosis], Diagnosis]], ...] = (
    ("windows", _windows),
    ("features", diagnose_features),
    ("windows", _count),
    ("padded", _padded),
    ("tensors", _tensors),
)

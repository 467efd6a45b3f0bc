"""Sanity checks: what is wrong with a stage whatever the reference says, such as sixteen identical context rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np

from ..base.arrays import Array, NDArray
from ..base.errors import CancelledError
from ..base.failures import failure_text
from ..base.progress import Progress, silent
from ..config import CONTEXT_ROWS, FEATURE_SIZE
from ..run import Run, Stage, StageName
from .alignment import time_major

_SAMPLED_VALUES = 1 << 21
_RUN = 25
"""Items that are looked at in one go where a stage is sampled: repeats show only between neighbours."""
_REPEATED_SHARE = 0.05
_MAJORITY = 0.5
_DECIMALS = range(1, 7)
_INT8_LEVELS = 256
_PRINTED = 6e-6
"""Largest relative step of six printed digits, with room."""
_DISTINCT_NEEDED = 64
_FAILED = "failed"
_UNTRAINED_RANGE, _UNTRAINED_ALIKE = 0.5, 0.85
"""Largest value and mean correlation of rows: of default weights 0.15 and 0.94, of the trained ones 6.7 and 0.67."""
_LIKENED = 128
"""Rows that are held against each other."""
_OUTPUT_ROWS = 48
"""Rows that it takes to tell that the steps of one output are even."""
_OUTPUT_LEVELS = 12
"""Different values of an output from which even steps are no accident: any two or three lie on some."""
_STEP_PARTS = 3
"""The smallest gap between two values of an output may be so many steps: some levels do not occur."""
_UNEVEN = 0.02
"""Share of a step by which levels may be off."""
_NEVER_RIGHT = frozenset({"tiled_context", "nan_inf", "untrained"})
"""What is wrong in a reference as well."""
_SUSPECT = frozenset({"all_zero", "constant", "repeated"})
"""What silence explains where both sides show it, and is said of a reference that was loaded and shows it alone."""
_CONTEXT_VALUES = CONTEXT_ROWS * FEATURE_SIZE


@dataclass(frozen=True, slots=True)
class StructureFinding:
    """One observation.

    Attributes
    ----------
    id : str
        ``tiled_context``, ``repeated``, ``all_zero``, ``constant``, ``negative``, ``grid``, ``dead``, ``zero_fill``,
        ``untrained``, ``nan_inf``, or ``failed``: the look at it failed.
    stage : str
        Where it was seen.
    text : str
        One sentence with the numbers.
    value : str
        Of ``grid``: what the values were rounded to, such as ``float16``.
    side : str
        Whose stage it is, ``port`` or ``reference``.
    """

    id: str
    stage: StageName
    text: str
    value: str = ""
    side: Literal["port", "reference"] = "port"


def check_structure(
    run: Run, reference: Run | None = None, *, progress: Progress = silent
) -> tuple[StructureFinding, ...]:
    """Look at every stage of a run for what needs no reference values.

    Parameters
    ----------
    reference : Run or None
        What it shows too is no finding: silence repeats itself, and the same encoder has the same dead outputs.
    progress : callable
        Called with (stage, 0, 0) before each look at a stage; what it raises ends the work there.

    Returns
    -------
    tuple of StructureFinding
        In pipeline order. Of large stages about two million values are looked at, spread over the recording.
    """
    found = [finding for stage in run.stages.values() for finding in _checked(stage, progress)]
    if not reference:
        return tuple(found)
    looked_at = set(reference) & (
        {finding.stage for finding in found} | set(run if reference.origin == "loaded" else ())
    )
    theirs = [seen for name in reference if name in looked_at for seen in _checked(reference[name], progress)]
    ours = {(finding.id, finding.stage) for finding in found}
    known = {(seen.id, seen.stage) for seen in theirs if seen.id not in {_FAILED, *_NEVER_RIGHT}}
    found = [finding for finding in found if (finding.id, finding.stage) not in known]
    wrong = _NEVER_RIGHT | (_SUSPECT if reference.origin == "loaded" else frozenset[str]())
    alone = [
        seen for seen in theirs if seen.id in wrong and (seen.id in _NEVER_RIGHT or (seen.id, seen.stage) not in ours)
    ]
    return (*found, *(replace(seen, side="reference") for seen in alone))


def _checked(stage: Stage, progress: Progress) -> list[StructureFinding]:
    """Look at one stage; where that fails, the others are looked at none the less."""
    try:
        return _check_stage(stage, progress)
    except CancelledError:
        raise
    except Exception as error:
        return [StructureFinding(_FAILED, stage.name, failure_text(f"looking at the structure of {stage.name}", error))]


def _check_stage(stage: Stage, progress: Progress) -> list[StructureFinding]:
    progress(stage.name, 0, 0)
    if not stage.array.size:
        return []
    values, texts = _sample(time_major(stage)), {}
    for name, check in _CHECKS.items():
        progress(stage.name, 0, 0)
        texts[name] = check(stage, values)
    if texts.get("all_zero"):
        texts = {"all_zero": texts["all_zero"]}
    return [_found(name, stage.name, text) for name, text in texts.items() if text]


def _found(name: str, stage: StageName, text: str) -> StructureFinding:
    if name == "grid":
        return StructureFinding(name, stage, f"every value lies on a {text} grid", text)
    return StructureFinding(name, stage, text)


def _sample(array: Array) -> NDArray:
    """Give the items as (n, values); of a large stage runs of neighbours spread over the recording."""
    runs = max(2, _SAMPLED_VALUES // (_RUN * prod(array.shape[1:])))
    if len(array) > runs * _RUN:
        starts = np.linspace(0, len(array) - _RUN, runs).astype(np.int64)
        array = array[np.unique(starts[:, None] + np.arange(_RUN))]
    values = np.asarray(array[:])
    return values.reshape(len(values), -1)


def _nan_inf(stage: Stage, values: NDArray) -> str:
    bad = ~np.isfinite(values)
    if not bad.any():
        return ""
    nan = int(np.isnan(values).sum())
    return f"{nan:,} NaN and {int(bad.sum()) - nan:,} infinite values among {values.size:,}"


def _all_zero(stage: Stage, values: NDArray) -> str:
    return "" if values.any() else f"all {stage.array.size:,} values are zero"


def _constant(stage: Stage, values: NDArray) -> str:
    same = values.size > 1 and values.any() and bool((values == values.flat[0]).all())
    return f"every value is {values.flat[0]:g}" if same else ""


def _repeated(stage: Stage, values: NDArray) -> str:
    if len(values) < CONTEXT_ROWS or stage.name == "audio" or stage.frames is not None:
        return ""
    same = (values[1:] == values[:-1]).all(axis=1)
    share = float(same.mean())
    return f"{100 * share:.0f} % of the items equal the one before" if share >= _REPEATED_SHARE else ""


def _tiled(stage: Stage, values: NDArray) -> str:
    if stage.name != "tensors" or values.shape[1] < _CONTEXT_VALUES:
        return ""
    rows = values[:, :_CONTEXT_VALUES].reshape(len(values), CONTEXT_ROWS, FEATURE_SIZE)
    tiled = (rows == rows[:, :1]).all(axis=(1, 2)) & rows.any(axis=(1, 2))
    if tiled.mean() < _MAJORITY:
        return ""
    return f"{CONTEXT_ROWS} identical rows (tiled context) in {int(tiled.sum()):,} of {len(values):,} frames"


def _negative(stage: Stage, values: NDArray) -> str:
    if stage.name not in {"features", "padded", "tensors"}:
        return ""
    count = int(np.count_nonzero(values < 0))
    return f"{count:,} values below zero, down to {np.nanmin(values):.4g}; the encoder ends in a ReLU" if count else ""


def _grid(stage: Stage, values: NDArray) -> str:
    """Name the grid that all values lie on; empty: none."""
    finite = values[np.isfinite(values)]
    if finite.dtype.kind != "f" or len(np.unique(finite[:: 1 + len(finite) // 100_000])) < _DISTINCT_NEEDED:
        return ""
    named = next((name for name, on_grid in _GRIDS if on_grid(finite)), "")
    return named or ("int8 for each output" if _on_int8_by_output(values) else "")


def _on_int8_by_output(values: NDArray) -> bool:
    """Tell whether every output that varies lies on some 256 even steps of its own."""
    if len(values) < _OUTPUT_ROWS or values.shape[1] < 2 or not np.isfinite(values).all():
        return False
    steps = output_steps(values)
    told = (np.diff(np.sort(values, axis=0), axis=0) > 0).sum(axis=0) >= 2 * _OUTPUT_LEVELS
    return bool(told.any() and (steps[told] > 0).all())


def output_steps(values: NDArray) -> NDArray:
    """Give the step of the grid that each column of (n, width) values lies on, (width,); 0 where it lies on none."""
    exact = np.sort(values.astype(np.float64), axis=0)
    gaps = np.diff(exact, axis=0)
    spacing = np.spacing(np.abs(values).max(axis=0)).astype(np.float64)
    steps = np.where(gaps > 4 * spacing, gaps, np.inf).min(axis=0, initial=np.inf)
    found = np.zeros(values.shape[1])
    for part in range(1, _STEP_PARTS + 1):
        tried = np.where(np.isfinite(steps), steps / part, 1.0)
        places = (exact - exact[0]) / tried
        even = (np.abs(places - np.round(places)) <= _UNEVEN + 2 * spacing / tried).all(axis=0)
        few = (places[-1] <= _INT8_LEVELS) & ((gaps > 4 * spacing).sum(axis=0) >= _OUTPUT_LEVELS)
        found = np.where((found == 0) & even & few & np.isfinite(steps), tried, found)
    return found


def _on_float16(values: NDArray) -> bool:
    with np.errstate(over="ignore"):
        return values.dtype == np.float16 or _near(values.astype(np.float16), values)


def _on_bfloat16(values: NDArray) -> bool:
    rounded = (values.astype(np.float32).view(np.uint32) + np.uint32(0x8000)) & np.uint32(0xFFFF0000)
    return _near(rounded.view(np.float32), values)


def _near(rounded: NDArray, values: NDArray) -> bool:
    """Tell whether values are what they were rounded to; six printed digits may hide the last bits."""
    return bool((np.abs(rounded.astype(np.float64) - values) <= _PRINTED * np.abs(values)).all())


def _on_int8(values: NDArray) -> bool:
    exact = np.unique(values.astype(np.float64))  # numpy 2.4 does not sort float16 rightly everywhere
    if not 1 < len(exact) <= _INT8_LEVELS:
        return False
    spacing = float(np.spacing(np.abs(values).max()))
    above, span = exact - exact[0], exact[-1] - exact[0]
    tried = ((above, np.diff(exact).min()), (exact, np.abs(exact).max() / 127), (above, span / 255))
    return any(_on_steps(places, float(step), spacing) for places, step in tried)


def _on_steps(levels: NDArray, step: float, spacing: float) -> bool:
    """Tell whether levels are whole steps, but for the rounding of their own floats."""
    off = np.abs(levels - np.round(levels / step) * step).max()
    return bool(off <= max(1e-2 * step, spacing) < step / 4)


def _on_decimals(digits: int) -> Callable[[NDArray], bool]:
    def on_grid(values: NDArray) -> bool:
        usual = values.dtype.type(np.median(np.abs(values.astype(np.float64))))
        told = 4 * np.spacing(usual) <= 10.0**-digits  # finer decimals hold every float of this size
        return bool(told and (np.round(values.astype(np.float64), digits).astype(values.dtype) == values).all())

    return on_grid


_GRIDS: tuple[tuple[str, Callable[[NDArray], bool]], ...] = (
    *((f"{digits}-decimal", _on_decimals(digits)) for digits in _DECIMALS),
    ("int8", _on_int8),
    ("bfloat16", _on_bfloat16),
    ("float16", _on_float16),
)


def _dead(stage: Stage, values: NDArray) -> str:
    if stage.name != "features" or len(values) < CONTEXT_ROWS:
        return ""
    dead = int((values == 0).all(axis=0).sum())
    return f"{dead} of {values.shape[1]} outputs are zero in every frame" if dead else ""


def _untrained(stage: Stage, values: NDArray) -> str:
    """Default weights let through a fiftieth of the signal, and hardly tell one window from another."""
    if stage.name != "features" or len(values) < CONTEXT_ROWS or not np.isfinite(values).all():
        return ""
    largest = float(np.abs(values).max(initial=0))
    if not 0 < largest < _UNTRAINED_RANGE:
        return ""
    rows = values[:: 1 + len(values) // _LIKENED].astype(np.float64)
    rows = rows[rows.std(axis=1, dtype=np.float64) > 0]
    alike = float(np.corrcoef(rows).mean()) if len(rows) > 1 else 0.0
    if alike < _UNTRAINED_ALIKE:
        return ""
    return f"values up to {largest:.2g}, rows that correlate by {alike:.2f}: as of weights that were never trained"


def _zero_fill(stage: Stage, values: NDArray) -> str:
    if stage.name != "tensors" or values.shape[1] <= _CONTEXT_VALUES or values[:, _CONTEXT_VALUES:].any():
        return ""
    share = 100 * (1 - _CONTEXT_VALUES / values.shape[1])
    return f"{share:g} % of every tensor is zero filling behind the 8,192 values"


_CHECKS: dict[str, Callable[[Stage, NDArray], str]] = {
    "nan_inf": _nan_inf,
    "all_zero": _all_zero,
    "constant": _constant,
    "repeated": _repeated,
    "tiled_context": _tiled,
    "negative": _negative,
    "grid": _grid,
    "dead": _dead,
    "untrained": _untrained,
    "zero_fill": _zero_fill,
}

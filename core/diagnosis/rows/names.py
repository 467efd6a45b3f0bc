"""What is said of the rows that were identified: each change as a fault of the port."""

from ...run import StageName
from ..hypotheses import Hypothesis
from .changes import Change, Limited, Lines, Normalised, Ordered, Scaled, Taken
from .identify import Identity
from .orders import order_name
from .places import Rule

_GAIN_FIX = "remove the factor on the features; the encoder's output is used as it is"
_OFFSET_FIX = "remove what is added to the features; the encoder's output is used as it is"
_NORM_FIX = "do not normalise the values; the stage before gives them as they are used"
_ORDER_FIX = "write the values of each item in the order in which the stage computes them"
_ROWS_FIX = "compare raw rows with raw rows: padded row r is the feature row of frame r - 1"
_RATE_FIX = "give one row for each video frame, computed from its own window"
_TIME_FIX = "write the rows in the order of time, from the first frame on"
_LIMIT_FIX = "do not cut the values off; the encoder's output has no upper limit"
NO_RELU = Hypothesis("no_relu", "missing", "end the encoder in a ReLU", "features", block=(("relu", "missing"),))

_STATISTICS = {
    "length": "length 1",
    "mean_sd": "mean 0 and deviation 1",
    "min_max": "0 to 1",
    "max": "a maximum of 1",
    "sum": "a sum of 1",
    "mean": "mean 0",
}
_OVERS = {"row": "each row", "value": "each output in time", "all": "all values"}
RULE_FAULTS = {
    "shifted": ("row_offset", "{}", _ROWS_FIX),
    "every": ("decimated", "every {}", _RATE_FIX),
    "left_out": ("decimated", "without {}", _RATE_FIX),
    "repeated": ("repeated_rows", "{}", _RATE_FIX),
    "rate": ("repeated_rows", "the nearest at {}", _RATE_FIX),
    "interpolated": ("interpolated", "{}", _RATE_FIX),
    "reversed": ("row_order", "{}", _TIME_FIX),
    "rotated": ("row_order", "rotated {}", _TIME_FIX),
    "shuffled": ("row_order", "{}", _TIME_FIX),
}
"""Of a kind of rule: the fault's name, its value, and what to do."""
OTHER_ROWS = frozenset({name for name, _, _ in RULE_FAULTS.values()} | {"frame_rate"})
"""Faults with which rows are those of other moments: their number and their repeats are no faults of their own."""

BROUGHT_ABOUT = {
    **dict.fromkeys(OTHER_ROWS, ("buffer_reuse",)),
    "normalised": ("no_relu",),
    "hidden_offset": ("no_relu",),
}
"""Of a fault: those that its values only seem to show, too."""


def named(found: Identity, shape: tuple[int, ...], stage: StageName) -> tuple[Hypothesis, ...]:
    """Give the faults by which items of a shape are what they were identified as."""
    faults = [NO_RELU] if found.relu else []
    if found.rule:
        faults.append(_rule_fault(found.rule, stage))
    if found.order is not None:
        changes = (Ordered(found.order),)
        faults.append(Hypothesis("axis_order", order_name(found.order, shape), _ORDER_FIX, stage, rows=changes))
    for change in found.scale.changes:
        faults += _scale_faults(change, stage)
    return tuple(faults)


def gain_fault(gain: float, stage: StageName = "features") -> Hypothesis:
    """Give the fault of a factor on the values of a stage."""
    return Hypothesis("hidden_gain", f"{gain:.6g}", _GAIN_FIX, stage, rows=(Scaled(gain),))


def _rule_fault(rule: Rule, stage: StageName) -> Hypothesis:
    id, value, fix = RULE_FAULTS[rule.kind]
    return Hypothesis(id, value.format(rule.value), fix, stage, rows=(Taken(rule.places),))


def _scale_faults(change: Change, stage: StageName) -> list[Hypothesis]:
    if isinstance(change, Normalised):
        value = f"{_OVERS[change.over]} to {_STATISTICS[change.statistic]}"
        return [Hypothesis("normalised", value, _NORM_FIX, stage, rows=(change,))]
    if isinstance(change, Lines):
        return [Hypothesis("normalised", "each output by its own factor and offset", _NORM_FIX, stage, rows=(change,))]
    if isinstance(change, Limited):
        return [Hypothesis("saturated", f"{change.high:.6g}", _LIMIT_FIX, stage, rows=(change,))]
    if isinstance(change, Scaled):
        gain = [gain_fault(change.gain, stage)] if change.gain != 1 else []
        offset = Scaled(1.0, change.offset)
        added = [Hypothesis("hidden_offset", f"{change.offset:+.6g}", _OFFSET_FIX, stage, rows=(offset,))]
        return gain + (added if change.offset else [])
    return []

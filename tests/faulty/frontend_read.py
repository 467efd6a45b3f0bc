"""What a recipe says in a file, read as a front end of the second implementation."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

from .frontend import FrontEnd

Values = Mapping[str, Any]
PLAIN = FrontEnd(log="", points=0)
"""A front end whose every block is left out but frames, spectrum and bank."""
_SAME: Mapping[str, Mapping[str, str]] = {
    "gain": {"factor": "gain"},
    "preemphasis": {"coefficient": "emphasis"},
    "preemphasis_frame": {"coefficient": "frame_emphasis"},
    "chunks": {"size": "chunk"},
    "frame": {"length": "length", "hop": "hop", "placement": "placement"},
    "remove_dc": {},
    "window": {"family": "family", "length": "window_length"},
    "fft": {"n": "points", "power": "power", "inside": "inside", "scale": "spectrum_scale"},
    "filterbank": {"bands": "bands", "fmin": "fmin", "scale": "scale", "norm": "norm", "bins": "bins",
                   "nyquist": "nyquist"},
    "drop": {"last": "drop_last"},
    "log": {"base": "log", "multiplier": "multiplier", "floor": "floor"},
    "top": {"below": "top", "rows": "top_rows"},
    "affine": {"multiply": "multiply", "add": "add"},
    "level": {},
    "clip": {"high": "clip"},
    "normalise": {"axis": "statistics", "statistic": "normalise", "ddof": "ddof", "eps": "eps", "padding": "cleared"},
}  # fmt: skip
"""The kinds that can be computed, and their parameters that have the same value in both."""


def _levelled(block: Values) -> Values:
    """Decibels from min to 0 above the reference level, to the range."""
    low = 0.0 if block["range"] == "positive" else -block["max_abs"]
    slope = (block["max_abs"] - low) / -block["min"]
    return {"multiply": slope, "add": block["max_abs"] - slope * block["ref"]}


_FURTHER: Mapping[str, Callable[[Values], Values]] = {
    "preemphasis": lambda block: {"emphasis_held": block["initial"] == "hold"},
    "preemphasis_frame": lambda block: {"frame_emphasis_held": block["initial"] != "zero"},
    "frame": lambda block: {"pad": {"zeros": "constant"}.get(block["pad"], block["pad"]),
                            "fill_last": block.get("last") == "fill"},
    "remove_dc": lambda _: {"remove_dc": True},
    "window": lambda block: {"symmetric": block["symmetry"] == "symmetric",
                             "window_left": block.get("align") == "left"},
    "filterbank": lambda block: {"mel_triangles": block["domain"] == "mel"},
    "log": lambda block: {"floor_added": block["guard"] == "add"},
    "level": _levelled,
    "top": lambda block: {"top_scope": "frame" if block["scope"] == "frame" else "all"},
}  # fmt: skip
"""What else a block says."""
_BEHIND = ("windows", "onnx", "pad_rows", "context", "layout", "stack", "patches")
"""Kinds of blocks that stand behind the features."""


def front_end(recipe: Values) -> FrontEnd | None:
    """Give a recipe as `tomllib` reads it as a front end; None where it has what this implementation lacks."""
    blocks = list(takewhile(lambda block: block["kind"] not in _BEHIND, recipe["block"]))
    kinds = [block["kind"] for block in blocks]
    if any(kind not in _SAME or kinds.count(kind) > 1 for kind in kinds):
        return None
    port = replace(PLAIN, rate=recipe["rate"])
    for block in blocks:
        kind = block["kind"]
        same = {field: block[name] for name, field in _SAME[kind].items() if name in block}
        port = replace(port, **same, **_FURTHER.get(kind, lambda _: {})(block))
    bank = blocks[kinds.index("filterbank")] if "filterbank" in kinds else {"fmax": 0.0}
    top = bank["fmax"] if bank["fmax"] > 0 else port.rate / 2 + bank["fmax"]
    late = "drop" in kinds and "log" in kinds and kinds.index("drop") > kinds.index("log")
    return replace(port, fmax=top, drop_late=late)

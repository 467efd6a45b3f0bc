"""What a recipe says in a file, read as a front end of the second implementation."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .frontend import FrontEnd

PLAIN = FrontEnd(log="", points=0)
"""A front end whose every block is left out but frames, spectrum and bank."""
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "frame": {"length": "length", "hop": "hop", "placement": "placement"},
    "window": {"family": "family", "length": "window_length"},
    "fft": {"n": "points", "power": "power", "inside": "inside", "scale": "spectrum_scale"},
    "filterbank": {"bands": "bands", "fmin": "fmin", "scale": "scale", "norm": "norm", "bins": "bins",
                   "nyquist": "nyquist"},
    "log": {"base": "log", "multiplier": "multiplier", "floor": "floor"},
    "top": {"below": "top", "rows": "top_rows"},
    "affine": {"multiply": "multiply", "add": "add"},
    "normalise": {"axis": "statistics", "statistic": "normalise", "ddof": "ddof", "eps": "eps", "padding": "cleared"},
}  # fmt: skip
"""Parameters that have the same value in both."""


def front_end(recipe: Mapping[str, Any]) -> FrontEnd | None:
    """Give a recipe as `tomllib` reads it as a front end; None where it has what this implementation lacks."""
    port = replace(PLAIN, rate=recipe["rate"], bands_first=recipe["block"][-1].get("axes", [""])[0] == "band")
    seen: list[str] = []
    for block in recipe["block"]:
        kind = block["kind"]
        changes = _changes(kind, block, seen, port.rate)
        if changes is None or (kind in seen and kind not in ("clip", "gain")):
            return None
        seen.append(kind)
        port = replace(port, **changes)
    return port


def _changes(kind: str, block: Mapping[str, Any], seen: list[str], rate: int) -> dict[str, Any] | None:
    """Give the fields that a block sets; None where it cannot be computed here."""
    same = {field: block[name] for name, field in _FIELDS.get(kind, {}).items() if name in block}
    match kind:
        case "gain":
            return {"gain": block["factor"]}
        case "preemphasis":
            return {"emphasis": block["coefficient"], "emphasis_held": block["initial"] == "hold"}
        case "preemphasis_frame":
            return {"frame_emphasis": block["coefficient"], "frame_emphasis_held": block["initial"] != "zero"}
        case "frame":
            return same | {"pad": {"zeros": "constant"}.get(block["pad"], block["pad"]),
                           "fill_last": block.get("last") == "fill"}  # fmt: skip
        case "chunks":
            return {"chunk": block["size"]}
        case "remove_dc":
            return {"remove_dc": True}
        case "window":
            return same | {"symmetric": block["symmetry"] == "symmetric", "window_left": block.get("align") == "left"}
        case "filterbank":
            top = block["fmax"] if block["fmax"] > 0 else rate / 2 + block["fmax"]
            return same | {"fmax": top, "mel_triangles": block["domain"] == "mel"}
        case "drop":
            return {"drop_last": block["last"], "drop_late": "log" in seen or "top" in seen}
        case "log":
            return same | {"floor_added": block["guard"] == "add"}
        case "level":
            low, high = (0.0 if block["range"] == "positive" else -block["max_abs"]), block["max_abs"]
            slope = (high - low) / -block["min"]
            return {"multiply": slope, "add": high - slope * block["ref"]}
        case "clip" if block["low"] == -block["high"]:
            return {"clip": block["high"]}
        case "top":
            return same | {"top_scope": "frame" if block["scope"] == "frame" else "all"}
        case "fft" | "affine" | "normalise":
            return same
    return None

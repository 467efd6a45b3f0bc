"""Dumps of this mel stage as libraries' defaults give them, with their truth; `data/make_profiles.py` makes them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .frontend import SYNCTALK, FrontEnd
from .port import Array

DATA = Path(__file__).parents[1] / "data"
Truth = Mapping[str, Any]
_FIELDS = {
    "frame.placement": "placement", "frame.pad": "pad", "window.family": "family", "fft.n": "points",
    "fft.power": "power", "fft.scale": "spectrum_scale", "filterbank.scale": "scale", "filterbank.norm": "norm",
    "filterbank.bins": "bins", "filterbank.fmin": "fmin", "filterbank.fmax": "fmax", "log.base": "log",
    "log.multiplier": "multiplier", "log.floor": "floor",
}  # fmt: skip
_SWITCHES: Mapping[tuple[str, Any], Mapping[str, Any]] = {
    ("preemphasis", "missing"): {"emphasis": 0.0},
    ("preemphasis_frame", "added"): {"frame_emphasis": 0.97},
    ("remove_dc", "added"): {"remove_dc": True},
    ("gain", "added"): {"gain": 32768.0},
    ("frame.last", "fill"): {"fill_last": True},
    ("window.symmetry", "symmetric"): {"symmetric": True},
    ("filterbank.domain", "mel"): {"mel_triangles": True},
    ("log", "missing"): {"log": ""},
    ("log.guard", "add"): {"floor_added": True},
    ("top", "added"): {"top": 80.0},
    ("normalise", "added"): {"normalise": "max"},
    ("level", "missing"): {"multiply": 1.0, "add": 0.0},
    ("clip", "missing"): {"clip": 0.0},
}


@cache
def truths() -> Mapping[str, Truth]:
    """Give the truth of every dump that the tests have."""
    found: Mapping[str, Truth] = json.loads((DATA / "profiles.json").read_text(encoding="utf-8"))
    return found


def dump(name: str) -> Array:
    """Give what a port wrote, (80, T) or (T, 80)."""
    with np.load(DATA / "profiles.npz") as arrays:
        return np.asarray(arrays[name])


def port_of(truth: Truth) -> FrontEnd:
    """Give the port of a truth in the second implementation."""
    changes: dict[str, Any] = {}
    for parameter, value in truth["changes"].items():
        if parameter in _FIELDS:
            changes[_FIELDS[parameter]] = value
        else:
            changes |= _SWITCHES[parameter, value]
    return replace(SYNCTALK, **changes)

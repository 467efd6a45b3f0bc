"""What a dump says about itself: ``metadata.json``, ``summary.json`` and sidecars such as ``mel.bin.json``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..base.errors import InputError
from ..base.printable import printable
from ..config import Config
from ..run import StageName, Statistics
from .raw_dtypes import dtype_word

Facts = Mapping[str, Mapping[str, Any]]

_KEYS: dict[str, StageName] = {
    "audio": "audio",
    "mel": "mel",
    "mel_spectrogram": "mel",
    "mel_windows": "windows",
    "windows": "windows",
    "features": "features",
    "features_raw": "features",
    "features_padded": "padded",
    "padded": "padded",
    "tensors": "tensors",
}
_MAX_LETTERS = 200
_LARGEST = 1e300
_MAX_AXES = 8
_MAX_NAME_BYTES = 255
"""Bytes of a file's name that file systems hold."""
_STATISTIC = re.compile(r"(\w+?)_(shape|range|value_range)")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the JSON file beside a data file says of it: the shape on disk and the type, where it does."""

    shape: tuple[int, ...] | None = None
    dtype: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a dump's metadata says of the whole run."""

    config: Config | None = None
    audio: str | None = None
    n_frames: int | None = None
    statistics: Mapping[StageName, Statistics] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def sidecar(facts: Facts, label: str) -> Sidecar:
    """Give what ``LABEL.json``, or the name with ``.json`` for its ending, says."""
    said = facts.get(f"{label}.json") or facts.get(f"{label.rpartition('.')[0]}.json") or {}
    shape = _shape(said.get("shape")) or _shape([said.get("num_frames"), said.get("feature_size")])
    dtype = said.get("dtype")
    return Sidecar(shape, dtype_word(dtype) if isinstance(dtype, str) else None)


def describe(facts: Facts, data_labels: set[str]) -> Description:
    """Put together what all files say that are not the sidecar of one of the data files."""
    merged: dict[str, Any] = {}
    for label, said in sorted(facts.items(), key=lambda item: item[0].count("/")):
        if not (label.endswith(".json") and label.removesuffix(".json") in data_labels):
            stats = said.get("stats")
            merged = {**said, **(stats if isinstance(stats, dict) else {}), **merged}
    n_frames = next(
        (merged[key] for key in ("n_frames", "total_frames", "num_frames") if _is_count(merged.get(key))), None
    )
    config, notes = _config(merged)
    audio = merged.get("audio_path")
    audio = audio if isinstance(audio, str) and _is_file_name(audio) else None
    statistics, renamed = _by_rows(_statistics(merged), n_frames)
    return Description(config, audio, n_frames, statistics, notes + renamed)


def _by_rows(
    stated: dict[StageName, Statistics], n_frames: int | None
) -> tuple[dict[StageName, Statistics], tuple[str, ...]]:
    """Take stated features that have two rows more than there are frames as what they are: padded ones."""
    features = stated.get("features", Statistics())
    if n_frames is None or "padded" in stated or not features.shape or features.shape[0] != n_frames + 2:
        return stated, ()
    note = f"the metadata's features have {features.shape[0]} rows for {n_frames} frames: padded ones"
    raw = replace(features, shape=(n_frames, *features.shape[1:]))
    return {**stated, "features": raw, "padded": features}, (note,)


def _config(said: Mapping[str, Any]) -> tuple[Config | None, tuple[str, ...]]:
    wanted = {key: said[key] for key in ("fps", "mode") if key in said}
    if not wanted:
        return None, ()
    try:
        return Config(**wanted), ()
    except InputError as error:
        return None, (f"the metadata's configuration cannot be used: {printable(error, _MAX_LETTERS)}",)


def _statistics(said: Mapping[str, Any]) -> dict[StageName, Statistics]:
    found: dict[StageName, Statistics] = {}
    for key, value in said.items():
        match = _STATISTIC.fullmatch(key)
        stage = _KEYS.get(match[1]) if match else None
        if match is None or stage is None:
            continue
        known = found.get(stage, Statistics())
        if match[2] == "shape":
            found[stage] = replace(known, shape=_shape(value))
        elif _is_range(value):
            found[stage] = replace(known, minimum=float(value[0]), maximum=float(value[1]))
    return found


def _shape(value: Any) -> tuple[int, ...] | None:
    axes = isinstance(value, list) and 0 < len(value) <= _MAX_AXES and all(map(_is_count, value))
    return tuple(value) if axes else None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40


def _is_range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(end, int | float) and not isinstance(end, bool) and abs(end) < _LARGEST for end in value)
    )


def _is_file_name(path: str) -> bool:
    """Tell whether a path ends in what a file can be called."""
    name = Path(path).name
    return "\0" not in path and 0 < len(name.encode(errors="replace")) <= _MAX_NAME_BYTES

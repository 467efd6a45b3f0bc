"""A second implementation of the whole front end in plain numpy, with every fault that real ports have as an option."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from .downstream import Encoders, context_windows, encoded, frame_tensors, padded_rows
from .mel import mel_spectrogram
from .port import Array, Port
from .reading import read

Form = Literal["float32", "float16", "text"]
_FILES = {
    "mel": "mel_spectrogram",
    "windows": "mel_windows",
    "features": "audio_features_raw",
    "padded": "audio_features_padded",
    "tensors": "frame_tensors",
}
STEPS: Mapping[Form, float] = {"float32": 2.0**-22, "float16": 2.0**-9, "text": 5e-6}
"""Half a step of each form's values at 4, which is the largest mel value."""


def run(data: bytes, port: Port, encoders: Encoders, until: Literal["mel", "tensors"] = "tensors") -> dict[str, Array]:
    """Compute the stages of the bytes of a WAV file; other than 80 bands end with the mel stage."""
    mel = mel_spectrogram(read(data, port), port)
    if port.overflow == "mel":
        mel = np.where(mel > np.quantile(mel, 0.999), np.inf, mel)
    stages = {"mel": mel}
    if len(mel) == 80 and until == "tensors":
        windows = context_windows(mel, port)
        features = encoded(windows, port, encoders)
        if port.overflow == "features":
            features = np.where(features > np.quantile(features, 0.999), np.nan, features)
        padded = padded_rows(features, port)
        raw = padded[: len(features)] if port.padded_as_raw else features
        tensors = frame_tensors(padded, len(features), port)
        stages |= {"windows": windows, "features": raw, "padded": padded, "tensors": tensors}
    return {name: stored(values, name, port) for name, values in stages.items()}


def stored(values: Array, name: str, port: Port) -> Array:
    """Give what the port writes of a stage: the order of the mel's values, and the grid that all values lie on."""
    if (port.written, name) in {("fortran", "mel"), ("rows_fortran", "features"), ("rows_fortran", "padded")}:
        values = values.ravel(order="F").reshape(values.shape)
    elif name == "mel" and port.written == "stride":
        values = np.pad(values, ((0, 0), (0, 1))).ravel()[: values.size].reshape(values.shape)
    if port.decimals >= 0:
        return np.round(values, port.decimals)
    return {"float16": half, "bfloat16": brain, "int8": byte}.get(port.precision, np.asarray)(values)


def half(values: Array) -> Array:
    return values.astype(np.float16).astype(np.float32)


def brain(values: Array) -> Array:
    bits = values.astype("<f4").view("<u4") & np.uint32(0xFFFF0000)
    return bits.view("<f4")


def byte(values: Array) -> Array:
    step = np.abs(values[np.isfinite(values)]).max() / 127
    return np.asarray(np.round(values / step) * step)


def write(stages: Mapping[str, Array], folder: Path, form: Form) -> Path:
    """Write a dump: one .npy file a stage, or decimal text as ports print it, of three frames only."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in stages.items():
        if form != "text":
            with np.errstate(over="ignore"):
                np.save(folder / f"{_FILES[name]}.npy", values.astype(form))
        elif values.ndim == 2:
            np.savetxt(folder / f"{_FILES[name]}.csv", values, "%.6g", ",")
    if form == "text" and "tensors" in stages:
        _write_frames(stages["tensors"], folder)
    return folder


def _write_frames(tensors: Array, folder: Path) -> None:
    (folder / "frames").mkdir(exist_ok=True)
    for frame in _shown(tensors):
        lines = [str(tensors[frame].size), *(f"{value:.6g}" for value in tensors[frame].ravel())]
        (folder / "frames" / f"frame_{frame:05d}.bin").write_text("\n".join(lines) + "\n")
    (folder / "metadata.json").write_text(json.dumps({"fps": 25, "mode": "ave", "stats": {"n_frames": len(tensors)}}))


def _shown(tensors: Array) -> list[int]:
    """Give the frames that a dump of text has."""
    return [0, len(tensors) // 2, len(tensors) - 1]


def _written(stages: Mapping[str, Array], form: Form) -> dict[str, Array]:
    """Give the values that a dump in this form has."""
    if form != "text":
        return dict(stages)
    shown = {"tensors": stages["tensors"][_shown(stages["tensors"])]} if "tensors" in stages else {}
    return {name: values for name, values in stages.items() if values.ndim == 2} | shown


def differ(one: Mapping[str, Array], other: Mapping[str, Array], form: Form) -> bool:
    """Tell whether two dumps in this form differ by more than their last place."""
    one, other = _written(one, form), _written(other, form)
    return set(one) != set(other) or any(_differ(one[name], other[name], STEPS[form]) for name in one)


def _differ(one: Array, other: Array, step: float) -> bool:
    if one.shape != other.shape:
        return True
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= 4 * step * np.maximum(1, np.abs(other) / 4)
    return not bool((near | (one == other) | (np.isnan(one) & np.isnan(other))).all())

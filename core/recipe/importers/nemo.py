"""NeMo ``model_config.yaml``: its preprocessor's mel spectrogram."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from ...checking import given, unknown
from ...errors import InputError
from ..block import Block
from ..kinds.values import Normalise
from ..presets import load_preset
from ..recipe import Recipe
from .settings import changed, refuse_if

_TARGET = "AudioToMelSpectrogramPreprocessor"
_PLACES = {
    "sample_rate": ("rate",),
    "features": ("filterbank.bands",),
    "n_fft": ("frame.length", "fft.n"),
    "preemph": ("preemphasis.coefficient",),
    "lowfreq": ("filterbank.fmin",),
    "highfreq": ("filterbank.fmax",),
    "mag_power": ("fft.power",),
}
_WINDOWS = {"hann": "hann", "hamming": "hamming", "blackman": "blackman", "ones": "rectangular", None: "hann"}
_FLOORS = {"tiny": 1.1754943508222875e-38, "eps": 1.1920928955078125e-07}
"""Words that stand for float32's smallest normal number and its resolution."""


def recipe_from_nemo(text: str, name: str) -> Recipe:
    """Make a recipe of the ``preprocessor`` of a model's configuration.

    Raises
    ------
    InputError
        No YAML, no preprocessor, or one that recipes do not cover.
    """
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"is not valid YAML ({error})") from None
    settings = document.get("preprocessor", document) if isinstance(document, dict) else None
    target = str(settings.get("_target_", settings.get("cls", ""))) if isinstance(settings, dict) else ""
    if not isinstance(settings, dict) or not target.endswith(_TARGET):
        raise InputError(f"has no preprocessor of the kind {_TARGET}" + (f"; it has {target}" if target else ""))
    recipe = changed(load_preset("nemo-80"), _sized(settings), _PLACES)
    recipe = _levels(_windowed(recipe, settings), settings)
    return replace(recipe, name=f"NeMo mel ({name})", checked_against="")


def _sized(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with the transform's length where it is left to the window's, and the top where it is Nyquist."""
    rate = given(settings.get("sample_rate", 16000), int, "sample_rate")
    window = _samples(settings, "window", rate, 0.025 if rate == 16000 else 0.02)
    n_fft = settings.get("n_fft") or 1 << max(window - 1, 1).bit_length()
    return {**settings, "sample_rate": rate, "n_fft": n_fft, "highfreq": settings.get("highfreq") or rate / 2}


def _samples(settings: Mapping[str, Any], what: str, rate: int, default: float) -> int:
    if (samples := settings.get(f"n_{what}_size")) is not None:
        return int(given(samples, int, f"n_{what}_size"))
    return int(given(settings.get(f"{what}_size", default), float, f"{what}_size") * rate)


def _windowed(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    window = settings.get("window", "hann")
    if window not in _WINDOWS:
        raise InputError(unknown("window", window, [name for name in _WINDOWS if name]))
    stride = settings.get("n_window_stride") or int(
        given(settings.get("window_stride", 0.01), float, "window_stride") * recipe.rate
    )
    length = _samples(settings, "window", recipe.rate, 0.025)
    recipe = recipe.replace("window.family", _WINDOWS[window]).replace("window.length", length)
    refuse_if(settings, "exact_pad", False)
    refuse_if(settings, "frame_splicing", 1)
    return recipe.replace("frame.hop", given(stride, int, "window_stride"))


def _levels(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    norm = settings.get("mel_norm", "slaney")
    recipe = recipe.replace("filterbank.norm", "none" if norm is None else norm)
    floor = settings.get("log_zero_guard_value", 2**-24)
    recipe = recipe.replace("log.floor", _FLOORS.get(floor, floor) if isinstance(floor, str) else float(floor))
    guard = settings.get("log_zero_guard_type", "add")
    recipe = recipe.replace("log.guard", {"clamp": "max"}.get(guard, guard))
    refuse_if(settings, "log", True)
    if settings.get("preemph", 0.97) in (None, 0):
        recipe = replace(recipe, blocks=tuple(block for block in recipe.blocks if block.kind != "preemphasis"))
    return _normalised(recipe, settings.get("normalize", "per_feature"))


def _normalised(recipe: Recipe, how: Any) -> Recipe:
    """The statistics: of each band, of all values, or none."""
    if how == "per_feature":
        return recipe
    *before, last = recipe.blocks
    if how == "all_features" and isinstance(last, Normalise):
        return replace(recipe, blocks=(*before, replace(last, axis="all")))
    if how in (None, False, "NA", "None", ""):
        kept: Block = replace(before[-1], stage=last.stage, axes=last.axes, dtype=last.dtype)
        return replace(recipe, blocks=(*before[:-1], kept))
    raise InputError(f"normalize {how!r} is not covered by recipes; per_feature, all_features and NA are")

"""NeMo ``model_config.yaml``: its preprocessor's mel spectrogram."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from ...base.checking import given
from ...base.errors import InputError
from ...base.words import shown
from ..kinds.rows import Drop, FitRows, PadRows
from ..kinds.values import Cmvn
from ..presets import load_preset
from ..recipe import Recipe
from .edits import behind, without
from .settings import Settings, changed, chosen, numbers, refuse_if, samples

_TARGET = "AudioToMelSpectrogramPreprocessor"
_DEFAULTS: dict[str, Any] = {
    "sample_rate": 16000,
    "window_size": 0.02,
    "window_stride": 0.01,
    "window": "hann",
    "normalize": "per_feature",
    "preemph": 0.97,
    "features": 64,
    "log": True,
    "log_zero_guard_type": "add",
    "log_zero_guard_value": 2**-24,
    "mel_norm": "slaney",
}
"""The preprocessor's own values of settings that a file may lack."""
_PLACES = {
    "sample_rate": ("rate",),
    "features": ("filterbank.bands",),
    "preemph": ("preemphasis.coefficient",),
    "lowfreq": ("filterbank.fmin",),
    "mag_power": ("fft.power",),
}
_ONLY: Mapping[str, tuple[Any, ...]] = {
    "exact_pad": (False,),
    "frame_splicing": (1,),
    "pad_value": (0,),
    "stft_conv": (False,),
    "stft_exact_pad": (False,),
}
_WINDOWS = {
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "none": "rectangular",
    "ones": "rectangular",
    None: "rectangular",
}
_GUARDS = {"add": "add", "clamp": "max"}
_FLOORS = {"tiny": 1.1754943508222875e-38, "eps": 1.1920928955078125e-07}
"""Words that stand for float32's smallest normal number and its resolution."""
_GRADIENT_GUARD = 1e-5
"""What is added to the squared magnitude where gradients are wanted."""


def recipe_from_nemo(text: str, name: str) -> Recipe:
    """Make a recipe of the ``preprocessor`` of a model's configuration, as NeMo 2 computes it in inference.

    Dither and the masking of high frequencies belong to training and are left out. ``pad_to`` counts where the file has
    it; NeMo's own transcription switches it off.

    Raises
    ------
    InputError
        No YAML, no preprocessor, or one that recipes do not cover.
    """
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"is not valid YAML ({error})") from None
    found = document.get("preprocessor", document) if isinstance(document, dict) else None
    target = found.get("_target_", found.get("cls", "")) if isinstance(found, dict) else ""
    if not isinstance(found, dict) or not isinstance(target, str) or not target.endswith(_TARGET):
        raise InputError(f"has no preprocessor of the kind {_TARGET}" + (f"; it has {shown(target)}" if target else ""))
    settings = {**_DEFAULTS, **found}
    for key, harmless in _ONLY.items():
        refuse_if(settings, key, *harmless)
    recipe = _framed(changed(load_preset("nemo-80"), settings, _PLACES), settings)
    recipe = _normalised(_levels(recipe, settings), settings["normalize"])
    recipe = _padded(recipe, settings.get("pad_to"))
    return replace(recipe, name=f"NeMo mel ({name})", checked_against="")


def _framed(recipe: Recipe, settings: Settings) -> Recipe:
    """Frames, window and transform; the transform is left to the window's length where the file has none."""
    length, hop = (_samples(settings, what, recipe.rate) for what in ("size", "stride"))
    n_fft = given(settings.get("n_fft") or 1 << (length - 1).bit_length(), int, "n_fft")
    for parameter, value in {
        "window.family": chosen(settings["window"], "window", _WINDOWS),
        "window.length": length,
        "frame.length": n_fft,
        "frame.hop": hop,
        "fft.n": n_fft,
        "fft.inside": _GRADIENT_GUARD if settings.get("use_grads") else 0.0,
        "filterbank.fmax": given(settings.get("highfreq") or recipe.rate / 2, float, "highfreq"),
    }.items():
        recipe = recipe.replace(parameter, value)
    return without(recipe, "preemphasis") if settings["preemph"] is None else recipe


def _samples(settings: Settings, what: str, rate: int) -> int:
    """A length in samples, which the file may give in seconds."""
    if (length := settings.get(f"n_window_{what}")) is not None:
        return int(given(length, int, f"n_window_{what}"))
    return samples(given(settings[f"window_{what}"], float, f"window_{what}") * rate, f"window_{what}")


def _levels(recipe: Recipe, settings: Settings) -> Recipe:
    norm, guard, floor = (settings[key] for key in ("mel_norm", "log_zero_guard_type", "log_zero_guard_value"))
    if isinstance(floor, str):
        floor = chosen(floor, "log_zero_guard_value", _FLOORS)
    if norm not in ("slaney", None):
        raise InputError(f"mel_norm {shown(norm)} is not covered by recipes; only 'slaney' and null are")
    recipe = recipe.replace("filterbank.norm", norm or "none")
    recipe = recipe.replace("log.guard", chosen(guard, "log_zero_guard_type", _GUARDS))
    recipe = recipe.replace("log.floor", given(floor, float, "log_zero_guard_value"))
    return recipe if settings["log"] else without(recipe, "log")


def _normalised(recipe: Recipe, how: Any) -> Recipe:
    """The statistics: of each band, of all values, of a data set, or none; the last row is beyond the signal: zeros."""
    if how == "per_feature":
        return recipe
    if how == "all_features":
        return recipe.replace("normalise.axis", "all")
    plain = without(recipe, "normalise")
    beyond = (Drop(last=1), PadRows(front=0, back=1, fill="zeros"))
    if isinstance(how, dict) and set(how) == {"fixed_mean", "fixed_std"}:
        deviations = numbers(how, "fixed_std")
        if 0 in deviations:
            raise InputError("fixed_std holds 0, which cannot be divided by")
        shift = tuple(-mean for mean in numbers(how, "fixed_mean"))
        return behind(plain, Cmvn(shift=shift, scale=tuple(1 / each for each in deviations)), *beyond)
    if how in (None, False, "NA", "None", ""):
        return behind(plain, *beyond)
    raise InputError(
        f"normalize {shown(how)} is not covered; per_feature, all_features, NA, and fixed_mean with fixed_std are"
    )


def _padded(recipe: Recipe, multiple: Any) -> Recipe:
    if multiple in (None, 0, 1):
        return recipe
    return behind(recipe, FitRows(multiple=given(multiple, int, "pad_to")))

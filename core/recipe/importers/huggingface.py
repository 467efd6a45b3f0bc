"""Hugging Face ``preprocessor_config.json``: the front ends of transformers' audio feature extractors."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...checking import unknown
from ...errors import InputError
from ..presets import load_preset
from ..recipe import Recipe
from .settings import changed, refuse_if

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Extractor:
    """A feature extractor as a shipped recipe, and the parameters that its configuration changes."""

    preset: str
    places: Mapping[str, tuple[str, ...]]
    finish: Callable[[Recipe, Settings], Recipe] = lambda recipe, _settings: recipe


def recipe_from_huggingface(text: str, name: str) -> Recipe:
    """Make a recipe of a ``preprocessor_config.json``.

    Raises
    ------
    InputError
        No JSON object, or an extractor that recipes do not cover.
    """
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not valid JSON ({error})") from None
    kind = settings.get("feature_extractor_type") if isinstance(settings, dict) else None
    if not isinstance(kind, str):
        raise InputError("names no feature_extractor_type, as a preprocessor_config.json does")
    if kind not in EXTRACTORS:
        raise InputError(unknown("feature_extractor_type", kind, tuple(EXTRACTORS)))
    extractor = EXTRACTORS[kind]
    refuse_if(settings, "dither", 0, 0.0)
    recipe = changed(load_preset(extractor.preset), settings, extractor.places)
    recipe = extractor.finish(recipe, settings)
    return replace(recipe, name=f"{kind} ({name})", checked_against="")


def _without(recipe: Recipe, kind: str) -> Recipe:
    return replace(recipe, blocks=tuple(block for block in recipe.blocks if block.kind != kind))


def _wav2vec2(recipe: Recipe, settings: Settings) -> Recipe:
    if settings.get("do_normalize", True):
        return recipe
    raise InputError("do_normalize false: the samples are taken as they are, so that there is nothing to compute")


def _ast(recipe: Recipe, settings: Settings) -> Recipe:
    if not settings.get("do_normalize", True):
        last = recipe.blocks[-1]
        kept = replace(recipe.blocks[-2], stage=last.stage, axes=last.axes, dtype=last.dtype)
        return replace(recipe, blocks=(*recipe.blocks[:-2], kept))
    mean, deviation = float(settings.get("mean", -4.2677393)), float(settings.get("std", 4.5689974))
    if deviation == 0:
        raise InputError("std 0 cannot be divided by")
    return recipe.replace("affine.multiply", 1 / (2 * deviation)).replace("affine.add", -mean / (2 * deviation))


def _clap(recipe: Recipe, settings: Settings) -> Recipe:
    """The Slaney bank of short clips; fusion has HTK filters without a norm."""
    refuse_if(settings, "top_db")
    if settings.get("truncation") == "fusion":
        return recipe.replace("filterbank.scale", "htk").replace("filterbank.norm", "none")
    return recipe


def _seamless(recipe: Recipe, settings: Settings) -> Recipe:
    return recipe if settings.get("do_normalize_per_mel_bins", True) else _without(recipe, "normalise")


def _gemma3n(recipe: Recipe, settings: Settings) -> Recipe:
    refuse_if(settings, "per_bin_mean")
    refuse_if(settings, "per_bin_stddev")
    refuse_if(settings, "preemphasis_htk_flavor", True)
    length = recipe.value("window.length") or recipe.value("crop.length")
    return recipe.replace("frame.length", length + 1)


def _granite(recipe: Recipe, settings: Settings) -> Recipe:
    return changed(recipe, settings.get("melspec_kwargs") or {}, _TORCHAUDIO)


def _whisper(recipe: Recipe, settings: Settings) -> Recipe:
    n_samples = settings.get("n_samples")
    if isinstance(n_samples, int) and n_samples > 0:
        return recipe.replace("fit_signal.seconds", n_samples / recipe.rate)
    return recipe


_RATE = {"sampling_rate": ("rate",)}
_TORCHAUDIO = {
    "sample_rate": ("rate",),
    "n_fft": ("frame.length", "fft.n"),
    "win_length": ("window.length",),
    "hop_length": ("frame.hop",),
    "n_mels": ("filterbank.bands",),
}
_STFT = {"n_fft": ("frame.length", "fft.n"), "hop_length": ("frame.hop",), "feature_size": ("filterbank.bands",)}

EXTRACTORS: dict[str, _Extractor] = {
    "WhisperFeatureExtractor": _Extractor(
        "whisper-80-30s", {**_RATE, **_STFT, "chunk_length": ("fit_signal.seconds",)}, _whisper
    ),
    "ParakeetFeatureExtractor": _Extractor(
        "nemo-80",
        {**_RATE, **_STFT, "win_length": ("window.length",), "preemphasis": ("preemphasis.coefficient",)},
    ),
    "SeamlessM4TFeatureExtractor": _Extractor(
        "seamless",
        {**_RATE, "num_mel_bins": ("filterbank.bands",), "stride": ("stack.size", "stack.hop", "fit_rows.multiple")},
        _seamless,
    ),
    "ClapFeatureExtractor": _Extractor(
        "clap",
        {
            **_RATE,
            "feature_size": ("filterbank.bands",),
            "fft_window_size": ("frame.length", "fft.n"),
            "hop_length": ("frame.hop",),
            "frequency_min": ("filterbank.fmin",),
            "frequency_max": ("filterbank.fmax",),
        },
        _clap,
    ),
    "Wav2Vec2FeatureExtractor": _Extractor("wav2vec2", _RATE, _wav2vec2),
    "ASTFeatureExtractor": _Extractor(
        "ast", {**_RATE, "num_mel_bins": ("filterbank.bands",), "max_length": ("fit_rows.rows",)}, _ast
    ),
    "Gemma3nAudioFeatureExtractor": _Extractor(
        "gemma3n",
        {
            **_RATE,
            "feature_size": ("filterbank.bands",),
            "frame_length": ("crop.length",),
            "hop_length": ("frame.hop",),
            "fft_length": ("fft.n",),
            "min_frequency": ("filterbank.fmin",),
            "max_frequency": ("filterbank.fmax",),
            "mel_floor": ("log.floor",),
            "preemphasis": ("preemphasis_frame.coefficient",),
        },
        _gemma3n,
    ),
    "GraniteSpeechFeatureExtractor": _Extractor("granite", _RATE, _granite),
}
"""The extractors whose front end recipes cover, by the name in their configuration."""

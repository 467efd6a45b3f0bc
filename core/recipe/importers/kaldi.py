"""Kaldi ``fbank.conf`` and ``mfcc.conf``: one option a line, with Kaldi's own defaults for the others."""

from contextlib import suppress
from dataclasses import replace
from math import isfinite
from typing import Any

from ...base.checking import unknown
from ...base.errors import InputError
from ..block import Block
from ..kinds.filterbank import Filterbank
from ..kinds.frames import Family, Frame, PreemphasisFrame, RemoveDc, Window
from ..kinds.signal import Dither, Gain
from ..kinds.spectrum import Fft
from ..kinds.values import Dct, Log
from ..recipe import Recipe
from .settings import chosen, samples

_DEFAULTS: dict[str, Any] = {
    "sample-frequency": 16000.0,
    "frame-length": 25.0,
    "frame-shift": 10.0,
    "preemphasis-coefficient": 0.97,
    "remove-dc-offset": True,
    "dither": 1.0,
    "window-type": "povey",
    "round-to-power-of-two": True,
    "snip-edges": True,
    "num-mel-bins": 23,
    "low-freq": 20.0,
    "high-freq": 0.0,
    "use-energy": False,
    "raw-energy": True,
    "energy-floor": 0.0,
    "use-log-fbank": True,
    "use-power": True,
    "htk-compat": False,
    "allow-downsample": False,
    "allow-upsample": False,
    "num-ceps": 13,
    "cepstral-lifter": 22.0,
    "blackman-coeff": 0.42,
    "subtract-mean": False,
    "debug-mel": False,
    "vtln-low": 100.0,
    "vtln-high": -500.0,
    "output-format": "kaldi",
    "verbose": 0,
}
"""Kaldi's defaults (feat/feature-window.h, mel-computations.h, feature-fbank.h, feature-mfcc.h, featbin)."""
_WINDOWS: dict[str, Family] = {
    "povey": "povey",
    "hanning": "hann",
    "hamming": "hamming",
    "rectangular": "rectangular",
    "blackman": "blackman",
}
_TRUTH = {"true": True, "false": False}
_EPSILON = float(2.0**-23)


def recipe_from_kaldi(text: str, name: str) -> Recipe:
    """Make a recipe of a configuration; a name with ``mfcc`` in it has cepstra.

    Raises
    ------
    InputError
        A line that is no option, an unknown option, or one that recipes do not cover.
    """
    mfcc = "mfcc" in name.lower()
    options = {**_DEFAULTS, "use-energy": mfcc, **_options(text)}
    for key in ("htk-compat", "subtract-mean", "blackman-coeff") + (() if mfcc else ("use-energy",)):
        if options[key] != _DEFAULTS[key]:
            raise InputError(f"{key}={options[key]} is not covered by recipes; only {_DEFAULTS[key]} is")
    blocks = (*_framed(options), *_bands(options))
    blocks = (*blocks, _cepstra(options)) if mfcc else blocks
    axes = ("column", "coefficient" if mfcc else "band")
    blocks = (*blocks[:-1], replace(blocks[-1], stage="features", axes=axes, dtype="float32"))
    rate = int(options["sample-frequency"])
    what = "MFCC" if mfcc else "filter bank"
    return Recipe(f"Kaldi {what} ({name})", rate, "left", "soxr_hq", blocks)


def _options(text: str) -> dict[str, Any]:
    options = {}
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        key, equals, value = line.removeprefix("--").partition("=")
        key = key.strip().replace("_", "-")
        if not line.startswith("--") or key not in _DEFAULTS:
            raise InputError(unknown("option", key, list(_DEFAULTS)))
        options[key] = _value(key, value.strip() if equals else "true")
    return options


def _value(key: str, text: str) -> Any:
    kind = type(_DEFAULTS[key])
    if kind is str:
        return text
    with suppress(ValueError, KeyError, OverflowError):
        value = _TRUTH[text.lower()] if kind is bool else kind(text)
        if isfinite(value):
            return value
    raise InputError(f"{key}={text:.60}: must be {'true or false' if kind is bool else 'a number'}")


def _framed(options: dict[str, Any]) -> tuple[Block, ...]:
    rate = options["sample-frequency"]
    length, hop = (samples(rate * 0.001 * options[key], key) for key in ("frame-length", "frame-shift"))
    snip = options["snip-edges"]
    frame = Frame(length=length, hop=hop, placement="start" if snip else "kaldi", pad="zeros" if snip else "symmetric")
    coefficient = options["preemphasis-coefficient"]
    n = 1 << (length - 1).bit_length() if options["round-to-power-of-two"] else length
    return (
        Gain(factor=32768.0),
        *([Dither(std=options["dither"])] if options["dither"] else []),
        frame,
        *([RemoveDc()] if options["remove-dc-offset"] else []),
        *([PreemphasisFrame(coefficient=coefficient, initial="hold")] if coefficient else []),
        Window(family=chosen(options["window-type"], "window-type", _WINDOWS), symmetry="symmetric"),
        Fft(n=n, power=2.0 if options["use-power"] else 1.0),
    )


def _bands(options: dict[str, Any]) -> tuple[Block, ...]:
    bank = Filterbank(
        bands=options["num-mel-bins"],
        fmin=options["low-freq"],
        fmax=options["high-freq"],
        scale="kaldi",
        norm="none",
        domain="mel",
        nyquist=False,
        stage="mel",
        axes=("column", "band"),
    )
    return (bank, Log(base="e", guard="max", floor=_EPSILON)) if options["use-log-fbank"] else (bank,)


def _cepstra(options: dict[str, Any]) -> Dct:
    return Dct(
        keep=options["num-ceps"],
        norm="ortho",
        lifter=options["cepstral-lifter"],
        energy=("frame" if options["raw-energy"] else "windowed") if options["use-energy"] else "none",
        energy_floor=max(options["energy-floor"], _EPSILON),
    )

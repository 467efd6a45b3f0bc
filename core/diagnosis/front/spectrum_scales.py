"""The factors that transforms come with: of their length, or of the window before them."""

from math import isclose

from ...recipe.kinds.frames import Frame, Window
from ...recipe.kinds.spectrum import Fft
from .chains import first_of
from .sampled import Blocks

RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000)
"""Sample rates, Hz, by which a density divides."""


def spectrum_scales(blocks: Blocks) -> dict[float, str]:
    """Give the scales that a chain's transform may have, and what they are called in reports."""
    transform, frame = first_of(blocks, Fft), first_of(blocks, Frame)
    if transform is None:
        return {}
    scales: dict[float, str] = {1.0: "1", 2.0: "2", 0.5: "1/2", 2**0.5: "sqrt(2), mirrored bins added to the power"}
    framed = {frame.length: "the frame's length"} if frame else {}
    lengths = {512: "512", 1024: "1024", **framed, transform.n: "N"}
    for length, name in lengths.items():
        own = {1 / length: f"1/{name}", 2 / length: f"2/{name}", 4 / length: f"4/{name}"}
        scales = {**own, length**-0.5: f"1/sqrt({name})", **scales}
    window = {scale: name for scale, name in _of_window(blocks, frame).items() if scale not in scales}
    return {**scales, **window}


def _of_window(blocks: Blocks, frame: Frame | None) -> dict[float, str]:
    """Those of the window: scipy.signal divides by its sum or density, torchaudio by the root of its energy."""
    window = first_of(blocks, Window)
    if frame is None or window is None:
        return {}
    weights = window.weights(frame.length)
    total, energy = float(weights.sum()), float(weights @ weights)
    densities = {(rate * energy) ** -0.5: "1/sqrt(rate x energy of the window)" for rate in RATES}
    of_sum = {1 / total: "1/sum of the window", 2 / total: "2/sum of the window"}
    return {**densities, **of_sum, energy**-0.5: "1/root of the window's energy"}


def scale_text(ratio: float, blocks: Blocks) -> str:
    """Say what a transform's scale is, as a share of the reference's."""
    known = spectrum_scales(blocks)
    return next((name for scale, name in known.items() if isclose(scale, ratio, rel_tol=1e-7)), f"{ratio:g}")

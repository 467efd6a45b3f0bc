"""What differences by a constant factor are called."""

from collections.abc import Iterator, Sequence
from math import isclose

from ...recipe.kinds.signal import Dither, Gain, NormaliseSignal
from .chains import first_of
from .change import ADDED, MISSING, Change, Rule, change, of
from .difference import Difference
from .sampled import Blocks
from .spectrum_scales import scale_text


def _gains(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    found = of(left, "gain", "gain.factor", "normalise_signal", "fft.scale")
    ours, theirs = first_of(reference, Gain), first_of(port, Gain)
    if "gain" in found or "gain.factor" in found:
        expected, factor = ours.factor if ours else 1.0, theirs.factor if theirs else 1.0
        ratio = factor / expected
        known = next((name for scale, name in _INT_NAMES if isclose(ratio, scale, rel_tol=1e-7)), "")
        used = [name for name in ("gain", "gain.factor") if name in found]
        if known:
            fix = "divide 16-bit samples by 32768" if expected == 1 else f"multiply the samples by {expected:g}"
            yield change("int_scale", known, "gain.factor", expected, fix=fix, used=used, found=factor)
        else:
            fix = f"give the samples with the factor {expected:g}, and no other gain"
            yield change("gain", f"{ratio:.6g}", "gain.factor", expected, fix=fix, used=used, found=factor)
    peak = found.get("normalise_signal")
    if peak and isinstance(peak.found, NormaliseSignal) and peak.found.how == "peak" and peak.expected is None:
        value = "peak" if peak.found.peak == 1 else f"peak to {peak.found.peak:g}"
        fix = "do not divide by the loudest sample"
        yield change("gain", value, "normalise_signal", MISSING, fix=fix, used=["normalise_signal"], found=ADDED)
    if "fft.scale" in found:
        one = found["fft.scale"]
        value = scale_text(one.found / one.expected, port)
        fix = "use the transform's plain sum: no factor 2 (vDSP), 1/N or 1/sqrt(N)"
        yield change("fft_scale", value, "fft.scale", one.expected, fix=fix, used=["fft.scale"], found=one.found)


_INT_NAMES = (
    (32768.0, "int16 range"),
    (32767.0, "32767"),
    (32768 / 32767, "divided by 32767"),
    (32767 / 32768, "multiplied by 32767/32768"),
    (1 / 32768, "divided twice"),
    (2147483648.0, "int32 range"),
)


def _power(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """The power of the spectrum, of which no root is taken: nothing is added under one."""
    found = of(left, "fft.power", "fft.inside")
    if len(found) < 2 or found["fft.inside"].found or found["fft.power"].found != POWER:
        return
    one = found["fft.power"]
    fix = f"take the magnitude of the spectrum, with {found['fft.inside'].expected:g} added under the root"
    yield change("power", one.found, "fft.power", one.expected, fix=fix, used=list(found))


POWER = 2.0


def _dither(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Noise that is added to the samples."""
    for one in left:
        if isinstance(one.found, Dither) and one.expected is None:
            value = f"{32768 * one.found.std:.2g} LSB rms"
            yield change("dither", value, "dither", MISSING, fix="add no noise", used=["dither"], found=ADDED)


GAIN_RULES: tuple[Rule, ...] = (_gains, _power, _dither)

"""The block that transforms frames into spectra."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from ...base.arrays import NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ..block import Block, Context, Level, parameter
from ..items import Items

Packing = Literal["none", "nyquist_in_dc", "even_odd", "packed_512"]
MAX_FFT = 1 << 17
_PACKED_LENGTH = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Fft(Block):
    """Transform each frame, zeros behind it, and take the magnitude of each bin to a power."""

    kind: ClassVar[str] = "fft"
    group: ClassVar = "spectrum"
    takes: ClassVar[tuple[Level, ...]] = ("frames",)
    gives: ClassVar[Level | None] = "spectrum"

    n: Annotated[int, Range(2, MAX_FFT)] = parameter("length of the transform, at least the frames'", "samples")
    power: Annotated[float, Range(0.01, 8)] = parameter("power of the magnitude: 1, or 2 for the power spectrum")
    scale: Annotated[float, Range(1e-9, 1e9)] = parameter("factor on the spectrum", default=1.0)
    inside: Annotated[float, Range(0, 1)] = parameter(
        "added to the squared magnitude before the root, as vocoders do: sqrt(re^2 + im^2 + inside)", default=0.0
    )
    packing: Packing = parameter(
        "nyquist_in_dc: the value at Nyquist read as the imaginary part of bin 0, as packed transforms keep it; "
        "even_odd: a complex transform of pairs of samples that was never untangled; packed_512: only the first 512 "
        "samples transformed in place, in a longer buffer of pairs",
        default="none",
    )

    def apply(self, items: Items, context: Context) -> Items:
        """Transform frame by frame.

        Raises
        ------
        InputError
            Frames that are longer than the transform.
        """
        if self.packing == "packed_512" and min(items.item_shape[0], self.n) < _PACKED_LENGTH:
            raise InputError(
                f"packing 'packed_512' transforms {_PACKED_LENGTH} samples; frames have {items.item_shape[0]}, "
                f"n is {self.n}"
            )
        if items.item_shape[0] > self.n:
            raise InputError(
                f"n {self.n} is less than the frames' {items.item_shape[0]} samples; use a longer transform, or a crop "
                "block before it where only the first samples are transformed"
            )
        bins = self.n // 2 + 1
        hz = np.fft.rfftfreq(self.n, 1.0 / items.rate)
        return replace(items.mapped(self.spectra, (bins,)), n_fft=self.n, hz=hz)

    def spectra(self, frames: NDArray) -> NDArray:
        """Give the spectra of frames, (k, length) to (k, n // 2 + 1) float64."""
        magnitude = _TRANSFORMS[self.packing](frames, self.n)
        if self.scale != 1:
            magnitude *= self.scale
        if self.inside:
            return (magnitude**2 + self.inside) ** (self.power / 2)
        return magnitude if self.power == 1 else magnitude**self.power


def _rfft(frames: NDArray, n: int) -> NDArray:
    return np.abs(np.fft.rfft(frames, n, axis=1))


def _nyquist_in_dc(frames: NDArray, n: int) -> NDArray:
    spectra = _rfft(frames, n)
    spectra[:, 0] = np.hypot(spectra[:, 0], spectra[:, -1])
    spectra[:, -1] = 0
    return spectra


def _even_odd(frames: NDArray, n: int) -> NDArray:
    whole = np.pad(frames, ((0, 0), (0, n - frames.shape[1])))
    half = np.abs(np.fft.fft(whole[:, : n - 1 : 2] + 1j * whole[:, 1:n:2], n // 2, axis=1))
    return np.pad(half, ((0, 0), (0, n // 2 + 1 - half.shape[1])))


def _packed_512(frames: NDArray, n: int) -> NDArray:
    """Packed in-place transform of the first 512 samples only.

    Even and odd samples lie as real and imaginary parts in one buffer of n / 2 pairs. A radix-2 routine asked for
    512 points transforms the first 256 pairs (with vDSP's factor 2) and leaves the others as they were: the bins from
    256 up are magnitudes of raw sample pairs. Bin 0 holds DC and Nyquist.
    """
    spectra = np.hypot(frames[:, : n - 1 : 2], frames[:, 1:n:2])
    packed = 2 * _nyquist_in_dc(frames[:, :_PACKED_LENGTH], _PACKED_LENGTH)
    spectra[:, : _PACKED_LENGTH // 2] = packed[:, :-1]
    return np.pad(spectra, ((0, 0), (0, n // 2 + 1 - spectra.shape[1])))


_TRANSFORMS = {"none": _rfft, "nyquist_in_dc": _nyquist_in_dc, "even_odd": _even_odd, "packed_512": _packed_512}

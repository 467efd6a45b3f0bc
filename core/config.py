"""All parameters of the pipeline in one frozen configuration; the defaults are the reference.

Besides the parameters of the definition, the audio and mel parts hold the switches by which real ports are known
to differ, so that a suspected fault can be computed: the reference with that one switch changed.
"""

import sys
from dataclasses import dataclass, field
from math import prod
from typing import Annotated, Literal

from .base.checking import Range, check
from .base.errors import InputError

Channel = Literal["mean", "sum", "left", "right"]
Resampler = Literal[
    "soxr_hq", "soxr_vhq", "soxr_mq", "soxr_lq", "soxr_qq", "linear", "linear_ends", "nearest", "average", "polyphase",
    "torchaudio", "kaiser_best", "kaiser_fast", "old_kaiser_best", "old_kaiser_fast", "fft", "ffmpeg", "ffmpeg_float",
]  # fmt: skip
Mode = Literal["ave", "hubert", "wenet"]
EdgePolicy = Literal["zeros", "repeat", "last_block"]

SAMPLE_RATE = 16000
MAX_SKIP = 10_000_000
"""Samples that `AudioConfig.skip_samples` may drop or add: far longer than any header."""
MAX_RATE = 1_000_000
"""Highest sample rate, Hz: above any recorder's."""
MIN_FPS, MAX_FPS = 0.01, 1000
"""Frame rates: from one picture in a hundred seconds to above any video's."""
PACKED_LENGTH = 512
"""Points of the transform of ``packed_512``."""
WINDOW_COLUMNS = 16
"""Mel columns in one context window of the encoder."""
COLUMNS_PER_SECOND = 80.0
"""Mel columns per second in the original's window formula: a constant there, whatever the hop length."""
HOP_LENGTH = 200
"""Samples from one mel column to the next."""
FRAME_RATE = 25
"""Video frames a second."""
FEATURE_SIZE = 512
"""Width of the encoder's output."""
CONTEXT_ROWS = 16
"""Feature rows in one frame tensor."""

TENSOR_SHAPES: dict[Mode, tuple[int, int, int]] = {
    "ave": (32, 16, 16),
    "hubert": (32, 32, 32),
    "wenet": (256, 16, 32),
}


# What a port may have and a computation can stand: a session file or a port's metadata could name anything.
MIN_LENGTH, MAX_LENGTH = 16, 16384
"""Samples of a transform, and of a window."""
MIN_HOP = 10
MAX_BANDS = 1024
MAX_PASSES = 16
MAX_FACTOR = 1e20
"""Factor on samples or spectra: full scale of 32-bit integers is 2e9, and its square 5e18."""
MAX_DB = 1e6
"""Levels and steps of levels, dB: float64 itself spans 12,000."""
MIN_SPAN_DB = 1e-3
"""Distance of levels that is mapped to the output's range, dB; it is divided by."""
MIN_FLOOR = 1e-300
"""What the logarithm is guarded with: it must not see 0."""
MIN_BASE, MAX_BASE = 1.01, 1000.0
"""Bases of the logarithm, which 1 is not."""
MIN_POWER, MAX_POWER = 0.01, 16.0
MAX_COEFFICIENT = 16.0
"""Magnitude of a filter's coefficient; that of pre-emphasis is below 1."""

Factor = Annotated[float, Range(-MAX_FACTOR, MAX_FACTOR)]
Length = Annotated[int, Range(MIN_LENGTH, MAX_LENGTH)]
Hz = Annotated[float, Range(0, MAX_RATE, "Hz")]


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """How a recording becomes mono samples; the defaults equal ``librosa.load(path, sr=16000)``.

    Attributes
    ----------
    sample_rate : int
        Rate after resampling, Hz.
    channel : str
        ``mean`` of the channels (reference), their ``sum``, or only the ``left`` or ``right`` one.
    interleaved : bool
        Read the interleaved samples of all channels as if they were one channel.
    resample : bool
        False keeps the file's samples as they are and calls them ``sample_rate``.
    resampler : str
        ``soxr_hq`` (reference), another soxr quality, ``linear`` interpolation, ``linear_ends`` (the same from the
        first sample to the last), ``nearest`` (no filter at all), ``average`` (of the samples up to the next place, as
        recorders in browsers do), ``polyphase`` (``scipy.signal.resample_poly``), ``fft`` (``scipy.signal.resample``),
        ``torchaudio`` (its default), ``kaiser_best`` and ``kaiser_fast`` (resampy; ``old_``: before its version 0.3,
        the default of librosa before 0.10), ``ffmpeg`` (``ffmpeg -ar``, on 16 bits) or ``ffmpeg_float``.
    skip_samples : int
        Samples dropped in front, or, negative, zeros put in front (a mistaken header length), at the file's rate.

    Raises
    ------
    InputError
        A field of another type, beyond its range, or with an unknown word.
    """

    sample_rate: Annotated[int, Range(1, MAX_RATE, "Hz"), "sample rate"] = SAMPLE_RATE
    channel: Channel = "mean"
    interleaved: bool = False
    resample: bool = True
    resampler: Resampler = "soxr_hq"
    skip_samples: Annotated[int, Range(-MAX_SKIP, MAX_SKIP)] = 0

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class MelConfig:
    """The mel stage; the defaults are the reference, every other value is a fault some port has had.

    Attributes
    ----------
    gain, int_scale : float
        Factors on the samples: any constant, and what full scale is mistaken by (32768 for int16 values that were
        never scaled).
    peak_normalise : bool
        Divide the samples by their largest absolute value.
    dither : float
        Standard deviation of Gaussian noise added to the samples (fixed seed).
    preemphasis, preemphasis_passes : float, int
        Coefficient a of y[t] = x[t] - a x[t-1], and how many times it is applied.
    preemphasis_state : str
        What the filter starts from: ``zero`` (y[0] = x[0], reference), ``hold`` (y[0] = x[0] - a x[0]), or ``librosa``
        (y[0] = 3 x[0] - x[1], what ``librosa.effects.preemphasis`` does by default).
    preemphasis_dtype : str
        Precision of the filter.
    n_fft, hop_length, win_length : int
        Transform length, hop and window length, samples.
    window, window_symmetry, window_align : str
        Window family, ``periodic`` or ``symmetric``, and where a window shorter than `n_fft` lies in it.
    center, pad_mode : bool, str
        Whether `n_fft` / 2 samples are padded on both sides, and with what.
    chunk_samples, chunk_columns : int or None, str
        Compute the recording in pieces of so many samples, without any overlap; keep ``all`` columns of each piece,
        or, ``trimmed``, as many as its samples are worth; or, ``joined``, let the frames reach across the pieces, so
        that only the filter begins anew in each.
    transform : str
        ``rfft``; ``nyquist_in_dc`` (packed real transform read as it lies in memory), ``even_odd`` (even and odd
        samples as real and imaginary parts, never untangled), ``packed_512`` (a packed 512-point transform on the
        longer frame: factor 2, bins from 256 up keep the raw sample pairs).
    fft_scale, power : float
        Factor on the spectrum, and the exponent of its magnitude.
    n_mels, fmin, fmax, mel_scale, mel_norm : int, float, float, str, str
        Bands, band edges in Hz, scale and area normalisation of the filter bank.
    triangle_domain : str
        Whether the triangles are straight in ``hz`` or in ``mel``.
    bin_width : str
        Bin frequencies that reach Nyquist in n_fft / 2 steps (``n``), in one less (``n-1``) or one more (``n+1``), or
        band edges ``floor``-ed to bins as in (n_fft + 1) f / sr.
    bin_shift : int
        Bins dropped in front: filter k meets bin k + `bin_shift`.
    log_base, log_multiplier, log_floor, log_guard, top_db : float, float, float, str, float or None
        S = log_multiplier * log(guarded magnitude); the guard is ``max(floor, .)`` or ``add`` floor + .; values more
        than `top_db` below the maximum are raised to it.
    ref_level, min_level, max_abs, clip, output_range
        S - ref_level (dB) maps [min_level, 0] (dB) to [-max_abs, max_abs] (``symmetric``) or [0, max_abs]
        (``positive``), clipped or not.
    precision : str
        Type that the finished values are rounded to (they are returned as float64).

    Raises
    ------
    InputError
        A field of another type, beyond its range, or with an unknown word; fields that do not go together, such as
        an `fmin` that is not below `fmax`.
    """

    gain: Factor = 1.0
    int_scale: Factor = 1.0
    peak_normalise: bool = False
    dither: Annotated[float, Range(0, MAX_FACTOR)] = 0.0
    preemphasis: Annotated[float, Range(-MAX_COEFFICIENT, MAX_COEFFICIENT)] = 0.97
    preemphasis_passes: Annotated[int, Range(0, MAX_PASSES)] = 1
    preemphasis_state: Literal["zero", "hold", "librosa"] = "zero"
    preemphasis_dtype: Literal["float64", "float32"] = "float64"

    n_fft: Length = 800
    hop_length: Annotated[int, Range(MIN_HOP, MAX_LENGTH)] = HOP_LENGTH
    win_length: Length = 800
    window: Literal["hann", "hamming", "povey", "blackman", "rectangular"] = "hann"
    window_symmetry: Literal["periodic", "symmetric"] = "periodic"
    window_align: Literal["center", "left"] = "center"
    center: bool = True
    pad_mode: Literal["constant", "reflect", "edge"] = "constant"
    chunk_samples: Annotated[int, Range(1, sys.maxsize)] | None = None
    chunk_columns: Literal["all", "trimmed", "joined"] = "all"

    transform: Literal["rfft", "nyquist_in_dc", "even_odd", "packed_512"] = "rfft"
    fft_scale: Factor = 1.0
    power: Annotated[float, Range(MIN_POWER, MAX_POWER)] = 1.0

    n_mels: Annotated[int, Range(1, MAX_BANDS)] = 80
    fmin: Hz = 55.0
    fmax: Hz = 7600.0
    mel_scale: Literal["slaney", "htk"] = "slaney"
    mel_norm: Literal["slaney", "none"] = "slaney"
    triangle_domain: Literal["hz", "mel"] = "hz"
    bin_width: Literal["n", "n-1", "n+1", "floor"] = "n"
    bin_shift: Annotated[int, Range(-MAX_LENGTH, MAX_LENGTH)] = 0

    log_base: Annotated[float, Range(MIN_BASE, MAX_BASE)] = 10.0
    log_multiplier: Factor = 20.0
    log_floor: Annotated[float, Range(MIN_FLOOR, MAX_FACTOR)] = 1e-5
    log_guard: Literal["max", "add"] = "max"
    top_db: Annotated[float, Range(0, MAX_DB)] | None = None
    ref_level: Annotated[float, Range(-MAX_DB, MAX_DB)] = 20.0
    min_level: Annotated[float, Range(-MAX_DB, -MIN_SPAN_DB)] = -100.0
    max_abs: Annotated[float, Range(1 / MAX_FACTOR, MAX_FACTOR)] = 4.0
    clip: bool = True
    output_range: Literal["symmetric", "positive"] = "symmetric"
    precision: Literal["float64", "float32", "float16"] = "float64"

    def __post_init__(self) -> None:
        check(self)
        if not self.fmin < self.fmax:
            raise InputError(f"fmin {self.fmin}: it must be below fmax, which is {self.fmax}")
        if self.transform == "packed_512" and self.n_fft < PACKED_LENGTH:
            raise InputError(f"n_fft {self.n_fft}: it must be at least {PACKED_LENGTH} for the transform 'packed_512'")
        if abs(self.bin_shift) > self.n_fft // 2:
            raise InputError(f"bin_shift {self.bin_shift}: it must be within the {self.n_fft // 2} bins above 0 Hz")

    @property
    def amplitude(self) -> float:
        """The constant factor on the spectrum, whatever its causes, beside normalisation to the peak."""
        return abs(self.gain * self.int_scale * self.fft_scale)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that decides what the pipeline computes from a recording.

    Attributes
    ----------
    fps : float
        Video frames per second, from 0.01 to 1000.
    mode : str
        Layout of the frame tensors: ``ave`` (32, 16, 16), ``hubert`` (32, 32, 32), ``wenet`` (256, 16, 32).
    edge : str
        What stands for context rows before the first and after the last: ``zeros`` (the original), ``repeat`` (the
        first or last row again), ``last_block`` (in front the first row again; a window that passes the end
        becomes 16 copies of the last row).

    Raises
    ------
    InputError
        A field of another type, a frame rate beyond its range, or an unknown mode or edge policy.
    """

    audio: AudioConfig = field(default_factory=AudioConfig)
    mel: MelConfig = field(default_factory=MelConfig)
    fps: Annotated[float, Range(MIN_FPS, MAX_FPS)] = FRAME_RATE
    mode: Mode = "ave"
    edge: Annotated[EdgePolicy, "edge policy"] = "zeros"

    def __post_init__(self) -> None:
        check(self)

    @property
    def tensor_shape(self) -> tuple[int, int, int]:
        """Shape (C, H, W) of one frame tensor in this mode."""
        return TENSOR_SHAPES[self.mode]

    @property
    def native_width(self) -> int:
        """Values in one row of native features of this mode: 512, 2048 or 8192."""
        return prod(self.tensor_shape) // CONTEXT_ROWS

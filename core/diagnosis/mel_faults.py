"""The table of the faults of the audio and mel stages, by where their traces show."""

from collections.abc import Sequence
from typing import Any, get_args

from ..config import Resampler
from .hypotheses import Changes, Encoding, Hypothesis, RawRead


def _values(id: str, name: str, values: Sequence[Any], fix: str, apart: str = "") -> tuple[Hypothesis, ...]:
    """One hypothesis a value of one field of the mel configuration."""
    return tuple(
        Hypothesis(id, f"{value:g}" if isinstance(value, float) else str(value), fix, mel=((name, value),), apart=apart)
        for value in values
    )


def _one(id: str, value: str, fix: str, apart: str = "", **mel: Any) -> Hypothesis:
    return Hypothesis(id, value, fix, mel=tuple(mel.items()), apart=apart)


_BIN_FIX = "drop no bin: the filters are over 401 bins, DC and Nyquist included"
_LENGTH_FIX = "use a window and a transform of 800 samples; a radix-2 routine needs a Bluestein or mixed-radix one"
_WIDTH_FIX = "bin k lies at k * 16000 / 800 Hz, k = 0 .. 400; do not round band edges to bins"
_EMPHASIS_FIX = "filter once with y[t] = x[t] - 0.97 x[t-1]"
_EDGE_PROBE = "a recording that is not silent at its ends shows the difference"
_SHIFT_PROBE = "an impulse in the middle shows the difference"

POWER = _one("power", "2", "take the magnitude of the spectrum, not its square", power=2.0)
_ADD_FIX = "guard the logarithm with max(1e-5, x), not x + floor"
ADDED_FLOOR = _one("log_floor", "added", _ADD_FIX, log_guard="add")
SHAPE_FAULTS: tuple[Hypothesis, ...] = (
    _one("mel_scale", "htk", "use the Slaney mel scale (librosa htk=False)", mel_scale="htk"),
    _one("mel_norm", "none", "divide each triangle by half its width in Hz (Slaney norm)", mel_norm="none"),
    _one("mel_triangle_domain", "mel", "make the triangles linear in Hz, not in mel", triangle_domain="mel"),
    *_values("mel_bin_width", "bin_width", ("n-1", "n+1", "floor"), _WIDTH_FIX),
    *_values("mel_bin_shift", "bin_shift", (1, -1), _BIN_FIX),
    *_values("fmin", "fmin", (0.0, 20.0, 30.0, 50.0, 80.0, 125.0, 300.0), "start the bands at 55 Hz"),
    *_values("fmax", "fmax", (8000.0, 7000.0, 6000.0, 4000.0), "end the bands at 7600 Hz"),
    _one("window_symmetry", "symmetric", "use a periodic Hann: divide by N, not N-1", window_symmetry="symmetric"),
    *_values("window_family", "window", ("hamming", "povey", "rectangular", "blackman"), "use a Hann window"),
    *_values("window_length", "win_length", (400, 512, 640), "use a window of 800 samples, centred in the transform"),
    *(
        _one("window_length", f"{n}, not centred", "use a window of 800 samples", win_length=n, window_align="left")
        for n in (400, 512, 640)
    ),
    _one("fft_size", "packed_512", _LENGTH_FIX, transform="packed_512"),
    _one("fft_size", "512", _LENGTH_FIX, n_fft=512, win_length=512),
    _one("fft_size", "512 of 800 windowed samples", _LENGTH_FIX, n_fft=512),
    _one("fft_size", "1024", _LENGTH_FIX, n_fft=1024),
    _one("fft_size", "1024, window too", _LENGTH_FIX, n_fft=1024, win_length=1024),
    _one("fft_size", "1024, zeros behind", _LENGTH_FIX, n_fft=1024, window_align="left"),
    _one(
        "fft_packing", "even_odd", "untangle the half-length complex transform of a real signal", transform="even_odd"
    ),
    _one(
        "fft_packing",
        "nyquist_in_dc",
        "the imaginary part of bin 0 is the Nyquist bin's value",
        "a tone at 8 kHz shows the difference",
        transform="nyquist_in_dc",
    ),
    POWER,
    ADDED_FLOOR,
    _one("preemphasis", "missing", _EMPHASIS_FIX, preemphasis=0.0),
    *_values("preemphasis", "preemphasis", (0.9, 0.95, 0.96, 0.98, 0.99, 1.0), _EMPHASIS_FIX),
    _one("preemphasis", "applied twice", _EMPHASIS_FIX, preemphasis_passes=2),
    _one("preemphasis", "float32", "filter in float64", preemphasis_dtype="float32"),
)
"""Seen everywhere in the spectrogram, and not as a straight line between the port's values and the reference's."""
EDGE_FAULTS: tuple[Hypothesis, ...] = (
    *_values("pad_mode", "pad_mode", ("reflect", "edge"), "pad with zeros (librosa pad_mode='constant')", _EDGE_PROBE),
    _one(
        "preemphasis",
        "held initial state",
        "start the filter from zero: y[0] = x[0]",
        _EDGE_PROBE,
        preemphasis_state="hold",
    ),
    _one(
        "preemphasis",
        "librosa's initial state",
        "start the filter from zero (zi=[0])",
        _EDGE_PROBE,
        preemphasis_state="librosa",
    ),
)
"""Seen in the first and last columns alone."""

CENTERING = _one(
    "centering",
    "none",
    "pad 400 zeros on both sides before framing (librosa center=True)",
    "the number of columns shows the difference",
    center=False,
)

HOPS: tuple[Hypothesis, ...] = _values(
    "hop", "hop_length", (80, 100, 128, 160, 256, 320, 400, 441, 512), "advance by 200 samples a column"
)
_CHUNK_FIX = "carry the last 800 samples and the filter's state over to the next chunk"
_CHUNK_LENGTHS = (
    *(1024, 1600, 2000, 2048, 2400, 3200, 4000, 4096, 4800, 6400, 8000, 8192, 9600, 12000, 16000, 16384, 20000),
    *(24000, 32000, 32768, 40000, 48000, 64000, 65536, 80000, 96000, 131072, 160000, 240000, 320000, 480000),
)


def chunk_fault(length: int, columns: str) -> Hypothesis:
    """Give the hypothesis of a stream in chunks of so many samples."""
    more = {"trimmed": ", spare columns cut", "joined": ", only the filter begins anew"}.get(columns, "")
    changes: Changes = (("chunk_samples", length), ("chunk_columns", columns))
    return Hypothesis("streaming", f"chunks of {length}{more}", _CHUNK_FIX, mel=changes)


CHUNKS: tuple[Hypothesis, ...] = tuple(chunk_fault(n, "all") for n in _CHUNK_LENGTHS)
"""Told by the number of columns."""
HIDDEN_CHUNKS: tuple[Hypothesis, ...] = tuple(
    chunk_fault(n, columns) for columns in ("trimmed", "joined") for n in _CHUNK_LENGTHS
)
"""Seen in the columns where chunks meet alone."""


def _audio(id: str, value: str, fix: str, apart: str = "", **audio: Any) -> Hypothesis:
    changes: Changes = tuple(audio.items())
    return Hypothesis(id, value, fix, "audio", audio=changes, apart=apart)


_CHANNEL_FIX = "take the mean of all channels"
_HEADER_FIX = "find the data chunk; a WAV header is not always 44 bytes long"
_FORMAT_FIX = "read bits per sample and format tag from the fmt chunk"
SUM = _audio("channel", "sum", _CHANNEL_FIX, channel="sum")
CHANNELS: tuple[Hypothesis, ...] = (
    _audio("channel", "left", _CHANNEL_FIX, channel="left"),
    _audio("channel", "right", _CHANNEL_FIX, channel="right"),
    SUM,
    _audio("interleaved", "read as mono", "split the interleaved channels before mixing them", interleaved=True),
)


def no_resample(rate: int) -> Hypothesis:
    """Give the hypothesis that samples of this rate, Hz, are used as if it were 16 kHz."""
    return _audio("no_resample", f"{rate} Hz", "resample to 16 kHz before anything else", resample=False)


_STEEP = "resample with soxr HQ, or one as steep"
RESAMPLERS: tuple[Hypothesis, ...] = tuple(
    _audio(
        "resampler",
        name,
        "resample with soxr HQ, or one as steep",
        "noise near 8 kHz shows the difference",
        resampler=name,
    )
    for name in sorted(get_args(Resampler), key=lambda name: name.startswith("soxr"))
    if name != "soxr_hq"
)
HEADERS: tuple[Hypothesis, ...] = (
    *(_audio("header_as_audio", f"{n} samples skipped", _HEADER_FIX, _SHIFT_PROBE, skip_samples=n) for n in (22, 44)),
    *(
        _audio("header_as_audio", f"{n} samples in front", _HEADER_FIX, _SHIFT_PROBE, skip_samples=-n)
        for n in (11, 22, 44)
    ),
    Hypothesis("header_as_audio", "header read as samples", _HEADER_FIX, "audio", raw=RawRead(0)),
    Hypothesis("header_as_audio", "44 bytes assumed", _HEADER_FIX, "audio", raw=RawRead(44)),
)
MISREAD: tuple[Hypothesis, ...] = tuple(
    Hypothesis("sample_format", f"read as {encoding}", _FORMAT_FIX, "audio", raw=RawRead(encoding=encoding))
    for encoding in get_args(Encoding)
)


def added_floor(floor: float) -> Hypothesis:
    """Give the hypothesis of a floor that is added to the magnitudes."""
    return _one("log_floor", f"+ {floor:.4g}", _ADD_FIX, log_guard="add", log_floor=floor)

"""What a port may do otherwise than the definition: one field for each, the definition's own choice as its default."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Port:
    """A port of the front end; without arguments it has no fault."""

    # The file.
    header: Literal["parsed", "assumed", "sounded"] = "parsed"
    stored: str = ""  # dtype that the samples are taken for; empty: what the header says
    full_scale: float = 32768.0  # what 16-bit samples are divided by
    channels: Literal["mean", "left", "right", "sum", "interleaved"] = "mean"
    resampling: Literal["soxr", "none", "linear", "polyphase"] = "soxr"
    gain: float | Literal["peak"] = 1.0
    dither: float = 0.0  # amplitude of triangular noise
    # Pre-emphasis.
    coefficient: float = 0.97
    passes: int = 1
    emphasis_dtype: str = "float64"
    held: bool = False  # the sample before the first is the first, not zero
    # The transform.
    streaming: int = 0  # samples a chunk; 0: in one go
    streamed: Literal["cut", "whole", "filtered"] = "cut"  # each chunk's surplus columns; else the filter alone
    centred: bool = True
    pad_mode: Literal["constant", "reflect", "edge"] = "constant"
    hop: int = 200
    frame: int = 800
    points: int = 800
    window_family: Literal["hann", "hamming", "povey", "rectangular", "blackman"] = "hann"
    window_length: int = 0  # 0: as long as the frame
    window_left: bool = False  # a shorter window at the frame's start, not in its middle
    symmetric: bool = False
    packing: Literal["", "packed_512", "even_odd", "nyquist"] = ""
    fft_scale: float = 1.0
    power: float = 1.0
    # The filter bank.
    mel_scale: Literal["slaney", "htk"] = "slaney"
    area: bool = True
    mel_triangles: bool = False
    gaps: int = 0  # how many more than there are between DC and Nyquist the bins are counted by
    floored: bool = False
    bin_shift: int = 0
    fmin: float = 55.0
    fmax: float = 7600.0
    bands: int = 80
    # The level.
    factor: float = 20.0
    logarithm: Literal["log10", "ln"] = "log10"
    floor: float = 1e-5
    floor_added: bool = False
    top_db: float = 0.0
    ref_level: float = 20.0
    min_level: float = -100.0
    max_abs: float = 4.0
    clipped: bool = True
    unit_range: bool = False
    # The windows.
    start: Literal["truncated", "rounded", "accumulated"] = "truncated"
    count_dtype: str = "float64"
    tail: Literal["clamped", "zeros", "dropped"] = "clamped"
    fed_transposed: bool = False
    # The features.
    encoder: Literal["encode", "linear", "stranger", "misloaded"] = "encode"
    hidden_gain: float = 1.0
    hidden_decimals: int = -1  # to which the features are rounded before the factor
    batch: int = 0  # rows normalised with their own statistics; 0: with the trained ones
    filled_batch: bool = False  # zeros stand for the windows that the last batch lacks
    served: Literal["", "constant", "repeated", "last", "unwritten"] = ""
    overflow: Literal["", "mel", "features"] = ""
    # The padded rows and the tensors.
    padding: Literal["repeat", "none", "front", "back", "zeros", "zeros in front", "zeros behind"] = "repeat"
    padded_as_raw: bool = False
    tiled: bool = False
    context: int | Literal["dropped"] = 0  # rows that the context lies too late, or 17 rows less the middle one
    edge: Literal["zeros", "repeat", "last_block"] = "zeros"
    tensor_order: Literal["", "transposed", "channels_last", "rows_first", "fortran"] = ""
    filled: bool = False  # hubert tensors, zeros where native features belong
    # What is written.
    written: Literal["", "fortran", "stride", "rows_fortran"] = ""
    precision: Literal["", "float16", "bfloat16", "int8"] = ""
    decimals: int = -1
    arithmetic: str = "float64"  # what the mel stage is computed in

"""The faults of real ports, each as what it changes in a port and what a diagnosis should call it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isclose
from typing import Any

from .audio import Kind
from .port import Port


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with one value.

    Attributes
    ----------
    id, value : str
        What a diagnosis should call it.
    changes : mapping
        The fields of `Port` that make it.
    text : str
        One sentence.
    kind : str
        The kind of file on which it shows.
    samples : int
        The length at 16 kHz at which it shows; 0: any.
    said : str
        What else a diagnosis may say for the value, which means the same; empty: nothing.
    """

    id: str
    value: str
    changes: Mapping[str, Any] = field(hash=False)
    text: str
    kind: Kind = "plain"
    samples: int = 0
    said: str = ""

    def __str__(self) -> str:
        return f"{self.id}={self.value}"

    def is_called(self, id: str, value: str) -> bool:
        """Tell whether a name means this fault with this value, numbers within 2 %."""
        if id != self.id:
            return False
        if self.said and value == self.said:
            return True
        said, true = _number(value), _number(self.value)
        if said is None or true is None:
            return value.casefold() == self.value.casefold()
        return isclose(said, true, rel_tol=0.02, abs_tol=1e-12)


def _number(text: str) -> float | None:
    """Read a number as faults' values have it, such as ``0.95``, ``x2``, ``44100 Hz`` or ``1/N``."""
    known = {"1/N": 1 / 800, "1/sqrt(N)": 800**-0.5, "1/2": 0.5}
    found = re.fullmatch(r"x?([-+]?\d*\.?\d+(?:e[-+]?\d+)?)(?: ?(?:Hz|dB|samples|rows))?", text)
    return float(found[1]) if found else known.get(text)


def _of(
    text: str, id: str, field: str, values: Mapping[str, Any], kind: Kind = "plain", said: str = ""
) -> tuple[Fault, ...]:
    """Give one fault a value, all of one field; `said` may hold the value as ``{}``."""
    return tuple(Fault(id, name, {field: value}, text, kind, said=said.format(name)) for name, value in values.items())


_FILE = (
    Fault("header_as_audio", "assumed", {"header": "assumed"}, "A header of 44 bytes is assumed.", "listed",
          said="44 bytes assumed"),
    Fault("header_as_audio", "read", {"header": "sounded"}, "The header is read as samples.",
          said="header read as samples"),
    Fault("sample_format", "8-bit as int16", {"stored": "<i2"}, "8-bit samples are read as 16-bit ones.", "byte",
          said="read as int16"),
    Fault("sample_format", "8-bit as signed", {"stored": "i1"}, "Unsigned 8-bit samples are read as signed.", "byte",
          said="read as int8"),
    Fault("sample_format", "float as int16", {"stored": "<i2"}, "Float samples are read as 16-bit ones.", "float",
          said="read as int16"),
    Fault("sample_format", "float as int32", {"stored": "<i4"}, "Float samples are read as 32-bit integers.", "float",
          said="read as int32"),
    Fault("int_scale", "int16", {"full_scale": 1.0}, "16-bit samples are not divided.", said="int16 range"),
    Fault("int_scale", "32767", {"full_scale": 32767.0}, "16-bit samples are divided by 32767.",
          said="divided by 32767"),
    *_of("A constant gain, or that of the loudest sample.", "gain", "gain", {"0.5": 0.5, "1.7": 1.7, "peak": "peak"}),
    *_of("The channels are not averaged.", "channel", "channels",
         {name: name for name in ("left", "right", "sum")}, "cd"),
    Fault("interleaved", "stereo as mono", {"channels": "interleaved"}, "Stereo is read as mono.", "cd",
          said="read as mono"),
    Fault("no_resample", "44100", {"resampling": "none"}, "44.1 kHz is used as if it were 16 kHz.", "cd"),
    Fault("no_resample", "8000", {"resampling": "none"}, "8 kHz is used as if it were 16 kHz.", "phone"),
    *_of("Another resampling filter.", "resampler", "resampling", {"linear": "linear", "polyphase": "polyphase"}, "cd"),
    Fault("dither", "1 LSB", {"dither": 2.0**-15}, "Random noise is added: triangular, to 1 LSB.", said="0.41 LSB rms"),
)  # fmt: skip
_EMPHASIS = (
    *_of("Another pre-emphasis, or none.", "preemphasis", "coefficient", {"missing": 0.0, "0.95": 0.95}),
    Fault("preemphasis", "twice", {"passes": 2}, "Pre-emphasis is applied twice.", said="applied twice"),
    Fault("preemphasis", "float32", {"emphasis_dtype": "float32"}, "Pre-emphasis is computed in float32."),
    Fault(
        "preemphasis",
        "hold",
        {"held": True},
        "The sample before the first is taken to be the first, not zero.",
        said="held initial state",
    ),
)
_TRANSFORM = (
    *_of("The chunks of a stream do not overlap.", "streaming", "streaming", {"8000": 8000, "16000": 16000},
         said="chunks of {}, spare columns cut"),
    Fault("streaming", "9600 whole", {"streaming": 9600, "streamed": "whole"},
          "The chunks do not overlap, and each keeps its surplus columns.", said="chunks of 9600"),
    Fault("streaming", "4096 filtered", {"streaming": 4096, "streamed": "filtered"},
          "The filter begins anew in each chunk.", said="chunks of 4096, only the filter begins anew"),
    Fault("centering", "none", {"centred": False}, "Nothing is put before and behind the samples."),
    *_of("The centre padding is not zeros.", "pad_mode", "pad_mode", {"reflect": "reflect", "edge": "edge"}),
    *_of("Another hop.", "hop", "hop", {"160": 160, "256": 256}),
    *_of("The window divides by N - 1.", "window_symmetry", "symmetric", {"symmetric": True}),
    *_of("Another window.", "window_family", "window_family",
         {name: name for name in ("hamming", "povey", "rectangular", "blackman")}),
    *_of("A window shorter than the frame, in its middle.", "window_length", "window_length", {"400": 400, "640": 640}),
    Fault("window_length", "400 left", {"window_length": 400, "window_left": True},
          "A window shorter than the frame, at its start.", said="400, not centred"),
    Fault("fft_size", "1024", {"points": 1024}, "The frame is filled up to 1,024 points."),
    Fault("fft_size", "512", {"points": 512, "frame": 512}, "Frame and window have 512 points."),
    Fault("fft_size", "packed_512", {"packing": "packed_512"}, "512 of the 800 samples are transformed in place."),
    *_of("The transform is scaled.", "fft_scale", "fft_scale", {"2": 2.0, "1/N": 1 / 800, "1/sqrt(N)": 800**-0.5}),
    *_of("The packed transform is not unpacked.", "fft_packing", "packing",
         {"even_odd": "even_odd", "nyquist": "nyquist"}, said="{}_in_dc"),
    Fault("power", "power", {"power": 2.0}, "Power goes into the filter bank for magnitude.", said="2"),
)  # fmt: skip
_BANK = (
    *_of("The HTK mel scale.", "mel_scale", "mel_scale", {"htk": "htk"}),
    *_of("The filters are not divided by their width.", "mel_norm", "area", {"none": False}),
    *_of("The triangles are straight in mel.", "mel_triangle_domain", "mel_triangles", {"mel": True}),
    *_of(
        "The bins are too narrow or too wide.",
        "mel_bin_width",
        "gaps",
        {"n-1": -1, "n": 1},
        said="{}+1",
    ),
    *_of("The filters' corners lie on whole bins.", "mel_bin_width", "floored", {"floored": True}, said="floor"),
    *_of("The first bin is dropped from one of spectrum and bank.", "mel_bin_shift", "bin_shift", {"dc": 1}, said="1"),
    *_of("Another lower edge.", "fmin", "fmin", {"0": 0.0, "20": 20.0, "80": 80.0}),
    *_of("Another upper edge.", "fmax", "fmax", {"8000": 8000.0, "7000": 7000.0}),
    *_of("Another number of bands.", "n_mels", "bands", {"64": 64, "128": 128}),
)
_LEVEL = (
    *_of("10 log10 of a magnitude.", "power", "factor", {"10log10": 10.0}, said="10 log10 of the magnitude"),
    *_of("The natural logarithm.", "log_base", "logarithm", {"ln": "ln"}),
    *_of("Another floor.", "log_floor", "floor", {"1e-3": 1e-3, "1e-10": 1e-10, "1e-6": 1e-6}),
    Fault(
        "log_floor",
        "additive",
        {"floor": 1e-3, "floor_added": True},
        "A floor of 1e-3 is added, not a limit.",
        said="+ 0.001",
    ),
    *_of("Levels far below the loudest are raised.", "log_floor", "top_db", {"top_db 60": 60.0, "top_db 80": 80.0}),
    *_of("Another reference level.", "ref_level", "ref_level", {"0": 0.0, "16": 16.0}),
    *_of("Another lowest level.", "min_level", "min_level", {"-80": -80.0, "-120": -120.0}),
    *_of("Another range.", "max_abs", "max_abs", {"1": 1.0, "5": 5.0}),
    *_of("0 to 1 instead of -4 to 4.", "max_abs", "unit_range", {"[0,1]": True}, said="[0, 1]"),
    *_of("Nothing is clipped.", "clip", "clipped", {"none": False}),
)
_WINDOWS = (
    *_of("The start is rounded, or added up.", "window_index", "start",
         {"round": "rounded", "accumulated": "accumulated"}),
    Fault("window_index", "float32", {"count_dtype": "float32"}, "The frames are counted in float32.", samples=76600),
    *_of("The last windows are filled with zeros, or left out.", "window_tail", "tail",
         {"zeros": "zeros", "dropped": "dropped"}),
    *_of("The encoder is fed (16, 80) as (80, 16).", "window_transpose", "fed_transposed", {"transposed": True}),
)  # fmt: skip
_FEATURES = (
    *_of("Other weights.", "weights", "encoder", {"other": "stranger"}),
    Fault("weights", "turned kernels", {"encoder": "misloaded"}, "The kernels' axes are swapped.", said="other"),
    *_of("A factor multiplied in.", "hidden_gain", "hidden_gain", {"200": 200.0, "2": 2.0}),
    Fault("hidden_gain", "100", {"hidden_gain": 100.0, "hidden_decimals": 2}, "A factor times rounded values."),
    *_of("The last ReLU is missing.", "no_relu", "encoder", {"missing": "linear"}),
    *_of("Every batch is normalised by its own statistics.", "batchnorm_mode", "batch", {"training": 16}),
    Fault("batch_dependence", "padded batches", {"batch": 16, "filled_batch": True},
          "Every batch is normalised by its own statistics, the last one filled up with zeros."),
    *_of("Features of something else are served.", "constant_features", "served", {"other audio": "constant"}),
    *_of("Every other row is the one before.", "buffer_reuse", "served", {"repeated": "repeated"}),
    *_of("Every row is the last one.", "buffer_reuse", "served", {"the last row": "last"}),
    Fault("uninitialised", "rows of zeros", {"served": "unwritten"}, "The last, incomplete batch is never written."),
    Fault("nan_inf", "mel", {"overflow": "mel"}, "An overflow.", said="in the mel"),
    Fault("nan_inf", "features", {"overflow": "features"}, "An overflow.", said="in the features"),
)  # fmt: skip
_TENSORS = (
    Fault("row_offset", "1", {"padded_as_raw": True}, "Padded rows stand for raw ones.",
          said="padded rows for raw ones"),
    *_of("A repeated row is missing.", "no_padding", "padding", {"both": "none", "first": "back", "last": "front"}),
    *_of("Zeros stand for the repeated rows, or for one.", "zero_padding", "padding",
         {name: name for name in ("zeros", "zeros in front", "zeros behind")}),
    Fault("tiled_context", "tiled", {"tiled": True}, "One row sixteen times.", said="16 copies of one row"),
    Fault("context_offset", "1", {"context": 1}, "The context lies too late.", said="rows [i-7, i+9)"),
    Fault("context_offset", "-1", {"context": -1}, "The context lies too early.", said="rows [i-9, i+7)"),
    Fault("context_offset", "dropped", {"context": "dropped"}, "Of 17 rows the middle one is dropped.",
          said="rows [i-8, i+9) without row i"),
    *_of("Other rows beyond the ends.", "edge_policy", "edge", {"repeat": "repeat", "last_block": "last_block"}),
    *(Fault("tensor_layout", name, {"tensor_order": name}, "The tensor's axes are in another order.", said=said)
      for name, said in (("transposed", "(16, 512) transposed by (1, 0)"),
                         ("channels_last", "(32, 16, 16) transposed by (1, 2, 0)"),
                         ("rows_first", "(16, 32, 16) transposed by (1, 0, 2)"),
                         ("fortran", "(32, 16, 16) transposed by (2, 1, 0)"))),
    *_of("Zeros stand where native HuBERT features belong.", "mode_fill", "filled", {"zeros": True}),
)  # fmt: skip
_WRITTEN = (
    Fault("layout", "fortran", {"written": "fortran"}, "The mel's columns lie one after the other.",
          said="(T, 80) as (80, T)"),
    Fault("layout", "stride", {"written": "stride"}, "The mel's rows are one value longer."),
    Fault("layout", "rows", {"written": "rows_fortran"}, "The features' columns lie one after the other.",
          said="Fortran order"),
    *_of("The values lie on a coarse grid.", "precision", "precision",
         {"float16": "float16", "bfloat16": "bfloat16", "int8": "int8"}),
    *_of("The values are printed with few decimals.", "precision", "decimals", {"2 decimals": 2, "3 decimals": 3}),
)  # fmt: skip

MEL_FAULTS = (*_FILE, *_EMPHASIS, *_TRANSFORM, *_BANK, *_LEVEL)
"""Every fault of the mel stage and before it, in pipeline order."""
FAULTS = (*MEL_FAULTS, *_WINDOWS, *_FEATURES, *_TENSORS, *_WRITTEN)
"""Every fault, in pipeline order."""


def port_of(faults: Iterable[Fault], port: Port | None = None) -> Port:
    """Give a port with these faults."""
    changes = {name: value for fault in faults for name, value in fault.changes.items()}
    return replace(port or Port(), **changes)


def compatible(faults: Iterable[Fault]) -> bool:
    """Tell whether faults can be in one port and one file, and each still be what it is called."""
    faults = tuple(faults)
    fields = [name for fault in faults for name in fault.changes]
    kinds = {fault.kind for fault in faults} - {"plain"}
    return (
        len({fault.id for fault in faults}) == len(faults) == len({*fields}) - len(fields) + len(faults)
        and len(kinds) < 2
        and port_of(faults).window_length <= port_of(faults).frame
    )

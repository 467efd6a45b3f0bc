"""The kinds of blocks: one table, from which errors, documentation and the command line's lists are made."""

from ..block import Block
from .filterbank import Filterbank
from .frames import Crop, Frame, PreemphasisFrame, RemoveDc, Window
from .model import Layout, Supplied
from .onnx import Onnx
from .rows import ContextRows, Drop, Every, FitRows, PadRows, Patches, Stack, Windows
from .signal import Chunks, Dither, FitSignal, Gain, NormaliseSignal, PadSignal, Preemphasis
from .spectrum import Fft
from .values import Affine, Cast, Clip, Cmvn, Dct, LevelRange, Log, Normalise, Top

KINDS: dict[str, type[Block]] = {
    kind.kind: kind
    for kind in (
        *(Gain, Dither, Preemphasis, NormaliseSignal, FitSignal, PadSignal, Chunks),
        *(Frame, RemoveDc, PreemphasisFrame, Crop, Window),
        *(Fft, Filterbank),
        *(Log, Top, Affine, LevelRange, Clip, Normalise, Cmvn, Dct, Cast),
        *(Drop, FitRows, Stack, Patches, Every, Windows, PadRows, ContextRows),
        *(Onnx, Layout, Supplied),
    )
}
"""Every kind of block by its name in recipes, in the order in which they are listed."""

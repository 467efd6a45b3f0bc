"""What differences of frames, windows, transforms, pre-emphasis and edges of bands are called."""

from collections.abc import Iterator, Sequence
from typing import Any

from ...recipe.kinds.filterbank import Filterbank
from ...recipe.kinds.frames import Crop, Frame, PreemphasisFrame, Window
from ...recipe.kinds.rows import FitRows
from ...recipe.kinds.signal import Chunks, FitSignal, PadSignal, Preemphasis
from ...recipe.kinds.spectrum import Fft
from .chains import first_of
from .change import ADDED, MISSING, Change, Rule, change, of
from .difference import Difference
from .sampled import Blocks


def _windows(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """A window that is missing or applied twice, whichever two they are and whatever their height."""
    found = of(left, "window")
    theirs = [block for block in port if isinstance(block, Window)]
    ours = first_of(reference, Window)
    if not found:
        return
    parts = [one.parameter for one in left if one.kind == "window" or one.parameter == "fft.scale"]
    if found["window"].found is None:
        fix = f"multiply each frame by a {_window_text(ours)} window"
        yield change("window_family", "rectangular", "window.family", _window_text(ours), fix=fix, used=["window"])
    elif ours is None:
        value = _window_text(theirs[0])
        yield change("window_family", value, "window", MISSING, fix="apply no window", used=["window"], found=ADDED)
    else:
        names = " and ".join(each.family for each in theirs)
        fix = f"apply one window alone, a {_window_text(ours)} one"
        yield change("window", names, "window", _window_text(ours), fix=fix, used=parts, found=ADDED)


def _window_text(window: Window | None) -> str:
    return f"{window.symmetry} {window.family}" if window else MISSING


def _sizes(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Lengths of frame, window and transform, which are one decision."""
    found = of(left, "frame.length", "fft.n", "window.length", "window.align", "crop")
    if not found:
        return
    frame, transform, window = first_of(port, Frame), first_of(port, Fft), first_of(port, Window)
    own, mine = first_of(reference, Frame), first_of(reference, Fft)
    crop = first_of(port, Crop)
    length = first_of(reference, Window).length or own.length if first_of(reference, Window) else own.length
    shown = (window.length or frame.length) if window else frame.length
    fix = f"use a window of {length} samples and a transform of {mine.n} points"
    used = list(found)
    if crop is not None and "crop" in found:
        value = f"{crop.length} of {frame.length} windowed samples"
        if transform.n == mine.n:
            yield change("crop", value, "crop.length", frame.length, fix=fix, used=used, found=crop.length)
        else:
            yield change("fft_size", value, "fft.n", mine.n, fix=fix, used=used, found=transform.n)
    elif "fft.n" in found and transform.n != mine.n:
        aside = "" if frame.length == transform.n else ", zeros behind"
        aside = ", window too" if shown == transform.n > mine.n else aside
        aside = ", zeros behind" if window and window.length and window.align == "left" else aside
        yield change("fft_size", f"{transform.n}{aside}", "fft.n", mine.n, fix=fix, used=used, found=transform.n)
    elif "window.align" in found and shown == length and frame.length == own.length:
        value, align = f"{shown}, not centred in {frame.length}", found["window.align"]
        yield change("window_length", value, "window.align", align.expected, fix=fix, used=used, found=align.found)
    elif shown != length:
        aside = ", not centred" if window and window.align == "left" and window.length else ""
        yield change("window_length", f"{shown}{aside}", "window.length", length, fix=fix, used=used, found=shown)
    else:
        yield change(
            "window_length", f"{shown} in frames of {frame.length}", "frame.length", own.length, fix=fix, used=used
        )


def _placement(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    found = of(left, "frame.placement", "frame.pad", "pad_signal")
    if "frame.placement" not in found:
        return
    one, frame = found["frame.placement"], first_of(port, Frame)
    zeros = found["pad_signal"].found if "pad_signal" in found else None
    if zeros is not None and zeros.back > frame.length:  # they say where the signal ends, not where its frames are
        del found["pad_signal"]
        zeros = None
    used = list(found)
    if zeros is not None:
        half, pad = first_of(reference, Frame).length // 2, first_of(reference, Frame).pad
        fix = f"pad {half} samples on both sides, with {pad}"
        value = _zeros_text(zeros)
        yield change("centering", value, "frame.placement", one.expected, fix=fix, used=used, found=one.found)
    elif one.found == "start":
        fix = f"place frames as {one.expected}: pad {first_of(reference, Frame).length // 2} samples on both sides"
        fix += f" with {first_of(reference, Frame).pad} before framing"
        yield change("centering", "none", "frame.placement", one.expected, fix=fix, used=used, found=one.found)
    else:
        value = f"{one.found}, {frame.pad}"
        fix = f"place frames as {one.expected}, not as {one.found}"
        yield change("centering", value, "frame.placement", one.expected, fix=fix, used=used, found=one.found)


def _zeros_text(zeros: PadSignal) -> str:
    if zeros.front and zeros.back:
        return f"{zeros.front} zeros in front and {zeros.back} behind"
    return f"{zeros.front} zeros in front alone" if zeros.front else f"{zeros.back} zeros behind alone"


def _emphasis(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    whole, framed = first_of(reference, Preemphasis), first_of(reference, PreemphasisFrame)
    own = whole or framed
    theirs = [block for block in port if isinstance(block, Preemphasis | PreemphasisFrame)]
    used = [one.parameter for one in left if one.kind in ("preemphasis", "preemphasis_frame")]
    if not used:
        return
    parameter = f"{own.kind}" if own else theirs[0].kind
    if own is None:
        yield change("preemphasis", ADDED, parameter, MISSING, fix="apply no pre-emphasis", used=used)
        return
    fix = f"filter once with y[t] = x[t] - {own.coefficient:g} x[t-1]"
    fix += ", over the whole signal" if whole else ", inside each frame"
    if not theirs:
        yield change("preemphasis", MISSING, parameter, own.coefficient, fix=fix, used=used)
    elif len(theirs) > 1:
        yield change("preemphasis", "applied twice", parameter, "once", fix=fix, used=used)
    elif type(theirs[0]) is not type(own):
        value = "in each frame" if whole else "over the signal"
        yield change("preemphasis", value, parameter, own.kind, fix=fix, used=used, found=theirs[0].kind)
        if theirs[0].coefficient != own.coefficient:
            yield change(
                "preemphasis", theirs[0].coefficient, f"{parameter}.coefficient", own.coefficient, fix=fix, used=used
            )
    else:
        yield from _emphasis_values(theirs[0], own, fix, left)


def _emphasis_values(theirs: Any, own: Any, fix: str, left: Sequence[Difference]) -> Iterator[Change]:
    for one in left:
        if one.kind != own.kind:
            continue
        name = one.parameter.partition(".")[2]
        words = {
            "result": "of the result before",
            "hold": "held initial state",
            "librosa": "librosa's initial state",
            "zero": "initial state of zero",
        }
        value = words.get(one.found, one.found) if name in ("initial", "before") else one.found
        told = f"{fix}, from a copy of the samples" if name == "before" else fix
        yield change("preemphasis", value, one.parameter, one.expected, fix=told, used=[one.parameter], found=one.found)


def _bins(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Edges that are moved to bins: the triangles are straight from bin to bin then, whatever they are otherwise."""
    found = of(left, "filterbank.bins", "filterbank.domain")
    bank = first_of(port, Filterbank)
    if len(found) == 2 and bank.bins.startswith("floor"):
        bins = found["filterbank.bins"]
        fix = "do not round the edges of the bands down to bins"
        yield change("mel_bin_width", bank.bins, "filterbank.bins", bins.expected, fix=fix, used=list(found))


def _chunks(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """A stream in chunks that keeps nothing from one to the next."""
    found = of(left, "chunks")
    theirs = first_of(port, Chunks)
    if found and theirs is not None:
        length = first_of(reference, Frame).length
        fix = f"carry the last {length} samples and the filter's state over to the next chunk"
        more = {"trimmed": ", spare columns cut", "joined": ", only the filter begins anew"}
        value = f"chunks of {theirs.size}{more.get(theirs.rows, '')}"
        yield change("streaming", value, "chunks", MISSING, fix=fix, used=list(found), found=ADDED)


def _ends(reference: Blocks, port: Blocks, left: Sequence[Difference]) -> Iterator[Change]:
    """Where the signal ends, fitted or filled up, and what rows are filled up with."""
    found = of(left, "fit_signal", "pad_signal", "fit_rows")
    if "fit_rows" in found and isinstance(rows := found["fit_rows"].found, FitRows) and rows.rows:
        value = f"filled up to {rows.rows} with {rows.value:g}"
        fix = "give the rows that are computed, and no more"
        yield change("fit_rows", value, "fit_rows", MISSING, fix=fix, used=["fit_rows"], found=ADDED)
    if "fit_signal" in found:
        ours, theirs = found["fit_signal"].expected, found["fit_signal"].found
        expected, value = (_length_text(block) if block else MISSING for block in (ours, theirs))
        fix = f"fit the signal to {expected}" if ours else f"leave the signal as long as it is, not {value}"
        yield change("fit_signal", value, "fit_signal", expected, fix=fix, used=["fit_signal"])
    if "pad_signal" in found and found["pad_signal"].found is not None:
        zeros = _zeros_text(found["pad_signal"].found).removesuffix(" alone")
        fix = "leave the signal as long as it is, without zeros"
        yield change("pad_signal", zeros, "pad_signal", MISSING, fix=fix, used=["pad_signal"], found=ADDED)


def _length_text(block: FitSignal) -> str:
    return f"{block.seconds:g} s" if block.seconds else f"a multiple of {block.multiple} samples"


FRAME_RULES: tuple[Rule, ...] = (_windows, _sizes, _placement, _emphasis, _bins, _chunks, _ends)

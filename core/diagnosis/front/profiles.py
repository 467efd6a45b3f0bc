"""What libraries do by default, with a reference's own numbers put in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ...recipe.kinds.filterbank import Filterbank, Scale
from ...recipe.kinds.frames import Frame, PreemphasisFrame, RemoveDc, Window
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import FitSignal, Gain, Preemphasis
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Log, Top
from .chains import first_of
from .sampled import Blocks
from .values import power_of_two


def library_chains(reference: Blocks, rate: int) -> Iterator[Blocks]:
    """Give the chains of libraries, to the logarithm, with a reference's frame length, hop, transform and bands."""
    yield from dict.fromkeys((*(profile.blocks for profile in profiles(reference, rate)), *_by_hand(reference)))


def _by_hand(reference: Blocks) -> Iterator[Blocks]:
    """Give the chain with the filter bank and window of tutorials: HTK triangles between floored bins, symmetric."""
    if not any(isinstance(block, Filterbank) for block in reference):
        return
    made = tuple(
        replace(block, scale="htk", norm="none", bins="floor", domain="hz")
        if isinstance(block, Filterbank)
        else replace(block, symmetry="symmetric")
        if isinstance(block, Window)
        else block
        for block in reference
    )
    yield made
    yield tuple(block for block in made if not isinstance(block, Preemphasis))


@dataclass(frozen=True, slots=True)
class Library:
    """A library's defaults as a chain.

    Attributes
    ----------
    library, call : str
        Such as ``torchaudio`` and ``torchaudio.transforms.MelSpectrogram``.
    blocks : tuple of Block
        The chain to its logarithm.
    arguments : tuple of (str, str)
        For each parameter that an argument of the call sets: the parameter, and the argument's name.
    callers : frozenset of str
        Faults of what the library does not do, but whoever calls it.
    fixed : frozenset of str
        Parameters that nobody who calls it can change.
    """

    library: str
    call: str
    blocks: Blocks
    arguments: tuple[tuple[str, str], ...] = ()
    callers: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


def profiles(reference: Blocks, rate: int) -> list[Library]:
    """Give the libraries' chains; none for a reference without a spectrum."""
    found = (first_of(reference, Frame), first_of(reference, Fft), first_of(reference, Filterbank))
    if None in found:
        return []
    window = first_of(reference, Window)
    length = window.length if window and window.length else found[0].length
    drops = tuple(block for block in reference if isinstance(block, Drop))
    bank, half = found[2], rate / 2
    ranges = dict.fromkeys(((0.0, half), (bank.fmin, bank.top(rate))))
    of = (_Numbers(length, found[1].n, found[0].hop, bank, low, high, drops) for low, high in ranges)
    made = (library for numbers in of for make in _LIBRARIES for library in make(numbers))
    fits = tuple(block for block in reference if isinstance(block, FitSignal))  # which is the caller's
    return [replace(library, blocks=(*fits, *library.blocks)) for library in made]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What a reference has that any library is called with; `low` and `high` are the edges of its bands, Hz."""

    length: int
    n: int
    hop: int
    bank: Filterbank
    low: float
    high: float
    drops: Blocks

    def centred(self, pad: Literal["zeros", "reflect"]) -> Blocks:
        """Frames as long as the transform, around every hop, with a Hann window in the middle."""
        window = Window(family="hann", symmetry="periodic", length=self.length if self.n > self.length else 0)
        return (Frame(length=self.n, hop=self.hop, placement="center", pad=pad), *self.drops, window)

    @property
    def plain(self) -> Frame:
        """Frames as long as the window, from the first sample on."""
        return Frame(length=self.length, hop=self.hop, placement="start", pad="zeros")

    def mel(self, scale: Scale, norm: Literal["slaney", "none"], domain: Literal["hz", "mel"] = "hz") -> Filterbank:
        """Triangles between the reference's edges."""
        own = self.bank
        return Filterbank(
            bands=own.bands, fmin=self.low, fmax=self.high, scale=scale, norm=norm, domain=domain, weights=own.weights
        )


_TEN = Log(base="10", guard="max", floor=1e-10, multiplier=10.0)


def _torchaudio(own: _Numbers) -> Iterator[Library]:
    for power in (2.0, 1.0):
        blocks = (*own.centred("reflect"), Fft(n=own.n, power=power), own.mel("htk", "none"), _TEN)
        yield Library("torchaudio", "torchaudio.transforms.MelSpectrogram", blocks, _TORCHAUDIO)


def _librosa(own: _Numbers) -> Iterator[Library]:
    for power in (2.0, 1.0):
        bank = own.mel("slaney", "slaney")
        blocks = (*own.centred("zeros"), Fft(n=own.n, power=power), bank, _TEN, Top(below=80.0, scope="all"))
        yield Library("librosa", "librosa.feature.melspectrogram", blocks, _LIBROSA)


def _kaldi(own: _Numbers) -> Iterator[Library]:
    frames = (
        own.plain,
        RemoveDc(),
        PreemphasisFrame(coefficient=0.97, initial="hold"),
        Window(family="povey", symmetry="symmetric"),
        Fft(n=power_of_two(own.length), power=2.0),
    )
    bank = replace(own.mel("kaldi", "none", "mel"), fmin=own.low or 20.0, nyquist=False)
    for gain in ((), (Gain(factor=32768.0),)):
        blocks = (*gain, *frames, bank, Log(base="e", guard="max", floor=2.0**-23))
        yield Library("torchaudio.compliance.kaldi", "torchaudio.compliance.kaldi.fbank", blocks, _KALDI)


def _scipy(own: _Numbers) -> Iterator[Library]:
    transform = Fft(n=own.n, power=1.0, scale=2 / own.length)
    decibels = Log(base="10", guard="max", floor=1e-10, multiplier=20.0)
    blocks = (*own.centred("zeros"), transform, own.mel("slaney", "slaney"), decibels)
    yield Library("scipy", "scipy.signal.stft", blocks, _SCIPY, _BANKS, frozenset({"fft.scale"}))


def _tf(own: _Numbers) -> Iterator[Library]:
    bank = replace(own.mel("htk", "none", "mel"), fmin=own.low or 125.0)
    window = Window(family="hann", symmetry="periodic")
    transform = Fft(n=power_of_two(own.length), power=1.0)
    blocks = (own.plain, window, transform, bank, Log(base="e", guard="add", floor=1e-6))
    yield Library("tf.signal", "tf.signal.stft and tf.signal.linear_to_mel_weight_matrix", blocks, _TF)


def _speech_features(own: _Numbers) -> Iterator[Library]:
    """The transform's length is an argument, and the power is divided by it."""
    start = (Preemphasis(coefficient=0.97, initial="zero"), replace(own.plain, last="fill"))
    bank, natural = replace(own.mel("htk", "none"), bins="floor"), Log(base="e", guard="max", floor=2.0**-52)
    for points in dict.fromkeys((power_of_two(own.length), max(own.n, own.length))):
        blocks = (*start, Fft(n=points, power=2.0, scale=points**-0.5), bank, natural)
        yield Library("python_speech_features", "python_speech_features.logfbank", blocks, _PSF)


def _meyda(own: _Numbers) -> Iterator[Library]:
    """Its buffers are as long as the transform, which it wants to be a power of two; copies of it do not."""
    bank, natural = replace(own.mel("htk", "none"), bins="floor"), Log(base="e", guard="add", floor=1.0)
    for points in dict.fromkeys((power_of_two(own.length), own.length)):
        window = Window(family="hann", symmetry="symmetric")
        blocks = (replace(own.plain, length=points), window, Fft(n=points, power=2.0), bank, natural)
        yield Library("Meyda", "Meyda.extract('melBands', buffer)", blocks, _MEYDA, fixed=_FIXED)


def argument_text(argument: str, expected: str) -> str | None:
    """Write an argument with the value by which a library does what the reference does, as code has it.

    None where it has no such value.
    """
    words = _WRITTEN.get(argument)
    if words is None:
        return f"{argument}={expected if _is_number(expected) else repr(expected)}"
    return f"{argument}={words[expected]}" if expected in words else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_WRITTEN = {
    "pad_mode": {"zeros": "'constant'", "reflect": "'reflect'", "edge": "'edge'"},
    "boundary": {"zeros": "'zeros'", "reflect": "'even'"},
    "center": {"center": "True", "start": "False"},
    "snip_edges": {"start": "True", "kaldi": "False"},
    "htk": {"slaney": "False", "htk": "True"},
    "norm": {"slaney": "'slaney'", "none": "None"},
    "use_power": {"1": "False", "2": "True"},
    "remove_dc_offset": {"missing": "False"},
    "window_type": {"hann": "'hanning'", "hamming": "'hamming'", "povey": "'povey'"},
}
"""Arguments that have other words than a block's parameter."""
_LIBRARIES = (_torchaudio, _librosa, _kaldi, _scipy, _tf, _speech_features, _meyda)
_BANKS = frozenset({"mel_scale", "mel_norm", "mel_triangle_domain", "mel_bin_width", "power", "filterbank.nyquist"})
_TORCHAUDIO = (
    ("filterbank.scale", "mel_scale"),
    ("filterbank.norm", "norm"),
    ("filterbank.fmin", "f_min"),
    ("filterbank.fmax", "f_max"),
    ("filterbank.bands", "n_mels"),
    ("fft.power", "power"),
    ("fft.n", "n_fft"),
    ("window.length", "win_length"),
    ("frame.hop", "hop_length"),
    ("frame.pad", "pad_mode"),
    ("frame.placement", "center"),
)
_LIBROSA = (
    ("filterbank.scale", "htk"),
    ("filterbank.norm", "norm"),
    ("filterbank.fmin", "fmin"),
    ("filterbank.fmax", "fmax"),
    ("filterbank.bands", "n_mels"),
    ("fft.power", "power"),
    ("fft.n", "n_fft"),
    ("window.length", "win_length"),
    ("frame.hop", "hop_length"),
    ("frame.pad", "pad_mode"),
    ("frame.placement", "center"),
    ("window.family", "window"),
    ("top.below", "top_db"),
    ("log.floor", "amin"),
)
_KALDI = (
    ("frame.placement", "snip_edges"),
    ("window.family", "window_type"),
    ("filterbank.bands", "num_mel_bins"),
    ("filterbank.fmin", "low_freq"),
    ("filterbank.fmax", "high_freq"),
    ("preemphasis_frame.coefficient", "preemphasis_coefficient"),
    ("remove_dc", "remove_dc_offset"),
    ("fft.power", "use_power"),
)
_SCIPY = (("fft.n", "nfft"), ("window.family", "window"), ("frame.pad", "boundary"))
_TF = (
    ("fft.n", "fft_length"),
    ("frame.hop", "frame_step"),
    ("filterbank.fmin", "lower_edge_hertz"),
    ("filterbank.fmax", "upper_edge_hertz"),
    ("filterbank.bands", "num_mel_bins"),
)
_PSF = (
    ("fft.n", "nfft"),
    ("filterbank.fmin", "lowfreq"),
    ("filterbank.fmax", "highfreq"),
    ("filterbank.bands", "nfilt"),
    ("preemphasis.coefficient", "preemph"),
)
_MEYDA = (
    ("fft.n", "bufferSize"),
    ("frame.hop", "hopSize"),
    ("filterbank.bands", "melBands"),
    ("window.family", "windowingFunction"),
)
_FIXED = frozenset({"fft.power", "filterbank.scale", "filterbank.bins", "log", "log.base", "log.guard", "log.floor"})

"""What libraries do by default, with a reference's own numbers put in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank
from ...recipe.kinds.frames import Frame, PreemphasisFrame, RemoveDc, Window
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import Gain, Preemphasis
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Log, Top
from .sampled import Blocks
from .values import power_of_two


def library_chains(reference: Blocks, rate: int) -> Iterator[Blocks]:
    """Give the chains of libraries, to the logarithm, with a reference's frame length, hop, transform and bands."""
    for profile in profiles(reference, rate):
        yield profile.blocks


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
    """

    library: str
    call: str
    blocks: Blocks
    arguments: tuple[tuple[str, str], ...] = ()


def profiles(reference: Blocks, rate: int) -> list[Library]:
    """Give the libraries' chains; none for a reference without a spectrum."""
    frame = next((block for block in reference if isinstance(block, Frame)), None)
    transform = next((block for block in reference if isinstance(block, Fft)), None)
    bank = next((block for block in reference if isinstance(block, Filterbank)), None)
    window = next((block for block in reference if isinstance(block, Window)), None)
    if frame is None or transform is None or bank is None:
        return []
    length, n = (window.length if window and window.length else frame.length), transform.n
    hop, bands, half = frame.hop, bank.bands, rate / 2
    drops = tuple(block for block in reference if isinstance(block, Drop))
    hann = Window(family="hann", symmetry="periodic", length=length if n > length else 0)

    def centred(pad: Any) -> tuple[Block, ...]:
        return (Frame(length=n, hop=hop, placement="center", pad=pad), *drops, hann)

    def mel(fmin: float, fmax: float, scale: Any, norm: Any, domain: Any, nyquist: bool = True) -> Filterbank:  # noqa: PLR0917
        return Filterbank(
            bands=bands,
            fmin=fmin,
            fmax=fmax,
            scale=scale,
            norm=norm,
            domain=domain,
            nyquist=nyquist,
            weights=bank.weights,
        )

    found = []
    for fmin, fmax in dict.fromkeys(((0.0, half), (bank.fmin, bank.top(rate)))):
        for power in (2.0, 1.0):
            torch = (*centred("reflect"), Fft(n=n, power=power), mel(fmin, fmax, "htk", "none", "hz"))
            found.append(
                Library(
                    "torchaudio",
                    "torchaudio.transforms.MelSpectrogram",
                    (*torch, Log(base="10", guard="max", floor=1e-10, multiplier=10.0)),
                    _TORCHAUDIO,
                )
            )
            librosa = (*centred("zeros"), Fft(n=n, power=power), mel(fmin, fmax, "slaney", "slaney", "hz"))
            found.append(
                Library(
                    "librosa",
                    "librosa.feature.melspectrogram",
                    (
                        *librosa,
                        Log(base="10", guard="max", floor=1e-10, multiplier=10.0),
                        Top(below=80.0, scope="all"),
                    ),
                    _LIBROSA,
                )
            )
        start = Frame(length=length, hop=hop, placement="start", pad="zeros")
        plain = Window(family="hann", symmetry="periodic")
        points = power_of_two(length)
        for scale in (1.0, 32768.0):
            gain = () if scale == 1.0 else (Gain(factor=scale),)
            found.append(
                Library(
                    "torchaudio.compliance.kaldi",
                    "torchaudio.compliance.kaldi.fbank",
                    (
                        *gain,
                        start,
                        RemoveDc(),
                        PreemphasisFrame(coefficient=0.97, initial="hold"),
                        Window(family="povey", symmetry="symmetric"),
                        Fft(n=points, power=2.0),
                        mel(20.0 if fmin == 0.0 else fmin, fmax, "kaldi", "none", "mel", nyquist=False),
                        Log(base="e", guard="max", floor=2.0**-23),
                    ),
                    _KALDI,
                )
            )
        found.append(
            Library(
                "scipy",
                "scipy.signal.stft",
                (
                    *centred("zeros"),
                    Fft(n=n, power=1.0, scale=2 / length),
                    mel(fmin, fmax, "slaney", "slaney", "hz"),
                    Log(base="10", guard="max", floor=1e-10, multiplier=20.0),
                ),
                _SCIPY,
            )
        )
        found.append(
            Library(
                "tf.signal",
                "tf.signal.stft and tf.signal.linear_to_mel_weight_matrix",
                (
                    start,
                    plain,
                    Fft(n=points, power=1.0),
                    mel(fmin if fmin else 125.0, fmax, "htk", "none", "mel"),
                    Log(base="e", guard="add", floor=1e-6),
                ),
                _TF,
            )
        )
        found.append(
            Library(
                "python_speech_features",
                "python_speech_features.logfbank",
                (
                    Preemphasis(coefficient=0.97, initial="zero"),
                    replace(start, last="fill"),
                    Fft(n=points, power=2.0, scale=points**-0.5),
                    replace(mel(fmin, fmax, "htk", "none", "hz"), bins="floor"),
                    Log(base="e", guard="max", floor=2.220446049250313e-16),
                ),
                _PSF,
            )
        )
    return found


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
    ("window.family", "window_fn"),
    ("window.symmetry", "wkwargs={'periodic': ...}"),
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
    ("fft.n", "round_to_power_of_two"),
)
_SCIPY = (("fft.n", "nfft"), ("window.family", "window"), ("frame.pad", "boundary"), ("fft.scale", "scaling"))
_TF = (
    ("fft.n", "fft_length"),
    ("frame.hop", "frame_step"),
    ("window.family", "window_fn"),
    ("filterbank.fmin", "lower_edge_hertz"),
    ("filterbank.fmax", "upper_edge_hertz"),
    ("filterbank.bands", "num_mel_bins"),
)
_PSF = (
    ("fft.n", "nfft"),
    ("window.family", "winfunc"),
    ("filterbank.fmin", "lowfreq"),
    ("filterbank.fmax", "highfreq"),
    ("filterbank.bands", "nfilt"),
    ("preemphasis.coefficient", "preemph"),
)

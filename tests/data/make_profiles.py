"""Make dumps of a mel stage as ports have it that take a library's own: its defaults, with this mel's numbers put in.

Run with a Python that has torchaudio, librosa, python_speech_features and scipy, of which the project needs only some:
``python tests/data/make_profiles.py DUMPS talk.wav more.wav`` writes a folder of .npy dumps with their truth for each
recording; without more than ``python tests/data/make_profiles.py`` the few that the tests have, as `profiles.npz`.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import python_speech_features
import scipy.signal
import soundfile
import torch
import torchaudio

Array = np.ndarray[Any, Any]
RATE, N_FFT, HOP, BANDS, LOW, HIGH = 16000, 800, 200, 80, 55.0, 7600.0
HERE = Path(__file__).parent
PLAIN = {"preemphasis": "missing"}
HTK = {"filterbank.scale": "htk", "filterbank.norm": "none"}
EDGES = {"filterbank.fmin": 0.0, "filterbank.fmax": 8000.0}


@dataclass(frozen=True)
class Dump:
    """What a port wrote, (80, T) or (T, 80), and what its recipe has otherwise than the reference's.

    Attributes
    ----------
    profile : str
        The library whose defaults it shows.
    stop : str
        What its values are: ``linear``, ``ln``, ``log10``, ``dB`` or ``normalised``.
    changes : dict
        Parameter and the value it has in the port; `kind` alone for a block that is missing or added.
    hidden : list
        Parameters of `changes` that change no value of this dump.
    """

    name: str
    profile: str
    stop: str
    changes: dict[str, Any]
    values: Array = field(repr=False)
    hidden: list[str] = field(default_factory=list)


def stops(mel: Array, floor: float = 1e-5, guard: str = "max") -> Iterator[tuple[str, dict[str, Any], Array]]:
    """Give a mel at every place where a port may stop, with what that changes beside the filter bank."""
    limited = np.maximum(mel, floor) if guard == "max" else mel + floor
    guarded = ({} if guard == "max" else {"log.guard": guard}) | ({} if floor == 1e-5 else {"log.floor": floor})
    open_end = {"level": "missing", "clip": "missing"}
    yield "linear", {"log": "missing", **open_end}, mel
    yield "ln", {"log.base": "e", "log.multiplier": 1.0, **guarded, **open_end}, np.log(limited)
    yield "log10", {"log.multiplier": 1.0, **guarded, **open_end}, np.log10(limited)
    yield "dB", {**guarded, **open_end}, 20 * np.log10(limited)
    yield "normalised", guarded, normalised(20 * np.log10(limited))


def normalised(decibels: Array) -> Array:
    return np.asarray(np.clip(8 * (decibels - 20 + 100) / 100 - 4, -4, 4))


def emphasised(samples: Array) -> Array:
    return np.asarray(scipy.signal.lfilter([1, -0.97], [1], samples))


def torch_mel(samples: Array) -> Iterator[Dump]:
    """torchaudio.transforms.MelSpectrogram and AmplitudeToDB."""
    profile = "torchaudio.transforms.MelSpectrogram"
    for power, emphasis, own_edges in ((1, 0, 0), (1, 1, 0), (2, 0, 0), (2, 1, 0), (2, 0, 1)):
        edges = {} if own_edges else {"f_min": LOW, "f_max": HIGH}
        transform = torchaudio.transforms.MelSpectrogram(
            RATE, N_FFT, hop_length=HOP, n_mels=BANDS, power=power, **edges
        )
        wave = emphasised(samples) if emphasis else samples
        mel = transform(torch.from_numpy(wave.astype(np.float32)))
        changes = HTK | {"frame.pad": "reflect"} | ({} if emphasis else PLAIN) | (EDGES if own_edges else {})
        changes |= {"fft.power": 2.0} if power == 2 else {}
        name = f"torchaudio_{('magnitude', 'power')[power - 1]}{'_emphasised' * emphasis}{'_own_edges' * own_edges}"
        for stop, more, values in stops(mel.numpy()):
            yield Dump(f"{name}_{stop}", profile, stop, changes | more, values)
        decibels = torchaudio.transforms.AmplitudeToDB(("magnitude", "power")[power - 1])(mel).numpy()
        # Its floor of 1e-10 lies under the root in the magnitude's decibels, too.
        more = {"log.floor": 1e-10} | ({"log.multiplier": 10.0} if power == 2 else {})
        open_end = {"level": "missing", "clip": "missing"}
        yield Dump(f"{name}_todb", profile, "dB", changes | more | open_end, decibels)
        yield Dump(f"{name}_todb_normalised", profile, "normalised", changes | more, normalised(decibels))


def torch_kaldi(samples: Array) -> Iterator[Dump]:
    """torchaudio.compliance.kaldi.fbank, which does not scale samples itself."""
    profile = "torchaudio.compliance.kaldi"
    common: dict[str, Any] = {
        "preemphasis": "missing", "remove_dc": "added", "preemphasis_frame": "added", "frame.placement": "start",
        "window.family": "povey", "window.symmetry": "symmetric", "fft.n": 1024, "fft.power": 2.0,
        "filterbank.scale": "kaldi", "filterbank.norm": "none", "filterbank.domain": "mel",
        "level": "missing", "clip": "missing",
    }  # fmt: skip
    kinds: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "ln": ({}, {}),
        "ln_int16": ({}, {"gain": "added"}),
        "linear": ({"use_log_fbank": False}, {"log": "missing"}),
        "magnitude_ln": ({"use_power": False}, {"fft.power": 1.0}),
        "ln_800_points": ({"round_to_power_of_two": False}, {"fft.n": 800}),
        "ln_hann": ({"window_type": "hanning"}, {"window.family": "hann"}),
    }
    for kind, (options, more) in kinds.items():
        scale = 32768.0 if kind.endswith("int16") else 1.0
        wave = torch.from_numpy((samples * scale).astype(np.float32))[None]
        rows = torchaudio.compliance.kaldi.fbank(
            wave, num_mel_bins=BANDS, frame_length=50.0, frame_shift=12.5, low_freq=LOW, high_freq=HIGH, dither=0.0,
            sample_frequency=RATE, **options,
        )  # fmt: skip
        logarithm = {} if kind == "linear" else {"log.base": "e", "log.multiplier": 1.0, "log.floor": 2.0**-23}
        changes = {key: value for key, value in (common | logarithm | more).items() if value != REFERENCE.get(key)}
        yield Dump(f"kaldi_{kind}", profile, "linear" if kind == "linear" else "ln", changes, rows.numpy())


REFERENCE: dict[str, Any] = {"fft.power": 1.0, "fft.n": 800, "window.family": "hann"}
"""Parameters that a change may put back to what the reference has."""


def librosa_mel(samples: Array) -> Iterator[Dump]:
    """librosa.feature.melspectrogram, power_to_db and amplitude_to_db."""
    profile = "librosa.feature.melspectrogram"
    own = partial(
        librosa.feature.melspectrogram, sr=RATE, n_fft=N_FFT, hop_length=HOP, n_mels=BANDS, fmin=LOW, fmax=HIGH
    )
    open_end = {"level": "missing", "clip": "missing"}
    ten = {"log.multiplier": 10.0, "log.floor": 1e-10}
    for emphasis in (0, 1):
        wave = (emphasised(samples) if emphasis else samples).astype(np.float32)
        changes = {"fft.power": 2.0} | ({} if emphasis else PLAIN)
        name, mel = f"librosa{'_emphasised' * emphasis}", own(y=wave)
        for stop, more, values in stops(mel):
            yield Dump(f"{name}_{stop}", profile, stop, changes | more, values)
        levels = {
            "ref1_top_none": ({}, librosa.power_to_db(mel, top_db=None)),
            "ref1_top80": ({"top": "added"}, librosa.power_to_db(mel)),
            "refmax_top80": ({"top": "added", "normalise": "added"}, librosa.power_to_db(mel, ref=np.max)),
        }
        for kind, (more, decibels) in levels.items():
            yield Dump(f"{name}_{kind}", profile, "dB", changes | ten | more | open_end, decibels)
        yield Dump(f"{name}_ref1_normalised", profile, "normalised", changes | ten,
                   normalised(librosa.power_to_db(mel, top_db=None)))  # fmt: skip
        magnitude = own(y=wave, power=1.0)
        less = {"top": "added"} | ({} if emphasis else PLAIN)
        yield Dump(f"{name}_amplitude_to_db", profile, "dB", less | open_end, librosa.amplitude_to_db(magnitude))
        reflected = own(y=wave, pad_mode="reflect")
        yield Dump(f"{name}_reflect_ln", profile, "ln",
                   changes | {"frame.pad": "reflect", "log.base": "e", "log.multiplier": 1.0} | open_end,
                   np.log(np.maximum(reflected, 1e-5)))  # fmt: skip


def tensorflow_mel(samples: Array) -> Iterator[Dump]:
    """tf.signal.stft and linear_to_mel_weight_matrix, after their documentation."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, N_FFT)[::HOP]
    points = 1 << (N_FFT - 1).bit_length()
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)
    spectrum = np.abs(np.fft.rfft(frames * window, points)).astype(np.float32)
    to_mel = lambda hertz: 1127.0 * np.log(1.0 + hertz / 700.0)  # noqa: E731
    places = to_mel(np.linspace(0, RATE / 2, points // 2 + 1)[1:])[:, None]
    edges = np.linspace(to_mel(LOW), to_mel(HIGH), BANDS + 2)
    rise = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    weights = np.pad(np.maximum(0, np.minimum(rise, fall)), ((1, 0), (0, 0))).astype(np.float32)
    changes = PLAIN | HTK | {"frame.placement": "start", "fft.n": points, "filterbank.domain": "mel"}
    for stop, more, values in stops((spectrum @ weights), floor=1e-6, guard="add"):
        yield Dump(f"tf_signal_{stop}", "tf.signal", stop, changes | more, values.T if stop == "normalised" else values)


def speech_features(samples: Array) -> Iterator[Dump]:
    """python_speech_features.fbank and logfbank, on samples and on 16-bit integers."""
    profile = "python_speech_features"
    changes = {
        "frame.placement": "start", "frame.last": "fill", "window.family": "rectangular", "fft.power": 2.0,
        "fft.scale": N_FFT**-0.5, "filterbank.bins": "floor", **HTK,
    }  # fmt: skip
    ln = {"log.base": "e", "log.multiplier": 1.0, "log.floor": 2.0**-52, "level": "missing", "clip": "missing"}
    for scale, more in ((1.0, {}), (32768.0, {"gain": "added"})):
        mel, _ = python_speech_features.fbank(
            samples * scale, RATE, winlen=0.05, winstep=0.0125, nfilt=BANDS, nfft=N_FFT, lowfreq=LOW, highfreq=HIGH
        )
        name = "speech_features" + ("_int16" if scale > 1 else "")
        yield Dump(f"{name}_ln", profile, "ln", changes | ln | more, np.log(mel))
        if scale == 1:
            for stop, ends, values in stops(mel):
                if stop != "ln":
                    yield Dump(f"{name}_{stop}", profile, stop, changes | ends, values)


def scipy_mel(samples: Array) -> Iterator[Dump]:
    """scipy.signal.stft, which divides by the window's sum, with librosa's filters and with HTK's."""
    _, _, spectrum = scipy.signal.stft(samples, RATE, "hann", N_FFT, N_FFT - HOP)
    for htk in (0, 1):
        bank = librosa.filters.mel(sr=RATE, n_fft=N_FFT, n_mels=BANDS, fmin=LOW, fmax=HIGH, htk=bool(htk),
                                   norm=None if htk else "slaney")  # fmt: skip
        changes = PLAIN | {"fft.scale": 2 / N_FFT, "frame.last": "fill"} | (HTK if htk else {})
        for stop, more, values in stops(bank @ np.abs(spectrum)):
            yield Dump(f"scipy{'_htk' * htk}_{stop}", "scipy.signal.stft", stop, changes | more, values)


PROFILES: tuple[Callable[[Array], Iterator[Dump]], ...] = (
    torch_mel, torch_kaldi, librosa_mel, tensorflow_mel, speech_features, scipy_mel,
)  # fmt: skip

TESTED = (
    "torchaudio_magnitude_todb", "torchaudio_magnitude_normalised", "torchaudio_power_linear", "torchaudio_power_ln",
    "torchaudio_power_todb", "torchaudio_power_todb_normalised", "torchaudio_power_emphasised_dB",
    "torchaudio_magnitude_emphasised_normalised", "torchaudio_power_own_edges_todb", "kaldi_ln", "kaldi_linear",
    "librosa_ln", "librosa_ref1_top80", "librosa_refmax_top80", "librosa_emphasised_ref1_normalised", "tf_signal_ln",
    "tf_signal_normalised", "speech_features_ln", "scipy_normalised", "scipy_htk_dB",
)  # fmt: skip
"""What the tests have of the first 3 s of the reference recording."""


def dumps(path: Path) -> Iterator[Dump]:
    """Give every dump of a 16 kHz recording."""
    samples, rate = soundfile.read(path, dtype="float64")
    assert rate == RATE
    for profile in PROFILES:
        for dump in profile(samples):
            yield replace(dump, hidden=[name for name in dump.changes if hides(name, dump, samples)])


def hides(name: str, dump: Dump, samples: Array) -> bool:
    """Tell whether a change of a dump can be left out and the dump be the same."""
    values = np.asarray(dump.values, np.float64)
    silent = not samples[: N_FFT // 2].any() and not samples[-N_FFT // 2 :].any()
    hidden = {
        "log.floor": floor_hides(dump),
        "clip": np.abs(values).max() <= 4,
        "top": values.max() - values.min() < 79.9,
        "frame.pad": silent,
        "frame.last": len(samples) % HOP == 0,
    }
    return bool(hidden.get(name, False))


def floor_hides(dump: Dump) -> bool:
    """Tell whether no value lies near a dump's floor, or the reference's."""
    base, multiplier = dump.changes.get("log.base", "10"), dump.changes.get("log.multiplier", 20.0)
    lowest = max(dump.changes.get("log.floor", 1e-5), 1e-5)
    if dump.stop == "normalised":  # the clip hides what lies below -80 dB
        return "log.guard" not in dump.changes and bool(multiplier * np.log10(lowest) <= -80)
    level = multiplier * (np.log if base == "e" else np.log10)(lowest)
    return "log.guard" not in dump.changes and bool(dump.values.min() > level)


def write_all(folder: Path, recordings: list[Path]) -> None:
    """Write every dump of recordings at 16 kHz, each beside its truth."""
    for path in recordings:
        for dump in dumps(path):
            place = folder / path.stem / dump.name
            place.mkdir(parents=True, exist_ok=True)
            np.save(place / "mel.npy", dump.values.astype(np.float32))
            truth = {key: value for key, value in asdict(dump).items() if key != "values"} | {"audio": path.name}
            (place / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


def write_tested() -> None:
    """Write what the tests have: float16 where the values allow it."""
    every = {dump.name: dump for dump in dumps(HERE / "talk_hb_3s.flac")}
    arrays = {name: every[name].values.astype(np.float32 if name.endswith("linear") else np.float16) for name in TESTED}
    np.savez_compressed(HERE / "profiles.npz", **arrays)
    truths = {name: {key: value for key, value in asdict(every[name]).items() if key not in ("name", "values")}
              for name in TESTED}  # fmt: skip
    (HERE / "profiles.json").write_text(json.dumps(truths, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_all(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
    else:
        write_tested()

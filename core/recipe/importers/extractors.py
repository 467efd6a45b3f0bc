"""transformers' audio feature extractors as shipped recipes with changed blocks, parameters and settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..block import Block
from ..kinds.rows import Drop, FitRows, PadRows
from ..kinds.signal import Dither, FitSignal, PadSignal
from ..kinds.values import Normalise
from ..recipe import Recipe
from . import finishing
from .settings import Settings

Places = Mapping[str, tuple[str, ...]]


def _as_it_is(recipe: Recipe, _settings: Settings) -> Recipe:
    return recipe


@dataclass(frozen=True, slots=True)
class Extractor:
    """A feature extractor as a shipped recipe, and what is different.

    Attributes
    ----------
    preset : str
        The recipe that it is nearest to.
    defaults : mapping
        The extractor's own values of settings that a file may lack, where the recipe has others.
    without, before, behind : tuple
        Kinds of blocks that it lacks; blocks that it has in front, and at the end.
    changes : mapping
        Parameters of the recipe with other values.
    places : mapping
        Settings, and the parameters that each of them is.
    only : mapping
        Settings that no block computes, and the values with which they do nothing.
    finish : callable
        Applies the settings that are more than one changed parameter.
    """

    preset: str
    places: Places
    defaults: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    before: tuple[Block, ...] = ()
    behind: tuple[Block, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    finish: Callable[[Recipe, Settings], Recipe] = _as_it_is


_RATE: Places = {"sampling_rate": ("rate",)}
_BANDS: Places = {**_RATE, "feature_size": ("filterbank.bands",)}
_MEL_BINS: Places = {**_RATE, "num_mel_bins": ("filterbank.bands",)}
_STFT: Places = {**_BANDS, "n_fft": ("frame.length", "fft.n"), "hop_length": ("frame.hop",)}
_WHISPER: Places = {**_STFT, "chunk_length": ("fit_signal.seconds",)}
_NEMO: Places = {**_STFT, "win_length": ("window.length",), "preemphasis": ("preemphasis.coefficient",)}
_FRAMES: Places = {**_BANDS, "win_length": ("frame.length",), "n_fft": ("fft.n",), "hop_length": ("frame.hop",)}
_TO_HOPS: Places = {**_RATE, "hop_length": ("fit_signal.multiple",)}
_GEMMA: Places = {
    **_BANDS,
    "frame_length": ("crop.length",),
    "hop_length": ("frame.hop",),
    "fft_length": ("fft.n",),
    "min_frequency": ("filterbank.fmin",),
    "max_frequency": ("filterbank.fmax",),
    "mel_floor": ("log.floor",),
    "preemphasis": ("preemphasis_frame.coefficient",),
}
_FILLED = {"padding_value": (0,), "padding_side": ("right",)}
_STILL = {"dither": (0,)}
_FIXED_RATE = {"sampling_rate": (16000,)}
_MONO = {**_FILLED, "feature_size": (1,)}
_GEMMA_ONLY = {**_FILLED, **_STILL, "preemphasis_htk_flavor": (True,)}
_GEMMA_DEFAULTS = {"input_scale_factor": 1.0, "frame_length_ms": 32.0, "hop_length_ms": 10.0}
_RIGHT = FitSignal(multiple=1, side="right")
_SIXTY_SECONDS = FitSignal(seconds=60.0, side="right", do="cut")
_UNIVNET = {"win_length": 1024, "normalize_min": -11.512925148010254, "normalize_max": 2.3143386840820312}
_BAND_STATISTICS = Normalise(axis="band", statistic="mean_sd")
_RAW = "wav2vec2"
_24K = {"sampling_rate": 24000}
_HOPS = {"hop_length": 512}

_SPECTROGRAMS: dict[str, Extractor] = {
    "WhisperFeatureExtractor": Extractor("whisper-80-30s", _WHISPER, only={**_FILLED, **_STILL}),
    "MossTranscribeDiarizeFeatureExtractor": Extractor("whisper-80-30s", _WHISPER, only={**_FILLED, **_STILL}),
    "Qwen3ASRFeatureExtractor": Extractor(
        "whisper-80-30s",
        _WHISPER,
        defaults={"feature_size": 128, "n_window": 50},
        behind=(FitRows(multiple=100),),
        changes={"fit_signal.do": "fill"},
        only={**_FILLED, **_STILL},
        finish=finishing.qwen3_asr,
    ),
    "Dots3NoteFeatureExtractor": Extractor(
        "whisper-128",
        _WHISPER,
        before=(_SIXTY_SECONDS, FitSignal(multiple=1280, side="right"), PadSignal(back=1280)),
        behind=(Drop(last=8),),
        only={**_FILLED, **_STILL},
        finish=finishing.dots3,
    ),
    "VoxtralRealtimeFeatureExtractor": Extractor(
        "whisper-128",
        {**_STFT, "global_log_mel_max": ("top.maximum",)},
        changes={"top.scope": "fixed", "top.maximum": 1.5},
        finish=finishing.voxtral,
    ),
    "ParakeetFeatureExtractor": Extractor("nemo-80", _NEMO, finish=finishing.to_nyquist),
    "CohereAsrFeatureExtractor": Extractor(
        "nemo-128",
        {**_NEMO, "dither": ("dither.std",)},
        before=(Dither(std=1e-5),),
        finish=finishing.cohere,
    ),
    "NemotronAsrStreamingFeatureExtractor": Extractor(
        "nemo-80",
        _NEMO,
        without=("normalise",),
        behind=(Drop(last=1), PadRows(front=0, back=1, fill="zeros")),
        only={"mel_filters_dtype": ("float32",)},
        finish=finishing.to_nyquist,
    ),
    "SeamlessM4TFeatureExtractor": Extractor(
        "seamless",
        {**_MEL_BINS, "stride": ("stack.size", "stack.hop"), "padding_value": ("fit_rows.value",)},
        only={"padding_side": ("right",)},
        finish=finishing.to_nyquist,
    ),
    "NeuCodecFeatureExtractor": Extractor(
        "seamless",
        {**_TO_HOPS, "padding_value": ("fit_rows.value",)},
        before=(PadSignal(back=1), FitSignal(multiple=320, side="right")),
        changes={"fit_rows.value": 1.0},
        only={**_FIXED_RATE, "padding_side": ("right",)},
    ),
    "Xcodec2FeatureExtractor": Extractor(
        "seamless",
        {**_TO_HOPS, "padding_value": ("fit_rows.value",)},
        defaults={"hop_length": 320},
        before=(PadSignal(back=1), FitSignal(multiple=320, side="right"), PadSignal(front=160, back=160)),
        changes={"fit_rows.value": 1.0},
        only={**_FIXED_RATE, "padding_side": ("right",)},
        finish=finishing.xcodec2,
    ),
    "Speech2TextFeatureExtractor": Extractor(
        "kaldi-fbank-80",
        _MEL_BINS,
        behind=(_BAND_STATISTICS,),
        only={**_FIXED_RATE, **_STILL},
        finish=finishing.speech_to_text,
    ),
    "ASTFeatureExtractor": Extractor(
        "ast",
        {**_MEL_BINS, "max_length": ("fit_rows.rows",)},
        defaults={"mean": -4.2677393, "std": 4.5689974},
        only=_FIXED_RATE,
        finish=finishing.ast,
    ),
    "FunAsrNanoFeatureExtractor": Extractor(
        "sensevoice",
        {**_BANDS, "num_frames_lfr": ("stack.size",), "stride_lfr": ("stack.hop",)},
        defaults={"frame_length": 25, "frame_shift": 10, "window": "hamming"},
        without=("gain",),
        finish=finishing.fun_asr,
    ),
    "Phi4MultimodalFeatureExtractor": Extractor(
        "kaldi-fbank-80",
        {
            **_FRAMES,
            "preemphasis": ("preemphasis_frame.coefficient",),
            "mel_min_frequency": ("filterbank.fmin",),
            "mel_max_frequency": ("filterbank.fmax",),
        },
        without=("remove_dc",),
        changes={"window.family": "hamming", "filterbank.fmin": 0.0, "filterbank.fmax": 7690.0, "log.floor": 1.0},
    ),
    "LasrFeatureExtractor": Extractor(
        "kaldi-fbank-80",
        _FRAMES,
        defaults={"feature_size": 128},
        without=("gain", "remove_dc", "preemphasis_frame"),
        changes={"window.family": "hann", "filterbank.fmin": 125.0, "filterbank.fmax": 7500.0, "log.floor": 1e-5},
    ),
    "Gemma3nAudioFeatureExtractor": Extractor(
        "gemma3n", _GEMMA, defaults=_GEMMA_DEFAULTS, only=_GEMMA_ONLY, finish=finishing.gemma
    ),
    "Gemma4AudioFeatureExtractor": Extractor(
        "gemma3n",
        _GEMMA,
        defaults={**_GEMMA_DEFAULTS, "frame_length_ms": 20.0, "preemphasis": 0.0, "fft_overdrive": False},
        without=("fit_signal",),
        before=(FitSignal(seconds=30.0, side="right", do="cut"), PadSignal(front=160)),
        changes={"log.guard": "add", "log.floor": 1e-3, "filterbank.fmin": 0.0, "filterbank.fmax": 8000.0},
        only=_GEMMA_ONLY,
        finish=finishing.gemma4,
    ),
    "GraniteSpeechFeatureExtractor": Extractor("granite", {**_RATE, **finishing.TORCHAUDIO}, finish=finishing.granite),
    "ClapFeatureExtractor": Extractor(
        "clap",
        {
            **_BANDS,
            "fft_window_size": ("frame.length", "fft.n"),
            "hop_length": ("frame.hop",),
            "frequency_min": ("filterbank.fmin",),
            "frequency_max": ("filterbank.fmax",),
            "max_length_s": ("fit_signal.seconds",),
        },
        defaults={"frequency_min": 0.0, "truncation": "fusion", "padding": "repeatpad"},
        finish=finishing.clap,
    ),
    "SpeechT5FeatureExtractor": Extractor(
        "whisper-80",
        {
            **_MEL_BINS,
            "fmin": ("filterbank.fmin",),
            "fmax": ("filterbank.fmax",),
            "mel_floor": ("log.floor",),
        },
        defaults={"win_length": 64, "hop_length": 16, "win_function": "hann_window"},
        without=("drop", "top", "affine"),
        changes={"fft.power": 1.0, "filterbank.fmin": 80.0, "filterbank.fmax": 7600.0, "log.axes": ("column", "band")},
        finish=finishing.speecht5,
    ),
    "UnivNetFeatureExtractor": Extractor(
        "bigvgan-24k",
        {
            **_MEL_BINS,
            "filter_length": ("frame.length", "fft.n"),
            "hop_length": ("frame.hop",),
            "fmin": ("filterbank.fmin",),
            "fmax": ("filterbank.fmax",),
            "mel_floor": ("fft.inside",),
            "compression_clip_val": ("log.floor",),
            "max_length_s": ("fit_signal.seconds",),
        },
        defaults={**_UNIVNET, "win_function": "hann_window"},
        before=(FitSignal(seconds=10.0, side="right", do="cut"),),
        changes={"log.axes": ("column", "band")},
        only={"center": (False,), "compression_factor": (1,)},
        finish=finishing.univnet,
    ),
    "ClvpFeatureExtractor": Extractor(
        "whisper-80",
        {**_STFT, "default_audio_length": ("fit_signal.seconds",)},
        defaults={"sampling_rate": 22050, "n_fft": 1024, "hop_length": 256},
        without=("drop", "top", "affine"),
        before=(FitSignal(seconds=6.0, side="right"),),
        changes={"filterbank.scale": "htk", "log.base": "e", "log.floor": 1e-5},
        only=_FILLED,
        finish=finishing.clvp,
    ),
    "InklingFeatureExtractor": Extractor(
        "whisper-80",
        _BANDS,
        defaults={"audio_token_duration_s": 0.05, "window_size_multiplier": 2.0},
        without=("drop", "top", "affine"),
        before=(_RIGHT, PadSignal()),
        changes={"frame.placement": "start", "frame.pad": "zeros", "fft.power": 1.0, "log.axes": ("column", "band")},
        finish=finishing.inkling,
    ),
}
_SAMPLES: dict[str, Extractor] = {
    "Wav2Vec2FeatureExtractor": Extractor(_RAW, _RATE, finish=finishing.wav2vec2),
    "OmniASRFeatureExtractor": Extractor(
        _RAW, _RATE, changes={"normalise_signal.eps": 1e-5}, finish=finishing.wav2vec2
    ),
    "DacFeatureExtractor": Extractor(
        _RAW, _TO_HOPS, defaults=_HOPS, before=(_RIGHT,), only=_MONO, finish=finishing.raw
    ),
    "DiaFeatureExtractor": Extractor(
        _RAW, _TO_HOPS, defaults=_HOPS, before=(_RIGHT,), only=_FILLED, finish=finishing.raw
    ),
    "PeAudioFeatureExtractor": Extractor(
        _RAW,
        _TO_HOPS,
        defaults={"sampling_rate": 48000, "hop_length": 1920},
        before=(FitSignal(multiple=1, side="right", fill="reflect"),),
        only={"feature_size": (1,)},
        finish=finishing.raw,
    ),
    "EncodecFeatureExtractor": Extractor(_RAW, _RATE, defaults=_24K, only=_MONO, finish=finishing.encodec),
    "KyutaiSpeechToTextFeatureExtractor": Extractor(
        _RAW,
        _RATE,
        defaults={**_24K, "audio_silence_prefix_seconds": 0.0, "audio_delay_seconds": 0.0},
        before=(PadSignal(),),
        only=_MONO,
        finish=finishing.kyutai,
    ),
    "MuseSparkFeatureExtractor": Extractor(
        _RAW,
        {**_RATE, "samples_per_token": ("fit_signal.multiple",)},
        defaults={**_24K, "samples_per_token": 1920},
        before=(_RIGHT,),
        only=_FILLED,
        finish=finishing.raw,
    ),
    "WavTokenizerFeatureExtractor": Extractor(
        _RAW, _RATE, defaults={**_24K, "target_peak_dB_FS": -3.0}, only=_MONO, finish=finishing.wav_tokenizer
    ),
    "PocketTTSFeatureExtractor": Extractor(
        _RAW,
        {**_RATE, "pad_to_multiple_of": ("fit_signal.multiple",)},
        defaults={**_24K, "pad_to_multiple_of": 1920, "end_on_pause": True},
        before=(_RIGHT,),
        only={**_FILLED, "end_on_pause": (False,)},
        finish=finishing.raw,
    ),
    "VibeVoiceAcousticTokenizerFeatureExtractor": Extractor(
        _RAW,
        {**_RATE, "pad_to_multiple_of": ("fit_signal.multiple",)},
        defaults={**_24K, "pad_to_multiple_of": 3200, "normalize_audio": True},
        before=(_RIGHT,),
        only={**_FILLED, "normalize_audio": (False,)},
        finish=finishing.raw,
    ),
    "Gemma4UnifiedAudioFeatureExtractor": Extractor(
        _RAW, _RATE, defaults={"audio_samples_per_token": 640}, before=(_RIGHT,), finish=finishing.gemma4_unified
    ),
}
EXTRACTORS: dict[str, Extractor] = {**_SPECTROGRAMS, **_SAMPLES}
"""The extractors whose front end recipes cover, by the name in their configuration; checked with transformers 5.24."""

REFUSED: dict[str, str] = {
    "MusicgenMelodyFeatureExtractor": "computes chroma",
    "Pop2PianoFeatureExtractor": "computes beats",
    "GraniteSpeech5FeatureExtractor": "computes deltas of its bands",
}
"""Extractors that no chain of blocks computes, and why."""

"""transformers' extractors of spectrograms, by the name in their configuration."""

from ..kinds.rows import Drop, FitRows, PadRows
from ..kinds.signal import Dither, FitSignal, PadSignal
from ..kinds.values import Normalise
from . import finishing
from .extractor import FILLED, RATE, RIGHT, TO_HOPS, Extractor, Places

_BANDS: Places = {**RATE, "feature_size": ("filterbank.bands",)}
_MEL_BINS: Places = {**RATE, "num_mel_bins": ("filterbank.bands",)}
_STFT: Places = {**_BANDS, "n_fft": ("frame.length", "fft.n"), "hop_length": ("frame.hop",)}
_WHISPER: Places = {**_STFT, "chunk_length": ("fit_signal.seconds",)}
_NEMO: Places = {**_STFT, "win_length": ("window.length",), "preemphasis": ("preemphasis.coefficient",)}
_FRAMES: Places = {**_BANDS, "win_length": ("frame.length",), "n_fft": ("fft.n",), "hop_length": ("frame.hop",)}
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
_STILL = {"dither": (0,)}
_FIXED_RATE = {"sampling_rate": (16000,)}
_GEMMA_ONLY = {**FILLED, **_STILL, "preemphasis_htk_flavor": (True,)}
_GEMMA_DEFAULTS = {"input_scale_factor": 1.0, "frame_length_ms": 32.0, "hop_length_ms": 10.0}
_SIXTY_SECONDS = FitSignal(seconds=60.0, side="right", do="cut")
_UNIVNET = {"win_length": 1024, "normalize_min": -11.512925148010254, "normalize_max": 2.3143386840820312}
_BAND_STATISTICS = Normalise(axis="band", statistic="mean_sd")

SPECTROGRAMS: dict[str, Extractor] = {
    "WhisperFeatureExtractor": Extractor("whisper-80-30s", _WHISPER, only={**FILLED, **_STILL}),
    "MossTranscribeDiarizeFeatureExtractor": Extractor("whisper-80-30s", _WHISPER, only={**FILLED, **_STILL}),
    "Qwen3ASRFeatureExtractor": Extractor(
        "whisper-80-30s",
        _WHISPER,
        defaults={"feature_size": 128, "n_window": 50},
        behind=(FitRows(multiple=100),),
        changes={"fit_signal.do": "fill"},
        only={**FILLED, **_STILL},
        finish=finishing.qwen3_asr,
    ),
    "Dots3NoteFeatureExtractor": Extractor(
        "whisper-128",
        _WHISPER,
        before=(_SIXTY_SECONDS, FitSignal(multiple=1280, side="right"), PadSignal(back=1280)),
        behind=(Drop(last=8),),
        only={**FILLED, **_STILL},
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
        {**TO_HOPS, "padding_value": ("fit_rows.value",)},
        before=(PadSignal(back=1), FitSignal(multiple=320, side="right")),
        changes={"fit_rows.value": 1.0},
        only={**_FIXED_RATE, "padding_side": ("right",)},
    ),
    "Xcodec2FeatureExtractor": Extractor(
        "seamless",
        {**TO_HOPS, "padding_value": ("fit_rows.value",)},
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
    "GraniteSpeechFeatureExtractor": Extractor("granite", {**RATE, **finishing.TORCHAUDIO}, finish=finishing.granite),
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
        only=FILLED,
        finish=finishing.clvp,
    ),
    "InklingFeatureExtractor": Extractor(
        "whisper-80",
        _BANDS,
        defaults={"audio_token_duration_s": 0.05, "window_size_multiplier": 2.0},
        without=("drop", "top", "affine"),
        before=(RIGHT, PadSignal()),
        changes={"frame.placement": "start", "frame.pad": "zeros", "fft.power": 1.0, "log.axes": ("column", "band")},
        finish=finishing.inkling,
    ),
}

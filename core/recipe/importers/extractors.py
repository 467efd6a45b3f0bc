"""transformers' audio feature extractors as shipped recipes with changed blocks, parameters and settings."""

from ..kinds.signal import FitSignal, PadSignal
from . import finishing
from .extractor import AT_24K, FILLED, RATE, RIGHT, TO_HOPS, Extractor
from .spectrograms import SPECTROGRAMS

_MONO = {**FILLED, "feature_size": (1,)}
_RAW = "wav2vec2"
_HOPS = {"hop_length": 512}
_SAMPLES: dict[str, Extractor] = {
    "Wav2Vec2FeatureExtractor": Extractor(_RAW, RATE, finish=finishing.wav2vec2),
    "OmniASRFeatureExtractor": Extractor(_RAW, RATE, changes={"normalise_signal.eps": 1e-5}, finish=finishing.wav2vec2),
    "DacFeatureExtractor": Extractor(_RAW, TO_HOPS, defaults=_HOPS, before=(RIGHT,), only=_MONO, finish=finishing.raw),
    "DiaFeatureExtractor": Extractor(_RAW, TO_HOPS, defaults=_HOPS, before=(RIGHT,), only=FILLED, finish=finishing.raw),
    "PeAudioFeatureExtractor": Extractor(
        _RAW,
        TO_HOPS,
        defaults={"sampling_rate": 48000, "hop_length": 1920},
        before=(FitSignal(multiple=1, side="right", fill="reflect"),),
        only={"feature_size": (1,)},
        finish=finishing.raw,
    ),
    "EncodecFeatureExtractor": Extractor(_RAW, RATE, defaults=AT_24K, only=_MONO, finish=finishing.encodec),
    "KyutaiSpeechToTextFeatureExtractor": Extractor(
        _RAW,
        RATE,
        defaults={**AT_24K, "audio_silence_prefix_seconds": 0.0, "audio_delay_seconds": 0.0},
        before=(PadSignal(),),
        only=_MONO,
        finish=finishing.kyutai,
    ),
    "MuseSparkFeatureExtractor": Extractor(
        _RAW,
        {**RATE, "samples_per_token": ("fit_signal.multiple",)},
        defaults={**AT_24K, "samples_per_token": 1920},
        before=(RIGHT,),
        only=FILLED,
        finish=finishing.raw,
    ),
    "WavTokenizerFeatureExtractor": Extractor(
        _RAW, RATE, defaults={**AT_24K, "target_peak_dB_FS": -3.0}, only=_MONO, finish=finishing.wav_tokenizer
    ),
    "PocketTTSFeatureExtractor": Extractor(
        _RAW,
        {**RATE, "pad_to_multiple_of": ("fit_signal.multiple",)},
        defaults={**AT_24K, "pad_to_multiple_of": 1920, "end_on_pause": True},
        before=(RIGHT,),
        only={**FILLED, "end_on_pause": (False,)},
        finish=finishing.raw,
    ),
    "VibeVoiceAcousticTokenizerFeatureExtractor": Extractor(
        _RAW,
        {**RATE, "pad_to_multiple_of": ("fit_signal.multiple",)},
        defaults={**AT_24K, "pad_to_multiple_of": 3200, "normalize_audio": True},
        before=(RIGHT,),
        only={**FILLED, "normalize_audio": (False,)},
        finish=finishing.raw,
    ),
    "Gemma4UnifiedAudioFeatureExtractor": Extractor(
        _RAW, RATE, defaults={"audio_samples_per_token": 640}, before=(RIGHT,), finish=finishing.gemma4_unified
    ),
}
EXTRACTORS: dict[str, Extractor] = {**SPECTROGRAMS, **_SAMPLES}
"""The extractors whose front end recipes cover, by the name in their configuration; checked with transformers 5.24."""

REFUSED: dict[str, str] = {
    "MusicgenMelodyFeatureExtractor": "computes chroma",
    "Pop2PianoFeatureExtractor": "computes beats",
    "GraniteSpeech5FeatureExtractor": "computes deltas of its bands",
}
"""Extractors that no chain of blocks computes, and why."""

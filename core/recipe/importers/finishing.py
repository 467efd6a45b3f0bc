"""Settings of feature extractors that are more than one changed parameter."""

from ...base.errors import InputError
from ..block import Block
from ..kinds.frames import Family, Frame
from ..kinds.signal import Gain, NormaliseSignal
from ..kinds.values import Affine, Cast, Clip, Cmvn
from ..recipe import Recipe
from .edits import after, before, behind, ending, without
from .settings import Settings, changed, chosen, number, numbers, refuse_if, samples

WINDOWS: dict[str, Family] = {
    "hann": "hann",
    "hann_window": "hann",
    "hanning": "hann",
    "hamming": "hamming",
    "hamming_window": "hamming",
    "povey": "povey",
    "blackman": "blackman",
    "rectangular": "rectangular",
    "boxcar": "rectangular",
}
TORCHAUDIO = {
    "sample_rate": ("rate",),
    "n_fft": ("frame.length", "fft.n"),
    "win_length": ("window.length",),
    "hop_length": ("frame.hop",),
    "n_mels": ("filterbank.bands",),
}
_LARGEST = 1e12
_LARGEST_EXPONENT = 300
"""Beyond it a power of ten is no number; that is far more than any block allows."""


def to_nyquist(recipe: Recipe, settings: Settings) -> Recipe:
    """Let the filter bank reach half the sample rate, whatever that is; no pre-emphasis where it is null."""
    recipe = recipe.replace("filterbank.fmax", float(recipe.rate // 2))
    return without(recipe, "preemphasis") if settings.get("preemphasis", 0) is None else recipe


def cohere(recipe: Recipe, settings: Settings) -> Recipe:
    """Dither is a block, unless there is none."""
    recipe = to_nyquist(recipe, settings)
    return recipe if recipe.value("dither.std") else without(recipe, "dither")


def dots3(recipe: Recipe, settings: Settings) -> Recipe:
    """Rows for whole tokens of 8 hops, with zeros behind the signal."""
    seconds = settings.get("chunk_seconds")
    token = 8 * recipe.value("frame.hop")
    if seconds is not None:
        recipe = recipe.replace("fit_signal.seconds", number(settings, "chunk_seconds", float))
    return recipe.replace("fit_signal#2.multiple", token).replace("pad_signal.back", token)


def qwen3_asr(recipe: Recipe, settings: Settings) -> Recipe:
    """Rows for whole pairs of the encoder's windows."""
    multiple = 2 * number(settings, "n_window")
    return recipe.replace("fit_rows.multiple", multiple) if multiple > 1 else without(recipe, "fit_rows")


def voxtral(recipe: Recipe, settings: Settings) -> Recipe:
    """A fixed maximum, or the recording's own."""
    return recipe.replace("top.scope", "all") if settings.get("global_log_mel_max", 0) is None else recipe


def xcodec2(recipe: Recipe, settings: Settings) -> Recipe:
    """Half a hop of zeros on both sides."""
    half = number(settings, "hop_length") // 2
    recipe = recipe.replace("pad_signal#2.front", half).replace("pad_signal#2.back", half)
    return to_nyquist(recipe, settings)


def clap(recipe: Recipe, settings: Settings) -> Recipe:
    """The Slaney bank; fusion has HTK filters without a norm."""
    fills = {"repeat": "repeat", "repeatpad": "copies"}
    recipe = recipe.replace("fit_signal.fill", fills.get(str(settings.get("padding")), "zeros"))
    if settings.get("truncation") == "fusion":
        return recipe.replace("filterbank.scale", "htk").replace("filterbank.norm", "none")
    return recipe


def ast(recipe: Recipe, settings: Settings) -> Recipe:
    """The data set's mean and deviation, where they are used."""
    if not settings.get("do_normalize", True):
        return without(recipe, "affine")
    mean, deviation = number(settings, "mean", float), number(settings, "std", float)
    if deviation == 0:
        raise InputError("std 0 cannot be divided by")
    return recipe.replace("affine.multiply", 1 / (2 * deviation)).replace("affine.add", -mean / (2 * deviation))


def speech_to_text(recipe: Recipe, settings: Settings) -> Recipe:
    """Mean and deviation of each band, the mean alone, or neither."""
    recipe = to_nyquist(recipe, {})
    means, deviations = (settings.get(f"normalize_{each}", True) for each in ("means", "vars"))
    if not settings.get("do_ceptral_normalize", True) or not (means or deviations):
        return without(recipe, "normalise")
    refuse_if(settings, "normalize_means", True)
    return recipe if deviations else recipe.replace("normalise.statistic", "mean")


def fun_asr(recipe: Recipe, settings: Settings) -> Recipe:
    """Lengths in milliseconds, and rows stacked around their middle."""
    recipe = to_nyquist(recipe, {})
    length, hop = (
        samples(recipe.rate * number(settings, key, float) * 0.001, key) for key in ("frame_length", "frame_shift")
    )
    recipe = _windowed(recipe, settings, "window")
    recipe = recipe.replace("frame.length", length).replace("frame.hop", hop).replace("fft.n", _power_of_two(length))
    return recipe.replace("stack.front", (recipe.value("stack.size") - 1) // 2)


def gemma(recipe: Recipe, settings: Settings) -> Recipe:
    """Frames of one sample more than are transformed, and statistics of a data set."""
    for key, parameter in (("frame_length", "crop.length"), ("hop_length", "frame.hop")):
        if settings.get(key) is None:
            milliseconds = number(settings, f"{key}_ms", float)
            recipe = recipe.replace(parameter, samples(recipe.rate * milliseconds / 1000 + 0.5, f"{key}_ms"))
    length = recipe.value("crop.length")
    overdrive = 2 if settings.get("fft_overdrive", True) else 1
    recipe = recipe.replace("frame.length", length + 1)
    if settings.get("fft_length") is None:
        recipe = recipe.replace("fft.n", overdrive * _power_of_two(length))
    factor = number(settings, "input_scale_factor", float)
    means, deviations = numbers(settings, "per_bin_mean"), numbers(settings, "per_bin_stddev")
    recipe = _scaled(recipe, tuple(-mean for mean in means), _inverse(deviations, "per_bin_stddev"))
    return recipe if factor == 1 else before(recipe, Gain(factor=factor))


def gemma4(recipe: Recipe, settings: Settings) -> Recipe:
    """Half a frame of zeros in front."""
    recipe = gemma(recipe, settings)
    return recipe.replace("pad_signal.front", recipe.value("crop.length") // 2)


def granite(recipe: Recipe, settings: Settings) -> Recipe:
    """The settings of torchaudio's transform, which the file has in a table of their own."""
    own = settings.get("melspec_kwargs") or {}
    if not isinstance(own, dict):
        raise InputError("melspec_kwargs must be a table of torchaudio's settings")
    for key in own:
        if key not in TORCHAUDIO:
            raise InputError(f"melspec_kwargs.{key} is not covered by recipes; only {', '.join(TORCHAUDIO)} are")
    return to_nyquist(changed(recipe, own, TORCHAUDIO), {})


def speecht5(recipe: Recipe, settings: Settings) -> Recipe:
    """Lengths in milliseconds."""
    length, hop = (number(settings, key) * recipe.rate // 1000 for key in ("win_length", "hop_length"))
    recipe = _windowed(recipe, settings, "win_function")
    recipe = recipe.replace("frame.length", length).replace("frame.hop", hop)
    return recipe.replace("fft.n", _power_of_two(length))


def univnet(recipe: Recipe, settings: Settings) -> Recipe:
    """A window as long as the transform, and a range that the levels are mapped from."""
    refuse_if(settings, "win_length", recipe.value("fft.n"))
    recipe = _windowed(recipe, settings, "win_function")
    if settings.get("fmax") is None:
        recipe = recipe.replace("filterbank.fmax", recipe.rate / 2)
    if not settings.get("do_normalize"):
        return recipe
    low, high = (number(settings, f"normalize_{end}", float) for end in ("min", "max"))
    if low == high:
        raise InputError(f"normalize_min and normalize_max are both {low:g}; they must differ")
    return behind(recipe, Affine(multiply=2 / (high - low), add=-2 * low / (high - low) - 1))


def clvp(recipe: Recipe, settings: Settings) -> Recipe:
    """Levels divided by numbers of each band."""
    return _scaled(recipe, (), _inverse(numbers(settings, "mel_norms"), "mel_norms"))


def inkling(recipe: Recipe, settings: Settings) -> Recipe:
    """Magnitudes of at least 1e-5, of frames that end with their hop."""
    seconds = number(settings, "audio_token_duration_s", float)
    multiplier = number(settings, "window_size_multiplier", float)
    hop = samples(seconds * recipe.rate + 0.5, "audio_token_duration_s")
    length = samples(seconds * multiplier * recipe.rate + 0.5, "window_size_multiplier")
    n = number(settings, "n_fft") if settings.get("n_fft") else length
    for parameter, value in {
        "fit_signal.multiple": hop,
        "pad_signal.front": max(n - hop, 0),
        "frame.length": n,
        "frame.hop": hop,
        "window.length": length,
        "fft.n": n,
    }.items():
        recipe = recipe.replace(parameter, value)
    return to_nyquist(after(recipe, "fft", Clip(low=1e-5, high=_LARGEST)), {})


def wav2vec2(recipe: Recipe, settings: Settings) -> Recipe:
    """Normalised samples, or the samples as they are."""
    return recipe if settings.get("do_normalize", True) else _samples(recipe)


def raw(recipe: Recipe, _settings: Settings) -> Recipe:
    """The samples as they are, fitted to the length that the model needs."""
    return _samples(recipe)


def encodec(recipe: Recipe, settings: Settings) -> Recipe:
    """The whole signal; overlapping chunks are another length."""
    if settings.get("chunk_length_s") is not None:
        refuse_if(settings, "overlap")
    return _samples(recipe)


def kyutai(recipe: Recipe, settings: Settings) -> Recipe:
    """Silence in front, and the model's delay and a second behind."""
    recipe = encodec(recipe, settings)
    prefix, delay = "audio_silence_prefix_seconds", "audio_delay_seconds"
    front = samples(number(settings, prefix, float) * recipe.rate, prefix)
    back = samples((number(settings, delay, float) + 1.0) * recipe.rate, delay)
    return recipe.replace("pad_signal.front", front).replace("pad_signal.back", back)


def wav_tokenizer(recipe: Recipe, settings: Settings) -> Recipe:
    """A peak at a level, where that is asked for."""
    if not settings.get("normalize_audio"):
        return _samples(recipe)
    peak = 10 ** min(number(settings, "target_peak_dB_FS", float) / 20, _LARGEST_EXPONENT)
    return ending(recipe, (NormaliseSignal(how="peak", peak=peak),))


def gemma4_unified(recipe: Recipe, settings: Settings) -> Recipe:
    """Samples in rows of one token."""
    size = number(settings, "audio_samples_per_token")
    recipe = recipe.replace("fit_signal.multiple", size)
    rows = Frame(length=size, hop=size, placement="start", pad="zeros", axes=("column", "sample"))
    return ending(recipe, (*recipe.blocks[:-1], rows)).replace("frame.axes", ("column", "sample"))


def _samples(recipe: Recipe) -> Recipe:
    kept: tuple[Block, ...] = tuple(block for block in recipe.blocks if block.kind != "normalise_signal")
    return ending(recipe, (*kept, Cast(to="float32")))


def _windowed(recipe: Recipe, settings: Settings, key: str) -> Recipe:
    return recipe.replace("window.family", chosen(settings.get(key), key, WINDOWS))


def _scaled(recipe: Recipe, shift: tuple[float, ...], scale: tuple[float, ...]) -> Recipe:
    return behind(recipe, Cmvn(shift=shift, scale=scale)) if shift or scale else recipe


def _inverse(divisors: tuple[float, ...], key: str) -> tuple[float, ...]:
    if 0 in divisors:
        raise InputError(f"{key} holds 0, which cannot be divided by")
    return tuple(1 / each for each in divisors)


def _power_of_two(length: int) -> int:
    """Give the next power of two."""
    if length < 1:
        raise InputError(f"frames of {length} samples are too short; at least 1 is needed")
    return 1 << (length - 1).bit_length()

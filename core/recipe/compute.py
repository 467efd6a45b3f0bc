"""From a recording to a run by a recipe."""

from pathlib import Path

import numpy.typing as npt

from ..base.errors import InputError
from ..base.files import naming
from ..base.progress import Progress, silent
from ..config import AudioConfig
from ..run import Provenance, Run
from ..stages.audio import Recording, from_samples, read_audio
from .measured import remember
from .recipe import Recipe
from .run_stages import AUDIO, audio_stage, recipe_stage
from .runner import Computed, run_blocks


def compute_recipe(
    audio: str | Path | Recording | npt.ArrayLike,
    recipe: Recipe,
    *,
    rate: int | None = None,
    until: str | None = None,
    progress: Progress = silent,
) -> Run:
    """Compute the stages of a recipe for one recording.

    Parameters
    ----------
    audio : path, Recording or array
        A file; what `framescope.read_audio` gave, whose file is read again at the recipe's rate; or samples, (n,) or
        (n, channels), floats of full scale 1.0 or integers.
    recipe : Recipe
        The front end.
    rate : int or None
        The sample rate of samples, Hz; a file or a recording has its own.
    until : str or None
        The last stage wanted; None: all.
    progress : callable
        Called between chunks with (stage, done, total).

    Returns
    -------
    Run
        ``audio`` and the recipe's stages, in the original's axes.

    Raises
    ------
    InputError
        A recording that cannot be read or is too short, or a recipe that cannot be computed.
    CancelledError
        Raised by `progress`.
    """
    names = (AUDIO, *(stage.name for stage in recipe.stages))
    if until is not None and until not in names:
        raise InputError(f"until {until!r}: the recipe has no such stage; it has {', '.join(names)}")
    recording = recipe_recording(audio, recipe, rate, progress)
    stages, done = {AUDIO: audio_stage(recording.samples, recipe)}, list[Computed]()
    with naming(recording.path):
        for computed in run_blocks(recording.samples, recipe, progress=progress) if until != AUDIO else ():
            done.append(computed)
            stages[computed.spec.name] = recipe_stage(computed)
            if computed.spec.name == until:
                break
    remember(stages[AUDIO], recipe, done)
    provenance = Provenance(source=str(recording.path))
    return Run(recording.path.name, "computed", stages, provenance, recipe=recipe)


def recipe_recording(
    audio: str | Path | Recording | npt.ArrayLike, recipe: Recipe, rate: int | None = None, progress: Progress = silent
) -> Recording:
    """Read a recording as a recipe's first block gets it.

    Raises
    ------
    InputError
        It cannot be read, or samples come without their rate.
    """
    config = audio_config(recipe)
    if isinstance(audio, Recording):
        audio = audio.path
    if isinstance(audio, str | Path):
        if rate is not None:
            raise InputError(f"rate {rate}: a file or a Recording has its own rate; leave it out")
        return read_audio(audio, config, tick=lambda done, total: progress(AUDIO, done, total))
    if rate is None:
        raise InputError("samples have no rate of their own; give it, such as rate=16000")
    return from_samples(audio, rate, config)


def audio_config(recipe: Recipe) -> AudioConfig:
    """Give how a recording becomes the samples that a recipe's first block gets."""
    if recipe.resampler == "none":
        return AudioConfig(sample_rate=recipe.rate, channel=recipe.channels, resample=False)
    return AudioConfig(sample_rate=recipe.rate, channel=recipe.channels, resampler=recipe.resampler)

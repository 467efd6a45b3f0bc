"""From a recording to a run by a recipe: every named stage with its axes, its clock and its frequencies."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import AudioConfig
from ..errors import InputError
from ..files import naming
from ..run import Axis, Clock, Provenance, Run, Stage
from ..stages.audio import Recording, from_samples, read_audio
from .block import Context
from .items import Items
from .noise import float32_noise
from .recipe import Recipe, StageSpec
from .runner import Computed, StageTick, applied_names, run_blocks, silent
from .trace import samples_of

AUDIO = "audio"
_TIME_AXIS = "column"
"""The axis that counts the items along time, wherever it stands; where a stage has none, its first axis does."""


def compute_recipe(
    audio: str | Path | Recording | npt.ArrayLike,
    recipe: Recipe,
    *,
    rate: int | None = None,
    until: str | None = None,
    progress: StageTick = silent,
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
    stages = {AUDIO: audio_stage(recording.samples, recipe)}
    with naming(recording.path):
        for computed in run_blocks(recording.samples, recipe, progress=progress) if until != AUDIO else ():
            stages[computed.spec.name] = recipe_stage(computed)
            if computed.spec.name == until:
                break
    provenance = Provenance(source=str(recording.path))
    return Run(recording.path.name, "computed", stages, provenance, recipe=recipe)


def recipe_recording(
    audio: str | Path | Recording | npt.ArrayLike, recipe: Recipe, rate: int | None = None, progress: StageTick = silent
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


def audio_stage(samples: NDArray, recipe: Recipe) -> Stage:
    """Give the samples as a stage."""
    return Stage(AUDIO, samples, (Axis("sample", f"1/{recipe.rate} s", "samples"),), clock=Clock(recipe.rate))


def recipe_stage(computed: Computed) -> Stage:
    """Give what a recipe has computed as a stage of a run."""
    items, spec = computed.items, computed.spec
    clock = items_clock(items)
    axes, time = _axes(spec, items, clock)
    array = np.moveaxis(np.asarray(items.array), 0, time) if time else items.array
    return Stage(spec.name, array, axes, seconds=computed.seconds, clock=clock, hz=items.hz)


def items_clock(items: Items) -> Clock:
    """Give when items are: each lies in the middle of the samples that it was computed from."""
    count = len(items)
    if count < 2:
        first, last = samples_of(items.links, 0) if count else (0, 0)
        return Clock(items.rate / (last - first + 1), 0.0)
    # Items at the ends may be made of repeated rows, so those in the middle tell how far apart they are.
    early, late = count // 4, max(3 * count // 4, count // 4 + 1)
    middles = [(sum(samples_of(items.links, item)) + 1) / 2 / items.rate for item in (early, late)]
    rate = (late - early) / max(middles[1] - middles[0], 1e-9)
    return Clock(rate, early + 0.5 - middles[0] * rate)


def _axes(spec: StageSpec, items: Items, clock: Clock) -> tuple[tuple[Axis, ...], int]:
    """The axes as the recipe names them, and which of them counts the items."""
    count = 1 + len(items.item_shape)
    names = spec.axes or (_TIME_AXIS, *(f"axis {number}" for number in range(1, count)))
    if len(names) != count:
        raise InputError(f"stage {spec.name!r} has {count} axes, but axes names {len(names)}: {', '.join(names)}")
    time = names.index(_TIME_AXIS) if _TIME_AXIS in names and count == 2 else 0
    word = f"{names[time]}s" if not names[time].endswith("ch") else f"{names[time]}es"
    units = [f"{1000 / clock.rate:.4g} ms" if number == time else "" for number in range(count)]
    if items.hz is not None and count == 2:
        units[1 - time] = "Hz"
    axes = (
        Axis(name, unit, word if number == time else "")
        for number, (name, unit) in enumerate(zip(names, units, strict=True))
    )
    return tuple(axes), time


def intermediates(samples: NDArray, recipe: Recipe) -> Iterator[tuple[str, Items]]:
    """Give the outputs of the blocks that are no named stage, computed where somebody looks.

    They are called by the kind of their block, with ``#2`` and so on where there are several.
    """
    items = Items(samples, recipe.rate)
    for name, block, made in applied_names(recipe, items, Context(folder=recipe.folder)):
        if not block.stage and made.item_shape:
            yield name, made


def stage_noise(reference: Run) -> Mapping[str, float]:
    """Measure the float32 noise of a computed run's stages; empty where there are no samples to measure it on."""
    if reference.recipe is None or AUDIO not in reference:
        return {}
    return float32_noise(np.asarray(reference[AUDIO]), reference.recipe)

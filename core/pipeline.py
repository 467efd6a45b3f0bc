"""The pipeline: the stages in their order, each given away as soon as it is done."""

from collections.abc import Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from time import perf_counter

import numpy.typing as npt

from .base.arrays import NDArray
from .base.errors import InputError, UnknownStageError
from .base.files import naming
from .base.progress import Progress, Tick, silent
from .compare.alignment import time_major
from .config import Config
from .encoder.choice import choose_encoder
from .encoder.session import Encoder
from .recipe.compute import compute_recipe
from .recipe.configured import config_recipe, up_to_model
from .recipe.items import Items
from .recipe.presets import SYNCTALK
from .recipe.recipe import Recipe
from .recipe.run_stages import recipe_stage
from .recipe.runner import run_blocks
from .run import STAGE_NAMES, Provenance, Run, Stage, StageName
from .stages.audio import Recording, from_samples, read_audio
from .stages.features import WindowEncoder, native_features
from .stages.windows import check_columns
from .timebase import Timebase

REFERENCE = Config()


def compute_stages(
    source: str | Path | Recording,
    config: Config = REFERENCE,
    *,
    encoder: Encoder | None = None,
    native: NDArray | None = None,
    progress: Progress = silent,
) -> Iterator[Stage]:
    """Compute stage after stage; what is not asked for is not computed.

    Parameters
    ----------
    source : path or Recording
        The recording.
    encoder : Encoder or None
        Makes the features; without it, and without `native`, the stages end with the windows.
    native : (n, 2, 1024), (n, 2048) or (n, 8192) float array, or None
        Native features of the configuration's mode: they stand for the encoder's and are not padded.

    Yields
    ------
    Stage
        audio, mel, windows, features, padded, tensors, with the seconds each took.

    Raises
    ------
    InputError
        A recording that cannot be read or is too short, native features that do not fit the mode.
    CancelledError
        Raised by `progress`.
    """
    start = perf_counter()
    recording = _recording(source, config, progress)
    yield Stage("audio", recording.samples, seconds=perf_counter() - start)
    recipe = config_recipe(config)
    if encoder is None or native is not None:
        recipe = up_to_model(recipe)
    with naming(recording.path):
        for made in run_blocks(recording.samples, recipe, progress=progress, encoder=encoder):
            stage = recipe_stage(made)
            yield stage
            _check_length(stage, config)
    if native is not None:
        stage = Stage("features", native_features(native, config))
        yield stage
        yield from following(stage, config, native=True)


def next_stage(
    stage: Stage,
    config: Config = REFERENCE,
    encoder: WindowEncoder | None = None,
    *,
    tick: Tick = silent,
) -> Stage:
    """Compute the stage that follows a stage of SyncTalk_2D.

    Parameters
    ----------
    stage : Stage
        Any but the tensors; items that only some frames have are passed on with their frames.
    encoder : WindowEncoder or None
        Needed behind the windows.
    tick : callable
        Called between chunks with (done, total); what it raises ends the computation there.

    Raises
    ------
    InputError
        Values that are too few for the stage, or an encoder that fails on them.
    """
    _check_length(stage, config)
    recipe = config_recipe(config)

    def progress(_: str, done: int, total: int) -> None:
        tick(done, total)

    made = next(run_blocks(_items(stage, recipe), recipe, _done(stage, recipe), progress=progress, encoder=encoder))
    frames = stage.frames if made.spec.name == "features" else None
    return Stage(made.spec.name, made.array, frames=frames)


def following(stage: Stage, config: Config = REFERENCE, *, native: bool = False) -> Iterator[Stage]:
    """Give the stages behind features or padded rows: they only gather feature rows, in 15 ms for an hour."""
    recipe = config_recipe(config, native=native)
    for made in run_blocks(_items(stage, recipe), recipe, _done(stage, recipe)):
        yield Stage(made.spec.name, made.array, seconds=0.0)


def _items(stage: Stage, recipe: Recipe) -> Items:
    return Items(time_major(stage), recipe.rate)


def _done(stage: Stage, recipe: Recipe) -> int:
    """Give how many blocks of a recipe lead to a stage."""
    return next((spec.block + 1 for spec in recipe.stages if spec.name == stage.name), 0)


def _check_length(stage: Stage, config: Config) -> None:
    if stage.name == "mel":
        check_columns(stage.shape[1], Timebase.of(config))


def compute(
    audio: str | Path | Recording | npt.ArrayLike,
    config: Config | Recipe = REFERENCE,
    *,
    rate: int | None = None,
    encoder: Encoder | str | Path | None = None,
    native: NDArray | None = None,
    until: StageName | None = None,
    progress: Progress = silent,
) -> Run:
    """Compute a front end for one recording: SyncTalk_2D's, or that of a recipe.

    Parameters
    ----------
    audio : path, Recording or array
        The recording: a file, what `framescope.read_audio` or `framescope.from_samples` gave, or samples, (n,) or
        (n, channels), floats of full scale 1.0 or integers.
    rate : int or None
        The sample rate of samples, Hz; a file or a recording has its own.
    config : Config or Recipe
        The configuration of SyncTalk_2D, or another front end, such as ``framescope.recipe("whisper-80")``.
    encoder : Encoder, path or None
        An ONNX file or a checkpoint; None: the stand-in weights that ship with Framescope.
    until : str
        The last stage wanted, None: all; ``mel`` and ``windows`` need no encoder.

    Returns
    -------
    Run
        All stages up to `until`; windows, padded rows and frame tensors are gathered when they are indexed.

    Raises
    ------
    InputError
        Anything wrong with the recording, the encoder, the native features or an argument, in one sentence.

    Examples
    --------
    >>> import framescope
    >>> run = framescope.compute(framescope.sample(), encoder="stand-in")
    >>> run["mel"].shape[0], run["features"].shape[1], run["tensors"].shape[1:]
    (80, 512, (32, 16, 16))
    >>> run["tensors"].array[25].dtype
    dtype('float32')
    >>> import numpy as np
    >>> framescope.compute(np.zeros((48000, 2), np.int16), rate=48000, until="mel")
    <Run 'samples' computed: audio (16000,), mel (80, 81)>
    """
    if isinstance(config, Recipe) and config.origin == SYNCTALK:
        config = REFERENCE
    if isinstance(config, Recipe):
        return compute_recipe(audio, config, rate=rate, until=until, progress=progress)
    until = STAGE_NAMES[-1] if until is None else until
    if until not in STAGE_NAMES:
        raise UnknownStageError(f"until {until!r}: there is no such stage; use one of {', '.join(STAGE_NAMES)}")
    source = _source(audio, config, rate)
    loaded = None if native is not None or until in {"audio", "mel", "windows"} else _encoder(encoder)
    stages = {}
    for stage in compute_stages(source, config, encoder=loaded, native=native, progress=progress):
        stages[stage.name] = stage
        if stage.name == until:
            break
    path = source.path if isinstance(source, Recording) else Path(source)
    provenance = Provenance(source=str(path), encoder=loaded.label if loaded else None)
    return Run(path.name, "computed", stages, provenance, config)


def _source(audio: str | Path | Recording | npt.ArrayLike, config: Config, rate: int | None) -> str | Path | Recording:
    """Take samples for a recording of a rate, and nothing else."""
    if not isinstance(config, Config):
        raise InputError(f"config {config!r:.40}: must be a Config; the sample rate of samples is given as rate=16000")
    if isinstance(audio, str | PathLike | Recording):
        if rate is not None:
            raise InputError(f"rate {rate}: a file or a Recording has its own rate; leave it out")
        return audio if isinstance(audio, Recording) else Path(audio)
    if rate is None:
        raise InputError("samples have no rate of their own; give it, such as rate=16000")
    return from_samples(audio, rate, config.audio)


def _recording(source: str | Path | Recording, config: Config, progress: Progress) -> Recording:
    if isinstance(source, Recording):
        return source
    return read_audio(source, config.audio, tick=partial(progress, "audio"))


def _encoder(encoder: Encoder | str | Path | None) -> Encoder:
    return encoder if isinstance(encoder, Encoder) else choose_encoder(encoder)

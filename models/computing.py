"""The computation of one recording on a worker's thread: what it is given, and the parts that it delivers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..core.base.arrays import Array, NDArray
from ..core.base.files import naming
from ..core.base.progress import Tick
from ..core.config import FEATURE_SIZE, WINDOW_COLUMNS, Config
from ..core.encoder.architecture import MEL_BANDS
from ..core.encoder.choice import EncoderChoice, choose_encoder
from ..core.encoder.process import spare
from ..core.encoder.session import Encoder
from ..core.pipeline import compute_stages, following
from ..core.recipe.compute import audio_config
from ..core.recipe.measured import remember
from ..core.recipe.recipe import Recipe, StageSpec
from ..core.recipe.run_stages import audio_stage, recipe_stage
from ..core.recipe.runner import Computed, run_blocks
from ..core.run import Stage
from ..core.stages.audio import Recording, read_audio
from ..core.stages.features import feature_chunks
from ..core.stages.mel import column_count
from ..core.stages.windows import check_columns
from ..core.timebase import Timebase
from .quantised import FEATURE_RANGE, MEL_RANGE, Quantised, Quantiser, fitted

CHUNK_FRAMES = 32
"""Frames encoded at a time: two of the encoder's batches, 13 ms on two cores."""
_TABLE = 2
"""Axes of what a heat lane draws: items and values."""
_PATIENCE = 0.05
"""Seconds between two questions whether the computation is still wanted."""


class Outwards:
    """Chunks of frames from a centre outwards; the centre may be moved meanwhile, from another thread."""

    def __init__(self, centre: int) -> None:
        self.centre = centre

    def chunks(self, total: int) -> Iterator[slice]:
        """Give every chunk of `total` frames once, always the nearest of those that are left."""
        starts = np.arange(0, total, CHUNK_FRAMES)
        while len(starts):
            nearest = np.abs(starts + CHUNK_FRAMES // 2 - self.centre).argmin()
            start = int(starts[nearest])
            starts = np.delete(starts, nearest)
            yield slice(start, min(start + CHUNK_FRAMES, total))


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What the worker is given; what was loaded before comes along, so that it is not loaded again."""

    source: Path | Recording
    encoder: Encoder | EncoderChoice
    config: Config
    recipe: Recipe | None
    order: Outwards
    taken: Event = field(default_factory=Event)
    """Set once the stages before the encoder are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Features of some frames."""

    frames: slice
    values: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Mel columns from `start` to `stop`, which are right from now on, and the codes of all so far."""

    mel: NDArray
    codes: Quantised
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What the features will be made with and where they will stand, zeros so far, and what is gathered from them."""

    encoder: Encoder
    features: npt.NDArray[np.float32]
    codes: Quantised
    gathered: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RecipeStage:
    """A stage that a recipe gives, and what its lane draws of it; None: it has none."""

    stage: Stage
    codes: Quantised | None


@dataclass(frozen=True, slots=True)
class Timed:
    """The seconds that the features took, once they are all there."""

    seconds: float


Part: TypeAlias = Recording | Stage | Prepared | Columns | Chunk | RecipeStage | Timed


def gathered(features: Array, config: Config) -> tuple[Stage, ...]:
    """Give the stages that follow the features; for an hour this takes 15 ms."""
    return tuple(following(Stage("features", features), config))


def read_recording(path: Path, config: Config, recipe: Recipe | None, tick: Tick) -> Recording:
    """Read a recording that is long enough for all stages; whether it is for a recipe's, its blocks say."""
    if recipe is not None:
        return read_audio(path, audio_config(recipe), tick=tick)
    recording = read_audio(path, config.audio, tick=tick)
    with naming(path):
        check_columns(column_count(len(recording.samples), config.mel), Timebase.of(config))
    return recording


def proven(choice: EncoderChoice) -> Encoder:
    """Load an encoder, and have it encode silence."""
    encoder = choice.load()
    encoder.encode(np.zeros((1, WINDOW_COLUMNS, MEL_BANDS), np.float32))
    return encoder


def compute_parts(request: Request, deliver: Callable[[Part], Any], tick: Tick) -> None:
    """Deliver part after part, on a worker's thread."""
    if request.recipe is None:
        _compute_synctalk(request, deliver, tick)
    else:
        _compute_recipe(request, request.recipe, deliver, tick)


def _compute_recipe(request: Request, recipe: Recipe, deliver: Callable[[Part], Any], tick: Tick) -> None:
    recording = request.source
    if isinstance(recording, Path):
        recording = read_audio(recording, audio_config(recipe), tick=tick)
    deliver(recording)
    audio, done = audio_stage(recording.samples, recipe), list[Computed]()
    deliver(RecipeStage(audio, None))
    with naming(recording.path):
        for computed in run_blocks(recording.samples, recipe, progress=lambda _, made, total: tick(made, total)):
            done.append(computed)
            deliver(RecipeStage(recipe_stage(computed), _codes(computed.spec, computed.items.array, tick)))
    remember(audio, recipe, done)


def _codes(spec: StageSpec, array: Array, tick: Tick) -> Quantised | None:
    """Quantise what a lane draws of a stage; signals are drawn of their samples."""
    return fitted(array, tick) if spec.drawn and array.ndim == _TABLE else None


def _compute_synctalk(request: Request, deliver: Callable[[Part], Any], tick: Tick) -> None:
    start = perf_counter()
    if not isinstance(request.encoder, Encoder):
        spare.prepare()
    recording = request.source
    if isinstance(recording, Path):
        recording = read_audio(recording, request.config.audio, tick=tick)
    deliver(recording)
    stages = compute_stages(
        recording,
        request.config,
        progress=lambda _, done, total: tick(done, total),
        mel_filled=Quantiser(MEL_RANGE, lambda *columns: deliver(Columns(*columns))),
    )
    for stage in stages:
        deliver(replace(stage, seconds=perf_counter() - start))
        start, windows = perf_counter(), stage.array  # without an encoder, the last stage is the windows
    # Two processors are soon busy with the features: the window is to show the mel before.
    while not request.taken.wait(_PATIENCE):
        tick(0, len(windows))
    encoder = request.encoder if isinstance(request.encoder, Encoder) else choose_encoder(request.encoder)
    features = np.zeros((len(windows), FEATURE_SIZE), np.float32)
    codes = Quantised(len(windows), FEATURE_SIZE, FEATURE_RANGE)
    deliver(Prepared(encoder, features, codes, gathered(features, request.config)))
    start, done = perf_counter(), 0
    for frames, values in feature_chunks(windows, encoder, request.order.chunks(len(windows))):
        codes.fill(frames.start, values)
        deliver(Chunk(frames, values))
        done += len(values)
        tick(done, len(windows))
    deliver(Timed(perf_counter() - start))

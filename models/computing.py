"""The computation of one recording on a worker's thread: what it is given, and the parts that it delivers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from ..core.base.arrays import Array
from ..core.base.files import naming
from ..core.base.progress import Tick
from ..core.config import FEATURE_SIZE, WINDOW_COLUMNS, AudioConfig
from ..core.encoder.architecture import MEL_BANDS
from ..core.encoder.choice import EncoderChoice, choose_encoder
from ..core.encoder.process import spare
from ..core.encoder.session import Encoder
from ..core.recipe.configured import encoder_place, model_place
from ..core.recipe.items import Items
from ..core.recipe.kinds.onnx import Onnx
from ..core.recipe.measured import remember
from ..core.recipe.recipe import Recipe, StageSpec
from ..core.recipe.run_stages import audio_stage, recipe_stage
from ..core.recipe.runner import Computed, applied, run_blocks
from ..core.run import Stage
from ..core.stages.audio import Recording, read_audio
from ..core.stages.features import feature_chunks
from .quantised import FEATURE_RANGE, TABLE, Quantised, Quantiser, fitted

CHUNK_FRAMES = 32
"""Frames encoded at a time: two of the encoder's batches, 13 ms on two cores."""
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
    audio: AudioConfig
    encoder: Encoder | EncoderChoice
    recipe: Recipe
    order: Outwards


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A stage that is done, and what its lane draws of it; None: it has none."""

    stage: Stage
    codes: Quantised | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Growing:
    """A stage as it will be, whose items from `start` to `stop` are right from now on, and the codes of all so far."""

    stage: Stage
    codes: Quantised
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What the features will be made with and where they will stand, zeros so far, and what is gathered from them."""

    encoder: Encoder
    features: Computed
    codes: Quantised
    gathered: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Features of some frames."""

    frames: slice
    values: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Timed:
    """The seconds that the features took, once they are all there."""

    seconds: float


Part: TypeAlias = Recording | Made | Growing | Event | Prepared | Chunk | Timed
"""An `Event` is to be set once what came before it is shown."""


def read_recording(path: Path, audio: AudioConfig, recipe: Recipe, tick: Tick) -> Recording:
    """Read a recording that is long enough for all blocks before a model."""
    recording = read_audio(path, audio, tick=tick)
    with naming(path):
        applied(recipe.blocks[: model_place(recipe)], Items(recording.samples, recipe.rate))
    return recording


def proven(choice: EncoderChoice) -> Encoder:
    """Load an encoder, and have it encode silence."""
    encoder = choice.load()
    encoder.encode(np.zeros((1, WINDOW_COLUMNS, MEL_BANDS), np.float32))
    return encoder


def laid_out(features: Computed, recipe: Recipe) -> tuple[Computed, ...]:
    """Give the features, and the stages behind them that are only gathered; for an hour this takes 15 ms."""
    following = [spec for spec in recipe.stages if spec.block > features.spec.block]
    count = len([*takewhile(lambda spec: spec.gathered, following)])
    return (features, *islice(run_blocks(features.items, recipe, features.spec.block + 1), count))


def compute_parts(request: Request, deliver: Callable[[Part], Any], tick: Tick) -> None:
    """Deliver part after part, on a worker's thread."""
    start, recipe = perf_counter(), request.recipe
    place = encoder_place(recipe)
    if place is not None and not isinstance(request.encoder, Encoder):
        spare.prepare()
    recording = request.source
    if isinstance(recording, Path):
        recording = read_audio(recording, request.audio, tick=tick)
    deliver(recording)
    audio = replace(audio_stage(recording.samples, recipe), seconds=perf_counter() - start)
    deliver(Made(audio))
    with naming(recording.path):
        before = sum(place is None or spec.block < place for spec in recipe.stages)
        done = _delivered(islice(_filled(request, recording, deliver, tick), before), deliver, tick)
        if place is not None:
            known = done[-1].items if done else Items(recording.samples, recipe.rate)
            first = done[-1].spec.block + 1 if done else 0
            done += _encoded(request, applied(recipe.blocks[first:place], known), place, deliver, tick)
    remember(audio, recipe, done)


def _filled(
    request: Request, recording: Recording, deliver: Callable[[Part], Any], tick: Tick
) -> Iterator[tuple[Computed, Quantised | None]]:
    """Compute stage after stage, and deliver those that are limited while they are computed."""
    quantiser = Quantiser(request.recipe, lambda made, *filled: deliver(Growing(recipe_stage(made), *filled)))
    made = run_blocks(
        recording.samples, request.recipe, progress=lambda _, done, total: tick(done, total), filled=quantiser
    )
    return ((computed, quantiser.codes.get(computed.spec.name)) for computed in made)


def _delivered(
    stages: Iterator[tuple[Computed, Quantised | None]], deliver: Callable[[Part], Any], tick: Tick
) -> list[Computed]:
    done = []
    for computed, codes in stages:
        done.append(computed)
        deliver(Made(recipe_stage(computed), codes or _codes(computed.spec, computed.items.array, tick)))
    return done


def _codes(spec: StageSpec, array: Array, tick: Tick) -> Quantised | None:
    """Quantise what a lane draws of a stage; signals are drawn of their samples."""
    return fitted(array, tick) if spec.drawn and array.ndim == TABLE else None


def _encoded(
    request: Request, windows: Items, place: int, deliver: Callable[[Part], Any], tick: Tick
) -> list[Computed]:
    """Compute the features from the cursor outwards, and what follows from them."""
    recipe, total = request.recipe, len(windows)
    shown = Event()
    deliver(shown)
    # Two processors are soon busy with the features: the window is to show the mel before.
    while not shown.wait(_PATIENCE):
        tick(0, total)
    encoder = request.encoder if isinstance(request.encoder, Encoder) else choose_encoder(request.encoder)
    codes = Quantised(total, FEATURE_SIZE, FEATURE_RANGE)
    features = _features(recipe, place, windows)
    gathered = laid_out(features, recipe)
    deliver(Prepared(encoder, features, codes, tuple(map(recipe_stage, gathered[1:]))))
    start, done = perf_counter(), 0
    rest = len(recipe.stages) - recipe.stages.index(gathered[-1].spec) - 1
    # What is delivered is filled on another thread: what is still to be computed of the features needs them here.
    own = _features(recipe, place, windows) if rest else None
    for frames, values in feature_chunks(windows.array, encoder, request.order.chunks(total)):
        codes.fill(frames.start, values)
        if own:
            np.asarray(own.items.array)[frames] = values
        deliver(Chunk(frames, values))
        done += len(values)
        tick(done, total)
    deliver(Timed(perf_counter() - start))
    following = run_blocks(own.items, recipe, place + 1) if own else iter(())
    behind = ((made, None) for made in islice(following, len(gathered) - 1, None))
    return [*gathered, *_delivered(behind, deliver, tick)]


def _features(recipe: Recipe, place: int, windows: Items) -> Computed:
    """Give the stage of the encoder's block, with zeros where its features will stand."""
    block, spec = cast(Onnx, recipe.blocks[place]), next(spec for spec in recipe.stages if spec.block == place)
    return Computed(spec, block.encoded(windows, np.zeros((len(windows), FEATURE_SIZE), np.float32)), 0.0)

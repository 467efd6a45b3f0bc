"""SyncTalk_2D's recipe with a configuration put in: the shipped file says what does not depend on it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from ..base.resources import STAND_IN, recipes
from ..config import Config
from ..stages.mel_blocks import mel_blocks
from .block import Block
from .kinds.model import Layout
from .kinds.onnx import Onnx
from .kinds.rows import ContextRows, PadRows, Windows
from .presets import SYNCTALK
from .recipe import Recipe
from .toml import read_recipe

_MEL = "mel"


@lru_cache(maxsize=256)
def config_recipe(config: Config, *, native: bool = False) -> Recipe:
    """Give the recipe of a configuration of SyncTalk_2D.

    Parameters
    ----------
    config : Config
        Its mel part decides the blocks up to the mel, its frame rate, mode and edge policy parameters behind it.
    native : bool
        Whether native HuBERT or WeNet features take the place of the model's: they are one a frame, and not padded.

    Examples
    --------
    >>> config_recipe(Config(fps=30)).value("windows.fps")
    30
    """
    return replace(
        _shipped(),
        blocks=tuple(_blocks(config, native)),
        fps=config.fps,
        channels=config.audio.channel,
        resampler=config.audio.resampler if config.audio.resample else "none",
        origin=SYNCTALK,
    )


def up_to_model(recipe: Recipe) -> Recipe:
    """Give the part of a recipe that needs no model; all of it where it has none."""
    return replace(recipe, blocks=recipe.blocks[: model_place(recipe)])


def model_place(recipe: Recipe) -> int | None:
    """Give the number of the first block that is a model; None where none is."""
    return next((number for number, block in enumerate(recipe.blocks) if isinstance(block, Onnx)), None)


def encoder_place(recipe: Recipe) -> int | None:
    """Give the number of the block whose stage comes from the encoder that somebody chooses; None where none is."""
    for number, block in enumerate(recipe.blocks):
        if isinstance(block, Onnx) and block.file == STAND_IN and block.stage:
            return number
    return None


@cache
def _shipped() -> Recipe:
    """Read the shipped recipe without opening the model that it names."""
    return read_recipe(recipes() / f"{SYNCTALK}.toml")


def _blocks(config: Config, native: bool) -> Iterator[Block]:
    shipped = _shipped().blocks
    mel = next(number for number, block in enumerate(shipped) if block.stage == _MEL)
    *front, last = mel_blocks(config.mel)
    yield from front
    yield replace(last, stage=_MEL, axes=shipped[mel].axes)
    for block in shipped[mel + 1 :]:
        match block:
            case Windows():
                yield replace(block, fps=config.fps)
            case PadRows() if native:
                yield replace(block, front=0, back=0)
            case ContextRows():
                yield replace(block, edge=config.edge, less=0 if native else block.less)
            case Layout():
                yield replace(block, shape=config.tensor_shape)
            case _:
                yield block

"""Frames that lie far apart are those that are cut one by one, of whole signals and of such in pieces."""

import itertools

import numpy as np
import pytest
from framescope.core.recipe.block import Block, Context
from framescope.core.recipe.items import Items
from framescope.core.recipe.kinds.frames import Frame
from framescope.core.recipe.kinds.signal import Chunks, PadSignal, Preemphasis

SAMPLES = np.random.default_rng(0).normal(size=24000)
WAYS = list(itertools.product(("start", "center", "kaldi", "vocoder"), ("zeros", "reflect", "edge", "symmetric")))


@pytest.mark.parametrize("before", [(), (Chunks(size=900, rows="all"),), (PadSignal(front=37, back=5),)])
@pytest.mark.parametrize(("placement", "pad"), WAYS)
def test_frames_far_apart_are_those_cut_one_by_one(before: tuple[Block, ...], placement: str, pad: str) -> None:
    frame = Frame(length=400, hop=160, placement=placement, pad=pad)  # type: ignore[arg-type]
    items = Items(SAMPLES, 16000)
    for block in (Preemphasis(coefficient=0.97, initial="zero"), *before, frame):
        items = block.apply(items, Context())
    places = np.array([0, 1, 40, 41, 90, len(items) - 1])
    assert np.array_equal(items.array[places], np.stack([items.array[int(place)] for place in places]))

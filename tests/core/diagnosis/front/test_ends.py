"""Where dumps end, and from which maximum their lowest values hang."""

import numpy as np
import pytest
from framescope.core.diagnosis.front.chains import bare
from framescope.core.diagnosis.front.ends import farther, nearest_end
from framescope.core.diagnosis.front.sampled import Blocks
from framescope.core.diagnosis.front.timing import framings
from framescope.core.diagnosis.front.tops import scopes
from framescope.core.recipe.kinds.signal import Chunks
from framescope.core.recipe.kinds.values import Top
from framescope.core.recipe.presets import load_preset


def chain(name: str, stage: str) -> Blocks:
    recipe = load_preset(name)
    return recipe.blocks[: next(spec.block for spec in recipe.stages if spec.name == stage) + 1]


@pytest.mark.parametrize(
    ("name", "last"), [("whisper-80", "affine"), ("nemo-80", "normalise"), ("librosa-mfcc", "top")]
)
def test_what_may_follow_a_stage_ends_where_values_are_no_longer_its_own(name: str, last: str) -> None:
    assert farther(load_preset(name), chain(name, "mel"))[-1].kind == last


def test_a_port_ends_where_it_differs_in_the_fewest_decisions() -> None:
    mel, whole = chain("whisper-80", "mel"), chain("whisper-80", "features")
    assert nearest_end(mel, whole, bare(mel)) == bare(mel)
    assert nearest_end(mel, whole, bare(whole)) == bare(whole)


@pytest.mark.parametrize("size", [0, 17, 40])
def test_lowest_values_tell_the_chunks_that_they_hang_from(size: int) -> None:
    values = np.random.default_rng(3).normal(size=(200, 40))
    for start in range(0, 200, size or 200):
        part = values[start : start + (size or 200)]
        np.maximum(part, part.max() - 4.0, out=part)
    found = {(top.scope, top.rows) for top in scopes(Top(below=4.0, scope="all"), values)}
    assert found == {("frame", 0), *([("chunk", size)] if size else [])}


def test_chunks_are_found_by_the_number_of_rows() -> None:
    whole = bare(chain("kaldi-fbank-80", "features"))
    pieces = [16000, 16000, 8000]
    total = sum(1 + (size - 400) // 160 for size in pieces)
    sizes = {
        block.size for each in framings(whole, sum(pieces), total, 16000) for block in each if isinstance(block, Chunks)
    }
    assert 16000 in sizes
    assert not any(isinstance(block, Chunks) for each in framings(whole, 40000, 248, 16000) for block in each)

"""Two changes of one chain are made together, or not at all."""

from dataclasses import replace

from framescope.core.diagnosis.front.chains import bare
from framescope.core.diagnosis.front.merge import merged
from framescope.core.recipe.block import Block
from framescope.core.recipe.kinds.frames import RemoveDc
from framescope.core.recipe.presets import load_preset

BASE = bare(load_preset("nemo-80").blocks)
"""Pre-emphasis, frames, window, transform, bands, logarithm, statistics."""


def with_changed(blocks: tuple[Block, ...], kind: str, **changes: object) -> tuple[Block, ...]:
    return tuple(replace(block, **changes) if block.kind == kind else block for block in blocks)  # type: ignore[arg-type]


def without(blocks: tuple[Block, ...], kind: str) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block.kind != kind)


def test_changes_of_two_blocks_and_of_one_are_made_together() -> None:
    htk, plain = with_changed(BASE, "filterbank", scale="htk"), with_changed(BASE, "filterbank", norm="none")
    power = with_changed(BASE, "fft", power=1.0)
    assert merged(BASE, htk, power) == with_changed(htk, "fft", power=1.0)
    assert merged(BASE, htk, plain) == with_changed(BASE, "filterbank", scale="htk", norm="none")


def test_a_block_that_is_missing_and_one_that_is_added_come_together() -> None:
    place = [block.kind for block in BASE].index("window")
    added = (*BASE[:place], RemoveDc(), *BASE[place:])
    missing = without(BASE, "preemphasis")
    assert merged(BASE, missing, added) == without(added, "preemphasis")
    assert merged(BASE, added, missing) == without(added, "preemphasis")


def test_what_contradicts_itself_is_not_made() -> None:
    low, high = (with_changed(BASE, "filterbank", fmin=fmin) for fmin in (20.0, 80.0))
    assert merged(BASE, low, high) is None
    assert merged(BASE, without(BASE, "window"), with_changed(BASE, "window", align="left")) is None
    assert merged(BASE, low, low) == low

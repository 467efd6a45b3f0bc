"""The difference of two chains, and what its parts are called."""

from dataclasses import replace
from typing import Any

import pytest
from framescope.core.diagnosis.front.chains import bare
from framescope.core.diagnosis.front.difference import differences
from framescope.core.diagnosis.front.names import changes_of, reverted
from framescope.core.recipe.block import Block
from framescope.core.recipe.kinds.frames import RemoveDc, Window
from framescope.core.recipe.kinds.signal import PadSignal
from framescope.core.recipe.kinds.values import Affine, Normalise
from framescope.core.recipe.presets import load_preset

MEL = bare(load_preset("synctalk_2d").blocks[:8])
WHISPER = bare(load_preset("whisper-80").blocks)
HIFIGAN = bare(load_preset("hifigan-22k").blocks)


def changed(blocks: tuple[Block, ...], **changes: dict[str, Any] | None) -> tuple[Block, ...]:
    """Change the blocks of some kinds, or leave them out."""
    made = []
    for block in blocks:
        change = changes.get(block.kind, {})
        made += [] if change is None else [replace(block, **change)]
    return tuple(made)


NAMED: list[tuple[tuple[Block, ...], tuple[Block, ...], set[tuple[str, str, str]]]] = [
    (MEL, MEL, set()),
    (MEL, changed(MEL, filterbank={"scale": "htk"}), {("mel_scale", "htk", "filterbank.scale")}),
    (MEL, changed(MEL, preemphasis=None), {("preemphasis", "missing", "preemphasis")}),
    (MEL, changed(MEL, frame={"placement": "start"}), {("centering", "none", "frame.placement")}),
    (MEL, changed(MEL, window=None), {("window_family", "rectangular", "window.family")}),
    (
        MEL,
        changed(MEL, level=None, clip=None),
        {("level", "missing", "level"), ("clip", "none", "clip")},
    ),
    (
        MEL,
        changed(MEL, level={"max_abs": 1.0, "range": "positive"}, clip={"low": 0.0, "high": 1.0}),
        {("max_abs", "[0, 1]", "level.max_abs")},
    ),
    (
        MEL,
        changed(MEL, fft={"power": 2.0}, log={"multiplier": 10.0}),
        {("power", "2, 10 log10 of the power", "fft.power")},
    ),
    (MEL, changed(MEL, log={"base": "e", "multiplier": 1.0}), {("log_base", "ln", "log.base")}),
    (MEL, changed(MEL, fft={"scale": 1 / 800}), {("fft_scale", "1/N", "fft.scale")}),
    (  # the floor that goes with the power
        MEL,
        changed(MEL, fft={"power": 2.0}, log={"multiplier": 10.0, "floor": 1e-10}),
        {("power", "2, 10 log10 of the power", "fft.power")},
    ),
    (
        MEL,
        changed(MEL, fft={"power": 2.0}, log={"base": "e", "multiplier": 1.0, "floor": 1e-10}),
        {("power", "2", "fft.power"), ("log_base", "ln", "log.base")},
    ),
    (  # two numbers that nobody writes are one line that somebody did
        MEL,
        changed(MEL, level={"max_abs": 1.25, "ref": 10.0}, clip={"low": -1.25, "high": 1.25}),
        {("level", "0.025 dB + 1", "level")},
    ),
    (
        MEL,
        tuple(Affine(multiply=1.0, add=-20.0) if b.kind == "level" else b for b in changed(MEL, clip=None)),
        {("level", "only 20 dB subtracted", "level"), ("clip", "none", "clip")},
    ),
    (
        MEL,
        tuple(
            each
            for b in changed(MEL, frame={"placement": "start"})
            for each in ([PadSignal(front=600), b] if b.kind == "frame" else [b])
        ),
        {("centering", "600 zeros in front alone", "frame.placement")},
    ),
    (MEL, changed(MEL, fft={"scale": 300**-0.5}), {("fft_scale", "1/root of the window's energy", "fft.scale")}),
    (
        MEL,
        changed(MEL, preemphasis={"before": "result"}),
        {("preemphasis", "of the result before", "preemphasis.before")},
    ),
    (HIFIGAN, changed(HIFIGAN, fft={"power": 2.0, "inside": 0.0}), {("power", "2", "fft.power")}),
    (
        HIFIGAN,
        changed(HIFIGAN, fft={"power": 2.0, "inside": 1e-6}),
        {("power", "2", "fft.power"), ("fft.inside", "1e-06", "fft.inside")},
    ),
    (WHISPER, changed(WHISPER, top=None), {("top", "missing", "top")}),
    (WHISPER, changed(WHISPER, log={"guard": "add"}), {("log_floor", "added", "log.guard")}),
]


@pytest.mark.parametrize(("reference", "port", "names"), NAMED)
def test_a_difference_has_the_name_of_its_fault(
    reference: tuple[Block, ...], port: tuple[Block, ...], names: set[tuple[str, str, str]]
) -> None:
    assert {(one.id, one.value, one.parameter) for one in changes_of(reference, port)} == names


@pytest.mark.parametrize(("reference", "port", "names"), NAMED)
def test_taking_all_changes_back_gives_the_reference(
    reference: tuple[Block, ...], port: tuple[Block, ...], names: set[tuple[str, str, str]]
) -> None:
    assert reverted(reference, port, frozenset(one.parameter for one in differences(reference, port))) == reference


def test_a_block_that_is_added_can_be_taken_back_alone() -> None:
    port = changed((*MEL[:2], RemoveDc(), *MEL[2:]), filterbank={"scale": "htk"})
    without = reverted(MEL, port, frozenset({"remove_dc"}))
    assert [one.id for one in changes_of(MEL, without)] == ["mel_scale"]


def test_a_second_window_is_one_finding() -> None:
    window = MEL[2]
    assert isinstance(window, Window)
    port = (*MEL[:2], replace(window, symmetry="symmetric"), replace(window, family="hamming"), *MEL[3:])
    assert [(one.id, one.value) for one in changes_of(MEL, port)] == [("window", "hann and hamming")]


def test_statistics_of_the_recording_stand_for_the_level_that_they_replace() -> None:
    port = (*changed(MEL, level=None, clip=None), Normalise(axis="all", statistic="mean_sd"))
    found = {one.id: one.value for one in changes_of(MEL, port)}
    assert found == {"normalise": "mean and deviation of all values", "clip": "none"}

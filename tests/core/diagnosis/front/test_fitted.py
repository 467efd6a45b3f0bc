"""Where signals and rows of ports end: filled up, cut, or led by what a buffer holds before a stream begins."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.axis import Axis
from framescope.core.diagnosis.front.chains import bare
from framescope.core.diagnosis.front.fitted import fitted
from framescope.core.diagnosis.front.gathered import without_filling
from framescope.core.diagnosis.front.identify import Signals
from framescope.core.diagnosis.front.names import changes_of
from framescope.core.diagnosis.front.report import Reporter
from framescope.core.diagnosis.front.sampled import Blocks
from framescope.core.diagnosis.front.stage import front_stage
from framescope.core.recipe.kinds.frames import Frame
from framescope.core.recipe.kinds.rows import Drop, FitRows
from framescope.core.recipe.kinds.signal import FitSignal, PadSignal
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.recipe import Recipe
from framescope.core.run import Stage

from .test_identify import MEL, RATE, SAMPLES, identified, port_of, rows_of, until

WHISPER = until(load_preset("whisper-80"), "features")
FRAME = next(block for block in WHISPER.blocks if isinstance(block, Frame))
STARTED = replace(FRAME, placement="start", pad="zeros")
COUNT = len(SAMPLES) // 160


def with_signal(recipe: Recipe, *blocks: Any) -> Recipe:
    return replace(recipe, blocks=(*blocks, *recipe.blocks))


def without(kind: str, recipe: Recipe) -> Recipe:
    return port_of(recipe, {kind: None})


def framed(recipe: Recipe, frame: Frame, *drops: Drop) -> Recipe:
    made = [
        each
        for block in recipe.blocks
        for each in ((frame, *drops) if isinstance(block, Frame) else () if isinstance(block, Drop) else (block,))
    ]
    return replace(recipe, blocks=tuple(made))


def named(reference: Recipe, port: Recipe) -> dict[str, str]:
    found = identified(reference, rows_of(port))
    assert found.reached
    return {one.id: one.value for one in changes_of(bare(reference.blocks), found.candidate.blocks)}


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        (with_signal(WHISPER, FitSignal(seconds=10, side="right")), {"fit_signal": "10 s"}),
        (with_signal(WHISPER, PadSignal(back=30 * RATE)), {"pad_signal": "480000 zeros behind"}),
        (
            with_signal(framed(WHISPER, STARTED), FitSignal(seconds=10, side="right"), PadSignal(back=240)),
            {"centering": "240 zeros behind alone", "drop": "missing", "fit_signal": "10 s"},
        ),
    ],
)
def test_where_a_port_s_signal_ends_is_named_by_its_number_of_rows(port: Recipe, expected: dict[str, str]) -> None:
    assert named(WHISPER, port) == expected


def test_a_signal_that_is_not_filled_up_is_named_beside_other_changes() -> None:
    reference = with_signal(WHISPER, FitSignal(seconds=10, side="right"))
    port = port_of(WHISPER, {"filterbank": {"scale": "htk"}})
    assert named(reference, port) == {"mel_scale": "htk", "fit_signal": "missing"}


def test_frames_that_begin_anywhere_in_a_fitted_signal_do_not_unfit_it() -> None:
    """A library's chain fits no signal: that is left to whoever calls it."""
    fit = FitSignal(seconds=10, side="right")
    port = port_of(
        with_signal(framed(WHISPER, STARTED), fit, PadSignal(back=240)),
        {"filterbank": {"scale": "htk", "norm": "none"}},
    )
    assert "fit_signal" not in named(with_signal(WHISPER, fit), port)


def lengths(blocks: Blocks, total: int) -> Iterator[int]:
    """How many samples the signal has in each chain that gives so many rows."""
    for chain in fitted(blocks, len(SAMPLES), total, RATE):
        n = len(SAMPLES)
        for block in chain:
            n = block.length(n, RATE) if isinstance(block, FitSignal) else n
            n += block.front + block.back if isinstance(block, PadSignal) else 0
        yield n


@pytest.mark.parametrize("more", [1, 37, 498, 3000])
def test_every_fitted_chain_gives_the_rows_that_are_wanted(more: int) -> None:
    for chain in fitted(bare(WHISPER.blocks), len(SAMPLES), COUNT + more, RATE):
        assert len(rows_of(replace(WHISPER, blocks=(*chain[:-1], WHISPER.blocks[-1])))) == COUNT + more


def test_whole_seconds_go_before_any_other_number_of_zeros() -> None:
    assert set(lengths(bare(WHISPER.blocks), 3000)) >= {30 * RATE}
    assert all(length % RATE in (0, 240) for length in lengths(bare(WHISPER.blocks), 3000))


def test_a_frame_of_another_length_leaves_as_many_zeros_in_a_buffer_before_the_stream() -> None:
    buffered = framed(MEL, Frame(length=1024, hop=200, placement="start", pad="zeros"))
    port = with_signal(port_of(buffered, {"fft": {"n": 1024}}), PadSignal(front=1024 - 200))
    assert named(MEL, port) == {"fft_size": "1024, window too", "centering": "824 zeros in front alone"}


def test_rows_that_are_filled_up_with_one_value_are_told_from_computed_ones() -> None:
    started = framed(WHISPER, STARTED)
    port = port_of(started, {"top": None, "affine": None, "log": {"base": "e"}})
    rows = rows_of(port)
    values = np.concatenate([rows, np.full((300 - len(rows), rows.shape[1]), -11.0)])
    stage = Stage("features", values, (Axis("column", items="columns"), Axis("band")))
    found = front_stage(stage, bare(WHISPER.blocks), WHISPER, Signals(lambda audio: SAMPLES, RATE), lambda faults: None)
    assert found.reached
    said = {one.id: one.value for one in found.diagnosis.findings}
    assert said["fit_rows"] == "filled up to 300 with -11"
    assert set(said) == {"fit_rows", "top", "affine", "log_base", "centering", "drop"}
    assert found.diagnosis.recipe is not None
    assert isinstance(found.diagnosis.recipe.blocks[-1], FitRows)


def test_rows_that_all_differ_are_filled_up_with_nothing() -> None:
    assert without_filling(np.arange(12.0).reshape(4, 3), ()) is None
    assert without_filling(np.zeros((4, 3)), ()) is None


def test_a_natural_logarithm_of_a_tutorial_s_bank_is_not_meyda_s() -> None:
    """Meyda's bands are the same, but nobody who calls it gets anything but ln(1 + x)."""
    changes: dict[str, Any] = {
        "preemphasis": None, "window": {"symmetry": "symmetric"}, "frame": {"placement": "start"},
        "fft": {"power": 2.0}, "filterbank": {"scale": "htk", "norm": "none", "bins": "floor"},
        "log": {"base": "e", "multiplier": 1.0, "guard": "add", "floor": 1e-10}, "level": None, "clip": None,
    }  # fmt: skip
    found = identified(MEL, rows_of(port_of(MEL, changes)))
    assert found.reached
    assert Reporter(found, bare(MEL.blocks), "mel", MEL).diagnosis().profile is None


def test_a_port_without_a_transform_s_scale_is_not_scipy_s() -> None:
    """scipy divides by the window's sum in any case; frames that are padded with zeros are no sign of it."""
    port = port_of(MEL, {"filterbank": {"scale": "htk", "norm": "none", "bins": "floor"}})
    found = identified(MEL, rows_of(port))
    assert found.reached
    assert Reporter(found, bare(MEL.blocks), "mel", MEL).diagnosis().profile is None

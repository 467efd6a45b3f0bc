"""Identifying chains by the rows that they give: recipes with changes, on noise whose ends are not silent."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.diagnosis.front.chains import bare
from framescope.core.diagnosis.front.identify import Identified, Signals, identify
from framescope.core.diagnosis.front.names import changes_of
from framescope.core.diagnosis.front.report import Reporter
from framescope.core.recipe.block import Block
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.recipe import Recipe
from framescope.core.recipe.runner import run_blocks

RATE = 16000


def samples() -> np.ndarray:
    generator = np.random.default_rng(0)
    loudness = 0.05 + np.abs(np.sin(np.linspace(0, 9, 2 * RATE)))
    noise = np.cumsum(generator.normal(size=2 * RATE)) * 0.01 + generator.normal(size=2 * RATE) * 0.1
    return np.asarray((noise - noise.mean()) * loudness * 0.1, np.float32)


SAMPLES = samples()


def until(recipe: Recipe, stage: str) -> Recipe:
    last = next(spec.block for spec in recipe.stages if spec.name == stage)
    return replace(recipe, blocks=recipe.blocks[: last + 1])


def identified(recipe: Recipe, rows: np.ndarray) -> Identified:
    found = identify(rows, bare(recipe.blocks), Signals(lambda audio: SAMPLES, RATE), lambda candidate: None)
    assert found is not None
    return found


def rows_of(recipe: Recipe) -> np.ndarray:
    *_, last = run_blocks(SAMPLES, recipe)
    rows = np.asarray(last.items.array[:], np.float32).astype(np.float64)
    return rows.reshape(len(rows), -1)


def port_of(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    blocks: list[Block] = []
    for block in recipe.blocks:
        if block.kind in changes and changes[block.kind] is None:
            if block.stage and blocks:
                blocks[-1] = replace(blocks[-1], stage=block.stage, axes=block.axes)
            continue
        blocks.append(replace(block, **changes.get(block.kind, {})))
    return replace(recipe, blocks=tuple(blocks))


CASES = [
    ("whisper-80", "features", {}, set()),
    ("whisper-80", "features", {"filterbank": {"scale": "htk"}, "frame": {"pad": "zeros"}}, {"mel_scale", "pad_mode"}),
    ("whisper-80", "features", {"affine": None}, {"affine"}),
    ("kaldi-fbank-80", "features", {"gain": None, "window": {"family": "hann"}}, {"int_scale", "window_family"}),
    ("kaldi-fbank-80", "features", {"remove_dc": None, "preemphasis_frame": None}, {"remove_dc", "preemphasis"}),
    ("nemo-80", "features", {"window": {"symmetry": "periodic"}, "fft": {"power": 1.0}}, {"window_symmetry", "power"}),
    ("synctalk_2d", "mel", {"preemphasis": None, "filterbank": {"norm": "none"}}, {"preemphasis", "mel_norm"}),
    ("synctalk_2d", "mel", {"level": None, "clip": None, "log": {"base": "e", "multiplier": 1.0}},
     {"level", "clip", "log_base"}),
    ("nemo-80", "features", {"fft": {"scale": 2.0}}, {"fft_scale"}),
    ("whisper-80", "features", {"log": None}, {"log"}),
    ("wav2vec2", "features", {"normalise_signal": {"how": "mean"}}, {"normalise_signal.how"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "stage", "changes", "expected"), CASES)
def test_a_changed_recipe_is_named_by_its_changes(
    name: str, stage: str, changes: dict[str, Any], expected: set[str]
) -> None:
    recipe = until(load_preset(name), stage)
    found = identified(recipe, rows_of(port_of(recipe, changes)))
    assert found.reached
    assert {one.id for one in changes_of(bare(recipe.blocks), found.candidate.blocks)} == expected


def test_what_no_chain_gives_has_no_cause_but_facts() -> None:
    recipe = until(load_preset("whisper-80"), "features")
    rows = np.maximum.accumulate(rows_of(recipe), axis=1)
    found = identified(recipe, rows)
    diagnosis = Reporter(found, bare(recipe.blocks), "features", recipe).diagnosis()
    assert not found.reached
    assert diagnosis.causes == ()
    assert diagnosis.unexplained


def test_the_port_s_recipe_gives_the_port_s_rows() -> None:
    recipe = until(load_preset("synctalk_2d"), "mel")
    port = port_of(recipe, {"filterbank": {"scale": "htk"}, "log": {"multiplier": 10.0}, "fft": {"power": 2.0}})
    diagnosis = Reporter(identified(recipe, rows_of(port)), bare(recipe.blocks), "mel", recipe).diagnosis()
    assert diagnosis.recipe is not None
    np.testing.assert_allclose(rows_of(diagnosis.recipe), rows_of(port), rtol=0, atol=1e-5)

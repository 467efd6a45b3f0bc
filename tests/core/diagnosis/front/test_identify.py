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
from framescope.core.recipe.kinds.signal import PadSignal
from framescope.core.recipe.kinds.values import Affine, Normalise
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
    found = identify(rows, bare(recipe.blocks), Signals(lambda audio: SAMPLES, recipe.rate), lambda candidate: None)
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
    ("nemo-80", "features", {"preemphasis": None, "filterbank": {"norm": "none"}, "fft": {"scale": 2.0}},
     {"preemphasis", "mel_norm", "fft_scale"}),
    ("nemo-80", "features", {"preemphasis": None, "filterbank": {"scale": "htk"}, "log": {"floor": 1e-6}},
     {"preemphasis", "mel_scale", "log_floor"}),
    ("nemo-80", "features", {"preemphasis": None, "log": {"guard": "max", "floor": 1e-30}},
     {"preemphasis", "log_floor"}),
    ("nemo-80", "features", {"normalise": None, "log": {"base": "10"}, "window": {"symmetry": "periodic"}},
     {"normalise", "log_base", "window_symmetry"}),
    ("nemo-80", "features", {"window": {"family": "rectangular", "align": "left"}},
     {"window_family", "window_length"}),
    ("nemo-80", "features", {"normalise": {"statistic": "mean"}, "log": {"multiplier": 20.0}},
     {"normalise.statistic", "log_base"}),
    ("nemo-80", "features", {"filterbank": {"norm": "none"}, "log": {"base": "10", "floor": 1e-5}},
     {"mel_norm", "log_base", "log_floor"}),
    ("nemo-80", "features", {"normalise": {"axis": "all", "statistic": "mean"}},
     {"normalise.axis", "normalise.statistic"}),
    ("nemo-80", "features", {"normalise": {"statistic": "mean", "padding": 0}},
     {"normalise.statistic", "normalise.padding"}),
    ("nemo-80", "features", {"normalise": None, "filterbank": {"scale": "htk"}, "log": {"floor": 1e-5}},
     {"normalise", "mel_scale", "log_floor"}),
    ("kaldi-fbank-80", "features", {"frame": {"last": "fill"}, "filterbank": {"norm": "slaney"}},
     {"frame.last", "mel_norm"}),
    ("hifigan-22k", "features", {"fft": {"power": 2.0, "inside": 0.0}}, {"power"}),
    ("hifigan-22k", "features", {"fft": {"scale": 1 / 32}, "filterbank": {"scale": "htk"}}, {"fft_scale", "mel_scale"}),
    ("whisper-80", "features", {"log": None}, {"log"}),
    ("wav2vec2", "features", {"normalise_signal": {"how": "mean"}}, {"normalise_signal.how"}),
    ("synctalk_2d", "mel", {"window": {"exponent": 0.5}}, {"window.exponent"}),
    ("synctalk_2d", "mel", {"preemphasis": {"coefficient": -0.97}}, {"preemphasis"}),
    ("synctalk_2d", "mel", {"preemphasis": {"before": "result"}}, {"preemphasis"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "stage", "changes", "expected"), CASES)
def test_a_changed_recipe_is_named_by_its_changes(
    name: str, stage: str, changes: dict[str, Any], expected: set[str]
) -> None:
    recipe = until(load_preset(name), stage)
    found = identified(recipe, rows_of(port_of(recipe, changes)))
    assert found.reached
    assert {one.id for one in changes_of(bare(recipe.blocks), found.candidate.blocks)} == expected


def replaced(recipe: Recipe, kind: str, *blocks: Block) -> Recipe:
    made = [each for block in recipe.blocks for each in (blocks if block.kind == kind else (block,))]
    last = {name: getattr(recipe.blocks[-1], name) for name in ("stage", "axes", "dtype")}
    return replace(recipe, blocks=(*made[:-1], replace(made[-1], **last)))


def names_of(recipe: Recipe, port: Recipe) -> set[tuple[str, str]]:
    found = identified(recipe, rows_of(port))
    assert found.reached
    return {(one.id, one.value) for one in changes_of(bare(recipe.blocks), found.candidate.blocks)}


MEL = until(load_preset("synctalk_2d"), "mel")
FRAME = next(block for block in MEL.blocks if block.kind == "frame")


def test_a_line_behind_the_logarithm_of_a_reference_that_has_none() -> None:
    """Natural logarithms normalised as if they were decibels."""
    hifigan = until(load_preset("hifigan-22k"), "features")
    line = replace(Affine(multiply=0.08, add=4.0), stage=hifigan.blocks[-1].stage, axes=hifigan.blocks[-1].axes)
    port = replace(hifigan, blocks=(*hifigan.blocks[:-1], replace(hifigan.blocks[-1], stage="", axes=()), line))
    found = identified(hifigan, rows_of(port))
    assert found.reached
    said = [(one.id, one.value) for one in changes_of(bare(hifigan.blocks), found.candidate.blocks)]
    assert said == [("affine", "times 0.08, plus 4")]


def test_a_floor_tells_of_samples_that_were_not_scaled_where_a_mean_hides_it() -> None:
    """Only the floor is left of a factor on the samples once each band's mean is subtracted."""
    kaldi = port_of(until(load_preset("kaldi-fbank-80"), "features"), {"log": {"floor": 1e-4}})
    last, mean = kaldi.blocks[-1], Normalise(axis="band", statistic="mean")
    blocks = (*kaldi.blocks[:-1], replace(last, stage="", axes=()), replace(mean, stage=last.stage, axes=last.axes))
    port = port_of(replace(kaldi, blocks=blocks), {"gain": {"factor": 1.0}})
    assert {id for id, _ in names_of(kaldi, port)} == {"normalise", "int_scale"}


def test_a_limit_that_a_cosine_transform_hides_is_missing_beside_another_window() -> None:
    """Which bands lie on it is seen in no coefficient: the chain without it has to be tried."""
    limited = port_of(until(load_preset("librosa-mfcc"), "features"), {"top": {"below": 20.0}})
    names = names_of(limited, port_of(limited, {"top": None, "window": {"symmetry": "symmetric"}}))
    assert names == {("top", "missing"), ("window_symmetry", "symmetric")}


def test_levels_are_not_limited_below_the_maximum_behind_a_floor_that_is_added() -> None:
    whisper = port_of(until(load_preset("whisper-80"), "features"), {"top": {"below": 3.0}})
    port = port_of(whisper, {"top": None, "log": {"guard": "add", "floor": 1e-6}})
    assert {id for id, _ in names_of(whisper, port)} == {"top", "log_floor"}


def test_a_dump_of_decibels_minus_the_reference_level_stops_there() -> None:
    port = replaced(MEL, "level", Affine(multiply=1.0, add=-20.0))
    assert names_of(MEL, replace(port, blocks=(*port.blocks[:-2], replace(port.blocks[-2], stage="mel")))) == {
        ("level", "only 20 dB subtracted"),
        ("clip", "none"),
    }


def test_the_recording_s_own_range_stretched_to_another_is_its_statistics() -> None:
    port = replaced(MEL, "level", Normalise(axis="all", statistic="min_max"), Affine(multiply=255.0, add=0.0))
    names = names_of(MEL, replace(port, blocks=(*port.blocks[:-2], replace(port.blocks[-2], stage="mel"))))
    assert ("normalise", "least and largest value of all values") in names
    assert {id for id, _ in names} <= {"normalise", "clip", "log_floor"}


@pytest.mark.parametrize("zeros", [PadSignal(front=600), PadSignal(back=600)], ids=["in front", "behind"])
def test_zeros_on_one_side_alone_are_told_by_the_moments_of_the_rows(zeros: PadSignal) -> None:
    port = replaced(MEL, "frame", zeros, replace(FRAME, placement="start"))
    side = "in front" if zeros.front else "behind"
    assert names_of(MEL, port) == {("centering", f"600 zeros {side} alone")}


@pytest.mark.parametrize(("front", "back"), [(399, 401), (401, 399), (399, 400)])
def test_zeros_that_are_one_too_few_or_too_many_are_told_from_half_a_frame(front: int, back: int) -> None:
    port = replaced(MEL, "frame", PadSignal(front=front, back=back), replace(FRAME, placement="start"))
    assert names_of(MEL, port) == {("centering", f"{front} zeros in front and {back} behind")}


def test_mirrored_bins_that_are_added_are_no_odd_sum_behind_the_logarithm() -> None:
    """Whisper's frames from the first sample on, as many as hops, from all of a transform's bins."""
    whisper = until(load_preset("whisper-80"), "features")
    frame = replace(next(b for b in whisper.blocks if b.kind == "frame"), placement="start")
    started = port_of(replaced(whisper, "frame", PadSignal(back=240), frame), {"drop": None, "fft": {"scale": 2**0.5}})
    assert names_of(whisper, started) == {
        ("centering", "240 zeros behind alone"),
        ("drop", "missing"),
        ("fft_scale", "sqrt(2), mirrored bins added to the power"),
    }


def test_a_filter_bank_as_tutorials_write_it_is_named_and_no_library_s() -> None:
    changes: dict[str, Any] = {
        "window": {"symmetry": "symmetric"},
        "frame": {"placement": "start"},
        "filterbank": {"scale": "htk", "norm": "none", "bins": "floor"},
    }
    found = identified(MEL, rows_of(port_of(MEL, changes)))
    names = {one.id for one in changes_of(bare(MEL.blocks), found.candidate.blocks)}
    assert names == {"window_symmetry", "centering", "mel_scale", "mel_norm", "mel_bin_width"}
    assert Reporter(found, bare(MEL.blocks), "mel", MEL).diagnosis().profile is None


def test_edges_that_are_floored_otherwise_are_no_fitted_frequency() -> None:
    """As a port in C++ has them, among so many other changes that the search has little left for one more."""
    changes: dict[str, Any] = {
        "preemphasis": None, "frame": {"hop": 192, "placement": "start", "last": "fill"},
        "window": {"family": "hamming", "symmetry": "symmetric"},
        "filterbank": {"scale": "htk", "norm": "none", "bins": "floor+2"},
    }  # fmt: skip
    assert {id for id, _ in names_of(MEL, port_of(MEL, changes))} == {
        "preemphasis", "hop", "centering", "frame.last", "window_family", "window_symmetry", "mel_scale", "mel_norm",
        "mel_bin_width",
    }  # fmt: skip


def test_a_logarithm_of_one_and_more_is_meyda_s() -> None:
    changes: dict[str, Any] = {
        "preemphasis": None, "window": {"symmetry": "symmetric"}, "frame": {"placement": "start"},
        "fft": {"power": 2.0}, "filterbank": {"scale": "htk", "norm": "none", "bins": "floor"},
        "log": {"base": "e", "multiplier": 1.0, "guard": "add", "floor": 1.0}, "level": None, "clip": None,
    }  # fmt: skip
    found = identified(MEL, rows_of(port_of(MEL, changes)))
    diagnosis = Reporter(found, bare(MEL.blocks), "mel", MEL).diagnosis()
    assert found.reached
    assert diagnosis.profile is not None
    assert diagnosis.profile.library == "Meyda"


def test_who_places_frames_himself_calls_no_library_that_centres_them() -> None:
    changes: dict[str, Any] = {
        "preemphasis": None,
        "filterbank": {"scale": "htk", "norm": "none"},
        "frame": {"placement": "start"},
    }
    found = identified(MEL, rows_of(port_of(MEL, changes)))
    assert found.reached
    assert Reporter(found, bare(MEL.blocks), "mel", MEL).diagnosis().profile is None


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


def test_what_to_change_in_a_library_s_call_is_written_as_code_has_it() -> None:
    changes: dict[str, Any] = {
        "preemphasis": None, "frame": {"pad": "reflect"}, "fft": {"power": 2.0},
        "filterbank": {"scale": "htk", "norm": "none"}, "log": {"multiplier": 10.0, "floor": 1e-10},
    }  # fmt: skip
    found = identified(MEL, rows_of(port_of(MEL, changes)))
    profile = Reporter(found, bare(MEL.blocks), "mel", MEL).diagnosis().profile
    assert profile is not None
    assert profile.library == "torchaudio"
    assert {"pad_mode='constant'", "power=1", "mel_scale='slaney'", "norm='slaney'"} < set(profile.changes)


@pytest.mark.parametrize(("floor", "said"), [(1e-25, "at most"), (2e-3, "")])
def test_a_floor_that_no_value_lies_on_is_said_by_its_bound(floor: float, said: str) -> None:
    """The reference's lies above many of the bands, whose lowest is nothing but the bound of the port's."""
    recipe = port_of(MEL, {"log": {"floor": 1e-2}, "level": {"min": -600.0}, "clip": {"low": -99.0, "high": 99.0}})
    port = port_of(recipe, {"log": {"floor": floor}})
    diagnosis = Reporter(identified(recipe, rows_of(port)), bare(recipe.blocks), "mel", recipe).diagnosis()
    (finding,) = diagnosis.causes
    words, _, number = finding.value.rpartition(" ")
    linear = replace(recipe, blocks=(*MEL.blocks[:4], replace(MEL.blocks[4], stage="mel", axes=("band", "column"))))
    lowest = float(rows_of(linear).min())
    assert (finding.id, words) == ("log_floor", said)
    assert float(number) == (pytest.approx(2e-3) if not said else pytest.approx(lowest, rel=1.0))
    assert said == "" or floor < float(number)

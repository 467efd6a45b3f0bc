"""Recipe files: what is read is what was written, and every kind of mistake gets one sentence."""

from pathlib import Path
from typing import Any

import pytest
from framescope.core.base.errors import InputError
from framescope.core.recipe.kinds.onnx import Onnx
from framescope.core.recipe.kinds.table import KINDS
from framescope.core.recipe.presets import SYNCTALK, load_preset, preset_names
from framescope.core.recipe.toml import load_recipe, parse_recipe, write_recipe

HEAD = 'recipe = 1\nname = "mine"\nrate = 16000\nchannels = "mean"\nresampler = "soxr_hq"\n'
FRAME = '[[block]]\nkind = "frame"\nlength = 400\nhop = 160\nplacement = "start"\npad = "zeros"\n'
WINDOW = '[[block]]\nkind = "window"\nfamily = "hann"\nsymmetry = "periodic"\n'
FFT = '[[block]]\nkind = "fft"\nn = 512\npower = 2.0\n'
BANK = (
    '[[block]]\nkind = "filterbank"\nbands = 80\nfmin = 0.0\nfmax = 8000.0\nscale = "htk"\nnorm = "none"\n'
    'domain = "hz"\nstage = "mel"\n'
)
WHOLE = HEAD + FRAME + WINDOW + FFT + BANK


def test_a_minimal_recipe_is_read() -> None:
    recipe = parse_recipe(WHOLE)
    assert [block.kind for block in recipe.blocks] == ["frame", "window", "fft", "filterbank"]
    assert [stage.name for stage in recipe.stages] == ["mel"]


@pytest.mark.parametrize("name", preset_names())
def test_what_is_written_is_read_again(name: str, tmp_path: Path) -> None:
    recipe = load_preset(name)
    path = tmp_path / "copy.toml"
    path.write_text(write_recipe(recipe), encoding="utf-8")
    assert load_recipe(path) == recipe
    assert load_recipe(path).identity == recipe.identity


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_says_what_it_was_checked_against(name: str) -> None:
    assert load_preset(name).checked_against


def test_a_shipped_recipe_is_read_without_opening_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("the window's thread would wait for the model")

    monkeypatch.setattr(Onnx, "check_files", opened)
    assert load_preset.__wrapped__(SYNCTALK).blocks


MISTAKES = [
    # what is wrong, how the text becomes wrong, what the sentence has to have
    ("unknown kind", ('kind = "window"', 'kind = "windwo"'), ["block 2", "'windwo'", "'window'"]),
    ("no kind", ('kind = "window"\n', ""), ["block 2", "kind"]),
    ("misspelt key", ("hop = 160", "hopp = 160"), ["block 1 (frame)", "hopp", "'hop'"]),
    ("missing key", ("hop = 160\n", ""), ["block 1 (frame)", "hop"]),
    ("misspelt word", ('"periodic"', '"periodical"'), ["block 2 (window)", "symmetry", "'periodic'"]),
    ("text for a number", ("hop = 160", 'hop = "160"'), ["block 1 (frame)", "hop", "'160'"]),
    ("number for a word", ('family = "hann"', "family = 3"), ["block 2 (window)", "family"]),
    ("fraction for a whole number", ("hop = 160", "hop = 160.5"), ["block 1 (frame)", "hop", "160.5"]),
    ("true for a number", ("hop = 160", "hop = true"), ["block 1 (frame)", "hop"]),
    ("NaN", ("power = 2.0", "power = nan"), ["block 3 (fft)", "power", "nan"]),
    ("infinite", ("fmax = 8000.0", "fmax = inf"), ["block 4 (filterbank)", "fmax", "inf"]),
    ("negative hop", ("hop = 160", "hop = -160"), ["block 1 (frame)", "hop", "-160"]),
    ("hop of nothing", ("hop = 160", "hop = 0"), ["block 1 (frame)", "hop"]),
    ("frames without end", ("length = 400\nhop = 160", "length = 60000\nhop = 1"), ["block 1 (frame)", "hop 1"]),
    ("1e12 bands", ("bands = 80", "bands = 1000000000000"), ["block 4 (filterbank)", "bands"]),
    ("1e12 points", ("n = 512", "n = 1000000000000"), ["block 3 (fft)", "n "]),
    ("blocks in another order", (WINDOW + FFT, FFT + WINDOW), ["block 3 (window)", "frames"]),
    ("bands without a spectrum", (FFT, ""), ["block 3 (filterbank)", "spectra"]),
    ("no stage", ('stage = "mel"\n', ""), ["stage"]),
    ("a stage that would be a path", ('stage = "mel"', 'stage = "../mel"'), ["'../mel'"]),
    ("a stage twice", (WINDOW, WINDOW + 'stage = "mel"\n'), ["'mel'", "more than once"]),
    ("no blocks", (WHOLE, HEAD), ["blocks"]),
    ("unknown key of the recipe", ("rate = 16000", "rat = 16000"), ["'rat'", "'rate'"]),
    ("no rate", ("rate = 16000\n", ""), ["rate"]),
    ("rate of nothing", ("rate = 16000", "rate = 0"), ["rate"]),
    ("another format", ("recipe = 1", "recipe = 2"), ["recipe = 1"]),
    ("no TOML", ("recipe = 1", "recipe : 1"), ["TOML"]),
    ("nested without end", ("recipe = 1", "recipe = 1\nx = " + "[" * 100_000), ["mine.toml"]),
    ("block is no table", (WHOLE, HEAD + "block = 3\n"), ["blocks"]),
]


@pytest.mark.parametrize(("what", "change", "words"), MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_a_mistake_is_one_sentence(what: str, change: tuple[str, str], words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = WHOLE.replace(*change)
    assert text != WHOLE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_recipe(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}")
    assert "\n" not in sentence
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_says_what_it_is_and_may_be(kind: str) -> None:
    from framescope.core.recipe.block import parameters

    for parameter in parameters(KINDS[kind]).values():
        assert parameter.sentence
        assert parameter.allowed


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    from framescope.core.recipe.runner import run_blocks

    path = tmp_path / "mine.toml"
    path.write_text(WHOLE.replace('stage = "mel"', 'stage = "mel"\ntable = "weights.npy"'), encoding="utf-8")
    import numpy as np

    with pytest.raises(InputError, match=r"block 4 \(filterbank\).*weights\.npy"):
        list(run_blocks(np.zeros(16000), load_recipe(path)))


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        ("filterbank.scale", "HTK", ["scale", "'htk'"]),
        ("filterbnk.scale", "htk", ["'filterbank'"]),
        ("filterbank.scal", "htk", ["'scale'"]),
        ("drop#2.last", 1, ["drop#2"]),
        ("rat", 8000, ["'rate'"]),
        ("rate", -1, ["rate"]),
    ],
)
def test_a_wrong_change_is_one_sentence(parameter: str, value: Any, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        load_preset("whisper-80").replace(parameter, value)
    for word in words:
        assert word in str(caught.value)


def test_one_parameter_is_changed_and_the_rest_is_kept() -> None:
    whisper = load_preset("whisper-80")
    changed = whisper.replace("filterbank.scale", "htk")
    assert changed.value("filterbank.scale") == "htk"
    assert changed.identity != whisper.identity
    assert changed.replace("filterbank.scale", "slaney") == whisper

"""Running recipes: chunk by chunk, cancellable, bounded, and with the way back to the samples."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.fft
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.recipe.block import Context
from framescope.core.recipe.items import Items
from framescope.core.recipe.kinds.table import KINDS
from framescope.core.recipe.presets import load_preset, preset_names
from framescope.core.recipe.recipe import Recipe
from framescope.core.recipe.runner import applied, beginnings, run_blocks
from framescope.core.recipe.trace import items_of, samples_of
from helpers import signals

ROWS = np.arange(24.0).reshape(8, 3)


def block(kind: str, **parameters: Any) -> Any:
    return KINDS[kind](**parameters)


def rows(values: Any, *blocks: Any) -> Any:
    return np.asarray(applied(blocks, Items(np.asarray(values, np.float64), 16000)).array)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (block("drop", first=1, last=2), ROWS[1:6]),
        (block("every", step=3), ROWS[::3]),
        (block("fit_rows", rows=10, value=-1.0), np.concatenate([ROWS, np.full((2, 3), -1.0)])),
        (block("fit_rows", rows=5), ROWS[:5]),
        (block("fit_rows", multiple=3), np.concatenate([ROWS, np.zeros((1, 3))])),
        (block("fit_rows", multiple=3, cut=True), ROWS[:6]),
        (block("stack", size=2, hop=2, tail="drop"), ROWS.reshape(4, 6)),
        (
            block("stack", size=3, hop=2, front=1, tail="repeat"),
            ROWS[np.array([[0, 0, 1], [1, 2, 3], [3, 4, 5], [5, 6, 7]])].reshape(4, 9),
        ),
        (block("patches", size=4, hop=4), ROWS.reshape(2, 4, 3)),
        (block("pad_rows", front=1, back=1), np.concatenate([ROWS[:1], ROWS, ROWS[-1:]])),
        (block("pad_rows", front=1, back=2, fill="zeros"), np.pad(ROWS, ((1, 2), (0, 0)))),
        (block("cmvn", shift=(1.0, 2.0, 3.0), scale=(2.0, 0.5, 1.0)), np.add(ROWS, [1, 2, 3]) * [2, 0.5, 1]),
        (block("cmvn", scale=(2.0, 0.5, 1.0)), ROWS * [2, 0.5, 1]),
        (
            block("context", before=1, after=1, edge="zeros"),
            np.stack([np.concatenate([np.zeros((1, 3)), ROWS[:-1]]), ROWS], axis=1),
        ),
        (
            block("context", before=1, after=1, edge="repeat"),
            np.stack([np.concatenate([ROWS[:1], ROWS[:-1]]), ROWS], axis=1),
        ),
        (block("layout", order=(), shape=(2, 2)), np.pad(ROWS, ((0, 0), (0, 1))).reshape(8, 2, 2)),
        (block("affine", multiply=2.0, add=1.0), ROWS * 2 + 1),
        (block("clip", low=2.0, high=5.0), np.clip(ROWS, 2, 5)),
        (block("normalise", axis="band", statistic="mean"), ROWS - ROWS.mean(axis=0)),
        (
            block("normalise", axis="band", statistic="mean_sd", ddof=1),
            (ROWS - ROWS.mean(axis=0)) / ROWS.std(axis=0, ddof=1),
        ),
        (block("normalise", axis="row", statistic="min_max"), (ROWS - ROWS.min(1, keepdims=True)) / 2),
        (block("normalise", axis="all", statistic="mean_sd"), (ROWS - ROWS.mean()) / ROWS.std()),
        (block("top", below=3.0, scope="all"), np.maximum(ROWS, 20)),
        (block("top", below=1.0, scope="frame"), np.maximum(ROWS, ROWS.max(1, keepdims=True) - 1)),
        (block("top", below=3.0, scope="chunk", rows=4), np.maximum(ROWS, np.repeat([8, 20], 4)[:, None])),
        (block("top", below=3.0, scope="fixed", maximum=10.0), np.maximum(ROWS, 7)),
        (block("log", base="10", guard="max", floor=1e-3, multiplier=20.0), 20 * np.log10(np.maximum(ROWS, 1e-3))),
        (block("log", base="e", guard="add", floor=1.0), np.log(ROWS + 1)),
        (block("dct", keep=2, norm="ortho"), scipy.fft.dct(ROWS, norm="ortho")[:, :2]),
        (block("dct", keep=3, norm="none"), scipy.fft.dct(ROWS)),
        (block("cast", to="float16"), ROWS.astype(np.float16)),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_block_on_rows(one: Any, expected: Any) -> None:
    np.testing.assert_allclose(rows(ROWS, one), expected, rtol=1e-12, atol=1e-12)


SIGNAL = np.arange(1.0, 8.0)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (block("pad_signal", front=2, back=3), np.pad(SIGNAL, (2, 3))),
        (block("fit_signal", multiple=4, side="right"), np.pad(SIGNAL, (0, 1))),
        (block("fit_signal", multiple=4, side="left", do="cut"), SIGNAL[-4:]),
        (block("fit_signal", multiple=5, side="both"), np.pad(SIGNAL, (1, 2))),
        (block("fit_signal", seconds=5 / 16000, side="right"), SIGNAL[:5]),
        (block("fit_signal", seconds=5 / 16000, side="right", do="fill"), SIGNAL),
        (block("fit_signal", seconds=9 / 16000, side="right", do="cut"), SIGNAL),
        (block("fit_signal", seconds=20 / 16000, side="right", fill="reflect"), np.pad(SIGNAL, (0, 13), "reflect")),
        (block("fit_signal", seconds=20 / 16000, side="left", fill="reflect"), np.pad(SIGNAL, (13, 0), "reflect")),
        (block("fit_signal", seconds=20 / 16000, side="both", fill="repeat"), np.pad(SIGNAL, (6, 7), "wrap")),
        (block("fit_signal", seconds=20 / 16000, side="right", fill="copies"), np.pad(np.tile(SIGNAL, 2), (0, 6))),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_signal_is_fitted(one: Any, expected: Any) -> None:
    np.testing.assert_array_equal(rows(SIGNAL, one), expected)


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("fit_signal", {"seconds": 86400.0, "side": "right"}, "GB"),
        ("cmvn", {"scale": (1.0, 2.0)}, "2 numbers for 3 bands"),
    ],
)
def test_what_does_not_fit_is_said(kind: str, parameters: dict[str, Any], words: str) -> None:
    values = np.zeros(16) if kind == "fit_signal" else ROWS
    with pytest.raises(InputError, match=words):
        np.asarray(applied((block(kind, **parameters),), Items(values, 1_000_000)).array)


@pytest.mark.parametrize("parameters", [{}, {"file": "a.npy", "shift": (1.0,)}])
def test_cmvn_has_a_file_or_numbers(parameters: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="either a file or shift and scale"):
        block("cmvn", **parameters)


@pytest.mark.parametrize(("energy", "floor"), [("frame", 1e-9), ("windowed", 1e-9), ("frame", 0.5)])
def test_the_energy_of_a_frame_stands_for_the_first_coefficient(energy: str, floor: float) -> None:
    signal = np.concatenate([signals.noise(400).astype(np.float64), np.zeros(400)])
    chain = (
        block("frame", length=200, hop=200, placement="start", pad="zeros"),
        block("window", family="hamming", symmetry="symmetric"),
        block("fft", n=200, power=2.0),
        block("dct", keep=3, norm="ortho", energy=energy, energy_floor=floor, stage="features"),
    )
    frames = signal.reshape(4, 200) * (np.hamming(200) if energy == "windowed" else 1)
    expected = np.log(np.maximum((frames**2).sum(axis=1), floor))
    (stage,) = run_blocks(signal, Recipe("energies", 16000, "mean", "none", chain))
    np.testing.assert_allclose(stage.array[:][:, 0], expected, rtol=1e-12)


@pytest.mark.parametrize("pad", ["zeros", "reflect", "edge", "symmetric"])
@pytest.mark.parametrize("placement", ["start", "center", "vocoder", "kaldi"])
@pytest.mark.parametrize("n", [1601, 900, 250])
def test_frames_are_padded_as_numpy_pads(pad: str, placement: str, n: int) -> None:
    signal = signals.noise(n).astype(np.float64)
    frame = block("frame", length=200, hop=80, placement=placement, pad=pad)
    left = frame.left
    padded = np.pad(signal, (left, 400), mode={"zeros": "constant"}.get(pad, pad))
    frames = rows(signal, frame)
    count = {"start": 1 + (n - 200) // 80, "kaldi": (n + 40) // 80}.get(placement, 1 + (n + 2 * left - 200) // 80)
    expected = np.stack([padded[80 * t : 80 * t + 200] for t in range(count)])
    np.testing.assert_array_equal(frames, expected)


def test_any_frames_are_the_same_as_all() -> None:
    chain = load_preset("whisper-80")
    items = applied(chain.blocks[:6], Items(signals.noise(30000), 16000))
    whole, some = items.array[:], np.array([0, 3, 4, 99, 2])
    np.testing.assert_allclose(items.array[some], whole[some], rtol=1e-12)


@pytest.mark.parametrize("rows_kept", ["all", "trimmed", "joined"])
def test_chunks_are_computed_by_themselves(rows_kept: str) -> None:
    signal = signals.noise(12000)
    emphasis = block("preemphasis", coefficient=0.97, initial="zero")
    frame = block("frame", length=400, hop=200, placement="center", pad="zeros")
    pieces = [signal[start : start + 5000] for start in range(0, 12000, 5000)]
    if rows_kept == "joined":
        filtered = np.concatenate([rows(piece, emphasis) for piece in pieces])
        expected = rows(filtered, frame)
    else:
        parts = [rows(piece, emphasis, frame) for piece in pieces]
        expected = np.concatenate([part[: 25 if rows_kept == "trimmed" else None] for part in parts])
    np.testing.assert_array_equal(rows(signal, block("chunks", size=5000, rows=rows_kept), emphasis, frame), expected)


@pytest.mark.parametrize("name", preset_names())
def test_cancelled_between_chunks(name: str) -> None:
    def cancel(stage: str, done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        list(run_blocks(signals.noise(40000), load_preset(name), progress=cancel))


_WITHOUT_FRAMES = {"wav2vec2", "whisper-80-30s"}
"""Recipes that give something for a recording without a sample."""


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("n", [0, 1, 3, 399, 4000])
def test_a_short_signal_gives_values_or_a_sentence(name: str, n: int) -> None:
    signal, chain = signals.noise(4000)[:n], load_preset(name)
    if n == 0 and name not in _WITHOUT_FRAMES:
        with pytest.raises(InputError, match=r"^block \d+ .*too short"):
            list(run_blocks(signal, chain))
        return
    try:
        shapes = [stage.array.shape for stage in run_blocks(signal, chain)]
    except InputError as error:
        sentence = str(error)
        shapes = []
        assert "too short" in sentence
    assert all(shapes)


def test_a_beginning_at_hand_is_not_computed_again() -> None:
    signal, chain = signals.noise(30000), load_preset("nemo-80")
    stages = list(run_blocks(signal, chain))
    known = beginnings(chain, stages)
    computed: list[str] = []
    changed = chain.replace("normalise.ddof", 0)
    again = list(run_blocks(np.zeros(30000), changed, known=known, progress=lambda stage, *_: computed.append(stage)))
    expected = list(run_blocks(signal, changed))
    np.testing.assert_array_equal(again[-1].array, expected[-1].array)


def test_each_stage_of_a_run_with_beginnings_at_hand_is_its_own() -> None:
    signal, chain = signals.noise(30000), load_preset("synctalk_2d")
    stages = list(run_blocks(signal, chain))
    again = list(run_blocks(signal, chain, known=beginnings(chain, stages)))
    assert [stage.array.shape for stage in again] == [stage.array.shape for stage in stages]
    last_alone = beginnings(chain, stages[-1:])
    assert next(run_blocks(signal, chain, known=last_alone)).array.shape == stages[0].array.shape


def test_the_way_from_a_cell_to_its_samples_and_back() -> None:
    chain = load_preset("sensevoice")
    stage = list(run_blocks(signals.noise(48000), chain))[-1]
    counts = (len(stage.items), 298)
    first, last = samples_of(stage.items.links, 5)
    # Row 5 holds the rows 27 to 33, and row t the samples [160 t, 160 t + 400).
    assert (first, last) == (27 * 160, 33 * 160 + 399)
    low, high = items_of(stage.items.links, counts, first + 1000)
    assert low <= 5 <= high


def test_what_would_not_fit_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.core.recipe.held.MAX_HELD_BYTES", 1 << 16)
    with pytest.raises(InputError, match="GB"):
        list(run_blocks(signals.noise(40000), load_preset("whisper-80")))


def test_a_kind_is_added_by_its_class_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a contributor does: one class, one row of the table, one file."""
    from dataclasses import dataclass
    from typing import ClassVar

    from framescope.core.recipe.block import Block, Level, parameter
    from framescope.core.recipe.toml import parse_recipe

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Square(Block):
        kind: ClassVar[str] = "square"
        group: ClassVar = "values"
        takes: ClassVar[tuple[Level, ...]] = ("signal",)

        times: int = parameter("how often")

        def apply(self, items: Items, context: Context) -> Items:
            return items.mapped(lambda values: values ** (2 * self.times))

    monkeypatch.setitem(KINDS, "square", Square)
    text = (
        'recipe = 1\nname = "mine"\nrate = 16000\nchannels = "mean"\nresampler = "soxr_hq"\n'
        '[[block]]\nkind = "square"\ntimes = 1\nstage = "features"\n'
    )
    stage = next(run_blocks(np.array([1.0, -3.0]), parse_recipe(text)))
    np.testing.assert_array_equal(stage.array, [1, 9])
    assert replace(parse_recipe(text)).value("square.times") == 1


@pytest.mark.parametrize("coefficient", [0.97, 1.0])
@pytest.mark.parametrize("size", [0, 700])
def test_a_filter_of_its_own_results_is_the_loop_that_writes_into_its_samples(coefficient: float, size: int) -> None:
    samples = np.random.default_rng(2).normal(size=12_000)
    expected = samples.copy()
    for place in range(1, len(samples)):
        if not size or place % size:
            expected[place] -= coefficient * expected[place - 1]
    emphasis = block("preemphasis", coefficient=coefficient, initial="zero", before="result")
    chunks = [block("chunks", size=size, rows="joined")] if size else []
    filtered = applied([*chunks, emphasis], Items(samples, 16000)).array
    for part in (slice(0, 12_000), slice(8_000, 8_100), slice(11_999, 12_000)):
        np.testing.assert_allclose(filtered[part], expected[part], atol=1e-9)

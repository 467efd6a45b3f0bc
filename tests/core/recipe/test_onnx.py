"""ONNX models as blocks: what goes in and comes out, what is refused, and who ends what does not end."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.base.resources import sample, stand_in_encoder
from framescope.core.config import Config
from framescope.core.encoder import process
from framescope.core.encoder.session import Encoder
from framescope.core.recipe import graph_runs
from framescope.core.recipe.block import Context
from framescope.core.recipe.compute import compute_recipe
from framescope.core.recipe.items import Items
from framescope.core.recipe.kinds.table import KINDS
from framescope.core.recipe.measured import stage_noise
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.recipe import Recipe
from framescope.core.recipe.runner import beginnings, run_blocks
from framescope.core.recipe.toml import load_recipe, write_recipe
from framescope.core.recipe.trace import items_of, samples_of
from framescope.core.stages.features import encode_features
from framescope.core.stages.padding import pad_features
from framescope.core.stages.tensors import frame_tensors
from helpers import graphs, hostile, signals

ROWS = np.random.default_rng(0).normal(0, 1, (23, 4)).astype(np.float32).astype(np.float64)


def block(**parameters: Any) -> Any:
    defaults = {"file": "model.onnx", "input": "x", "output": "y", "input_axes": ("row", "0")}
    given = defaults | parameters
    return KINDS["onnx"](**({"output_axes": given["input_axes"]} | given))


def apply(folder: Path, model: bytes, rows: Any, tick: Any = None, **parameters: Any) -> Items:
    (folder / "model.onnx").write_bytes(model)
    context = Context(folder=folder) if tick is None else Context(tick, folder)
    made: Items = block(**parameters).apply(Items(np.asarray(rows, np.float64), 16000), context)
    return made


@pytest.mark.parametrize(
    ("shape", "axes", "parameters"),
    [
        (("batch", 4), ("row", "0"), {}),
        (("batch", 4), ("row", "0"), {"batch": 5}),
        ((1, 4), ("row", "0"), {}),
        ((5, 4), ("row", "0"), {"tail": "zeros"}),
        ((5, 4), ("row", "0"), {"tail": "zeros", "batch": 5}),
        (("batch", 1, 4, 1), ("row", "one", "0", "one"), {"batch": 8}),
        ((1, "T", 4), ("one", "row", "0"), {}),
        ((1, 4, "T"), ("one", "0", "row"), {}),
        ((1, 4, None), ("one", "0", "row"), {"batch": 7}),
    ],
)
@pytest.mark.parametrize("kind", ["FLOAT", "DOUBLE", "FLOAT16"])
def test_rows_go_in_and_come_out_however_the_graph_lays_them(
    shape: Any, axes: Any, parameters: Any, kind: str, tmp_path: Path
) -> None:
    made = apply(tmp_path, graphs.doubling(shape, kind), ROWS, input_axes=axes, **parameters)
    rows = ROWS.astype(np.float16) if kind == "FLOAT16" else ROWS
    np.testing.assert_array_equal(made.array, 2.0 * rows)
    assert made.array.dtype == (np.float64 if kind == "DOUBLE" else np.float32)


def test_the_axes_of_an_item_are_turned(tmp_path: Path) -> None:
    rows = np.arange(2 * 3 * 5.0).reshape(2, 3, 5)
    made = apply(
        tmp_path, graphs.doubling(("n", 1, 5, 3)), rows, input_axes=("row", "one", "1", "0"),
        output_axes=("row", "one", "0", "1"),
    )  # fmt: skip
    np.testing.assert_array_equal(made.array, 2 * rows.transpose(0, 2, 1))


def test_whole_numbers_are_rounded_and_limited(tmp_path: Path) -> None:
    made = apply(tmp_path, graphs.doubling(("n", 3), "INT32"), [[0.6, -1.4, 1e10]])
    np.testing.assert_array_equal(made.array[:, :2], [[2, -2]])
    assert made.array.dtype == np.float64


def test_samples_become_samples_a_signal_that_later_blocks_frame(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(graphs.doubling((1, "T")))
    frame = KINDS["frame"](length=4, hop=2, placement="start", pad="zeros")
    window = KINDS["window"](family="rectangular", symmetry="periodic", stage="frames")
    axes = ("one", "row")
    recipe = Recipe("r", 16000, "mean", "none", (block(input_axes=axes), frame, window), folder=tmp_path)
    (stage,) = run_blocks(np.arange(8.0), recipe)
    np.testing.assert_array_equal(stage.array, [[0, 2, 4, 6], [4, 6, 8, 10], [8, 10, 12, 14]])


@pytest.mark.parametrize("context", [0, 2])
def test_state_is_carried_and_context_goes_in_again(context: int, tmp_path: Path) -> None:
    samples, fed = np.arange(1.0, 11), np.pad(np.arange(1.0, 11), (context, 2))
    made = apply(
        tmp_path, graphs.summing(4, context), samples, input_axes=("one", "row"), output_axes=("row", "0"),
        batch=4, context=context, tail="zeros", state=(("h", "hn"),), constants=(("sr", 16000),),
    )  # fmt: skip
    runs = [fed[start : start + 4 + context].sum() + 16000 for start in (0, 4, 8)]
    np.testing.assert_array_equal(made.array, np.cumsum(runs)[:, None])
    # A row's samples are those of its run, with the context before them.
    assert samples_of(made.links, 1) == (4 - context, 7)
    assert items_of(made.links, (3,), 8) == (2, 2)
    assert items_of(made.links, (3,), 7) == ((1, 1) if not context else (1, 2))


def test_a_run_that_is_not_full_can_be_dropped(tmp_path: Path) -> None:
    made = apply(tmp_path, graphs.doubling((5, 4)), ROWS, tail="drop")
    np.testing.assert_array_equal(made.array, 2 * ROWS[:20])


def test_the_number_of_rows_goes_in_where_it_is_asked_for(tmp_path: Path) -> None:
    nodes = [graphs.node("Cast", "length", "n", to=1), graphs.node("Mul", "x n", "y")]
    inputs: list[graphs.Declared] = [("x", "FLOAT", ("n", 4)), ("length", "INT64", (1,))]
    made = apply(tmp_path, graphs.graph(nodes, inputs, [("y", "FLOAT", ("n", 4))]), ROWS, lengths=("length",), batch=20)
    np.testing.assert_allclose(made.array, ROWS * np.repeat([20, 3], [20, 3])[:, None], rtol=1e-6)


def test_a_model_of_fewer_rows_leads_back_to_those_it_was_made_of(tmp_path: Path) -> None:
    axes = {"input_axes": ("one", "0", "row"), "output_axes": ("one", "row", "0")}
    model = graphs.strided(4, 3, 2)
    made = apply(tmp_path, model, ROWS, **axes, step=2.0, span=3.0)
    np.testing.assert_allclose(made.array, [ROWS[i : i + 3].mean(axis=0) for i in range(0, 21, 2)], atol=1e-6)
    assert samples_of(made.links, 4) == (8, 10)
    assert items_of(made.links, (11,), 10) == (4, 5)
    # Where nothing is said, the rows are shared out evenly: 11 of 23.
    shared = apply(tmp_path, model, ROWS, **axes)
    assert [samples_of(shared.links, item) for item in (0, 10)] == [(0, 2), (20, 22)]


def test_samples_are_the_time_of_a_models_rows(tmp_path: Path) -> None:
    # As a graph that computes the spectrogram itself: runs of 1280 samples with 480 of context, 8 rows each.
    model = graphs.graph(
        [graphs.node("Unsqueeze", "x axis", "c"), graphs.node("Conv", "c w", "m", strides=[160]),
         graphs.node("Unsqueeze", "m end", "y")],
        [("x", "FLOAT", (1, "samples"))], [("y", "FLOAT", (1, 1, "time", 1))],
        axis=np.array([1]), end=np.array([3]), w=np.full((1, 1, 640), 1 / 640, np.float32),
    )  # fmt: skip
    signal = np.random.default_rng(1).normal(0, 1, 12800).astype(np.float32)
    made = apply(
        tmp_path, model, signal, input_axes=("one", "row"), output_axes=("one", "one", "row", "0"),
        batch=1280, context=480, step=160.0, start=-480.0, span=640.0,
    )  # fmt: skip
    fed = np.pad(signal.astype(np.float64), (480, 0))
    np.testing.assert_allclose(made.array[:, 0], [fed[i : i + 640].mean() for i in range(0, 12800, 160)], atol=1e-6)
    assert samples_of(made.links, 10) == (1120, 1759)


def test_tensors_of_the_inside_are_stages(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(graphs.doubling((1, 4, "T")))
    one = block(
        input_axes=("one", "0", "row"), stages=(("negated", "/inner/negated", "one", "0", "row"),), stage="doubled"
    )
    rows = (KINDS["frame"](length=4, hop=4, placement="start", pad="zeros"), one)
    add = KINDS["affine"](multiply=1.0, add=1.0, stage="more")
    recipe = Recipe("r", 16000, "mean", "none", (*rows, add), folder=tmp_path)
    samples = np.arange(40.0)
    run = compute_recipe(samples.astype(np.float32), recipe, rate=16000)
    assert list(run) == ["audio", "negated", "doubled", "more"]
    np.testing.assert_array_equal(run["negated"], -samples.reshape(10, 4).T)  # as the graph has it
    np.testing.assert_array_equal(run["doubled"], 2 * samples.reshape(10, 4))
    np.testing.assert_array_equal(run["more"], 2 * samples.reshape(10, 4) + 1)
    assert run["negated"].clock == run["doubled"].clock
    assert {*stage_noise(run)} == {"negated", "doubled", "more"}
    stages = list(run_blocks(samples, recipe))
    changed = recipe.replace("affine.add", 2.0)
    again = {each.spec.name: each.array for each in run_blocks(samples * 0, changed, known=beginnings(recipe, stages))}
    np.testing.assert_array_equal(again["negated"], run["negated"])
    np.testing.assert_array_equal(again["more"], np.asarray(run["more"]) + 1)


HEAD = (
    'recipe = 1\nname = "mine"\nrate = 16000\nchannels = "mean"\nresampler = "soxr_hq"\n'
    '[[block]]\nkind = "frame"\nlength = 4\nhop = 4\nplacement = "start"\npad = "zeros"\n'
)
BLOCK = (
    '[[block]]\nkind = "onnx"\nfile = "model.onnx"\ninput = "x"\noutput = "y"\ninput_axes = ["row", "0"]\n'
    'output_axes = ["row", "0"]\nstage = "features"\n'
)
X = r"x \(n, 4\) float32"
MISTAKES: list[tuple[str, tuple[str, str], str]] = [
    ("no such output", ('output = "y"', 'output = "embs"'), r"no output 'embs'; it has y \(n, 4\) float32$"),
    ("an output inside", ('output = "y"', 'output = "/inner/negated"'), r"no output '/inner/negated'; it has y"),
    ("no such input", ('input = "x"', 'input = "mel"'), rf"no input 'mel'; it has {X}$"),
    ("no such tensor", ('stage = "', 'stages = [["in", "/inner/negate", "row", "0"]]\nstage = "'), "'/inner/negated'"),
    ("too few axes", ('input_axes = ["row", "0"]', 'input_axes = ["row"]'), rf"input_axes names 1 .*{X}"),
    ("a long axis", ('input_axes = ["row", "0"]', 'input_axes = ["row", "one"]'), rf"one where .*{X}"),
    ("axes of the output", ('output_axes = ["row", "0"]', 'output_axes = ["one", "row", "0"]'), "output_axes names 3"),
    ("no words", ('input_axes = ["row", "0"]', 'input_axes = ["rows", "0"]'), r"input_axes \(rows, 0\)"),
    ("two rows", ('input_axes = ["row", "0"]', 'input_axes = ["row", "row"]'), r"row once"),
    ("an axis left out", ('input_axes = ["row", "0"]', 'input_axes = ["row", "1"]'), r"from 0 on"),
    ("no such constant", ('stage = "', 'constants = [["sr", 16000]]\nstage = "'), rf"no input 'sr'; it has {X}"),
    ("text for a number", ('stage = "', 'constants = [["sr", "16000"]]\nstage = "'), "constants.*'16000'"),
    ("no such state", ('stage = "', 'state = [["h", "hn"]]\nstage = "'), "no input 'h'"),
    ("fed twice", ('stage = "', 'lengths = ["x"]\nstage = "'), "'x' is fed more than once"),
    ("a stage of its inside without axes", ('stage = "', 'stages = [["a", "b"]]\nstage = "'), "stages.*'a'"),
    ("the same stage twice", ('stage = "', 'stages = [["features", "y", "row", "0"]]\nstage = "'), "more than once"),
    ("no file", ('file = "model.onnx"', 'file = "mode.onnx"'), r"mode\.onnx: does not exist; name an ONNX file"),
    ("a folder", ('file = "model.onnx"', 'file = "."'), "not a file|is a directory"),
    ("another file", ('file = "model.onnx"', 'file = "mine.toml"'), r"mine\.toml: is not a usable ONNX model"),
    ("misspelt key", ("input_axes", "input_axis"), "'input_axes'"),
    ("stages without end", ('stage = "', f'stages = {[["a", "b", "row"]] * 300}\nstage = "'), "300 .*at most 256"),
    ("inputs without end", ('stage = "', f'lengths = {["a"] * 300}\nstage = "'), "301 .*at most 256"),
    ("a way back without a step", ('stage = "', 'span = 2.0\nstage = "'), "start and span need step"),
]


@pytest.mark.parametrize(("what", "change", "message"), MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_a_mistake_is_one_sentence_when_the_recipe_is_opened(
    what: str, change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    (tmp_path / "model.onnx").write_bytes(graphs.doubling(("n", 4)))
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + BLOCK.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        load_recipe(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "parameters", "message"),
    [
        (graphs.doubling(("n", 5)), {}, r"rows of shape \(4,\), laid out as row, 0, do not fit .* x \(n, 5\) float32"),
        (graphs.doubling(("n", 2, 2)), {"input_axes": ("row", "0", "1")}, r"rows of shape \(4,\) have other axes"),
        (graphs.doubling((5, 4)), {}, r"takes 5 rows at a time .* 23 .* fit_rows"),
        (graphs.doubling((5, 4)), {"batch": 6}, r"batch 6 with context 0 does not fit .* x \(5, 4\) float32"),
        (graphs.doubling((1, 4)), {"context": 1}, r"batch 0 with context 1"),
        (graphs.doubling((50, 4)), {"tail": "drop"}, "too short: 23 rows"),
        (graphs.doubling(("n", 4), "STRING"), {}, r"is not a usable ONNX model|does not hold numbers"),
        (graphs.summing(4), {}, r"also has the input h \(2, batch, 3\) float32, sr \(\) int64; name it in constants"),
        (graphs.doubling(("n", 4)), {"output_axes": ("0", "row")}, None),
    ],
)
def test_a_graph_that_does_not_fit_is_refused(
    model: bytes, parameters: Any, message: str | None, tmp_path: Path
) -> None:
    if message is None:
        assert apply(tmp_path, model, ROWS, **parameters).array.shape == (4, 23)
        return
    with pytest.raises(InputError, match=message):
        apply(tmp_path, model, ROWS, **parameters)


def test_weights_beside_the_model_are_read_and_those_elsewhere_are_not(tmp_path: Path) -> None:
    import onnx

    folder = tmp_path / "recipe"
    folder.mkdir()
    proto = onnx.load_model_from_string(graphs.strided(4, 300, 2))
    onnx.save_model(proto, folder / "model.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0)
    path = folder / "mine.toml"
    turned = BLOCK.replace('input_axes = ["row", "0"]', 'input_axes = ["one", "0", "row"]')
    path.write_text(HEAD + turned.replace('output_axes = ["row', 'output_axes = ["one", "row'), encoding="utf-8")
    identity = load_recipe(path).identity
    weights = folder / "weights.bin"
    weights.write_bytes(bytes(weights.stat().st_size))
    assert load_recipe(path).identity != identity  # which they belong to
    weights.rename(tmp_path / "weights.bin")
    with pytest.raises(InputError, match="weights in a second file cannot be read"):
        load_recipe(path)
    model = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(model.replace(b"weights.bin", b"../weights."))
    (tmp_path / "weights.bin").rename(tmp_path / "weights.")
    with pytest.raises(InputError, match="is not in the model's folder"):
        load_recipe(path)


def test_the_files_content_is_part_of_the_identity_and_its_name_is_not(tmp_path: Path) -> None:
    def identity(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        (tmp_path / "mine.toml").write_text(HEAD + BLOCK.replace("model.onnx", name), encoding="utf-8")
        recipe = load_recipe(tmp_path / "mine.toml")
        (tmp_path / "mine.toml").write_text(write_recipe(recipe), encoding="utf-8")
        assert load_recipe(tmp_path / "mine.toml") == recipe
        return recipe.identity

    one = identity("a.onnx", graphs.doubling(("n", 4)))
    assert identity("b.onnx", graphs.doubling(("n", 4))) == one
    assert identity("a.onnx", graphs.doubling(("m", 4))) != one


def test_the_content_of_a_table_is_part_of_the_identity(tmp_path: Path) -> None:
    cmvn = '[[block]]\nkind = "cmvn"\nfile = "statistics.npy"\nstage = "normalised"\n'
    rows = '[[block]]\nkind = "fft"\nn = 4\npower = 2.0\n'
    (tmp_path / "mine.toml").write_text(HEAD + rows + cmvn, encoding="utf-8")
    np.save(tmp_path / "statistics.npy", np.ones((2, 3)))
    one = load_recipe(tmp_path / "mine.toml").identity
    np.save(tmp_path / "statistics.npy", np.zeros((2, 3)))
    assert load_recipe(tmp_path / "mine.toml").identity != one
    (tmp_path / "statistics.npy").unlink()
    with pytest.raises(InputError, match=r"block 3 \(cmvn\): .*statistics\.npy: does not exist"):
        load_recipe(tmp_path / "mine.toml")


# The hostile graphs have the encoder's interface.
AXES = {"input": "mel", "output": "features", "input_axes": ("row", "one", "0", "1"), "output_axes": ("row", "0")}
ENDLESS = np.ones((2, 80, 16))


def test_a_graph_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_BATCH_SECONDS", 1)
    with pytest.raises(InputError, match=r"model\.onnx: was not done after 1 s"):
        apply(tmp_path, hostile.endless(), ENDLESS, **AXES)


def test_whoever_no_longer_wants_a_run_is_let_go(tmp_path: Path) -> None:
    asked = []

    def tick(done: int, total: int) -> None:
        asked.append((done, total))
        raise CancelledError

    with pytest.raises(CancelledError):
        apply(tmp_path, hostile.endless(), ENDLESS, tick, **AXES)
    assert asked == [(0, 2)]


def test_a_graph_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"model\.onnx: (fails when it is run|needs more than|ends the process)"):
        apply(tmp_path, hostile.huge(), ENDLESS, **AXES)


def test_more_than_goes_in_at_once_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_runs, "MAX_RUN_BYTES", 23 * 4 * 8 - 1)
    with pytest.raises(InputError, match="give a smaller batch"):
        apply(tmp_path, graphs.doubling(("n", 4)), ROWS)
    assert apply(tmp_path, graphs.doubling(("n", 4)), ROWS, batch=22).array.shape == ROWS.shape


@pytest.fixture(scope="module")
def synctalk() -> Recipe:
    """SyncTalk_2D to its end, with the weights that ship."""
    return load_preset("synctalk_2d")


def test_the_weights_of_synctalk_are_those_that_ship(synctalk: Recipe) -> None:
    copied = synctalk.replace("onnx.file", str(stand_in_encoder()))
    assert (copied.identity, copied == synctalk) == (synctalk.identity, False)


@pytest.mark.parametrize("edge", ["zeros", "repeat", "last_block"])
def test_synctalk_behind_its_encoder_is_the_pipelines(synctalk: Recipe, edge: str) -> None:
    run = compute_recipe(sample(), synctalk.replace("context.edge", edge))
    encoder = Encoder.load(stand_in_encoder())
    features = encode_features(run["windows"].array, encoder)
    np.testing.assert_array_equal(run["features"], features)
    assert run["features"].array.dtype == run["tensors"].array.dtype == np.float32
    padded = pad_features(features)
    np.testing.assert_array_equal(run["padded"], padded)
    tensors = frame_tensors(padded, len(features), Config(edge=edge))  # type: ignore[arg-type]
    np.testing.assert_array_equal(run["tensors"], tensors)
    # Views of the features: an hour of tensors, 740 MB a minute, is never held.
    assert not isinstance(run["tensors"].array, np.ndarray)


def test_a_cell_of_a_tensor_leads_to_its_samples(synctalk: Recipe) -> None:
    stages = {each.spec.name: each for each in run_blocks(signals.noise(48000), synctalk)}
    # Frame 20's context are the padded rows 12 to 27, so the features of frames 11 to 26, whose windows begin at
    # int(3.2 i) = 35 and 83 and are 16 columns long, each of 800 samples about 200 t.
    assert samples_of(stages["tensors"].items.links, 20) == (35 * 200 - 400, (83 + 15) * 200 + 399)
    assert samples_of(stages["features"].items.links, 11) == (35 * 200 - 400, (35 + 15) * 200 + 399)

"""Windows, features, padding and frame tensors against the original's loops and the original's files."""

from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.config import CONTEXT_ROWS, TENSOR_SHAPES, Config
from framescope.core.stages.features import encode_features, feature_chunks, native_features
from framescope.core.stages.padding import pad_features
from framescope.core.stages.tensors import context_blocks, frame_tensors
from framescope.core.stages.windows import context_windows
from framescope.core.timebase import Timebase
from helpers import reference


def rows(n: int, width: int = 512) -> Any:
    return np.random.default_rng(n).random((n, width), dtype=np.float32)


@pytest.mark.parametrize("fps", [25, 24, 29.97, 30, 50, 60, 12.5, 1])
@pytest.mark.parametrize("columns", [16, 17, 19, 20, 80, 799, 4801])
def test_windows_equal_the_originals_loop(columns: int, fps: float) -> None:
    mel = np.random.default_rng(0).random((80, columns))
    windows = context_windows(mel, Timebase(fps=fps))
    expected = reference.windows(mel, fps)
    assert windows.shape == (len(expected), 16, 80)
    np.testing.assert_array_equal(np.asarray(windows), expected)


def test_too_short_for_a_window() -> None:
    with pytest.raises(InputError, match=r"15 mel columns.*at least 187.5 ms"):
        context_windows(np.zeros((80, 15)), Timebase())


class MeanEncoder:
    """Stands in for the network: 512 times the mean of the window."""

    def encode(self, windows: Any) -> Any:
        return np.repeat(windows.mean(axis=(1, 2))[:, None], 512, axis=1).astype(np.float32)


def test_features_come_in_any_order_and_report() -> None:
    windows = np.random.default_rng(0).random((300, 16, 80))
    expected = windows.mean(axis=(1, 2)).astype(np.float32)
    ticks: list[tuple[int, int]] = []
    features = encode_features(windows, MeanEncoder(), tick=lambda done, total: ticks.append((done, total)))
    np.testing.assert_array_equal(features[:, 511], expected)
    assert ticks == [(128, 300), (256, 300), (300, 300)]
    order = [slice(200, 300), slice(0, 200)]
    chunks = list(feature_chunks(windows, MeanEncoder(), order))
    assert [frames for frames, _ in chunks] == order
    np.testing.assert_array_equal(chunks[0][1][:, 0], expected[200:])


@pytest.mark.parametrize("mode", TENSOR_SHAPES)
@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 40])
def test_tensors_equal_the_originals_loop(n: int, mode: Any) -> None:
    config = Config(mode=mode)
    padded = pad_features(rows(n))
    whole = np.asarray(padded)
    np.testing.assert_array_equal(whole, np.concatenate([rows(n)[:1], rows(n), rows(n)[-1:]]))
    tensors, blocks = frame_tensors(padded, n, config), context_blocks(padded, n, config)
    assert tensors.shape == (n, *TENSOR_SHAPES[mode])
    for frame in range(n):
        expected = reference.context(whole, frame)
        np.testing.assert_array_equal(blocks[frame], expected)
        flat = tensors[frame].ravel()
        np.testing.assert_array_equal(flat[:8192], expected.ravel())
        assert not flat[8192:].any()


@pytest.mark.parametrize(
    ("edge", "frame", "expected"),
    [
        ("zeros", 0, [-1] * 8 + [0, 1, 2, 3, 4, 5, 6, 7]),
        ("repeat", 0, [0] * 8 + [0, 1, 2, 3, 4, 5, 6, 7]),
        ("last_block", 0, [0] * 8 + [0, 1, 2, 3, 4, 5, 6, 7]),
        ("zeros", 19, [*range(11, 22), *[-1] * 5]),
        ("repeat", 19, [*range(11, 22), *[21] * 5]),
        ("last_block", 19, [21] * 16),
        ("last_block", 14, list(range(6, 22))),
        ("last_block", 15, [21] * 16),
    ],
)
def test_edge_policies(edge: Any, frame: int, expected: list[int]) -> None:
    """20 frames, 22 padded rows: what stands where the context passes an end."""
    padded = np.arange(1, 23, dtype=np.float32)[:, None] * np.ones(512, np.float32)
    block = context_blocks(padded, 20, Config(edge=edge))[frame]
    np.testing.assert_array_equal(block[:, 0], np.array(expected) + 1)


@pytest.mark.parametrize(("mode", "shape"), [("hubert", (30, 2, 1024)), ("hubert", (30, 2048)), ("wenet", (30, 8192))])
def test_native_features_fill_their_mode(mode: Any, shape: tuple[int, ...]) -> None:
    config = Config(mode=mode)
    values = np.random.default_rng(0).random(shape) + 1
    flat = native_features(values, config)
    tensors = frame_tensors(flat, len(flat), config)
    assert tensors.shape == (30, *TENSOR_SHAPES[mode])
    np.testing.assert_array_equal(tensors[15].ravel(), values[7:23].astype(np.float32).ravel())
    assert np.count_nonzero(tensors[0]) == tensors[0].size // 2
    assert flat.shape[1] * CONTEXT_ROWS == tensors[0].size


@pytest.mark.parametrize(
    ("mode", "shape"),
    [("ave", (30, 512)), ("hubert", (30, 1024)), ("wenet", (8192,)), ("wenet", (0, 8192)), ("wenet", ())],
)
def test_native_features_of_another_shape(mode: Any, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=f"do not fit mode {mode}"):
        native_features(np.zeros(shape), Config(mode=mode))


def test_tensors_of_the_original_from_its_own_features(shared: Any) -> None:
    folder = shared / "python_talk_hb"
    features = np.load(folder / "audio_features_raw.npy")
    padded = pad_features(features)
    np.testing.assert_array_equal(np.asarray(padded), np.load(folder / "audio_features_padded.npy"))
    tensors, blocks = frame_tensors(padded, len(features)), context_blocks(padded, len(features))
    given = sorted((folder / "frames").glob("*_window.npy"))
    assert len(given) == 5
    for path in given:
        frame = int(path.name.split("_")[1])
        np.testing.assert_array_equal(blocks[frame], np.load(path))
        np.testing.assert_array_equal(tensors[frame], np.load(str(path).replace("_window", "_reshaped")))

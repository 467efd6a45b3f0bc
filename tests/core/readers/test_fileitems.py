"""Large files are read where somebody looks, and a file that changes is an error, not a crash."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.alignment import items
from framescope.core.errors import InputError
from framescope.core.readers import load_run
from framescope.core.readers.fileitems import FileItems, settled

ROWS = np.random.default_rng(0).random((500, 4, 8), dtype=np.float32)


@pytest.fixture
def mapped(tmp_path: Path) -> Any:
    path = tmp_path / "rows.npy"
    np.save(path, ROWS)
    return np.load(path, mmap_mode="r")


@pytest.mark.parametrize(
    "key",
    [0, -1, slice(3, 9), slice(None), slice(5, 5), np.array([4, 2, 2]), np.array([0, 499]), (slice(0, 3), 1)],
    ids=str,
)
def test_reads_what_the_array_holds(mapped: Any, key: Any) -> None:
    items = settled(mapped[100:])
    assert isinstance(items, FileItems)
    np.testing.assert_array_equal(
        items[key if not isinstance(key, np.ndarray) else key % 400],
        ROWS[100:][key if not isinstance(key, np.ndarray) else key % 400],
    )


def test_what_does_not_lie_in_a_row_is_read_whole(mapped: Any) -> None:
    for array in (mapped.reshape(500, 32).T, mapped.ravel(), mapped[:, ::2]):
        kept = settled(array)
        assert type(kept) is np.ndarray
        np.testing.assert_array_equal(kept, array)


def test_a_large_file_that_shrinks_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "audio_features_raw.npy"
    np.save(path, np.random.default_rng(0).random((40_000, 512), dtype=np.float32))
    features = load_run(path)["features"].array
    assert isinstance(features, FileItems)
    expected = features[39_999]
    with path.open("r+b") as file:
        file.truncate(1 << 20)
    assert expected.shape == (512,)
    with pytest.raises(InputError, match="has changed since it was read"):
        features[39_000:]
    path.unlink()
    with pytest.raises(InputError, match="has changed since it was read"):
        features[0]


def test_a_large_mel_has_its_columns_as_items(tmp_path: Path) -> None:
    """An hour's mel is larger than what is held of other stages; its bands must not be taken for its items."""
    mel = np.random.default_rng(0).uniform(-4, 4, (80, 288_001)).astype(np.float32)
    np.save(tmp_path / "mel_spectrogram.npy", mel)
    stage = load_run(tmp_path)["mel"]
    assert items(stage).shape == (288_001, 80)
    np.testing.assert_array_equal(items(stage)[[7, 288_000]], mel.T[[7, 288_000]])

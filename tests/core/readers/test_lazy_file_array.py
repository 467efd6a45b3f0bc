"""Large files are read where somebody looks, and a file that changes is an error, not a crash."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.compare.alignment import time_major
from framescope.core.readers import load_run
from framescope.core.readers.lazy_file_array import FileItems, stamp_of

ROWS = np.random.default_rng(0).random((500, 4, 8), dtype=np.float32)


def in_file(path: Path, array: Any, fortran: bool = False) -> FileItems:
    np.save(path, np.asfortranarray(array) if fortran else array)
    with path.open("rb") as file:
        offset = path.stat().st_size - array.nbytes
        return FileItems.plain(path, stamp_of(file), offset, array.dtype, (array.size,)).shaped(
            array.shape, fortran=fortran
        )


@pytest.mark.parametrize("fortran", [False, True])
@pytest.mark.parametrize(
    "key",
    [0, -1, slice(3, 9), slice(None), slice(5, 5), np.array([4, 2, 2]), np.array([0, 499]), (slice(0, 3), 1)],
    ids=str,
)
def test_reads_what_the_array_holds(tmp_path: Path, key: Any, fortran: bool) -> None:
    np.testing.assert_array_equal(in_file(tmp_path / "rows.npy", ROWS, fortran)[key], ROWS[key])


@pytest.mark.parametrize("order", [(0, 2, 1), (2, 0, 1), (2, 1, 0)])
@pytest.mark.parametrize("fortran", [False, True])
def test_axes_lie_in_any_order(tmp_path: Path, order: tuple[int, ...], fortran: bool) -> None:
    turned = ROWS.transpose(order)
    lying = in_file(tmp_path / "rows.npy", ROWS, fortran).laid_out(ROWS.shape, order, turned.shape[1:])
    for key in (slice(None), slice(1, 3), np.array([3, 0])):
        np.testing.assert_array_equal(lying[key], turned[key])


def test_bytes_become_values_from_any_byte(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"head" + ROWS.astype(">f4").tobytes())
    with (tmp_path / "x").open("rb") as file:
        raw = FileItems.plain(tmp_path / "x", stamp_of(file), 4, np.dtype(np.uint8), (ROWS.nbytes,))
    np.testing.assert_array_equal(raw.view(np.dtype(">f4"))[10:20], ROWS.ravel()[10:20])


@pytest.mark.parametrize("change", ["shorter", "longer", "same length", "another file", "gone"])
def test_a_file_that_was_written_again_is_an_error(tmp_path: Path, change: str) -> None:
    path = tmp_path / "rows.npy"
    items = in_file(path, ROWS)
    np.testing.assert_array_equal(items[7], ROWS[7])
    data = path.read_bytes()
    if change == "another file":
        path.rename(tmp_path / "old")
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes({"shorter": data[:-4000], "longer": data + b"0000"}.get(change, data))
        os.utime(path, ns=(0, items.written.changed + (1 if change == "same length" else 0)))
    with pytest.raises(InputError, match=r"rows\.npy: has changed since it was read"):
        items[7]


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
    for there in (lambda: None, lambda: os.mkfifo(path)):  # which would be waited for
        there()
        with pytest.raises(InputError, match="has changed since it was read"):
            features[0]


def test_a_large_mel_has_its_columns_as_items(tmp_path: Path) -> None:
    """An hour's mel is larger than what is held of other stages; its bands must not be taken for its items."""
    mel = np.random.default_rng(0).uniform(-4, 4, (80, 288_001)).astype(np.float32)
    np.save(tmp_path / "mel_spectrogram.npy", mel)
    stage = load_run(tmp_path)["mel"]
    assert time_major(stage).shape == (288_001, 80)
    np.testing.assert_array_equal(time_major(stage)[[7, 288_000]], mel.T[[7, 288_000]])

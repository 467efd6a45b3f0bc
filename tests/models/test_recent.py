import logging
from pathlib import Path

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.models.recent import (
    LOUDEST,
    SHAPE,
    RecentFile,
    forget_recent,
    recent_files,
    recent_path,
    remember_recent,
    remember_shape,
    shape_of,
)


def names() -> list[str]:
    return [file.path.name for file in recent_files()]


def test_the_newest_is_first_and_each_is_there_once(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        remember_recent(tmp_path / name)
    assert names() == ["a", "b"]
    forget_recent(tmp_path / "a")
    assert names() == ["b"]


def test_the_list_is_bounded(tmp_path: Path) -> None:
    for number in range(20):
        remember_recent(tmp_path / str(number))
    assert names() == [str(number) for number in range(19, 7, -1)]


def test_a_missing_file_is_kept_and_flagged(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"")
    for name in ("there", "gone"):
        remember_recent(tmp_path / name)
    assert recent_files() == (RecentFile(tmp_path / "gone", True), RecentFile(tmp_path / "there", False))


def test_a_relative_path_holds_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    remember_recent("a")
    monkeypatch.chdir("/")
    assert recent_files() == (RecentFile(tmp_path / "a", False),)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b"[" * 100_000, b'["a'])
def test_a_broken_list_is_logged_and_counts_as_empty(
    content: bytes, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    recent_path().parent.mkdir(parents=True)
    recent_path().write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert recent_files() == ()
    assert str(recent_path()) in caplog.text
    remember_recent(tmp_path / "a")
    assert names() == ["a"]


@pytest.mark.parametrize("path", ["nul\0byte", "no text \udcff"])
def test_a_strange_path_does_no_harm(path: str, tmp_path: Path) -> None:
    remember_recent(tmp_path / path)
    assert recent_files() == (RecentFile(tmp_path / path, True),)


def test_a_place_that_cannot_be_written_is_named() -> None:
    recent_path().parent.parent.mkdir(parents=True)
    recent_path().parent.write_bytes(b"")
    with pytest.raises(InputError, match="cannot be made"):
        remember_recent("a")


def test_a_shape_says_how_loud_each_part_is() -> None:
    samples = np.repeat([0.25, -0.5], 50 * SHAPE // 2)
    assert shape_of(samples) == (LOUDEST // 2,) * (SHAPE // 2) + (LOUDEST,) * (SHAPE // 2)
    samples[0] = np.nan
    assert shape_of(samples)[0] == LOUDEST // 2
    assert shape_of(np.zeros(1000)) == (0,) * SHAPE
    assert shape_of(np.ones(SHAPE - 1)) == ()


def test_a_shape_is_kept_as_long_as_its_file_is_listed(tmp_path: Path) -> None:
    remember_recent(tmp_path / "a.wav")
    remember_shape(tmp_path / "a.wav", (1, 2))
    remember_recent(tmp_path / "b.wav")
    remember_shape(tmp_path / "b.wav", (3,))
    assert [file.shape for file in recent_files()] == [(3,), (1, 2)]
    forget_recent(tmp_path / "a.wav")
    remember_shape(tmp_path / "b.wav", (4,))
    remember_recent(tmp_path / "a.wav")
    assert [file.shape for file in recent_files()] == [(), (4,)]

import os
from pathlib import Path

import pytest
from framescope.core.errors import InputError
from framescope.core.files import naming, open_file, replace_file


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")

    def full_disk(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(InputError, match=r"file: cannot be written \(No space left on device\)"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_replaced_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    replace_file(tmp_path / "file", b"")
    (tmp_path / "other").touch()
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("name", ["a" * 300, "nul\0", "missing/file"])
def test_names_that_cannot_be(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read|does not exist"):
        open_file(tmp_path / name, "a file").close()
    with pytest.raises(InputError, match="cannot be written"):
        replace_file(tmp_path / name, b"")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o000)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\); name a file"):
        open_file(tmp_path / "file", "a file").close()


def test_the_name_comes_first(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^port\.npy: is empty$"), naming(Path("port.npy")):
        raise InputError("is empty")

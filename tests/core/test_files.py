import io
import os
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from framescope.core.base import files
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.base.files import (
    PARTIAL,
    held,
    naming,
    open_file,
    read_file,
    remove_stale,
    replace_file,
    replacing,
)


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


def things(folder: Path) -> dict[str, Path]:
    """What is no file, by what it is; opening some of them would take for ever."""
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
    (folder / "link").symlink_to(folder / "pipe")
    (folder / "loop").symlink_to(folder / "loop")
    names = ("pipe", "folder", "socket", "link", "loop", "missing")
    return {name: folder / name for name in names} | {"device": Path("/dev/zero")}


def test_only_files_are_opened(tmp_path: Path) -> None:
    for name, path in things(tmp_path).items():
        with pytest.raises(InputError) as raised:
            open_file(path, "a recording")
        sentence = str(raised.value)
        assert sentence.startswith(f"{path}: "), name
        assert sentence.endswith("; name a recording"), name


def test_what_becomes_a_pipe_while_it_is_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, look = tmp_path / "file", os.stat
    path.touch()

    def exchanged(place: Path) -> os.stat_result:
        before = look(place)
        path.unlink()
        os.mkfifo(path)
        return before

    monkeypatch.setattr(os, "stat", exchanged)
    with pytest.raises(InputError, match="is not a file"):
        open_file(path, "a recording")


@pytest.mark.parametrize("size", [101, 20 << 30])
def test_of_a_file_that_is_too_large_nothing_is_read(size: int, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.touch()
    os.truncate(path, size)
    with pytest.raises(InputError, match="large: is larger than 0 kB, too large for a settings file"):
        read_file(path, "a settings file", 100)


def test_a_file_as_large_as_allowed_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    assert read_file(tmp_path / "file", "a settings file", 100) == b"x" * 100


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="there are no files of unknown length")
def test_a_file_that_is_longer_than_it_says_is_bounded() -> None:
    with pytest.raises(InputError, match="is larger than"):
        read_file(Path("/proc/self/status"), "a settings file", 100)


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(InputError, match=r"pipe: cannot be written \(nobody reads from it\)"):
        replace_file(path, b"lost")
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with replacing(path) as file:
        np.save(file, np.arange(3))
    received = os.read(reader, 1000)
    os.close(reader)
    np.testing.assert_array_equal(np.load(io.BytesIO(received)), [0, 1, 2])
    assert path.is_fifo()
    assert list(tmp_path.iterdir()) == [path]


def test_a_terminal_is_written_to_and_nothing_half_done_reaches_it(tmp_path: Path) -> None:
    master, slave = os.openpty()
    link = tmp_path / "link"
    link.symlink_to(os.ttyname(slave))
    with suppress(KeyboardInterrupt), replacing(link) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    replace_file(link, b"whole")
    assert os.read(master, 100) == b"whole"
    assert link.is_char_device()
    os.close(slave)
    os.close(master)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="standard output has no name here")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_that_goes_to_a_file_is_written_to(name: str, tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from framescope.core.base.files import replace_file
print("before", flush=True)
replace_file(Path({name!r}), b"report\\n")
print("after")
"""
    with (tmp_path / "out").open("wb") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "before\nreport\nafter\n"


def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written \(it is a folder\); name a place"):
        replace_file(tmp_path, b"")


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_replaced(there: bool, tmp_path: Path) -> None:
    target, link = tmp_path / "deep" / "target", tmp_path / "link"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    link.symlink_to(target)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["target"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o666])
def test_a_replaced_file_keeps_its_permissions(mode: int, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "file").chmod(mode)
    replace_file(tmp_path / "file", b"new")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_replaces_stays_the_users(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", 1234, 2345)
    replace_file(tmp_path / "file", b"new")
    assert ((tmp_path / "file").stat().st_uid, (tmp_path / "file").stat().st_gid) == (1234, 2345)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o444)
    with pytest.raises(InputError, match=r"cannot be written \(Permission denied\)"):
        replace_file(tmp_path / "file", b"new")


def test_many_writers_at_once_each_write_a_whole_file(tmp_path: Path) -> None:
    path, barrier = tmp_path / "file", Barrier(8)

    def write(number: int) -> set[bytes]:
        seen = set()
        for _ in range(20):
            with replacing(path) as file:
                file.write(b"%d" % number * 5000)
                barrier.wait()
                file.write(b"%d" % number * 5000)
            seen.add(path.read_bytes())
        return seen

    with ThreadPoolExecutor(8) as pool:
        seen = set().union(*pool.map(write, range(8)))
    assert seen <= {b"%d" % number * 10_000 for number in range(8)}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_takes_the_name_of_a_stale_one_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "unfinished"
    path.write_bytes(b"stale")

    def held_late(descriptor: int) -> bool:
        path.unlink()  # by another writer, which was faster
        path.write_bytes(b"new")
        return held(descriptor)

    monkeypatch.setattr(files, "held", held_late)
    remove_stale(path)
    assert path.read_bytes() == b"new"


WRITER = """
import sys
from pathlib import Path
from framescope.core.base.files import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("there", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_writer_left_goes_with_the_next_and_what_a_live_one_writes_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    command = [sys.executable, "-c", WRITER, path]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as live,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as dead,
    ):
        for writer in (live, dead):
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"there\n"
        dead.kill()
        dead.wait()
        assert len(list(tmp_path.iterdir())) == 2
        replace_file(path, b"whole")
        replace_file(tmp_path / "other", b"another file")
        assert sorted(place.name.startswith(PARTIAL) for place in tmp_path.iterdir()) == [False, False, True]
        assert path.read_bytes() == b"whole"
        live.communicate()
    assert live.returncode == 0
    assert path.read_bytes() == b"half"
    assert {place.name for place in tmp_path.iterdir()} == {"file", "other"}


def test_a_writer_that_gives_up_takes_nothing_from_another(tmp_path: Path) -> None:
    with replacing(tmp_path / "file") as file:
        file.write(b"whole")
        with suppress(CancelledError), replacing(tmp_path / "file") as other:
            other.write(b"half")
            raise CancelledError
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]

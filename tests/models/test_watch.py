"""Watching a port's files: told once, after the last change, whatever kind of change it is."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from framescope.models import watch as watching
from framescope.models.jobs import Jobs
from framescope.models.observer import Observer
from framescope.models.watch import Snapshot, Watch, snapshot

PATIENCE = 60_000


@pytest.fixture
def port(tmp_path: Path) -> Path:
    folder = tmp_path / "port"
    (folder / "frames").mkdir(parents=True)
    (folder / "mel.npy").write_bytes(b"0123456789")
    (folder / "frames" / "frame_0.bin").write_bytes(b"0123456789")
    return folder


def watched(path: Path, jobs: Jobs, **times: int) -> Watch:
    watch = Watch(path, jobs, Observer(), 7, **{"settle_ms": 20, "poll_ms": 50, **times})
    watch.note(snapshot(path))
    return watch


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(5)


def rewrite_in_place(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"9876543210")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))  # some clocks tick in hundredths of a second


def rename_over(path: Path) -> None:
    before, new = path.stat(), path.with_name("new")
    new.write_bytes(b"9876543210")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(path)


CHANGES: dict[str, Callable[[Path], Any]] = {
    "rewritten": lambda port: rewrite_in_place(port / "mel.npy"),
    "truncated": lambda port: truncate(port / "mel.npy"),
    "replaced by a file of the same size and time": lambda port: rename_over(port / "mel.npy"),
    "deleted": lambda port: (port / "mel.npy").unlink(),
    "added": lambda port: (port / "features.npy").write_bytes(b"x"),
    "changed in a folder of it": lambda port: truncate(port / "frames" / "frame_0.bin"),
    "added in a new folder of it": lambda port: shutil.copytree(port / "frames", port / "more"),
    "gone": shutil.rmtree,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("poll_ms", [50, 10**6], ids=["polled", "announced"])
def test_every_change_is_told_once(
    port: Path, jobs: Jobs, qtbot: Any, change: Callable[[Path], Any], poll_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if poll_ms == 50:  # as where nothing is announced
        monkeypatch.setattr(watching, "_places", lambda *_: ())
    watch = watched(port, jobs, poll_ms=poll_ms)
    qtbot.waitUntil(lambda: not jobs.busy and watch._timer.remainingTime() > 20, timeout=PATIENCE)
    told: list[int] = []
    watch.settled.connect(told.append)
    change(port)
    qtbot.waitUntil(lambda: told == [7], timeout=PATIENCE)
    with qtbot.assertNotEmitted(watch.settled, wait=150):
        watch.note(snapshot(port))
    watch.close()


def test_what_comes_back_is_told(port: Path, jobs: Jobs, qtbot: Any) -> None:
    watch = watched(port, jobs)
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        port.rename(port.with_name("away"))
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        port.with_name("away").rename(port)
    watch.close()


def test_a_single_file_is_watched_with_its_sidecar(tmp_path: Path, jobs: Jobs, qtbot: Any) -> None:
    path, sidecar = tmp_path / "tensors.bin", tmp_path / "tensors.bin.json"
    path.write_bytes(b"0123")
    watch = watched(path, jobs, poll_ms=10**6)
    qtbot.waitUntil(lambda: not jobs.busy and watch._timer.remainingTime() > 20, timeout=PATIENCE)
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        rename_over(path)
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        sidecar.write_text("{}")
    watch.close()


def test_it_is_told_after_two_looks_have_found_the_same(
    port: Path, jobs: Jobs, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    states, looks, told = iter("aabcddddd"), [], []

    def look(path: Path) -> Snapshot:
        looks.append(next(states, "d"))
        return Snapshot(looks[-1].encode(), b"", (str(path),), 0.0, 0.0)

    monkeypatch.setattr(watching, "snapshot", look)
    watch = watched(port, jobs)
    watch.settled.connect(lambda _: told.append("".join(looks)))
    watch.note(look(port))
    qtbot.waitUntil(lambda: len(looks) > 9, timeout=PATIENCE)
    assert told == ["aabcdd"]
    watch.close()


def test_a_change_while_it_was_read_is_told(port: Path, jobs: Jobs, qtbot: Any) -> None:
    watch = watched(port, jobs, poll_ms=10**6)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=PATIENCE)
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        watch.note(replace(snapshot(port), digest=b"as it was before"))
    watch.close()


def test_a_state_is_looked_at_before_it_is_the_contents_turn(
    port: Path, jobs: Jobs, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where 100 MB are rewritten through a mapping, which nobody announces."""
    monkeypatch.setattr(watching, "_places", lambda *_: ())
    look = watching.snapshot
    monkeypatch.setattr(watching, "snapshot", lambda path: replace(look(path), seconds=1e6))
    watch = watched(port, jobs)
    qtbot.waitUntil(lambda: not jobs.busy and watch.seen is not None, timeout=PATIENCE)
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        rewrite_in_place(port / "mel.npy")
    watch.close()


@pytest.mark.parametrize("change", [rewrite_in_place, lambda path: path.write_bytes(b"012345678X")])
def test_a_change_of_the_content_alone_is_told(
    port: Path, jobs: Jobs, qtbot: Any, change: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a write through a mapping is on some file systems."""
    monkeypatch.setattr(watching, "_state", lambda _: None)
    watch = watched(port, jobs)
    with qtbot.waitSignal(watch.settled, timeout=PATIENCE):
        change(port / "mel.npy")
    watch.close()


def test_a_time_put_back_is_no_disguise(port: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MAX_BYTES", 1)  # the content is hardly looked at
    path, before = port / "mel.npy", snapshot(port).digest
    times = path.stat()
    while path.stat().st_ctime_ns == times.st_ctime_ns:  # some clocks tick in hundredths of a second
        path.write_bytes(b"9876543210")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_mtime_ns == times.st_mtime_ns
    assert snapshot(port).digest != before


def test_a_look_reads_no_more_than_its_share_of_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_BLOCK_BYTES", 4)
    monkeypatch.setattr(watching, "MAX_BYTES", 4 * 100)
    monkeypatch.setattr(watching, "MAX_FILES", 7)
    monkeypatch.setattr(watching, "_state", lambda _: None)
    opened: list[Path] = []
    real = watching.open_file
    monkeypatch.setattr(watching, "open_file", lambda path, what: opened.append(path) or real(path, what))
    for number in range(40):
        (tmp_path / f"frame_{number}.bin").write_bytes(b"0123" * 50)
    before = snapshot(tmp_path).digest
    assert len(opened) == 40
    changed = 0
    for number in range(40):
        (tmp_path / f"frame_{number}.bin").write_bytes(b"3210" * 50)
        after = snapshot(tmp_path).digest
        changed += after != before
        before = after
    assert changed == 40  # blocks of every file are looked at, though not all
    for number in range(40):
        (tmp_path / f"frame_{number}.bin").write_bytes(b"x")
    opened.clear()
    snapshot(tmp_path)
    assert len(opened) == 7


def test_many_files_are_not_observed_one_by_one(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"frame_{number}.bin").write_bytes(b"x")
    assert len(snapshot(tmp_path).places) < 200


def test_a_closed_watch_is_silent_and_gone(port: Path, jobs: Jobs, qtbot: Any) -> None:
    watch, told = watched(port, jobs, settle_ms=0, poll_ms=0), []
    watch.settled.connect(told.append)
    with qtbot.waitSignal(watch.destroyed, timeout=PATIENCE):
        (port / "mel.npy").unlink()
        watch.close()
    assert jobs.wait_idle(PATIENCE)
    assert told == []

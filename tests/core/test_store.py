"""What several processes change at once: nobody's change is lost, and nobody waits for ever."""

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock
from framescope.core.base import store
from framescope.core.base.errors import InputError
from framescope.core.settings import Settings, load_settings, save_settings
from framescope.models.recent import recent_files

PROCESSES, CHANGES = 4, 10
SETTINGS = """
from dataclasses import replace
from framescope.core.settings import load_settings, save_settings
names = ("output_device", "latency_offset_ms", "volume", "encoder")
for number in range(CHANGES):
    old = load_settings()
    value = {0: str(number), 1: float(number), 2: number / 10, 3: str(number)}[ME]
    save_settings(replace(old, **{names[ME]: value}), old)
    assert getattr(load_settings(), names[ME]) == value, "lost"
"""
RECENT = """
from framescope.models.recent import remember_recent
for number in range(3):
    remember_recent(f"/{ME} {number}")
"""


def at_once(code: str, folder: Path) -> None:
    """Run the code in several processes that wait for each other, so that they write at the same time."""
    places = f"import platformdirs; from pathlib import Path; folder = Path({str(folder)!r})\n"
    for kind in ("config", "state"):
        places += f"platformdirs.user_{kind}_path = lambda name, **_: folder / '{kind}' / name\n"
    go = "import sys; ME = int(sys.argv[1]); print('ready', flush=True); sys.stdin.read()\n"
    command = [sys.executable, "-c", f"{places}CHANGES = {CHANGES}\n{go}{code}"]
    processes = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("config", "state"):
        monkeypatch.setattr(f"platformdirs.user_{kind}_path", lambda name, kind=kind, **_: tmp_path / kind / name)
    return tmp_path


def test_no_change_of_the_settings_is_lost(folder: Path) -> None:
    save_settings(Settings(theme="dark"))
    at_once(SETTINGS, folder)
    last = CHANGES - 1
    assert load_settings() == Settings(
        theme="dark", output_device=str(last), latency_offset_ms=last, volume=last / 10, encoder=str(last)
    )
    assert os.listdir(folder / "config" / "framescope") == ["settings.json"]


def test_no_recent_file_is_lost(folder: Path) -> None:
    at_once(RECENT, folder)
    assert {str(file.path) for file in recent_files()} == {f"/{me} {n}" for me in range(PROCESSES) for n in range(3)}


def test_a_lock_that_is_never_freed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PATIENCE", 0.01)
    save_settings(Settings())
    folder = platformdirs.user_state_path("framescope")
    with FileLock(folder / "settings.lock"), pytest.raises(InputError, match="settings are not remembered"):
        save_settings(Settings(theme="dark"))
    assert load_settings() == Settings()


def test_something_else_in_the_locks_place_is_said() -> None:
    lock = platformdirs.user_state_path("framescope") / "settings.lock"
    lock.mkdir(parents=True)
    with pytest.raises(InputError, match="settings are not remembered"):
        save_settings(Settings(theme="dark"))


def test_nothing_is_read_of_a_huge_file(caplog: pytest.LogCaptureFixture) -> None:
    save_settings(Settings(theme="dark"))
    os.truncate(platformdirs.user_config_path("framescope") / "settings.json", 20 << 30)
    assert load_settings() == Settings()
    assert "is larger than 4 MB" in caplog.text

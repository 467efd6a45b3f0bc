"""What every test may use: the shared real data where it exists, and a settings folder of its own."""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from framescope.core.base.garbage import Collections

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
gc.disable()  # as the window does: what a test leaves of a window is collected here, and on no other thread
COLLECTIONS = Collections()
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real recordings and dumps of ../shared/data are not here")
    return folder


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's settings out of the tests, and the tests out of the user's settings."""
    config = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    # The variable counts on Linux only; it is for the tests' subprocesses.
    monkeypatch.setattr("platformdirs.user_config_path", lambda name, **_: config / name)
    monkeypatch.setattr("platformdirs.user_state_path", lambda name, **_: config / "state" / name)
    monkeypatch.delenv("FRAMESCOPE_ENCODER", raising=False)


@pytest.fixture(autouse=True)
def garbage_is_collected() -> Iterator[None]:
    """Collect between tests what is due."""
    yield
    COLLECTIONS.make()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]
    assert not left, f"threads left running: {left}"

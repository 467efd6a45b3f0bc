"""Killed at any moment, nothing half-written lies under a final name, and the next time all is well."""

import os
from pathlib import Path

import pytest
from helpers import killing

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be copied here")
@pytest.mark.parametrize("name", killing.JOBS)
def test_nothing_half_written_is_left(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(path) for path in (ROOT / ".typing", ROOT / "tests")))
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "user_config_path")
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: tmp_path / "user_state_path")
    counts = killing.kill(name, tmp_path, 6)
    assert counts.whole + counts.refused == 6

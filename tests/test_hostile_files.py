"""Whatever lies where a file is read: it is refused in a sentence, at once, and nothing large is read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import doors

ROOT = Path(__file__).resolve().parent.parent
LENIENT = {
    "recording read again",
    "project's file",
    "sidecar of a port's file",
    "metadata of a port",
    "port that is watched",
    "settings",
    "recent files",
    "shapes of recent files",
}
"""Doors that do without a file that cannot be read."""
LARGE = {("port", "20 GB"), ("chosen file of a port", "20 GB")}
"""Values without a head, which are read where somebody looks."""
PATIENCE = 120
"""Seconds for all of them, which take three."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """What each door said of each thing; none where it hung or died there."""
    folder = tmp_path_factory.mktemp("doors")
    home = {name: str(folder / "home") for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")}
    paths = os.pathsep.join(str(path) for path in (ROOT / ".typing", ROOT / "tests"))
    with subprocess.Popen(
        [sys.executable, doors.__file__, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **home, "PYTHONPATH": paths, "FRAMESCOPE_ENCODER": "stand-in"},
    ) as process:
        try:
            output, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines, errors.decode()
    return {tuple(asked): said for asked, said in zip(lines[::2], lines[1::2], strict=False)}


@pytest.mark.parametrize("door", doors.DOORS)
def test_what_is_no_file_is_refused(door: str, answers: dict[tuple[str, str], str]) -> None:
    for thing in doors.THINGS:
        said = answers.get((door, thing))
        assert said is not None, f"{door} hangs or dies of: {thing}"
        assert "not foreseen" not in said, thing
        assert "\n" not in said, thing
        assert said or door in LENIENT or (door, thing) in LARGE, thing

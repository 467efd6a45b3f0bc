"""What Framescope leaves behind and whom it asks: nothing that it does not announce, and nobody."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE, PORT = ROOT / "resources" / "sample.flac", ROOT / "resources" / "sample_port"
COMMANDS = {
    "run": (["run", str(SAMPLE), "-o", "dump"], {"dump"}),
    "compare": (["compare", str(PORT), "--html", "a.html", "--json", "a.json"], {"a.html", "a.json"}),
    "render": (["render", str(SAMPLE), "--port", str(PORT), "-o", "a.png"], {"a.png"}),
}


_OPENED = re.compile(r"\b(socket|connect|bind|sendto|sendmsg)\(|AF_INET")
"""What opens a socket or uses one; a socketpair within the process, which carries signals to the window, does not."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_fresh_home_stays_empty_and_no_socket_is_opened(command: str, tmp_path: Path) -> None:
    words, written = COMMANDS[command]
    home, work, trace = tmp_path / "home", tmp_path / "work", tmp_path / "sockets"
    home.mkdir()
    work.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path / "none")}
    # Native libraries open sockets as well, so Python's own audit would not see all of them.
    traced = (
        ["strace", "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", str(trace)]
        if shutil.which("strace")
        else []
    )
    framescope = [sys.executable, "-m", "framescope.app.__main__"]
    done = subprocess.run([*traced, *framescope, *words], cwd=work, env=environment, check=False)
    assert done.returncode == (1 if command == "compare" else 0)
    assert list(home.rglob("*")) == []
    assert {path.name for path in work.iterdir()} == written
    if traced:
        assert [line for line in trace.read_text().splitlines() if _OPENED.search(line)] == []


def test_onnx_runtime_is_imported_where_its_telemetry_is_off() -> None:
    code = "import framescope.core.encoder.worker, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "1\n"
    rooms = [ROOT / room for room in ("core", "models", "widgets", "app")]
    importing = [path.name for room in rooms for path in room.rglob("*.py") if "import onnxruntime" in path.read_text()]
    assert importing == ["inference.py"]

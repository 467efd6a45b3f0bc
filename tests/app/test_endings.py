"""How commands end: a crash is no verdict, what is missing is named, and a reader who goes takes nothing with him."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from framescope.app.__main__ import main
from framescope.app.cli import probe_command
from framescope.core.base.resources import sample

PORT = sample().parent / "sample_port"
LOADER = "cannot open shared object file: No such file or directory"
DEVICE = Path("/dev/full")


def fails(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    """Run a command that raises this, whatever it was to do."""

    def crash(*_: object) -> int:
        raise error

    monkeypatch.setattr(probe_command, "write_probe", crash)
    return main(["probe", "-o", "probe.wav"])


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("division by zero"),
        KeyError("tensors"),
        MemoryError(),
        RecursionError("maximum recursion depth exceeded"),
        OSError(5, "Input/output error"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        RuntimeError("two\nlines\x1b[2J"),
        AssertionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_crash_is_exit_70_and_says_where_the_details_are(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails(monkeypatch, error) == 70
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert type(error).__name__ in said.err
    assert said.err.rstrip("\n").isprintable()
    details = Path(re.findall(r"the details are in (\S+)$", said.err)[0]).read_text()
    assert "Traceback" in details
    assert "in crash" in details


def test_without_a_place_of_its_own_the_details_go_to_the_temporary_folder_or_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: tmp_path / "file" / "framescope")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    assert fails(monkeypatch, ValueError("odd")) == 70
    (details,) = (tmp_path / "tmp").iterdir()
    assert str(details) in capsys.readouterr().err
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    assert fails(monkeypatch, ValueError("odd")) == 70
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert said.splitlines()[-1].endswith("ValueError: odd; for a report, the details are above")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError(f"libGL.so.1: {LOADER}"), "libGL.so.1 is missing; install it with: sudo apt install libgl1"),
        (OSError("PortAudio library not found"), "sudo apt install libportaudio2"),
        (ModuleNotFoundError("No module named 'PySide6'", name="PySide6.QtWidgets"), "pipx install --force '.[gui]'"),
        (ModuleNotFoundError("No module named 'onnxruntime'", name="onnxruntime"), "pipx install --force ."),
    ],
)
def test_what_is_not_installed_is_one_sentence(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails(monkeypatch, error) == 2
    text = capsys.readouterr().err
    assert said in text
    assert text.count("\n") == 1


def start(
    folder: Path, *words: object, out: Any = subprocess.PIPE, **surroundings: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does, with a home of its own."""
    command = words if words[0] == "-c" else ("-m", "framescope", *words)
    own = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    environment = os.environ | own | {"FRAMESCOPE_ENCODER": "stand-in"} | surroundings
    return subprocess.run(
        [sys.executable, *map(str, command)],
        env=environment,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )


def test_the_package_is_a_program(tmp_path: Path) -> None:
    done = start(tmp_path, "-V")
    assert done.returncode == 0
    assert re.fullmatch(r"framescope \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", sample()], 0),
        (["run", sample(), "--json", "-"], 0),
        (["compare", PORT, "--audio", sample(), "--no-diagnose"], 1),
        (["compare", PORT, "--audio", sample(), "--no-diagnose", "--html", "-"], 1),
        (["--help"], 0),
    ],
    ids=lambda words: " ".join(map(str, words))[:20] if isinstance(words, list) else str(words),
)
def test_a_closed_pipe_changes_neither_the_exit_code_nor_the_reports(
    words: list[object], code: int, tmp_path: Path
) -> None:
    """More than a pipe holds, and less, which is written only when the program ends."""
    reports = ["--junit", tmp_path / "report.xml"] if "compare" in words else []
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = start(tmp_path, *words, *reports, out=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (code, "")
    assert (tmp_path / "report.xml").is_file() == bool(reports)


@pytest.mark.skipif(not DEVICE.exists(), reason="this system has no full disk to write to")
@pytest.mark.parametrize("words", [["--help"], ["encoder"]], ids=" ".join)
def test_a_full_disk_is_one_sentence(words: list[str], tmp_path: Path) -> None:
    with DEVICE.open("w") as full:
        done = start(tmp_path, *words, out=full)
    assert done.returncode == 2
    assert done.stderr == "framescope: standard output cannot be written (No space left on device)\n"


def test_without_standard_streams_nothing_is_said(tmp_path: Path) -> None:
    code = "import sys; sys.stdout = sys.stderr = None; from framescope.app.__main__ import main; "
    done = start(tmp_path, "-c", f"{code}sys.exit(main(['encoder']))")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_the_terminal_cannot_show_is_escaped(encoding: str, tmp_path: Path) -> None:
    sound = tmp_path / "Wörter → 語.flac"
    sound.symlink_to(sample())
    done = start(tmp_path, "run", sound, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    done = start(tmp_path, "compare", PORT, "--audio", sound, "--no-diagnose", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (1, "")
    assert r"\u8a9e.flac" in done.stdout


@pytest.mark.parametrize(
    ("words", "library", "package"),
    [(["render", sample(), "-o", "a.png"], "libEGL.so.1", "libegl1"), ([sample()], "libGL.so.1", "libgl1")],
)
def test_a_missing_library_of_the_window_is_named(
    words: list[object], library: str, package: str, tmp_path: Path
) -> None:
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text(f"raise ImportError('{library}: {LOADER}')")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = start(tmp_path, *words, PYTHONPATH=paths)
    assert done.returncode == 2
    assert f"{library} is missing; install it with: sudo apt install {package}" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        ("nonsense", r'the window cannot start: .*"nonsense".*; name a display that is there'),
        (
            "xcb",
            r"the window cannot start: .*:987|the system library \S+ is missing; install it with: sudo apt install",
        ),
    ],
)
def test_a_display_that_is_not_there_is_one_sentence(platform: str, said: str, tmp_path: Path) -> None:
    done = start(tmp_path, sample(), QT_QPA_PLATFORM=platform, DISPLAY=":987")
    assert done.returncode == 2
    assert re.match(f"framescope: (?:{said})", done.stderr)
    assert done.stderr.count("\n") == 1

import re
from pathlib import Path

import pytest
from framescope.core.base import system_libraries
from framescope.core.base.system_libraries import missing_library

ROOT = Path(__file__).resolve().parents[2]
LOADER = "{}: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("error", "library", "package"),
    [
        (ImportError(LOADER.format("libGL.so.1")), "libGL.so.1", "libgl1"),
        (ImportError(LOADER.format("libEGL.so.1")), "libEGL.so.1", "libegl1"),
        (ImportError(LOADER.format("libxkbcommon.so.0")), "libxkbcommon.so.0", "libxkbcommon0"),
        (OSError(LOADER.format("/opt/qt/libxkbcommon-x11.so.0")), "libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        (OSError("PortAudio library not found"), "libportaudio", "libportaudio2"),
        (OSError(f"cannot load library: {LOADER.format('libglib-2.0.so.0')}"), "libglib-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_a_missing_library_is_named_with_its_package(error: Exception, library: str, package: str) -> None:
    sentence = missing_library(error)
    assert (
        sentence
        == f"the system library {library} is missing; install it with: sudo apt install {package} (Debian, Ubuntu)"
    )


def test_all_that_is_missing_is_installed_by_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {"libglib-2.0.so.0", "libgthread-2.0.so.0", "libGL.so.1", "libEGL.so.1"}
    monkeypatch.setattr(system_libraries, "_is_there", lambda library: library not in lacking)
    sentence = missing_library(ImportError(LOADER.format("libGL.so.1")))
    assert sentence is not None
    assert sentence.endswith("lacks with: sudo apt install libgl1 libglib2.0-0 libegl1 (Debian, Ubuntu)")


def test_a_library_that_is_not_in_the_table_is_named_all_the_same() -> None:
    sentence = missing_library(ImportError(LOADER.format("libnew-thing.so.7")))
    assert sentence is not None
    assert "libnew-thing.so.7 is missing; install the package of your system" in sentence


def test_what_a_wrapped_error_was_raised_from_is_looked_at() -> None:
    error = ImportError("the window cannot be had")
    error.__cause__ = OSError(LOADER.format("libdbus-1.so.3"))
    assert "libdbus-1-3" in (missing_library(error) or "")


@pytest.mark.parametrize(
    "error", [OSError("disk full"), ValueError(LOADER.format("libGL.so.1")), ImportError("no name")]
)
def test_other_errors_are_about_something_else(error: Exception) -> None:
    assert missing_library(error) is None


def test_the_set_up_installs_from_the_same_table() -> None:
    setup = (ROOT / ".ci" / "setup").read_text()
    assert "resources/system-libraries.txt" in setup
    assert not re.search(r"lib\w+\.so", setup)

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from framescope.core.errors import InputError
from framescope.core.settings import Settings, load_settings, save_settings, settings_path


@pytest.fixture
def path() -> Path:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    return settings_path()


@pytest.mark.parametrize("settings", [Settings(), Settings(encoder="/enc/é.onnx"), Settings(encoder="stand-in")])
def test_settings_come_back(settings: Settings) -> None:
    save_settings(settings)
    assert load_settings() == settings
    assert [file.name for file in settings_path().parent.iterdir()] == ["settings.json"]


def test_without_a_file_the_defaults_hold_silently(caplog: pytest.LogCaptureFixture) -> None:
    assert load_settings() == Settings()
    assert not settings_path().exists()
    assert not caplog.records


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b'{"encoder": ', "Expecting value"),
        (b"\xff\xfe\x00", "decode"),
        (b"[1, 2]", "must hold a JSON object"),
        (b'{"encoder": 3}', "encoder is int; it must be a path or null"),
        (b"[" * 100_000, "recursion"),
        (b" " * (2 << 20), "Expecting value"),
    ],
    ids=["empty", "cut short", "binary", "list", "wrong type", "deep", "huge"],
)
def test_a_broken_file_is_reported_and_the_defaults_hold(
    path: Path, content: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert load_settings() == Settings()
    (record,) = caplog.records
    assert str(path) in record.getMessage()
    assert reason in record.getMessage()
    save_settings(Settings(encoder="a"))
    assert load_settings() == Settings(encoder="a")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_something_else_in_the_files_place_is_reported(path: Path, make: Any, caplog: pytest.LogCaptureFixture) -> None:
    make(path)
    assert load_settings() == Settings()
    assert "is not a file" in caplog.text


def test_keys_of_other_versions_are_ignored(path: Path) -> None:
    path.write_text(json.dumps({"encoder": "a", "later": [1]}))
    assert load_settings() == Settings(encoder="a")


def test_a_linked_settings_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "dotfiles.json")
    save_settings(Settings(encoder="a"))
    assert path.is_symlink()
    assert load_settings() == Settings(encoder="a")


def test_a_place_that_cannot_be_written_is_named(path: Path) -> None:
    path.mkdir()
    with pytest.raises(InputError, match=r"settings\.json: cannot be written"):
        save_settings(Settings())
    path.rmdir()
    path.parent.rmdir()
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(InputError, match=r"cannot be made"):
        save_settings(Settings())

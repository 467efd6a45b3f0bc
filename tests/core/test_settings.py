import json
import logging
import os
import tomllib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from framescope.core.base.errors import InputError
from framescope.core.base.resources import tolerances
from framescope.core.settings import SETTINGS, Settings, load_settings, save_settings, settings_path
from helpers.markdown import PAGES, table

CHOSEN = Settings(
    theme="dark",
    mel_colour_map="magma",
    feature_colour_map="gray",
    ruler_unit="frames",
    follow="off",
    scrub_sound=False,
    volume=0.25,
    output_device="Kopfhörer",
    latency_offset_ms=-37.5,
    encoder="/enc/é.onnx",
    tolerance_profile="strict",
    watch_ports=False,
)


@pytest.fixture
def path() -> Path:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    return settings_path()


@pytest.mark.parametrize("settings", [Settings(), CHOSEN, Settings(encoder="stand-in")])
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
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (2 << 20), "Expecting value"),
    ],
    ids=["empty", "cut short", "binary", "list", "deep", "huge"],
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


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("encoder", "3", "encoder is 3; it must be text or null"),
        ("theme", '"sepia"', "theme is 'sepia'; it must be system, light, dark"),
        ("theme", "null", "theme is None; it must be system"),
        ("follow", '["page"]', "follow is ['page']; it must be page, smooth, off"),
        ("volume", "1.5", "volume is 1.5; it must be 0 to 1"),
        ("volume", "true", "volume is True; it must be 0 to 1"),
        ("volume", '"1"', "volume is '1'; it must be 0 to 1"),
        ("latency_offset_ms", "NaN", "latency_offset_ms is nan; it must be -500 to 500 ms"),
        ("latency_offset_ms", "1" * 400, "it must be -500 to 500 ms"),
        ("watch_ports", "1", "watch_ports is 1; it must be true or false"),
        ("mel_colour_map", f'"{"x" * 100_000}"', "...xxx"),
    ],
)
def test_one_bad_value_costs_no_other(
    path: Path, name: str, text: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_settings(CHOSEN)
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, name: "BAD"}).replace('"BAD"', text))
    assert load_settings() == replace(CHOSEN, **{name: getattr(Settings(), name)})
    (record,) = caplog.records
    assert reason in record.getMessage()
    assert len(record.getMessage()) < 300 + len(str(path))


@pytest.mark.parametrize(("name", "value"), [("volume", 0), ("volume", 1), ("latency_offset_ms", -500)])
def test_ends_of_a_range_belong_to_it(path: Path, name: str, value: float) -> None:
    path.write_text(json.dumps({name: value}))
    assert getattr(load_settings(), name) == value


def test_keys_of_a_later_version_are_ignored_and_kept(path: Path) -> None:
    path.write_text(json.dumps({"encoder": "a", "later": [1, {"deep": None}]}))
    assert load_settings() == Settings(encoder="a")
    save_settings(Settings(encoder="b"))
    assert json.loads(path.read_text())["later"] == [1, {"deep": None}]
    assert load_settings() == Settings(encoder="b")


def test_the_shipped_tolerance_profiles_can_be_chosen() -> None:
    (setting,) = (setting for setting in SETTINGS if setting.name == "tolerance_profile")
    assert set(setting.choices) == set(tomllib.loads(tolerances().read_text()))


def test_every_setting_is_a_row_and_its_default_is_one_of_its_values() -> None:
    assert sorted(row.name for row in SETTINGS) == sorted(asdict(Settings()))
    assert [row.name for row in SETTINGS if not row.accepts(row.default)] == []


def test_the_documentation_lists_every_setting() -> None:
    expected = [
        [f"`{row.name}`", row.title, row.values, f"`{json.dumps(row.default)}`", row.sentence] for row in SETTINGS
    ]
    lines = [f"| {' | '.join(cells)} |" for cells in expected]
    assert table(PAGES["settings.md"]) == expected, "the table must read:\n" + "\n".join(lines)


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


def test_a_misspelt_word_is_told_the_nearest(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_text(json.dumps({"theme": "drak", "volme": 0.5, "later": 1}))
    assert load_settings() == Settings()
    theme, name = (record.getMessage() for record in caplog.records)
    assert theme.endswith("theme is 'drak'; it must be system, light, dark; did you mean dark?")
    assert name.endswith("'volme' is not a setting; did you mean volume?")


def test_only_what_was_changed_is_written(path: Path) -> None:
    save_settings(Settings())
    here = load_settings()
    save_settings(replace(here, theme="dark"), here)  # as another process does
    save_settings(replace(here, volume=0.5), here)
    assert load_settings() == replace(here, theme="dark", volume=0.5)
    before = path.stat().st_mtime_ns
    save_settings(here, here)
    assert path.stat().st_mtime_ns == before

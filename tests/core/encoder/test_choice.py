import logging
from pathlib import Path

import pytest
from framescope.core.encoder.choice import choose_encoder, remember_encoder
from framescope.core.errors import InputError
from framescope.core.settings import load_settings, settings_path
from helpers.models import model

NAMES = ("explicit", "environment", "setting")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        (tmp_path / f"{name}.onnx").write_bytes(model())
    return tmp_path


def choose(explicit: str | None, environment: str | None, setting: str | None, patch: pytest.MonkeyPatch) -> str:
    if environment is not None:
        patch.setenv("FRAMESCOPE_ENCODER", environment)
    if setting is not None:
        remember_encoder(setting)
    encoder = choose_encoder(explicit)
    return "stand-in" if encoder.stand_in else encoder.name


@pytest.mark.parametrize(
    ("explicit", "environment", "setting", "chosen"),
    [
        ("explicit.onnx", "environment.onnx", "setting.onnx", "explicit.onnx"),
        (None, "environment.onnx", "setting.onnx", "environment.onnx"),
        (None, "", "setting.onnx", "setting.onnx"),
        (None, None, "setting.onnx", "setting.onnx"),
        (None, None, None, "stand-in"),
        ("stand-in", "environment.onnx", "setting.onnx", "stand-in"),
        (None, "stand-in", "setting.onnx", "stand-in"),
        (None, None, "stand-in", "stand-in"),
    ],
)
def test_the_nearer_choice_wins(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    explicit: str | None,
    environment: str | None,
    setting: str | None,
    chosen: str,
) -> None:
    assert choose(explicit, environment, setting, monkeypatch) == chosen


@pytest.mark.parametrize(
    ("explicit", "environment", "setting", "message"),
    [
        ("gone.onnx", None, None, r"^gone\.onnx: does not exist; name an ONNX file or a PyTorch checkpoint$"),
        ("", None, None, r"is not a file"),
        (None, "gone.onnx", None, r"gone\.onnx: does not exist; .*environment variable FRAMESCOPE_ENCODER; change or"),
        (None, None, "gone.onnx", r"gone\.onnx: does not exist; .*the settings in .*settings\.json; name another"),
    ],
)
def test_a_choice_that_has_vanished_says_who_made_it(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    explicit: str | None,
    environment: str | None,
    setting: str | None,
    message: str,
) -> None:
    with pytest.raises(InputError, match=message):
        choose(explicit, environment, setting, monkeypatch)


def test_what_is_remembered_holds_in_every_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember_encoder("setting.onnx")
    monkeypatch.chdir("/")
    assert load_settings().encoder == str(folder.resolve() / "setting.onnx")
    assert choose_encoder().name == "setting.onnx"


def test_broken_settings_mean_the_stand_in(caplog: pytest.LogCaptureFixture) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text("{")
    with caplog.at_level(logging.WARNING):
        assert choose_encoder().stand_in
    assert str(settings_path()) in caplog.text

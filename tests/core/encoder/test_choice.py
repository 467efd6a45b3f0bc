from pathlib import Path

import framescope
import pytest
from framescope.core.base.errors import InputError
from framescope.core.encoder.choice import EncoderChoice, choose_encoder
from framescope.core.settings import Settings, save_settings
from helpers.models import model


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("named", "elsewhere"):
        (tmp_path / f"{name}.onnx").write_bytes(model())
    return tmp_path


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, "stand-in"),
        ("stand-in", "stand-in"),
        ("named.onnx", "named.onnx"),
        (Path("named.onnx"), "named.onnx"),
        (EncoderChoice("named.onnx", "session"), "named.onnx"),
        (EncoderChoice(None, "default"), "stand-in"),
    ],
)
def test_what_is_named_is_taken_else_the_stand_in(
    folder: Path, named: EncoderChoice | str | Path | None, expected: str
) -> None:
    encoder = choose_encoder(named)
    assert ("stand-in" if encoder.stand_in else encoder.name) == expected


def test_the_library_computes_the_same_wherever_it_is_called(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither settings nor environment nor a project's file decide what a program computes."""
    save_settings(Settings(encoder=str(folder / "gone.onnx")))
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "elsewhere.onnx")
    (folder / "framescope.toml").write_text('encoder = "elsewhere.onnx"')
    run = framescope.compute(framescope.sample())
    assert str(run.provenance.encoder).startswith("stand-in weights")


@pytest.mark.parametrize(("blamed", "said"), [("", False), ("the session", True)])
def test_an_encoder_that_has_vanished_says_who_named_it(folder: Path, blamed: str, said: bool) -> None:
    with pytest.raises(InputError, match=r"^gone\.onnx: does not exist; name an ONNX file") as caught:
        EncoderChoice("gone.onnx", "session", blamed).load()
    assert ("(this encoder was named by the session)" in str(caught.value)) == said

"""Which encoder the commands use: who may name it, in which order, and what is said and remembered of it."""

import json
import os
from pathlib import Path

import pytest
from framescope.app.__main__ import main
from framescope.app.encoder_choice import Origin, find_encoder, named_by
from framescope.app.project import find_project
from framescope.core.base.errors import InputError
from framescope.core.base.resources import sample
from framescope.core.settings import Settings, load_settings, save_settings
from helpers.models import model

NAMES = ("option", "environment", "project", "remembered")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        (tmp_path / f"{name}.onnx").write_bytes(model())
    return tmp_path


@pytest.mark.parametrize(
    ("naming", "file", "origin"),
    [
        (NAMES, "option.onnx", "--encoder"),
        (NAMES[1:], "environment.onnx", "FRAMESCOPE_ENCODER"),
        (NAMES[2:], "project.onnx", "framescope.toml"),
        (NAMES[3:], "remembered.onnx", "remembered"),
        ((), None, "default"),
        (("environment", "remembered"), "environment.onnx", "FRAMESCOPE_ENCODER"),
        (("option", "project"), "option.onnx", "--encoder"),
    ],
)
def test_the_nearest_that_names_one_decides(
    folder: Path, monkeypatch: pytest.MonkeyPatch, naming: tuple[str, ...], file: str | None, origin: str
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "environment.onnx" if "environment" in naming else "")
    if "project" in naming:
        (folder / "framescope.toml").write_text('encoder = "project.onnx"')
    if "remembered" in naming:
        save_settings(Settings(encoder=str(folder / "remembered.onnx")))
    choice = find_encoder("option.onnx" if "option" in naming else None)
    assert (choice.file and Path(choice.file).name, choice.origin) == (file, origin)
    assert choice.load().stand_in == (file is None)


def test_a_projects_file_holds_in_the_folders_within_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "framescope.toml").write_text('encoder = "models/own.onnx"')
    (folder / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a" / "b")
    project = find_project()
    assert project is not None
    assert Path(project.encoder or "") == folder / "models" / "own.onnx"
    (folder / "a" / "framescope.toml").write_text("# of its own, and names none")
    nearer = find_project()
    assert nearer is not None
    assert nearer.encoder is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('encodr = "a.onnx"', "'encodr' is unknown; did you mean 'encoder'"),
        ("encoder = 5", "the encoder 5; name a file"),
        ('encoder = ""', "the encoder ''; name a file"),
        ("encoder = ", "is not a readable TOML file"),
        ("encoder = " + "[" * 5000, "is not a readable TOML file"),
        ("\udcff", "is not a readable TOML file"),
        ("#" * (2 << 20), "larger than 1 MB"),
    ],
    ids=["key", "number", "empty", "cut short", "deep", "no text", "huge"],
)
def test_a_projects_file_that_says_something_else(
    folder: Path, content: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "framescope.toml").write_text(content, errors="surrogateescape")
    assert main(["run", str(sample())]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"framescope: {folder / 'framescope.toml'}: ")
    assert message in error
    assert error.count("\n") == 1


def test_a_projects_file_that_is_a_pipe_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "framescope.toml")
    with pytest.raises(InputError, match=r"framescope\.toml: is not a file"):
        find_project()


@pytest.mark.parametrize(
    ("origin", "blamed"),
    [
        ("--encoder", None),
        ("FRAMESCOPE_ENCODER", "environment variable FRAMESCOPE_ENCODER; change or unset it"),
        ("framescope.toml", "framescope.toml"),
        ("remembered", "framescope encoder forget"),
        ("session", "the session"),
    ],
)
def test_an_encoder_that_has_vanished_says_who_named_it(folder: Path, origin: Origin, blamed: str | None) -> None:
    with pytest.raises(InputError, match=r"^gone\.onnx: does not exist; name an ONNX file") as caught:
        named_by(origin, "gone.onnx").load()
    assert ("named by" in str(caught.value)) == (blamed is not None)
    assert (blamed or "") in str(caught.value)


def test_only_an_explicit_command_remembers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(sample()), "--encoder", "option.onnx"]) == 0
    assert load_settings().encoder is None
    assert capsys.readouterr().out.splitlines()[-1].endswith(", from --encoder")
    assert main(["encoder", "use", "remembered.onnx"]) == 0
    assert load_settings().encoder == str(folder / "remembered.onnx")
    assert main(["run", str(sample())]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(", remembered")
    assert main(["encoder", "forget"]) == 0
    assert load_settings().encoder is None
    assert capsys.readouterr().out.splitlines()[-1].endswith(", the default")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["use", "gone.onnx"], "gone.onnx: does not exist"),
        (["use", "text.onnx"], "text.onnx: "),
        (["use"], "name an ONNX encoder"),
        (["forget", "option.onnx"], "it takes no file"),
    ],
)
def test_what_has_not_proven_itself_is_not_remembered(
    folder: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "text.onnx").write_text("no model")
    save_settings(Settings(encoder=str(folder / "remembered.onnx")))
    assert main(["encoder", *words]) == 2
    assert message in capsys.readouterr().err
    assert load_settings().encoder == str(folder / "remembered.onnx")


def test_a_moved_encoder_says_who_named_it_and_how_to_go_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["encoder", "use", "remembered.onnx"])
    (folder / "remembered.onnx").unlink()
    assert main(["run", str(sample())]) == 2
    assert "framescope encoder forget" in capsys.readouterr().err
    assert main(["run", str(sample()), "--encoder", "stand-in"]) == 0


def test_reports_say_which_encoder_ran_and_who_named_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "framescope.toml").write_text('encoder = "project.onnx"')
    port = sample().parent / "sample_port"
    words = ["compare", str(port), "--audio", str(sample()), "--no-diagnose"]
    main(words)
    assert capsys.readouterr().out.splitlines()[-1].endswith(", from framescope.toml")
    main([*words, "--json", "-"])
    used = json.loads(capsys.readouterr().out)["reference"]["encoder_used"]
    assert (used["name"], used["stand_in"], used["from"]) == ("project.onnx", False, "framescope.toml")
    assert len(used["identity"]) == 12
    main([*words, "--html", "-"])
    assert "framescope.toml" in capsys.readouterr().out

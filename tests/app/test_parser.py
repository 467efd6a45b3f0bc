"""The command line as it is typed: what is mistyped, what the help says, and what is the same on every command."""

import re
import shlex

import pytest
from framescope.app.__main__ import main, parse

COMMANDS = ("run", "compare", "render", "encoder", "export-encoder", "probe")
WINDOW = "talk.wav"


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    return capsys.readouterr().err


def helped(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "usage", "meant"),
    [
        (["compre", "x"], "compare", "compare"),
        (["Run"], "run", "run"),
        (["rendr", "a.wav", "-o", "b.png"], "render", "render"),
        (["export-encodr"], "export-encoder", "export-encoder"),
        (["run", "a.wav", "--outptu", "x"], "run", "--output"),
        (["compare", "p", "--jsn", "x"], "compare", "--json"),
        (["compare", "p", "--auido=x.wav"], "compare", "--audio"),
        (["render", "a.wav", "--fsp", "30"], "render", "--fps"),
        (["a.wav", "--prot", "x"], "[AUDIO]", "--port"),
        (["run", "a.wav", "-json"], "run", "--json"),
        (["run", "a.wav", "--mode", "av"], "run", "'ave'"),
        (["a.wav", "--edge", "zeroes"], "[AUDIO]", "'zeros'"),
        (["render", "a.wav", "-o", "a.png", "--view", "swip"], "render", "'swipe'"),
        (["encoder", "usee", "a.onnx"], "encoder", "'use'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_typo_is_answered_with_what_was_meant(
    words: list[str], usage: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(words, capsys)
    assert f"did you mean {meant}?" in said
    first = said.splitlines()[0]
    assert first.startswith("usage: framescope [-h]" if usage == "[AUDIO]" else f"usage: framescope {usage} ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "a.wav", "b.wav"], "'b.wav' is one argument too many"),
        (["run", "a.wav", "--zzz"], "there is no option --zzz; see framescope run --help"),
        (["run", "a.wav", "--fps", "fast"], "'fast' is not a frame rate; write a number such as 25 or 29.97"),
        (["run", "--mode", "x\x1b[2J", "a.wav"], r"\x1b[2J"),
    ],
)
def test_other_words_that_mean_nothing(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(words, capsys)
    assert message in said.splitlines()[-1]
    assert said.startswith("usage: framescope run ")


@pytest.mark.parametrize("word", ["talk.wv", "probe.wav", "zzz"])
def test_a_recording_that_is_not_there_is_no_command(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 2
    assert (
        capsys.readouterr().err == f"framescope: {word}: there is no such recording or command; see framescope --help\n"
    )


def test_a_file_may_be_called_as_it_likes(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    with open("compre", "w"):
        assert str(parse(["compre"]).audio) == "compre"


@pytest.mark.parametrize("word", ["-V", "--version"])
def test_the_version(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([word])
    assert end.value.code == 0
    assert re.fullmatch(r"framescope \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("command", [*COMMANDS, WINDOW])
def test_help_has_examples_exit_codes_and_environment(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = helped(command, capsys)
    examples = re.findall(r"^  framescope (.*)", text.partition("examples:")[2], re.MULTILINE)
    assert examples
    for example in examples:
        parse(shlex.split(example))
    codes = re.findall(r"^  (\d+) ", text.partition("exit codes:")[2], re.MULTILINE)
    assert codes == ["0", *(["1"] if command == "compare" else []), "2", "70", "130"]
    assert {"FRAMESCOPE_ENCODER", "NO_COLOR"} <= set(text.partition("environment:")[2].split())
    assert max(map(len, text.splitlines())) <= 80


def test_the_help_of_all_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert [name for name in COMMANDS if not re.search(rf"^    {name}\b", text, re.MULTILINE)] == []
    assert not re.search("^    window", text, re.MULTILINE)


@pytest.mark.parametrize(
    "option",
    ["--encoder FILE", "--fps N", "--mode", "--edge", "--profile NAME", "--as", "--first-frame", "--lag STAGE=N"],
)
@pytest.mark.parametrize("command", ["compare", "render", WINDOW])
def test_what_is_computed_and_read_is_chosen_alike_everywhere(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert option in helped(command, capsys).partition("options:")[2].partition("examples:")[0]

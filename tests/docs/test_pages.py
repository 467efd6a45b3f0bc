"""Every page of the documentation: its commands, options, keys and links exist, its output is what is printed."""

import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest
from framescope.app.__main__ import main, parse
from framescope.app.window.commands import COMMANDS
from helpers.markdown import PAGES, ROOT, blocks, section, table


def pasted_reports() -> list[Any]:
    found = [
        (name, text) for name, page in PAGES.items() for text in blocks(page, r"\w*") if "sample_port against" in text
    ]
    assert found, "no page shows the report on the sample port"
    return [pytest.param(text, id=name) for name, text in found]


@pytest.fixture(scope="module")
def printed() -> set[tuple[str, ...]]:
    """The words of each line of the report on the sample port."""
    port, audio = (str(ROOT / "resources" / name) for name in ("sample_port", "sample.flac"))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        patch.setenv("FRAMESCOPE_ENCODER", "stand-in")
        assert main(["compare", port, "--audio", audio]) == 1
    return {tuple(line.split()) for line in out.getvalue().splitlines()}


@pytest.mark.parametrize("pasted", pasted_reports())
def test_pasted_output_is_what_is_printed(pasted: str, printed: set[tuple[str, ...]]) -> None:
    # Whether "given the port's mel" the features are identical or only agree depends on the processor.
    lines = [tuple(line.split()) for line in pasted.splitlines() if "given the port's" not in line]
    assert [line for line in lines if line not in printed] == []


def command_lines() -> list[Any]:
    """Every line of a shell or YAML block that calls framescope, without placeholders in angle brackets."""
    found = []
    for name, page in PAGES.items():
        for block in blocks(page, "(?:sh|yaml)"):
            lines = re.findall(
                r"^[ \t]*(?:- run: |\$ |~/\.local/bin/)?(framescope .*)", block.replace("\\\n", " "), re.MULTILINE
            )
            found += [pytest.param(line, id=f"{name}: {line}") for line in lines if "<" not in line]
    assert found, "no page shows a command line"
    return found


@pytest.mark.parametrize("line", command_lines())
def test_every_command_line_parses(line: str) -> None:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    ends = (place for place, word in enumerate(words) if set(word) <= set(";&|>"))
    parse(words[1 : next(ends, len(words))])


@pytest.mark.parametrize("heading", re.findall("^## (.*)", PAGES["command-line.md"], re.MULTILINE))
def test_options_of_the_command_line_are_those_of_its_help(heading: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = heading.split()[1]
    with pytest.raises(SystemExit):
        main(["talk.wav" if command == "[AUDIO]" else command, "--help"])
    option = r"(?<![\w-])--[a-z][a-z-]+"
    helped = {*re.findall(option, capsys.readouterr().out.partition("options:")[2])} - {"--help"}
    rows = table(section(PAGES["command-line.md"], heading))
    assert {found for name, _ in rows for found in re.findall(option, name)} == helped


def test_keys_of_the_guide_are_those_of_the_commands() -> None:
    keys = {key: command.title() for command in COMMANDS for key in command.keys}
    rows = table(section(PAGES["guide.md"], "Look at a recording"))
    assert [(key, title) for key, title in rows if keys.get(key.strip("`")) != title] == []


def linked() -> list[Any]:
    found = [(name, to) for name, page in PAGES.items() for to in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page)]
    return [pytest.param(name, to, id=f"{name}: {to}") for name, to in found]


@pytest.mark.parametrize(("name", "to"), linked())
def test_links_lead_somewhere(name: str, to: str) -> None:
    folder = ROOT if (ROOT / name).is_file() else ROOT / "docs"
    path, _, place = to.partition("#")
    assert not path or (folder / path).is_file()
    if place:
        titles = re.findall("^#+ (.*)", PAGES[path.rpartition("/")[2] or name], re.MULTILINE)
        assert place in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_every_picture_is_shown() -> None:
    made = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert made == {name for page in PAGES.values() for name in re.findall(r"!\[.+?\]\(\S*pictures/([^)]+)\)", page)}


@pytest.mark.parametrize("page", ["architecture.md", "CONTRIBUTING.md"])
def test_files_that_contributors_are_sent_to_exist(page: str) -> None:
    named = re.findall(r"`((?:app|benchmarks|core|docs|models|resources|tests|widgets|\.ci)/[\w./-]+)`", PAGES[page])
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == [], f"{page} names files that have moved"

"""Every page of the documentation: its commands are commands, and its pasted output is what is printed."""

import re
import shlex
from typing import Any

import pytest
from framescope.app.__main__ import main, parse
from helpers.markdown import PAGES, ROOT, blocks


def pasted_reports() -> list[Any]:
    found = [
        (name, text) for name, page in PAGES.items() for text in blocks(page, r"\w*") if "sample_port against" in text
    ]
    assert found, "no page shows the report on the sample port"
    return [pytest.param(text, id=name) for name, text in found]


@pytest.mark.parametrize("pasted", pasted_reports())
def test_pasted_output_is_what_is_printed(pasted: str, capsys: pytest.CaptureFixture[str]) -> None:
    resources = ROOT / "resources"
    port, audio = str(resources / "sample_port"), str(resources / "sample.flac")
    assert main(["compare", port, "--audio", audio, "--encoder", "stand-in"]) == 1
    printed = {tuple(line.split()) for line in capsys.readouterr().out.splitlines()}
    # Whether "given the port's mel" the features are identical or only agree depends on the processor.
    lines = [tuple(line.split()) for line in pasted.splitlines() if "given the port's" not in line]
    assert [line for line in lines if line not in printed] == []


def command_lines() -> list[Any]:
    """Every line of a shell or YAML block that calls framescope, without placeholders in angle brackets."""
    found = []
    for name, page in PAGES.items():
        for block in blocks(page, "(?:sh|yaml)"):
            lines = re.findall(r"^[ \t]*(?:- run: |\$ )?(framescope .*)", block.replace("\\\n", " "), re.MULTILINE)
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

"""What a desktop and a shell know of Framescope is what the program itself says."""

import argparse
import re
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from framescope.app.__main__ import build_parser

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = ROOT / "resources" / "desktop"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def options() -> dict[str, set[str]]:
    """The long options of every command that is listed."""
    (commands,) = (a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    listed = {choice.dest for choice in commands._choices_actions}
    return {
        name: {word for action in parser._actions for word in action.option_strings if word.startswith("--")}
        for name, parser in commands.choices.items()
        if name in listed
    }


@pytest.mark.parametrize("file", ["framescope", "_framescope", "framescope.1"])
def test_shells_know_every_command_and_option(file: str) -> None:
    text = re.sub(r"\\f[BIR]", "", (DESKTOP / file).read_text(encoding="utf-8")).replace("\\-", "-")
    for command, words in options().items():
        missing = {word for word in {command, *words} if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)}
        assert not missing, f"{file} lacks {sorted(missing)} of {command}; make it again with: make resources"


@pytest.mark.parametrize(("shell", "file"), [("bash", "framescope"), ("zsh", "_framescope")])
def test_completion_is_read_by_its_shell(shell: str, file: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert subprocess.run([shell, "-n", DESKTOP / file], check=False).returncode == 0


def installed() -> set[str]:
    """What a wheel puts into the share folder."""
    return {file for files in PROJECT["tool"]["setuptools"]["data-files"].values() for file in files}


def test_the_desktop_entry_starts_the_window_script() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(DESKTOP / "framescope.desktop", encoding="utf-8")
    about = entry["Desktop Entry"]
    assert about["Exec"].split()[0] in PROJECT["project"]["gui-scripts"]
    assert f"resources/icons/{about['Icon']}.svg" in installed()
    ours = {kind.get("type") for kind in ElementTree.parse(DESKTOP / "framescope.xml").getroot()}
    assert ours <= set(about["MimeType"].split(";"))
    if shutil.which("desktop-file-validate"):
        said = subprocess.run(
            ["desktop-file-validate", DESKTOP / "framescope.desktop"], capture_output=True, check=False
        )
        assert said.returncode == 0, said.stdout


def test_every_file_for_the_desktop_is_installed() -> None:
    assert installed() >= {str(path.relative_to(ROOT)) for path in DESKTOP.iterdir()}
    assert all((ROOT / file).is_file() for file in installed())


def test_every_dependency_has_its_licence_in_the_notice() -> None:
    notice = (ROOT / "resources" / "NOTICE.md").read_text(encoding="utf-8").lower()
    project = PROJECT["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["gui"]]
    names = {re.match(r"[\w.-]+", each).group().lower() for each in needed}  # type: ignore[union-attr]
    assert {name for name in names if name not in notice} == set()

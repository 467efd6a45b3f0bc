"""Pages that are made from docstrings say what these say."""

import importlib.util
import re
from typing import Any

import pytest
from helpers.markdown import PAGES, ROOT


def making(name: str = "make_module_page") -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "resources" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("page", "maker"), [("modules.md", "module_page"), ("api.md", "api_page")])
def test_page_is_what_the_docstrings_say(page: str, maker: str) -> None:
    assert getattr(making(), maker)() == PAGES[page], (
        f"docs/{page} is older than the code; write it with: make resources"
    )


def test_every_module_says_in_a_line_what_it_is() -> None:
    made = making()
    files = [
        path for room in made.ROOMS for path in (ROOT / room).rglob("*.py") if path.read_text(encoding="utf-8").strip()
    ]
    assert [path for path in files if not made.first_line(path)] == [], (
        "begin the module with one sentence in a docstring"
    )


def test_what_package_indexes_show_is_the_readme_without_dead_links() -> None:
    shown = making("make_description").PAGE.read_text(encoding="utf-8")
    assert making("make_description").description() == shown, "README.md has changed; write it with: make resources"
    assert re.findall(r"\]\((?!https?:)", shown) == []
    assert {*shown.split()} >= {"resources/sample_port", "mel_scale", "CONTRIBUTING"}

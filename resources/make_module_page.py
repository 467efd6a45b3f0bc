"""Make docs/modules.md, one line a module from its docstring, and docs/api.md, the library's names from theirs."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import framescope

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "models", "widgets", "app")
_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
"""A section of a docstring in NumPy's style."""


def module_page() -> str:
    """Give the list of modules, room by room in the order of the folders."""
    lines = ["# Modules", "", "One line a module, from its docstring; `make resources` writes this page."]
    for room in ROOMS:
        for folder in sorted({path.parent for path in (ROOT / room).rglob("*.py")}):
            lines += ["", f"## {folder.relative_to(ROOT)}/", ""]
            lines += [f"- `{path.name}`: {first_line(path)}" for path in sorted(folder.glob("*.py")) if holds(path)]
    return "\n".join(lines) + "\n"


def api_page() -> str:
    """Give signature and docstring of every public name."""
    lines = ["# API", "", "Every name of `import framescope`, from its docstring; `make resources` writes this page."]
    for name in sorted(framescope.__all__, key=str.lower):
        lines += ["", f"## {name}", "", *entry(name, getattr(framescope, name))]
    return "\n".join(lines) + "\n"


def entry(name: str, value: Any) -> Iterator[str]:
    """Give the lines of one name."""
    if callable(value) and not (isinstance(value, type) and issubclass(value, Exception)):
        yield from ("```python", f"framescope.{name}({', '.join(parameters(value))})", "```", "")
    yield documented(inspect.getdoc(value) or "")


def parameters(value: Any) -> list[str]:
    """Give the names of what is called with, with the defaults that are plain values."""
    found: list[str] = []
    for each in inspect.signature(value).parameters.values():
        if each.kind is each.KEYWORD_ONLY and not any(part.startswith("*") for part in found):
            found.append("*")
        star = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(each.kind.name, "")
        plain = isinstance(each.default, str | int | float | bool | type(None))
        default = "" if each.default is each.empty else f"={each.default!r}" if plain else "=..."
        found.append(f"{star}{each.name}{default}")
    return found


def documented(text: str) -> str:
    """Give a docstring as Markdown: its sections as headings, their entries as lists, its examples as code."""
    parts = _HEADING.split(text)
    made = [parts[0].replace("``", "`").strip()]
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        clean = inspect.cleandoc(body)
        made += [f"**{heading}**", f"```pycon\n{clean}\n```" if heading == "Examples" else listed(clean)]
    return "\n\n".join(made)


def listed(section: str) -> str:
    """Give a section of ``name : type`` lines, each with a text indented behind it, as a Markdown list."""
    lines = []
    for line in filter(None, section.replace("``", "`").splitlines()):
        name, _, kind = line.partition(" : ")
        described = f": {kind}" if kind else ""
        lines.append(f"  {line.strip()}" if line.startswith(" ") else f"- `{name}`{described}\\")
    return "\n".join(lines)


def first_line(path: Path) -> str:
    """Give the first line of a module's docstring."""
    text = path.read_text(encoding="utf-8")
    return text[3:].partition("\n")[0].removesuffix('"""') if text.startswith('"""') else ""


def holds(path: Path) -> bool:
    """Tell whether a module has a docstring; some packages' files are empty."""
    return bool(first_line(path))


if __name__ == "__main__":
    (ROOT / "docs" / "modules.md").write_text(module_page(), encoding="utf-8")
    (ROOT / "docs" / "api.md").write_text(api_page(), encoding="utf-8")

"""What the documentation's pages consist of."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md")))
}


def blocks(page: str, language: str) -> list[str]:
    """Give the fenced blocks of a language, which is a regular expression."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def section(page: str, start: str) -> str:
    """Give the section whose heading starts so."""
    return page.partition(f"\n## {start}")[2].partition("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """Give the cells of the one table, without its head."""
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    return rows[2:]

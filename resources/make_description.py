"""Make the page that package indexes show of README.md: without the links and the picture that lead into a checkout."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "resources" / "description.md"
_PICTURE = re.compile(r"^!\[[^\]]*\]\((?!https?:)[^)]*\)\n+", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)")


def description() -> str:
    """Give README.md with nothing in it that is dead elsewhere."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return _LINK.sub(r"\1", _PICTURE.sub("", text))


if __name__ == "__main__":
    PAGE.write_text(description(), encoding="utf-8")

"""Make what a shell knows of the command line: completion for bash and zsh, and the manual page.

Needs the extra ``shell``: shtab and argparse-manpage.
"""

from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage
from framescope import __version__
from framescope.app.__main__ import build_parser

FOLDER = Path(__file__).resolve().parent / "desktop"


def main() -> None:
    """Write them all."""
    parser = build_parser()
    (FOLDER / "framescope").write_text(shtab.complete(parser, "bash"), encoding="utf-8")
    (FOLDER / "_framescope").write_text(shtab.complete(parser, "zsh"), encoding="utf-8")
    (FOLDER / "framescope.1").write_text(manual(), encoding="utf-8")


def manual() -> str:
    """Give the manual page in troff."""
    page = Manpage(build_parser(), format="single-commands-section")
    page.manual, page.project_name, page.version, page.date = "User Commands", "framescope", __version__, ""
    return str(page)


if __name__ == "__main__":
    main()

"""The command line: which command, and how its end becomes an exit code."""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from .. import __version__
from .cli.parser import EPILOG, Parser, nearest_command
from .endings import end
from .outlets import open_outlets

# The commands are imported within the functions: whatever an installation lacks is to end in a sentence.


def build_parser() -> Parser:
    """Describe the whole command line."""
    return _parsers()[0]


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; arguments that name no command open the window."""
    from .cli import window_command  # noqa: PLC0415

    parser, commands = _parsers()
    first, names = argv[0] if argv else "", {*commands} - {window_command.NAME}
    if first in {*names, "-h", "--help", "-V", "--version"}:
        return parser.parse_args(argv)
    if meant := nearest_command(first, names):
        commands[meant].error(f"{first!r} is neither a command nor a file; did you mean {meant}?")
    return parser.parse_args([window_command.NAME, *argv])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 when it did what was asked, 1 when compared runs differ, 2 when it could not, 70 when Framescope itself has
        failed, 130 when it was interrupted.
    """
    # The products here are too small to be shared out, and threads that wait for their part take the others' time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
    with open_outlets():
        try:
            return _run(sys.argv[1:] if argv is None else argv)
        except (Exception, KeyboardInterrupt) as error:
            return end(error)


def _run(argv: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        arguments = parse(argv)
        return int(arguments.command(arguments))
    finally:
        if sys.stdout:
            sys.stdout.flush()


def _parsers() -> tuple[Parser, Mapping[str, Parser]]:
    """Describe the whole command line, and give the part of each command by its name."""
    from .cli import (  # noqa: PLC0415
        compare_command,
        corpus_command,
        encoder_command,
        export_command,
        probe_command,
        recipe_command,
        render_command,
        run_command,
        window_command,
    )

    parser = Parser(
        prog="framescope",
        usage="framescope [AUDIO] [--port PATH ...]\n       framescope COMMAND ...",
        description="Inspect an audio-to-feature pipeline stage by stage, and find out why a port of it disagrees.\n"
        "Without a command the window opens; its options: framescope AUDIO --help.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"framescope {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog="framescope")
    for command in (
        run_command,
        compare_command,
        corpus_command,
        render_command,
        encoder_command,
        export_command,
        probe_command,
        recipe_command,
        window_command,
    ):
        command.add_parser(commands)
    return parser, commands.choices


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """End like Ctrl+C, so that files half-written under temporary names are removed."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

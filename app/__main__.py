"""The command line: which command, and how its end becomes an exit code."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from .. import __version__
from ..core.errors import InputError
from . import compare_command, export_command, probe_command, render_command, run_command, window_command

EXIT_ERROR, EXIT_INTERRUPTED = 2, 130

COMMANDS = (run_command, compare_command, render_command, export_command, probe_command, window_command)


def build_parser() -> argparse.ArgumentParser:
    """Describe the whole command line."""
    parser = argparse.ArgumentParser(
        prog="framescope",
        usage="framescope [AUDIO] [--port PATH ...]\n       framescope COMMAND ...",
        description="Inspect an audio-to-feature pipeline stage by stage, and find out why a port of it disagrees. "
        "Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"framescope {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog="framescope")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; arguments that name no command open the window."""
    commands = {"run", "compare", "render", "export-encoder", "probe", "-h", "--help", "--version"}
    named = argv and argv[0] in commands
    return build_parser().parse_args(argv if named else [window_command.NAME, *argv])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 when it did what was asked, 1 when compared runs differ, 2 when it could not, 130 when it was interrupted.
    """
    # The products here are too small to be shared out, and threads that wait for their part take the others' time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
    arguments = parse(sys.argv[1:] if argv is None else argv)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(arguments.command(arguments))
    except InputError as error:
        print(f"framescope: {error}", file=sys.stderr)
        return EXIT_ERROR
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "PySide6":
            raise
        print(
            f"framescope: the window needs {error.name}; install it with: pip install 'framescope[gui]'",
            file=sys.stderr,
        )
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("framescope: interrupted; nothing half-written was left behind", file=sys.stderr)
        return EXIT_INTERRUPTED


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """End like Ctrl+C, so that files half-written under temporary names are removed."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

"""`framescope render`: draw the window of a recording into a PNG file, without a display."""

import argparse
from pathlib import Path
from typing import get_args

from ..core.errors import InputError
from ..core.settings import CompareView
from .options import add_ports_option

_LARGEST = 16_000


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = commands.add_parser("render", help="draw the window into a picture", description=__doc__)
    parser.add_argument("audio", metavar="AUDIO", type=Path, help="the recording")
    parser.add_argument("-o", "--output", metavar="PNG", type=Path, required=True, help="the picture to write")
    add_ports_option(parser)
    parser.add_argument("--view", choices=get_args(CompareView), default="stacked", help="how the lanes show a port")
    parser.add_argument("--frame", type=int, metavar="N", help="the cursor's frame (default: the middle one)")
    parser.add_argument("--size", default="1440x900", metavar="WxH", help="size of the window (default: 1440x900)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="colours (default: light)")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    from .gui import Picture, render  # noqa: PLC0415  (--help must not wait for Qt)

    size = parse_size(arguments.size)
    picture = Picture(arguments.frame, size, arguments.theme, tuple(arguments.ports), arguments.view)
    render(arguments.audio, arguments.output, picture)
    print(f"written to {arguments.output}")
    return 0


def parse_size(text: str) -> tuple[int, int]:
    """Read ``1440x900``.

    Raises
    ------
    InputError
        Anything else, or a side that is 0 or above 16,000 pixels.
    """
    width, _, height = text.lower().partition("x")
    sides = [int(side) if side.isdecimal() else 0 for side in (width, height)]
    if not 0 < min(sides) <= max(sides) <= _LARGEST:
        raise InputError(f"--size {text}: write width and height in pixels, such as 1440x900, each at most {_LARGEST}")
    return sides[0], sides[1]

"""`framescope render`: draw the window of a recording into a picture, without a display."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ...core.base.errors import InputError
from ...core.base.printable import printable
from ...core.settings import CompareView
from ..options import add_window_options, window_options
from .parser import add_command

if TYPE_CHECKING:
    from .parser import Commands

PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""The formats of pictures, by the suffix that chooses them."""
_LARGEST = 16_000
_MIN_DPI, _MAX_DPI = 30, 1200
_EXAMPLES = (
    "render talk.wav -o window.png",
    "render talk.wav --recipe whisper-80 -o window.png",
    "render talk.wav --port output --figure 300 -o figure.png",
    "render talk.wav --port output --view swipe --frame 89 -o swipe.jpg",
)


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, "render", __doc__ or "", "draw the window into a picture", _EXAMPLES)
    parser.add_argument("audio", metavar="AUDIO", type=Path, help="the recording")
    parser.add_argument(
        "-o",
        "--output",
        metavar="PICTURE",
        type=Path,
        required=True,
        help=f"the picture to write; its name decides the format: {', '.join(PICTURES)}",
    )
    add_window_options(parser)
    views = get_args(CompareView)
    parser.add_argument(
        "--view",
        metavar="NAME",
        choices=views,
        default="stacked",
        help=f"how the lanes show a port: {', '.join(views)} (default: stacked)",
    )
    parser.add_argument("--frame", type=int, metavar="N", help="the cursor's frame (default: the middle one)")
    parser.add_argument("--size", default="1440x900", metavar="WxH", help="size of the window (default: 1440x900)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="colours (default: light)")
    parser.add_argument(
        "--figure",
        type=int,
        metavar="DPI",
        help="draw the lanes only, as a figure (.png) with axes, colour bars and a caption, at this resolution; 96 "
        "pixels of --size are one inch",
    )
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    from ..window.gui import Picture, render  # noqa: PLC0415  (--help must not wait for Qt)

    size, kind = parse_size(arguments.size), picture_format(arguments.output)
    check_figure(arguments.figure, kind)
    options = window_options(arguments)
    picture = Picture(
        arguments.frame, size, arguments.theme, tuple(arguments.ports), arguments.view, options, arguments.figure
    )
    print(render(arguments.audio, arguments.output, picture, kind))
    print(f"written to {printable(str(arguments.output))}")
    return 0


def picture_format(path: Path) -> str:
    """Give the format that a picture's name asks for.

    Raises
    ------
    InputError
        The name asks for none that can be written.
    """
    kind = PICTURES.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: the name must end in {' or '.join(PICTURES)}, which decides the picture's format")
    return kind


def check_figure(dpi: int | None, kind: str) -> None:
    """Raise InputError where a figure cannot be drawn like this."""
    if dpi is not None and not _MIN_DPI <= dpi <= _MAX_DPI:
        raise InputError(f"--figure {dpi}: pixels to an inch are {_MIN_DPI} to {_MAX_DPI}")
    if dpi is not None and kind != "PNG":
        raise InputError("--figure writes a .png; name the picture so")


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

"""`framescope [AUDIO] [--port PATH ...]`: open the window."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ...core.base.errors import InputError
from ...core.settings import Theme
from ..options import add_window_options, window_options
from .parser import add_command

if TYPE_CHECKING:
    from .parser import Commands

_MAX_DIGITS = 9
NAME = "window"
"""What the command is called within; nobody types it: whatever is no other command opens the window."""
_EXAMPLES = ("talk.wav", "talk.wav --recipe whisper-80", "talk.wav --port output --encoder audio_encoder.onnx --fps 30")


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, NAME, "Open the window.", None, _EXAMPLES, prog="framescope")
    parser.add_argument(
        "audio",
        metavar="AUDIO",
        type=Path,
        nargs="?",
        help="a recording, or a corpus's results (default: the last session)",
    )
    add_window_options(parser)
    parser.add_argument("--frame", metavar="N", type=_frame, help="the frame that the cursor begins at")
    parser.add_argument("--theme", choices=get_args(Theme), help="colours (default: those of the settings)")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the window until it is closed."""
    if arguments.audio and not arguments.audio.is_file():
        raise InputError(f"{arguments.audio}: there is no such recording or command; see framescope --help")
    options = window_options(arguments)
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in displays):
        raise InputError(
            "there is no display for the window; draw it into a file with: framescope render AUDIO -o PICTURE.png"
        )
    from ..window.gui import open_window  # noqa: PLC0415  (--help must not wait for Qt)

    return open_window(arguments.audio, arguments.ports, arguments.theme, options, arguments.frame)


def _frame(text: str) -> int:
    if not text.isdecimal() or len(text) > _MAX_DIGITS:
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not a frame; write its number, such as 558")
    return int(text)

"""`framescope encoder`: show which encoder is used by default, remember another one, or forget it."""

import argparse
from typing import TYPE_CHECKING

from ...core.base.errors import InputError
from ..encoder_choice import encoder_text, find_encoder, forget_encoder, remember_encoder
from .parser import add_command

if TYPE_CHECKING:
    from .parser import Commands

_EXAMPLES = ("encoder", "encoder use audio_encoder.onnx", "encoder forget")


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "encoder",
        f"{__doc__} The encoder is the one that the command line names, else that of FRAMESCOPE_ENCODER, else that of "
        "the project's framescope.toml, which lies in the current folder or above it, else the remembered one, else "
        "the stand-in weights.",
        "say, remember or forget the encoder",
        _EXAMPLES,
        usage="framescope encoder [use FILE | forget]",
    )
    parser.add_argument("action", metavar="ACTION", nargs="?", choices=("use", "forget"), help="use or forget")
    parser.add_argument("file", metavar="FILE", nargs="?", help="an ONNX encoder, a checkpoint, or stand-in")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    if arguments.action == "use" and arguments.file is None:
        raise InputError("framescope encoder use: name an ONNX encoder, a PyTorch checkpoint, or stand-in")
    if arguments.action == "forget" and arguments.file is not None:
        raise InputError(
            f"framescope encoder forget {arguments.file}: it takes no file; only one encoder is remembered"
        )
    if arguments.action == "use":
        print(f"remembered: {remember_encoder(arguments.file).label}")
    elif arguments.action == "forget":
        forget_encoder()
    choice = find_encoder()
    print(encoder_text(choice.load(), choice))
    return 0

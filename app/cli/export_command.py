"""`framescope export-encoder`: turn a PyTorch checkpoint of the audio encoder into a checked ONNX file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.base.printable import printable
from .parser import add_command

if TYPE_CHECKING:
    from .parser import Commands

_EXAMPLES = ("export-encoder checkpoint.pth -o audio_encoder.onnx",)


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, "export-encoder", __doc__ or "", "turn a checkpoint into an ONNX file", _EXAMPLES)
    parser.add_argument("checkpoint", metavar="CHECKPOINT", type=Path, help="a .pth state_dict of the audio encoder")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the ONNX file to write")
    parser.set_defaults(command=export)


def export(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for onnx.
    from ...core.encoder.export import export_encoder  # noqa: PLC0415

    report = export_encoder(arguments.checkpoint, arguments.output)
    print(f"written to {printable(str(arguments.output))}, identity {report.identity}")
    if report.torch_difference is None:
        print("PyTorch is not installed: not compared with it")
    else:
        print(f"largest difference from PyTorch: {report.torch_difference:.1e}")
    return 0

"""`framescope export-encoder`: turn a PyTorch checkpoint of the audio encoder into a checked ONNX file."""

import argparse
from pathlib import Path


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = commands.add_parser("export-encoder", help="turn a checkpoint into an ONNX file", description=__doc__)
    parser.add_argument("checkpoint", metavar="CHECKPOINT", type=Path, help="a .pth state_dict of the audio encoder")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the ONNX file to write")
    parser.set_defaults(command=export)


def export(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for onnx.
    from ..core.encoder.export import export_encoder  # noqa: PLC0415

    report = export_encoder(arguments.checkpoint, arguments.output)
    print(f"written to {arguments.output}, identity {report.identity}")
    if report.torch_difference is None:
        print("PyTorch is not installed: not compared with it")
    else:
        print(f"largest difference from PyTorch: {report.torch_difference:.1e}")
    return 0

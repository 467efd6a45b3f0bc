"""The options by which commands say what is to be computed, and the computation itself."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ..core.config import Config, EdgePolicy, Mode
from ..core.errors import InputError
from ..core.files import open_file

if TYPE_CHECKING:
    from ..core.arrays import NDArray
    from ..core.encoder.session import Encoder
    from ..core.pipeline import Progress
    from ..core.run import Run


def add_encoder_option(parser: argparse.ArgumentParser) -> None:
    """Add --encoder, which is remembered."""
    parser.add_argument(
        "--encoder",
        metavar="FILE",
        help="an ONNX encoder or a PyTorch checkpoint, remembered for the next time; stand-in: the shipped weights",
    )


def add_pipeline_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide what is computed."""
    add_encoder_option(parser)
    parser.add_argument("--fps", type=frame_rate, default=25, help="video frames per second (default: 25)")
    parser.add_argument("--mode", choices=get_args(Mode), default="ave", help="layout of the tensors (default: ave)")
    parser.add_argument(
        "--edge",
        choices=get_args(EdgePolicy),
        default="zeros",
        help="what stands for context rows beyond the ends (default: zeros)",
    )
    parser.add_argument("--native", metavar="FILE", type=Path, help="native hubert or wenet features (.npy) for --mode")


def compute_from(arguments: argparse.Namespace, progress: "Progress") -> "Run":
    """Compute the pipeline as the options say."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ..core.pipeline import compute  # noqa: PLC0415

    config = Config(fps=arguments.fps, mode=arguments.mode, edge=arguments.edge)
    if arguments.native:
        return compute(arguments.audio, config, native=_native(arguments.native), progress=progress)
    return compute(arguments.audio, config, encoder=chosen_encoder(arguments.encoder), progress=progress)


def frame_rate(text: str) -> float:
    """Read a frame rate; 25 stays an integer, as the original's metadata has it."""
    number = float(text)
    return int(number) if number.is_integer() else number


def chosen_encoder(chosen: str | None) -> "Encoder":
    """Load the encoder that was named, and remember it; else the one remembered, else the stand-in weights."""
    from ..core.encoder.choice import choose_encoder, remember_encoder  # noqa: PLC0415

    encoder = choose_encoder(chosen)
    if chosen:
        try:
            remember_encoder(chosen)
        except InputError as error:  # a build server may have no home to write to, and needs none
            print(f"framescope: the encoder is not remembered: {error}", file=sys.stderr)
    return encoder


def _native(path: Path) -> "NDArray":
    import numpy as np  # noqa: PLC0415

    from ..core.readers.formats import read_content  # noqa: PLC0415

    open_file(path, "a .npy file of native features").close()
    arrays = read_content(path, str(path)).arrays
    if [*arrays] != [""]:
        raise InputError(f"{path}: is no .npy file of native features; save them with numpy.save")
    return np.array(arrays[""])


def add_ports_option(parser: argparse.ArgumentParser) -> None:
    """Let ports be named, each with a ``--port`` of its own."""
    parser.add_argument(
        "--port",
        metavar="PATH",
        dest="ports",
        type=Path,
        action="append",
        default=[],
        help="a folder or file that a port has written, to be compared; may be given several times",
    )

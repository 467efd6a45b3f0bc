"""`framescope run`: compute every stage of a recording, print a table of them, write them to a folder."""

import argparse
from pathlib import Path

from ..core.errors import InputError
from .options import add_pipeline_options, compute_from

_MOST_FRAMES = 10_000_000


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = commands.add_parser("run", help="compute every stage of a recording", description=__doc__)
    parser.add_argument(
        "audio", metavar="AUDIO", type=Path, help="a recording: WAV, FLAC, OGG, Opus, MP3, M4A, MP4, MOV"
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="write the stages as the original pipeline does"
    )
    add_pipeline_options(parser)
    parser.add_argument(
        "--frames",
        metavar="all|none|LIST",
        default="all",
        help="frame tensors to write: all, none, or numbers and ranges such as 0,3,500-520 (default: all)",
    )
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ..core.encoder.process import prepare  # noqa: PLC0415

    if not arguments.native:
        prepare()  # which takes as long as the imports
    from ..core.dump import write_dump  # noqa: PLC0415
    from .console import print_stages, show_progress  # noqa: PLC0415

    numbers = parse_frames(arguments.frames)
    with show_progress() as progress:
        computed = compute_from(arguments, progress)
    total = len(computed["tensors"].array)
    frames = range(total) if numbers is None else numbers
    if arguments.output:
        write_dump(computed, arguments.output, frames)
    print_stages(computed)
    print(f"encoder: {computed.provenance.encoder or 'none, native features'}")
    if arguments.output:
        print(f"written to {arguments.output}, with {len(frames)} of {total} frames")
    return 0


def parse_frames(text: str) -> list[int] | None:
    """Read a list of frame numbers.

    Returns
    -------
    list of int or None
        The numbers in ``0,3,500-520``, none for ``none``; None stands for ``all``.

    Raises
    ------
    InputError
        Anything else.

    Examples
    --------
    >>> parse_frames("0,3,10-12")
    [0, 3, 10, 11, 12]
    """
    if text in {"all", "none"}:
        return None if text == "all" else []
    frames: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise InputError(
                f"--frames {text}: {part!r} is no frame number; write all, none or a list such as 0,3,500-520"
            )
        numbers = range(int(first), int(last if dash else first) + 1)
        if len(numbers) > _MOST_FRAMES:
            raise InputError(f"--frames {text}: {part!r} spans more than {_MOST_FRAMES:,} frames; write all instead")
        frames.extend(numbers)
    return frames

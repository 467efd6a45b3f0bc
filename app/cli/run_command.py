"""`framescope run`: compute every stage of a recording, print a table of them, write them to a folder."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.base.errors import InputError
from ...core.base.printable import printable
from ..encoder_choice import encoder_data, encoder_text, find_encoder
from ..options import (
    add_native_option,
    add_pipeline_options,
    add_recipe_option,
    config_of,
    named_recipe,
    native_features,
)
from .parser import add_command

if TYPE_CHECKING:
    from ...core.encoder.choice import EncoderChoice
    from ...core.encoder.session import Encoder
    from ...core.recipe.recipe import Recipe
    from ...core.run import Run
    from .parser import Commands

_MAX_FRAMES = 10_000_000
_MAX_DIGITS = 12
_EXAMPLES = (
    "run talk.wav",
    "run talk.wav --encoder audio_encoder.onnx -o dump --frames 0,9-20",
    "run talk.wav --json -",
    "run talk.wav --recipe whisper-80 -o dump",
)


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, "run", __doc__ or "", "compute every stage of a recording", _EXAMPLES)
    parser.add_argument(
        "audio", metavar="AUDIO", type=Path, help="a recording: WAV, FLAC, OGG, Opus, MP3, M4A, MP4, MOV"
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="write the stages as the original program does"
    )
    add_recipe_option(parser)
    add_pipeline_options(parser)
    add_native_option(parser)
    parser.add_argument(
        "--frames",
        metavar="all|none|LIST",
        default="all",
        help="frame tensors to write: all, none, or numbers and ranges such as 0,3,500-520 (default: all)",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the table as JSON; - for standard output")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ...core.encoder.process import spare  # noqa: PLC0415

    if recipe := named_recipe(arguments):
        return _run_recipe(arguments, recipe)
    if not arguments.native:
        spare.prepare()  # which takes as long as the imports
    from ...core.dump import write_dump  # noqa: PLC0415

    numbers = parse_frames(arguments.frames)
    computed, encoder, choice = _compute(arguments)
    total = len(computed["tensors"].array)
    frames = range(total) if numbers is None else numbers
    if arguments.output:
        write_dump(computed, arguments.output, frames)
    if arguments.json:
        _write_json(arguments, computed, encoder_data(encoder, choice) if encoder else None, frames)
    if str(arguments.json) != "-":
        _print(computed, encoder_text(encoder, choice) if encoder else "encoder: none, native features")
        if arguments.output:
            print(f"written to {printable(str(arguments.output))}, with {len(frames)} of {total} frames")
    return 0


def _run_recipe(arguments: argparse.Namespace, recipe: "Recipe") -> int:
    from ...core.dump import write_dump  # noqa: PLC0415
    from ...core.pipeline import compute  # noqa: PLC0415
    from .console import show_progress  # noqa: PLC0415

    with show_progress() as progress:
        computed = compute(arguments.audio, recipe, progress=progress)
    if arguments.output:
        write_dump(computed, arguments.output)
    if arguments.json:
        _write_json(arguments, computed, None, ())
    if str(arguments.json) != "-":
        _print(computed, f"recipe: {recipe.label}")
        if arguments.output:
            print(f"written to {printable(str(arguments.output))}")
    return 0


def _compute(arguments: argparse.Namespace) -> "tuple[Run, Encoder | None, EncoderChoice]":
    from ...core.pipeline import compute  # noqa: PLC0415
    from .console import show_progress  # noqa: PLC0415

    config, choice = config_of(arguments), find_encoder(arguments.encoder)
    native = native_features(arguments.native) if arguments.native else None
    encoder = choice.load() if native is None else None
    with show_progress() as progress:
        return compute(arguments.audio, config, encoder=encoder, native=native, progress=progress), encoder, choice


def _print(computed: "Run", made_by: str) -> None:
    from .console import print_stages  # noqa: PLC0415

    print_stages(computed)
    print(printable(made_by))


def _write_json(
    arguments: argparse.Namespace, computed: "Run", encoder: dict[str, object] | None, frames: Sequence[int]
) -> None:
    from ...core.dump import written_files  # noqa: PLC0415
    from ...core.report.table import table_json  # noqa: PLC0415
    from .console import put  # noqa: PLC0415

    written = written_files(computed, frames) if arguments.output else []
    put(table_json(computed, encoder, written), arguments.json)


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
        if not _is_number(first) or (dash and not _is_number(last)):
            raise InputError(
                f"--frames {text}: {part!r} is not a frame number; write all, none or a list such as 0,3,500-520"
            )
        numbers = range(int(first), int(last if dash else first) + 1)
        if len(numbers) > _MAX_FRAMES:
            raise InputError(f"--frames {text}: {part!r} spans more than {_MAX_FRAMES:,} frames; write all instead")
        frames.extend(numbers)
    return frames


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MAX_DIGITS

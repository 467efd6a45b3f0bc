"""`framescope probe`: write a recording that exposes faults which ordinary speech hides."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.base.files import replace_file
from ...core.base.printable import printable
from .parser import add_command

if TYPE_CHECKING:
    from .parser import Commands

_EXAMPLES = ("probe -o probe.wav", "probe --stereo -o stereo.wav")


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, "probe", __doc__ or "", "write a recording that exposes faults", _EXAMPLES)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the WAV file to write")
    parser.add_argument("--stereo", action="store_true", help="two channels that differ")
    parser.add_argument("--list-chunk", action="store_true", help="put a LIST chunk before the samples")
    parser.set_defaults(command=write_probe)


def write_probe(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is 0."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ...core.probe import SECTIONS, probe_wav  # noqa: PLC0415

    replace_file(arguments.output, probe_wav(arguments.stereo, arguments.list_chunk))
    print(f"written to {printable(str(arguments.output))}: {', '.join(section.name for section in SECTIONS)}")
    return 0

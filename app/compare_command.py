"""`framescope compare`: compare what ports have written with the reference, stage by stage."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ..core.config import Config, EdgePolicy, Mode
from ..core.errors import InputError
from ..core.files import replace_file
from .options import add_encoder_option, chosen_encoder, frame_rate

if TYPE_CHECKING:
    from ..core.compare.comparison import Comparison
    from ..core.encoder.session import Encoder
    from ..core.run import Run, StageName
    from ..core.stages.audio import Recording

EXIT_CODES = {"identical": 0, "agree": 0, "differ": 1, "not comparable": 2}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "compare",
        help="compare a port's output with the reference",
        description=f"{__doc__} Exit code: 0 when all agree, 1 when one differs, 2 when one could not be compared.",
    )
    parser.add_argument("ports", metavar="PORT", nargs="+", type=Path, help="a folder or file that a port has written")
    parser.add_argument("--audio", metavar="FILE", type=Path, help="the recording to compute the reference from")
    parser.add_argument("--reference", metavar="RUN", type=Path, help="a dump of the reference, or of another port")
    add_encoder_option(parser)
    parser.add_argument("--fps", type=frame_rate, help="video frames per second (default: as the port says, else 25)")
    parser.add_argument("--mode", choices=get_args(Mode), help="layout of the tensors (default: the port's, else ave)")
    parser.add_argument("--edge", choices=get_args(EdgePolicy), default="zeros", help="context beyond the ends")
    _add_comparison_options(parser)
    for form, what in (("json", "numbers"), ("html", "page with pictures"), ("junit", "build server's report")):
        parser.add_argument(f"--{form}", metavar="FILE", type=Path, help=f"write the {what}; - for standard output")
    parser.set_defaults(command=compare_ports)


def _add_comparison_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile",
        default="desktop",
        metavar="NAME",
        help="tolerances: exact, strict, desktop, mobile, or FILE:NAME for your own (default: desktop)",
    )
    parser.add_argument(
        "--lag", action="append", default=[], metavar="STAGE=N", help="the lag of a stage, instead of the one found"
    )
    parser.add_argument(
        "--as",
        dest="overrides",
        action="append",
        default=[],
        metavar="STAGE=FILE[:DTYPE[:SHAPE]]",
        help="how a file is to be read, such as mel=mel.bin:float32:80,T",
    )
    parser.add_argument("--no-diagnose", action="store_true", help="do not look for the causes of differences")
    parser.add_argument("--first-frame", type=int, choices=(0, 1), help="number of the first frame in file names")


def compare_ports(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is the worst verdict's."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ..core.compare.comparison import compare  # noqa: PLC0415
    from ..core.compare.tolerance import load_profile  # noqa: PLC0415
    from ..core.diagnosis.diagnose import diagnosed  # noqa: PLC0415
    from ..core.readers import load_run, parse_override  # noqa: PLC0415
    from ..core.report.data import overall  # noqa: PLC0415

    profile, lags = load_profile(arguments.profile), _lags(arguments.lag)
    overrides = [parse_override(text) for text in arguments.overrides]
    references = _References(arguments)
    comparisons, recordings = [], []
    for path in arguments.ports:
        sketch = load_run(path, overrides=overrides, first_frame=arguments.first_frame)
        reference = references.of(sketch, path)
        port = load_run(path, reference=reference, overrides=overrides, first_frame=arguments.first_frame)
        compared = compare(reference, port, profile, encoder=references.encoder(port), lags=lags)
        recording = None if arguments.no_diagnose else references.recording(port, path)
        recordings.append(recording)
        comparisons.append(compared if arguments.no_diagnose else diagnosed(compared, recording))
    _report(comparisons, recordings, arguments)
    return EXIT_CODES[overall(comparisons)]


class _References:
    """What the ports are compared with: a dump, or the recording computed once for each configuration."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._computed: dict[tuple[Path, Config, StageName], Run] = {}
        self._recordings: dict[Path, Recording] = {}
        self._encoder: Encoder | None = None

    def of(self, port: "Run", path: Path) -> "Run":
        """Give the reference of a port: the dump's stages first, computed ones where a recording is named."""
        from ..core.readers import load_run  # noqa: PLC0415

        given = load_run(self._arguments.reference) if self._arguments.reference else None
        audio = self._arguments.audio or (None if given else _audio_beside(port, path))
        if audio is None:
            if given is None:
                raise InputError(f"{path}: nothing to compare with; name the recording with --audio, or a --reference")
            return given
        computed = self._compute(audio, port)
        return computed if given is None else replace(given, stages={**computed.stages, **given.stages})

    def recording(self, port: "Run", path: Path) -> "Recording | None":
        """Give the recording that a port is of, where it is named or lies beside the port."""
        audio = self._arguments.audio or _audio_beside(port, path)
        return self._read(audio) if audio else None

    def encoder(self, port: "Run") -> "Encoder | None":
        """Give the encoder by which the port's features are judged, and by which faults are run that no mel shows."""
        judged = "features" in port and ("mel" in port or "windows" in port)
        searched = not self._arguments.no_diagnose and {"features", "padded", "tensors"} & {*port}
        return self._load_encoder() if judged or searched else None

    def _load_encoder(self) -> "Encoder":
        self._encoder = self._encoder or chosen_encoder(self._arguments.encoder)
        return self._encoder

    def _read(self, audio: Path) -> "Recording":
        from ..core.stages.audio import read_audio  # noqa: PLC0415

        if audio not in self._recordings:
            self._recordings[audio] = read_audio(audio)
        return self._recordings[audio]

    def _compute(self, audio: Path, port: "Run") -> "Run":
        from ..core.pipeline import compute  # noqa: PLC0415
        from .console import show_progress  # noqa: PLC0415

        config = _config(self._arguments, port)
        last = _last_stage(port)
        if (audio, config, last) not in self._computed:
            encoder = self._load_encoder() if last == "tensors" else None
            with show_progress() as progress:
                run = compute(self._read(audio), config, encoder=encoder, until=last, progress=progress)
            self._computed[audio, config, last] = run
        return self._computed[audio, config, last]


def _config(arguments: argparse.Namespace, port: "Run") -> Config:
    stated = port.config or Config()
    return Config(fps=arguments.fps or stated.fps, mode=arguments.mode or stated.mode, edge=arguments.edge)


def _last_stage(port: "Run") -> "StageName":
    """Give how far the reference has to be computed: without features there is no need of an encoder."""
    named = {*port.stages, *port.statistics}
    return "tensors" if named & {"features", "padded", "tensors"} else "windows" if "windows" in named else "mel"


def _audio_beside(port: "Run", path: Path) -> Path | None:
    """Find the recording that the port's metadata names, in its folder or beside it."""
    if not port.provenance.audio:
        return None
    name = Path(port.provenance.audio).name
    return next((folder / name for folder in (path, path.parent) if (folder / name).is_file()), None)


def _lags(texts: list[str]) -> dict["StageName", int]:
    from ..core.run import STAGE_NAMES  # noqa: PLC0415

    lags: dict[StageName, int] = {}
    for text in texts:
        name, _, number = text.partition("=")
        stage = next((stage for stage in STAGE_NAMES if stage == name), None)
        if stage is None or not number.lstrip("+-").isdecimal():
            raise InputError(f"--lag {text}: write a stage and a whole number, such as mel=2")
        lags[stage] = int(number)
    return lags


def _report(
    comparisons: "list[Comparison]", recordings: "list[Recording | None]", arguments: argparse.Namespace
) -> None:
    from ..core.report.data import report_json  # noqa: PLC0415
    from ..core.report.html import report_html  # noqa: PLC0415
    from ..core.report.junit import report_junit  # noqa: PLC0415
    from .console import print_comparisons  # noqa: PLC0415

    writers: dict[str, Callable[[list[Comparison]], str]] = {
        "json": report_json,
        "html": partial(report_html, recordings=recordings),
        "junit": report_junit,
    }
    wanted = {form: path for form in writers if (path := getattr(arguments, form))}
    for form, path in wanted.items():
        text = writers[form](comparisons)
        if str(path) == "-":
            print(text)
        else:
            replace_file(path, text.encode())
    if "-" not in map(str, wanted.values()):
        print_comparisons(comparisons)

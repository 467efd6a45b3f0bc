"""`framescope compare`: compare what ports have written with the reference, stage by stage."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.base.errors import InputError
from ...core.base.printable import printable
from ...core.config import Config
from ..encoder_choice import encoder_data, encoder_text, find_encoder
from ..endings import end
from ..error_text import fault_text
from ..options import (
    add_lag_option,
    add_native_option,
    add_pipeline_options,
    add_reading_options,
    add_recipe_option,
    config_of,
    lags_of,
    named_recipe,
    native_features,
    parsed_overrides,
    percentage,
)
from ..project import take_from_project
from .parser import add_command

if TYPE_CHECKING:
    from ...core.base.arrays import NDArray
    from ...core.compare.comparison import Comparison
    from ...core.compare.tolerance import Profile
    from ...core.encoder.session import Encoder
    from ...core.recipe.recipe import Recipe
    from ...core.report.baseline import Regression
    from ...core.report.json_report import Compared
    from ...core.run import Run, StageName
    from ...core.stages.audio import Recording
    from .parser import Commands

DEFAULT_TOLERANCE = 1.0
"""Per cent by which an error may grow against the baseline: float32 differs by 1e-7 from one processor to another,
which of the smallest difference that a profile for float32 does not let pass, 1e-5, is 1 %."""
EXIT_CODES = {"identical": 0, "agree": 0, "differ": 1, "not comparable": 2}

_FORMS = (
    ("json", "numbers"),
    ("html", "page with pictures"),
    ("junit", "build server's report"),
    ("markdown", "summary for a build server's page"),
    ("badge", "badge's JSON"),
)
_PORT_HELP = "a folder or file that a port has written (default: the ports in framescope.toml)"
_EXAMPLES = (
    "compare port --audio talk.wav --encoder audio_encoder.onnx",
    "compare port --audio talk.wav --recipe whisper-80",
    "compare port other --audio talk.wav --html a.html --junit a.xml",
    "compare port --reference dump --as mel=m.bin:float32:80,T --json -",
    "compare --baseline last.json --markdown summary.md",
)


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, "compare", __doc__ or "", "compare a port's output with the reference", _EXAMPLES)
    parser.add_argument("ports", metavar="PORT", nargs="*", type=Path, help=_PORT_HELP)
    parser.add_argument("--audio", metavar="FILE", type=Path, help="the recording to compute the reference from")
    parser.add_argument("--reference", metavar="RUN", type=Path, help="a dump of the reference, or of another port")
    add_recipe_option(parser)
    add_pipeline_options(parser, default="as the port says, else {}")
    add_native_option(parser)
    add_reading_options(parser, profile="desktop")
    add_lag_option(parser)
    parser.add_argument("--no-diagnose", action="store_true", help="do not look for the causes of differences")
    parser.add_argument(
        "--write-recipe", metavar="FILE", type=Path, help="write the port's recipe (.toml), as far as it was found"
    )
    parser.add_argument(
        "--baseline", metavar="JSON", type=Path, help="an earlier --json report: fail only where a port is worse"
    )
    parser.add_argument(
        "--baseline-tolerance",
        metavar="PERCENT",
        type=percentage,
        default=DEFAULT_TOLERANCE,
        help=f"by how much an error may grow (default: {DEFAULT_TOLERANCE:g} %%)",
    )
    for form, what in _FORMS:
        parser.add_argument(f"--{form}", metavar="FILE", type=Path, help=f"write the {what}; - for standard output")
    parser.set_defaults(command=compare_ports)


@dataclass(slots=True)
class _Results:
    """What became of the ports, in their order, the recording that each is of, and what is worse than the baseline."""

    compared: "list[Compared]" = field(default_factory=list)
    recordings: "list[Recording | None]" = field(default_factory=list)
    failed: int = 0
    """The exit code of the worst failure; 0: there was none."""
    worse: "Sequence[Regression] | None" = None


def compare_ports(arguments: argparse.Namespace) -> int:
    """Carry the command out.

    Returns
    -------
    int
        That of the worst failure of a port or report; with a baseline 1 where a port is worse, else that of the worst
        verdict.
    """
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ...core.compare.tolerance import load_profile  # noqa: PLC0415
    from ...core.report.json_report import Failure, overall  # noqa: PLC0415

    take_from_project(arguments)
    worse_than = _baseline(arguments)
    profile = load_profile(arguments.profile) if arguments.profile else load_profile()
    references, results, recipe = _References(arguments), _Results(), named_recipe(arguments)
    compare_one = _recipe_comparer(arguments, recipe, profile) if recipe else _comparer(arguments, references, profile)
    for path in arguments.ports:
        try:
            comparison, recording = compare_one(path)
        except Exception as error:  # whatever is wrong with one port, the others are compared and reported
            results.failed = max(results.failed, end(error))
            sentence = str(error) if isinstance(error, InputError) else fault_text(error)
            comparison, recording = Failure(path.name or str(path), profile.name, sentence), None
        results.compared.append(comparison)
        results.recordings.append(recording)
    results.worse = worse_than(results.compared) if worse_than else None
    _report(results, references, arguments)
    if results.failed:
        return results.failed
    return EXIT_CODES[overall(results.compared)] if results.worse is None else int(bool(results.worse))


def _baseline(arguments: argparse.Namespace) -> "Callable[[Sequence[Compared]], Sequence[Regression]] | None":
    """Read the baseline, and give what tells what is worse than it; None: none is named."""
    if arguments.baseline is None:
        return None
    from ...core.report.baseline import load_baseline, regressions  # noqa: PLC0415

    return partial(regressions, baseline=load_baseline(arguments.baseline), tolerance=arguments.baseline_tolerance)


def _comparer(
    arguments: argparse.Namespace, references: "_References", profile: "Profile"
) -> "Callable[[Path], tuple[Compared, Recording | None]]":
    """Give what compares one port; what is wrong for all of them is refused here."""
    from ...core.compare.comparison import compare  # noqa: PLC0415
    from ...core.diagnosis.diagnose import diagnosed  # noqa: PLC0415
    from ...core.readers import load_run  # noqa: PLC0415

    config_of(arguments)
    lags = lags_of(arguments.lag)
    read = partial(load_run, overrides=parsed_overrides(arguments.overrides), first_frame=arguments.first_frame)
    references.prepare()

    def compare_one(path: Path) -> "tuple[Comparison, Recording | None]":
        sketch = read(path)
        reference = references.of(sketch, path)
        port = read(path, reference=reference)
        compared = compare(reference, port, profile, encoder=references.encoder(port), lags=lags)
        if arguments.no_diagnose:
            return compared, None
        recording = references.recording(port, path)
        return diagnosed(compared, recording), recording

    return compare_one


def _recipe_comparer(
    arguments: argparse.Namespace, recipe: "Recipe", profile: "Profile"
) -> "Callable[[Path], tuple[Compared, Recording | None]]":
    """Give what compares one port with the run of a recipe."""
    from ...core.compare.comparison import compare  # noqa: PLC0415
    from ...core.diagnosis.diagnose import diagnosed  # noqa: PLC0415
    from ...core.pipeline import compute  # noqa: PLC0415
    from ...core.readers.by_reference import load_by_reference  # noqa: PLC0415
    from ...core.stages.audio import read_audio  # noqa: PLC0415
    from .console import show_progress  # noqa: PLC0415

    if arguments.audio is None:
        raise InputError(f"--recipe {arguments.recipe}: name the recording to compute it from with --audio")
    with show_progress() as progress:
        computed = compute(arguments.audio, recipe, progress=progress)
    recording = None if arguments.no_diagnose else read_audio(arguments.audio)
    lags = lags_of(arguments.lag, tuple(computed))

    def compare_one(path: Path) -> "tuple[Comparison, Recording | None]":
        compared = compare(computed, load_by_reference(path, computed), profile, lags=lags)
        return (compared if recording is None else diagnosed(compared, recording)), None

    return compare_one


class _References:
    """What the ports are compared with: a dump, or the recording computed once for each configuration."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._computed: dict[tuple[Path, Config, StageName], Run] = {}
        self._recordings: dict[Path, Recording] = {}
        self._choice = find_encoder(arguments.encoder)
        self._encoder: Encoder | None = None

    def prepare(self) -> None:
        """Read what all ports are compared with: where it cannot be read, none of them can be compared."""
        if self._arguments.audio:
            self._read(self._arguments.audio)
        _ = self._given, self._native

    @cached_property
    def _given(self) -> "Run | None":
        from ...core.readers import load_run  # noqa: PLC0415

        return load_run(self._arguments.reference) if self._arguments.reference else None

    @cached_property
    def _native(self) -> "NDArray | None":
        return native_features(self._arguments.native) if self._arguments.native else None

    @property
    def used_encoder(self) -> str | None:
        """Say which encoder was used, and who named it; None: none was needed."""
        return encoder_text(self._encoder, self._choice) if self._encoder else None

    @property
    def used_encoder_data(self) -> dict[str, Any] | None:
        """Give the same as the JSON report has it."""
        return encoder_data(self._encoder, self._choice) if self._encoder else None

    def of(self, port: "Run", path: Path) -> "Run":
        """Give the reference of a port: the dump's stages first, computed ones where a recording is named."""
        given = self._given
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
        from ...core.compare.needs import needs_encoder  # noqa: PLC0415

        return self._load_encoder() if needs_encoder(port, diagnose=not self._arguments.no_diagnose) else None

    def _load_encoder(self) -> "Encoder":
        self._encoder = self._encoder or self._choice.load()
        return self._encoder

    def _read(self, audio: Path) -> "Recording":
        from ...core.stages.audio import read_audio  # noqa: PLC0415

        if audio not in self._recordings:
            self._recordings[audio] = read_audio(audio)
        return self._recordings[audio]

    def _compute(self, audio: Path, port: "Run") -> "Run":
        from ...core.compare.needs import last_stage  # noqa: PLC0415
        from ...core.pipeline import compute  # noqa: PLC0415
        from .console import show_progress  # noqa: PLC0415

        config = config_of(self._arguments, port.config)
        last = last_stage(port)
        if (audio, config, last) not in self._computed:
            native = self._native
            encoder = self._load_encoder() if last == "tensors" and native is None else None
            with show_progress() as progress:
                run = compute(self._read(audio), config, encoder=encoder, native=native, until=last, progress=progress)
            self._computed[audio, config, last] = run
        return self._computed[audio, config, last]


def _audio_beside(port: "Run", path: Path) -> Path | None:
    """Find the recording that the port's metadata names, in its folder or beside it."""
    if not port.provenance.audio:
        return None
    name = Path(port.provenance.audio).name
    return next((folder / name for folder in (path, path.parent) if (folder / name).is_file()), None)


def _report(results: _Results, references: _References, arguments: argparse.Namespace) -> None:
    """Write every report that was asked for; one that cannot be written keeps no other from being written."""
    from ...core.report.badge import report_badge  # noqa: PLC0415
    from ...core.report.html import report_html  # noqa: PLC0415
    from ...core.report.json_report import report_json  # noqa: PLC0415
    from ...core.report.junit import report_junit  # noqa: PLC0415
    from ...core.report.markdown import report_markdown  # noqa: PLC0415
    from .console import put  # noqa: PLC0415

    encoder = references.used_encoder_data
    _write_recipe(results, arguments.write_recipe)
    writers: dict[str, Callable[[list[Compared]], str]] = {
        "json": partial(report_json, encoder=encoder),
        "html": partial(report_html, recordings=results.recordings, encoder=encoder),
        "junit": report_junit,
        "markdown": partial(report_markdown, worse=results.worse),
        "badge": report_badge,
    }
    wanted = {form: path for form in writers if (path := getattr(arguments, form))}
    for form, path in wanted.items():
        try:
            put(writers[form](results.compared), path)
        except InputError as error:
            results.failed = max(results.failed, end(error))
    if "-" not in map(str, wanted.values()):
        _print(results, references)


def _write_recipe(results: _Results, path: Path | None) -> None:
    """Write the recipe of the first port for which one was found."""
    from ...core.recipe.toml import write_recipe  # noqa: PLC0415
    from .console import put  # noqa: PLC0415

    if path is None:
        return
    diagnoses = (getattr(each, "diagnosis", None) for each in results.compared)
    recipe = next((each.recipe for each in diagnoses if each and each.recipe), None)
    try:
        if recipe is None:
            raise InputError(f"{path}: is not written: no recipe was found that gives the port's values")
        put(write_recipe(recipe), path)
    except InputError as error:
        results.failed = max(results.failed, end(error))


def _print(results: _Results, references: _References) -> None:
    from ...core.report.json_report import Failure  # noqa: PLC0415
    from .console import print_comparisons  # noqa: PLC0415

    if len(results.compared) == 1 and isinstance(results.compared[0], Failure):
        return  # all has been said
    print_comparisons(results.compared)
    if references.used_encoder:
        print(references.used_encoder)
    if results.worse is not None:
        print("worse than the baseline" if results.worse else "not worse than the baseline")
    for each in results.worse or ():
        print(f"  {printable(each.text)}")

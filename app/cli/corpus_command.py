"""`framescope corpus`: compare thousands of recordings with their dumps, or compute a data set."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.base.errors import InputError
from ...core.config import Config
from ..encoder_choice import find_encoder
from ..endings import EXIT_ERROR, say
from ..options import (
    add_pipeline_options,
    add_reading_options,
    add_recipe_option,
    given_config,
    named_recipe,
    parsed_overrides,
)
from .compare_command import EXIT_CODES
from .parser import add_command

if TYPE_CHECKING:
    from ...core.corpus.baseline import Movement
    from ...core.corpus.corpus import Corpus
    from ...core.corpus.corpus_map import CorpusMap
    from .parser import Commands

_RESULTS, _DATA_SET = Path("corpus.sqlite"), Path("corpus")
_FORMS = (("json", "report as JSON"), ("html", "report as a page"))
_EXAMPLES = (
    "corpus speakers.csv -o port.sqlite --html map.html",
    "corpus recordings --port 'out/{stem}' --baseline last.sqlite",
    "corpus recordings --run -o features --stages mel,features",
    "corpus speakers.csv --cluster tcp://10.0.0.1:8786 --send",
)


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    parser = add_command(commands, "corpus", __doc__ or "", "compare or compute thousands of recordings", _EXAMPLES)
    parser.add_argument(
        "source",
        metavar="MANIFEST|FOLDER",
        type=Path,
        help="a .csv, .jsonl or .parquet with a column audio, or a folder",
    )
    parser.add_argument(
        "--port",
        metavar="PATTERN",
        help="where the dumps lie, such as out/{stem} (default: the manifest's column port)",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        help=f"the results; existing ones are resumed (default: {_RESULTS}, or {_DATA_SET} with --run)",
    )
    add_recipe_option(parser)
    add_pipeline_options(parser, default="as each port says, else {}")
    add_reading_options(parser, profile="desktop")
    parser.add_argument("--no-diagnose", action="store_true", help="do not look for the causes of differences")
    for form, what in _FORMS:
        parser.add_argument(f"--{form}", metavar="FILE", type=Path, help=f"write the {what}; - for standard output")
    parser.add_argument(
        "--baseline", metavar="OLD", type=Path, help="earlier results: fail only where something got worse"
    )
    parser.add_argument(
        "--run", action="store_true", help="compute a data set into the folder OUT instead of comparing"
    )
    parser.add_argument("--stages", metavar="LIST", help="with --run: the stages to compute (default: mel,features)")
    parser.add_argument("--workers", metavar="N", type=_count, help="processes (default: one a core)")
    parser.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler whose workers do it, as tcp://HOST:8786")
    parser.add_argument("--send", action="store_true", help="send recordings and dumps to the cluster's workers")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit code is `compare`'s, with a baseline 1 where anything got worse."""
    # Imported here, not at the top, so that --help and mistyped options do not wait for numpy.
    from ...core.corpus.table import load_table  # noqa: PLC0415

    _check(arguments)
    before = load_table(arguments.baseline) if arguments.baseline else None
    with _corpus(arguments) as corpus:
        _do(corpus, arguments)
        found = corpus.map()
    if arguments.run:
        _print(arguments, found, None)
        return EXIT_ERROR if len(found.failed) else 0
    if not (found.table.state != "no dump").any():
        raise InputError(f"{arguments.source}: no recording has a dump; look at --port, or at the column port")
    moved = None
    if before is not None:
        from ...core.corpus.baseline import movements  # noqa: PLC0415

        moved = movements(before, found.table)
    written = _report(arguments, found, moved)
    return _exit_code(found, moved) if written else EXIT_ERROR


def _check(arguments: argparse.Namespace) -> None:
    if arguments.stages is not None and not arguments.run:
        raise InputError(f"--stages {arguments.stages}: says what --run computes; leave it out, or add --run")
    for name in ("port", "baseline", "json", "html"):
        if arguments.run and getattr(arguments, name) is not None:
            raise InputError(f"--{name}: says something of a comparison; leave it or --run out")


def _corpus(arguments: argparse.Namespace) -> "Corpus":
    from ...core.compare.tolerance import load_profile  # noqa: PLC0415
    from ...core.corpus.library import corpus  # noqa: PLC0415

    recipe, given = named_recipe(arguments), given_config(arguments)
    named = [name.strip() for name in arguments.stages.split(",")] if arguments.stages else []
    return corpus(
        arguments.source,
        arguments.port,
        recipe or (Config(**given) if given else None),
        encoder=None if recipe else find_encoder(arguments.encoder),
        profile=load_profile(arguments.profile) if arguments.profile else load_profile(),
        diagnose=not arguments.no_diagnose,
        overrides=parsed_overrides(arguments.overrides),
        first_frame=arguments.first_frame,
        stages=named if arguments.run else None,
        results=_output(arguments),
        workers=arguments.workers,
        scheduler=arguments.cluster,
        send=arguments.send,
    )


def _output(arguments: argparse.Namespace) -> Path:
    path: Path | None = arguments.output
    return path or (_DATA_SET if arguments.run else _RESULTS)


def _do(corpus: "Corpus", arguments: argparse.Namespace) -> None:
    from .console import show_count  # noqa: PLC0415

    done = 0
    try:
        with show_count("recordings", len(corpus)) as advance:
            for _ in corpus:
                done += 1
                advance()
    except KeyboardInterrupt:
        say(f"{done:,} of {len(corpus):,} recordings are in {_output(arguments)}; the same command goes on from there")
        raise


def _report(arguments: argparse.Namespace, found: "CorpusMap", moved: "tuple[Movement, ...] | None") -> bool:
    """Write every report that was asked for; one that cannot be written keeps no other from being written."""
    from ...core.report.corpus_data import corpus_json  # noqa: PLC0415
    from ...core.report.corpus_page import corpus_page  # noqa: PLC0415
    from .console import put  # noqa: PLC0415

    written = True
    wanted: dict[str, Any] = {"json": corpus_json, "html": corpus_page}
    for form, write in wanted.items():
        if path := getattr(arguments, form):
            try:
                put(write(found, moved), path)
            except InputError as error:
                say(str(error))
                written = False
    if "-" not in (str(arguments.json), str(arguments.html)):
        _print(arguments, found, moved)
    return written


def _print(arguments: argparse.Namespace, found: "CorpusMap", moved: "tuple[Movement, ...] | None") -> None:
    from ...core.report.corpus_text import computed_report, corpus_report  # noqa: PLC0415
    from .console import console  # noqa: PLC0415

    console().print(computed_report(found) if arguments.run else corpus_report(found, moved))
    console().print(f"results: {_output(arguments)}", markup=False)


def _exit_code(found: "CorpusMap", moved: "tuple[Movement, ...] | None") -> int:
    if moved is not None:
        return int(any(each.change == "worse" for each in moved))
    return EXIT_ERROR if len(found.failed) else EXIT_CODES[found.verdict]


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not a number of processes; write one from 1 to 1024")
    return int(text)

"""`framescope recipe`: list front ends, show or import one, and check one against what your own program writes."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.base.errors import InputError
from ..endings import EXIT_ERROR
from .parser import add_command

if TYPE_CHECKING:
    from .parser import Commands

_EXAMPLES = (
    "recipe list",
    "recipe show whisper-80",
    "recipe from preprocessor_config.json -o mine.toml",
    "recipe check mine.toml --against dump.npy --audio talk.wav",
    "recipe kinds filterbank",
)
_ACTIONS = ("list", "show", "from", "check", "kinds")
_USAGE = (
    "framescope recipe list | show NAME | from FILE [-o R.toml] | check NAME --against DUMP --audio FILE | kinds [KIND]"
)


def add_parser(commands: "Commands") -> None:
    """Describe the command."""
    about = f"{__doc__} A recipe is one of the shipped ones, by its name, or a .toml file."
    parser = add_command(commands, "recipe", about, "front ends as chains of blocks", _EXAMPLES, usage=_USAGE)
    parser.add_argument("action", metavar="ACTION", choices=_ACTIONS, help=", ".join(_ACTIONS))
    parser.add_argument("name", metavar="NAME", nargs="?", help="a recipe, a configuration, or a kind of block")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="from: where the recipe is written")
    parser.add_argument("--against", metavar="DUMP", type=Path, help="check: what your own program has written")
    parser.add_argument("--audio", metavar="FILE", type=Path, help="check: the recording that the dump is of")
    parser.add_argument("--profile", metavar="NAME", default="desktop", help="check: tolerances (default: desktop)")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; `check` ends with 1 where the dump differs from the recipe."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": _list,
        "show": _show,
        "from": _from,
        "check": _check,
        "kinds": _kinds,
    }
    return actions[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from ...core.recipe.presets import preset_titles  # noqa: PLC0415

    titles = preset_titles()
    width = max(map(len, titles))
    for name, title in titles.items():
        print(f"{name:{width}}  {title}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from ...core.recipe.presets import find_recipe  # noqa: PLC0415
    from ...core.recipe.toml import write_recipe  # noqa: PLC0415

    recipe = find_recipe(_named(arguments, "a recipe, such as whisper-80"))
    print(f"# identity {recipe.identity}")
    print(write_recipe(recipe), end="")
    return 0


def _from(arguments: argparse.Namespace) -> int:
    from ...core.recipe.importers import import_recipe  # noqa: PLC0415
    from ...core.recipe.toml import write_recipe  # noqa: PLC0415
    from .console import put  # noqa: PLC0415

    recipe = import_recipe(_named(arguments, "a configuration, such as preprocessor_config.json"))
    put(write_recipe(recipe), arguments.output or Path("-"))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from ...core.compare.comparison import compare  # noqa: PLC0415
    from ...core.pipeline import compute  # noqa: PLC0415
    from ...core.readers.by_reference import load_by_reference  # noqa: PLC0415
    from ...core.recipe.presets import find_recipe  # noqa: PLC0415
    from .compare_command import EXIT_CODES  # noqa: PLC0415
    from .console import print_comparisons, show_progress  # noqa: PLC0415

    recipe = find_recipe(_named(arguments, "a recipe, such as mine.toml"))
    if arguments.against is None or arguments.audio is None:
        raise InputError("framescope recipe check: name the dump with --against and its recording with --audio")
    with show_progress() as progress:
        reference = compute(arguments.audio, recipe, progress=progress)
    compared = compare(reference, load_by_reference(arguments.against, reference), arguments.profile)
    print_comparisons([compared])
    return EXIT_CODES.get(compared.verdict, EXIT_ERROR)


def _kinds(arguments: argparse.Namespace) -> int:
    from ...core.base.checking import unknown  # noqa: PLC0415
    from ...core.recipe.kinds.table import KINDS  # noqa: PLC0415
    from ...core.recipe.reference import kind_text  # noqa: PLC0415

    if arguments.name and arguments.name not in KINDS:
        raise InputError(unknown("kind", arguments.name, tuple(KINDS)))
    kinds = [arguments.name] if arguments.name else list(KINDS)
    print("\n\n".join(map(kind_text, kinds)))
    return 0


def _named(arguments: argparse.Namespace, what: str) -> str:
    if arguments.name is None:
        raise InputError(f"framescope recipe {arguments.action}: name {what}")
    return str(arguments.name)

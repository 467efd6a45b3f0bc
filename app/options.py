"""The options that several commands have: each is described here once, and means the same everywhere."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ..core.base.checking import unknown
from ..core.base.errors import InputError
from ..core.base.files import open_file
from ..core.base.resources import STAND_IN
from ..core.config import Config, EdgePolicy, Mode

if TYPE_CHECKING:
    from ..core.base.arrays import NDArray
    from ..core.compare.tolerance import Profile
    from ..core.encoder.choice import EncoderChoice
    from ..core.readers import Override
    from ..core.recipe.recipe import Recipe
    from ..core.run import StageName

_CONFIG = ("fps", "mode", "edge")
_SYNCTALK_ONLY = ("encoder", *_CONFIG, "native", "overrides", "first_frame", "reference")
"""Options that say nothing of another recipe."""


def add_pipeline_options(parser: argparse.ArgumentParser, *, default: str = "{}") -> None:
    """Add the options that decide what is computed.

    Parameters
    ----------
    default : str
        What holds where an option is not given, with ``{}`` for the pipeline's own value.
    """
    parser.add_argument(
        "--encoder",
        metavar="FILE",
        help="an ONNX encoder, a checkpoint, or stand-in, the shipped weights (default: what framescope encoder says)",
    )
    parser.add_argument(
        "--fps", type=frame_rate, metavar="N", help=f"video frames per second (default: {default.format(25)})"
    )
    parser.add_argument(
        "--mode", choices=get_args(Mode), help=f"layout of the tensors (default: {default.format('ave')})"
    )
    parser.add_argument(
        "--edge", choices=get_args(EdgePolicy), help="what stands for context rows beyond the ends (default: zeros)"
    )


def add_recipe_option(parser: argparse.ArgumentParser) -> None:
    """Let another front end be named than SyncTalk_2D's."""
    parser.add_argument(
        "--recipe",
        metavar="NAME",
        help="the front end: one of framescope recipe list, or a .toml file (default: synctalk_2d)",
    )


def named_recipe(arguments: argparse.Namespace) -> "Recipe | None":
    """Read the recipe that was named; None: none, or SyncTalk_2D's, which is computed with the options of its own.

    Raises
    ------
    InputError
        There is no such recipe, or an option of SyncTalk_2D was given beside another recipe.
    """
    from ..core.recipe.presets import SYNCTALK, find_recipe  # noqa: PLC0415

    if arguments.recipe in (None, SYNCTALK):
        return None
    given = [name for name in _SYNCTALK_ONLY if getattr(arguments, name, None) not in (None, [])]
    if given:
        option = {"overrides": "as"}.get(given[0], given[0]).replace("_", "-")
        raise InputError(f"--{option} is an option of SyncTalk_2D alone; leave it or --recipe {arguments.recipe} out")
    return find_recipe(arguments.recipe)


def add_native_option(parser: argparse.ArgumentParser) -> None:
    """Let features of another network take the encoder's place."""
    parser.add_argument("--native", metavar="FILE", type=Path, help="native hubert or wenet features (.npy) for --mode")


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


def add_reading_options(parser: argparse.ArgumentParser, *, profile: str = "that of the settings") -> None:
    """Add the options that decide how ports are read, and by which tolerances they are judged.

    Parameters
    ----------
    profile : str
        Which tolerances hold where none are named, in words.
    """
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help=f"tolerances: exact, strict, desktop, mobile, or FILE:NAME for your own (default: {profile})",
    )
    parser.add_argument(
        "--as",
        dest="overrides",
        action="append",
        default=[],
        metavar="STAGE=FILE[:DTYPE[:SHAPE]]",
        help="how a file is to be read, such as mel=mel.bin:float32:80,T",
    )
    parser.add_argument("--first-frame", type=int, choices=(0, 1), help="number of the first frame in file names")


def add_lag_option(parser: argparse.ArgumentParser) -> None:
    """Let it be said by how many items a port's stage lies later than the reference's."""
    parser.add_argument(
        "--lag", action="append", default=[], metavar="STAGE=N", help="the lag of a stage, instead of the one found"
    )


def add_window_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `framescope AUDIO` and `render` share; `window_options` reads them."""
    add_ports_option(parser)
    add_recipe_option(parser)
    add_pipeline_options(parser)
    add_reading_options(parser)
    add_lag_option(parser)


RESULTS_SUFFIX = ".sqlite"
"""Of a file of a corpus's results."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line says of the window beside what is opened in it.

    Attributes
    ----------
    recipe : Recipe or None
        What --recipe names; None: SyncTalk_2D, where `recipe_named`, or nothing.
    encoder : EncoderChoice or None
        What --encoder names; None: nothing.
    config : mapping
        The fields of the configuration that were given, by name.
    profile : Profile or None
        The tolerances; None: those of the settings.
    overrides, first_frame : tuple of Override, int or None
        How the ports are read.
    lags : mapping
        By how many items their stages lie later than the reference's, where it is not to be found.
    """

    recipe: "Recipe | None" = None
    recipe_named: bool = False
    encoder: "EncoderChoice | None" = None
    config: Mapping[str, Any] = field(default_factory=dict)
    profile: "Profile | None" = None
    overrides: "tuple[Override, ...]" = ()
    first_frame: int | None = None
    lags: "Mapping[StageName, int]" = field(default_factory=dict)


def window_options(arguments: argparse.Namespace) -> WindowOptions:
    """Read the options that `framescope AUDIO` and `render` share.

    Raises
    ------
    InputError
        One of them cannot be used.
    """
    from .encoder_choice import find_encoder  # noqa: PLC0415

    config = given_config(arguments)
    Config(**config)  # is refused here rather than in the window
    named = None
    if arguments.encoder:
        named = find_encoder(arguments.encoder)
        if arguments.encoder != STAND_IN:
            open_file(Path(arguments.encoder), "an ONNX file or a PyTorch checkpoint").close()
    recipe = named_recipe(arguments)
    return WindowOptions(
        recipe,
        arguments.recipe is not None,
        named,
        config,
        _profile(arguments.profile) if arguments.profile else None,
        parsed_overrides(arguments.overrides),
        arguments.first_frame,
        lags_of(arguments.lag, tuple(stage.name for stage in recipe.stages) if recipe else ()),
    )


def _profile(name: str) -> "Profile":
    from ..core.compare.tolerance import load_profile  # noqa: PLC0415

    return load_profile(name)


def frame_rate(text: str) -> float:
    """Read a frame rate; 25 stays an integer, as the original's metadata has it."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r:.100} is not a frame rate; write a number such as 25 or 29.97"
        ) from None
    return int(number) if number.is_integer() else number


def percentage(text: str) -> float:
    """Read a number of per cent from 0 on, with or without its sign."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r:.100} is not a percentage; write a number from 0 on, such as 5")
    return number


def config_of(arguments: argparse.Namespace, stated: Config | None = None) -> Config:
    """Give the configuration: what the options say, else what is stated elsewhere, else the pipeline's own."""
    stated = stated or Config()
    return Config(**{"fps": stated.fps, "mode": stated.mode, **given_config(arguments)})


def given_config(arguments: argparse.Namespace) -> dict[str, Any]:
    """Give the fields of the configuration that options name."""
    return {name: value for name in _CONFIG if (value := getattr(arguments, name)) is not None}


def native_features(path: Path) -> "NDArray":
    """Read native features.

    Raises
    ------
    InputError
        It is not a readable ``.npy`` file.
    """
    import numpy as np  # noqa: PLC0415

    from ..core.readers.formats import read_content  # noqa: PLC0415

    open_file(path, "a .npy file of native features").close()
    try:
        arrays = read_content(path, path.name).arrays
    except InputError as error:
        raise InputError(f"{path}: is not a readable .npy file of native features ({error})") from None
    if [*arrays] != [""]:
        raise InputError(f"{path}: is not a readable .npy file of native features; save them with numpy.save")
    return np.array(arrays[""])


def parsed_overrides(texts: Sequence[str]) -> "tuple[Override, ...]":
    """Read what ``--as`` says."""
    from ..core.readers import parse_override  # noqa: PLC0415  (most command lines have none)

    return tuple(map(parse_override, texts))


def lags_of(texts: Sequence[str], names: "Sequence[StageName]" = ()) -> "dict[StageName, int]":
    """Read what ``--lag`` says of the stages with these names; none: of SyncTalk_2D's."""
    from ..core.run import STAGE_NAMES  # noqa: PLC0415

    names = names or STAGE_NAMES
    lags: dict[StageName, int] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        stage = next((stage for stage in names if stage == name), None)
        if equals and stage is None:
            raise InputError(f"--lag {text}: {unknown('stage', name, names)}")
        if stage is None or not re.fullmatch(r"[+-]?\d{1,9}", number, re.ASCII):
            raise InputError(f"--lag {text}: write a stage and a whole number, such as mel=2")
        lags[stage] = int(number)
    return lags

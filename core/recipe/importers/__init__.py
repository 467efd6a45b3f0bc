"""Recipes made of the configuration files of other tools."""

from collections.abc import Callable
from pathlib import Path

from ...base.errors import InputError
from ...base.files import naming, open_file
from ..recipe import Recipe
from .huggingface import recipe_from_huggingface
from .kaldi import recipe_from_kaldi
from .nemo import recipe_from_nemo

MAX_CONFIG_BYTES = 16 << 20
"""Largest configuration file that is read; some preprocessor files hold their whole filter bank."""

IMPORTERS: dict[str, Callable[[str, str], Recipe]] = {
    ".json": recipe_from_huggingface,
    ".yaml": recipe_from_nemo,
    ".yml": recipe_from_nemo,
    ".conf": recipe_from_kaldi,
}
"""What reads a configuration, by the ending of its file's name: text and file name in, recipe out."""


def import_recipe(path: str | Path) -> Recipe:
    """Make a recipe of another tool's configuration file.

    Parameters
    ----------
    path : path
        A Hugging Face ``preprocessor_config.json``, a NeMo ``model_config.yaml``, or a Kaldi ``fbank.conf`` or
        ``mfcc.conf``.

    Raises
    ------
    InputError
        Another file, or a front end that these blocks do not cover; the sentence names it.
    """
    path = Path(path)
    if path.suffix not in IMPORTERS:
        raise InputError(
            f"{path}: is not a configuration that becomes a recipe; name a preprocessor_config.json (Hugging Face), a "
            "model_config.yaml (NeMo), or an fbank.conf or mfcc.conf (Kaldi)"
        )
    with open_file(path, "a configuration file") as file:
        data = file.read(MAX_CONFIG_BYTES + 1)
    with naming(path):
        if len(data) > MAX_CONFIG_BYTES:
            raise InputError(f"is larger than {MAX_CONFIG_BYTES >> 20} MB, which no configuration is")
        try:
            return IMPORTERS[path.suffix](data.decode("utf-8"), path.name)
        except UnicodeDecodeError:
            raise InputError("is not UTF-8 text, as a configuration must be") from None

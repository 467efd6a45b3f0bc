"""Recipes as TOML files: read with one sentence for every mistake, and written with nothing left out."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ..base.checking import built, unknown
from ..base.errors import InputError
from ..base.files import open_file
from .block import Block
from .kinds.table import KINDS
from .recipe import Recipe, describe

FORMAT = 1
"""The version of the format, given as ``recipe = 1``."""
MAX_RECIPE_BYTES = 1 << 20
_NEEDED = ("name", "rate", "channels", "resampler")
_OWN = tuple(each.name for each in fields(Recipe) if each.name not in ("blocks", "folder", "origin"))


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe from a TOML file.

    Raises
    ------
    InputError
        The file cannot be read or is no recipe, or a file that it names is not what a block needs; the sentence names
        the file, the block by its number and kind, the key, what is wrong and the nearest right word.
    """
    recipe = read_recipe(Path(path))
    _check_files(recipe, str(path))
    return recipe


def read_recipe(path: Path) -> Recipe:
    """Read a recipe as `load_recipe` does, without opening the files that its blocks name."""
    return replace(_parsed(_text(path), str(path), path.parent), origin=str(path))


def recipe_title(path: Path) -> str:
    """Give what the recipe in a file calls itself; nothing else of it is read."""
    return str(_document(_text(path), str(path)).get("name", path.stem))


def _text(path: Path) -> str:
    with open_file(path, "a recipe (.toml)") as file:
        data = file.read(MAX_RECIPE_BYTES + 1)
    if len(data) > MAX_RECIPE_BYTES:
        raise InputError(f"{path}: is larger than {MAX_RECIPE_BYTES >> 20} MB, which no recipe is")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text, as a recipe must be") from None


def parse_recipe(text: str, where: str = "recipe", folder: Path = Path()) -> Recipe:
    """Read a recipe from TOML text; `where` is what to call it in errors, `folder` where its files lie."""
    recipe = _parsed(text, where, folder)
    _check_files(recipe, where)
    return recipe


def _parsed(text: str, where: str, folder: Path) -> Recipe:
    document = _document(text, where)
    tables = document.pop("block", None)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{where}: has no blocks; write each as [[block]] with its kind")
    blocks = tuple(_block(table, f"{where}, block {number}") for number, table in enumerate(tables, 1))
    for name in document:
        if name not in _OWN:
            raise InputError(f"{where}: {unknown('key', name, _OWN)}")
    for name in _NEEDED:
        if name not in document:
            raise InputError(f"{where}: has no {name}; every recipe says its {', '.join(_NEEDED)}")
    try:
        return Recipe(**document, blocks=blocks, folder=folder)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _check_files(recipe: Recipe, where: str) -> None:
    for number, block in enumerate(recipe.blocks, 1):
        try:
            block.check_files(recipe.folder)
        except InputError as error:
            raise InputError(f"{where}, block {number} ({block.kind}): {error}") from None


def _document(text: str, where: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: is not valid TOML ({error})") from None
    except RecursionError:
        raise InputError(f"{where}: is nested too deeply for a recipe") from None
    if document.pop("recipe", None) != FORMAT:
        raise InputError(f"{where}: does not say recipe = {FORMAT}, as a recipe in this format does")
    return document


def write_recipe(recipe: Recipe) -> str:
    """Give a recipe as TOML text, with every parameter of every block."""
    return "\n".join(_lines(recipe)) + "\n"


def _block(table: Mapping[str, Any], where: str) -> Block:
    values = dict(table)
    kind = values.pop("kind", None)
    if kind is None:
        raise InputError(f"{where}: has no kind; every block says its kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"{where}: {unknown('kind', kind, list(KINDS))}")
    try:
        return built(KINDS[kind], values)
    except InputError as error:
        raise InputError(f"{where} ({kind}): {error}") from None


def _lines(recipe: Recipe) -> Iterator[str]:
    yield f"recipe = {FORMAT}"
    for name in _OWN:
        value = getattr(recipe, name)
        if value is not None and value != "":
            yield f"{name} = {_toml(value)}"
    for block in recipe.blocks:
        yield ""
        yield "[[block]]"
        for name, value in describe(block).items():
            if value not in ("", ()):
                yield f"{name} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)

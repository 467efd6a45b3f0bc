"""The table of faults is the diagnosis's own: every fault that it can name, with every fix that it gives."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from framescope.core import diagnosis
from framescope.core.diagnosis import rows
from framescope.core.diagnosis.front import frame_names, gain_names, level_names, names, parts
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.diagnosis.rows.names import RULE_FAULTS
from helpers.markdown import PAGES, section, table

SAID = {fault.strip("`"): fix for fault, _, _, fix in table(section(PAGES["diagnosis.md"], "Every fault"))}
MAKERS = {"Hypothesis", "_one", "_audio", "_fault", "_padding"}
MODULES = [
    import_module(f"{package.__name__}.{module.name}")
    for package in (diagnosis, rows)
    for module in iter_modules(package.__path__)
]


def kept(value: Any) -> Iterator[Hypothesis]:
    """Give the hypotheses that a module keeps under a name, in tuples and dictionaries too."""
    if isinstance(value, Hypothesis):
        yield value
    elif isinstance(value, tuple | list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from kept(item)


def made(module: ModuleType) -> Iterator[tuple[str, str | None]]:
    """Give id and fix of the hypotheses that a module's functions make; None: a fix that is made up there as well."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            id, _, *rest = node.args
            if isinstance(id, ast.Constant) and id.value:
                yield id.value, text(rest[0], module) if rest else None


def text(node: ast.expr, module: ModuleType) -> str | None:
    """Give a string that is written down, or that the module has under a name."""
    return node.value if isinstance(node, ast.Constant) else vars(module).get(getattr(node, "id", ""))


def named() -> list[tuple[str, str | None]]:
    listed = [(h.id, h.fix) for module in MODULES for value in vars(module).values() for h in kept(value) if h.id]
    listed += [(id, fix) for id, _, fix in RULE_FAULTS.values()]
    return [*listed, *(pair for module in MODULES for pair in made(module))]


def of_recipes() -> set[str]:
    """Give the ids that differences of two chains of blocks have."""
    modules = (frame_names, level_names, gain_names, names, parts)
    calls = ((module, node) for module in modules for node in ast.walk(ast.parse(inspect.getsource(module))))
    found = (
        text(node.args[0], module)
        for module, node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "change"
    )
    return {*names.IDS.values(), *(id for id in found if id)}


def test_every_fault_is_in_the_table() -> None:
    known = {id for id, _ in named()}
    assert known <= set(SAID) <= known | of_recipes()


def test_every_fix_is_in_the_table() -> None:
    fixes = {(id, fix) for id, fix in named() if fix}
    assert len(fixes) > len(SAID)
    assert [(id, fix) for id, fix in fixes if fix not in SAID[id]] == []

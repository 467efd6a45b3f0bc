"""What an annotation asks of a value, as a rule."""

import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from .errors import InputError
from .rules import (
    FINITE,
    NOTHING,
    WHOLE,
    Anything,
    Either,
    Exactly,
    Items,
    Number,
    Range,
    Row,
    Rule,
    Such,
    Table,
    Told,
    Word,
)
from .words import alternatives, shown, unknown


class _Instance(Rule):
    def __init__(self, kind: type) -> None:
        self._kind, self.wanted = kind, f"{_article(kind.__name__)} {kind.__name__}"

    def fits(self, value: Any) -> bool:
        return isinstance(value, self._kind)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        if not is_dataclass(self._kind) or isinstance(value, self._kind):
            return self.kept(value, where)
        if not isinstance(value, Mapping):
            wanted = f"a table of {alternatives(_names(self._kind), 'and')}"
            raise InputError(f"{where} {shown(value)}: it must be {wanted}".lstrip())
        rules, dot = rules_of(self._kind), f"{where}." if where else ""
        for name in value:
            if not newer and name not in rules:
                raise InputError(unknown(f"{where}: the name".lstrip(": "), name, tuple(rules)))
        for name in _needed(self._kind):
            if name not in value:
                raise InputError(f"{dot}{name} is missing; it must be {rules[name].wanted}")
        read = {n: rule.read(value[n], f"{dot}{rule.label or n}", newer) for n, rule in rules.items() if n in value}
        try:
            return self._kind(**read)
        except InputError as error:  # of two fields that do not go together
            raise InputError(f"{dot}{error}") from None


_ANYTHING = Anything()
_PLAIN: dict[Any, Rule] = {
    bool: Exactly(bool, "True or False"),
    str: Exactly(str, "text"),
    type(None): NOTHING,
    Any: _ANYTHING,
}


def rules_of(owner: Any) -> Mapping[str, Rule]:
    """Give the rule of each field of a dataclass, or of each annotated argument of a function."""
    return _rules_of(owner)


@cache
def _rules_of(owner: Any) -> Mapping[str, Rule]:
    names = _Names({**vars(sys.modules["builtins"]), **vars(sys.modules[owner.__module__])})
    hints = get_type_hints(owner, localns=names, include_extras=True)
    wanted = _names(owner) if is_dataclass(owner) else [name for name in hints if name != "return"]
    return {name: rule_of(hints[name]) for name in wanted}


def rule_of(kind: Any, limits: Range | None = None) -> Rule:
    """Give the rule of an annotation; what is not a plain value, collection, dataclass or class may be anything.

    ``Annotated`` may add a `Range` or a `Such`, and a text by which sentences call the value.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(*arguments)
    if origin in (Union, types.UnionType):
        return Either(tuple(rule_of(each, limits) for each in arguments))
    if origin is Literal:
        return Word(arguments)
    return _plain_rule(kind, limits) if origin is None else _generic(origin, arguments)


def _plain_rule(kind: Any, limits: Range | None) -> Rule:
    if kind is int:
        return Number((int,), limits or WHOLE)
    if kind is float:
        return Number((float, int), limits or FINITE)
    return _PLAIN.get(kind) or (_Instance(kind) if _is_class(kind) else _ANYTHING)


def _annotated(kind: Any, *notes: Any) -> Rule:
    such = next((note for note in notes if isinstance(note, Such)), None)
    limits = next((note for note in notes if isinstance(note, Range)), None)
    rule = Told(such) if such else copy(rule_of(kind, limits))
    rule.label = next((note for note in notes if isinstance(note, str)), "")
    return rule


def _generic(origin: Any, arguments: tuple[Any, ...]) -> Rule:
    if origin is tuple and arguments[-1] is not Ellipsis:
        return Row(tuple(map(rule_of, arguments)))
    if origin in (tuple, list, Sequence):
        return Items(origin, rule_of(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Table(rule_of(arguments[0]), rule_of(arguments[1]))
    return _Instance(origin) if _is_class(origin) else _ANYTHING


class _Names(dict[str, Any]):
    """The names of a module; those that it imports for the type checker alone stand for anything."""

    def __missing__(self, name: str) -> Any:
        return Any


def _is_class(kind: Any) -> bool:
    """Tell whether instances can be told: protocols can be asked only where they say so."""
    return isinstance(kind, type) and getattr(kind, "_is_runtime_protocol", not getattr(kind, "_is_protocol", False))


def _names(owner: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(owner) if field.init)


def _needed(owner: Any) -> Iterable[str]:
    return (f.name for f in fields(owner) if f.init and f.default is MISSING and f.default_factory is MISSING)


def _article(word: str) -> str:
    return "an" if word[:1] in "AEIOU" else "a"

"""What an annotation asks of a value, as a rule that tells, says and makes what is right."""

import sys
import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from numbers import Integral, Real
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from .errors import InputError
from .words import alternatives, shown, unknown

_MAX_ITEMS = 100_000
"""Items of a list in a file: far more than any configuration or session has."""


class Range(NamedTuple):
    """Smallest and largest number that is right, both included, and their unit: ``Annotated[int, Range(1, 10)]``."""

    low: float
    high: float
    unit: str = ""


class Such(NamedTuple):
    """What else is right: a function that tells, and its words; in ``Annotated[Array, Such(flat, "a flat array")]``."""

    fits: Callable[[Any], bool]
    wanted: str


_FINITE = Range(-sys.float_info.max, sys.float_info.max)
_WHOLE = Range(-sys.maxsize - 1, sys.maxsize)


class Rule(ABC):
    """What is asked of a value.

    Attributes
    ----------
    wanted : str
        What is right, as a sentence has it after "it must be".
    label : str
        What a sentence calls the value, where that is not its name.
    """

    wanted: str
    label: str = ""

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Tell, quickly, whether a value is right as it is."""

    def kept(self, value: Any, where: str) -> Any:
        """Give the value as it is kept, numpy's numbers as Python's; refuse a wrong one."""
        if self.fits(value) or self.fits(value := _plain(value)):
            return value
        raise InputError(self.complaint(value, where))

    def read(self, value: Any, where: str, newer: bool) -> Any:
        """Give the value as it is kept of one in a file; refuse a wrong one."""
        return self.kept(value, where)

    def complaint(self, value: Any, where: str) -> str:
        """Give the sentence for a wrong value."""
        return f"{where} {shown(value)}: it must be {self.wanted}".lstrip()


class _Anything(Rule):
    wanted = "anything"

    def fits(self, value: Any) -> bool:
        return True


class _Told(Rule):
    def __init__(self, such: Such) -> None:
        self._such, self.wanted = such, such.wanted

    def fits(self, value: Any) -> bool:
        return self._such.fits(value)


class _Number(Rule):
    def __init__(self, kinds: tuple[type, ...], limits: Range) -> None:
        self._kinds, self._low, self._high = kinds, limits.low, limits.high
        span = "at least {} and at most {} {}" if float in kinds else "from {} to {} {}"
        self.wanted = "a finite number" if float in kinds else "a whole number"
        if limits not in (_FINITE, _WHOLE):
            self.wanted = f"{span.format(*limits).rstrip()}, {self.wanted}"

    def fits(self, value: Any) -> bool:
        return type(value) in self._kinds and self._low <= value <= self._high  # which a NaN is not


class _Exactly(Rule):
    def __init__(self, kind: type, wanted: str) -> None:
        self._kind, self.wanted = kind, wanted

    def fits(self, value: Any) -> bool:
        return type(value) is self._kind


class _Word(Rule):
    def __init__(self, words: tuple[str, ...]) -> None:
        self._words, self.wanted = words, alternatives(words)

    def fits(self, value: Any) -> bool:
        return type(value) is str and value in self._words

    def complaint(self, value: Any, where: str) -> str:
        return unknown(where, value, self._words)


class _Either(Rule):
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules, self.wanted = rules, alternatives([rule.wanted for rule in rules])

    def fits(self, value: Any) -> bool:
        return any(rule.fits(value) for rule in self._rules)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        if self.fits(value):
            return value
        others = [rule for rule in self._rules if rule is not _NOTHING]
        if len(others) == 1:
            return others[0].read(value, where, newer)
        for rule in others:
            try:
                return rule.read(value, where, newer)
            except InputError:
                continue
        raise InputError(self.complaint(value, where))


class _Items(Rule):
    """Any number of items of one kind, in a list, a tuple, or either."""

    def __init__(self, kind: type[Sequence[Any]], item: Rule) -> None:
        self._kind, self._item = kind, item
        self.wanted = f"a {kind.__name__}, each of its items {item.wanted}"

    def fits(self, value: Any) -> bool:
        return isinstance(value, self._kind) and not isinstance(value, str) and all(map(self._item.fits, value))

    def kept(self, value: Any, where: str) -> Any:
        return self._each(value, where, (self._kind,), self._item.kept)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        return self._each(value, where, (list, tuple), lambda item, place: self._item.read(item, place, newer))

    def _each(self, value: Any, where: str, kinds: tuple[type, ...], take: Callable[[Any, str], Any]) -> Any:
        items: Sequence[Any] = value
        if not isinstance(value, kinds) or isinstance(value, str) or len(items) > _MAX_ITEMS:
            raise InputError(self.complaint(value, where))
        made = (take(item, f"{where}[{n}]") for n, item in enumerate(items))
        return list(made) if self._kind is list else tuple(made)


class _Row(Rule):
    """A fixed number of items, each of its own kind."""

    def __init__(self, items: tuple[Rule, ...]) -> None:
        self._items = items
        self.wanted = f"{len(items)} values, {' and '.join(item.wanted for item in items)}"

    def fits(self, value: Any) -> bool:
        return type(value) is tuple and len(value) == len(self._items) and all(map(_fit, self._items, value))

    def read(self, value: Any, where: str, newer: bool) -> Any:
        if not isinstance(value, list | tuple) or len(value) != len(self._items):
            raise InputError(self.complaint(value, where))
        return tuple(r.read(v, f"{where}[{n}]", newer) for n, (r, v) in enumerate(zip(self._items, value, strict=True)))


class _Table(Rule):
    def __init__(self, key: Rule, value: Rule) -> None:
        self._key, self._value = key, value
        self.wanted = f"a mapping from {key.wanted} to {value.wanted}"

    def fits(self, value: Any) -> bool:
        return isinstance(value, Mapping) and all(
            self._key.fits(key) and self._value.fits(held) for key, held in value.items()
        )

    def kept(self, value: Any, where: str) -> Any:
        return self._each(value, where, self._value.kept)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        return self._each(value, where, lambda held, place: self._value.read(held, place, newer))

    def _each(self, value: Any, where: str, take: Callable[[Any, str], Any]) -> Any:
        if not isinstance(value, Mapping) or len(value) > _MAX_ITEMS:
            raise InputError(self.complaint(value, where))
        keys = [self._key.kept(key, f"{where}:") for key in value]
        return {key: take(held, f"{where}.{key}") for key, held in zip(keys, value.values(), strict=True)}


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


_ANYTHING = _Anything()
_NOTHING = _Exactly(type(None), "None")
_PLAIN: dict[Any, Rule] = {
    bool: _Exactly(bool, "True or False"),
    str: _Exactly(str, "text"),
    type(None): _NOTHING,
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
    """Give the rule of an annotation; what is no plain value, collection, dataclass or class may be anything.

    ``Annotated`` may add a `Range` or a `Such`, and a text by which sentences call the value.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(*arguments)
    if origin in (Union, types.UnionType):
        return _Either(tuple(rule_of(each, limits) for each in arguments))
    if origin is Literal:
        return _Word(arguments)
    return _plain_rule(kind, limits) if origin is None else _generic(origin, arguments)


def _plain_rule(kind: Any, limits: Range | None) -> Rule:
    if kind is int:
        return _Number((int,), limits or _WHOLE)
    if kind is float:
        return _Number((float, int), limits or _FINITE)
    return _PLAIN.get(kind) or (_Instance(kind) if _is_class(kind) else _ANYTHING)


def _annotated(kind: Any, *notes: Any) -> Rule:
    such = next((note for note in notes if isinstance(note, Such)), None)
    limits = next((note for note in notes if isinstance(note, Range)), None)
    rule = _Told(such) if such else copy(rule_of(kind, limits))
    rule.label = next((note for note in notes if isinstance(note, str)), "")
    return rule


def _generic(origin: Any, arguments: tuple[Any, ...]) -> Rule:
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _Row(tuple(map(rule_of, arguments)))
    if origin in (tuple, list, Sequence):
        return _Items(origin, rule_of(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _Table(rule_of(arguments[0]), rule_of(arguments[1]))
    return _Instance(origin) if _is_class(origin) else _ANYTHING


class _Names(dict[str, Any]):
    """The names of a module; those that it imports for the type checker alone stand for anything."""

    def __missing__(self, name: str) -> Any:
        return Any


def _is_class(kind: Any) -> bool:
    """Tell whether instances can be told: protocols can be asked only where they say so."""
    return isinstance(kind, type) and getattr(kind, "_is_runtime_protocol", not getattr(kind, "_is_protocol", False))


def _fit(rule: Rule, value: Any) -> bool:
    return rule.fits(value)


def _names(owner: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(owner) if field.init)


def _needed(owner: Any) -> Iterable[str]:
    return (f.name for f in fields(owner) if f.init and f.default is MISSING and f.default_factory is MISSING)


def _plain(value: Any) -> Any:
    """Give a number or word of another library, or of a subclass, as Python's own."""
    if type(value).__module__ == "numpy" and type(value).__name__ in {"bool", "bool_"}:  # numpy need not be loaded
        return bool(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def _article(word: str) -> str:
    return "an" if word[:1] in "AEIOU" else "a"

"""Rules of values: numbers, words, lists and tables, each of which tells, says and makes what is right."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple

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


FINITE = Range(-sys.float_info.max, sys.float_info.max)
WHOLE = Range(-sys.maxsize - 1, sys.maxsize)


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


class Anything(Rule):
    """Any value is right."""

    wanted = "anything"

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return True


class Told(Rule):
    """What a function tells is right."""

    def __init__(self, such: Such) -> None:
        self._such, self.wanted = such, such.wanted

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return self._such.fits(value)


class Number(Rule):
    """A whole or a real number within limits."""

    def __init__(self, kinds: tuple[type, ...], limits: Range) -> None:
        self._kinds, self._low, self._high = kinds, limits.low, limits.high
        span = "at least {} and at most {} {}" if float in kinds else "from {} to {} {}"
        self.wanted = "a finite number" if float in kinds else "a whole number"
        if limits not in (FINITE, WHOLE):
            self.wanted = f"{span.format(*limits).rstrip()}, {self.wanted}"

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return type(value) in self._kinds and self._low <= value <= self._high  # which a NaN is not


class Exactly(Rule):
    """A value of one type, and of no type derived from it."""

    def __init__(self, kind: type, wanted: str) -> None:
        self._kind, self.wanted = kind, wanted

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return type(value) is self._kind


class Word(Rule):
    """One of some words."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words, self.wanted = words, alternatives(words)

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return type(value) is str and value in self._words

    def complaint(self, value: Any, where: str) -> str:
        """Give the sentence for a wrong value."""
        return unknown(where, value, self._words)


NOTHING = Exactly(type(None), "None")
"""The rule of None."""


class Either(Rule):
    """What one of several rules has as right."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules, self.wanted = rules, alternatives([rule.wanted for rule in rules])

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return any(rule.fits(value) for rule in self._rules)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        """Give the value as it is kept of one in a file; refuse a wrong one."""
        if self.fits(value):
            return value
        others = [rule for rule in self._rules if rule is not NOTHING]
        if len(others) == 1:
            return others[0].read(value, where, newer)
        for rule in others:
            try:
                return rule.read(value, where, newer)
            except InputError:
                continue
        raise InputError(self.complaint(value, where))


class Items(Rule):
    """Any number of items of one kind, in a list, a tuple, or either."""

    def __init__(self, kind: type[Sequence[Any]], item: Rule) -> None:
        self._kind, self._item = kind, item
        self.wanted = f"a {kind.__name__}, each of its items {item.wanted}"

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return isinstance(value, self._kind) and not isinstance(value, str) and all(map(self._item.fits, value))

    def kept(self, value: Any, where: str) -> Any:
        """Give the value as it is kept; refuse a wrong one."""
        return self._each(value, where, (self._kind,), self._item.kept)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        """Give the value as it is kept of one in a file; refuse a wrong one."""
        return self._each(value, where, (list, tuple), lambda item, place: self._item.read(item, place, newer))

    def _each(self, value: Any, where: str, kinds: tuple[type, ...], take: Callable[[Any, str], Any]) -> Any:
        items: Sequence[Any] = value
        if not isinstance(value, kinds) or isinstance(value, str) or len(items) > _MAX_ITEMS:
            raise InputError(self.complaint(value, where))
        made = (take(item, f"{where}[{n}]") for n, item in enumerate(items))
        return list(made) if self._kind is list else tuple(made)


class Row(Rule):
    """A fixed number of items, each of its own kind."""

    def __init__(self, items: tuple[Rule, ...]) -> None:
        self._items = items
        self.wanted = f"{len(items)} values, {' and '.join(item.wanted for item in items)}"

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return type(value) is tuple and len(value) == len(self._items) and all(map(_fit, self._items, value))

    def read(self, value: Any, where: str, newer: bool) -> Any:
        """Give the value as it is kept of one in a file; refuse a wrong one."""
        if not isinstance(value, list | tuple) or len(value) != len(self._items):
            raise InputError(self.complaint(value, where))
        return tuple(r.read(v, f"{where}[{n}]", newer) for n, (r, v) in enumerate(zip(self._items, value, strict=True)))


class Table(Rule):
    """A mapping."""

    def __init__(self, key: Rule, value: Rule) -> None:
        self._key, self._value = key, value
        self.wanted = f"a mapping from {key.wanted} to {value.wanted}"

    def fits(self, value: Any) -> bool:
        """Tell whether a value is right as it is."""
        return isinstance(value, Mapping) and all(
            self._key.fits(key) and self._value.fits(held) for key, held in value.items()
        )

    def kept(self, value: Any, where: str) -> Any:
        """Give the value as it is kept; refuse a wrong one."""
        return self._each(value, where, self._value.kept)

    def read(self, value: Any, where: str, newer: bool) -> Any:
        """Give the value as it is kept of one in a file; refuse a wrong one."""
        return self._each(value, where, lambda held, place: self._value.read(held, place, newer))

    def _each(self, value: Any, where: str, take: Callable[[Any, str], Any]) -> Any:
        if not isinstance(value, Mapping) or len(value) > _MAX_ITEMS:
            raise InputError(self.complaint(value, where))
        keys = [self._key.kept(key, f"{where}:") for key in value]
        return {key: take(held, f"{where}.{key}") for key, held in zip(keys, value.values(), strict=True)}


def _fit(rule: Rule, value: Any) -> bool:
    return rule.fits(value)


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

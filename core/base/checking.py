"""Whether values are what a type's annotations ask for: one way for configurations, sessions, settings and profiles.

A dataclass says by its annotations what its fields may hold, and holds to it by `check` at the end of its making::

    @dataclass(frozen=True, slots=True)
    class Hop:
        samples: Annotated[int, Range(1, 16384)] = 200
        padding: Literal["zeros", "edge"] = "zeros"

        def __post_init__(self) -> None:
            check(self)

`checked` does the same for the arguments of a function, and `built` makes such an object of what a JSON or TOML file
holds. Each complaint is an InputError of one sentence that says where, what is there, and what would be right, with the
nearest word where a word is wrong.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from .annotations import rule_of, rules_of
from .rules import Range, Such
from .words import nearest, unknown

__all__ = ["Range", "Such", "built", "check", "checked", "given", "nearest", "unknown"]

P = ParamSpec("P")
T = TypeVar("T")


def check(instance: object) -> None:
    """Refuse a dataclass instance whose fields are not what their annotations ask for.

    Numbers of numpy are as good as Python's and are kept as those. A number is finite, and a bool is none.

    Raises
    ------
    InputError
        The first field that is wrong, what it holds, and what would be right.
    """
    for name, rule in rules_of(type(instance)).items():
        value = getattr(instance, name)
        if not rule.fits(value):
            object.__setattr__(instance, name, rule.kept(value, rule.label or name))


def checked(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function refuse arguments that are not what their annotations ask for, as `check` does with fields."""
    signature = inspect.signature(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        bound, rules = signature.bind(*args, **kwargs), rules_of(function)
        for name, value in bound.arguments.items():
            if name in rules and not rules[name].fits(value):
                bound.arguments[name] = rules[name].kept(value, name)
        return function(*bound.args, **bound.kwargs)

    return call


def built(kind: type[T], values: Any, where: str = "", *, newer: bool = False) -> T:
    """Make a dataclass instance, and those within it, of what a JSON or TOML file holds.

    Parameters
    ----------
    kind : type
        The dataclass, or another annotation, such as ``list[str]``.
    values : object
        Tables for dataclasses, lists for tuples, and plain values.
    where : str
        What the whole is called in a sentence; where it is empty, a field is called ``config.mel.n_fft``.
    newer : bool
        Whether names that are not known are passed over, as those that a later version has added.

    Raises
    ------
    InputError
        A value that is wrong or missing, or, unless `newer`, a name that is not known.

    Examples
    --------
    >>> built(tuple[float, ...], [1, 2.5], "limits")
    (1, 2.5)
    """
    made: T = rule_of(kind).read(values, where, newer)
    return made


def given(value: Any, kind: Any, what: str) -> Any:
    """Give a value back that is what an annotation asks for, such as ``given(until, StageName, "until")``.

    Raises
    ------
    InputError
        It is something else.
    """
    return rule_of(kind).kept(value, what)

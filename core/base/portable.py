"""Frozen values that are pickled and copied by their fields, and made anew from them: read-only as they were."""

from dataclasses import fields
from types import MappingProxyType
from typing import Any


class Portable:
    """Base of frozen dataclasses with slots whose fields a process may hand to another.

    Python's own way would set the fields without the class's checks: arrays would come out writable, and the
    read-only mappings that some fields are cannot be pickled at all.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(_plain(getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, MappingProxyType) else value

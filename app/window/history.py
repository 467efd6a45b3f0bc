"""Undo and redo: every step keeps the document before and after it, as whole values."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from ...core.base.errors import InputError

T = TypeVar("T")

_MAX_STEPS = 200


class History(QObject):
    """The steps that can be undone.

    A document is any frozen value, compared by ``==``. A step is never made of what was already undone: whatever
    applying a document sets off is not recorded.
    """

    failed = Signal(str)
    """Why a document could not be applied wholly, one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(_MAX_STEPS)
        self._applying = False
        self._read: Callable[[], Mapping[str, Any]] = dict
        self._bring_back: Callable[[Mapping[str, Any]], object] = dict

    def follow(self, read: Callable[[], Mapping[str, Any]], bring_back: Callable[[Mapping[str, Any]], object]) -> None:
        """Take over what `change` watches: how all of it is read, by name, and how a part of it is brought back."""
        self._read, self._bring_back = read, bring_back

    @contextmanager
    def change(self, title: str, merge: str | None = None) -> Iterator[None]:
        """Make whatever is changed within undoable, under a title; changes of one `merge` key become one step."""
        before = self._read()
        yield
        self.record_changed(title, before, self._read(), merge)

    def record_changed(
        self, title: str, before: Mapping[str, Any], after: Mapping[str, Any], merge: str | None = None
    ) -> None:
        """Remember only what has changed: undoing it must not take back what other changes bring later."""
        changed = [name for name in before if before[name] != after[name]]
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        self.record(title, old, new, self._bring_back, merge)

    @property
    def stack(self) -> QUndoStack:
        """Where the steps are; its ``createUndoAction`` and ``createRedoAction`` name the step in the menu."""
        return self._stack

    def record(
        self, title: str, before: T, after: T, apply: Callable[[T], object], merge_key: str | None = None
    ) -> None:
        """Remember a change that has just been made.

        Parameters
        ----------
        title : str
            What was done, such as ``Add marker``.
        before, after : frozen value
            The document; where both are equal nothing is remembered.
        apply : callable
            Makes a document the current one; an InputError of it is announced by `failed`.
        merge_key : str or None
            Consecutive changes of the same key become one step, such as all of one drag; None: never.
        """
        if before != after and not self._applying:
            self._stack.push(_Step(title, before, after, lambda document: self._apply(apply, document), merge_key))

    def clear(self) -> None:
        """Forget all steps, because another document has been opened."""
        self._stack.clear()

    def _apply(self, apply: Callable[[T], object], document: T) -> None:
        self._applying = True
        try:
            apply(document)
        except InputError as error:
            self.failed.emit(str(error))
        finally:
            self._applying = False


class _Step(QUndoCommand, Generic[T]):
    def __init__(self, title: str, before: T, after: T, apply: Callable[[T], object], merge_key: str | None) -> None:
        super().__init__(title)
        self._before, self._after, self._apply, self._merge_key = before, after, apply, merge_key
        self._pushed = False

    def id(self) -> int:
        """Give the number that Qt asks for before it tries to merge two steps; -1 forbids it."""
        return -1 if self._merge_key is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802  (Qt's name)
        """Take in a later step of the same key; what leads back to where it began is no step any more."""
        if not isinstance(other, _Step) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def redo(self) -> None:
        """Make the change again; Qt also calls it when the step is pushed, where it has been made already."""
        if self._pushed:
            self._apply(self._after)
        self._pushed = True

    def undo(self) -> None:
        """Take the change back."""
        self._apply(self._before)

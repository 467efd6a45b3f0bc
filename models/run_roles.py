"""Which runs are open, and what part each plays: the reference, the port that is looked at, one of the others."""

from dataclasses import replace
from pathlib import Path

from .open_run import COMPUTED, OpenRun
from .run_entry import RunEntry
from .run_jobs import short_names


class RunRoles:
    """The open runs by their keys; unless chosen otherwise the first is the reference, and the next the port."""

    def __init__(self) -> None:
        self.entries: dict[int, RunEntry] = {}
        self._reference = self._port = self._compared_with = COMPUTED

    @property
    def items(self) -> tuple[OpenRun, ...]:
        """All open runs, the computed one first, the others in the order in which they were added."""
        return tuple(self.entries[key].item for key in sorted(self.entries))

    @property
    def reference(self) -> OpenRun | None:
        """The run that the others are compared with."""
        items = self.items
        return next((item for item in items if item.key == self._reference), items[0] if items else None)

    @property
    def port(self) -> OpenRun | None:
        """The one of the others that is looked at."""
        others = [item for item in self.items if item is not self.reference]
        return next((item for item in others if item.key == self._port), others[0] if others else None)

    def choose(self, key: int) -> None:
        """Look at another run; where it is the reference, the port so far becomes the reference."""
        if self.reference and self.port and key == self.reference.key:
            self._reference = self.port.key
        self._port = key

    def set_reference(self, key: int) -> None:
        """Compare with another run; where it is the port, the reference so far becomes the port."""
        if self.reference and self.port and key == self.port.key:
            self._port = self.reference.key
        self._reference = key

    def settle(self) -> None:
        """Name the runs so that they are told apart, and forget comparisons with what is no reference any more."""
        names = short_names({item.key: item.path or Path(item.name) for item in self.items})
        for key, entry in self.entries.items():
            entry.change(name=names[key])
        if (reference := self.reference) and reference.key != self._compared_with:
            self._compared_with = reference.key
            self.forget_comparisons()

    def forget_comparisons(self) -> None:
        """Forget what was compared so far."""
        for entry in self.entries.values():
            entry.item = replace(entry.item, comparison=None, before=None)
            entry.compared_with = None

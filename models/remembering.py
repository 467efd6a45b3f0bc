"""Changed settings on their way to the disk, which may take its time: the window never waits for that."""

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock

from PySide6.QtCore import QObject

from ..core.base.progress import Tick
from ..core.settings import Settings, Value, change_settings, load_settings
from .jobs import Jobs

SETTINGS = "settings"
"""The channel of `Jobs` in which they are written."""


class Remembering(QObject):
    """Writes settings in the background; what is changed while that is under way goes with the next writing.

    What could not be written, which the channel's failure says, is tried again with the next change.
    """

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._unwritten: dict[str, Value] = {}
        self._writing = Lock()

    def settings(self) -> Settings:
        """Give the settings as they are remembered, with what is still to be written."""
        return replace(load_settings(), **self._unwritten)  # type: ignore[arg-type]

    def write(self, changes: Mapping[str, Value]) -> None:
        """Write changed settings soon."""
        self._unwritten.update(changes)
        changed = dict(self._unwritten)
        if not changed:
            return

        def write(tick: Tick) -> None:
            with self._writing:
                tick(0, 0)  # what has been written meanwhile is newer
                change_settings(changed)

        self._jobs.submit_quick(SETTINGS, write, lambda _: self._unwritten.clear())

    def flush(self) -> None:
        """Write at once what is not written yet: the window closes.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        self._jobs.cancel(SETTINGS)
        if self._unwritten:
            with self._writing:
                change_settings(self._unwritten)
            self._unwritten.clear()

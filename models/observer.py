"""Being told by the system about folders and files, for all that is watched together."""

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal


class Observer(QObject):
    """Tells about the places that several watches want to be told about.

    There is one for all of them, because giving a system watcher back waits until the kernel has looked through all
    its processors: 20 ms, and more than a second where they are busy, on the GUI thread.
    """

    announced = Signal(str)
    """Something has happened at this place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: dict[int, frozenset[str]] = {}
        self._system = QFileSystemWatcher(self)
        self._system.directoryChanged.connect(self.announced)
        self._system.fileChanged.connect(self.announced)

    def observe(self, number: int, places: tuple[str, ...]) -> None:
        """Be told about these places for a watch, and no longer about what it wanted before; none: it has ended.

        A place that was replaced has to be named again.
        """
        self._wanted.pop(number, None)
        if places:
            self._wanted[number] = frozenset(places)
        wanted = frozenset[str]().union(*self._wanted.values())
        known = {*self._system.files(), *self._system.directories()}
        if old := sorted(known - wanted):
            self._system.removePaths(old)
        if new := sorted(wanted - known):
            self._system.addPaths(new)

    def wants(self, number: int, place: str) -> bool:
        """Tell whether a place is one of a watch's."""
        return place in self._wanted.get(number, ())

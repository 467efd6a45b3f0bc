"""Runs of which one comparison is shown, without files and without the work of making it."""

from framescope.core.compare.comparison import Comparison
from framescope.core.compare.tolerance import load_profile
from framescope.models.runs import COMPUTED, OpenRun
from PySide6.QtCore import QObject, Signal

GUTTER = 180
"""Pixels of a lane's head and axis, in letters of the usual size."""


class ShownRuns(QObject):
    """Announces what it is given as `models.runs.Runs` does."""

    changed = Signal()
    updated = Signal(int)
    lag_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.comparison: Comparison | None = None
        self.reference: OpenRun | None = None
        self.lag_applied = True
        self.profile = load_profile()

    @property
    def shown(self) -> Comparison | None:
        return self.comparison

    def show(self, comparison: Comparison | None) -> None:
        self.comparison = comparison
        self.reference = comparison and OpenRun(COMPUTED, None, "reference", run=comparison.reference)
        self.changed.emit()

    def set_lag_applied(self, applied: bool) -> None:
        self.lag_applied = applied
        self.lag_changed.emit()

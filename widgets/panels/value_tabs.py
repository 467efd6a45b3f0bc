"""Tabs that look at many values at once: statistics, and of a pair of runs scatter, errors and worst cells."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ...core.compare.density import Blocks, Density, density
from ...core.compare.locations import ValueLocation
from ...core.compare.pair import PairedValues
from ...core.drawing.summary import summarise
from ...core.run import StageName
from ...models.jobs import Jobs
from ..label import Label
from ..plots.scatter import Part, Scatter
from ..plots.statistics import StatisticsPanel
from .worst_cells import WorstCells

T = TypeVar("T")

VALUES = "values"
"""The channel of `Jobs` in which figures are worked out."""
FRAME = "this frame's tensor"
_NAME_LENGTH = 8


class ValueTabs(QWidget):
    """Statistics of some values and, where two runs are compared, of their differences.

    Only what the tab that is seen shows is worked out: by `jobs`, or at once where there are none.
    """

    scope_changed = Signal(object)
    """Name of the stage whose values are wanted, or None: those of the cursor's frame."""

    def __init__(self, jobs: Jobs | None = None) -> None:
        super().__init__()
        self._jobs = jobs
        self._array: NDArray | None = None
        self._pair: PairedValues | None = None
        self._blocks: Blocks | None = None
        """All values of the pair, of which it may be a choice."""
        self._stage: StageName = "tensors"
        self._find: Callable[[], Sequence[ValueLocation]] = tuple
        self.statistics, self.scatter, self.errors, self.worst = (
            StatisticsPanel(),
            Scatter(),
            StatisticsPanel(),
            WorstCells(),
        )
        self._scopes, self._share, self._row, self.tabs = QComboBox(), Label(), QWidget(), QTabWidget()
        self._scopes.setAccessibleName("Values that the tabs show")
        # It has the room that is left; asking for that of its longest line would widen the window.
        self._scopes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._scopes.setMinimumContentsLength(_NAME_LENGTH)
        self._scopes.addItem(FRAME, None)
        self._lay_out()
        self.tabs.currentChanged.connect(self._refresh)
        self.scatter.part_changed.connect(self._refresh)
        self._scopes.currentIndexChanged.connect(lambda: self.scope_changed.emit(self.scope))
        self.set_stages(())

    def _lay_out(self) -> None:
        titles = ("Statistics", "Scatter", "Errors", "Worst")
        for tab, title in zip((self.statistics, self.scatter, self.errors, self.worst), titles, strict=True):
            self.tabs.addTab(tab, title)
        self.tabs.setDocumentMode(True)
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName("Values")
        row, column = QHBoxLayout(self._row), QVBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(Label("Values of"))
        row.addWidget(self._scopes, 1)
        row.addWidget(self._share)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        column.addWidget(self.tabs, 1)

    @property
    def scope(self) -> StageName | None:
        """The stage whose values are wanted; None: the cursor's frame."""
        scope: StageName | None = self._scopes.currentData()
        return scope

    def set_scope(self, stage: StageName | None) -> None:
        """Look at a whole stage, one of those that are offered, or at the cursor's frame."""
        self._scopes.setCurrentIndex(self._scopes.findData(stage))

    def set_item(self, words: str) -> None:
        """Say what the values at the cursor are of, such as ``this row of mel``."""
        self._scopes.setItemText(0, words)

    def set_stages(self, stages: Sequence[StageName]) -> None:
        """Offer the stages that two runs share; none: nothing is compared."""
        wanted = self.scope
        self._scopes.blockSignals(True)
        while self._scopes.count() > 1:
            self._scopes.removeItem(1)
        for stage in stages:
            self._scopes.addItem(f"{stage}, whole recording", stage)
        self._scopes.setCurrentIndex(1 + stages.index(wanted) if wanted in stages else 0)
        self._scopes.blockSignals(False)
        self._row.setVisible(bool(stages))
        for tab in (self.scatter, self.errors, self.worst):
            self.tabs.setTabVisible(self.tabs.indexOf(tab), bool(stages))

    def load_plots(self) -> None:
        """Say that what draws the plots is loaded."""
        for panel in (self.statistics, self.scatter, self.errors):
            panel.load()

    def set_values(self, array: NDArray | None, pair: PairedValues | None = None, blocks: Blocks | None = None) -> None:
        """Show the values of one run, and those of the pair; None where there are none.

        Parameters
        ----------
        blocks : callable or None
            Gives all values that the pair is a choice of; None: it is all there is.
        """
        self._array, self._pair, self._blocks = array, pair, blocks
        shown = f"{len(pair.reference):,} of {pair.total:,}" if pair else ""
        self._share.setText(shown)
        self._refresh()

    def set_places(self, stage: StageName, find: Callable[[], Sequence[ValueLocation]]) -> None:
        """List the places of a stage that differ most; they are only looked for where the list is seen."""
        self._stage, self._find = stage, find
        if self.tabs.currentWidget() is self.worst:
            self._refresh()

    def _refresh(self) -> None:
        seen, array, pair, find = self.tabs.currentWidget(), self._array, self._pair, self._find
        if seen is self.statistics:
            self._show(lambda: None if array is None else summarise(array), self.statistics.set_summary)
        elif seen is self.scatter:
            self._show_scatter()
        elif seen is self.errors:
            self._show(lambda: None if pair is None else summarise(pair.difference), self.errors.set_summary)
        else:
            self._show(find, partial(self.worst.set_places, self._stage))

    def _show_scatter(self) -> None:
        pair, blocks, part = self._pair, self._blocks, self.scatter.part
        if pair is None:
            self.scatter.set_density(None)
            return
        paired = blocks or (lambda: [(pair.reference, pair.port)])
        work = partial(_counted, paired, part)
        show = partial(self.scatter.set_density, total=pair.total)
        if self._jobs and blocks:  # seconds, for which nothing that is quick should wait
            self._jobs.submit(VALUES, lambda _: work(), show)
        else:
            self._show(work, show)

    def _show(self, work: Callable[[], T], show: Callable[[T], None]) -> None:
        if self._jobs:
            self._jobs.submit_quick(VALUES, lambda _: work(), show)
        else:
            show(work())


def _counted(blocks: Blocks, part: Part | None) -> Density | None:
    """Count pairs over all that they span, or over the part that is looked at."""
    found = density(blocks)
    return found.within(blocks, *part) if found and part else found

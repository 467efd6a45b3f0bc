"""The verbs of a corpus in the window: opening its results, sorting and filtering them, opening what is chosen."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget

from ...core.base.errors import InputError
from ...core.corpus.corpus_map import CorpusMap
from ...core.corpus.entries import located
from ...core.corpus.table import load_table
from ...core.report.formatting import share_text
from ...models.corpus_table import CorpusTableModel, GroupErrors, PreparedCorpus, Query, group_errors, prepare, rows_of
from ...models.timeline import TimelineState
from ...models.workspace import OpenedPort
from .document import Document
from .file_dialogs import ask_file
from .inspection import Inspection
from .preloading import load_corpus_panel

if TYPE_CHECKING:
    from ...widgets.corpus.panel import CorpusPanel

OPENING, ROWS, PLOT = "corpus", "corpus rows", "corpus plot"
"""Channels of `Jobs`."""
_KINDS = "Results of a corpus (*.sqlite);;All files (*)"


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """Results that were read: ready to be shown, with their answer in words, and the columns that can be plotted."""

    corpus: PreparedCorpus
    answer: str
    columns: tuple[str, ...]


class Corpora(QObject):
    """Shows the results of one corpus at a time in a dock of their own."""

    def __init__(self, inspection: Inspection, document: Document) -> None:
        super().__init__(inspection)
        self._inspection, self._document, self._query = inspection, document, Query()
        self._opened: _Opened | None = None
        self.dock: QDockWidget | None = None
        self.model = CorpusTableModel(self)
        self.model.sort_wanted.connect(
            lambda column, down: self._ask(replace(self._query, column=column, descending=down))
        )
        inspection.say_failures(OPENING, ROWS, PLOT)

    def ask_open(self) -> None:
        """Ask for results and open them."""
        ask_file(self._inspection, "Open corpus", _KINDS, self.open)

    def show(self) -> None:
        """Change to the workspace of a corpus; where none is open, ask for one."""
        if self.dock is None:
            self.ask_open()
        else:
            self._bring()

    def open(self, path: Path) -> None:
        """Open the results of a corpus; what is wrong with them is said in the status bar."""
        self._inspection.jobs.submit(OPENING, lambda _: _open(path), self._show)

    @property
    def panel(self) -> "CorpusPanel":
        """What the dock shows.

        Raises
        ------
        InputError
            No corpus has been opened.
        """
        if self.dock is None:
            raise InputError("no corpus is open; open the results that framescope corpus has written")
        return cast("CorpusPanel", self.dock.widget())

    def _show(self, opened: _Opened) -> None:
        if self.dock is None:
            self._make_dock()
        assert self.dock is not None
        self._opened, self._query = opened, Query()
        self.panel.filter.clear()
        self.model.show(opened.corpus, rows_of(opened.corpus, self._query))
        self.panel.fit_columns()
        self.panel.set_corpus(opened.answer, [*opened.corpus.table.stages], opened.columns)
        self._bring()

    def _bring(self) -> None:
        """Bring the results to the front: in their workspace, or beneath the start page where nothing else is open."""
        if self._inspection.model.path is not None:
            self._inspection.panels.show("corpus")
        self._inspection.panels.bring("corpus")

    def _make_dock(self) -> None:
        from ...widgets.corpus.panel import CorpusPanel  # noqa: PLC0415  (with pyqtgraph, loaded beside the GUI thread)

        panel = CorpusPanel(self.model)
        panel.filter_changed.connect(lambda text: self._ask(replace(self._query, text=text)))
        panel.plot_wanted.connect(self._plot)
        panel.chosen.connect(self.open_row)
        self.dock = self._inspection.panels.add("corpus", "Corpus", panel)

    def open_row(self, row: int) -> None:
        """Open the recording of a row of the results, and its dump, at the worst frame."""
        assert self._opened
        table, workspace = self._opened.corpus.table, self._document.workspace()
        audio, port = (str(located(table.root, str(names[row]))) for names in (table.audio, table.port))
        dumps = (OpenedPort(port),) if table.port[row] else ()
        seconds = float(table.worst_seconds[row])
        workspace = replace(
            workspace,
            recording=audio,
            ports=dumps,
            reference=None,
            port=port if dumps else None,
            encoder=table.about.get("encoder_path", workspace.encoder),
            recipe=table.about.get("recipe_origin"),
            timeline=TimelineState(cursor=seconds if seconds >= 0 else 0.0),
        )
        if self._inspection.model.path is not None:
            self._inspection.panels.show("corpus")
        try:
            self._document.restore(workspace)
        except InputError as error:
            self._inspection.say(str(error))

    def _ask(self, query: Query) -> None:
        if self._opened is None:
            return
        self._query, corpus = query, self._opened.corpus
        self._inspection.jobs.submit_quick(ROWS, lambda _: rows_of(corpus, query), partial(self.model.show, corpus))

    def _plot(self, stage: str, column: str) -> None:
        assert self._opened
        table = self._opened.corpus.table

        def draw(groups: tuple[GroupErrors, ...]) -> None:
            self.panel.set_groups(groups)

        self._inspection.jobs.submit_quick(PLOT, lambda _: group_errors(table, stage, column), draw)


def _open(path: Path) -> _Opened:
    """Read results, and load what shows them; on a thread of its own."""
    load_corpus_panel()
    table = load_table(path)
    found = CorpusMap(table)
    counts = f"{found.counts['differ']:,} of {int(table.compared.sum()):,} recordings differ"
    causes = [f"{each.cause} on {share_text(each.share)}" for each in found.causes]
    return _Opened(prepare(table), "; ".join([f"{path.name}: {counts}", *causes]), tuple(found.groups))

"""The verbs of the Compare menu, and what keeps lanes, panel, findings and commands at the runs that are compared."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from ...core.base.errors import InputError
from ...core.compare.comparison import Comparison
from ...core.compare.difference import DifferenceKind
from ...core.diagnosis.findings import Diagnosis, Finding
from ...models.answer import answer, change_text
from ...models.chain import chain
from ...models.diagnosis_model import Diagnosing
from ...models.open_run import OpenRun
from ...widgets.compare_view import View
from ...widgets.panels.answer_banner import AnswerBanner
from ...widgets.panels.recipe_strip import RecipeStrip
from ..presenters.compare_lanes import CompareLanes
from .command_dock import CommandDock
from .comparison_dock import REPORT, ComparisonDock
from .file_dialogs import ask_where
from .inspection import Inspection
from .trying import Trying

if TYPE_CHECKING:
    from ...core.readers import Override


_TYPED_INTO = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)


class Comparing(QObject):
    """Compares ports with the reference, in every view."""

    dock: ComparisonDock
    commands: CommandDock
    diagnosing: Diagnosing
    opened = Signal(object)
    """The path of a port that was opened."""
    changed = Signal()
    """Other things than before can be done, or are on."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection, self._runs = inspection, inspection.runs
        self.lanes = CompareLanes(inspection.lanes, inspection.runs, inspection.timeline, inspection.jobs)
        runs, model, window = inspection.runs, inspection.model, inspection.window
        self.dock = ComparisonDock(runs, inspection.timeline, inspection.jobs, window, model=model)
        self.commands = CommandDock(runs, model, window)
        inspection.panels.add("comparison", "Comparison", self.dock)
        inspection.panels.add("command", "Run the port", self.commands)
        self.causes = inspection.panels.add("causes", "Causes", self.dock.panel.findings)
        self.dock.went_to.connect(inspection.links.go_to)
        self.dock.reading_chosen.connect(self.read_otherwise)
        self.diagnosing = Diagnosing(runs, model, self)
        self.diagnosing.changed.connect(self._show_diagnosis)
        self._judged: Comparison | None = None
        self._turned = False
        """Whether the figures have come in the place of the causes, for a port that has none."""
        self.banner = AnswerBanner()
        window.addToolBarBreak()
        self._bar = window.addToolBar("Answer")
        self._bar.setObjectName("answer")
        self._bar.setMovable(False)
        self._bar.addWidget(self.banner)
        self._bar.toggleViewAction().setVisible(False)
        self.strip = RecipeStrip()
        inspection.lanes.put_above(self.strip)
        self._strip_wanted = True
        self.trying = Trying(inspection, self.lanes, self.diagnosing)
        self.strip.chosen.connect(self.trying.open)
        self.trying.changed.connect(self._answer)
        self.trying.changed.connect(self.changed)
        inspection.panels.changed.connect(self._answer)
        inspection.panels.changed.connect(self._turn)
        self._answer()
        self.banner.causes_requested.connect(self.show_causes)
        self.banner.apply_requested.connect(lambda _: self.assume_all())
        for changed in (
            self._runs.changed,
            self._runs.updated,
            self.diagnosing.changed,
            self.diagnosing.assumed_changed,
        ):
            changed.connect(lambda *_: self._answer())
        for changed in (self.diagnosing.changed, self.diagnosing.assumed_changed):
            changed.connect(self.changed)
        self.dock.panel.findings.chosen.connect(self._assume)
        self._there = False
        self._asked: set[int] = set()
        """Runs that have been read, and whose assumptions were shown then where one looked at them."""
        self._tried: tuple[int, int] | None = None
        """Keys of a port that is being read for the first time, and of the good one in whose place it has come."""
        self._runs.changed.connect(self._on_runs)
        self._runs.updated.connect(self._go_back)
        self._runs.updated.connect(self._ask_once)
        inspection.closed.connect(self.commands.shut_down)
        inspection.say_failures(REPORT)
        window.installEventFilter(self)

    def add(self, path: Path, overrides: "tuple[Override, ...]" = (), first_frame: int | None = None) -> None:
        """Open what a port has written, read as its content says unless something else is asked for.

        One that cannot be read leaves the port so far in its place.
        """
        before = self._runs.port
        with self._inspection.history.change("Open port"):
            key = self._runs.add(path, overrides, first_frame=first_frame)
            self._runs.choose(key)
        self._tried = (key, before.key) if before and before.run and before.key != key else None
        self.opened.emit(path)

    def remove(self) -> None:
        """Close the port that is looked at."""
        port = self._loaded_port("close")
        with self._inspection.history.change("Close port"):
            self._runs.remove(port.key)

    def set_view(self, view: View) -> None:
        """Show the two runs in another way."""
        self.lanes.set_view(view)

    def fade(self, step: float) -> None:
        """Let the port cover more of the reference where it lies over it, or less."""
        self.lanes.set_opacity(self._inspection.lanes.waveform.opacity + step)

    def set_kind(self, kind: DifferenceKind) -> None:
        """Show another kind of difference."""
        self.lanes.set_kind(kind)

    def toggle_lag(self) -> None:
        """Put the port where its lag says, or where it lies in its files."""
        self._runs.set_lag_applied(not self._runs.lag_applied)

    def toggle_panel(self) -> None:
        """Show or hide the comparison panel."""
        self._inspection.panels.toggle("comparison")

    def show_causes(self) -> None:
        """Show what is different, stage by stage, or the causes where that is seen already."""
        self._inspection.panels.bring("causes" if self._inspection.panels.shows("comparison") else "comparison")

    def reread(self) -> None:
        """Read the port again."""
        self._runs.reread(self._loaded_port("read again").key)

    def _loaded_port(self, verb: str) -> OpenRun:
        port = self._runs.port
        if port is None or port.path is None:
            raise InputError(f"there is no port to {verb}; open one, or choose it as the port")
        return port

    def read_otherwise(self, key: int, overrides: "tuple[Override, ...]", first_frame: int | None) -> None:
        """Read a run's files, and number its frames, in another way."""
        if any(run.key == key for run in self._runs.items):  # the sheet may outlast the port
            with self._inspection.history.change("Reading of the port"):
                self._runs.set_overrides(key, overrides, first_frame=first_frame)

    def ask_save_report(self) -> None:
        """Ask where to save the report, as a page or as JSON."""
        kinds = "Page with pictures (*.html);;Numbers (*.json)"
        ask_where(self._inspection, "Save report", "report.html", kinds, self._save_report)

    def _save_report(self, path: Path) -> None:
        save = self.dock.save_report_json if path.suffix.lower() == ".json" else self.dock.save_report_html
        save(path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Show the other run for as long as Shift is held; where one types, Shift makes capitals."""
        if event.type() in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease} and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Shift:
                self.lanes.set_flipped(event.type() == QEvent.Type.KeyPress and not _types_elsewhere())
        elif event.type() == QEvent.Type.WindowDeactivate:
            self.lanes.set_flipped(False)
        return False

    def _assume(self, finding: Finding | None) -> None:
        """Show the reference as if it had the chosen fault."""
        self.trying.what_if.reset()
        self.diagnosing.assume([finding] if finding else [])

    @property
    def as_if(self) -> bool:
        """Whether the views show the reference otherwise than it is."""
        return bool(self.diagnosing.assumed) or self.trying.what_if.recipe is not None

    def assume_all(self) -> None:
        """Show the reference as if it had all faults that were found, or as it is."""
        if self.trying.what_if.recipe is not None:
            self.trying.what_if.reset()
            return
        found = self.diagnosing.diagnosis
        self.diagnosing.assume(found.findings if found and not self.diagnosing.assumed else ())

    def _show_diagnosis(self) -> None:
        diagnosing, findings = self.diagnosing, self.dock.panel.findings
        findings.set_diagnosis(diagnosing.diagnosis, searching=diagnosing.searching)
        if diagnosing.problem:
            findings.set_state(diagnosing.problem)
        elif diagnosing.diagnosis is None:
            findings.set_state("searching …" if diagnosing.searching else _nothing_to_find(self._runs.port))

    def _answer(self) -> None:
        """Say over the lanes what is known of the port."""
        found, runs = self.diagnosing, self._runs
        said = answer(
            runs.port,
            found.diagnosis,
            searching=found.searching,
            assumed=tuple(map(change_text, found.assumed)) or self.trying.what_if.texts,
            shown=runs.shown,
            problem=found.problem or self.trying.what_if.problem,
        )
        self.banner.set_answer(said if len(runs.items) > 1 else None)
        self._bar.setVisible(self.banner.answer is not None)
        self._show_strip(found.diagnosis)
        if runs.comparison is not self._judged:
            self._judged = runs.comparison
            self._turn()

    def _turn(self) -> None:
        """Show the figures of a port that agrees, which has no causes, and the causes again of one that differs."""
        panels, judged = self._inspection.panels, self._judged
        if judged and panels.shows("causes"):
            self._turned = True
            panels.bring("comparison")
        elif judged is not None and judged.verdict == "differ" and self._turned:
            self._turned = False
            if panels.shows("comparison"):
                panels.bring("causes")

    @property
    def strip_shown(self) -> bool:
        """Whether the chains of blocks are to be seen, where something was found of them."""
        return self._strip_wanted

    def toggle_strip(self) -> None:
        """Show or hide the chains of blocks."""
        self._strip_wanted = not self._strip_wanted
        self._show_strip(self.diagnosing.diagnosis)

    def _show_strip(self, diagnosis: Diagnosis | None) -> None:
        """Show the chain of the reference, and that of the port where they are known to differ."""
        found, comparison = diagnosis.findings if diagnosis and self._runs.port else (), self._runs.comparison
        comparable = comparison is not None and comparison.verdict != "not comparable"
        compared = comparable and self.trying.what_if.base is not None
        if found or compared:
            recipe = self._inspection.model.recipe
            links = chain(recipe, found, self.trying.what_if.changes)
            self.strip.set_chain(links)
            self.trying.set_links(links)
        self.strip.setVisible((bool(found) or compared) and self._strip_wanted)

    def _on_runs(self) -> None:
        """Change to the workspace that compares with the first port, and back with the last."""
        there = len(self._runs.items) > 1
        if there != self._there:
            self._there = there
            if self._inspection.panels.current != "corpus":  # whose rows are looked at one after another
                self._inspection.panels.show("compare" if there else "inspect")

    def _go_back(self, key: int) -> None:
        """Look at the good port again where the one that came in its place cannot be read."""
        if self._tried is None or key != self._tried[0]:
            return
        runs = {run.key: run for run in self._runs.items}
        tried, before = runs[key], self._tried[1]
        if tried.run or tried.state == "failed":
            self._tried = None
        if tried.state == "failed" and tried.run is None and before in runs and self._runs.port is tried:
            self._runs.choose(before)
            told = str(tried.path) in tried.message
            self._inspection.say(tried.message if told else f"{tried.path}: {tried.message}")

    def _ask_once(self, key: int) -> None:
        """Show how a port was read where the reader had to assume, once it is read; not when one comes back to it."""
        run = next((run for run in self._runs.items if run.key == key), None)
        if run is None or run.run is None or key in self._asked:
            return
        self._asked.add(key)
        if run is not self._runs.port:
            return
        decided = run.overrides or run.first_frame is not None
        if not decided and any(not assumption.sure for assumption in run.run.provenance.assumptions):
            self.dock.show_readings()


def _types_elsewhere() -> bool:
    """Tell whether keys are meant for a text field, or for what lies over the window."""
    over = QApplication.activeModalWidget() or QApplication.activePopupWidget()
    return over is not None or isinstance(QApplication.focusWidget(), _TYPED_INTO)


def _nothing_to_find(port: OpenRun | None) -> str:
    if port is None or port.comparison is None:
        failed = port is not None and port.state == "failed"
        return "the port cannot be read or compared" if failed else "nothing is compared yet"
    return "nothing is to be explained: the port agrees" if port.comparison else "the port cannot be compared"

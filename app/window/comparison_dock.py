"""The comparison's place in the window: its panel, kept at what the runs say, and the ways to what differs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from ...core.base.errors import InputError
from ...core.base.files import replace_file
from ...core.base.progress import Tick
from ...core.compare.comparison import Comparison, Divergence
from ...core.compare.frame_times import divergent_frames, frame_of_index
from ...core.diagnosis.process import diagnosed_beside
from ...core.encoder.session import Encoder
from ...core.report.html import report_html
from ...core.report.json_report import report_json
from ...core.run import StageName
from ...core.stages.audio import Recording
from ...models.comparison_table import ComparisonTable, movement
from ...models.jobs import Jobs
from ...models.recording import RecordingModel
from ...models.runs import OpenRun, Runs
from ...models.timeline import Timeline
from ...widgets.panels.comparison_panel import ComparisonPanel
from ..encoder_choice import encoder_data, find_encoder
from .import_sheet import ImportSheet

_Writer = Callable[[Sequence[Comparison], Sequence[Recording | None], Mapping[str, Any] | None], str]
_Frames = npt.NDArray[np.int64]
REPORT = "report"
"""The channel of `Jobs` in which reports are written."""
_NOTHING = "there is nothing compared yet; open a recording, or a reference, and a port"


class ComparisonDock(QDockWidget):
    """The matrix of stages and ports with its controls; its verbs are also the window's commands."""

    went_to = Signal(str, object)
    """(stage, index) of the value that the cursor was sent to."""
    reading_chosen = Signal(int, object, object)
    """(key, overrides, number of the first frame or None): how a run's files are to be read."""

    def __init__(
        self,
        runs: Runs,
        timeline: Timeline,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        model: RecordingModel | None = None,
    ) -> None:
        super().__init__("Comparison", parent)
        self.setObjectName("comparison")
        self._runs, self._timeline, self._jobs, self._model = runs, timeline, jobs, model
        self._divergent: tuple[Comparison, _Frames] | None = None
        self.panel = ComparisonPanel(ComparisonTable(runs, self))
        self.setWidget(self.panel)
        self._connect()
        self._show_runs()
        self.panel.set_profile(runs.profile)

    def _connect(self) -> None:
        runs, panel = self._runs, self.panel
        runs.changed.connect(self._show_runs)
        runs.updated.connect(lambda _: self._show_port())
        runs.profile_changed.connect(lambda: panel.set_profile(runs.profile))
        runs.progress.connect(self._show_progress)
        panel.reference_chosen.connect(runs.set_reference)
        panel.port_chosen.connect(runs.choose)
        panel.profile_changed.connect(runs.set_profile)
        panel.swap_requested.connect(self.swap)
        panel.reading_requested.connect(self.show_readings)
        panel.goto_requested.connect(self._go)

    # What is shown

    def _show_runs(self) -> None:
        reference, port = self._runs.reference, self._runs.port
        names = [(item.key, item.name) for item in self._runs.items]
        self.panel.set_runs(names, reference.key if reference else None, port.key if port else None)
        self._show_port()

    def _show_port(self) -> None:
        port = self._runs.port
        if self._divergent and self._divergent[0] is not self._runs.comparison:
            self._divergent = None  # which holds both runs
        self.panel.set_message(_state_text(port))
        before, now = (port.before, port.comparison) if port else (None, None)
        self.panel.movement.set_movements(() if before is None or now is None else movement(before, now))

    def _show_progress(self, key: int, stage: str) -> None:
        port = self._runs.port
        if port and port.key == key:
            self.panel.set_message(f"comparing {stage} …")

    # Verbs

    def swap(self) -> None:
        """Let reference and port play each other's part."""
        self._runs.swap_roles()

    def first_divergence(self, stage: StageName | None = None) -> None:
        """Go to the first value out of tolerance: of a stage, or in pipeline order."""
        comparison = self._compared()
        first = comparison.first_divergence
        if stage:
            found = comparison[stage]
            first = Divergence(stage, found.reason, found.first)
        if first is None:
            self.panel.set_message("no difference out of tolerance")
        elif first.place is None:
            self.panel.set_message(f"{first.stage}: {first.reason}; no single value is out of tolerance")
        else:
            self._go_to(first.stage, first.place.index)

    def worst(self, stage: StageName | None = None) -> None:
        """Go to the largest difference of a stage; None: of the stage that differs first, or else of the last one."""
        comparison = self._compared()
        worst = comparison.worst
        if stage:
            found = next((found for found in comparison.stages if found.stage == stage), None)
            worst = (stage, found.worst[0]) if found and found.worst else None
        if worst:
            self._go_to(worst[0], worst[1].index)
        else:
            self.panel.set_message(f"{stage or 'no stage'}: nothing differs, or nothing was compared")

    def next_divergence(self) -> None:
        """Go to the next frame at which a value of any stage is out of tolerance."""
        self._with_divergent(lambda frames: self._seek(frames[frames > self._timeline.frame][:1], "after"))

    def previous_divergence(self) -> None:
        """Go to the frame before at which a value of any stage is out of tolerance."""
        self._with_divergent(lambda frames: self._seek(frames[frames < self._timeline.frame][-1:], "before"))

    def save_report_json(self, path: Path) -> None:
        """Write the numbers of all compared ports, as the command line does."""
        self._save(lambda comparisons, _, encoder: report_json(comparisons, encoder), path)

    def save_report_html(self, path: Path) -> None:
        """Write the page of all compared ports, as the command line does."""
        self._save(report_html, path)

    def show_readings(self) -> None:
        """Show how the port's files were read, to decide otherwise."""
        port, reference = self._runs.port, self._runs.reference
        if port is None or port.path is None:
            raise InputError("there is no port whose files could be read otherwise; open one")
        for older in self.findChildren(ImportSheet):
            older.close()
        beside = reference.run if reference else None
        sheet = ImportSheet(port.path, port.overrides, beside, self._jobs, self, first_frame=port.first_frame)
        sheet.chosen.connect(lambda *chosen: self.reading_chosen.emit(port.key, *chosen))
        sheet.show()

    # How

    def _compared(self) -> Comparison:
        if self._runs.comparison is None:
            raise InputError(_NOTHING)
        return self._runs.comparison

    def _go(self, key: int | None, stage: StageName | None, kind: str) -> None:
        port = self._runs.port
        if key is not None and port and key != port.key:
            self._runs.choose(key)
        verbs: dict[str, Callable[[], None]] = {
            "first": partial(self.first_divergence, stage),
            "worst": partial(self.worst, stage),
            "next": self.next_divergence,
            "previous": self.previous_divergence,
        }
        try:
            verbs[kind]()
        except InputError as error:
            self.panel.set_message(str(error))

    def _go_to(self, stage: StageName, index: tuple[int, ...]) -> None:
        reference = self._compared().reference[stage]
        self._timeline.visit(reference, frame_of_index(reference, index, self._timeline.timebase))
        self.went_to.emit(stage, index)

    def _with_divergent(self, use: Callable[[_Frames], None]) -> None:
        """Use the frames out of tolerance, which are gathered once for each comparison."""
        comparison = self._compared()
        if self._divergent and self._divergent[0] is comparison:
            use(self._divergent[1])
            return

        def keep(frames: _Frames) -> None:
            self._divergent = comparison, frames
            use(frames)

        self._jobs.submit("divergent frames", lambda _: divergent_frames(comparison), keep)

    def _seek(self, found: _Frames, where: str) -> None:
        if len(found) and found[0] < self._timeline.n_frames:
            self._timeline.seek_frame(int(found[0]))
        else:
            step = self._timeline.timebase.step
            self.panel.set_message(f"no {step} out of tolerance {where} {step} {self._timeline.frame:,}")

    def _save(self, write: _Writer, path: Path) -> None:
        comparisons = [item.comparison for item in self._runs.items if item.comparison is not None]
        recording = self._model.recording if self._model else None
        if not comparisons:
            raise InputError(_NOTHING)
        encoder = self._encoder_data(comparisons)

        def work(tick: Tick) -> None:
            causes = [_diagnosed(comparison, recording, tick) for comparison in comparisons]
            replace_file(path, write(causes, [recording] * len(causes), encoder).encode())

        self._jobs.submit(REPORT, work, lambda _: self.panel.set_message(f"report written to {path.name}"))

    def _encoder_data(self, comparisons: Sequence[Comparison]) -> dict[str, Any] | None:
        """Give the encoder of the recording, or else that of the comparisons, as the reports have it."""
        used = (self._model.encoder if self._model else None, *(comparison.encoder for comparison in comparisons))
        encoder = next((encoder for encoder in used if isinstance(encoder, Encoder)), None)
        choice = self._model.encoder_choice if self._model else find_encoder()
        return encoder_data(encoder, choice) if encoder else None


def _diagnosed(comparison: Comparison, recording: Recording | None, tick: Tick) -> Comparison:
    return diagnosed_beside(comparison, recording, lambda found: tick(len(found.findings), 0))


def _state_text(port: OpenRun | None) -> str:
    if port is None:
        return "no port is open; drop a port's folder on the window"
    judged = port.state == "ready" and port.comparison is not None
    said = port.message or (port.comparison.verdict if judged and port.comparison is not None else port.state)
    assumed = port.run is not None and any(not each.sure for each in port.run.provenance.assumptions)
    how = "; read by assumptions, which Reading… shows" if assumed and not port.overrides else ""
    return f"{port.name}: {said}{how}"

"""The window of a recording that goes on: device, level, and the lanes of the newest seconds."""

from datetime import datetime
from math import log10
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from ...core.base.errors import InputError
from ...core.live import SECONDS
from ...core.recipe.configured import up_to_model
from ...core.recipe.recipe import Recipe
from ...core.timebase import Timebase
from ...models.lane_plan import lane_plans
from ...models.live.inputs import PortAudioInputs
from ...models.live.live import Live, LivePicture
from ...models.timeline import Timeline
from ...widgets.label import Label
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.waveform import WaveformLane
from ..presenters.lanes import LanePane, show_stage
from .inspection import Inspection

_SIZE = (900, 600)
_QUIETEST = -60
"""Decibels of full scale at the left end of the level."""
_USUAL = "the usual device"


class LiveWindow(QDialog):
    """Records into a file while its lanes follow."""

    recorded = Signal(object)
    """The file that was recorded into."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection.window)
        self._model = inspection.model
        inspection.closed.connect(self.close)
        self.live = Live(inspection.jobs, PortAudioInputs(), self)
        self.timeline = Timeline()
        self.lanes = LanePane(self.timeline)
        self.lanes.overview.hide()
        self.devices, self.level = QComboBox(), QProgressBar()
        self.record, self.said = QPushButton("Record …"), Label()
        self.setWindowTitle("Live from a sound device")
        self.resize(*_SIZE)
        self._lay_out()
        self.record.clicked.connect(self._toggle)
        self.live.listed.connect(self._list)
        self.live.started.connect(self._on_started)
        self.live.shown.connect(self._show)
        self.live.stopped.connect(self._on_stopped)
        self.live.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        self.devices.setAccessibleName("Sound device to record from")
        self.level.setAccessibleName("Level")
        self.level.setRange(_QUIETEST, 0)
        self.level.setFormat("%v dB")
        self.level.reset()
        self.said.setWordWrap(True)
        row = QHBoxLayout()
        for part, stretch in ((self.devices, 2), (self.record, 0), (self.level, 1)):
            row.addWidget(part, stretch)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(self.lanes, 1)

    def open(self) -> None:
        """Show the window for the recipe that the main window computes, and look for devices."""
        if not self.live.recording:
            self._plan(self._recipe())
            self.devices.clear()
            self.devices.addItem(_USUAL, None)
            self.live.list_devices()
        self.show()
        self.raise_()

    def start(self, path: Path) -> None:
        """Begin to record into a file."""
        self.record.setEnabled(False)
        self._plan(self._recipe())
        self.live.start(path, self._recipe(), self.devices.currentData())

    def stop(self) -> None:
        """End the recording; it is opened in the main window."""
        if self.live.recording:
            self.record.setEnabled(False)
            self.live.stop()

    def _recipe(self) -> Recipe:
        return up_to_model(self._model.recipe)

    def _plan(self, recipe: Recipe) -> None:
        self.timeline.set_duration(SECONDS, Timebase(recipe.rate))
        self.timeline.seek(SECONDS)
        self.lanes.plan(lane_plans(recipe))
        self.said.setText(f"The newest {SECONDS:.0f} seconds by {recipe.label}, now at the right.")

    def _toggle(self) -> None:
        if self.live.recording:
            self.stop()
            return
        name = f"live-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.wav"
        path, _ = QFileDialog.getSaveFileName(self, "Record into", name, "Sound (*.wav)")
        if path:
            self.start(Path(path).with_suffix(".wav"))

    def _list(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.devices.addItem(name, name)
        if not names:
            self.said.setText("There is no sound device to record from: connect one, and open this window anew.")

    def _on_started(self) -> None:
        self.record.setText("Stop")
        self.record.setEnabled(True)
        self.devices.setEnabled(False)

    def _show(self, picture: LivePicture) -> None:
        moment = picture.moment
        if moment.peak is not None:
            decibels = 20 * log10(moment.peak) if moment.peak > 0 else _QUIETEST
            self.level.setValue(max(_QUIETEST, min(0, round(decibels))))
        lost = f", {moment.gaps} gaps: the machine was too busy" if moment.gaps else ""
        self.said.setText(f"Recording, {moment.seconds:.1f} s{lost}; the newest {SECONDS:.0f} s, now at the right.")
        self.lanes.waveform.set_samples(moment.samples, picture.peaks)
        for name, (stage, codes) in picture.stages.items():
            lane = self.lanes.lane(name)
            if isinstance(lane, HeatLane) and codes:
                show_stage(lane, stage, codes)
            elif isinstance(lane, WaveformLane):
                lane.set_samples(np.asarray(stage.array), None)

    def _on_stopped(self, path: Path | None) -> None:
        self._rest("Nothing was recorded." if path is None else f"Recorded {path.name}.")
        if path is not None:
            self.recorded.emit(path)

    def _on_failed(self, why: str) -> None:
        self._rest(why)

    def _rest(self, text: str) -> None:
        self.record.setText("Record …")
        self.record.setEnabled(True)
        self.devices.setEnabled(True)
        self.level.reset()
        self.said.setText(text)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End the recording, which is kept."""
        try:
            self.live.close()
        except InputError as error:
            self._on_failed(str(error))
        super().closeEvent(event)

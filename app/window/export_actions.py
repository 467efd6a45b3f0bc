"""The verbs of the File menu that export: the frame's tensor, a lane, the window, and figures."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ...core.base.errors import InputError
from ...core.base.progress import Tick
from ...core.run import Stage
from ...widgets.lanes.error_lane import ErrorLane
from ...widgets.lanes.lane import Lane
from .document import Document
from .exports import EXPORT, PICTURES, export_curves, export_tensor, export_values, lane_picture, view_picture
from .figure_dialog import FigureDialog
from .figures import Form, Paint, caption_of, figure, lanes_figure, lanes_of, widget_figure
from .file_dialogs import ask_where
from .inspection import Inspection
from .late import Late
from .place_picture import save_picture

if TYPE_CHECKING:
    from .curves import Curves

_FIGURES = "Pictures (*.png);;Drawings (*.svg)"
_EXPORTS = "Values (*.npy *.csv);;Pictures (*.png *.svg)"


class Exports(QObject):
    """Saves what is seen for other programs."""

    def __init__(
        self, inspection: Inspection, document: Document, curves: "Late[Curves]", computed_by: Callable[[], str]
    ) -> None:
        super().__init__(inspection)
        self._inspection, self._document, self._curves = inspection, document, curves
        self._computed_by = computed_by
        """Gives the words for the encoder or the recipe, which a figure's caption names."""
        inspection.say_failures(EXPORT)

    def ask_export_frame(self) -> None:
        """Ask where to save the tensor of the cursor's frame: its values, or its picture."""
        name = f"frame_{self._inspection.timeline.frame:05d}_reshaped.npy"
        ask_where(self._inspection, "Export frame", name, _EXPORTS, self.export_frame)

    def ask_export_lane(self, lane: Lane, *, port: bool = False) -> None:
        """Ask where to save a lane: its values, of the selection where there is one, or its picture."""
        title = f"{lane.title} of the port" if port else lane.title
        name = f"{title.replace(' ', '_')}.npy"
        save = partial(self.export_lane, lane, port=port)
        ask_where(self._inspection, f"Export {title}", name, _EXPORTS, save)

    def ask_save_picture(self) -> None:
        """Ask where to save a picture of the window, which can be opened again at its place."""
        ask_where(self._inspection, "Save picture", "framescope.png", "Pictures (*.png)", self.save_picture)

    def copy_frame(self) -> None:
        """Copy the tensor of the cursor's frame as text that numpy reads."""
        tensor = self.tensor()
        # numpy's own repr takes a second for what this does in milliseconds; the digits are exact, if not the fewest.
        values = repr(tensor.tolist()).replace("], ", "],\n")
        QGuiApplication.clipboard().setText(f"array({values}, dtype={tensor.dtype.name})")

    def export_frame(self, path: Path) -> None:
        """Save the tensor of the cursor's frame by the suffix: values (.npy, .csv) or a picture (.png, .svg)."""
        if path.suffix.lower() in PICTURES:
            self._write_picture(view_picture(self._inspection.links.panel.tensor.canvas, path), path)
        else:
            tensor, frame = self.tensor(), self._inspection.timeline.frame
            self._write(lambda _: export_tensor(tensor, frame, path), path)

    def export_lane(self, lane: Lane, path: Path, *, port: bool = False) -> None:
        """Save a lane by the suffix: values (.npy, .csv), the reference's or the port's, or a picture (.png, .svg)."""
        if path.suffix.lower() in PICTURES:
            self._write_picture(lane_picture(lane, path), path)
            return
        span = self._inspection.timeline.selection
        if isinstance(lane, ErrorLane):
            curves = lane.curves
            self._write(lambda _: export_curves(curves, span, path), path)
            return
        stage = self._stage(lane, port=port)
        self._write(lambda tick: export_values(stage, span, path, tick=tick), path)

    def _stage(self, lane: Lane, *, port: bool) -> Stage:
        """Give what a lane shows, of the reference or of the port.

        Raises
        ------
        InputError
            It is not there yet, or the lane shows the file itself.
        """
        inspection = self._inspection
        if lane is inspection.channels.lane:
            raise InputError(f"{lane.title} are those of the file; they are exported as a picture, .png or .svg")
        if lane in inspection.lanes.extras:
            stage = inspection.analyses.stage_of(lane)
        else:
            name, run = inspection.lanes.stage_of(lane), inspection.links.side(port=port)
            computing = run is not None and run.origin == "computed" and not inspection.model.has(name)
            stage = run[name] if run is not None and name in run and not computing else None
        if stage is None:
            title = inspection.lanes.stage_of(lane) or lane.title
            raise InputError(f"there is no {title} to export yet; open a recording or a port and wait for it")
        return stage

    def save_picture(self, path: Path) -> None:
        """Save a picture of the window, which can be opened again at its place."""
        image, workspace = self._inspection.window.grab().toImage(), self._document.workspace()
        self._write(lambda _: save_picture(image, workspace, path), path)

    def ask_figure(self) -> None:
        """Ask what a figure is to show, and how, and where to save it."""
        inspection, views = self._inspection, self._figures()
        dialog = FigureDialog([*views], Form(caption=caption_of(inspection, self._computed_by())), inspection.window)
        accepted = dialog.exec()
        chosen, form = dialog.chosen, dialog.form
        dialog.deleteLater()
        if accepted:
            save = partial(self.save_figure, chosen, form)
            ask_where(self._inspection, "Export figure", "figure.png", _FIGURES, save)

    def save_figure(self, what: str, form: Form, path: Path) -> None:
        """Save a figure of what is offered under this name."""
        self._write_picture(figure(self._figures()[what], form, path, self._inspection.window.palette()), path)

    def _figures(self) -> dict[str, Paint]:
        """Give what there are figures of, by name."""
        inspection = self._inspection
        lanes, curves = lanes_of(inspection.lanes), self._curves.made
        views = {"All lanes": lanes_figure(lanes, inspection.lanes.ruler)}
        views |= {f"Lane: {lane.title}": lanes_figure([lane], inspection.lanes.ruler) for lane in lanes}
        views["Tensor"] = widget_figure(inspection.links.panel.tensor)
        plots: dict[str, QWidget | None] = {
            "Histogram": inspection.links.panel.values.statistics.histogram,
            "Scatter": inspection.links.panel.values.scatter.plot,
            "Curves": curves.plot if curves else None,
        }
        views |= {name: widget_figure(plot) for name, plot in plots.items() if plot}
        return views

    def _write_picture(self, write: Callable[[], None], path: Path) -> None:
        self._write(lambda _: write(), path)

    def _write(self, write: Callable[[Tick], None], path: Path) -> None:
        self._inspection.jobs.submit(EXPORT, write, lambda _: self._inspection.say(f"written to {path}"))

    def tensor(self) -> np.ndarray:
        """Give the cursor's frame's tensor: of the side of a comparison that is shown, the reference's where all are.

        Raises
        ------
        InputError
            There is none.
        """
        values = self._inspection.links.panel.tensor.values
        if values is None:
            raise InputError("there is no frame tensor here; open a recording or a port and wait for its features")
        return np.asarray(values)

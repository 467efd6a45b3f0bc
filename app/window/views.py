"""The verbs of the View menu: lanes, their colours and order."""

from collections.abc import Mapping
from functools import partial
from typing import get_args

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from ...core.base.errors import InputError
from ...core.base.progress import Tick
from ...core.compare.alignment import time_major
from ...core.config import Config
from ...core.drawing.feature_order import correlation_order, living, variance_order
from ...core.settings import ColourMap
from ...models.workspace import LaneSetting
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from .exports import EXPORT
from .inspection import Inspection

COLOUR_MAPS: tuple[str, ...] = get_args(ColourMap)
_DEFAULT_ORDER = "correlation"
"""What belongs together stands together: in their own order features look like noise."""
_WORDS = {"index": "", "variance": "rows by variance", "correlation": "rows by likeness"}
_ORDERS = {"index": None, "variance": variance_order, "correlation": correlation_order}


class Views(QObject):
    """How the lanes are looked at; what changes it is an undoable step."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection, self._lanes, self._timeline = inspection, inspection.lanes, inspection.timeline
        self._order, self._folded = _DEFAULT_ORDER, False
        inspection.lanes.for_each(self._on_lane)
        inspection.model.finished.connect(self._apply_order)

    def _on_lane(self, lane: Lane) -> None:
        if isinstance(lane, HeatLane):
            lane.levels_wanted.connect(partial(self.choose_levels, lane))

    @property
    def order(self) -> str:
        """How the rows of the features are ordered."""
        return self._order

    @property
    def folded(self) -> bool:
        """Whether features that are zero everywhere are left out."""
        return self._folded

    @property
    def normalised(self) -> bool:
        """Whether every row of the features has the colours of its own range."""
        lane = self._lanes.heat("features")
        return lane is not None and lane.normalised

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes that can be shown and hidden, from above."""
        return (*self._lanes.stages, self._lanes.errors)

    @property
    def state(self) -> dict[str, dict[str, LaneSetting]]:
        """What a session remembers: lane -> setting -> value."""
        state: dict[str, dict[str, LaneSetting]] = {}
        for name, lane in self._named().items():
            state[name] = {"shown": not lane.isHidden()}
            if isinstance(lane, HeatLane):
                low, high = lane.chosen_levels or (None, None)
                state[name] |= {"colours": lane.colour_map, "low": low, "high": high}
                state[name]["normalised"] = lane.normalised
        state["channels"] = {"shown": self._inspection.channels.shown}
        state["analyses"] = dict.fromkeys(self._inspection.analyses.shown, True)
        state["tensor"] = {"square": self._inspection.links.panel.tensor.square}
        state.setdefault("features", {}).update({"order": self._order, "folded": self._folded})
        return state

    def restore(self, lanes: Mapping[str, Mapping[str, LaneSetting]]) -> None:
        """Bring back what `state` gave; what is missing or wrong keeps its default."""
        for name, lane in self._named().items():
            settings = lanes.get(name, {})
            if lane is not self._lanes.errors:  # which is there where something is compared
                lane.setVisible(settings.get("shown") is not False)
            if isinstance(lane, HeatLane):
                self._restore_colours(lane, settings)
        self._inspection.links.panel.tensor.set_square(lanes.get("tensor", {}).get("square") is True)
        if self._inspection.channels.shown != (lanes.get("channels", {}).get("shown") is True):
            self._inspection.channels.show(not self._inspection.channels.shown)
        self._inspection.analyses.show(tuple(name for name, shown in lanes.get("analyses", {}).items() if shown))
        features = lanes.get("features", {})
        self._order = str(features.get("order")) if features.get("order") in _ORDERS else _DEFAULT_ORDER
        self._folded = features.get("folded") is True
        self._apply_order()

    def clear(self) -> None:
        """Select nothing, and end an export that is under way."""
        self._timeline.clear_selection()
        self._inspection.jobs.cancel(EXPORT)

    def zoom(self, factor: float) -> None:
        """Zoom around the cursor."""
        self._timeline.zoom_at(self._timeline.cursor, factor)

    def order_features(self, order: str) -> None:
        """Order the rows of the feature lane by ``index``, ``variance`` or ``correlation``."""
        with self._inspection.history.change("Order features"):
            self._order = order
        self._apply_order()

    def fold_dead_features(self) -> None:
        """Leave out the features that are zero everywhere, or show them again."""
        with self._inspection.history.change("Fold dead features"):
            self._folded = not self._folded
        self._apply_order()

    def normalise(self, lane: HeatLane) -> None:
        """Give every row of a lane the colours of its own range, or all of them the same."""
        with self._inspection.history.change("Each row by its own range"):
            lane.set_normalised(not lane.normalised)

    def normalise_rows(self) -> None:
        """Give every row of the features the colours of its own range, or all of them the same."""
        if lane := self._lanes.heat("features"):
            self.normalise(lane)

    def square_cells(self) -> None:
        """Keep the tensor's cells as wide as high, or let them fill the room."""
        tensor = self._inspection.links.panel.tensor
        with self._inspection.history.change("Square cells"):
            tensor.set_square(not tensor.square)

    def set_colour_map(self, lane: HeatLane, name: str) -> None:
        """Colour a lane by another map."""
        with self._inspection.history.change("Colour map"):
            lane.set_colour_map(name)

    def choose_levels(self, lane: HeatLane, levels: tuple[float, float] | None) -> None:
        """Give a lane levels of the user's own, low < high; None: the ones that fit the recording."""
        with self._inspection.history.change("Levels", merge=f"levels {lane.title}"):
            lane.choose_levels(levels)

    def toggle_lane(self, number: int) -> None:
        """Show or hide a lane; the last one stays."""
        lane = self.lane(number)
        if not lane.isHidden() and sum(not other.isHidden() for other in self.lanes) == 1:
            return
        with self._inspection.history.change("Show or hide a lane"):
            lane.setHidden(not lane.isHidden())

    def toggle_analysis(self, name: str) -> None:
        """Show the lane of an analysis, or take it away."""
        with self._inspection.history.change("Show or hide an analysis"):
            self._inspection.analyses.toggle(name)

    def held_frames(self) -> npt.NDArray[np.intp]:
        """The frames that the chosen port has, where it has only some; else none."""
        port = self._inspection.runs.port
        stages = port.run.stages.values() if port and port.run else ()
        some = [stage.frames for stage in stages if stage.frames is not None]
        return np.unique(np.concatenate(some)).astype(np.intp) if some else np.zeros(0, np.intp)

    def go_held(self, direction: int) -> None:
        """Go to the next frame (1) that a port with few of them has, or to the one before (-1)."""
        held, here = self.held_frames(), self._timeline.frame
        places = held[held > here] if direction > 0 else held[held < here][::-1]
        if len(places):
            self._timeline.seek_frame(int(places[0]))

    def toggle_channels(self) -> None:
        """Show the lane of the recording's own channels, or take it away."""
        with self._inspection.history.change("Show or hide the channels"):
            self._inspection.channels.show(not self._inspection.channels.shown)

    def hide(self, lane: Lane) -> None:
        """Hide a lane of a stage or of errors, or take that of an analysis away."""
        if name := self._inspection.analyses.name_of(lane):
            self.toggle_analysis(name)
        elif lane is self._inspection.channels.lane:
            self.toggle_channels()
        else:
            self.toggle_lane(self.lanes.index(lane))

    def lane(self, number: int) -> Lane:
        """Give a lane by its number from above, from 0.

        Raises
        ------
        InputError
            There are not so many.
        """
        if number >= len(self.lanes):
            raise InputError(f"there are only {len(self.lanes)} lanes")
        return self.lanes[number]

    def shows(self, number: int) -> bool:
        """Tell whether there is a lane of this number from above, and it is shown."""
        return number < len(self.lanes) and not self.lanes[number].isHidden()

    def compute_with(self, title: str, config: Config) -> None:
        """Compute with another configuration."""
        with self._inspection.history.change(title):
            self._inspection.model.set_config(config)

    def _named(self) -> dict[str, Lane]:
        stages = {self._lanes.stage_of(lane): lane for lane in self._lanes.stages[1:]}
        return {"waveform": self._lanes.waveform, **stages, "errors": self._lanes.errors}

    @staticmethod
    def _restore_colours(lane: HeatLane, settings: Mapping[str, LaneSetting]) -> None:
        if settings.get("colours") in COLOUR_MAPS:
            lane.set_colour_map(str(settings["colours"]))
        low, high = settings.get("low"), settings.get("high")
        if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
            lane.choose_levels((low, high))
        else:
            lane.choose_levels(None)
        lane.set_normalised(settings.get("normalised") is True)

    def _apply_order(self) -> None:
        """Order the rows by the finished features; until they are, and where nothing is asked, by their index."""
        run, how, folded = self._inspection.model.run, _ORDERS[self._order], self._folded
        lane = self._lanes.heat("features")
        if run is None or lane is None or not self._inspection.model.has("features"):
            return
        if (how is None and not folded) or lane.coordinates.hz is not None:
            lane.set_order(None, "")
            return
        stage = run["features"]
        features = np.asarray(time_major(stage))

        def order(_: Tick) -> npt.NDArray[np.intp]:
            rows = np.arange(features.shape[1]) if how is None else how(features)
            return rows[np.isin(rows, living(features))] if folded else rows

        words = ", ".join(filter(None, [_WORDS[self._order], "dead ones folded" if folded else ""]))
        self._inspection.jobs.submit("feature order", order, partial(lane.set_order, words=words))

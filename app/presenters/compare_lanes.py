"""What fills the lanes with two runs: reference, port and difference, the errors of all ports, and where they lie."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...core.axis import Clock
from ...core.base.progress import Tick
from ...core.compare.comparison import Comparison
from ...core.compare.curves import Curve, error_curve, outside_curve
from ...core.compare.difference import DifferenceKind
from ...core.compare.stage import StageComparison
from ...core.drawing.coordinates import stage_coordinates
from ...core.recipe.recipe import Recipe
from ...core.report.formatting import error_text
from ...core.run import Run, Stage, StageName
from ...core.timebase import Timebase
from ...models.jobs import Jobs
from ...models.quantised import Coding, stage_coding
from ...models.timeline import Timeline
from ...widgets.compare_view import Role, View
from ...widgets.lanes.comparing_lane import ComparingLane
from ...widgets.lanes.error_lane import ErrorCurve
from ...widgets.lanes.lane import Lane
from ...widgets.lanes.wave_layer import WaveLayer
from ...widgets.lanes.waveform import WaveformLane
from .compared_layers import Compared, HeatPicture, heat_picture, wave_layers
from .lanes import LanePane

if TYPE_CHECKING:
    from ...models.runs import Runs

_DIFFERENCES: Mapping[DifferenceKind, str] = {
    "signed": "port - reference",
    "absolute": "|port - reference|",
    "log": "log10 |port - reference|",
    "relative": "(port - reference) / |reference|",
}
_ERRORS = "compared errors"


class CompareLanes(QObject):
    """Keeps the lanes, the error lane and the overview at the runs that are compared."""

    def __init__(self, pane: LanePane, runs: "Runs", timeline: Timeline, jobs: Jobs) -> None:
        super().__init__(pane)
        self._pane, self._runs, self._timeline, self._jobs = pane, runs, timeline, jobs
        self._kind: DifferenceKind = "signed"
        self._drawn: dict[StageName, Compared] = {}
        self._parts: dict[StageName, int] = {}
        """How many parts each lane had when the height was shared."""
        self._building: set[StageName] = set()
        """Stages whose lanes still show what was wanted before."""
        self._errors: tuple[Comparison, ...] = ()
        self._density_of: Comparison | None = None
        for changed in (runs.changed, runs.updated, runs.lag_changed, runs.profile_changed):
            changed.connect(self._on_changed)
        pane.lane_added.connect(self._on_lane)

    def _on_lane(self, lane: Lane) -> None:
        """Let a new lane show two runs as the others do."""
        if isinstance(lane, ComparingLane):
            lane.set_comparing(self.view)
            lane.set_opacity(self._pane.waveform.opacity)

    # What the window chooses

    @property
    def view(self) -> View:
        """How two runs are shown."""
        return self._pane.waveform.comparing

    def set_view(self, view: View) -> None:
        """Choose how two runs are shown, in every lane."""
        for lane in self._pane.stages:
            lane.set_comparing(view)

    def set_flipped(self, flipped: bool) -> None:
        """Show port and reference in each other's place, for as long as a key is held."""
        for lane in self._pane.stages:
            lane.set_flipped(flipped)

    def set_opacity(self, opacity: float) -> None:
        """Choose the share of the port where it lies over the reference, 0 to 1."""
        for lane in self._pane.stages:
            lane.set_opacity(opacity)

    @property
    def kind(self) -> DifferenceKind:
        """What is drawn as the difference."""
        return self._kind

    def set_kind(self, kind: DifferenceKind) -> None:
        """Draw the signed, absolute, logarithmic or relative difference."""
        self._kind = kind
        self._show_stages()

    # What the runs say

    def draw_again(self) -> None:
        """Draw anew what somebody else has drawn over."""
        self._drawn.clear()
        self._on_changed()

    def _on_changed(self) -> None:
        self._show_stages()
        self._show_errors()

    def _show_stages(self) -> None:
        for gone in [name for name in self._drawn if self._pane.lane(name) is None]:
            self._forget(gone)
        for name in self._pane.names:
            wanted = self._wanted(name)
            if wanted is None:
                self._forget(name)
            elif not wanted.draws_same(self._drawn.get(name)):
                self._drawn[name] = wanted
                self._build(name, wanted)
            elif name not in self._building:
                self._label(name, wanted)

    def _wanted(self, name: StageName) -> Compared | None:
        """Give what is to be drawn of a stage, None where it is the computed run alone."""
        reference, comparison = self._runs.reference, self._runs.shown
        drawn = (reference is None or reference.path is None) and comparison is self._runs.comparison
        own = _stage(reference.run if reference else None, name)
        if comparison is not None:  # one that disagrees is false
            own = _stage(comparison.reference, name)
        if drawn and comparison is None:
            return None
        found = _found(comparison, name)
        return Compared(
            reference=None if drawn else own,
            other=own,
            port=None if comparison is None else _stage(comparison.port, name),
            lag=found.lag if found else None,
            applied=self._runs.lag_applied,
            kind=self._kind,
            tolerance=(self._runs.profile if comparison is None else comparison.profile)[name],
        )

    def _forget(self, name: StageName) -> None:
        if self._drawn.pop(name, None):
            self._jobs.cancel(f"compared {name}")
            self._building.discard(name)
            if lane := self._pane.lane(name):
                lane.set_compared({}, {})
                lane.set_agreement("")
                self._share(name, lane)

    def _label(self, name: StageName, wanted: Compared) -> None:
        if lane := self._pane.lane(name):
            lane.set_labels(self._labels(name, wanted))
            lane.set_agreement(_agreement(_found(self._runs.shown, name), wanted))

    def _build(self, name: StageName, wanted: Compared) -> None:
        channel = f"compared {name}"
        self._building.add(name)
        if (lane := self._pane.heat(name)) is None:
            full = wave.layer("reference") if isinstance(wave := self._pane.lane(name), WaveformLane) else None
            build = partial(wave_layers, wanted, full.full if full else 1.0)
            self._jobs.submit(channel, build, partial(self._show_wave, name, wanted))
            return
        stage = wanted.other or wanted.port
        clock = stage.clock if stage else Clock(1.0)
        drawn = lane.layer("reference") if wanted.reference is None else None
        coding = stage_coding(self._recipe, name) if self._recipe else None
        if drawn:
            coding = Coding(drawn.pyramid.low, drawn.pyramid.high, drawn.logarithmic)
        heat = partial(heat_picture, wanted, (clock.rate, clock.offset), coding)
        self._jobs.submit(channel, heat, partial(self._show_heat, name, wanted))

    @property
    def _recipe(self) -> Recipe | None:
        reference = self._runs.reference
        return reference.run.recipe if reference and reference.run else None

    def _show_wave(self, name: StageName, wanted: Compared, layers: Mapping[Role, WaveLayer]) -> None:
        self._building.discard(name)
        if isinstance(lane := self._pane.lane(name), WaveformLane):
            if layers:
                lane.set_error(None)
            lane.set_compared(layers, {})
            self._label(name, wanted)
            self._share(name, lane)

    def _show_heat(self, name: StageName, wanted: Compared, picture: HeatPicture) -> None:
        self._building.discard(name)
        lane = self._pane.heat(name)
        if lane is None:
            return
        if wanted.reference:
            lane.set_coordinates(stage_coordinates(wanted.reference))
        lane.set_compared(picture.layers, {}, picture.levels)
        self._label(name, wanted)
        self._share(name, lane)

    def _share(self, name: StageName, lane: ComparingLane) -> None:
        """Share the height anew where a lane shows more or fewer runs: a port has come, or gone."""
        if (parts := len(lane.heads())) != self._parts.get(name, 1):
            self._parts[name] = parts
            self._pane.share_height()

    def _labels(self, name: StageName, wanted: Compared) -> dict[Role, str]:
        """Say in the lane's parts what they show, the lag always."""
        reference, port = self._runs.reference, self._runs.port
        shown = self._runs.shown
        name_of = shown.reference.name if shown is not self._runs.comparison and shown is not None else None
        labels: dict[Role, str] = {
            "reference": f"reference {name_of or (reference.name if reference else '')}".rstrip()
        }
        if port and wanted.port is None:
            labels["reference"] += f"; {port.name} has no {name}"
        elif port:
            labels["port"] = f"port {port.name}, {self._lag_text(name, wanted)}"
            raw = "" if wanted.applied or not wanted.lag else ", raw"
            labels["difference"] = _DIFFERENCES[wanted.kind if self._pane.heat(name) else "signed"] + raw
        return labels

    def _lag_text(self, name: StageName, wanted: Compared) -> str:
        if wanted.lag is None:
            found = _found(self._runs.shown, name)
            return found.reason if found else "not compared"
        assert wanted.port is not None
        text = f"lag {wanted.lag:+d} {wanted.port.items}" if wanted.lag else "no lag"
        return f"{text} applied" if wanted.lag and wanted.applied else text if wanted.applied else f"raw, {text}"

    # Errors

    def _show_errors(self) -> None:
        port, chosen = self._runs.port, self._runs.shown
        shown = ((run.name, chosen if run is port else run.comparison) for run in self._runs.items)
        compared = tuple((name, comparison) for name, comparison in shown if comparison is not None)
        comparisons = tuple(comparison for _, comparison in compared)
        if comparisons == self._errors and chosen is self._density_of:
            return
        self._errors, self._density_of = comparisons, chosen
        build = partial(_curves, compared, chosen, self._timeline.timebase)
        self._jobs.submit(_ERRORS, build, self._show_curves)

    def _show_curves(self, built: tuple[list[ErrorCurve], list[Curve]]) -> None:
        errors, outside = built
        if bool(errors) != (not self._pane.errors.isHidden()):
            self._pane.errors.setVisible(bool(errors))
        self._pane.errors.set_curves(errors)
        self._pane.overview.set_errors(outside)


def _stage(run: Run | None, name: StageName) -> Stage | None:
    return run[name] if run is not None and name in run else None


def _found(comparison: Comparison | None, name: StageName) -> StageComparison | None:
    return next((found for found in comparison.stages if found.stage == name), None) if comparison is not None else None


def _agreement(found: StageComparison | None, wanted: Compared) -> str:
    """Say of a stage whose difference is an empty picture that this is as it should be; nothing of others.

    On a logarithmic scale differences are seen however small they are.
    """
    if found is None or found.metrics is None or found.metrics.within < 1 or wanted.kind == "log":
        return ""
    if wanted.lag and not wanted.applied:
        return ""
    if found.metrics.equal == 1:
        return "every value is equal"
    return f"agrees: no difference above {error_text(found.metrics.max_abs)}"


def _curves(
    compared: tuple[tuple[str, Comparison], ...], chosen: Comparison | None, timebase: Timebase, tick: Tick
) -> tuple[list[ErrorCurve], list[Curve]]:
    """Make the curves of all ports, and those of the chosen one that say how much is out of tolerance."""
    errors, outside = [], []
    for port, comparison in compared:
        for found in comparison.stages:
            if found.metrics is None:
                continue
            reference = comparison.reference[found.stage]
            curve = error_curve(found, reference, comparison.port[found.stage], timebase, tick)
            if curve:
                errors.append(ErrorCurve(port, curve, comparison.profile[found.stage].absolute, comparison is chosen))
            if comparison is chosen and (share := outside_curve(found, reference, timebase)):
                outside.append(share)
    return errors, outside

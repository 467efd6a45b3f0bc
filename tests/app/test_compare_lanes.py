from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from framescope.app.presenters.compare_lanes import CompareLanes
from framescope.app.presenters.lanes import LanePane
from framescope.core.compare.comparison import Comparison, compare
from framescope.core.compare.tolerance import load_profile
from framescope.core.readers import load_run
from framescope.core.run import Run, Stage
from framescope.core.synctalk import synctalk_facts
from framescope.core.timebase import Timebase
from framescope.models.jobs import Jobs
from framescope.models.runs import OpenRun
from framescope.models.timeline import Timeline
from framescope.widgets.colour import WARNING, contrast
from framescope.widgets.compare_view import View
from helpers import runs as helpers
from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from pytestqt.qtbot import QtBot


class Runs(QObject):
    """What the lanes ask of the open runs, put there by hand."""

    changed, updated, lag_changed, profile_changed = Signal(), Signal(int), Signal(), Signal()
    reference: OpenRun | None = None
    port: OpenRun | None = None
    comparison: Comparison | None = None
    items: tuple[OpenRun, ...] = ()
    assumed: Comparison | None = None
    lag_applied = True
    profile = load_profile()

    def show(self, reference: Run, *ports: Run, computed: bool = False) -> None:
        """Compare, and look at the first port."""
        path = None if computed else Path(reference.name)
        self.reference = OpenRun(0, path, reference.name, "ready", run=reference)
        found = [compare(reference, port, self.profile) for port in ports]
        opened = [
            OpenRun(key, Path(port.name), port.name, "ready", run=port, comparison=comparison)
            for key, (port, comparison) in enumerate(zip(ports, found, strict=True), 1)
        ]
        self.items = (self.reference, *opened)
        self.choose(1 if ports else None)

    @property
    def shown(self) -> Comparison | None:
        return self.assumed or self.comparison

    def assume(self, reference: Run | None) -> None:
        """Show the port against another reference; None: against the one it is judged by."""
        assert self.port is not None
        assert self.port.run is not None
        self.assumed = compare(reference, self.port.run, self.profile) if reference else None
        self.updated.emit(self.port.key)

    def choose(self, key: int | None) -> None:
        self.port = self.items[key] if key else None
        self.comparison = self.port.comparison if self.port else None
        self.changed.emit()

    def apply_lag(self, applied: bool) -> None:
        self.lag_applied = applied
        self.lag_changed.emit()


@dataclass(frozen=True)
class Bench:
    pane: LanePane
    runs: Runs
    lanes: CompareLanes
    timeline: Timeline
    jobs: Jobs

    def settle(self) -> None:
        assert self.jobs.wait_idle(30)

    def values(self, stage: str, item: int, row: int) -> tuple[float, float | None]:
        """What a probe at the middle of an item gives, reference and port, in the first part."""
        lane = self.pane.mel if stage == "mel" else self.pane.features
        clock = synctalk_facts()[stage].clock
        rate, offset = clock.rate, clock.offset
        self.timeline.show(max(0, item / rate - 0.2), item / rate + 0.2)
        box = lane.parts()[0].box
        rows = 80 if stage == "mel" else 512
        place = rows - 1 - row if stage == "mel" else row
        point = QPointF(lane.x_of((item + 0.5 - offset) / rate), box.top() + (place + 0.5) / rows * box.height())
        probe = lane.probe_at(point)
        assert probe is not None
        assert probe.index == ((row, item) if stage == "mel" else (item, row))
        return probe.value, probe.port


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    timeline, jobs, runs = Timeline(), Jobs(), Runs()
    pane = LanePane(timeline)
    qtbot.addWidget(pane)
    pane.resize(1000, 2400)
    pane.show()
    timeline.set_duration(45, Timebase())
    yield Bench(pane, runs, CompareLanes(pane, runs, timeline, jobs), timeline, jobs)  # type: ignore[arg-type]
    jobs.close()


def small(seconds: float) -> Run:
    """A reference of mel and features alone."""
    run = helpers.reference(seconds)
    return replace(run, stages={name: run[name] for name in ("mel", "features")})


def shifted(run: Run, lag: int) -> Run:
    """A port whose mel begins `lag` columns late."""
    mel = np.asarray(run["mel"].array)[:, lag:]
    return Run("late", "loaded", {"mel": Stage("mel", mel.astype(np.float32))})


def test_probes_on_real_runs_equal_the_files(bench: Bench, shared: Path) -> None:
    python, go = shared / "python_talk_hb", shared / "go_dump_talk_hb"
    reference = load_run(python)
    bench.runs.show(reference, load_run(go, reference=reference))
    ours = {"mel": np.load(python / "mel_spectrogram.npy").T, "features": np.load(python / "audio_features_raw.npy")}
    theirs = {
        "mel": np.fromfile(go / "mel_f32.bin", "<f4").reshape(80, -1).T,
        "features": np.fromfile(go / "features_raw_f32.bin", "<f4").reshape(-1, 512),
    }
    for applied in (True, False):
        bench.runs.apply_lag(applied)
        bench.settle()
        for stage, item, row in [("mel", 2, 0), ("mel", 558, 43), ("mel", 1780, 79), ("features", 558, 300)]:
            lag = 2 if stage == "mel" and applied else 0
            assert bench.values(stage, item, row) == (ours[stage][item, row], theirs[stage][item - lag, row])


def test_the_lag_is_always_said(bench: Bench) -> None:
    reference = small(3)
    bench.runs.show(reference, shifted(reference, 2))
    bench.settle()
    mel = bench.pane.mel
    assert [mel.label(role) for role in ("reference", "port")] == [
        "reference reference",
        "port late, lag +2 columns applied",
    ]
    bench.runs.apply_lag(False)
    bench.settle()
    assert mel.label("port") == "port late, raw, lag +2 columns"
    assert mel.label("difference") == "port - reference, raw"
    assert bench.pane.features.label("reference") == "reference reference; late has no features"


def test_the_difference_follows_the_lag(bench: Bench) -> None:
    """A port that is only late differs by rounding where the lag is applied, and much where it is not."""
    reference = small(3)
    bench.runs.show(reference, shifted(reference, 2))
    bench.settle()
    tolerance = bench.runs.profile["mel"].absolute
    assert bench.pane.mel.difference_levels == (-tolerance, tolerance)
    bench.runs.apply_lag(False)
    bench.settle()
    assert bench.pane.mel.difference_levels[1] > 10 * tolerance


def test_an_empty_difference_says_that_nothing_differs(bench: Bench) -> None:
    """A black lane would tell neither that it was compared nor that it is right."""
    reference = small(3)
    mel = bench.pane.mel

    def drawn() -> bool:
        part = next(part for part in mel.parts() if part.role == "difference")
        picture, ground = mel.grab().toImage(), mel.palette().color(mel.palette().ColorRole.Base)
        top, left = part.box.top() + 4, part.box.left() + 10
        pixels = (picture.pixelColor(x, y) for y in range(top, top + 12) for x in range(left, left + 90))
        return any(contrast(pixel, ground) > 3 for pixel in pixels)

    port = replace(reference, name="port", stages={"mel": Stage("mel", reference["mel"].array + 1e-7)})
    bench.runs.show(reference, port)
    bench.settle()
    assert mel.agreement.startswith("agrees: no difference above 1")
    assert drawn()
    bench.runs.show(reference, replace(port, stages={"mel": reference["mel"]}))
    bench.settle()
    assert mel.agreement == "every value is equal"
    bench.runs.show(reference, replace(port, stages={"mel": Stage("mel", reference["mel"].array + 1)}))
    bench.settle()
    assert mel.agreement == ""
    bench.runs.show(reference, shifted(reference, 2))
    bench.settle()
    assert mel.agreement.startswith("agrees: no difference above")
    bench.runs.apply_lag(False)
    bench.settle()
    assert mel.agreement == ""
    bench.runs.show(reference)
    bench.settle()
    assert mel.agreement == ""


def test_the_difference_of_a_signal_is_drawn_by_the_tolerance_at_least(bench: Bench) -> None:
    """Rounding errors that fill a lane would look like a fault."""
    audio = np.sin(np.arange(32_000.0))
    reference = Run("reference", "loaded", {"audio": Stage("audio", audio)})
    edges = []
    for off in (1e-9, 0.25):
        port = Run("port", "loaded", {"audio": Stage("audio", audio + off)})
        bench.runs.show(reference, port)
        bench.settle()
        layer = bench.pane.waveform.layer("difference")
        assert layer is not None
        edges.append(layer.full)
    assert edges == [bench.runs.profile["audio"].absolute, pytest.approx(0.25, rel=1e-3)]


@pytest.mark.parametrize(
    ("kind", "low", "signed"),
    [("signed", -1, True), ("absolute", 0, False), ("log", -6, False), ("relative", -1, True)],
)
def test_kinds_of_difference(bench: Bench, kind: object, low: float, signed: bool) -> None:
    reference = small(2)
    port = replace(reference, name="port", stages={"mel": Stage("mel", reference["mel"].array + 1)})
    bench.runs.show(reference, port)
    bench.lanes.set_kind(kind)  # type: ignore[arg-type]
    bench.settle()
    layer = bench.pane.mel.layer("difference")
    assert layer is not None
    assert layer.pyramid.signed == signed
    assert bench.pane.mel.difference_levels[0] == pytest.approx(low)
    shown = layer.pyramid.code_values[layer.pyramid.codes[100, 40]]
    expected = {"signed": 1, "absolute": 1, "log": 0, "relative": 1 / abs(reference["mel"].array[40, 100])}[str(kind)]
    assert shown == pytest.approx(min(expected, 1), abs=0.03)


def test_errors_and_density_are_those_of_the_comparison(bench: Bench) -> None:
    reference = small(3)
    features = np.asarray(reference["features"].array).copy()
    features[50] += 0.5
    port = replace(helpers.dumped(reference), stages={"features": Stage("features", features)})
    assert bench.pane.errors.isHidden()
    bench.runs.show(reference, port)
    bench.settle()
    assert not bench.pane.errors.isHidden()
    told = bench.pane.errors.told_at(QPointF(bench.pane.errors.x_of(50.5 / 25), bench.pane.errors.y_of(0.5)))
    assert told is not None
    assert (told[0].port, told[0].curve.stage) == ("port", "features")
    assert told[1] == pytest.approx(0.5)
    overview = bench.pane.overview
    place = QPoint(round(overview.x_of(50.5 / 25)), overview.height() - 4)
    assert overview.grab().toImage().pixelColor(place) == WARNING
    bench.runs.show(reference)
    bench.settle()
    assert bench.pane.errors.isHidden()
    assert overview.grab().toImage().pixelColor(place) != WARNING


def test_captions_name_the_port_that_is_chosen(bench: Bench) -> None:
    """Two ports that both lack a stage draw the same of it, and say another name."""
    reference = small(2)
    ports = [Run(name, "loaded", {"mel": Stage("mel", np.asarray(reference["mel"].array) + 1)}) for name in ("go", "c")]
    bench.runs.show(reference, *ports, computed=True)
    bench.settle()
    assert "go has no features" in bench.pane.features.label("reference")
    bench.runs.choose(2)
    bench.settle()
    assert "c has no features" in bench.pane.features.label("reference")
    assert "port c" in bench.pane.mel.label("port")


def test_the_reference_as_if_it_had_a_fault_is_shown_everywhere(bench: Bench) -> None:
    reference = small(3)
    port = Run("port", "loaded", {"features": Stage("features", np.asarray(reference["features"].array) + 0.5)})
    bench.runs.show(reference, port, computed=True)
    bench.settle()
    errors, overview = bench.pane.errors, bench.pane.overview
    assert float(errors.curves[0].curve.at(1.0)) == pytest.approx(0.5)
    assert overview.errors
    alike = replace(reference, name="as if", stages={**reference.stages, "features": port["features"]})
    bench.runs.assume(alike)
    bench.settle()
    assert float(errors.curves[0].curve.at(1.0)) == 0
    assert all(not np.nan_to_num(curve.values).any() for curve in overview.errors)
    bench.runs.assume(None)
    bench.settle()
    assert float(errors.curves[0].curve.at(1.0)) == pytest.approx(0.5)


def test_levels_are_the_recordings_own_again(bench: Bench) -> None:
    reference = small(2)
    bench.pane.features.set_levels(0, 8.4)
    louder = Stage("features", np.asarray(reference["features"].array) + 5)
    bench.runs.show(reference, Run("port", "loaded", {"features": louder}), computed=True)
    bench.settle()
    assert bench.pane.features.levels == (0, 8.4)
    bench.runs.assume(replace(reference, stages={**reference.stages, "features": louder}))
    bench.settle()
    assert 5 < bench.pane.features.levels[1] <= 8
    bench.runs.assume(None)
    bench.settle()
    assert bench.pane.features.levels == (0, 8.4)


def test_the_reference_as_if_has_the_levels_that_it_would_have_alone(bench: Bench) -> None:
    """Single values far above all others, as every encoder gives some, leave the others their colours."""
    reference = small(2)
    features = np.asarray(reference["features"].array) / 4
    usual = features.max()
    features[0, 0] = 7.9
    bench.runs.show(reference, Run("port", "loaded", {"features": Stage("features", features)}), computed=True)
    bench.runs.assume(replace(reference, stages={**reference.stages, "features": Stage("features", features)}))
    bench.settle()
    assert bench.pane.features.levels[1] <= usual + 0.1


def test_a_port_alone_has_the_levels_that_fit_it(bench: Bench) -> None:
    """Where the reference's features could not be computed, nothing else says between which values they lie."""
    reference = small(2)
    mel = {"mel": reference["mel"]}
    features = np.asarray(reference["features"].array) / 4
    ports = Run("port", "loaded", {**mel, "features": Stage("features", features)})
    bench.runs.show(replace(reference, stages=mel), ports, computed=True)
    bench.settle()
    low, high = bench.pane.features.levels
    assert low == 0
    assert 0.5 * features.max() < high <= features.max()


def test_a_loaded_reference_is_drawn_and_goes_again(bench: Bench) -> None:
    reference = helpers.dumped(small(2), name="first")
    bench.runs.show(reference)
    bench.settle()
    assert bench.values("mel", 100, 40) == (reference["mel"].array[40, 100], None)
    assert bench.values("features", 30, 9) == (reference["features"].array[30, 9], None)
    bench.runs.reference = None
    bench.runs.show(reference, computed=True)
    bench.settle()
    assert bench.pane.mel.layer("reference") is None


def test_only_what_changes_is_built_again(bench: Bench) -> None:
    reference = small(2)
    bench.runs.show(reference, helpers.dumped(reference))
    bench.settle()
    before = bench.pane.mel.layer("port"), bench.pane.features.layer("difference")
    bench.runs.updated.emit(1)
    bench.runs.profile_changed.emit()
    bench.settle()
    assert (bench.pane.mel.layer("port"), bench.pane.features.layer("difference")) == before


def test_a_port_of_some_frames_shows_these(bench: Bench) -> None:
    reference = small(2)
    frames = np.array([3, 40])
    some = Stage("features", np.asarray(reference["features"].array)[frames] + 1, frames=frames)
    bench.runs.show(reference, Run("some", "loaded", {"features": some}))
    bench.settle()
    own = reference["features"].array
    assert bench.values("features", 40, 7) == (own[40, 7], own[40, 7] + 1)
    assert bench.values("features", 39, 7) == (own[39, 7], None)


def test_every_lane_takes_part_in_every_view(bench: Bench) -> None:
    reference = small(2)
    samples = np.sin(np.arange(32000) / 20).astype(np.float32)
    stages = {"audio": Stage("audio", samples), **reference.stages}
    port = {"audio": Stage("audio", samples * 0.5), **shifted(reference, 2).stages}
    bench.runs.show(replace(reference, stages=stages), Run("port", "loaded", port))
    bench.settle()
    bench.pane.features.hide()
    lanes = bench.pane.waveform, bench.pane.mel
    for view in get_args(View):
        bench.lanes.set_view(view)
        assert len({tuple(part.role for part in lane.parts()) for lane in lanes}) == 1
        plain = [lane.grab().toImage() for lane in lanes]
        bench.lanes.set_flipped(True)
        flipped = [lane.grab().toImage() for lane in lanes]
        assert [one == other for one, other in zip(plain, flipped, strict=True)] == [view == "difference"] * 2
        bench.lanes.set_flipped(False)
        assert [lane.grab().toImage() for lane in lanes] == plain


def test_a_lane_of_three_parts_has_three_times_the_height(bench: Bench) -> None:
    """A port that has one stage: it is what one wants to see, and the others make room for it."""
    reference = small(2)
    bench.pane.resize(1000, 1600)
    bench.runs.show(reference, shifted(reference, 2))
    bench.settle()
    mel, features = bench.pane.mel, bench.pane.features
    assert [len(lane.heads()) for lane in (mel, features)] == [3, 1]
    assert mel.height() > 1.8 * features.height()
    bench.runs.choose(None)
    bench.settle()
    assert mel.height() < features.height()

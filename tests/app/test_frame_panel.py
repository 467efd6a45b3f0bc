"""The panel at the side while two runs are compared: what it shows of both, and where its lists lead."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.presenters.frame_panel import FrameLinks
from framescope.app.presenters.lanes import LaneFiller, LanePane
from framescope.core.compare.comparison import Comparison, compare
from framescope.core.run import Run, Stage
from framescope.core.timebase import Timebase
from framescope.models.jobs import Jobs
from framescope.models.recording import RecordingModel
from framescope.models.timeline import Timeline
from helpers import runs as small
from helpers import talk
from helpers.shown import ShownRuns
from PySide6.QtGui import QColor

N = len(small.reference(2)["features"].array)
Links = tuple[FrameLinks, ShownRuns, Timeline, Jobs]


@pytest.fixture
def linked(qtbot: Any) -> Iterator[Links]:
    timeline, jobs, shown = Timeline(), Jobs(), ShownRuns()
    model, pane = RecordingModel(timeline, jobs), LanePane(timeline)
    qtbot.addWidget(pane)
    links = FrameLinks(pane, LaneFiller(pane, model, timeline, jobs), model, timeline, shown, jobs=jobs)  # type: ignore[arg-type]
    for part in (links.panel.tensor, links.panel.readout, links.panel.values):
        qtbot.addWidget(part)
    yield links, shown, timeline, jobs
    jobs.close()


def show(linked: Links, comparison: Comparison, seconds: float) -> FrameLinks:
    links, shown, timeline, jobs = linked
    timeline.set_duration(seconds, Timebase())
    shown.show(comparison)
    assert jobs.wait_idle(30)
    return links


def doubled(stages: tuple[Any, ...] = ("features", "padded")) -> Comparison:
    run = small.reference(2)
    arrays = {stage: 2 * np.asarray(run[stage].array) for stage in stages}
    port = Run("port", "loaded", {stage: Stage(stage, array) for stage, array in arrays.items()})
    return compare(run, port)


def test_both_values_equal_the_files(linked: Links, shared: Path) -> None:
    stages: Any = ("mel", "features", "padded")
    links = show(linked, compare(talk.python(shared, *stages), talk.go(shared, *stages)), 44.88)
    ours, theirs = shared / "python_talk_hb", shared / "go_dump_talk_hb"
    rows = np.fromfile(theirs / "features_padded_f32.bin", "<f4").reshape(-1, 512)
    mel = np.fromfile(theirs / "mel_f32.bin", "<f4").reshape(80, -1)
    expected = {
        ("mel", (12, 1786)): (np.load(ours / "mel_spectrogram.npy")[12, 1786], mel[12, 1784]),
        ("features", (558, 9)): (np.load(ours / "audio_features_raw.npy")[558, 9], rows[559, 9]),
        ("tensors", (558, 5, 1, 3)): (
            np.load(ours / "frames" / "frame_00558_reshaped.npy")[5, 1, 3],
            rows[552, 275],
        ),
    }  # the tensors' context row 2 of frame 558 is padded row 552
    for (stage, index), (value, port) in expected.items():
        probe = links.read(stage, index)  # type: ignore[arg-type]
        assert probe is not None
        assert (probe.value, probe.port) == (value, port)
        assert probe.difference == port - float(value)


def test_the_lag_is_applied_or_not(linked: Links, shared: Path) -> None:
    links = show(linked, compare(talk.python(shared, "mel"), talk.go(shared, "mel")), 44.88)
    mel = np.fromfile(shared / "go_dump_talk_hb" / "mel_f32.bin", "<f4").reshape(80, -1)
    linked[1].set_lag_applied(False)
    probe = links.read("mel", (12, 1786))
    assert probe is not None
    assert probe.port == mel[12, 1786]


def test_a_factor_of_two_is_read_from_the_scatter(linked: Links, qtbot: Any) -> None:
    links = show(linked, doubled(), 2)
    values = links.panel.values
    values.tabs.setCurrentWidget(values.scatter)
    linked[2].seek_frame(20)
    qtbot.waitUntil(lambda: "8,192 of 8,192 pairs" in values.scatter.text)
    assert values.scatter.text.startswith("slope 2, ")
    values.set_scope("features")
    qtbot.waitUntil(lambda: f"of {N * 512:,} pairs" in values.scatter.text)
    assert values.scatter.text.startswith("slope 2, ")


def test_the_worst_cells_of_the_frame_are_listed_and_lead_there(linked: Links, qtbot: Any) -> None:
    links, _, timeline, _ = linked
    show(linked, doubled(), 2)
    values = links.panel.values
    values.tabs.setCurrentWidget(values.worst)
    timeline.seek_frame(20)
    qtbot.waitUntil(lambda: bool(values.worst.places) and values.worst.places[0].index[0] == 20)
    tensor = np.asarray(small.reference(2)["tensors"].array[20]).ravel()
    order = np.argsort(-tensor.astype(np.float64), kind="stable")[: len(values.worst.places)]
    assert [np.ravel_multi_index(p.index[1:], (32, 16, 16)) for p in values.worst.places] == order.tolist()
    values.set_scope("features")
    assert linked[3].wait_idle(30)
    frame = values.worst.places[0].index[0]
    qtbot.waitUntil(lambda: values.worst.topLevelItemCount() == 10)
    values.worst.itemActivated.emit(values.worst.topLevelItem(0), 0)
    assert timeline.frame == frame


def test_a_worst_tensor_cell_is_outlined(linked: Links) -> None:
    links = show(linked, doubled(), 2)
    links.panel.tensor.set_side("reference")
    links.panel.tensor.resize(420, 500)
    links.panel.tensor.show()
    links.go_to("tensors", (30, 9, 3, 4))
    canvas = links.panel.tensor.canvas
    corner = canvas.cell_rect((9, 3, 4)).toAlignedRect().topLeft()  # type: ignore[union-attr]
    assert linked[2].frame == 30
    assert canvas.grab().toImage().pixelColor(corner.x() - 1, corner.y() - 1) == QColor("white")


def test_pins_get_a_partner_and_lose_it(linked: Links) -> None:
    links = show(linked, doubled(), 2)
    links.panel.readout.pin(links.read("features", (7, 3)))
    (pinned,) = links.panel.readout.pinned
    assert pinned.port == 2 * pinned.value
    linked[2].seek_frame(9)
    (pinned,) = links.panel.readout.pinned
    assert pinned.index == (9, 3)
    assert pinned.port == 2 * pinned.value


def test_a_port_with_only_some_frames_says_where_it_has_none(linked: Links) -> None:
    run = small.reference(2)
    some = Stage("tensors", np.asarray(run["tensors"].array)[[4, 20]], frames=np.array([4, 20]))
    links = show(linked, compare(run, Run("port", "loaded", {"tensors": some})), 2)
    tensor = links.panel.tensor
    tensor.set_side("all")
    linked[2].seek_frame(20)
    assert tensor.canvas_of("port").message == ""
    linked[2].seek_frame(21)
    assert tensor.canvas_of("port").message == "The port has no tensor of frame 21."
    assert tensor.canvas_of("reference").message == ""


def test_without_a_comparison_there_is_one_side(linked: Links) -> None:
    links = show(linked, doubled(), 2)
    assert links.panel.tensor.side == "difference"
    links.panel.tensor.resize(1200, 500)
    links.panel.tensor.show()
    assert links.panel.tensor.side == "all"
    linked[1].show(None)
    assert links.panel.tensor.side == "reference"
    assert links.read("features", (7, 3)) is None

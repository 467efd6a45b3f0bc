"""The lanes of analyses: chosen, filled beside the GUI thread, remembered, and what errors say of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.presenters import analysis_lanes
from framescope.app.window.window import MainWindow
from framescope.core.analysis import Analysis, Measured
from framescope.core.base.errors import InputError
from framescope.widgets.lanes.curve_lane import CurveLane
from framescope.widgets.lanes.heatmap import HeatLane
from helpers.windows import open_recording, run, settle
from PySide6.QtCore import QPointF

RATE = 62.5


def quickly(analysis: Analysis, samples: Any, rate: int) -> Measured:
    """Measure what rises from -80 to 0, in as many rows as the analysis has."""
    items = 1 + len(samples) // 256
    values = np.linspace(-80, 0, items, dtype=np.float32)
    hz = analysis.hz(rate) if analysis.hz else None
    rows = len(hz) if hz is not None else len(analysis.rows) or 20
    return Measured(analysis, values if analysis.curve else np.tile(values[:, None], (1, rows)), RATE, hz)


@pytest.fixture(autouse=True)
def measured_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_lanes, "measure_beside", quickly)


def curve(window: MainWindow, name: str) -> CurveLane:
    lane = window.analyses.lane(name)
    assert isinstance(lane, CurveLane)
    return lane


def heat(window: MainWindow, name: str) -> HeatLane:
    lane = window.analyses.lane(name)
    assert isinstance(lane, HeatLane)
    return lane


def test_an_analysis_is_shown_read_and_taken_away(opened: MainWindow) -> None:
    run("analysis_rms")(opened)
    run("analysis_stft")(opened)
    settle(opened)
    assert opened.analyses.shown == ("stft", "rms")
    order = [opened.lanes.splitter.widget(k) for k in range(opened.lanes.splitter.count())]
    assert order.index(opened.lanes.features) < order.index(heat(opened, "stft")) < order.index(curve(opened, "rms"))
    assert order[-1] is opened.lanes.errors
    lane = curve(opened, "rms")
    probe = lane.probe_at(QPointF(lane.x_of(1.0), 10))
    assert probe is not None
    assert probe.value == pytest.approx(-40, abs=0.5)
    assert (probe.text, probe.unit) == ("RMS, 1.008 s", "dB")
    stft = heat(opened, "stft").probe_at(QPointF(lane.x_of(1.0), 0))
    assert stft is not None
    assert stft.text.startswith("8,000 Hz")
    opened.views.hide(lane)
    assert opened.analyses.shown == ("stft",)
    run("analysis_stft")(opened)
    assert opened.analyses.shown == ()


def test_what_is_chosen_holds_for_the_next_recording_and_the_session(opened: MainWindow, recording: Path) -> None:
    run("analysis_centroid")(opened)
    settle(opened)
    kept = opened.document.workspace()
    opened.model.close()
    assert not len(curve(opened, "centroid").values)
    open_recording(opened, recording)
    assert len(curve(opened, "centroid").values) == 126
    opened.analyses.show(())
    opened.views.restore(kept.lanes)
    settle(opened)
    assert len(curve(opened, "centroid").values) == 126


def test_the_pitch_lies_over_the_mel(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened.lanes.mel.grab().toImage()
    monkeypatch.setattr(
        analysis_lanes, "measure_beside",
        lambda analysis, samples, *_: Measured(analysis, np.full(126, 500.0, np.float32), RATE),
    )  # fmt: skip
    run("analysis_f0")(opened)
    settle(opened)
    opened.lanes.mel.resize(before.size())
    assert opened.lanes.mel.grab().toImage() != before
    run("analysis_f0")(opened)
    opened.lanes.mel.resize(before.size())
    assert opened.lanes.mel.grab().toImage() == before


def test_what_fails_is_said_in_its_lane(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Measured:
        raise InputError("RMS needs librosa; install it")

    monkeypatch.setattr(analysis_lanes, "measure_beside", refuse)
    run("analysis_rms")(opened)
    settle(opened)
    assert curve(opened, "rms").error == "RMS needs librosa; install it"


@pytest.fixture
def with_rms(compared: MainWindow) -> Iterator[MainWindow]:
    run("analysis_rms")(compared)
    settle(compared)
    yield compared
    compared.analyses.show(())


def test_the_share_of_the_error_is_said_with_a_number(with_rms: MainWindow) -> None:
    lane = curve(with_rms, "rms")
    assert "of the features error lies where RMS" in lane.words
    assert "% of the time" in lane.words
    assert lane.words in lane.tip_at(lane.rect().topLeft())


@pytest.mark.parametrize(("name", "head"), [("rms", ["value"]), ("stft", ["row 0 (0 Hz)", "row 1 (15.625 Hz)"])])
def test_an_analysis_is_exported_as_values_with_their_moments(
    opened: MainWindow, tmp_path: Path, name: str, head: list[str]
) -> None:
    run(f"analysis_{name}")(opened)
    settle(opened)
    lane, path = opened.analyses.lane(name), tmp_path / "values.csv"
    assert lane is not None
    opened.exports.export_lane(lane, path)
    settle(opened)
    first, *lines = path.read_text().splitlines()
    assert first.split(",")[: 2 + len(head)] == ["seconds", "item", *head]
    moments = [float(line.split(",")[0]) for line in lines]
    assert moments[:2] == pytest.approx([0, 1 / RATE])
    assert float(lines[-1].split(",")[2]) == 0


def test_an_analysis_that_is_not_measured_yet_has_nothing_to_export(window: MainWindow, tmp_path: Path) -> None:
    run("analysis_rms")(window)
    with pytest.raises(InputError, match="there is no RMS to export yet"):
        window.exports.export_lane(curve(window, "rms"), tmp_path / "rms.npy")

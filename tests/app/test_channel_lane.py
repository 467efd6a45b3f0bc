"""The recording's own channels: shown where they are wanted, and by themselves where mixing loses them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from helpers.recordings import encoded
from helpers.windows import open_recording, run

RATE = 44_100
WAVE = np.sin(np.arange(RATE) / 20) / 2


def written(folder: Path, right: Any) -> Path:
    path = folder / "stereo.wav"
    path.write_bytes(encoded(np.stack([WAVE, right], axis=1), RATE))
    return path


def test_channels_that_cancel_are_shown_and_said(window: MainWindow, tmp_path: Path, recording: Path) -> None:
    open_recording(window, written(tmp_path, -WAVE))
    lane = window.channels.lane
    assert lane is not None
    assert lane.words[0] == "44.1 kHz stereo"
    assert lane.words[1].startswith("the channels cancel each other")
    assert window.playing.facts.text().startswith("the channels cancel each other")
    window.views.hide(lane)
    assert window.channels.lane is None
    open_recording(window, recording)
    assert window.channels.lane is None
    assert window.playing.facts.text().startswith("16 kHz mono")


def test_channels_are_shown_where_they_are_wanted(window: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    open_recording(window, written(tmp_path, 0 * WAVE))
    assert window.channels.lane is None
    run("channels")(window)
    lane = window.channels.lane
    assert lane is not None
    lane.resize(800, 100)
    image = lane.grab(lane.contents_rect()).toImage()
    colours = [{image.pixel(x, y) for x in range(30, 600, 3) for y in rows} for rows in (range(10, 20), range(60, 70))]
    assert len(colours[0]) > 1 == len(colours[1]), "the left channel sounds, the right one is silent"
    kept = window.document.workspace()
    run("channels")(window)
    window.views.restore(kept.lanes)
    assert window.channels.shown


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_not_lost_is_not_spoken_of(window: MainWindow, tmp_path: Path, number: int) -> None:
    path = tmp_path / "plain.wav"
    path.write_bytes(encoded(np.stack([WAVE] * number, axis=1), RATE))
    open_recording(window, path)
    assert window.channels.words == ""
    assert not window.channels.shown

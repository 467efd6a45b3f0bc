import csv
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from framescope.app.window.exports import (
    export_curves,
    export_tensor,
    export_values,
    lane_picture,
    view_picture,
)
from framescope.core.base.arrays import RowBlocks
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.compare.curves import Curve
from framescope.core.config import Config
from framescope.core.run import Run, Stage, StageName
from framescope.models.timeline import Timeline
from framescope.widgets.lanes.error_lane import ErrorCurve
from framescope.widgets.lanes.lane import Lane
from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel

RANDOM = np.random.default_rng(7)
ROWS = RANDOM.normal(size=(30, 6)).astype(np.float32)
TENSORS = RowBlocks(ROWS, (np.arange(30)[:, None] + np.arange(4) - 2).clip(-1, 29).astype(np.int32), (2, 3, 4))
STAGES: dict[StageName, Stage] = {
    "audio": Stage("audio", RANDOM.normal(size=16_000).astype(np.float32)),
    "mel": Stage("mel", RANDOM.normal(size=(80, 81))),
    "features": Stage("features", RANDOM.normal(size=(25, 512)).astype(np.float32)),
    "padded": Stage("padded", RANDOM.normal(size=(27, 512)).astype(np.float32)),
    "tensors": Stage("tensors", TENSORS),
}
WHOLE: dict[StageName, int] = {"audio": 16_000, "mel": 81, "features": 25, "padded": 27, "tensors": 30}


@pytest.mark.parametrize(
    ("name", "span", "numbers", "seconds"),
    [
        ("audio", (0.5, 0.50025), [8000, 8001, 8002, 8003], [0.5, 0.5000625, 0.500125, 0.5001875]),
        ("audio", (0.99994, 5.0), [15_999], [0.9999375]),
        ("mel", (0.5, 0.525), [40, 41, 42], [0.5, 0.5125, 0.525]),  # columns reach half a column to either side
        ("mel", (0.9937, 9.0), [79, 80], [0.9875, 1.0]),
        ("features", (0.4, 0.48), [10, 11], [0.4, 0.44]),
        ("features", (0.45, 0.4501), [11], [0.44]),  # all of it within one frame
        ("features", (-1.0, 0.05), [0, 1], [0.0, 0.04]),
        ("padded", (0.4, 0.48), [11, 12], [0.4, 0.44]),  # one row comes before the first frame's
        ("tensors", (1.1, 1.3), [27, 28, 29], [1.08, 1.12, 1.16]),
    ],
)
def test_a_span_is_written_with_its_moments_and_every_bit(
    name: StageName, span: tuple[float, float], numbers: list[int], seconds: list[float], tmp_path: Path
) -> None:
    stage = STAGES[name]
    values = np.asarray(stage.array)
    expected = values[:, numbers] if name == "mel" else values[numbers]
    export_values(stage, span, tmp_path / "part.npy")
    export_values(stage, span, tmp_path / "part.csv")
    loaded = np.load(tmp_path / "part.npy")
    assert loaded.dtype == expected.dtype
    assert np.array_equal(loaded, expected)
    table = np.loadtxt(tmp_path / "part.csv", delimiter=",", skiprows=1, ndmin=2)
    assert table[:, 0] == pytest.approx(seconds, abs=1e-9)
    assert table[:, 1].tolist() == numbers
    by_time = expected.T if name == "mel" else expected.reshape(len(numbers), -1)
    assert np.array_equal(table[:, 2:].astype(values.dtype), by_time.reshape(len(numbers), -1))


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("audio", ["seconds", "sample", "value"]),
        ("mel", ["seconds", "column", "band 0 (90.9462 Hz)", "band 1 (126.892 Hz)"]),
        ("features", ["seconds", "frame", "feature 0", "feature 1"]),
        ("tensors", ["seconds", "frame", "channel 0 row 0 column 0", "channel 0 row 0 column 1"]),
    ],
)
def test_the_whole_has_a_head(name: StageName, head: list[str], tmp_path: Path) -> None:
    stage = STAGES[name]
    export_values(stage, None, tmp_path / "whole.CSV")
    lines = (tmp_path / "whole.CSV").read_text().splitlines()
    names = lines[0].split(",")
    assert names[: len(head)] == head
    assert len(set(names)) == len(names) == len(lines[1].split(","))
    assert len(lines) == 1 + WHOLE[name]
    export_values(stage, None, tmp_path / "whole.npy")
    assert np.array_equal(np.load(tmp_path / "whole.npy"), np.asarray(stage.array))


def test_what_is_not_finite_comes_back(tmp_path: Path) -> None:
    values = np.array([0.1, np.nan, np.inf, -np.inf, 1e-45, -0.0], np.float32)
    export_values(Stage("audio", values), None, tmp_path / "odd.csv")
    loaded = np.loadtxt(tmp_path / "odd.csv", delimiter=",", skiprows=1)[:, 2].astype(np.float32)
    assert np.array_equal(loaded, values, equal_nan=True)
    assert np.signbit(loaded).tolist() == np.signbit(values).tolist()


def test_frames_that_are_missing_are_counted(tmp_path: Path) -> None:
    frames = np.array([0, 10, 20, 100])
    stage = Stage("features", ROWS[:4], frames=frames)
    export_values(stage, (0.2, 0.81), tmp_path / "some.csv")
    table = np.loadtxt(tmp_path / "some.csv", delimiter=",", skiprows=1)
    assert table[:, :2].tolist() == [[0.4, 10], [0.8, 20]]
    with pytest.raises(InputError, match="features has nothing between 1 and 2 s; select another part"):
        export_values(stage, (1, 2), tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


def test_another_frame_rate_gives_other_moments(tmp_path: Path) -> None:
    run = Run("fast", "loaded", {"features": STAGES["features"]}, config=Config(fps=50))
    export_values(run["features"], (0.1, 0.2), tmp_path / "part.csv")
    table = np.loadtxt(tmp_path / "part.csv", delimiter=",", skiprows=1)
    assert table[:, 1].tolist() == [5, 6, 7, 8, 9]
    assert table[:, 0] == pytest.approx([0.1, 0.12, 0.14, 0.16, 0.18])


@pytest.mark.parametrize("suffix", [".csv", ".npy"])
def test_progress_is_told_and_a_cancelled_export_leaves_the_old_file(suffix: str, tmp_path: Path) -> None:
    path, told = tmp_path / f"values{suffix}", list[tuple[int, int]]()
    blocks = RowBlocks(ROWS, RANDOM.integers(0, 30, (5000, 4)).astype(np.int32), (2, 3, 4))
    stage = Stage("tensors", blocks)
    export_values(stage, None, path, tick=lambda done, total: told.append((done, total)))
    assert len(told) > 10
    assert all(before < after for (before, _), (after, _) in pairwise(told))
    assert {total for _, total in told} == {5000}
    old = path.read_bytes()

    def cancel(done: int, total: int) -> None:
        if done > total / 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        export_values(stage, None, path, tick=cancel)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_frame_is_one_line_a_value(tmp_path: Path) -> None:
    tensor = np.asarray(TENSORS[5])
    export_tensor(tensor, 5, tmp_path / "frame.npy")
    assert np.array_equal(np.load(tmp_path / "frame.npy"), tensor)
    export_tensor(tensor, 5, tmp_path / "frame.csv")
    assert (tmp_path / "frame.csv").read_text().startswith("frame,channel,row,column,value\n5,0,0,0,")
    table = np.loadtxt(tmp_path / "frame.csv", delimiter=",", skiprows=1)
    expected = [[5, *place, value] for place, value in np.ndenumerate(tensor)]
    assert np.array_equal(table.astype(np.float32), np.array(expected, np.float32))


class RedLane(Lane):
    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(QRect(rect.left(), rect.top(), 100, rect.height()), QColor("#c01020"))


@pytest.fixture
def lane(qtbot: Any) -> Lane:
    made = RedLane(Timeline(), "Mel & co")
    made.resize(400, 90)
    qtbot.addWidget(made)
    return made


def pixels(image: QImage) -> Any:
    """Give (height, width, 3) numbers 0 .. 255 that differences can be taken of."""
    bytes_ = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8)
    return bytes_.reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def test_a_picture_is_what_is_seen_without_cursor_and_selection(lane: Lane, tmp_path: Path) -> None:
    seen = pixels(lane.grab().toImage())
    lane.timeline.select(0.6, 0.8)
    lane.timeline.seek(0.7)
    lane_picture(lane, tmp_path / "lane.png")()
    with Image.open(tmp_path / "lane.png") as picture:
        written = np.asarray(picture.convert("RGB"))[:, :, ::-1]
    assert written.shape == (90, 400, 3)
    cursor = round(lane.x_of(0)) + 3
    assert np.array_equal(written[:, cursor:], seen[:, cursor:])


def drawn(path: Path, width: int, height: int) -> QImage:
    """Draw a picture file by Qt's own reader of its kind."""
    if path.suffix == ".png":
        return QImage(str(path))
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    return image


def test_a_drawing_shows_the_same_and_its_text_is_text(lane: Lane, tmp_path: Path) -> None:
    lane_picture(lane, tmp_path / "lane.svg")()
    root = ElementTree.parse(tmp_path / "lane.svg").getroot()
    assert root.attrib["viewBox"] == "0 0 400 90"
    assert root.findtext("{*}title") == "Mel & co"
    assert "Mel & co" in [text.text for text in root.iterfind(".//{*}text")]
    seen = pixels(lane.grab().toImage())
    assert np.mean(np.abs(pixels(drawn(tmp_path / "lane.svg", 400, 90)) - seen)) < 2


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_view_is_written_as_it_is_on_the_screen(suffix: str, qtbot: Any, tmp_path: Path) -> None:
    label = QLabel("a view")
    qtbot.addWidget(label)
    label.resize(120, 40)
    path = tmp_path / f"view{suffix}"
    view_picture(label, path)()
    assert np.mean(np.abs(pixels(drawn(path, 120, 40)) - pixels(label.grab().toImage()))) < 2


@pytest.mark.parametrize("name", ["lane.jpg", "lane", "lane.png.gz", ".csv"])
def test_an_unknown_suffix_is_refused(name: str, lane: Lane, tmp_path: Path) -> None:
    exports = (
        lambda path: lane_picture(lane, path)(),
        lambda path: export_tensor(ROWS[None], 0, path),
        lambda path: export_values(STAGES["mel"], None, path),
    )
    for export in exports:
        with pytest.raises(InputError, match=r"the name must end in \.png, \.svg, \.npy or \.csv"):
            export(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_errors_are_one_line_an_item(tmp_path: Path) -> None:
    errors = np.array([0.25, np.nan, np.inf, 0.5], np.float32)
    curves = [
        ErrorCurve('the "first" port', Curve("features", errors, 25.0, 0.0), 1e-4),
        ErrorCurve("other", Curve("mel", errors, 80.0, 0.5), 0.0),
    ]
    export_curves(curves, None, tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(newline="") as file:
        head, *lines = csv.reader(file)
    assert head == ["port", "stage", "item", "seconds", "error", "tolerance"]
    assert lines[1] == ['the "first" port', "features", "2", "0.08", "inf", "0.0001"]
    moments = {"0": "0", "2": "0.025", "3": "0.0375"}
    assert [line[:4] for line in lines[3:]] == [["other", "mel", *moment] for moment in moments.items()]
    export_curves(curves, (0.03, 0.1), tmp_path / "part.npy")
    part = np.load(tmp_path / "part.npy")
    assert part["item"].tolist() == [2, 3]
    assert part["error"].tolist() == [np.inf, 0.5]
    for nothing in ((curves, (9.0, 10.0)), ([], None)):
        with pytest.raises(InputError, match="no errors lie there"):
            export_curves(*nothing, tmp_path / "none.csv")


@pytest.mark.parametrize("name", ["missing/file", "a" * 300])
def test_a_place_that_cannot_be_written_is_named(name: str, lane: Lane, tmp_path: Path) -> None:
    exports = {
        ".png": lambda path: lane_picture(lane, path)(),
        ".svg": lambda path: view_picture(lane, path)(),
        ".npy": lambda path: export_values(STAGES["mel"], None, path),
        ".csv": lambda path: export_tensor(ROWS[None], 0, path),
    }
    for suffix, export in exports.items():
        with pytest.raises(InputError, match=r"cannot be written \(.+\); name a place you may write to"):
            export(tmp_path / (name + suffix))
    assert list(tmp_path.iterdir()) == []

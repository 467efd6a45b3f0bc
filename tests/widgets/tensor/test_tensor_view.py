"""The tensor view: which cell is where, what it says of it, and what it draws."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from framescope.core.config import Config
from framescope.core.stages.tensors import context_of, context_rows
from framescope.widgets.colour import lookup, lookup_on, rooted
from framescope.widgets.colour_bar import ColourBar
from framescope.widgets.tensor.cell_painting import paint_labels
from framescope.widgets.tensor.sheet_geometry import tiled
from framescope.widgets.tensor.sheets import mosaic
from framescope.widgets.tensor.tensor_view import TensorView
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

N = 40
SIZES = [(420, 620), (900, 1100), (240, 260)]


def padded(width: int = 512) -> Any:
    """Rows in which every value tells its own row and place: no two are alike."""
    return (np.arange((N + 2) * width, dtype=np.float32).reshape(N + 2, width) + 1) / 64


def show(
    qtbot: Any, frame: int, mode: Any = "ave", *, view: Any = "mosaic", size: Any = SIZES[0], width: int = 512
) -> TensorView:
    """A view on the tensor of one frame, which the original's way of slicing makes."""
    rows, source = context_rows(N, N + 2)[frame], padded(width)
    flat = np.zeros(Config(mode=mode).tensor_shape, np.float32)
    window = np.where(rows[:, None] >= 0, source[rows], 0)
    flat.reshape(-1)[: window.size] = window.ravel()
    widget = TensorView()
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.set_view(view)
    widget.set_levels(0, float(source.max()))
    widget.set_tensor(flat, frame, rows, mode, N + 2, row_width=width)
    widget.show()
    return widget


def picture(widget: TensorView) -> QImage:
    return widget.canvas.grab().toImage()


def colour_at(image: QImage, point: QPointF) -> QColor:
    return image.pixelColor(int(point.x()), int(point.y()))


def point_at(widget: TensorView, cell: tuple[int, int, int]) -> QPointF:
    rect = widget.canvas.cell_rect(cell)
    assert rect is not None
    return rect.center()


def expected_colour(value: float) -> QColor:
    return QColor.fromRgb(int(rooted(lookup("viridis"))[int(value / float(padded().max()) * 255)]))


def hover(qtbot: Any, widget: TensorView, cell: tuple[int, int, int]) -> Any:
    with qtbot.waitSignal(widget.hovered) as heard:
        QTest.mouseMove(widget.canvas, point_at(widget, cell).toPoint())
    return heard.args[0]


def test_a_cell_of_another_modes_sheet_reads_nothing(qtbot: Any) -> None:
    """A side that is not shown keeps the sheet that it had."""
    widget = show(qtbot, 20, "ave")
    with qtbot.waitSignal(widget.hovered) as heard:
        widget.canvas_of("difference").hovered.emit((0, 0, 31))
    assert heard.args == [None]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", ["mosaic", "context"])
@pytest.mark.parametrize("cell", [(0, 0, 0), (5, 1, 2), (17, 15, 15), (31, 15, 15)])
def test_a_cell_is_found_where_it_is_drawn(qtbot: Any, cell: Any, view: Any, size: Any) -> None:
    widget = show(qtbot, 20, view=view, size=size)
    found = widget.canvas.cell_at(point_at(widget, cell))
    assert found is not None
    if view == "mosaic" or size == SIZES[1]:
        assert found == cell
    else:  # less than a pixel a feature: the same context row, and the feature within two
        (context, feature), (row, near) = context_of(*cell), context_of(*found)
        assert context == row
        assert abs(feature - near) <= 4


@pytest.mark.parametrize(
    ("frame", "cell", "words"),
    [
        (20, (5, 1, 2), "frame 20 (0.800 s), channel 5: context frame i-6, feature 274, padded row 14"),
        (20, (31, 15, 15), "frame 20 (0.800 s), channel 31: context frame i+7, feature 511, padded row 27"),
        (2, (0, 0, 0), "frame 2 (0.080 s), channel 0: context frame i-8, feature 0, a row of zeros"),
    ],
)
def test_the_pointer_reads_the_array_itself(qtbot: Any, frame: int, cell: Any, words: str) -> None:
    probe = hover(qtbot, show(qtbot, frame), cell)
    assert (probe.stage, probe.index, probe.text) == ("tensors", (frame, *cell), words)
    channel, row, column = cell
    context, feature = channel // 2, (channel % 2) * 256 + row * 16 + column
    source = frame - 8 + context
    assert probe.value == (padded()[source, feature] if source >= 0 else 0)


@pytest.mark.parametrize("cell", [(0, 0, 0), (18, 7, 3), (31, 15, 15)])
@pytest.mark.parametrize("view", ["mosaic", "context"])
def test_a_cell_has_the_colour_of_its_value(qtbot: Any, view: Any, cell: Any) -> None:
    widget = show(qtbot, 20, view=view, size=SIZES[1])
    value = padded()[12 + cell[0] // 2, (cell[0] % 2) * 256 + cell[1] * 16 + cell[2]]
    assert colour_at(picture(widget), point_at(widget, cell)) == expected_colour(value)


def test_rows_of_zeros_are_hatched_and_rows_of_values_are_not(qtbot: Any) -> None:
    """Frame 2 begins with six rows before the recording: channels 0 to 11."""
    widget = show(qtbot, 2, size=SIZES[1])
    image = picture(widget)
    plain = QColor.fromRgb(int(lookup("viridis")[0]))
    for channel in range(32):
        corner = widget.canvas.cell_rect((channel, 0, 0)).topLeft().toPoint() + QPoint(1, 1)  # type: ignore[union-attr]
        seen = {image.pixelColor(corner + QPoint(d, 0)).rgb() for d in range(40)}
        assert (len(seen) > 1) == (channel < 12), channel
        assert plain.rgb() in seen or channel >= 12


def test_the_context_is_in_time_order(qtbot: Any) -> None:
    """From left to right, each row brighter than the one before, as the rows of the recording are."""
    widget = show(qtbot, 20, view="context")
    y = point_at(widget, (0, 0, 0)).y()
    xs = [point_at(widget, (2 * k, 0, 0)).x() for k in range(16)]
    assert xs == sorted(xs)
    cells = [widget.canvas.cell_at(QPointF(x, y + 1)) for x in xs]
    assert [cell[0] // 2 for cell in cells if cell] == list(range(16))


@pytest.mark.parametrize(
    ("mode", "width", "last", "hidden"),
    [
        ("ave", 512, (31, 15, 15), None),
        ("hubert", 512, (7, 31, 31), (8, 0, 0)),
        ("hubert", 2048, (31, 31, 31), None),
        ("wenet", 512, (15, 15, 31), (16, 0, 0)),
        ("wenet", 8192, (255, 15, 31), None),
    ],
)
def test_the_mosaic_shows_the_channels_that_hold_context(
    qtbot: Any, mode: Any, width: int, last: Any, hidden: Any
) -> None:
    widget = show(qtbot, 20, mode, width=width)
    assert widget.canvas.cell_rect(last) is not None
    assert hidden is None or widget.canvas.cell_rect(hidden) is None
    assert widget.canvas.rect().toRectF().contains(widget.canvas.cell_rect(last))  # type: ignore[arg-type]


def test_a_value_among_the_filling_zeros_is_not_hidden(qtbot: Any) -> None:
    widget = show(qtbot, 20, "hubert")
    values = np.zeros((32, 32, 32), np.float32)
    values[30, 4, 5] = np.nan
    widget.set_tensor(values, 20, context_rows(N, N + 2)[20], "hubert", N + 2)
    assert np.isnan(hover(qtbot, widget, (30, 4, 5)).value)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("view", ["mosaic", "context"])
def test_one_value_that_is_not_finite_is_seen_at_any_size(qtbot: Any, view: Any, value: float, size: Any) -> None:
    widget = show(qtbot, 20, view=view, size=size)
    values = np.zeros((32, 16, 16), np.float32)
    values[9, 3, 4] = value
    widget.set_tensor(values, 20, context_rows(N, N + 2)[20], "ave", N + 2)
    image = picture(widget)
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32)
    assert (pixels == 0xFFFF00FF).any()


def test_a_peak_survives_where_features_share_a_pixel(qtbot: Any) -> None:
    """A view of 260 pixels has room for less than half of 512 features."""
    widget = show(qtbot, 20, view="context", size=SIZES[2])
    values = np.zeros((32, 16, 16), np.float32)
    values[16, 5, 6] = float(padded().max())
    widget.set_tensor(values, 20, context_rows(N, N + 2)[20], "ave", N + 2)
    image = picture(widget)
    x = int(point_at(widget, (16, 5, 6)).x())
    assert int(lookup("viridis")[255]) in {image.pixel(x, y) for y in range(image.height())}


@pytest.mark.parametrize("levels", [(1.0, 1.0), (0.0, 1e-30)])
def test_any_levels_can_be_drawn(qtbot: Any, levels: Any) -> None:
    widget = show(qtbot, 20)
    widget.set_levels(*levels)
    assert colour_at(picture(widget), point_at(widget, (16, 5, 6))).rgb() == int(lookup("viridis")[255])


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_slices_hold_one_axis_fixed(qtbot: Any, axis: int) -> None:
    widget = show(qtbot, 20, view="slices")
    widget.set_slice(axis, 7)
    cells = {widget.canvas.cell_at(QPointF(x, y)) for x in range(0, 420, 5) for y in range(0, 560, 5)} - {None}
    assert {cell[axis] for cell in cells if cell} == {7}
    others = [size for n, size in enumerate((32, 16, 16)) if n != axis]
    assert len(cells) == others[0] * others[1]


def test_a_slice_beyond_a_smaller_tensor_is_drawn_back(qtbot: Any) -> None:
    widget = show(qtbot, 20, "hubert", view="slices")
    widget.set_slice(2, 31)
    rows = context_rows(N, N + 2)[20]
    widget.set_tensor(np.zeros((32, 16, 16), np.float32), 20, rows, "ave", N + 2)
    assert widget.canvas.cell_rect((0, 0, 15)) is not None


@pytest.mark.parametrize(
    ("array", "words"),
    [(None, "Frame 20 has no tensor"), (np.zeros((16, 16, 32)), r"shape (16, 16, 32); ave has (32, 16, 16)")],
)
def test_what_cannot_be_shown_is_said_in_place(qtbot: Any, array: Any, words: str) -> None:
    widget = show(qtbot, 20)
    widget.set_tensor(array, 20, context_rows(N, N + 2)[20], "ave", N + 2)
    assert words in widget.canvas.message
    assert widget.canvas.cell_rect((0, 0, 0)) is None
    picture(widget)
    scales = [bar for bar in widget.findChildren(ColourBar) if bar.isVisible()]
    assert not scales, "colours of nothing"
    widget.set_tensor(np.zeros((32, 16, 16), np.float32), 20, context_rows(N, N + 2)[20], "ave", N + 2)
    assert [bar for bar in widget.findChildren(ColourBar) if bar.isVisible()]


def test_a_mark_outlines_its_cell_and_survives_another_mode(qtbot: Any) -> None:
    widget = show(qtbot, 20, size=SIZES[1])
    before = picture(widget)
    widget.set_mark((5, 1, 2))
    after = picture(widget)
    outline = widget.canvas.cell_rect((5, 1, 2)).topLeft().toPoint() - QPoint(1, 1)  # type: ignore[union-attr]
    assert after.pixelColor(outline) == QColor("white")
    assert after.pixelColor(outline - QPoint(1, 1)) == QColor("black")
    widget.set_mark((255, 15, 31))
    assert picture(widget) == before


def test_arrow_keys_walk_over_the_edge_of_a_tile(qtbot: Any) -> None:
    widget = show(qtbot, 20)
    widget.set_mark((0, 15, 15))
    heard: list[Any] = []
    widget.hovered.connect(lambda probe: heard.append(probe.index[1:]))
    widget.picked.connect(lambda probe: heard.append("picked"))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(widget.canvas, key)
    assert heard == [(1, 15, 0), (1, 14, 0), (0, 14, 15), (0, 14, 14), "picked"]


def test_a_click_picks_the_cell(qtbot: Any) -> None:
    widget = show(qtbot, 20)
    with qtbot.waitSignal(widget.picked) as heard:
        QTest.mouseClick(widget.canvas, Qt.MouseButton.LeftButton, pos=point_at(widget, (12, 3, 4)).toPoint())
    assert heard.args[0].index == (20, 12, 3, 4)


def test_a_dark_palette_makes_a_dark_ground(qtbot: Any) -> None:
    widget = show(qtbot, 20)
    dark = QPalette(QColor(40, 40, 40))
    dark.setColor(QPalette.ColorRole.Base, QColor(20, 21, 22))
    widget.setPalette(dark)
    assert picture(widget).pixelColor(1, widget.canvas.height() - 2) == QColor(20, 21, 22)


def compared(
    qtbot: Any, port: Any, *, view: Any = "mosaic", side: Any = "difference", size: Any = SIZES[1]
) -> TensorView:
    """A view on a reference of ones and a port, where differences up to 2 have colours."""
    widget = TensorView()
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.set_view(view)
    widget.set_compared(True)
    widget.set_side(side)
    widget.set_difference_level(2.0)
    values = np.ones((32, 16, 16), np.float32)
    widget.set_tensor(values, 20, context_rows(N, N + 2)[20], "ave", N + 2, port=port)
    widget.show()
    return widget


@pytest.mark.parametrize(("difference", "code"), [(0.0, 128), (2.0, 255), (-2.0, 0), (-1.0, 63), (50.0, 255)])
def test_the_difference_is_coloured_about_zero(qtbot: Any, difference: float, code: int) -> None:
    port = np.ones((32, 16, 16), np.float32)
    port[18, 7, 3] += difference
    widget = compared(qtbot, port)
    colours = lookup_on("vik", widget.palette().color(QPalette.ColorRole.Base))
    assert colour_at(picture(widget), point_at(widget, (18, 7, 3))).rgb() == int(colours[code])


@pytest.mark.parametrize("difference", [-2.0, 2.0])
def test_a_difference_of_either_sign_survives_where_cells_share_a_pixel(qtbot: Any, difference: float) -> None:
    port = np.ones((32, 16, 16), np.float32)
    port[16, 5, 6] += difference
    widget = compared(qtbot, port, view="context", size=SIZES[2])
    image, x = picture(widget), int(point_at(widget, (16, 5, 6)).x())
    assert int(lookup("vik")[255 if difference > 0 else 0]) in {image.pixel(x, y) for y in range(image.height())}


@pytest.mark.parametrize("side", ["all", "reference", "port", "difference"])
def test_every_side_reads_both_values(qtbot: Any, side: Any) -> None:
    widget = compared(qtbot, np.full((32, 16, 16), 3.5, np.float32), side=side)
    with qtbot.waitSignal(widget.picked) as heard:
        QTest.mouseClick(widget.canvas, Qt.MouseButton.LeftButton, pos=point_at(widget, (5, 1, 2)).toPoint())
    (probe,) = heard.args
    assert (probe.value, probe.port, probe.difference) == (1.0, 3.5, 2.5)


def test_all_sides_are_seen_next_to_each_other_and_marked_alike(qtbot: Any) -> None:
    widget = compared(qtbot, np.zeros((32, 16, 16), np.float32), side="all", size=(420, 480))
    canvases = [widget.canvas_of(side) for side in ("reference", "port", "difference")]  # type: ignore[arg-type]
    assert all(canvas.isVisible() for canvas in canvases)
    widget.set_mark((31, 15, 15))
    for canvas in canvases:
        corner = canvas.cell_rect((31, 15, 15)).toAlignedRect().topLeft()  # type: ignore[union-attr]
        assert canvas.grab().toImage().pixelColor(corner - QPoint(1, 1)) == QColor("white")
        assert canvas.rect().toRectF().contains(canvas.cell_rect((31, 15, 15)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("port", "words"), [(None, "no tensor of frame 20"), (np.zeros((256, 16, 32), np.float32), "shape (256, 16, 32)")]
)
def test_what_cannot_be_compared_is_said_in_place(qtbot: Any, port: Any, words: str) -> None:
    assert words in compared(qtbot, port).canvas.message


@pytest.mark.parametrize("size", [(420, 480), (600, 480), (800, 520), (500, 900)])
def test_the_mosaic_uses_the_room_there_is(qtbot: Any, size: Any) -> None:
    """A fifth of the canvas at most stays empty, captions and gaps included."""
    widget = show(qtbot, 20, size=size)
    rects = [widget.canvas.cell_rect(cell) for cell in ((0, 0, 0), (31, 15, 15))]
    area = rects[0].united(rects[1])  # type: ignore[union-attr, arg-type]
    assert area.width() * area.height() > 0.8 * widget.canvas.width() * widget.canvas.height()


class Notes:
    """A painter that notes where it was to write what."""

    def __init__(self) -> None:
        self.texts: list[tuple[QRectF, str]] = []

    def fontMetrics(self) -> QFontMetrics:  # noqa: N802
        return QFontMetrics(QFont())

    def drawText(self, box: QRectF, *rest: Any) -> None:  # noqa: N802
        self.texts.append((box, rest[-1]))


@pytest.mark.parametrize("height", [40, 60, 90, 150, 300])
def test_labels_of_low_mosaics_are_whole_and_apart(qapp: QApplication, height: int) -> None:
    sheet, notes = mosaic((32, 16, 16), 512, 32), Notes()
    geometry = tiled((32, 16, 16), QRectF(4, 0, 110, height), sheet.unit, notes.fontMetrics().height(), 40)
    paint_labels(notes, sheet, geometry, QRectF(0, 0, 114, height))  # type: ignore[arg-type]
    boxes = [box for box, _ in notes.texts]
    assert notes.texts[0][1] == "i-8 lo"
    assert boxes[0].top() >= 0
    assert boxes[-1].bottom() <= height
    assert all(upper.bottom() <= lower.top() for upper, lower in pairwise(boxes))

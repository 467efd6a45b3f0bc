"""Enlarging and moving the tensor: by wheel, pinch, drag and keys, on every side alike."""

from typing import Any

import numpy as np
import pytest
from framescope.core.stages.tensors import context_rows
from framescope.widgets.tensor.cell_view import LARGEST, CellView
from framescope.widgets.tensor.tensor_view import TensorView
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
CELL = (13, 7, 9)
ROWS = context_rows(40, 42)[20]


@pytest.fixture(params=["mosaic", "context"])
def view(request: Any, qtbot: Any) -> TensorView:
    return shown(qtbot, request.param)


def shown(qtbot: Any, kind: Any, size: tuple[int, int] = (700, 900)) -> TensorView:
    widget = TensorView()
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.set_view(kind)
    values = np.arange(8192, dtype=np.float32).reshape(32, 16, 16) / 8192
    widget.set_levels(0, 1)
    widget.set_tensor(values, 20, ROWS, "ave", 42, port=values + 0.5)
    widget.show()
    return widget


def centre(widget: TensorView, cell: tuple[int, int, int] = CELL) -> QPointF:
    rect = widget.canvas.cell_rect(cell)
    assert rect is not None
    return rect.center()


def wheel(widget: TensorView, point: QPointF, notches: int, keys: Any = Qt.KeyboardModifier.NoModifier) -> None:
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    place = QPointF(widget.canvas.mapToGlobal(point))
    angle = QPoint(0, 120 * notches)
    QApplication.sendEvent(widget.canvas, QWheelEvent(point, place, QPoint(), angle, buttons, keys, phase, False))


def test_the_wheel_enlarges_what_is_under_the_pointer(view: TensorView) -> None:
    point = centre(view)
    before = view.canvas.cell_rect(CELL)
    wheel(view, point, 6)
    after = view.canvas.cell_rect(CELL)
    assert before is not None
    assert after is not None
    assert after.width() == pytest.approx(before.width() * 1.25**6)
    assert view.canvas.cell_at(point) == CELL
    wheel(view, point, -6)
    assert view.canvas.view == CellView()


def test_a_pinch_enlarges_too(view: TensorView) -> None:
    point = centre(view)
    device, kind = QPointingDevice.primaryPointingDevice(), Qt.NativeGestureType.ZoomNativeGesture
    place = QPointF(view.canvas.mapToGlobal(point))
    QApplication.sendEvent(view.canvas, QNativeGestureEvent(kind, device, 2, point, point, place, 1.0, QPointF(), 0))
    assert view.canvas.view.zoom == 2
    assert view.canvas.cell_at(point) == CELL


def test_a_drag_moves_what_is_enlarged_and_picks_nothing(view: TensorView, qtbot: Any) -> None:
    wheel(view, centre(view), 8)
    start, way = centre(view).toPoint(), QPoint(40, -30)
    with qtbot.assertNotEmitted(view.picked):
        QTest.mousePress(view.canvas, LEFT, pos=start)
        for step in (QPoint(10, -8), way):
            QTest.mouseMove(view.canvas, start + step)
        QTest.mouseRelease(view.canvas, LEFT, pos=start + way)
    assert view.canvas.cell_at(QPointF(start + way)) == CELL


@pytest.mark.parametrize(
    "back", [lambda w: QTest.mouseDClick(w, LEFT), lambda w: QTest.keyClick(w, Qt.Key.Key_Home)], ids=["mouse", "key"]
)
def test_a_double_click_or_home_shows_everything_again(view: TensorView, back: Any) -> None:
    for _ in range(4):
        QTest.keyClick(view.canvas, Qt.Key.Key_Plus)
    assert view.canvas.view.zoom == pytest.approx(1.25**4)
    back(view.canvas)
    assert view.canvas.view == CellView()


def test_the_same_part_is_seen_on_every_side(view: TensorView) -> None:
    view.set_compared(True)
    wheel(view, centre(view), 5)
    assert len({view.canvas_of(side).view for side in ("reference", "port", "difference")}) == 1
    assert view.canvas_of("port").view.zoom > 1


def test_walking_brings_the_cell_into_sight(view: TensorView) -> None:
    view.set_mark((0, 0, 0))
    wheel(view, QPointF(view.canvas.rect().bottomRight()), 12)
    assert not view.canvas.rect().contains(centre(view, (0, 0, 0)).toPoint())
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    walked = (2, 0, 0) if view.view == "context" else (0, 0, 1)  # two channels make a context row
    assert view.canvas.rect().contains(centre(view, walked).toPoint())


@pytest.mark.parametrize("factor", [1e-3, 0.5, 3, 1e6])
def test_nothing_beyond_the_edges_comes_into_sight(factor: float) -> None:
    size = QSizeF(400, 300)
    part = CellView().zoomed(4, QPointF(390, 10), size).zoomed(factor, QPointF(10, 290), size)
    part = part.moved(QPointF(1e4, -1e4), size)
    assert 1 <= part.zoom <= LARGEST
    offset = part.offset(size)
    assert -1e-6 <= offset.x() <= size.width() * (part.zoom - 1) + 1e-6
    assert -1e-6 <= offset.y() <= size.height() * (part.zoom - 1) + 1e-6


def test_cells_are_square_where_that_is_wanted(view: TensorView) -> None:
    view.set_square(True)
    rect = view.canvas.cell_rect(CELL)
    assert rect is not None
    assert rect.width() == pytest.approx(rect.height())
    view.set_square(False)
    rect = view.canvas.cell_rect(CELL)
    assert rect is not None
    assert rect.width() != pytest.approx(rect.height())


@pytest.mark.parametrize("size", [(1500, 500), (300, 900)], ids=["wide and low", "narrow and high"])
def test_values_are_written_into_cells_that_have_room_along_or_across(qtbot: Any, size: tuple[int, int]) -> None:
    widget = shown(qtbot, "slices", size)
    widget.set_slice(0, 5)
    cell = widget.canvas.cell_rect((5, 3, 4))
    assert cell is not None
    assert min(cell.width(), cell.height()) < 28 < max(cell.width(), cell.height())
    colours = widget.canvas.grab(cell.toAlignedRect().adjusted(1, 1, -1, -1)).toImage()
    found = {colours.pixel(x, y) for x in range(colours.width()) for y in range(colours.height())}
    assert len(found) > 1, "a plain cell, though its value has room"

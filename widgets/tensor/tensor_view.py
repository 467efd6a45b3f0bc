"""One frame's tensor: as a mosaic of its channels, as its context rows, or as a slice along any axis."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ...core.config import FEATURE_SIZE, Config, Mode
from ...models.workspace import SheetKind
from ..colour import DIVERGING
from ..compare_view import Role
from ..label import CutLabel
from ..pointed_value import PointedValue
from .cell_canvas import CellCanvas
from .cell_view import CellView
from .frame_tensor import FrameTensor
from .sheets import Sheet, context, mosaic, slice_of
from .slice_chooser import SliceChooser
from .tensor_side import TensorSide

Shown = Literal["all", "reference", "port", "difference"]
"""The sides of a compared frame side by side, or one of them."""
_TITLES: dict[SheetKind, str] = {"mosaic": "Mosaic of channels", "context": "Context rows", "slices": "Slices"}
_ROOM_OF_ALL = 780
"""Pixels in which three mosaics have cells that can be told apart."""
_EMPTY = "The tensor of the frame under the cursor is shown here."


class TensorView(QWidget):
    """The tensor of the cursor's frame, with what each cell is named after and where its values come from.

    Where two runs are compared, the reference's, the port's and their difference are shown, side by side or alone.
    """

    hovered = Signal(object)
    """`PointedValue` of the cell under the pointer or the keyboard's mark, or None."""
    picked = Signal(object)
    """`PointedValue` of a cell that was clicked, or chosen with Return."""

    def __init__(self) -> None:
        super().__init__()
        self._tensor: FrameTensor | None = None
        self._colour_map, self._levels, self._difference_level = "viridis", (0.0, 6.0), 1.0
        self._compared = self._side_chosen = self._square = False
        self._sides = {side: TensorSide(side) for side in get_args(Role)}
        self._views, self._chooser, self._tabs, self._summary = (
            QComboBox(),
            SliceChooser(),
            QTabBar(),
            CutLabel(lines=2),
        )
        self._prepare_widgets()
        self._lay_out()
        self._connect()
        self._apply_colours()
        self.set_compared(False)
        self.set_error(None)

    def _prepare_widgets(self) -> None:
        for view, title in _TITLES.items():
            self._views.addItem(title, view)
        self._views.setAccessibleName("View of the tensor")
        for shown in get_args(Shown):
            self._tabs.addTab(shown.capitalize())
        self._tabs.setAccessibleName("Side of the comparison")
        self._tabs.setDrawBase(False)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        column, head, sides = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        head.addWidget(self._views)
        head.addWidget(self._chooser)
        head.addWidget(self._summary, 1)
        self._chooser.hide()
        sides.setSpacing(8)
        for side in self._sides.values():
            sides.addWidget(side, 1)
        column.addLayout(head)
        column.addWidget(self._tabs)
        column.addLayout(sides, 1)

    def _connect(self) -> None:
        self._views.currentIndexChanged.connect(self._refresh)
        self._chooser.changed.connect(self._refresh)
        self._tabs.currentChanged.connect(self._show_sides)
        self._tabs.tabBarClicked.connect(lambda _: self._choose_side())
        for side in self._sides.values():
            side.canvas.view_changed.connect(self._show_part)
            side.canvas.hovered.connect(lambda cell: self.hovered.emit(self._probe(cell)))
            side.canvas.picked.connect(lambda cell: self.picked.emit(self._probe(cell)))

    # -- what is shown --------------------------------------------------------------------------------------------

    def set_tensor(
        self,
        array: NDArray | None,
        frame: int,
        context_rows: npt.NDArray[np.int32],
        mode: Mode,
        n_rows: int,
        *,
        row_width: int = FEATURE_SIZE,
        fps: float = 25,
        port: NDArray | None = None,
    ) -> None:
        """Show one frame's tensor.

        Parameters
        ----------
        array : (C, H, W) array or None
            The tensor; None where this frame has none. It is not copied and must not change.
        frame : int
            Video frame i, 0-based.
        context_rows : (16,) int array
            Padded feature row behind each context row, -1 for a row of zeros.
        mode : str
            Layout of the tensor: ``ave``, ``hubert`` or ``wenet``.
        n_rows : int
            Padded feature rows of the whole recording.
        row_width : int
            Values in one context row: 512, or ``Config.native_width`` for native features.
        fps : float
            Video frames per second.
        port : (C, H, W) array or None
            The port's tensor of this frame, where two runs are compared and it has one.
        """
        config = Config(mode=mode, fps=fps)
        if array is None:
            self.set_error(f"Frame {frame:,} has no tensor.")
        elif array.shape != config.tensor_shape:
            self.set_error(f"The tensor of frame {frame:,} has shape {array.shape}; {mode} has {config.tensor_shape}.")
        elif port is not None and port.shape != array.shape:
            self.set_error(
                f"The port's tensor of frame {frame:,} has shape {port.shape}, the reference's {array.shape}."
            )
        else:
            self._tensor = FrameTensor(array, frame, context_rows, n_rows, config, row_width, port)
            self._refresh()

    def set_error(self, text: str | None) -> None:
        """Show a sentence in place of the tensor; None: that there is nothing to show yet."""
        self._tensor = None
        self._summary.setText("\n")
        for side in self._sides.values():
            side.show_message(text or _EMPTY)

    def set_compared(self, compared: bool) -> None:
        """Offer the sides of a comparison, or show what is there without speaking of sides."""
        self._compared = compared
        self._tabs.setVisible(compared)
        self._fit_side()
        self._show_sides()

    def set_mark(self, cell: tuple[int, int, int] | None) -> None:
        """Outline one cell (channel, row, column), on every side."""
        for side in self._sides.values():
            side.canvas.set_mark(cell)

    def set_colour_map(self, name: str) -> None:
        """Choose a colour map for the values by a name that `colour_map` knows."""
        self._colour_map = name
        self._apply_colours()

    def set_levels(self, low: float, high: float) -> None:
        """Choose the values of the first and last colour, `low` below `high`; reference and port share them."""
        self._levels = (low, high)
        self._apply_colours()

    def set_difference_level(self, level: float) -> None:
        """Choose the difference, above 0, of the last colour; the first one is its opposite, zero the middle."""
        self._difference_level = level
        self._apply_colours()

    # -- how it is shown ------------------------------------------------------------------------------------------

    @property
    def view(self) -> SheetKind:
        """The view in use."""
        return get_args(SheetKind)[self._views.currentIndex()]  # type: ignore[no-any-return]

    def set_view(self, view: SheetKind) -> None:
        """Show the tensor as a mosaic, as context rows or as slices."""
        self._views.setCurrentIndex(get_args(SheetKind).index(view))

    @property
    def side(self) -> Shown:
        """What is shown of a comparison; ``reference`` where nothing is compared."""
        return get_args(Shown)[self._tabs.currentIndex()] if self._compared else "reference"

    def set_side(self, side: Shown) -> None:
        """Show all sides of a comparison next to each other, or one."""
        self._choose_side()
        self._tabs.setCurrentIndex(get_args(Shown).index(side))

    def _choose_side(self) -> None:
        """Show from now on what the user has chosen, whatever the width is."""
        self._side_chosen = True

    def _fit_side(self) -> None:
        """Show all sides where each has room for its cells, and the difference alone where it has not."""
        if not self._side_chosen:
            self._tabs.setCurrentIndex(get_args(Shown).index("all" if self.width() >= _ROOM_OF_ALL else "difference"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Show as many sides as there is room for."""
        super().resizeEvent(event)
        self._fit_side()

    def _show_part(self, part: CellView) -> None:
        """Bring the same part into sight on every side."""
        for side in self._sides.values():
            side.canvas.set_view(part)

    @property
    def square(self) -> bool:
        """Whether cells are as wide as high."""
        return self._square

    def set_square(self, square: bool) -> None:
        """Keep the cells as wide as high, or let them fill the room."""
        self._square = square
        for side in self._sides.values():
            side.canvas.set_square(square)

    def set_slice(self, axis: int, position: int) -> None:
        """Choose what the slices hold fixed: axis 0 channel, 1 row or 2 column, and where."""
        self._chooser.choose(axis, position)

    def canvas_of(self, side: Role) -> CellCanvas:
        """Give the cells of one side."""
        return self._sides[side].canvas

    @property
    def canvas(self) -> CellCanvas:
        """The cells of the side that is shown, the reference's where all are."""
        return self.canvas_of("reference" if self.side == "all" else self.side)

    @property
    def values(self) -> NDArray | None:
        """The values of the side that is shown, the reference's where all are; None where there are none."""
        return self._tensor.of("reference" if self.side == "all" else self.side) if self._tensor else None

    def _show_sides(self) -> None:
        for name, side in self._sides.items():
            side.setVisible(self.side in {"all", name})
            side.set_titled(self.side == "all")
        self._refresh()

    def _refresh(self) -> None:
        self._chooser.setVisible(self.view == "slices")
        if self._tensor is None:
            return
        self._chooser.set_shape(self._tensor.config.tensor_shape)
        self._summary.setText(self._tensor.summary)
        sheet, title = self._sheet(self._tensor), f"{_TITLES[self.view]}, {self._tensor.summary}"
        for name, side in self._sides.items():
            if self.side in {"all", name}:
                side.show_sheet(self._tensor, sheet, title)

    def _sheet(self, tensor: FrameTensor) -> Sheet:
        shape, width = tensor.config.tensor_shape, tensor.width
        if self.view == "context":
            return context(width)
        if self.view == "slices":
            return slice_of(shape, width, self._chooser.axis, self._chooser.position)
        return mosaic(shape, width, tensor.shown_channels)

    def _apply_colours(self) -> None:
        level = self._difference_level
        for name, side in self._sides.items():
            if name == "difference":
                side.set_colours(DIVERGING, (-level, level))
            else:
                side.set_colours(self._colour_map, self._levels)

    def _probe(self, cell: tuple[int, int, int] | None) -> PointedValue | None:
        if cell is None or self._tensor is None:
            return None
        if any(place >= size for place, size in zip(cell, self._tensor.values.shape, strict=True)):
            return None  # of a side that is not shown, and has the sheet of another mode still
        probe = self._tensor.probe(cell)
        both = f"{probe.value:.9g}" if probe.port is None else f"{probe.value:.9g}, port {probe.port:.9g}"
        for side in self._sides.values():
            side.canvas.setAccessibleDescription(f"{probe.text}: {both}")
        return probe

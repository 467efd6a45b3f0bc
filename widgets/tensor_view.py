"""One frame's tensor: as a mosaic of its channels, as its context rows, or as a slice along any axis."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QSpinBox, QVBoxLayout, QWidget

from ..core.arrays import NDArray
from ..core.config import FEATURE_SIZE, Config, Mode
from .cell_canvas import CellCanvas
from .colour_bar import ColourBar
from .frame_tensor import FrameTensor
from .sheets import AXIS_NAMES, Sheet, context, mosaic, slice_of

View = Literal["mosaic", "context", "slices"]
_TITLES: dict[View, str] = {"mosaic": "Mosaic of channels", "context": "Context rows", "slices": "Slices"}
_EMPTY = "The tensor of the frame under the cursor is shown here."


class SliceChooser(QWidget):
    """Which axis is held fixed, and where."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._axis, self._slider, self._number = QComboBox(), QSlider(Qt.Orientation.Horizontal), QSpinBox()
        self._shape = (1, 1, 1)
        self._axis.addItems([f"one {name}" for name in AXIS_NAMES])
        for widget, name in ((self._axis, "Fixed axis"), (self._slider, "Slice"), (self._number, "Slice number")):
            widget.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._axis)
        row.addWidget(self._slider, 1)
        row.addWidget(self._number)
        self._slider.valueChanged.connect(self._number.setValue)
        self._number.valueChanged.connect(self._slider.setValue)
        self._number.valueChanged.connect(self.changed)
        self._axis.currentIndexChanged.connect(self._change_axis)

    @property
    def axis(self) -> int:
        """The fixed axis: 0 channel, 1 row, 2 column."""
        return self._axis.currentIndex()

    @property
    def position(self) -> int:
        """Where along the fixed axis."""
        return self._number.value()

    def set_shape(self, shape: tuple[int, int, int]) -> None:
        """Fit the ranges to a tensor's shape."""
        if shape != self._shape:
            self._shape = shape
            self._change_axis()

    def choose(self, axis: int, position: int) -> None:
        """Hold another axis or place fixed."""
        self._axis.setCurrentIndex(axis)
        self._number.setValue(position)

    def _change_axis(self) -> None:
        last = self._shape[self.axis] - 1
        self._slider.setMaximum(last)
        self._number.setMaximum(last)
        self.changed.emit()


class TensorView(QWidget):
    """The tensor of the cursor's frame, with what each cell is named after and where its values come from."""

    hovered = Signal(object)
    """`Probe` of the cell under the pointer or the keyboard's mark, or None."""
    picked = Signal(object)
    """`Probe` of a cell that was clicked, or chosen with Return."""

    def __init__(self) -> None:
        super().__init__()
        self._tensor: FrameTensor | None = None
        self._colour_map, self._levels = "viridis", (0.0, 6.0)
        self._canvas, self._bar, self._summary = CellCanvas(), ColourBar(), QLabel()
        self._views, self._chooser = QComboBox(), SliceChooser()
        for view, title in _TITLES.items():
            self._views.addItem(title, view)
        self._views.setAccessibleName("View of the tensor")
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # Text that is too long is cut: a panel must not grow, nor the cells jump, with the frame that is shown.
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._connect()
        self._apply_colours()
        self.set_error(None)

    def _lay_out(self) -> None:
        column, head = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        head.addWidget(self._views)
        head.addWidget(self._chooser, 1)
        self._chooser.hide()
        head.addStretch()
        column.addLayout(head)
        column.addWidget(self._summary)
        column.addWidget(self._canvas, 1)
        column.addWidget(self._bar)

    def _connect(self) -> None:
        self._views.currentIndexChanged.connect(self._refresh)
        self._chooser.changed.connect(self._refresh)
        self._canvas.hovered.connect(lambda cell: self.hovered.emit(self._probe(cell)))
        self._canvas.picked.connect(lambda cell: self.picked.emit(self._probe(cell)))

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
        """
        config = Config(mode=mode, fps=fps)
        if array is None:
            self.set_error(f"Frame {frame:,} has no tensor.")
        elif array.shape != config.tensor_shape:
            self.set_error(f"The tensor of frame {frame:,} has shape {array.shape}; {mode} has {config.tensor_shape}.")
        else:
            self._tensor = FrameTensor(array, frame, context_rows, n_rows, config, row_width)
            self._refresh()

    def set_error(self, text: str | None) -> None:
        """Show a sentence in place of the tensor; None: that there is nothing to show yet."""
        self._tensor = None
        self._summary.setText("\n")
        self._canvas.show_message(text or _EMPTY)

    def set_mark(self, cell: tuple[int, int, int] | None) -> None:
        """Outline one cell (channel, row, column)."""
        self._canvas.set_mark(cell)

    def set_colour_map(self, name: str) -> None:
        """Choose a colour map by its name in the `cmap` library."""
        self._colour_map = name
        self._apply_colours()

    def set_levels(self, low: float, high: float) -> None:
        """Choose the values of the first and last colour, `low` below `high`."""
        self._levels = (low, high)
        self._apply_colours()

    # -- how it is shown ------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The view in use."""
        return get_args(View)[self._views.currentIndex()]  # type: ignore[no-any-return]

    def set_view(self, view: View) -> None:
        """Show the tensor as a mosaic, as context rows or as slices."""
        self._views.setCurrentIndex(get_args(View).index(view))

    def set_slice(self, axis: int, position: int) -> None:
        """Choose what the slices hold fixed: axis 0 channel, 1 row or 2 column, and where."""
        self._chooser.choose(axis, position)

    @property
    def canvas(self) -> CellCanvas:
        """The widget with the cells."""
        return self._canvas

    def _refresh(self) -> None:
        self._chooser.setVisible(self.view == "slices")
        if self._tensor is None:
            return
        self._chooser.set_shape(self._tensor.config.tensor_shape)
        self._summary.setText(self._tensor.summary)
        self._canvas.show_sheet(self._tensor, self._sheet(self._tensor))
        self._canvas.setAccessibleName(f"{_TITLES[self.view]}, {self._tensor.summary}")

    def _sheet(self, tensor: FrameTensor) -> Sheet:
        shape, width = tensor.config.tensor_shape, tensor.width
        if self.view == "context":
            return context(width)
        if self.view == "slices":
            return slice_of(shape, width, self._chooser.axis, self._chooser.position)
        return mosaic(shape, width, tensor.shown_channels)

    def _apply_colours(self) -> None:
        self._canvas.set_colours(self._colour_map, self._levels)
        self._bar.set_colours(self._colour_map, self._levels)

    def _probe(self, cell: tuple[int, int, int] | None) -> object:
        if cell is None or self._tensor is None:
            return None
        probe = self._tensor.probe(cell)
        self._canvas.setAccessibleDescription(f"{probe.text}: {probe.value:.9g}")
        return probe

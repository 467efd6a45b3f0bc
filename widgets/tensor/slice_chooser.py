"""Which slice of a frame tensor is shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QSpinBox, QWidget

from .sheets import AXIS_NAMES


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

"""A reading put together by hand: which file is which stage, of which type, in which order of its axes."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from ...core.base.printable import printable
from ...core.readers.layouts import LAYOUTS
from ...core.readers.raw_dtypes import TYPES
from ...core.run import STAGE_NAMES
from ...widgets.label import Label

_TYPE_AS_STATED, _SHAPE_AS_STATED = "type: as stated", "shape: as stated"
_NAME_LENGTH = 12
"""Letters of a file's name that always have room."""


class OtherReading(QWidget):
    """Four choices that write the reading as the command line has it, where it can also be typed."""

    asked = Signal(str)
    """A reading as ``STAGE=FILE:DTYPE:SHAPE``."""

    def __init__(self) -> None:
        super().__init__()
        self.files, self.stages, self.types, self.shapes = (QComboBox() for _ in range(4))
        self.field, take = QLineEdit(), QPushButton("Read so")
        named = (self.files, "File"), (self.stages, "Stage"), (self.types, "Type"), (self.shapes, "Shape")
        self.stages.activated.connect(self._list_shapes)  # before what is written of it
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(Label("Otherwise:"))
        for box, name in named:
            box.setAccessibleName(name)
            box.setToolTip(name)
            line.addWidget(box)
            box.activated.connect(self._write)
        line.addWidget(self.field, 1)
        line.addWidget(take)
        self.files.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.files.setMinimumContentsLength(_NAME_LENGTH)
        self.stages.addItems(STAGE_NAMES)
        self.types.addItems([_TYPE_AS_STATED, *TYPES])
        self._list_shapes()
        self.field.setPlaceholderText("mel=mel.bin:float32:80,T")
        self.field.setAccessibleName("Reading as STAGE=FILE:DTYPE:SHAPE")
        self.field.returnPressed.connect(lambda: self.asked.emit(self.field.text()))
        take.setAutoDefault(False)
        take.clicked.connect(lambda: self.asked.emit(self.field.text()))

    def set_files(self, labels: Sequence[str]) -> None:
        """Offer the files and arrays of a dump."""
        self.files.clear()
        for label in labels:
            self.files.addItem(printable(label), label)

    def _list_shapes(self) -> None:
        """Offer the layouts of the chosen stage."""
        self.shapes.clear()
        layouts = (str(layout) for layout in LAYOUTS if layout.stage == self.stages.currentText())
        self.shapes.addItems([_SHAPE_AS_STATED, *dict.fromkeys(layouts)])

    def _write(self) -> None:
        kind, shape = ("" if box.currentIndex() == 0 else box.currentText() for box in (self.types, self.shapes))
        fields = f"{self.files.currentData()}:{kind}:{shape}".rstrip(":")
        self.field.setText(f"{self.stages.currentText()}={fields}")

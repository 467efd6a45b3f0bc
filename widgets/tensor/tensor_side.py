"""One side of a compared frame: its title, its cells and its colour scale."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..colour_bar import ColourBar
from ..compare_view import Role
from ..label import Label
from .cell_canvas import CellCanvas
from .frame_tensor import FrameTensor
from .sheets import Sheet


class TensorSide(QWidget):
    """Reference, port or difference."""

    def __init__(self, side: Role) -> None:
        super().__init__()
        self.side = side
        self.canvas, self._bar, self._title = CellCanvas(), ColourBar(), Label(side.capitalize())
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.canvas.setAccessibleName(side)
        self.set_titled(False)
        room = self._bar.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(room)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self.canvas, 1)
        column.addWidget(self._bar)

    def set_titled(self, titled: bool) -> None:
        """Write the side's name above the cells."""
        self._title.setVisible(titled)

    def set_colours(self, name: str, levels: tuple[float, float]) -> None:
        """Choose the colour map and the values of its first and last colour."""
        self.canvas.set_colours(name, levels)
        self._bar.set_colours(name, levels)

    def show_message(self, text: str) -> None:
        """Show a sentence, without a scale of colours that nothing has."""
        self.canvas.show_message(text)
        self._bar.hide()

    def show_sheet(self, tensor: FrameTensor, sheet: Sheet, title: str) -> None:
        """Draw this side of a tensor by a sheet, or say that it has none; `title` names the picture for a reader."""
        if self.side != "reference" and tensor.port is None:
            message = f"The port has no tensor of frame {tensor.frame:,}."
            self.show_message(message)
            self.canvas.setAccessibleName(f"{self.side}: {message}")
            return
        self.canvas.show_sheet(tensor, sheet, self.side)
        self._bar.show()
        self.canvas.setAccessibleName(f"{self.side}: {title}")

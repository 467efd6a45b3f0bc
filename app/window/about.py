"""What Framescope is, its version, and the licences of what it is built on."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from ... import __version__
from ...core.base.files import read_file
from ...core.base.resources import notice
from ...widgets.icons import pixmap
from ...widgets.label import Label

_SENTENCES = (
    "Shows every stage between a recording and what a network sees on one time axis, and finds out where, by how much\n"
    "and why a port of such a pipeline disagrees."
)
_SIDE = 72
_MAX_BYTES = 1 << 20


class AboutDialog(QDialog):
    """Name, version and licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Framescope")
        column, name, picture = QVBoxLayout(self), Label(f"Framescope {__version__}"), Label()
        picture.setPixmap(pixmap("framescope", _SIDE, QColor("black"), self.devicePixelRatioF()))
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        name.setFont(font)
        for label in (picture, name, Label(_SENTENCES), Label("MIT licence; Help > Licences has the notices.")):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        _close(self, column)


class LicenceDialog(QDialog):
    """The licences of Framescope and of the libraries that it is built on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Licences")
        self.resize(760, 560)
        text = QTextBrowser()
        text.setMarkdown(read_file(notice(), "the notices that ship with Framescope", _MAX_BYTES).decode())
        text.setAccessibleName("Licences")
        column = QVBoxLayout(self)
        column.addWidget(text)
        _close(self, column)


def _close(dialog: QDialog, column: QVBoxLayout) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)

"""What Framescope is, its version, and the licences of what it is built on."""

from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from .. import __version__
from ..widgets.icons import pixmap
from ..widgets.label import Label

_SENTENCES = (
    "Shows every stage between a recording and what a network sees on one time axis, and finds out where, by how much\n"
    "and why a port of such a pipeline disagrees."
)
_LIBRARIES = (
    "PySide6-Essentials", "numpy", "onnxruntime", "onnx", "soundfile", "soxr", "av", "safetensors", "rich", "pillow",
    "jinja2", "platformdirs", "filelock", "pyyaml", "pyqtgraph", "sounddevice", "python-stretch",
)  # fmt: skip
_SIDE = 72


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
        for label in (picture, name, Label(_SENTENCES), Label("MIT licence; the menu Help, Licences has its text.")):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        _close(self, column)


class LicenceDialog(QDialog):
    """The libraries that are installed here, with their versions and licences as they state them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Licences")
        self.resize(560, 460)
        text = QPlainTextEdit("\n".join([f"Framescope {__version__}: MIT", "", *filter(None, map(_line, _LIBRARIES))]))
        text.setReadOnly(True)
        text.setAccessibleName("Licences")
        column = QVBoxLayout(self)
        column.addWidget(text)
        _close(self, column)


def _close(dialog: QDialog, column: QVBoxLayout) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)


def _line(name: str) -> str:
    """Write name, version and licence of a library; empty where it is not installed."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return ""
    licence = stated.get("License-Expression") or stated.get("License") or "see its own files"
    return f"{name} {stated['Version']}: {licence.splitlines()[0]}"

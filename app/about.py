"""Help > About: the version, and the licences of Framescope and of what is installed with it."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from .. import __version__
from ..core.files import read_file
from ..core.resources import notice

_MAX_BYTES = 1 << 20


class AboutDialog(QDialog):
    """A text that can be read and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Framescope")
        self.resize(760, 560)
        self.text = QTextBrowser()
        self.text.setAccessibleName("About Framescope")
        licences = read_file(notice(), "the notices that ship with Framescope", _MAX_BYTES).decode()
        self.text.setMarkdown(f"# Framescope {__version__}\n\n{licences}")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)

"""The strip under the lanes: where the cursor is, and buttons that move it."""

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStyle, QToolButton, QWidget

from ..models.timeline import Timeline

_WIDEST = "000:00.000  frame 9,999,999"


class Transport(QWidget):
    """Buttons for the first and last frame and one frame back or on, and the cursor's time and frame."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._place = QLabel()
        self._place.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._place.setAccessibleName("Time and frame of the cursor")
        self._place.setMinimumWidth(self._place.fontMetrics().horizontalAdvance(_WIDEST))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        icons = QStyle.StandardPixmap
        for title, icon, move in (
            ("First frame", icons.SP_MediaSkipBackward, timeline.go_home),
            ("Frame before", icons.SP_MediaSeekBackward, lambda: timeline.step_frames(-1)),
            ("Next frame", icons.SP_MediaSeekForward, lambda: timeline.step_frames(1)),
            ("Last frame", icons.SP_MediaSkipForward, timeline.go_end),
        ):
            button = QToolButton()
            button.setIcon(self.style().standardIcon(icon))
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.clicked.connect(move)
            row.addWidget(button)
        row.addWidget(self._place)
        row.addStretch()
        timeline.cursor_changed.connect(self._show)
        timeline.duration_changed.connect(self._show)
        self._show()

    @property
    def text(self) -> str:
        """What it says, such as ``00:22.320  frame 558``."""
        return self._place.text()

    def _show(self) -> None:
        minutes, seconds = divmod(self._timeline.cursor, 60)
        self._place.setText(f"{int(minutes):02d}:{seconds:06.3f}  frame {self._timeline.frame:,}")

"""Lanes that scroll where the window is too low for all of them, with the bar beside everything on the time axis."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget


class LaneScroll(QScrollArea):
    """Scrolls a column of lanes.

    Its bar is a widget of its own, to be put beside all that has the time axis: all of it stays equally wide.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setAccessibleName("Scroll the lanes")
        own = self.verticalScrollBar()
        own.rangeChanged.connect(self._follow)
        own.valueChanged.connect(self.bar.setValue)
        self.bar.valueChanged.connect(own.setValue)
        content.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the width that the lanes need as one's own."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.setMinimumWidth(self._content.minimumSizeHint().width())
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        own = self.verticalScrollBar()
        self.bar.setRange(own.minimum(), own.maximum())
        self.bar.setPageStep(own.pageStep())
        self.bar.setSingleStep(own.singleStep())
        self.bar.setVisible(own.maximum() > 0)

"""Garbage is collected on the window's thread alone."""

import gc

from PySide6.QtCore import QObject, QTimer

from ...core.base.garbage import Collections

INTERVAL_MS = 200
"""Between two looks at what there is to collect: what is young by then takes 1 to 3 ms."""


class Collector(QObject):
    """Collects garbage in turns of the event loop, and keeps every other thread from it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._collections = Collections()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._collections.make)
        self._timer.start()

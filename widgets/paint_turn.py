"""Painting spread over turns of the event loop: what one turn has no time for is drawn anew in the next.

A change of the theme or of the window's size makes every lane and plot anew. Painted in one turn they would hold up the
event loop by the sum of them all, and the moving cursor with it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from weakref import ref

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QWidget

BUDGET_SECONDS = 0.006
"""Of painting in a turn, after which nothing more is begun: a lane takes up to 14 ms, a plot 15, and the style and the
layout that make them anew 20 to 25 before (1440 x 900), so that a turn stays below 50."""


class PaintTurn:
    """What was spent on painting in this turn of the event loop, and what waits for the next; the GUI thread's own."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._late: list[ref[QWidget]] = []
        self._spreading = False

    def allows(self, widget: QWidget) -> bool:
        """Tell whether a widget may paint anew now; where not, it is updated in the next turn.

        What is painted elsewhere than on the screen, such as a grabbed picture, is always painted whole.
        """
        if not self._spreading or self._spent < BUDGET_SECONDS:
            return True
        self._late.append(ref(widget))
        return False

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time of what is painted in here."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._spent += time.perf_counter() - start

    @contextmanager
    def during(self, event: QEvent) -> Iterator[None]:
        """Let a window handle an event; one that brings its widgets on the screen paints as many as it has time for."""
        if event.type() != QEvent.Type.UpdateRequest:
            yield
            return
        self._spent, self._spreading = 0.0, True
        try:
            yield
        finally:
            self._spreading = False
            if self._late:
                QTimer.singleShot(0, self._go_on)

    def _go_on(self) -> None:
        late, self._late = self._late, []
        for widget in filter(None, (each() for each in late)):
            with suppress(RuntimeError):  # it may be deleted by now
                widget.update()


TURN = PaintTurn()
"""Of all widgets: there is one event loop that paints."""

"""Signals of the system that end the program, as events of Qt's loop: what Python raises in a slot, Qt swallows."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""What ends a program: Ctrl+C, a supervisor, a terminal that closes."""


class Signalled:
    """The number of the signal that has ended the program; 0: none has."""

    number = 0


@contextmanager
def ended_by_signals(end: Callable[[], object]) -> Iterator[Signalled]:
    """Have Qt's event loop call `end` once when the program is to end; to be used on the main thread.

    A signal that is ignored, as under nohup, stays so. The second signal ends the program at once.
    """
    handlers = {number: signal.getsignal(number) for number in ENDING}
    handlers = {number: was for number, was in handlers.items() if was not in {signal.SIG_IGN, None}}
    signalled, (inlet, outlet) = Signalled(), socket.socketpair()
    notifier = QSocketNotifier(outlet.fileno(), QSocketNotifier.Type.Read)

    def receive() -> None:
        signalled.number = next((number for number in outlet.recv(64) if number in handlers), 0)
        if signalled.number:
            notifier.setEnabled(False)
            for number in handlers:
                signal.signal(number, signal.SIG_DFL)
            end()

    notifier.activated.connect(receive)
    inlet.setblocking(False)
    wakeup = signal.set_wakeup_fd(inlet.fileno(), warn_on_full_buffer=False)
    for number in handlers:
        signal.signal(number, _wake)
    try:
        yield signalled
    finally:
        for number, was in handlers.items():
            signal.signal(number, was)
        signal.set_wakeup_fd(wakeup)
        notifier.setEnabled(False)
        inlet.close()
        outlet.close()


def _wake(*_: object) -> None:
    """Do nothing: Python writes the number of a signal that has a handler into the socket."""

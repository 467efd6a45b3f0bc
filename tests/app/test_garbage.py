"""What is left of a window is taken apart on the thread that it belongs to."""

import subprocess
import sys

REMAINS = """
import threading, time, weakref
from framescope.app.window.qt_start import start_qt
from PySide6.QtWidgets import QWidget

application = start_qt()
widget = QWidget()
widget.itself = widget  # only a collection ends it
collected = []
weakref.finalize(widget, lambda: collected.append(threading.current_thread() is threading.main_thread()))
del widget

kept = []
thread = threading.Thread(target=lambda: kept.extend([] for _ in range(1_000_000)))
thread.start()
thread.join()
on_another_thread = list(collected)
end = time.monotonic() + 60
while not collected and time.monotonic() < end:
    application.processEvents()
print(on_another_thread, collected)
"""


def test_a_widget_is_collected_in_the_event_loop_and_on_no_other_thread() -> None:
    done = subprocess.run([sys.executable, "-c", REMAINS], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "[] [True]"

"""Starting Qt, which ends the process where it cannot: here it ends with a sentence and an exit code instead."""

import ctypes
import os
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from ...core.base.printable import printable
from ...core.base.system_libraries import missing_library
from ..endings import EXIT_ERROR, say
from .garbage import Collector


def start_qt() -> QApplication:
    """Give the application, started where it is not yet."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    warnings: list[str] = []

    def handle(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        warnings.append(text)
        if kind == QtMsgType.QtFatalMsg:  # after which Qt calls abort
            say(_missing() or printable(f"the window cannot start: {warnings[0]}; name a display that is there"))
            os._exit(EXIT_ERROR)

    former = qInstallMessageHandler(handle)
    try:
        application = QApplication(sys.argv[:1])
    finally:
        qInstallMessageHandler(former)
    Collector(application)
    return application


def _missing() -> str | None:
    """Say which library the plugin for a display lacks, as the system's loader says it; None: none."""
    platform = os.environ.get("QT_QPA_PLATFORM", "xcb").partition(":")[0]
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / f"libq{platform}.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return missing_library(error) if plugin.is_file() else None
    return None

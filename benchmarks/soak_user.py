"""What a user of the window does at random: commands, gestures, files, and answers to what the window asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import numpy as np
from pipeline import recording

ANSWER_MS = 40
"""After which a menu or a dialog is answered."""
SECONDS = (8, 25, 90)
"""Of the recordings."""
NOT_RUN = {"quit"}
USES = ("open_recording", "open_port", "drop_broken", "switch_port", "rewrite_port", "resize", "session", "export")
Action: TypeAlias = Callable[[], object]


class Material:
    """The files that the user works with, all in one folder."""

    def __init__(self, folder: Path) -> None:
        self.recordings = [Path(recording(folder / f"{length}.wav", length)) for length in SECONDS]
        self.exports, self.session, self.broken = folder / "exports", folder / "saved.framescope", folder / "broken.wav"
        self.exports.mkdir()
        self.broken.write_bytes(b"no sound")
        self.ports = [folder / name for name in ("right", "faulty", "short", "broken", "watched")]
        self._write_ports()

    def _write_ports(self) -> None:
        from framescope.core.pipeline import compute

        run = compute(self.recordings[0], encoder="stand-in")
        mel, features = (np.array(run[name].array) for name in ("mel", "features"))
        for port, columns in zip(self.ports, (None, None, 300, 0, None), strict=True):
            port.mkdir()
            features[11, 7] += port.name == "faulty"
            np.save(port / "mel_spectrogram.npy", mel[:, :columns].astype(np.float32))
            np.save(port / "audio_features_raw.npy", features[: columns and columns // 4])
        (self.ports[3] / "mel_spectrogram.npy").write_bytes(b"no array")
        self.mel = mel.astype(np.float32)


def actions(window: Any, material: Material, random: Random) -> Iterator[tuple[str, Action]]:
    """Give everything that the user can do, by name."""
    from framescope.app.window.commands import COMMANDS

    for command in COMMANDS:
        if command.id not in NOT_RUN:
            yield f"command {command.id}", lambda command=command: window.commands.run(command)
    lanes = (*window.lanes.timed, window.links.panel.tensor.canvas)
    gestures = Gestures(random)
    for _ in range(4):  # what hands do all the time
        for number, lane in enumerate(lanes):
            for gesture in ("scrub", "drag", "hover", "wheel", "double_click", "menu"):
                yield f"{gesture} {number} {_}", lambda lane=lane, gesture=gesture: getattr(gestures, gesture)(lane)
    for name in USES:
        for turn in range(2):
            yield f"{name} {turn}", lambda name=name: getattr(uses, name)()
    uses = Uses(window, material, random)


class Gestures:
    """What a hand does with a mouse."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def _point(self, widget: Any) -> Any:
        from PySide6.QtCore import QPoint

        return QPoint(self.random.randrange(max(1, widget.width())), self.random.randrange(max(1, widget.height())))

    def hover(self, widget: Any) -> None:
        """Move over it."""
        from PySide6.QtTest import QTest

        for _ in range(5):
            QTest.mouseMove(widget, self._point(widget))

    def scrub(self, widget: Any) -> None:
        """Click on it."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=self._point(widget))

    def drag(self, widget: Any) -> None:
        """Drag on it."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        button = self.random.choice([Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
        QTest.mousePress(widget, button, pos=self._point(widget))
        for _ in range(3):
            QTest.mouseMove(widget, self._point(widget))
        QTest.mouseRelease(widget, button, pos=self._point(widget))

    def double_click(self, widget: Any) -> None:
        """Click on it twice."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=self._point(widget))

    def wheel(self, widget: Any) -> None:
        """Turn the wheel over it, with and without keys."""
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        modifier = Qt.KeyboardModifier
        keys = self.random.choice([modifier.ControlModifier, modifier.ShiftModifier, modifier.AltModifier])
        angle = QPoint(0, self.random.choice([-240, -120, 120, 240]))
        none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        point = QPointF(self._point(widget))
        QApplication.sendEvent(widget, QWheelEvent(point, point, QPoint(), angle, none, keys, phase, False))

    def menu(self, widget: Any) -> None:
        """Open its menu, which is answered."""
        from PySide6.QtGui import QContextMenuEvent
        from PySide6.QtWidgets import QApplication

        point = self._point(widget)
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(widget, QContextMenuEvent(reason, point, widget.mapToGlobal(point)))


class Uses:
    """What a user does with files."""

    def __init__(self, window: Any, material: Material, random: Random) -> None:
        self.window, self.material, self.random = window, material, random

    def open_recording(self) -> None:
        """Open one of the recordings."""
        self.window.opening.open(self.random.choice(self.material.recordings))

    def open_port(self) -> None:
        """Open one of the ports."""
        self.window.comparing.add(self.random.choice(self.material.ports))

    def drop_broken(self) -> None:
        """Open what is not a recording."""
        self.window.files.open(self.material.broken)

    def switch_port(self) -> None:
        """Look at another port, and close the first of many."""
        items = [item for item in self.window.runs.items if item.path]
        if items:
            self.window.runs.choose(self.random.choice(items).key)
        if len(items) > 3:
            self.window.runs.remove(items[0].key)

    def rewrite_port(self) -> None:
        """Let the watched port write other values."""
        mel = self.material.mel + np.float32(self.random.choice([0, 0.25, 0.5]))
        np.save(self.material.ports[4] / "mel_spectrogram.npy", mel)

    def resize(self) -> None:
        """Make the window larger or smaller."""
        self.window.resize(self.random.randrange(1024, 2000), self.random.randrange(700, 1200))

    def session(self) -> None:
        """Save the session, or open the one that was saved."""
        path = self.material.session
        if path.exists() and self.random.random() < 0.5:
            self.window.files.open(path)
        else:
            self.window.document.workspace().save(path)

    def export(self) -> None:
        """Write the values or the picture of a lane."""
        from framescope.core.base.errors import InputError

        suffix = self.random.choice([".npy", ".csv", ".png", ".svg"])
        lane = self.random.choice(self.window.views.lanes)
        try:
            self.window.exports.export_lane(lane, self.material.exports / f"{self.random.getrandbits(32)}{suffix}")
        except InputError as error:
            self.window.inspection.say(str(error))


@contextmanager
def answered(material: Material, random: Random) -> Iterator[None]:
    """Answer every question that the window asks: dialogs for files by a path or none, others soon after they open."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QFileDialog, QInputDialog

    files = [*map(str, (*material.recordings, material.broken, material.session)), "", ""]

    def to_save(_: object, title: str, name: str = "", *rest: object) -> tuple[str, str]:
        return random.choice([str(material.exports / f"{random.getrandbits(32)}_{Path(name).name}"), ""]), ""

    answers: dict[tuple[Any, str], Callable[..., object]] = {
        (QFileDialog, "getOpenFileName"): lambda *_: (random.choice(files), ""),
        (QFileDialog, "getSaveFileName"): to_save,
        (QFileDialog, "getExistingDirectory"): lambda *_: str(random.choice([*material.ports, ""])),
        (QInputDialog, "getText"): lambda *_: (random.choice(["f10", "1.5", "nowhere", ""]), random.random() < 0.7),
    }
    for (dialog, verb), answer in answers.items():
        setattr(dialog, verb, answer)
    timer = QTimer(interval=ANSWER_MS)
    timer.timeout.connect(lambda: answer_what_is_open(random))
    timer.start()
    yield
    timer.stop()


def answer_what_is_open(random: Random) -> None:
    """Choose something of an open menu, or type into the open dialogs, and close them some day."""
    from PySide6.QtWidgets import QApplication, QDialog, QMenu

    if isinstance(menu := QApplication.activePopupWidget(), QMenu):
        choices = [action for action in menu.actions() if action.isEnabled() and action.text() and not action.menu()]
        menu.close()
        if choices and random.random() < 0.5:
            random.choice(choices).trigger()
        return
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog) and dialog.isVisible():
            _answer_dialog(dialog, random)


def _answer_dialog(dialog: Any, random: Random) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    fields = dialog.findChildren(QLineEdit)
    if fields and random.random() < 0.5:
        QTest.keyClicks(random.choice(fields), random.choice(["zoom", "1", "mel"]))
    if random.random() < 0.5:
        QTest.keyClick(dialog, random.choice([Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Space]))
    elif random.random() < 0.8:
        dialog.reject()
    else:
        dialog.accept()

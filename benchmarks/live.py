"""How far the lanes of a live recording lie behind the sound: from the last sample of a block to its painting."""

import os
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
from measure import table

os.environ |= {"QT_QPA_PLATFORM": "offscreen", "FRAMESCOPE_ENCODER": "stand-in"}
os.environ["QT_LOGGING_RULES"] = "default.warning=false"
RECIPES = ("synctalk_2d", "whisper-80", "nemo-80", "clap")
RATE, BLOCK, MINUTES = 16000, 0.02, 0.5


class Device:
    """Gives blocks of speech in their time, and remembers when each came."""

    def __init__(self, speech: np.ndarray, rate: int) -> None:
        self.rate, self._speech = rate, speech
        self._ended, self._thread = Event(), Thread()
        self.came: list[float] = []

    def start(self, take: Any) -> None:
        """Begin."""
        self._thread = Thread(target=self._run, args=(take,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def _run(self, take: Any) -> None:
        size, due = round(BLOCK * self.rate), time.monotonic()
        for start in cycle(range(0, len(self._speech) - size, size)):
            due += BLOCK
            if self._ended.wait(max(0.0, due - time.monotonic())):
                return
            self.came.append(time.monotonic())
            take(self._speech[start : start + size, None], False)


class Inputs:
    """The one device."""

    def __init__(self, speech: np.ndarray) -> None:
        self._speech = speech
        self.device: Device | None = None

    def names(self) -> tuple[str, ...]:
        """Give its name."""
        return ("speech",)

    def open(self, _: str | None, rate: int) -> Device:
        """Open it."""
        self.device = Device(self._speech, rate)
        return self.device


def behind(recipe: str, speech: np.ndarray, folder: Path) -> np.ndarray:
    """Record for half a minute; give how old the newest sample is when it has been painted, milliseconds."""
    from framescope.app.window import live
    from framescope.app.window.window import MainWindow
    from framescope.core.recipe.presets import load_preset
    from PySide6.QtCore import QEventLoop, QTimer

    inputs = Inputs(speech)
    live.PortAudioInputs = lambda: inputs  # type: ignore[assignment,misc]
    window = MainWindow()
    window.model.set_recipe(load_preset(recipe))
    window.live.open()
    ages: list[float] = []

    def painted(picture: Any) -> None:
        window.live.lanes.repaint()
        blocks = round(picture.moment.seconds / BLOCK)
        if blocks:
            ages.append(1000 * (time.monotonic() - inputs.device.came[blocks - 1]))  # type: ignore[union-attr]

    window.live.live.shown.connect(painted)
    window.live.start(folder / "live.wav")
    loop = QEventLoop()
    QTimer.singleShot(round(60_000 * MINUTES), loop.quit)
    loop.exec()
    window.live.live.close()
    window.close()
    return np.array(ages)


def main(report: str) -> None:
    from framescope.app.window.theme import apply_theme
    from framescope.core.base.resources import sample
    from framescope.core.pipeline import compute
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    apply_theme(application, "light")
    speech = np.asarray(compute(sample(), until="audio")["audio"].array, np.float32)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.environ[name] = folder
        for recipe in RECIPES:
            ages = behind(recipe, speech, Path(folder))
            figures = (*np.percentile(ages, (50, 95, 99)), ages.max(), len(ages) / 60 / MINUTES)
            rows.append([recipe, *(f"{figure:.0f}" for figure in figures)])
    text = table(["age of what has been painted, ms", "median", "p95", "p99", "most", "pictures a second"], rows)
    print(text)
    Path(report).write_text(
        f"# Live\n\n{text}\n\nBlocks of 20 ms, a window of 900 x 600, offscreen. Made by `make bench`.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])

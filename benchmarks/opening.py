"""Opening a recording against Sonic Visualiser: from the start of the process to waveform and spectrogram drawn."""

import bz2
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from measure import table

Picture = npt.NDArray[np.uint32]
Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge of a part of the screen, pixels."""

LENGTHS = {"60 s": 60, "10 min": 600, "1 h": 3600}
FORMATS = {"16 kHz mono": (16000, 1), "44.1 kHz stereo": (44100, 2)}
ROUNDS, POLL_SECONDS, STILL_SECONDS, LONGEST_SECONDS = 3, 0.01, 10.0, 300.0
SCREEN, WINDOW = (3200, 1000), (1440, 900)
"""The pointer begins in the middle of the screen: beside the windows, where nothing lights up under it."""
PANES: tuple[Box, ...] = ((110, 80, 1030, 420), (110, 480, 1030, 800))
"""The two panes of Sonic Visualiser 4 in a window of that size, without the labels along their edges."""
PANE_WIDTH = 1020
ALIKE = 0.995
"""Share of the pixels that must be as in the finished picture: cursors and labels may still move."""
COLOURS = 3
"""Colours in a picture that shows something, at least."""

LANES = """
import sys
from framescope.app.window.window import MainWindow
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
application = QApplication([])
window = MainWindow()
window.resize(*map(int, sys.argv[1:]))
window.show()
application.processEvents()
for lane in (window.lanes.waveform, window.lanes.mel):
    print(*lane.contents_rect().translated(lane.mapTo(window, QPoint())).getCoords())
window.close()
"""
SESSION = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE sonic-visualiser>
<sv><data>
<model id="0" name="talk" sampleRate="{rate}" start="0" end="{frames}" type="wavefile" file="{path}" mainModel="true"/>
<layer id="1" type="waveform" name="Waveform" model="0" channel="-1"/>
<layer id="2" type="spectrogram" name="Spectrogram" model="0" channel="-1" windowSize="1024" colourScale="3"/>
</data><display>
<view centre="{centre}" zoom="{zoom}" followPan="1" followZoom="1" type="pane" height="1">
<layer id="1" type="waveform" name="Waveform" model="0" visible="true"/></view>
<view centre="{centre}" zoom="{zoom}" followPan="1" followZoom="1" type="pane" height="1">
<layer id="2" type="spectrogram" name="Spectrogram" model="0" visible="true"/></view>
</display></sv>
"""
SETTINGS = """[Preferences]
network-permission-{version}=false
[MainWindow]
size=@Size({window[0]} {window[1]})
position=@Point(0 0)
"""


@dataclass(frozen=True, slots=True)
class Program:
    """How to start a program on a recording, and where it draws."""

    command: Sequence[str]
    boxes: Sequence[Box]


class Screen:
    """A virtual screen, read from the memory that its server draws in."""

    def __init__(self, folder: Path, display: str) -> None:
        self.environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        path = folder / "Xvfb_screen0"
        header = np.fromfile(path, ">u4", 25)  # an X window dump: a header, a table of colours, the lines
        start, width, height, colours = int(header[0]), int(header[4]), int(header[5]), int(header[19])
        self._pixels = np.memmap(path, "<u4", "r", start + 12 * colours, (height, width))

    def look(self, boxes: Sequence[Box]) -> list[Picture]:
        """Copy every fourth line of some parts."""
        return [np.array(self._pixels[top:bottom:4, left:right]) for left, top, right, bottom in boxes]


def main(report: str) -> None:
    missing = [name for name in ("Xvfb", "sonic-visualiser") if not shutil.which(name)]
    if missing:
        print(f"not measured: {' and '.join(missing)} not found; install the packages xvfb and sonic-visualiser")
        return
    with tempfile.TemporaryDirectory() as name, screen(Path(name)) as shown:
        folder, lanes = Path(name), lane_boxes(shown)
        rows = [
            row(f"{length}, {kind}", *programs(folder, seconds, *layout, lanes), shown)
            for kind, layout in FORMATS.items()
            for length, seconds in LENGTHS.items()
        ]
    text = table(["recording", "Framescope, s", "Sonic Visualiser, s", "ratio"], rows)
    about = "Seconds from the start of the process until waveform and (mel) spectrogram are drawn as they stay, the "
    about += f"whole recording in view: median of {ROUNDS} alternating starts after a warm-up. Windows of "
    about += f"{WINDOW[0]} x {WINDOW[1]} on a virtual screen, fresh settings; Sonic Visualiser {version()}, "
    about += f"{os.cpu_count()} processors. Made by `make bench`."
    Path(report).write_text(f"# Opening a recording\n\n{text}\n\n{about}\n", encoding="utf-8")
    print(text)


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """Run a virtual screen under a free number that it chooses itself."""
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-fbdir", str(folder), "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert server.stdout is not None
        yield Screen(folder, f":{server.stdout.readline().decode().strip()}")
    finally:
        server.terminate()
        server.wait()


def lane_boxes(shown: Screen) -> list[Box]:
    """Ask a window where its lanes are; in a process of its own, for Qt ends with its screen."""
    command = [sys.executable, "-c", LANES, *map(str, WINDOW)]
    lines = subprocess.run(command, env=shown.environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    corners = (map(int, line.split()) for line in lines.splitlines())
    return [(left, top, right, bottom) for left, top, right, bottom in corners]


def programs(folder: Path, seconds: int, rate: int, channels: int, lanes: Sequence[Box]) -> tuple[Program, Program]:
    """Write a recording, and how either program shows the whole of it."""
    path, frames = folder / "talk.wav", seconds * rate
    write_talk(path, frames, rate, channels)
    session = folder / "talk.sv"
    zoom = -(-frames // PANE_WIDTH)
    text = SESSION.format(path=path, rate=rate, frames=frames, centre=frames // 2, zoom=zoom)
    session.write_bytes(bz2.compress(text.encode()))
    ours = Program([sys.executable, "-m", "framescope.app", str(path)], lanes)
    return ours, Program(["sonic-visualiser", str(session)], PANES)


def write_talk(path: Path, frames: int, rate: int, channels: int) -> None:
    """Write noise in syllables of random loudness, 16-bit WAV."""
    random = np.random.default_rng(0)
    with soundfile.SoundFile(path, "w", rate, channels, "PCM_16") as file:
        for start in range(0, frames, 10 * rate):
            count = min(10 * rate, frames - start)
            loudness = np.interp(
                np.arange(count), np.arange(0, count, rate // 6), random.random(-(-count // (rate // 6)))
            )
            file.write(random.normal(0, 0.1, (count, channels)) * loudness[:, None] ** 2)


def row(name: str, ours: Program, theirs: Program, shown: Screen) -> list[str]:
    """Measure both programs in turn."""
    finished = [finished_picture(program, shown) for program in (ours, theirs)]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for program, picture, measured in zip((ours, theirs), finished, times, strict=True):
            measured.append(seconds_until(program, picture, shown))
    own, other = map(statistics.median, times)
    cells = [name, f"{own:.2f}", f"{other:.2f}", f"{own / other:.2f}"]
    print(*cells, flush=True)
    return cells


def finished_picture(program: Program, shown: Screen) -> list[Picture]:
    """Start a program and wait until its picture has not changed for a long time."""
    with started(program, shown) as start:
        last = shown.look(program.boxes)
        changed = time.perf_counter()
        while time.perf_counter() - changed < STILL_SECONDS:
            time.sleep(POLL_SECONDS)
            now = shown.look(program.boxes)
            if not alike(now, last, 1.0):
                last, changed = now, time.perf_counter()
            expect(changed - start < LONGEST_SECONDS, program, "does not come to rest")
    expect(all(len(np.unique(part)) >= COLOURS for part in last), program, "shows no picture")
    return last


def seconds_until(program: Program, finished: list[Picture], shown: Screen) -> float:
    """Start a program and wait until its picture is the finished one."""
    with started(program, shown) as start:
        while not alike(shown.look(program.boxes), finished, ALIKE):
            time.sleep(POLL_SECONDS)
            expect(time.perf_counter() - start < LONGEST_SECONDS, program, "does not draw the same picture again")
        return time.perf_counter() - start


def expect(fact: bool, program: Program, otherwise: str) -> None:
    if not fact:
        raise SystemExit(f"{' '.join(program.command)}: {otherwise}")


def alike(now: list[Picture], finished: list[Picture], share: float) -> bool:
    return all(np.mean(a == b) >= share for a, b in zip(now, finished, strict=True))


@contextmanager
def started(program: Program, shown: Screen) -> Iterator[float]:
    """Start a program with fresh settings and end it; give the moment of the start."""
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home, "sonic-visualiser", "Sonic Visualiser.conf")
        settings.parent.mkdir()
        settings.write_text(SETTINGS.format(version=version(), window=WINDOW), encoding="utf-8")
        own = {"FRAMESCOPE_ENCODER": "stand-in", "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}
        own["PYTHONDONTWRITEBYTECODE"] = ""  # an installed program is compiled
        begin = time.perf_counter()
        process = subprocess.Popen(
            program.command,
            env=shown.environment | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield begin
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def version() -> str:
    """Version of Sonic Visualiser, which its settings name."""
    asked = subprocess.run(["sonic-visualiser", "--version"], capture_output=True, text=True, check=True)
    return asked.stderr.split()[0]


if __name__ == "__main__":
    main(sys.argv[1])

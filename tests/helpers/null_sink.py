"""A PulseAudio server of its own that plays to nobody, and a recording of what would be heard."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 48_000
_PROGRAMS = ("pulseaudio", "parec", "pactl")
_SCRIPT = """
load-module module-null-sink sink_name=null rate={rate}
load-module module-native-protocol-unix
"""
_ALSA = """
</usr/share/alsa/alsa.conf>
pcm.!default {{ type pulse server "unix:{socket}" }}
ctl.!default {{ type pulse server "unix:{socket}" }}
"""


def missing() -> str:
    """Name what the machine lacks for it, nothing where it has all."""
    return ", ".join(name for name in _PROGRAMS if shutil.which(name) is None)


class NullSink:
    """What was heard so far, and the server, which can be stopped and started."""

    def __init__(self, folder: Path, wait: Callable[[Callable[[], bool]], None]) -> None:
        self._folder, self._wait = folder, wait
        self._env = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder),
        }
        (folder / "script.pa").write_text(_SCRIPT.format(rate=RATE))
        self.alsa = folder / "asoundrc"
        self.alsa.write_text(_ALSA.format(socket=folder / "native"))
        self._heard = bytearray()
        self._reads: list[tuple[float, int]] = []
        self._programs: list[subprocess.Popen[Any]] = []
        self._reader = Thread()

    def start(self) -> None:
        """Start the server, and record from now on: a sink that nobody listens to falls asleep."""
        options = ["-n", "--exit-idle-time=-1", "--system=false", "--daemonize=no", "--use-pid-file=no"]
        self._run(["pulseaudio", *options, "-F", "script.pa"], stderr=subprocess.DEVNULL)
        self._wait(self._answers)
        listen = ["parec", "--latency-msec=2", "-d", "null.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le"]
        recorder = self._run(listen, stdout=subprocess.PIPE)
        self._reader = Thread(target=self._record, args=(recorder,), name="recorder")
        self._reader.start()
        self._wait(lambda: len(self._reads) > 5)

    def stop(self) -> None:
        """End the server."""
        for program in reversed(self._programs):
            program.terminate()
            program.wait()
        self._programs.clear()
        self._reader.join()

    def heard(self) -> npt.NDArray[np.float32]:
        """Give everything heard so far, (n,) at `RATE`."""
        return np.frombuffer(bytes(self._heard[: len(self._heard) // 2 * 2]), np.int16).astype(np.float32) / 32768

    def times(self, samples: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Give when samples were heard, monotonic seconds: the earliest that any read near them allows."""
        moments, ends = np.array(self._reads).T
        starts = moments - ends / RATE
        return np.array([starts[np.abs(ends - n) < RATE].min() + n / RATE for n in samples])

    def clicks(self, since: float = 0.0, gap: float = 0.05) -> npt.NDArray[np.float64]:
        """Give when loud moments began, monotonic seconds."""
        loud = np.flatnonzero(np.abs(self.heard()) > 0.3)
        first = loud[np.diff(loud, prepend=-RATE) > gap * RATE]
        times = self.times(first)
        return times[times >= since]

    def _answers(self) -> bool:
        return not subprocess.run(["pactl", "info"], env=self._env, capture_output=True, check=False).returncode

    def _run(self, command: list[str], **options: Any) -> subprocess.Popen[Any]:
        program = subprocess.Popen(command, env=self._env, cwd=self._folder, **options)
        self._programs.append(program)
        return program

    def _record(self, recorder: subprocess.Popen[Any]) -> None:
        assert recorder.stdout is not None
        while data := os.read(recorder.stdout.fileno(), 1 << 16):
            self._heard += data
            self._reads.append((monotonic(), len(self._heard) // 2))
        recorder.stdout.close()


@contextmanager
def null_sink(folder: Path, wait: Callable[[Callable[[], bool]], None]) -> Iterator[NullSink]:
    """Have a server run, and make it this process's sound device."""
    sink = NullSink(folder, wait)
    before = os.environ.get("ALSA_CONFIG_PATH")
    os.environ["ALSA_CONFIG_PATH"] = str(sink.alsa)
    try:
        sink.start()
        yield sink
    finally:
        sink.stop()
        os.environ.pop("ALSA_CONFIG_PATH")
        if before is not None:
            os.environ["ALSA_CONFIG_PATH"] = before

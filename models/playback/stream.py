"""Sound devices: PortAudio's through sounddevice, and one that plays nothing in the right time."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import numpy as np

from ...core.base.system_libraries import how_to_install
from ...core.sound import Block

if TYPE_CHECKING:
    import sounddevice

Direction: TypeAlias = Literal["output", "input"]
Fill: TypeAlias = Callable[[Block, float, bool], None]
"""Called by a device for each buffer (n, channels) float32, to be filled; with the time on its clock, in seconds, at
which the first frame will be heard, and whether nothing was left to be heard before it."""

LATENCY, MAX_LATENCY = 0.085, 0.34
"""Seconds of sound that the device holds: with a period more, a seek is heard within 120 ms of it. The most is for
machines too busy to be in time."""
_SILENT_BUFFER = 0.02
_EMPTY_SECONDS = 0.005
"""A device with less than this to be heard has run empty, or nearly: not every system tells of it."""


class NoDeviceError(Exception):
    """There is nothing to play on; the text says why."""


class Stream(Protocol):
    """An open device, which calls for buffers from `start` to `close`."""

    @property
    def rate(self) -> int:
        """Frames a second, Hz."""

    @property
    def channels(self) -> int:
        """Number of channels."""

    @property
    def time(self) -> float:
        """Now on the device's clock, seconds; never blocks."""

    def start(self, fill: Fill) -> None:
        """Begin to call for buffers, on a thread of the device's own."""

    def close(self) -> None:
        """Stop; where the device is lost this may never return."""


class Devices(Protocol):
    """The sound devices of a machine; every method may take its time."""

    def names(self) -> tuple[str, ...]:
        """Give the names of those that play."""

    def open(self, name: str | None, rate: int, channels: int, latency: float) -> Stream:
        """Open a device, None for the usual one, as like to what is asked for as it takes; it holds `latency` seconds.

        Raises
        ------
        NoDeviceError
            There is none, or it refuses everything.
        """

    def rescan(self) -> bool:
        """Look for devices anew, while none is open; False where that can never find any."""


class PortAudioDevices:
    """The devices that PortAudio finds; the library is loaded when it is first needed."""

    def __init__(self) -> None:
        self._missing = ""
        """Why the library is not there: it is looked for once, which takes long."""

    def names(self, direction: Direction = "output") -> tuple[str, ...]:
        """Give the names of those that play, or record, with the sound system of each; none without the library."""
        try:
            library = self.library()
        except NoDeviceError:
            return ()
        systems = [system["name"] for system in library.query_hostapis()]
        devices = [device for device in library.query_devices() if device[f"max_{direction}_channels"]]
        return tuple(f"{device['name']}, {systems[device['hostapi']]}" for device in devices)

    def open(self, name: str | None, rate: int, channels: int, latency: float) -> Stream:
        """Open a device with this rate and these channels, else with its own rate, else with its own channels."""
        library = self.library()
        try:
            device = library.query_devices(name, "output")
        except (library.PortAudioError, ValueError) as error:
            raise NoDeviceError(f"there is no sound device {name!r}" if name else "there is no sound device") from error
        own_rate, own_channels = round(device["default_samplerate"]), min(2, device["max_output_channels"])
        for frames, width in ((rate, channels), (own_rate, channels), (rate, own_channels), (own_rate, own_channels)):
            with suppress(library.PortAudioError):
                return PortAudioStream(library, name, frames, width, latency)
        raise NoDeviceError(f"the sound device refuses {rate:,} Hz and {own_rate:,} Hz")

    def rescan(self) -> bool:
        """Let PortAudio look for devices anew: it lists them once, when it is started."""
        try:
            library = self.library()
        except NoDeviceError:
            return False
        library._terminate()
        with suppress(library.PortAudioError):  # then there is no device, which `open` says
            library._initialize()
        return True

    def library(self) -> Any:
        """Give the library, which is looked for and started when it is first needed.

        Raises
        ------
        NoDeviceError
            It is not installed, or does not start.
        """
        if self._missing:
            raise NoDeviceError(self._missing)
        try:
            import sounddevice  # noqa: PLC0415  it looks for PortAudio and starts it
        except ImportError:
            self._missing = "the package sounddevice is not installed"
        except OSError:
            self._missing = f"PortAudio is not installed; {how_to_install('libportaudio')}"
        except Exception as error:  # of a type that only the package itself, which is not there, has
            self._missing = f"PortAudio does not start ({error})"
        else:
            return sounddevice
        raise NoDeviceError(self._missing)


class PortAudioDevice:
    """An open device of PortAudio's, which plays or records.

    Parameters
    ----------
    library : module
        `sounddevice`.
    stream : Stream
        Its open stream.
    """

    def __init__(self, library: Any, stream: Any) -> None:
        self._library, self._stream = library, stream

    def begin(self) -> None:
        """Let the stream run.

        Raises
        ------
        NoDeviceError
            The device does not start; it is closed.
        """
        try:
            self._stream.start()
        except self._library.PortAudioError as error:
            self.close()
            raise NoDeviceError("the sound device does not start") from error

    def close(self) -> None:
        """Stop at once; what the device holds is dropped."""
        self._stream.close()


class PortAudioStream(PortAudioDevice):
    """An open device that plays."""

    def __init__(self, library: Any, name: str | None, rate: int, channels: int, latency: float) -> None:
        self.rate, self.channels = rate, channels
        self._fill: Fill = _nothing
        stream: sounddevice.OutputStream = library.OutputStream(
            rate, device=name, channels=channels, dtype="float32", latency=latency, callback=self._call
        )
        super().__init__(library, stream)

    @property
    def time(self) -> float:
        """Now, by the monotonic clock; PortAudio's own may be the clock on the wall, which is set now and then."""
        return monotonic()

    def start(self, fill: Fill) -> None:
        """Begin to call for buffers."""
        self._fill = fill
        self.begin()

    def _call(self, out: Block, frames: int, times: Any, flags: Any) -> None:
        offset = monotonic() - self._stream.time
        # Some systems tell no time of the buffer.
        heard = times.outputBufferDacTime or self._stream.time + self._stream.latency
        dry = flags.output_underflow or heard - times.currentTime < _EMPTY_SECONDS
        self._fill(out, heard + offset, dry)


def _nothing(out: Block, heard: float, dry: bool) -> None:
    out[:] = 0


class SilentStream:
    """A device that takes samples as fast as a real one and plays nothing."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate, self.channels = rate, channels
        self._ended, self._thread = Event(), Thread()

    @property
    def time(self) -> float:
        """Now, by the monotonic clock."""
        return monotonic()

    def start(self, fill: Fill) -> None:
        """Begin to call for buffers."""
        self._thread = Thread(target=self._run, args=(fill,), name="silent playback", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the thread's end."""
        self._ended.set()
        self._thread.join()

    def _run(self, fill: Fill) -> None:
        out = np.zeros((round(_SILENT_BUFFER * self.rate), self.channels), np.float32)
        due = start = monotonic()
        buffers = 0
        while not self._ended.wait(max(0.0, due - monotonic())):
            fill(out, due, False)
            buffers += 1
            due = start + buffers * len(out) / self.rate

"""Sound devices that record: PortAudio's, through sounddevice."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, TypeAlias

from ...core.sound import Block
from ..playback.stream import NoDeviceError, PortAudioDevice, PortAudioDevices

Take: TypeAlias = Callable[[Block, bool], None]
"""Called by a device, on a thread of its own, with (n, channels) float32 frames that are its own again afterwards, and
whether frames were lost before them."""

_BLOCK_SECONDS = 0.02


class Input(Protocol):
    """An open device, which gives sound from `start` to `close`."""

    @property
    def rate(self) -> int:
        """Frames a second, Hz."""

    def start(self, take: Take) -> None:
        """Begin to give sound.

        Raises
        ------
        NoDeviceError
            The device does not start.
        """

    def close(self) -> None:
        """Stop."""


class Inputs(Protocol):
    """The devices of a machine that record; every method may take its time."""

    def names(self) -> tuple[str, ...]:
        """Give the names of those that record; the output of a loopback is one of them."""

    def open(self, name: str | None, rate: int) -> Input:
        """Open a device, None for the usual one, with a rate in Hz, or with its own where it refuses that.

        Raises
        ------
        NoDeviceError
            There is none, or it refuses everything.
        """


class PortAudioInputs:
    """The devices that PortAudio finds."""

    def __init__(self) -> None:
        self._devices = PortAudioDevices()

    def names(self) -> tuple[str, ...]:
        """Give the names of those that record, with the sound system of each; none without the library."""
        return self._devices.names("input")

    def open(self, name: str | None, rate: int) -> Input:
        """Open a device, in mono where it can."""
        library = self._devices.library()
        try:
            device = library.query_devices(name, "input")
        except (library.PortAudioError, ValueError) as error:
            missing = f"there is no device {name!r} to record from" if name else "there is no device to record from"
            raise NoDeviceError(missing) from error
        own = round(device["default_samplerate"])
        for frames, channels in ((rate, 1), (own, 1), (own, device["max_input_channels"])):
            with suppress(library.PortAudioError):
                return _PortAudioInput(library, name, frames, channels)
        raise NoDeviceError(f"the sound device refuses to record at {rate:,} Hz and at {own:,} Hz")


class _PortAudioInput(PortAudioDevice):
    """An open device that records."""

    def __init__(self, library: Any, name: str | None, rate: int, channels: int) -> None:
        self.rate = rate
        self._take: Take = _nothing
        stream = library.InputStream(
            rate,
            blocksize=round(_BLOCK_SECONDS * rate),
            device=name,
            channels=channels,
            dtype="float32",
            latency="low",
            callback=self._call,
        )
        super().__init__(library, stream)

    def start(self, take: Take) -> None:
        """Begin to give sound."""
        self._take = take
        self.begin()

    def _call(self, frames: Block, _count: int, _times: Any, flags: Any) -> None:
        self._take(frames, bool(flags.input_overflow))


def _nothing(frames: Block, lost: bool) -> None:
    """Take nothing."""

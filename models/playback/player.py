"""The thread that plays: it opens the device, prepares samples, and notices when the device is gone."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Condition, Thread
from time import monotonic

import numpy as np

from ...core.base.errors import InputError
from ...core.sound import Block
from .feed import Passage, samples_of
from .line import Route
from .outlet import Outlet
from .source import Source
from .stream import LATENCY, MAX_LATENCY, Devices, NoDeviceError, SilentStream

RESCAN_SECONDS = 2.0
"""How often a device is looked for while there is none."""
REST_SECONDS = 5.0
"""After so long at rest the device is given back."""
_AHEAD_SECONDS = 0.4
"""What is prepared beyond what the device has taken."""
_SPLICE_AHEAD_SECONDS = 0.06
"""Where a change of speed or loop begins: preparing its first samples takes about so long."""
_GRAIN_LEFT_SECONDS = 0.01
_BEAT_SECONDS = 0.02
_DECODING_SECONDS = 0.3
"""So long samples may be waited for before it is said."""
_DECODING = "the recording is being decoded up to here"
_CLOSING_SECONDS = 3.0
_log = logging.getLogger(__name__)


class Player:
    """Plays passages of a source; of several orders the newest counts.

    The methods return at once, whatever the device does. Where there is no device, everything goes on in the right
    time without a sound, and a device is looked for.

    Parameters
    ----------
    devices : Devices
        Where to play.
    changed : callable
        Called on the player's thread when `status` or `names` has changed.
    """

    def __init__(self, devices: Devices, changed: Callable[[], None]) -> None:
        self.status = ""
        """What is not as it should be, as a sentence; empty where all is well."""
        self.names: tuple[str, ...] = ()
        """The devices, once they have been looked for."""
        self.latency = 0.0
        """Seconds by which the sound is heard later than the device says."""
        self._devices, self._changed = devices, changed
        self._device: str | None = None
        self._store = LATENCY
        """Seconds of sound that a device is to hold."""
        self._gain = 1.0
        self._source: Source | None = None
        self._outlet: Outlet | None = None
        self._left: Outlet | None = None
        """The outlet before, which may still hang."""
        self._passage: Passage | None = None
        self._grain: Passage | None = None
        self._blocks: Iterator[Block] | None = None
        self._starving = False
        self._said, self._fed = "", monotonic()
        self._used = self._scanned = self._watched = monotonic()
        self._orders: dict[str, Callable[[], None]] = {}
        self._asked = self._served = 0
        self._closing, self._wake = False, Condition()
        self._thread = Thread(target=self._work, name="playback", daemon=True)
        self._thread.start()

    # What is asked for, on the GUI's thread

    def load(self, source: Callable[[], Source] | None) -> None:
        """Play from another source from now on, which is opened on the player's thread; None: from none."""
        self._order("source", partial(self._load, source))

    def play(self, passage: Passage) -> None:
        """Play a passage in the place of what is played."""
        self._asked += 1
        self._order("passage", partial(self._play, passage, self._asked))

    def rest(self) -> None:
        """Play nothing."""
        self._order("passage", self._rest)

    def use_device(self, name: str | None) -> None:
        """Play on another device, None: the usual one; what is playing goes on there."""
        self._order("device", partial(self._use_device, name))

    def find_devices(self) -> None:
        """Look which devices there are, for `names`."""
        self._order("names", self._find_devices)

    def set_gain(self, gain: float) -> None:
        """Multiply every sample by `gain` from the next buffer on."""
        self._gain = gain
        if outlet := self._outlet:
            outlet.line.gain = gain

    def position(self, ahead: float = 0.0) -> float | None:
        """Give what of the passage is audible `ahead` seconds from now, in seconds of the recording.

        None where the passage has not begun yet, or is interrupted.
        """
        return self._heard(ahead) if self._served == self._asked else None

    def ended(self) -> bool:
        """Tell whether the passage has been heard to its end, or cannot be heard at all."""
        outlet = self._outlet
        if self._served != self._asked:
            return False
        if outlet is None:
            return self._passage is None
        return outlet.end is not None and outlet.index(-self.latency) >= outlet.end

    def close(self) -> None:
        """Give everything back and wait for the thread's end, 3 s at most."""
        self._closing = True
        self._order("close", lambda: None)
        self._thread.join(_CLOSING_SECONDS)  # a device may hang

    def _order(self, kind: str, action: Callable[[], None]) -> None:
        with self._wake:
            self._orders.pop(kind, None)
            self._orders[kind] = action
            self._wake.notify()

    def _heard(self, ahead: float = 0.0) -> float | None:
        outlet, source = self._outlet, self._source
        if outlet is None or source is None:
            return None
        return outlet.line.frame(max(outlet.index(ahead - self.latency), outlet.begin)) / source.rate

    # What is done, on the player's thread

    def _work(self) -> None:
        while not self._closing:
            for action in (*self._newest(), self._work_on):
                self._try(action)
        self._load(None)

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except InputError as error:
            self._fail(str(error))
        except Exception as error:
            _log.exception("playing failed")
            self._fail(f"playing failed ({error})")

    def _newest(self) -> list[Callable[[], None]]:
        with self._wake:
            if not self._orders:
                self._wake.wait(None if self._outlet is None else 0 if self._starving else _BEAT_SECONDS)
            actions = list(self._orders.values())
            self._orders.clear()
        return actions

    def _work_on(self) -> None:
        now = monotonic()
        passed, self._watched = now - self._watched, now
        if self._outlet is None or self._source is None:
            return
        self._start_grain(self._outlet)
        self._feed(self._outlet)
        self._source.prepare()
        self._tell()
        if self._passage or self._grain or self._outlet.line.waiting:
            self._used = now
        if now - self._used > REST_SECONDS:
            self._drop()
        elif self._outlet.is_lost(passed):
            self._move_to(self._source, lambda source: self._silent(source, "the sound device was lost"))
        elif self._outlet.stumbles and self._store < MAX_LATENCY:
            self._store = min(2 * self._store, MAX_LATENCY)
            self._move_to(self._source, self._opened)
        elif self._outlet.silent and now - self._scanned > RESCAN_SECONDS:
            self._rescan(self._source)

    def _fail(self, reason: str) -> None:
        self._passage = self._grain = self._blocks = None
        if self._outlet:
            self._outlet.end = self._outlet.line.end
        self._say(reason)

    def _load(self, source: Callable[[], Source] | None) -> None:
        self._rest()
        self._drop()
        if self._source:
            self._source.close()
        self._source = None
        self._say("")
        if source:
            self._source = source()

    def _play(self, passage: Passage, number: int) -> None:
        try:
            if self._source:
                self._outlet = self._outlet or self._opened(self._source)
                self._take_up(self._outlet, self._source, passage)
        finally:
            self._served = number

    def _take_up(self, outlet: Outlet, source: Source, passage: Passage) -> None:
        if passage.grain:
            self._grain = passage
        else:
            self._passage, self._grain = passage, None
            self._begin(outlet, source, passage)

    def _rest(self) -> None:
        self._passage = self._grain = self._blocks = None
        if outlet := self._outlet:
            fade = np.zeros((round(0.01 * outlet.line.rate), outlet.line.channels), np.float32)
            outlet.line.splice(fade, Route(0, 0))

    def _begin(self, outlet: Outlet, source: Source, passage: Passage) -> None:
        line = outlet.line
        index = 0 if passage.start is not None else line.taken + round(_SPLICE_AHEAD_SECONDS * line.rate)
        start = line.frame(min(index, line.end)) if passage.start is None else passage.start * source.rate
        route = passage.route(round(start), source.rate, line.rate)
        self._blocks, self._fed = samples_of(passage, route, source, line), monotonic()
        block = next(self._blocks, np.zeros((0, line.channels), np.float32))
        outlet.end = None
        index = line.splice(block, route, index)
        if passage.start is not None:
            outlet.begin = index

    def _start_grain(self, outlet: Outlet) -> None:
        if self._grain and self._source and outlet.line.waiting <= _GRAIN_LEFT_SECONDS * outlet.line.rate:
            self._begin(outlet, self._source, self._grain)
            self._grain = None

    def _feed(self, outlet: Outlet) -> None:
        line, self._starving = outlet.line, False
        while self._blocks is not None and line.waiting < _AHEAD_SECONDS * line.rate and not self._orders:
            block = next(self._blocks, None)
            if block is None:
                self._blocks, outlet.end = None, line.end
            elif not len(block):
                self._starving = True
                return
            else:
                self._fed = monotonic()
                line.write(block)

    # The device

    def _opened(self, source: Source) -> Outlet:
        """Open the device, or a silent one in its place."""
        try:
            return self._audible(source)
        except NoDeviceError as error:
            return self._silent(source, str(error))

    def _audible(self, source: Source) -> Outlet:
        self._scanned = monotonic()
        outlet = Outlet(self._devices.open(self._device, source.rate, source.channels, self._store))
        outlet.line.gain = self._gain
        self._say(outlet.difference(source.rate, source.channels))
        return outlet

    def _silent(self, source: Source, reason: str) -> Outlet:
        self._say(f"{reason}: the cursor moves silently")
        return Outlet(SilentStream(source.rate, source.channels))

    def _move_to(self, source: Source, opened: Callable[[Source], Outlet]) -> None:
        """Go on through another outlet, opened once this one is closed: a device may play for one only."""
        position = self._heard()
        self._drop()
        self._outlet = outlet = opened(source)
        if self._passage:
            self._passage = replace(self._passage, start=position or 0.0)
            self._begin(outlet, source, self._passage)

    def _rescan(self, source: Source) -> None:
        self._scanned = monotonic()
        if self._left and not self._left.closed:
            return
        if self._devices.rescan():
            with suppress(NoDeviceError):
                outlet = self._audible(source)
                self._move_to(source, lambda _: outlet)

    def _drop(self) -> None:
        self._left, self._outlet = self._outlet or self._left, None
        if self._left:
            self._left.close()

    def _use_device(self, name: str | None) -> None:
        self._device = name
        if self._outlet and self._source:
            self._move_to(self._source, self._opened)

    def _find_devices(self) -> None:
        self.names = self._devices.names()
        self._changed()

    def _say(self, status: str) -> None:
        self._said = status
        self._tell()

    def _tell(self) -> None:
        waiting = self._starving and monotonic() - self._fed > _DECODING_SECONDS
        status = _DECODING if waiting else self._said
        if status != self.status:
            self.status = status
            self._changed()

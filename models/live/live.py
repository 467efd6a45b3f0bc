"""A recording that goes on: the device, the file, and pictures of the newest seconds made beside the GUI thread."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from ...core.base.arrays import Array
from ...core.base.errors import InputError
from ...core.base.progress import Tick
from ...core.drawing.pyramid import PeakPyramid
from ...core.live import LiveSound, Moment
from ...core.recipe.recipe import Recipe
from ...core.recipe.run_stages import recipe_stage
from ...core.run import Stage
from ..jobs import Jobs
from ..playback.stream import NoDeviceError
from ..quantised import Coding, Quantised, fitted_coding
from .inputs import Input, Inputs

TURN_MS = 30
"""Between two pictures, at least: with 20 ms of the device, up to 25 of the stages and 20 of painting, what is seen is
at most 100 ms old."""
_CHANNEL, _DEVICES = "live", "live devices"
_TABLE = 2
_PATIENCE = 3.0
"""Seconds without a single block after which the device is taken to be gone."""


@dataclass(frozen=True, slots=True, eq=False)
class LivePicture:
    """What is shown of a moment.

    Attributes
    ----------
    moment : Moment
        Where the recording is.
    peaks : PeakPyramid
        Of the newest samples.
    stages : mapping of str to (Stage, Quantised or None)
        The recipe's stages, and what a heat lane draws of each.
    """

    moment: Moment
    peaks: PeakPyramid
    stages: Mapping[str, tuple[Stage, Quantised | None]]


class Live(QObject):
    """Records from a device into a file, and shows the newest seconds as a recipe's stages."""

    listed = Signal(object)
    """Tuple of the names of the devices that record."""
    started = Signal()
    """The device gives sound."""
    shown = Signal(object)
    """A `LivePicture`."""
    stopped = Signal(object)
    """The path of the file, which is whole from now on; None where nothing was recorded."""
    failed = Signal(str)
    """Why nothing is recorded, or not any more, in one sentence."""

    def __init__(self, jobs: Jobs, inputs: Inputs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._inputs = jobs, inputs
        self._input: Input | None = None
        self._sound: LiveSound | None = None
        self._ending: LiveSound | None = None
        """What has been stopped and may not have its name yet."""
        self._codings: dict[str, Coding] = {}
        self._heard = 0.0
        """When the device last gave sound, seconds on the monotonic clock."""
        self._turn = QTimer(self, singleShot=True, interval=TURN_MS)
        self._turn.timeout.connect(self._advance)
        jobs.failed.connect(self._on_failed)

    @property
    def recording(self) -> bool:
        """Whether sound is being recorded."""
        return self._sound is not None

    def list_devices(self) -> None:
        """Look for the devices that record; they are announced by `listed`."""
        self._jobs.submit(_DEVICES, lambda _: self._inputs.names(), self.listed.emit)

    def start(self, path: Path, recipe: Recipe, device: str | None = None) -> None:
        """Begin to record into a WAV file; `device` None: from the usual one."""
        self._codings = {}
        self._jobs.submit(_CHANNEL, partial(self._opened, path, recipe, device), self._begin)

    def stop(self) -> None:
        """End the recording and give the file its name, which is announced by `stopped`."""
        self._turn.stop()
        if sound := self._let_go():
            self._ending = sound
            self._jobs.submit(_CHANNEL, lambda _: sound.close(), self._end)

    def close(self) -> None:
        """End the recording at once and keep it, which `stopped` announces; so is one that has just been stopped."""
        self._turn.stop()
        if sound := self._let_go() or self._ending:
            self._jobs.cancel(_CHANNEL)
            self._end(sound.close())

    def _opened(self, path: Path, recipe: Recipe, device: str | None, _: Tick) -> tuple[Input, LiveSound]:
        opened = self._inputs.open(device, recipe.rate)
        try:
            return opened, LiveSound(path, opened.rate, recipe)
        except BaseException:
            opened.close()
            raise

    def _begin(self, opened: tuple[Input, LiveSound]) -> None:
        device, sound = opened
        self._input, self._sound = opened
        self._heard = monotonic()
        device.start(lambda block, lost: sound.take(block, lost=lost))
        self.started.emit()
        self._turn.start()

    def _end(self, path: Path | None) -> None:
        self._ending = None
        self.stopped.emit(path)

    def _advance(self) -> None:
        if self._sound:
            self._jobs.submit_quick(_CHANNEL, partial(self._drawn, self._sound), self._show)

    def _drawn(self, sound: LiveSound, _: Tick) -> LivePicture:
        moment = sound.advance()
        drawn = [each for each in moment.stages if each.spec.drawn]
        stages = {each.spec.name: (recipe_stage(each), self._codes(each.spec.name, each.items.array)) for each in drawn}
        return LivePicture(moment, PeakPyramid.build(moment.samples), stages)

    def _codes(self, name: str, array: Array) -> Quantised | None:
        """Quantise what a heat lane draws, by levels that only ever widen: colours are not to flicker."""
        if array.ndim != _TABLE:
            return None
        coding, known = fitted_coding(array), self._codings.get(name)
        if known is not None and known.logarithmic == coding.logarithmic:
            coding = Coding(min(known.low, coding.low), max(known.high, coding.high), coding.logarithmic)
        self._codings[name] = coding
        codes = Quantised(len(array), array.shape[1], coding)
        codes.fill(0, array[:])
        return codes

    def _show(self, picture: LivePicture) -> None:
        self.shown.emit(picture)
        if not self._sound:
            return
        if picture.moment.peak is not None:
            self._heard = monotonic()
        if monotonic() - self._heard > _PATIENCE:
            self.failed.emit("the sound device gives nothing any more")
            self.stop()
        else:
            self._turn.start()

    def _let_go(self) -> LiveSound | None:
        """Give the device back; what has been recorded is still to be closed."""
        device, sound = self._input, self._sound
        self._input = self._sound = None
        if device:
            device.close()
        return sound

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel in {_CHANNEL, _DEVICES}:
            self._turn.stop()
            if sound := self._let_go():
                with suppress(InputError):  # the first error is the one to be said
                    sound.close()
            known = isinstance(error, InputError | NoDeviceError)
            self.failed.emit(str(error) if known else f"recording failed: {error}")

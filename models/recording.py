"""One recording being computed: each stage as soon as it is done, the features from the cursor outwards."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event
from time import perf_counter
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal

from ..core.arrays import Array, NDArray
from ..core.config import FEATURE_SIZE, WINDOW_COLUMNS, AudioConfig, Config
from ..core.encoder.architecture import MEL_BANDS
from ..core.encoder.choice import EncoderChoice, choose_encoder, chosen
from ..core.encoder.process import prepare
from ..core.encoder.session import Encoder
from ..core.files import naming
from ..core.pipeline import compute_stages, frame_stages
from ..core.progress import Tick
from ..core.run import Provenance, Run, Stage, StageName
from ..core.stages.audio import Recording, read_audio
from ..core.stages.features import feature_chunks
from ..core.stages.mel import column_count
from ..core.stages.padding import pad_features
from ..core.stages.windows import check_columns
from ..core.timebase import Timebase
from .jobs import Jobs
from .quantised import FEATURE_RANGE, MEL_RANGE, Quantised, Quantiser
from .timeline import Timeline

CHANNEL = "recording"
"""The channel of `Jobs` that the computation takes."""
OPENING, CHOOSING = "opening", "choosing"
"""The channels in which another recording, or another encoder, proves itself before it replaces a good one."""
CHUNK_FRAMES = 32
"""Frames encoded at a time: two of the encoder's batches, 13 ms on two cores."""
_PATIENCE = 0.05
"""Seconds between two questions whether the computation is still wanted."""
_NONE_FILLED: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)


class Outwards:
    """Chunks of frames from a centre outwards; the centre may be moved meanwhile, from another thread."""

    def __init__(self, centre: int) -> None:
        self.centre = centre

    def chunks(self, total: int) -> Iterator[slice]:
        """Give every chunk of `total` frames once, always the nearest of those that are left."""
        starts = np.arange(0, total, CHUNK_FRAMES)
        while len(starts):
            nearest = np.abs(starts + CHUNK_FRAMES // 2 - self.centre).argmin()
            start = int(starts[nearest])
            starts = np.delete(starts, nearest)
            yield slice(start, min(start + CHUNK_FRAMES, total))


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """What the worker is given; what was loaded before comes along, so that it is not loaded again."""

    source: Path | Recording
    encoder: Encoder | EncoderChoice
    config: Config
    order: Outwards
    taken: Event = field(default_factory=Event)
    """Set once the stages before the encoder are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    frames: slice
    values: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    mel: NDArray
    codes: Quantised
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """What the features will be made with and where they will stand, zeros so far, and what is gathered from them."""

    encoder: Encoder
    features: npt.NDArray[np.float32]
    codes: Quantised
    gathered: tuple[Stage, ...]


_Part: TypeAlias = Recording | Stage | _Prepared | _Columns | _Chunk


class RecordingModel(QObject):
    """A recording, its configuration and its encoder, and the stages that have been computed of them so far."""

    cleared = Signal()
    """The stages so far are gone: something else is opened or computed, or nothing any more."""
    stage_ready = Signal(str)
    """Name of a stage that `run` has from now on, or has anew; the features begin as zeros."""
    mel_filled = Signal(object, int, int)
    """((T, n_mels) array, start, stop): these columns are right from now on; all of them before the mel is ready."""
    features_filled = Signal(int, int)
    """(start, stop): these frames of the features, and what is gathered from them, are right from now on."""
    finished = Signal()
    """All stages are there, and all features."""
    failed = Signal(object)
    """The exception that ended the computation: `InputError` with a sentence for the user, or anything; what was
    computed before stays."""
    refused = Signal(object)
    """The exception by which another recording or encoder has failed before it took the place of a good one, which
    stays with all that was computed."""
    progress = Signal(str, object, object)
    """(stage, done, total), int; the total is 0 where it is unknown."""
    _delivered = Signal(object, object)

    def __init__(self, timeline: Timeline, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline, self.jobs = timeline, jobs
        self._path: Path | None = None
        self._config = Config()
        self._choice = EncoderChoice()
        self._recording: Recording | None = None
        self._encoder: Encoder | None = None
        self._request: _Request | None = None
        self._stages: Mapping[StageName, Stage] = MappingProxyType({})
        self._run: Run | None = None
        self._parts: tuple[object, ...] = ()
        """What the run was made of."""
        self._features: npt.NDArray[np.float32] | None = None
        self._filled = _NONE_FILLED
        self.codes: dict[StageName, Quantised] = {}
        """What the lanes draw of the mel and the features, as far as they are filled."""
        self._delivered.connect(self._on_delivered, Qt.ConnectionType.QueuedConnection)
        timeline.cursor_changed.connect(self._on_cursor)
        jobs.progress.connect(self._on_progress)
        jobs.failed.connect(self._on_failed)

    @property
    def path(self) -> Path | None:
        """The recording; None where nothing is open."""
        return self._path

    @property
    def config(self) -> Config:
        """What decides what is computed; it outlasts the recording."""
        return self._config

    @property
    def recording(self) -> Recording | None:
        """The samples and what the file is made of, once it has been read."""
        return self._recording

    @property
    def encoder_choice(self) -> EncoderChoice:
        """Which encoder is to be used, and who named it."""
        return self._choice

    @property
    def encoder(self) -> Encoder | None:
        """The encoder, once it has been loaded."""
        return self._encoder

    @property
    def encoder_label(self) -> str | None:
        """Name and identity of the encoder, once it has been loaded."""
        return self._encoder.label if self._encoder else None

    @property
    def run(self) -> Run | None:
        """The stages so far; None before the first. Features are zeros where `filled` is False."""
        if self._path is None or not self._stages:
            return None
        parts = self._path, self._stages, self._encoder, self._config
        if self._run is None or any(new is not old for new, old in zip(parts, self._parts, strict=True)):
            provenance = Provenance(source=str(self._path), encoder=self.encoder_label)
            self._run, self._parts = Run(self._path.name, "computed", self._stages, provenance, self._config), parts
        return self._run

    @property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Which frames have their features, (N,) bool, read-only; empty before the features stage."""
        view = self._filled.view()
        view.flags.writeable = False
        return view

    def open(self, path: str | Path, encoder_choice: EncoderChoice | str | Path | None = None) -> None:
        """Begin to compute a recording, in the place of what was open; a good one stays until this one is read.

        Parameters
        ----------
        path : str or Path
            The recording; that it cannot be read is announced by `refused`, or by `failed` where nothing is lost.
        encoder_choice : EncoderChoice, str, Path or None
            An ONNX file, a checkpoint or ``stand-in``; None: the stand-in.
        """
        path, choice = Path(path), chosen(encoder_choice)
        if self._recording is None:
            self._replace(path, choice)
        else:
            use = partial(self._replace, path, choice, self._config.audio)
            self.jobs.submit(OPENING, partial(_read, path, self._config), use)

    def set_config(self, config: Config) -> None:
        """Compute with another configuration, and only what depends on the difference."""
        old, self._config = self._config, config
        if config == old or self._path is None:
            return
        if replace(config, mode=old.mode, edge=old.edge) == old:
            self._lay_out()
            return
        if config.audio != old.audio:
            self._recording = None
        self._start()

    def set_encoder(self, encoder_choice: EncoderChoice | str | Path | None) -> None:
        """Compute with another encoder; a good one stays until this one has encoded something."""
        choice = chosen(encoder_choice)
        if self._encoder is None or self._path is None:
            self._use_encoder(choice)
        else:
            self.jobs.submit(CHOOSING, lambda _: _proven(choice), partial(self._use_encoder, choice))

    def close(self) -> None:
        """End the computation and forget the recording."""
        for channel in (CHANNEL, OPENING, CHOOSING):
            self.jobs.cancel(channel)
        self._path = None
        self._forget()
        self.cleared.emit()

    def _replace(
        self,
        path: Path,
        choice: EncoderChoice,
        read_as: AudioConfig | None = None,
        read: Recording | None = None,
    ) -> None:
        for channel in (OPENING, CHOOSING):
            self.jobs.cancel(channel)
        self._path, self._choice = path, choice
        self._forget()
        self._recording = read if read_as == self._config.audio else None
        self._start()

    def _use_encoder(self, choice: EncoderChoice, proven: Encoder | None = None) -> None:
        self.jobs.cancel(CHOOSING)
        self._choice, self._encoder = choice, proven
        if self._path is not None:
            self._start()

    def _forget(self) -> None:
        self._recording = self._encoder = None
        self._forget_stages()

    def _forget_stages(self) -> None:
        self._request = self._features = self._run = None
        self._stages, self._filled, self.codes = MappingProxyType({}), _NONE_FILLED, {}

    def _start(self) -> None:
        assert self._path is not None
        self._forget_stages()
        self.cleared.emit()
        source, encoder = self._recording or self._path, self._encoder or self._choice
        self._request = _Request(source, encoder, self._config, Outwards(self.timeline.frame))
        deliver = partial(self._delivered.emit, self._request)
        self.jobs.submit(CHANNEL, partial(_compute, self._request, deliver), self._on_done)

    def _on_delivered(self, request: _Request, part: _Part) -> None:
        if request is not self._request:
            return
        match part:
            case Recording():
                self._recording = part
                timebase = Timebase.of(self._config)
                self.timeline.set_duration(timebase.sample_seconds(len(part.samples)), timebase)
                self._on_cursor()
            case Stage():
                self._add(part)
                if part.name == "windows":
                    request.taken.set()
            case _Columns():
                self.codes["mel"] = part.codes
                self.mel_filled.emit(part.mel, part.start, part.stop)
            case _Prepared():
                self._prepare(part, request.config)
            case _Chunk():
                self._fill(part)

    def _add(self, *stages: Stage) -> None:
        self._stages = MappingProxyType({**self._stages, **{stage.name: stage for stage in stages}})
        for stage in stages:
            self.stage_ready.emit(stage.name)

    def _prepare(self, prepared: _Prepared, config: Config) -> None:
        self._encoder, self._features = prepared.encoder, prepared.features
        self.codes["features"] = prepared.codes
        self._filled = np.zeros(len(prepared.features), np.bool_)
        self._add(Stage("features", prepared.features))
        if self._features is not prepared.features:  # whoever was told has closed the recording, or opened another
            return
        if config == self._config:
            self._add(*prepared.gathered)
        else:
            self._lay_out()

    def _lay_out(self) -> None:
        """Gather what follows the features; where there are none yet, it will be done when they come."""
        if features := self._stages.get("features"):
            self._add(*_gathered(features.array, self._config))

    def _fill(self, chunk: _Chunk) -> None:
        assert self._features is not None
        self._features[chunk.frames] = chunk.values
        self._filled[chunk.frames] = True
        self.features_filled.emit(chunk.frames.start, chunk.frames.stop)

    def _on_done(self, seconds: float) -> None:
        timed = replace(self._stages["features"], seconds=seconds)
        self._stages = MappingProxyType({**self._stages, "features": timed})
        self.finished.emit()

    def _on_cursor(self) -> None:
        if self._request:
            self._request.order.centre = self.timeline.frame

    def _on_progress(self, channel: str, done: int, total: int) -> None:
        if channel == OPENING:
            self.progress.emit("audio", done, total)
        elif channel == CHANNEL:
            stage = "audio" if not self._stages else "features" if "mel" in self._stages else "mel"
            self.progress.emit(stage, done, total)

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel == CHANNEL:
            self.failed.emit(error)
        elif channel in {OPENING, CHOOSING}:
            self.refused.emit(error)


def _gathered(features: Array, config: Config) -> tuple[Stage, ...]:
    """Give the stages that follow the features; for an hour this takes 15 ms."""
    return tuple(frame_stages(pad_features(features), len(features), config))


def _read(path: Path, config: Config, tick: Tick) -> Recording:
    """Read a recording that is long enough for all stages."""
    recording = read_audio(path, config.audio, tick=tick)
    with naming(path):
        check_columns(column_count(len(recording.samples), config.mel), Timebase.of(config))
    return recording


def _proven(choice: EncoderChoice) -> Encoder:
    """Load an encoder, and have it encode silence."""
    encoder = choice.load()
    encoder.encode(np.zeros((1, WINDOW_COLUMNS, MEL_BANDS), np.float32))
    return encoder


def _compute(request: _Request, deliver: Callable[[_Part], Any], tick: Tick) -> float:
    """Deliver part after part, on a worker's thread; give the seconds that the features took."""
    start = perf_counter()
    if not isinstance(request.encoder, Encoder):
        prepare()
    recording = request.source
    if isinstance(recording, Path):
        recording = read_audio(recording, request.config.audio, tick=tick)
    deliver(recording)
    stages = compute_stages(
        recording,
        request.config,
        progress=lambda _, done, total: tick(done, total),
        mel_filled=Quantiser(MEL_RANGE, lambda *columns: deliver(_Columns(*columns))),
    )
    for stage in stages:
        deliver(replace(stage, seconds=perf_counter() - start))
        start, windows = perf_counter(), stage.array  # without an encoder, the last stage is the windows
    # Two processors are soon busy with the features: the window is to show the mel before.
    while not request.taken.wait(_PATIENCE):
        tick(0, len(windows))
    encoder = request.encoder if isinstance(request.encoder, Encoder) else choose_encoder(request.encoder)
    features = np.zeros((len(windows), FEATURE_SIZE), np.float32)
    codes = Quantised(len(windows), FEATURE_SIZE, *FEATURE_RANGE)
    deliver(_Prepared(encoder, features, codes, _gathered(features, request.config)))
    start, done = perf_counter(), 0
    for frames, values in feature_chunks(windows, encoder, request.order.chunks(len(windows))):
        codes.fill(frames.start, values)
        deliver(_Chunk(frames, values))
        done += len(values)
        tick(done, len(windows))
    return perf_counter() - start

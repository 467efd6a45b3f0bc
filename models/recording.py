"""One recording being computed: each stage as soon as it is done, the features from the cursor outwards."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal

from ..core.config import AudioConfig, Config
from ..core.encoder.choice import EncoderChoice, chosen
from ..core.encoder.session import Encoder
from ..core.recipe.compute import audio_config
from ..core.recipe.configured import config_recipe, encoder_place
from ..core.recipe.presets import SYNCTALK
from ..core.recipe.recipe import AUDIO, Recipe
from ..core.recipe.run_stages import recipe_stage
from ..core.run import Run, Stage, StageName
from ..core.stages.audio import Recording
from ..core.timebase import Timebase
from .computing import (
    Chunk,
    Growing,
    Made,
    Outwards,
    Part,
    Prepared,
    Request,
    Timed,
    compute_parts,
    laid_out,
    proven,
    read_recording,
)
from .jobs import Jobs
from .quantised import Quantised
from .stages_so_far import StagesSoFar
from .timeline import Timeline

CHANNEL = "recording"
"""The channel of `Jobs` that the computation takes."""
OPENING, CHOOSING = "opening", "choosing"
"""The channels in which another recording, or another encoder, proves itself before it replaces a good one."""


class RecordingModel(QObject):
    """A recording, its configuration and its encoder, and the stages that have been computed of them so far."""

    cleared = Signal()
    """The stages so far are gone: something else is opened or computed, or nothing any more."""
    stage_ready = Signal(str)
    """Name of a stage that `run` has from now on, or has anew; the features begin as zeros."""
    stage_filled = Signal(object, int, int)
    """(stage, start, stop): these items of the stage are right from now on, and of features what is gathered from them.
    A stage that is drawn before it is ready is filled before; the features are while they are being computed."""
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
        self._named: Recipe | None = None
        self._choice = EncoderChoice()
        self._recording: Recording | None = None
        self._encoder: Encoder | None = None
        self._request: Request | None = None
        self._made = StagesSoFar()
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
    def recipe(self) -> Recipe:
        """The front end that is computed; SyncTalk_2D's has the configuration put in. It outlasts the recording."""
        return self._named or config_recipe(self._config)

    @property
    def is_original(self) -> bool:
        """Whether that is SyncTalk_2D, with a configuration, tensors and files of its own."""
        return self._named is None

    @property
    def stage_names(self) -> tuple[StageName, ...]:
        """The stages that there will be, in their order."""
        return (AUDIO, *(spec.name for spec in self.recipe.stages))

    @property
    def encoded_stage(self) -> StageName:
        """The stage that the encoder gives; empty: the recipe has no part for one."""
        place = encoder_place(self.recipe)
        return "" if place is None else self.recipe.blocks[place].stage

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
        if self._path is None:
            return None
        config = self._config if self.is_original else None
        return self._made.run(self._path, config, self.encoder_label if self.encoded_stage else None, self.recipe)

    @property
    def codes(self) -> Mapping[StageName, Quantised]:
        """What the lanes draw of the stages, as far as they are filled."""
        return self._made.codes

    def has(self, stage: StageName, item: int | None = None) -> bool:
        """Tell whether an item of a stage, or None: all of it, is computed."""
        return self._made.has(stage, item)

    @property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Which frames have their features, (N,) bool, read-only; empty before the features stage."""
        view = self._made.filled.view()
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
            use = partial(self._replace, path, choice, self.audio)
            self.jobs.submit(OPENING, partial(read_recording, path, self.audio, self.recipe), use)

    def set_config(self, config: Config) -> None:
        """Compute SyncTalk_2D with another configuration, and only what depends on the difference."""
        before, audio, self._config = self.recipe, self.audio, config
        self._follow(before, audio)

    def set_recipe(self, recipe: Recipe | None) -> None:
        """Compute another front end, and only what depends on the difference; None: SyncTalk_2D."""
        before, audio = self.recipe, self.audio
        self._named = recipe if recipe and recipe.origin != SYNCTALK else None
        self._follow(before, audio)

    @property
    def audio(self) -> AudioConfig:
        """How the recording becomes samples."""
        return self._config.audio if self._named is None else audio_config(self._named)

    def _follow(self, before: Recipe, audio: AudioConfig) -> None:
        recipe, place = self.recipe, encoder_place(self.recipe)
        if self._path is None or (recipe == before and self.audio == audio):
            return
        encoded = None if place is None else recipe.blocks[: place + 1]
        if self.audio == audio and encoded == before.blocks[: len(encoded or ())] and self.is_original:
            self._lay_out()
            return
        if self.audio != audio:
            self._recording = None
        self._start()

    def set_encoder(self, encoder_choice: EncoderChoice | str | Path | None) -> None:
        """Compute with another encoder; a good one stays until this one has encoded something."""
        choice = chosen(encoder_choice)
        if self._encoder is None or self._path is None or not self.encoded_stage:
            self._use_encoder(choice)
        else:
            self.jobs.submit(CHOOSING, lambda _: proven(choice), partial(self._use_encoder, choice))

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
        self._recording = read if read_as == self.audio else None
        self._start()

    def _use_encoder(self, choice: EncoderChoice, proven: Encoder | None = None) -> None:
        self.jobs.cancel(CHOOSING)
        self._choice, self._encoder = choice, proven
        if self._path is not None and self.encoded_stage:
            self._start()

    def _forget(self) -> None:
        self._recording = self._encoder = None
        self._forget_stages()

    def _forget_stages(self) -> None:
        self._request, self._made = None, StagesSoFar()

    def _start(self) -> None:
        assert self._path is not None
        self._forget_stages()
        self.cleared.emit()
        source, encoder = self._recording or self._path, self._encoder or self._choice
        self._request = Request(source, self.audio, encoder, self.recipe, Outwards(self.timeline.frame))
        deliver = partial(self._delivered.emit, self._request)
        self.jobs.submit(CHANNEL, partial(compute_parts, self._request, deliver), lambda _: self.finished.emit())

    def _on_delivered(self, request: Request, part: Part) -> None:
        if request is not self._request:
            return
        match part:
            case Recording():
                self._recording = part
                self._set_duration(Timebase.of(self._config) if self.is_original else Timebase(self.recipe.rate))
            case Made():
                self._add_made(part)
            case Growing():
                self._made.codes[part.stage.name] = part.codes
                self.stage_filled.emit(part.stage, part.start, part.stop)
            case Event():
                part.set()
            case _:
                self._on_features(part, request.recipe)

    def _on_features(self, part: Part, recipe: Recipe) -> None:
        match part:
            case Prepared():
                self._prepare(part, recipe)
            case Chunk():
                self.stage_filled.emit(self._made.fill(part), part.frames.start, part.frames.stop)
            case Timed():
                self._made.end_features(part.seconds)

    def _set_duration(self, timebase: Timebase) -> None:
        assert self._recording is not None
        self.timeline.set_duration(len(self._recording.samples) / timebase.sample_rate, timebase)
        self._on_cursor()

    def _add_made(self, part: Made) -> None:
        """Take a stage over."""
        if part.codes:
            self._made.codes[part.stage.name] = part.codes
        self._add(part.stage)

    def _add(self, *stages: Stage) -> None:
        """Take stages over; once all are there, the cursor goes by the rows of the last one."""
        self._made.add(*stages)
        run = self.run if self.stage_names[-1] in self._made.stages else None
        if run and (timebase := Timebase.of_run(run)) != self.timeline.timebase:
            self._set_duration(timebase)
        for stage in stages:
            self.stage_ready.emit(stage.name)

    def _prepare(self, prepared: Prepared, recipe: Recipe) -> None:
        self._encoder = prepared.encoder
        self._add(self._made.begin_features(prepared))
        if self._made.features is not prepared.features:  # whoever was told has closed the recording, or opened another
            return
        if recipe == self.recipe:
            self._add(*prepared.gathered)
        else:
            self._lay_out()

    def _lay_out(self) -> None:
        """Gather what follows the features; where there are none yet, it will be done when they come."""
        if features := self._made.features:
            self._add(*map(recipe_stage, laid_out(features, self.recipe)[1:]))

    def _on_cursor(self) -> None:
        if self._request:
            self._request.order.centre = self.timeline.frame

    def _on_progress(self, channel: str, done: int, total: int) -> None:
        if channel == OPENING:
            self.progress.emit("audio", done, total)
        elif channel == CHANNEL:
            self.progress.emit(self._next_stage, done, total)

    @property
    def _next_stage(self) -> StageName:
        """The stage that is being computed; what is only gathered takes no time."""
        waited = [AUDIO, *(spec.name for spec in self.recipe.stages if not spec.gathered)]
        return next((name for name in waited if name not in self._made.stages), waited[-1])

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel == CHANNEL:
            self.failed.emit(error)
        elif channel in {OPENING, CHOOSING}:
            self.refused.emit(error)

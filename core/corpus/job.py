"""What a worker does with one recording: compare it with its dump, or compute it. A worker keeps warm what is dear."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from ... import __version__
from ..base.errors import InputError, MachineError
from ..base.failures import failure_text
from ..compare.needs import last_stage, needs_encoder
from ..compare.tolerance import Profile
from ..config import SAMPLE_RATE, Config
from ..encoder.session import Encoder
from ..library import compare
from ..pipeline import compute
from ..readers import Override, load_run
from ..readers.by_reference import load_by_reference
from ..recipe.recipe import Recipe
from ..run import Run, StageName
from ..sound import open_sound
from ..stages.audio import Recording, read_audio
from .content import Sent, content_hash, unpacked
from .outcome import Outcome, compared_outcome
from .shards import part_of

_LENGTHS = ((1, "under 1 s"), (5, "1 to 5 s"), (20, "5 to 20 s"), (60, "20 to 60 s"))
_LEVELS = ((-70, "silent"), (-40, "quiet"))
"""RMS level in dB of full scale below which a recording is of a group: digital silence and room noise, a whisper."""


@dataclass(frozen=True, slots=True)
class EncoderFile:
    """The encoder that every worker loads: by its path, or by its content where that is sent."""

    path: str
    identity: str
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """By what all recordings of a corpus are compared or computed.

    Attributes
    ----------
    recipe : Recipe or None
        The front end; None: SyncTalk_2D.
    given : mapping
        Fields of SyncTalk_2D's configuration that were named: fps, mode, edge.
    encoder : EncoderFile or None
        None: nothing that is done here needs one.
    profile : Profile
        The tolerances.
    diagnose : bool
        Whether causes are looked for.
    overrides, first_frame : tuple of Override, int or None
        How the dumps are read.
    stages : tuple of str
        The stages to be computed; empty: recordings are compared.
    """

    recipe: Recipe | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    encoder: EncoderFile | None = None
    profile: Profile | None = None
    diagnose: bool = True
    overrides: tuple[Override, ...] = ()
    first_frame: int | None = None
    stages: tuple[StageName, ...] = ()

    @property
    def identity(self) -> str:
        """Hash of everything that decides a result beside the recording and the dump."""
        what = (
            __version__,
            self.recipe.identity if self.recipe else None,
            sorted(self.given.items()),
            self.encoder.identity if self.encoder else None,
            self.profile,
            self.diagnose,
            tuple(map(str, self.overrides)),
            self.first_frame,
            self.stages,
        )
        return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Task:
    """One recording that is to be done.

    Attributes
    ----------
    number : int
        Its number in the results.
    audio : Path
        The recording.
    port : Path or None
        Its dump.
    optional : bool
        Whether the dump may not be there.
    known : str
        The key of the result that is known; empty: none is.
    folder : Path or None
        Where what is computed is written; None: it is handed back.
    sent : Sent or None
        Their content; None: they are found by their paths.
    """

    number: int
    audio: Path
    port: Path | None = None
    optional: bool = False
    known: str = ""
    folder: Path | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """What is compared, the recording it is of, and the encoder by which the port's features are judged."""

    reference: Run
    port: Run
    recording: Recording | Path
    encoder: Encoder | None = None


_warm: "dict[str, Worker]" = {}
"""At most one: what this process works with."""


def do_task(settings: Settings, identity: str, task: Task) -> Outcome:
    """Do one task; whatever is wrong with its files, or fails in it, is an outcome and never an exception.

    Parameters
    ----------
    identity : str
        That of the settings.
    """
    if identity not in _warm:
        _warm.clear()
        _warm[identity] = Worker(settings, identity)
    worker = _warm[identity]
    if task.sent is None:
        return worker.do(task)
    with unpacked(task.sent, task.audio, task.port) as (folder, audio, port):
        outcome = worker.do(replace(task, audio=audio, port=port or (task.port and folder / "none")))
        # A sentence names the files as the user knows them, wherever they lay for the while.
        named = outcome.error.replace(str(audio), str(task.audio)).replace(str(port), str(task.port))
        return replace(outcome, error=named)


class Worker:
    """One process's means: settings, and the encoder once it was needed."""

    def __init__(self, settings: Settings, identity: str) -> None:
        self._settings, self._identity = settings, identity
        self._encoder: Encoder | None = None

    def do(self, task: Task) -> Outcome:
        """Compare or compute a recording."""
        start, key = perf_counter(), ""
        try:
            if task.port is not None and task.optional and not task.port.exists():
                return Outcome("no dump", error=f"{task.port}: does not exist")
            content = content_hash(task.audio, task.port)
            key = hashlib.sha256(f"{self._identity} {content}".encode()).hexdigest()[:32]
            if key == task.known:
                return Outcome("unchanged", key)
            done = self._computed(task, key) if self._settings.stages else self._compared(task, key)
        except (MachineError, MemoryError) as error:
            done = Outcome("machine", error=str(error) or "there was not enough memory")
        except InputError as error:
            done = Outcome("failed", key, error=str(error))
        except OSError as error:
            done = Outcome("machine", error=failure_text("the work", error))
        except Exception as error:
            done = Outcome("failed", key, error=failure_text("the work", error))
        return replace(done, seconds=perf_counter() - start)

    def _compared(self, task: Task, key: str) -> Outcome:
        assert task.port is not None
        settings = self._settings
        assert settings.profile is not None
        if settings.recipe:
            sides, rate = self._by_recipe(task, settings.recipe), settings.recipe.rate
        else:
            sides, rate = self._by_definition(task), SAMPLE_RATE
        compared = compare(
            sides.reference,
            sides.port,
            settings.profile,
            encoder=sides.encoder,
            diagnose=settings.diagnose,
            recording=sides.recording,
        )
        return compared_outcome(compared, key, measured_groups(task.audio, sides.reference, rate))

    def _by_definition(self, task: Task) -> "_Sides":
        settings, path = self._settings, task.port
        assert path is not None
        recording = read_audio(task.audio)
        sketch = load_run(path, overrides=settings.overrides, first_frame=settings.first_frame)
        config, last = self._config(sketch.config), last_stage(sketch)
        encoder = self._loaded() if last == "tensors" else None
        reference = compute(recording, config, encoder=encoder, until=last)
        port = load_run(path, reference=reference, overrides=settings.overrides, first_frame=settings.first_frame)
        judging = self._loaded() if needs_encoder(port, diagnose=settings.diagnose) else None
        return _Sides(reference, port, recording, judging)

    def _by_recipe(self, task: Task, recipe: Recipe) -> "_Sides":
        assert task.port is not None
        computed = compute(task.audio, recipe)
        return _Sides(computed, load_by_reference(task.port, computed), task.audio)

    def _computed(self, task: Task, key: str) -> Outcome:
        settings = self._settings
        if settings.recipe:
            run, rate = compute(task.audio, settings.recipe), settings.recipe.rate
        else:
            last = "tensors" if {"features", "padded", "tensors"} & {*settings.stages} else settings.stages[-1]
            encoder = self._loaded() if last == "tensors" else None
            run, rate = compute(task.audio, self._config(None), encoder=encoder, until=last), SAMPLE_RATE
        part = part_of(run, settings.stages, key, task.folder)
        return Outcome("computed", key, measured=measured_groups(task.audio, run, rate), part=part)

    def _config(self, stated: Config | None) -> Config:
        stated = stated or Config()
        return Config(**{"fps": stated.fps, "mode": stated.mode, **self._settings.given})

    def _loaded(self) -> Encoder:
        named = self._settings.encoder
        assert named is not None
        if self._encoder is None:
            path = Path(named.path)
            encoder = Encoder.load(path) if named.content is None else Encoder.from_onnx(named.content, path)
            if encoder.identity != named.identity:
                raise MachineError(f"{path}: has other weights here than where the run was begun; copy the same file")
            self._encoder = encoder
        return self._encoder


def measured_groups(audio: Path, run: Run, rate: int) -> dict[str, str]:
    """Give the groups that a recording belongs to by what it is: rate, channels, length, level.

    Parameters
    ----------
    rate : int
        Of the run's samples, Hz.
    """
    with open_sound(audio) as sound:
        format = sound.format
    samples = np.asarray(run["audio"])
    seconds = len(samples) / rate
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    level = 10 * np.log10(max(power, 1e-20))
    return {
        "rate": str(format.rate),
        "channels": str(format.channels),
        "length": next((name for limit, name in _LENGTHS if seconds < limit), "over 60 s"),
        "level": next((name for limit, name in _LEVELS if level < limit), "normal"),
    }

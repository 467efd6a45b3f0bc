"""The library's door: what a caller has at hand (runs, paths, arrays) is compared and diagnosed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .base.arrays import NDArray, OnDemand
from .base.errors import InputError, UnknownStageError
from .base.progress import Progress, silent
from .compare import comparison as pairs
from .compare.comparison import Comparison, stage_order
from .compare.tolerance import DEFAULT_PROFILE, Profile
from .config import SAMPLE_RATE
from .diagnosis import diagnose as faults
from .diagnosis.findings import Diagnosis, OnDiagnosis
from .encoder.choice import choose_encoder
from .readers import load_run
from .readers.by_reference import load_by_reference, resembling
from .readers.sources import Source
from .run import STAGE_NAMES, Run, Stage, StageName
from .stages.audio import Recording, from_samples, read_audio
from .stages.features import WindowEncoder
from .synctalk import synctalk_axes

Values: TypeAlias = Stage | OnDemand | npt.ArrayLike
Operand: TypeAlias = Run | str | PathLike[str] | Mapping[StageName, Values] | NDArray
"""What can be compared: a run, a dump's path, arrays by the names of their stages, or one array."""

_OPERANDS = 'a Run, the path of a dump, or arrays by stage such as {"mel": array}'


def compare(
    reference: Operand,
    port: Operand,
    profile: Profile | str = DEFAULT_PROFILE,
    *,
    encoder: WindowEncoder | str | Path | None = None,
    lags: Mapping[StageName, int] | None = None,
    diagnose: bool = False,
    recording: Recording | str | Path | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Compare a port's values with a reference, and find out why they differ where that is asked for.

    Parameters
    ----------
    reference, port : Run, path, mapping or array
        Runs, dumps, or arrays as the pipeline's definition shapes them: a mapping from stage name to array, or, for
        the port, one array whose shape tells its stage.
    profile : Profile or str
        ``exact``, ``strict``, ``desktop``, ``mobile``, ``FILE:NAME``, or a profile of your own.
    encoder : WindowEncoder, path, "stand-in" or None
        The encoder by which the port's features are judged on the port's own mel.
    lags : mapping or None
        Lags to use instead of the ones found.
    diagnose : bool
        Whether the causes of differences are looked for, as `diagnose` does.
    recording : Recording, path or None
        What both are of; None: what the reference was computed from.
    progress : callable
        Called with (stage, done, total) before each stage and between its chunks; what it raises ends the comparison
        there.

    Returns
    -------
    Comparison
        True when everything that has values agrees.

    Raises
    ------
    InputError
        A dump that cannot be read, values that fit no stage, an unknown profile.

    Examples
    --------
    >>> import framescope
    >>> run = framescope.compute(framescope.sample(), until="mel")
    >>> framescope.compare(run, run)
    <Comparison identical: 'sample.flac' against 'sample.flac', profile 'desktop'>
    >>> louder = framescope.compare(run, {"mel": run["mel"].array + 0.5}, diagnose=True)
    >>> bool(louder), louder["mel"].metrics.max_abs, louder.first_divergence.stage
    (False, 0.5, 'mel')
    """
    ours = _run_of(reference, "reference")
    theirs = _run_of(port, "port", ours) if ours.is_original else _recipe_run(port, ours)
    _check_stages(lags or {}, "lags", STAGE_NAMES if ours.is_original else stage_order(ours, theirs))
    if isinstance(encoder, str | PathLike):
        encoder = choose_encoder(encoder)
    compared = pairs.compare(ours, theirs, profile, encoder=encoder, lags=lags, progress=progress)
    if not diagnose:
        return compared
    return faults.diagnosed(compared, _recording_of(recording, ours))


def diagnose(
    comparison: Comparison,
    recording: Recording | str | Path | None = None,
    *,
    encoder: WindowEncoder | None = None,
    progress: OnDiagnosis = silent,
) -> Diagnosis:
    """Name the faults by which a port's values come from the recording.

    Parameters
    ----------
    comparison : Comparison
        The port against the reference.
    recording : Recording, path or None
        What both are of; None: what the reference was computed from. Without any, and without the port's own samples,
        no fault of the mel stage can be run.
    encoder : WindowEncoder or None
        Needed for faults behind the windows; None: the comparison's.
    progress : callable
        Called with what is found so far; what it raises ends the search there.

    Returns
    -------
    Diagnosis
        Without findings where the port agrees.

    Examples
    --------
    >>> import framescope
    >>> htk = framescope.Config(mel=framescope.MelConfig(mel_scale="htk"))
    >>> reference = framescope.compute(framescope.sample(), until="mel")
    >>> port = framescope.compute(framescope.sample(), htk, until="mel")
    >>> framescope.diagnose(framescope.compare(reference, port)).findings
    (<Finding mel: mel_scale = htk, proven>,)
    """
    source = _recording_of(recording, comparison.reference)
    return faults.diagnose(comparison, source, encoder=encoder or comparison.encoder, progress=progress)


def _run_of(operand: Operand, role: str, reference: Run | None = None) -> Run:
    match operand:
        case Run():
            return operand
        case str() | PathLike():
            return load_run(Path(operand), reference=reference)
        case Mapping():
            _check_stages(operand, role)
            return Run(role, "loaded", {name: _stage_of(name, values, role) for name, values in operand.items()})
        case np.ndarray():
            stage = _stage_by_shape(operand, role, reference)
            return Run(role, "loaded", {stage: _stage_of(stage, operand, role)})
    raise InputError(f"{role} is of type {type(operand).__name__}; give {_OPERANDS}")


def _recipe_run(port: Operand, reference: Run) -> Run:
    """Give a port of a recipe's reference."""
    match port:
        case Run():
            return port
        case str() | PathLike():
            return load_by_reference(Path(port), reference)
        case Mapping():
            _check_stages(port, "port", tuple(reference))
            stages = {name: replace(reference[name], array=np.asarray(values)) for name, values in port.items()}
            return Run("port", "loaded", stages, recipe=reference.recipe)
        case np.ndarray():
            return resembling([Source("array", port)], reference, "port")
    raise InputError(f"port is of type {type(port).__name__}; give {_OPERANDS}")


def _check_stages(named: Mapping[StageName, Any], role: str, known: Sequence[StageName] = STAGE_NAMES) -> None:
    for name in named:
        if name not in known:
            raise UnknownStageError(f"{role}: there is no stage {name!r}; use {', '.join(known)}")


def _stage_of(name: StageName, values: Values, role: str) -> Stage:
    if isinstance(values, Stage):
        return replace(values, name=name)
    array = values if isinstance(values, OnDemand) else np.asarray(values)
    axes = synctalk_axes(name)
    if array.dtype.kind not in "fiu" or len(array.shape) != len(axes):
        wanted = ", ".join(axis.name for axis in axes)
        raise InputError(f"{role}: {name} is {array.shape} of {array.dtype}; must be numbers of axes ({wanted})")
    return Stage(name, array)


def _stage_by_shape(array: NDArray, role: str, reference: Run | None) -> StageName:
    """Give the reference's stage that has an array's shape; where none has, the one that has its items' shape."""
    stages = reference.stages.values() if reference else ()
    same = [stage.name for stage in stages if stage.shape == array.shape]
    alike = [
        stage.name for stage in stages if _item_shape(stage.name, stage.shape) == _item_shape(stage.name, array.shape)
    ]
    fitting = same or alike
    if len(fitting) == 1:
        return fitting[0]
    found = f"could be {' or '.join(fitting)}" if fitting else "is the shape of no stage of the reference"
    raise InputError(f'{role}: {array.shape} {found}; name the stage, such as {{"{(*fitting, "mel")[0]}": array}}')


def _item_shape(stage: StageName, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Give the shape without the axis of time; None where the number of axes is another."""
    axes = synctalk_axes(stage)
    if len(shape) != len(axes):
        return None
    return tuple(length for length, axis in zip(shape, axes, strict=True) if not axis.items)


def _recording_of(recording: Recording | str | Path | None, reference: Run) -> Recording | None:
    """Give what was named, else the file that a run was computed from, else the samples it has."""
    if recording is not None:
        return recording if isinstance(recording, Recording) else read_audio(recording)
    if "audio" not in reference or reference["audio"].frames is not None:
        return None
    samples, source = np.asarray(reference["audio"]), Path(reference.provenance.source)
    with suppress(InputError):  # the file may have gone or changed since
        if reference.origin == "computed" and source.is_file():
            read = read_audio(source)
            if np.array_equal(read.samples, samples):
                return read
    with suppress(InputError):  # a stage may hold what is not a recording, such as no samples
        return from_samples(samples, SAMPLE_RATE, name=reference.name)
    return None

"""The comparison of two runs: a verdict with numbers for every stage, and the first divergence in pipeline order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..base.errors import CancelledError, UnknownStageError
from ..base.failures import failure_text
from ..base.portable import Portable
from ..base.progress import Progress, Tick, silent
from ..recipe.measured import stage_noise, with_outputs
from ..recipe.recipe import StageSpec
from ..run import STAGE_NAMES, Run, StageName
from ..stages.features import WindowEncoder
from .locations import ValueLocation
from .recompute import Derived, with_derived_stages
from .sanity import StructureFinding, check_structure
from .stage import StageComparison, Verdict, compare_stages, compare_statistics, judge_again
from .substitution import OwnInputVerdict, encoder_fits, judge_on_own_input, own_sentence
from .tolerance import DEFAULT_PROFILE, Profile, Tolerance, load_profile, recipe_profile

if TYPE_CHECKING:
    from ..diagnosis.findings import Diagnosis


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where the port leaves the reference first, in pipeline order.

    Attributes
    ----------
    stage : str
        The first stage that differs.
    reason : str
        In words.
    place : ValueLocation or None
        The first value out of tolerance; None where only counts or a lag differ.
    """

    stage: StageName
    reason: str
    place: ValueLocation | None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Portable):
    """Two runs compared; true when they agree, and printed as the table of stages.

    Attributes
    ----------
    reference, port : Run
        The runs; the reference with the stages that follow from those it has.
    profile : Profile
        The tolerances.
    stages : tuple of StageComparison
        In pipeline order, every stage that either side has values or statistics of.
    own : mapping from stage name to OwnInputVerdict
        Each of the port's stages judged on its own input.
    structure : tuple of StructureFinding
        What is wrong with the port whatever the reference says.
    encoder : WindowEncoder or None
        By which the port's features were judged on the port's own input.
    diagnosis : Diagnosis or None
        What causes the differences, where that has been looked for.
    """

    reference: Run
    port: Run
    profile: Profile
    stages: tuple[StageComparison, ...]
    own: Mapping[StageName, OwnInputVerdict]
    structure: tuple[StructureFinding, ...]
    encoder: WindowEncoder | None = None
    diagnosis: "Diagnosis | None" = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", MappingProxyType(dict(self.own)))

    @property
    def verdict(self) -> Verdict:
        """``differ`` if any stage does; else ``identical`` or ``agree`` if values say so; else ``not comparable``.

        Where the comparison of a stage failed, nothing agrees.
        """
        verdicts = {found.verdict for found in self.stages}
        if "differ" in verdicts:
            return "differ"
        if any(found.failed for found in self.stages):
            return "not comparable"
        if "agree" in verdicts:
            return "agree"
        return "identical" if "identical" in verdicts else "not comparable"

    @property
    def first_divergence(self) -> Divergence | None:
        """The first divergence in pipeline order."""
        differing = (found for found in self.stages if found.verdict == "differ")
        return next((Divergence(found.stage, found.reason, found.first) for found in differing), None)

    @property
    def worst(self) -> tuple[StageName, ValueLocation] | None:
        """The largest difference of the stage that differs first, or else of the last one; None where none differs."""
        first = self.first_divergence
        places = {found.stage: found.worst[0] for found in self.stages if found.worst}
        stage = first.stage if first and first.stage in places else next(reversed(places), None)
        return (stage, places[stage]) if stage else None

    def __bool__(self) -> bool:
        return self.verdict in {"identical", "agree"}

    def __getitem__(self, stage: StageName) -> StageComparison:
        compared = {found.stage: found for found in self.stages}
        if stage not in compared:
            raise UnknownStageError(f"no stage {stage!r} was compared; there are {', '.join(compared) or 'none'}")
        return compared[stage]

    def __repr__(self) -> str:
        sides = f"{self.port.name!r} against {self.reference.name!r}, profile {self.profile.name!r}"
        return f"<Comparison {self.verdict}: {sides}>"

    def _repr_html_(self) -> str:
        from ..report.notebook import comparison_html  # noqa: PLC0415

        return comparison_html(self)

    def __str__(self) -> str:
        from ..report.text import report_text  # noqa: PLC0415  (a report is drawn from a comparison, not the reverse)

        text: str = report_text(self)
        return text


def compare(
    reference: Run,
    port: Run,
    profile: Profile | str = DEFAULT_PROFILE,
    *,
    encoder: WindowEncoder | None = None,
    lags: Mapping[StageName, int] | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Compare a port's run with a reference.

    Parameters
    ----------
    reference, port : Run
        Any two runs, computed or loaded.
    profile : Profile or str
        ``exact``, ``strict``, ``desktop``, ``mobile``, or a profile of your own.
    encoder : WindowEncoder or None
        The encoder by which the port's features are judged on the port's own mel.
    lags : mapping or None
        Lags to use instead of the ones found.
    progress : callable
        Called with (stage, done, total) before each stage and between its chunks; a `CancelledError` that it raises
        ends the comparison there.

    Returns
    -------
    Comparison
        True when everything that has values agrees.

    Examples
    --------
    >>> import framescope
    >>> run = framescope.compute(framescope.sample(), until="windows")
    >>> comparison = framescope.compare(run, run)
    >>> bool(comparison), comparison.verdict
    (True, 'identical')
    >>> comparison["mel"].metrics.max_abs
    0.0
    """
    profile = load_profile(profile) if isinstance(profile, str) else profile
    if reference.is_original:
        reference = with_derived_stages(reference)
    else:
        reference = with_outputs(reference, port)
        profile = recipe_profile(profile, stage_noise(reference))
    stages = []
    for name in stage_order(reference, port):
        if name in port or name in port.statistics:
            progress(name, 0, 0)
            stages.append(_stage(reference, port, name, profile, (lags or {}).get(name), progress=progress))
    if not reference.is_original:  # whose stages are not yet computed from the port's own
        return Comparison(reference, port, profile, tuple(stages), {}, ())
    own = _own_verdicts(reference, port, profile, encoder, names=port, progress=progress)
    structure = check_structure(port, reference, progress=progress)
    return Comparison(reference, port, profile, tuple(stages), own, structure, encoder)


def stage_order(*runs: Run) -> tuple[StageName, ...]:
    """Give the stages of some runs in pipeline order: a recipe's own order, or SyncTalk_2D's."""
    named = (*(name for run in runs if not run.is_original for name in run), *STAGE_NAMES)
    known = {name for run in runs for name in (*run, *run.statistics)}
    return tuple(dict.fromkeys(name for name in (*named, *known) if name in known))


def rejudge(comparison: Comparison, profile: Profile | str, *, progress: Progress = silent) -> Comparison:
    """Judge compared runs by another profile: only the stages whose tolerance is another are counted anew.

    Parameters
    ----------
    profile : Profile or str
        As `compare` takes it.
    progress : callable
        Called with (stage, done, total) before each stage and between its chunks; a `CancelledError` that it raises
        ends the work there.

    Returns
    -------
    Comparison
        What `compare` would give for the same runs, encoder and lags with this profile.
    """
    profile = load_profile(profile) if isinstance(profile, str) else profile
    reference, port = comparison.reference, comparison.port
    if not reference.is_original:
        profile = recipe_profile(profile, stage_noise(reference))
    changed = {found.stage for found in comparison.stages if profile[found.stage] != comparison.profile[found.stage]}
    stages = tuple(
        judge_again(found, profile[found.stage], reference, tick=partial(progress, found.stage))
        if found.stage in changed
        else found
        for found in comparison.stages
    )
    if not reference.is_original:
        return replace(comparison, profile=profile, stages=stages)
    encoder, known = comparison.encoder, comparison.own
    own = _own_verdicts(reference, port, profile, encoder, names=changed, known=known, progress=progress)
    return replace(comparison, profile=profile, stages=stages, own={**comparison.own, **own})


def _stage(
    reference: Run, port: Run, name: StageName, profile: Profile, lag: int | None, *, progress: Progress
) -> StageComparison:
    """Compare a stage; where that fails, the other stages are compared none the less."""
    try:
        return _compare_stage(reference, port, name, profile, lag, progress=progress)
    except CancelledError:
        raise
    except Exception as error:
        ours, theirs = (run[name].shape if name in run else None for run in (reference, port))
        reason = failure_text(f"comparison of {name}", error)
        return StageComparison(name, "not comparable", reason, ours, theirs, failed=True)


def _compare_stage(
    reference: Run, port: Run, name: StageName, profile: Profile, lag: int | None, *, progress: Progress
) -> StageComparison:
    if name not in reference:
        shape = port[name].shape if name in port else port.statistics[name].shape
        return StageComparison(name, "not comparable", "the reference has no values of this stage", None, shape)
    if name in port:
        tick = partial(progress, name)
        return compare_stages(reference[name], port[name], profile[name], lag=lag, of=reference, tick=tick)
    return compare_statistics(reference[name], port.statistics[name])


def _own_verdicts(
    reference: Run,
    port: Run,
    profile: Profile,
    encoder: WindowEncoder | None,
    *,
    names: Collection[StageName],
    known: Mapping[StageName, OwnInputVerdict] = MappingProxyType({}),
    progress: Progress,
) -> dict[StageName, OwnInputVerdict]:
    """Judge these of the port's stages on their own input; what is known already was computed with the same encoder."""
    missing = "no encoder to run on it; name the port's"
    if encoder and "features" in port and "features" in names and (unfit := _unfit(encoder, reference, profile)):
        encoder, missing = None, unfit
    configured = port if port.config else replace(port, config=reference.config)

    def judge(name: StageName) -> OwnInputVerdict:
        own, tick = known.get(name), partial(progress, name)
        if own and own.comparison and own.comparison.sides and (name != "features" or encoder):
            return _own_again(own, own.comparison, profile[name], configured, tick)
        return _lightened(
            _own_verdict(configured, name, profile, encoder, missing, tick=tick), reference.recipe.stage(name)
        )

    judged = [name for name in port if name in names and name != "audio" and (name != "mel" or "audio" in port)]
    return {name: judge(name) for name in judged}


def _unfit(encoder: WindowEncoder, reference: Run, profile: Profile) -> str:
    """Say why an encoder cannot judge features; empty where it can."""
    try:
        fits = encoder_fits(reference, encoder, profile["features"])
    except CancelledError:
        raise
    except Exception as error:
        return failure_text("the encoder's trial on the reference's windows", error)
    return "" if fits else "the encoder at hand does not give the reference's features; name theirs"


def _own_verdict(
    port: Run, name: StageName, profile: Profile, encoder: WindowEncoder | None, missing: str, *, tick: Tick
) -> OwnInputVerdict:
    """Judge a stage on the port's own input; where that fails, the other stages are judged none the less."""
    try:
        return judge_on_own_input(port, name, profile, encoder, missing, tick=tick)
    except CancelledError:
        raise
    except Exception as error:
        return OwnInputVerdict("not comparable", failure_text(f"computing {name} from the port's own input", error))


def _lightened(own: OwnInputVerdict, spec: StageSpec | None) -> OwnInputVerdict:
    """Let go of values that are as quickly gathered again, and of an hour are 200 MB."""
    if spec is None or not spec.gathered or own.comparison is None:
        return own
    return replace(own, comparison=replace(own.comparison, sides=None))


def _own_again(
    own: OwnInputVerdict, compared: StageComparison, tolerance: Tolerance, port: Run, tick: Tick
) -> OwnInputVerdict:
    """Judge a stage that was computed from the port's own input by another tolerance."""
    found = judge_again(compared, tolerance, port, tick=tick)
    if found.sides is None or own.source is None:
        return own
    return replace(
        own, verdict=found.verdict, comparison=found, text=own_sentence(Derived(found.sides[0], own.source), found)
    )

"""One stage of two runs: aligned, measured, judged."""

from dataclasses import dataclass
from typing import Literal

from ..base.progress import Tick, silent
from ..run import Run, Stage, StageName, Statistics
from .alignment import Alignment, align, time_major
from .locations import ValueLocation, first_place, worst_places
from .metrics import ItemErrors, Metrics, measure
from .tolerance import Tolerance

Verdict = Literal["identical", "agree", "differ", "not comparable"]


@dataclass(frozen=True, slots=True, eq=False)
class StageComparison:
    """What was found out about one stage.

    Attributes
    ----------
    stage : str
        Name of the stage.
    verdict : str
        ``identical``: every value equal. ``agree``: all within tolerance, same counts, no lag. ``differ``.
        ``not comparable``: the values of one side are not there; `reason` says which.
    reason : str
        What the verdict rests on, in words.
    reference_shape, port_shape : tuple of int or None
        Shapes of the two arrays, or as the metadata states them.
    pairs : Alignment or None
        Which items were compared, and the lag between them; None where no values were.
    metrics : Metrics or None
        Of the paired values.
    errors : ItemErrors or None
        One value per paired item.
    worst : tuple of ValueLocation
        The largest differences, one an item.
    first : ValueLocation or None
        The first value out of tolerance.
    sides : (Stage, Stage) or None
        The reference's and the port's values, to judge them again by another tolerance; None where none were compared.
    failed : bool
        Whether the comparison itself failed, for the reason that `reason` names: then nothing is known of the stage.
    """

    stage: StageName
    verdict: Verdict
    reason: str
    reference_shape: tuple[int, ...] | None = None
    port_shape: tuple[int, ...] | None = None
    pairs: Alignment | None = None
    metrics: Metrics | None = None
    errors: ItemErrors | None = None
    worst: tuple[ValueLocation, ...] = ()
    first: ValueLocation | None = None
    sides: tuple[Stage, Stage] | None = None
    failed: bool = False

    def __repr__(self) -> str:
        return f"<StageComparison {self.stage}: {self.verdict}, {self.reason}>"

    @property
    def lag(self) -> int | None:
        """Item t of the port belongs to item t + lag of the reference; None where no values were compared."""
        return self.pairs.lag if self.pairs else None


def compare_stages(
    reference: Stage,
    port: Stage,
    tolerance: Tolerance,
    *,
    lag: int | None = None,
    of: Run | None = None,
    tick: Tick = silent,
) -> StageComparison:
    """Compare one stage of two runs.

    Parameters
    ----------
    lag : int or None
        None: found.
    of : Run or None
        The run that the reference's stage is of: it says where values lie, in words, and which have been clipped.
    tick : callable
        Called between chunks; what it raises ends the comparison there.
    """
    shapes = (reference.shape, port.shape)
    if time_major(reference).shape[1:] != time_major(port).shape[1:]:
        return StageComparison(reference.name, "differ", "the items have other shapes", *shapes)
    pairs = align(reference, port, lag, tick=tick)
    if not len(pairs.port):
        return StageComparison(reference.name, "not comparable", "no frames in common", *shapes)
    return _compare_pairs(reference, port, pairs, tolerance, of, tick=tick)


def judge_again(
    found: StageComparison, tolerance: Tolerance, of: Run | None = None, *, tick: Tick = silent
) -> StageComparison:
    """Judge a stage by another tolerance; its alignment stays.

    Parameters
    ----------
    of : Run or None
        As `compare_stages` takes it.

    Returns
    -------
    StageComparison
        What `compare_stages` would give with this tolerance.
    """
    if found.sides is None or found.pairs is None:
        return found
    return _compare_pairs(*found.sides, found.pairs, tolerance, of, tick=tick)


def compare_statistics(reference: Stage, stated: Statistics) -> StageComparison:
    """Compare a stage with what a dump's metadata says of it, which can show a difference but no agreement."""
    name, shapes = reference.name, (reference.shape, stated.shape)
    if stated.shape and stated.shape != reference.shape:
        return StageComparison(name, "differ", "the stated shape differs; no values to compare", *shapes)
    return StageComparison(name, "not comparable", "only its shape and range are stated; no values to compare", *shapes)


def _compare_pairs(
    reference: Stage, port: Stage, pairs: Alignment, tolerance: Tolerance, of: Run | None, *, tick: Tick
) -> StageComparison:
    config, spec = (of.config, of.recipe.stage(reference.name)) if of else (None, None)
    clips = spec is not None and spec.limits is not None
    metrics, errors = measure(time_major(reference), time_major(port), pairs, tolerance, clips=clips, tick=tick)
    return StageComparison(
        reference.name,
        *_judge(reference, port, pairs, metrics),
        reference.shape,
        port.shape,
        pairs,
        metrics,
        errors,
        worst=worst_places(reference, port, pairs, errors, config),
        first=first_place(reference, port, pairs, errors, tolerance=tolerance, config=config),
        sides=(reference, port),
    )


def _judge(reference: Stage, port: Stage, pairs: Alignment, metrics: Metrics) -> tuple[Verdict, str]:
    word = reference.items
    faults = []
    if pairs.lag:
        faults.append(f"lag of {pairs.lag:+d} {word}")
    counts = len(time_major(reference)), len(time_major(port))
    if port.frames is None and reference.frames is None and counts[0] != counts[1]:
        faults.append(f"{counts[1]:,} {word} against {counts[0]:,}")
    if metrics.within < 1:
        faults.append(f"{100 * (1 - metrics.within):.3g} % of the values out of tolerance")
    if faults:
        return "differ", ", ".join(faults)
    compared = f"{len(pairs.port):,} of {counts[0]:,} {word}" if len(pairs.port) < counts[0] else f"all {word}"
    if metrics.equal == 1:
        return "identical", f"every value equal, {compared}"
    return "agree", f"every value within tolerance, {compared}"

"""What is said of an identified port: its decisions with what each explains, the library it shows, what is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, isclose, isfinite, log

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank
from ...recipe.kinds.values import Log, Normalise
from ...recipe.recipe import Recipe
from ..findings import (
    NO_FAULT,
    Diagnosis,
    Equivalence,
    Finding,
    Kind,
    LibraryProfile,
    PortChain,
    Residual,
    Unexplained,
    finding_of,
)  # fmt: skip
from ..hypotheses import Hypothesis
from .chains import first_of, log_factor, split_tail
from .change import Change
from .difference import differences
from .evidence import Candidate
from .gathered import Apart
from .identify import Identified
from .left import left_facts
from .lines import lowest_level
from .names import changes_of, reverted
from .parts import Part
from .profiles import Library, argument_text, profiles
from .sampled import Blocks
from .values import neighbours

MAX_LIBRARY_CHANGES = 1
"""Decisions beside a library's defaults up to which a port is said to show them."""
OWN_NUMBERS = {"fmin", "fmax", "gain", "int_scale", "preemphasis", "filterbank.weights", "window_length", "frame.last"}
"""What whoever calls a library sets for himself, or does before the call; a last frame that is filled is one row."""
MIN_EXPLAINED = 0.5
"""Share of the squared difference that the nearest recipe must explain to be worth a word."""
INVISIBLE = 1e-2
"""Change of the values, in deviations of their noise, up to which nothing of it can be seen."""
MOST_LEVEL = log(1e12)
"""Natural logarithm of the highest floor that a recipe can have."""
KNOWN = {
    "preemphasis",
    "pad_mode",
    "fft_packing",
    "fmin",
    "fmax",
    "window_symmetry",
    "mel_triangle_domain",
    "mel_bin_width",
}
"""Faults that are worth a word where they cannot be seen; other blocks that change nothing are no port's fault."""
_FACTOR_PROBE = "they give equal values on every recording; only the port's code tells them apart"
_READ = "read in this way, the recording gives the port's values"
_TOGETHER = "put together in this way, the rows are the port's"
_OF_PART = "beside this part of the recording, the rows are the port's"
_PROBE = "a loud recording with full-band noise and edges that are not silent shows the difference"


@dataclass(frozen=True, slots=True, eq=False)
class Reporter:
    """Words for what was found of one stage.

    Attributes
    ----------
    found : Identified
        The port's chain.
    reference : tuple of Block
        The reference's, to the stage.
    stage : str
        Its name.
    recipe : Recipe
        The whole reference.
    channels : int
        How many the recording's file has.
    apart : Apart or None
        The rows, where the port puts them together behind the chain.
    part : Part or None
        The part of the recording that the port's rows are of; None: all of it.
    """

    found: Identified
    reference: Blocks
    stage: str
    recipe: Recipe
    channels: int = 1
    apart: Apart | None = None
    part: Part | None = None

    def diagnosis(self) -> Diagnosis:
        """Give the findings, causes where no more than noise is left, and else the nearest ones with what is left."""
        audio = tuple(self._said(each, _READ) for each in self.found.candidate.audio if isinstance(each, Hypothesis))
        findings = (*audio, *self._findings(), *self._put_together())
        if self.found.explained:
            alike = tuple(self._indistinguishable()) if findings or not audio else ()
            return Diagnosis(findings, (), alike, profile=self._library(), recipe=self.port_recipe())
        return Diagnosis(findings if self._worth_a_word() else (), tuple(self._left()))

    def port_recipe(self) -> Recipe | None:
        """Give the port's chain as a recipe that ends with the stage; None where it is none."""
        if not self.found.candidate.blocks or (self.apart and not self.apart.at_end):
            return None
        behind = self.apart.port if self.apart else ()
        blocks = (*self.found.candidate.blocks, *behind)
        named = self.recipe.blocks[len(self.reference) + len(self.apart.reference if self.apart else ()) - 1]
        last = replace(blocks[-1], stage=named.stage, axes=named.axes, dtype=named.dtype)
        try:
            return replace(
                self.recipe,
                name=f"port of {self.recipe.name}",
                checked_against="",
                blocks=(*blocks[:-1], last),
            )
        except InputError:
            return None

    def _findings(self) -> Iterator[Finding]:
        port = self.found.candidate.blocks
        changes = [self._bounded(one) for one in changes_of(self.reference, port)]
        chain = PortChain(self.reference, port)
        order, shares = self._shares(changes)
        total = self._error(self.reference)
        after = self._residual(port)
        for change in order:
            without = reverted(self.reference, port, change.parameters)
            others = frozenset(name for one in changes if one is not change for name in one.parameters)
            alone = self._error(reverted(self.reference, port, others))
            before = self._residual(without)
            shared = {"share": shares[change], "alone": 1 - alone / total if total else 0.0}
            yield self._finding(change, chain, before=before, after=after, **shared)

    def _bounded(self, change: Change) -> Change:
        """A floor that no value lies on can be anything below the lowest of them, and is said to be no number."""
        own = first_of(self.found.candidate.blocks, Log)
        if change.parameter not in ("log.floor", "log.guard") or own is None or own.guard != "max":
            return change
        lowest = lowest_level(self.found.evidence, self.found.candidate)
        if lowest.is_floor or not log(own.floor) < lowest.level < MOST_LEVEL:
            return change
        guard = "max, " if change.parameter == "log.guard" else ""
        return replace(change, value=f"{guard}at most {exp(lowest.level):.2g}")

    def _finding(
        self, change: Change, chain: PortChain, *, share: float, alone: float, before: Residual, after: Residual
    ) -> Finding:
        if change.id == "dither":
            evidence = "the difference is equally large in every band, loud or quiet, like white noise"
        elif change.timing or not isfinite(before.mean):
            evidence = (
                f"with it, the reference has the port's {len(self.found.evidence.port):,} rows, at the same times"
            )
        else:
            evidence = f"with it, the mean difference falls from {before.mean:.3g} to {after.mean:.3g}"
        hypothesis = Hypothesis(change.id, change.value, change.fix, self.stage)
        return Finding(
            change.id, change.value, self.stage, 0.0 if change.timing else max(share, 0.0),
            alone if isfinite(alone) else 0.0, before, after,
            "the number and times of the rows" if change.timing else "all bands and rows",
            change.fix, evidence, "proven" if self.found.reached else "likely", hypothesis,
            "cause" if self.found.explained else "nearest", change.parameter, change.expected, change.found,
            replace(chain, parameters=change.parameters),
        )  # fmt: skip

    def _said(self, fault: Hypothesis, evidence: str) -> Finding:
        """The finding of what is not told by a difference of values."""
        kind: Kind = "cause" if self.found.explained else "nearest"
        return finding_of(fault, "proven" if self.found.reached else "likely", "all rows", evidence, kind=kind)

    def _put_together(self) -> Iterator[Finding]:
        """Which part of the recording the port's rows are of, and what it has otherwise where it puts them together."""
        together = changes_of(self.apart.reference, self.apart.port) if self.apart else ()
        part = [(self.part.change, _OF_PART)] if self.part else []
        for change, evidence in [*((one, _TOGETHER) for one in together), *part]:
            made = self._said(Hypothesis(change.id, change.value, change.fix, self.stage), evidence)
            yield replace(made, parameter=change.parameter, expected=change.expected, found=change.found)

    def _shares(self, changes: Sequence[Change]) -> tuple[list[Change], dict[Change, float]]:
        """The order in which changes explain most, those of timing last, and what share each explains behind those."""
        port = self.found.candidate.blocks
        named = [change for change in changes if change.timing]
        shares = dict.fromkeys(changes, 0.0)

        def error(known: Sequence[Change]) -> float:
            left = frozenset(name for one in changes if one not in known for name in one.parameters)
            return self._error(reverted(self.reference, port, left))

        start = last = error(named)
        rest = [change for change in changes if not change.timing]
        while rest:
            trials = [(error([*named, change]), number, change) for number, change in enumerate(rest)]
            least, _, best = min(trials)
            shares[best] = max(0.0, (last - least) / start) if start and isfinite(start) else 0.0
            if not isfinite(start) and isfinite(least):
                shares[best], start = 1.0, least
            last = min(least, last)
            named.append(best)
            rest.remove(best)
        return sorted(named, key=lambda one: one.timing), shares

    def _values(self, blocks: Blocks) -> NDArray | None:
        candidate = self.found.candidate
        runs = self.found.evidence.runs
        try:
            values = runs.run(blocks, candidate.audio, candidate.rate).values
        except InputError:
            return None
        return values if values.shape == self._port.shape else None

    @property
    def _port(self) -> NDArray:
        return self.found.evidence.port[self.found.evidence.runs.rows]

    def _error(self, blocks: Blocks) -> float:
        values = self._values(blocks)
        if values is None:
            return float("inf")
        squares = np.square(self._port - values)
        squares = squares[np.isfinite(squares)]
        return float(squares.mean()) if squares.size else float("inf")

    def _residual(self, blocks: Blocks) -> Residual:
        values = self._values(blocks)
        apart = np.abs(self._port - values) if values is not None else np.zeros(0)
        apart = apart[np.isfinite(apart)]
        return Residual(float(apart.max()), float(apart.mean())) if apart.size else Residual()

    def _indistinguishable(self) -> Iterator[Equivalence]:
        """What would change nothing that can be seen in these rows."""
        evidence, candidate = self.found.evidence, self.found.candidate
        own = evidence.levels(candidate).values
        noise = np.nan_to_num(evidence.noise(candidate), nan=1.0)
        unseen = []
        for blocks in neighbours(candidate.blocks, evidence.runs.rate):
            try:
                other = evidence.levels(Candidate(blocks, candidate.audio, candidate.rate))
            except InputError:
                continue
            if other.values.shape != own.shape or other.total != len(evidence.port):
                continue
            with np.errstate(invalid="ignore"):
                apart = np.abs(other.values - own) / np.maximum(noise, 1e-15)
            apart = apart[evidence.used]
            if np.isfinite(apart).all() and apart.max(initial=0.0) <= INVISIBLE:
                unseen += [_name(one) for one in changes_of(candidate.blocks, blocks) if one.id in KNOWN]
        yield from self._same_factors()
        if unseen:
            yield Equivalence((*dict.fromkeys(unseen), NO_FAULT), _PROBE)

    def _same_factors(self) -> Iterator[Equivalence]:
        """What a constant factor may be instead: all of them only move the levels."""
        for change in changes_of(self.reference, self.found.candidate.blocks):
            if change.id in ("fft_scale", "int_scale") and (factor := _factor(change)):
                added = ("channel sum",) if self.channels > 1 and isclose(factor, self.channels) else ()
                yield Equivalence((_name(change), f"gain {factor:g}", *added), _FACTOR_PROBE)
            elif change.id == "gain" and change.parameter == "gain.factor":
                added = ("channel sum",) if self.channels > 1 else ()
                names = (_name(change), "fft_scale any", "int_scale any", "ref_level any", *added)
                yield Equivalence(names, _FACTOR_PROBE)
            elif change.parameter in ("log.base", "log.multiplier") and (eps := self._same_eps()):
                yield Equivalence((_name(change), f"normalise.eps {eps:.2g}"), _FACTOR_PROBE)

    def _same_eps(self) -> float:
        """What would be added to deviations if the port's logarithm were the reference's; 0: nothing is."""
        own, usual = (first_of(blocks, Log) for blocks in (self.found.candidate.blocks, self.reference))
        statistic = first_of(self.found.candidate.blocks, Normalise)
        if own is None or usual is None or statistic is None or statistic.statistic != "mean_sd":
            return 0.0
        return float(statistic.eps * log_factor(usual) / log_factor(own))

    def _library(self) -> LibraryProfile | None:
        """The library whose defaults the port's chain is, with few decisions of its own, and what is to be changed."""
        port, evidence = self.found.candidate.blocks, self.found.evidence
        front, _ = split_tail(port)
        if not any(isinstance(block, Filterbank) for block in front):
            return None
        ours = sum(one.id not in OWN_NUMBERS for one in changes_of(split_tail(self.reference)[0], front))
        best = None
        for library in profiles(_with_bands(self.reference, evidence.port.shape[1]), evidence.runs.rate):
            chains = (_in_call(blocks, library) for blocks in (library.blocks, port))
            own = [one for one in changes_of(*chains) if one.id not in OWN_NUMBERS | library.callers]
            if any(one.parameter in library.fixed | {"frame.placement"} for one in own):
                continue  # whoever places frames himself does not call this
            if len(own) < ours and len(own) <= MAX_LIBRARY_CHANGES and (best is None or len(own) < best[0]):
                best = len(own), library
        if best is None:
            return None
        library = best[1]
        arguments = dict(library.arguments)
        changes = []
        for one in changes_of(self.reference, port):
            argument = arguments.get(one.parameter)
            changes.append((argument and argument_text(argument, one.expected)) or one.fix)
        return LibraryProfile(library.library, library.call, tuple(dict.fromkeys(changes)))

    def _worth_a_word(self) -> bool:
        total, left = self._error(self.reference), self._error(self.found.candidate.blocks)
        return isfinite(left) and (not isfinite(total) or left < (1 - MIN_EXPLAINED) * total)

    def _left(self) -> Iterator[Unexplained]:
        """Facts that help where no cause was found."""
        yield from (Unexplained(self.stage, text) for text in left_facts(self.found, self.reference))


def _in_call(blocks: Blocks, library: Library) -> Blocks:
    """The blocks that a library's call computes: to the logarithm, or with it where nobody can leave it out."""
    front, tail = split_tail(blocks)
    logarithm = next((number for number, block in enumerate(tail) if isinstance(block, Log)), -1)
    return (*front, *tail[: logarithm + 1]) if "log" in library.fixed else front


def _factor(change: Change) -> float | None:
    try:
        return float(change.found) / float(change.expected)
    except ValueError:
        return None


def _name(change: Change) -> str:
    return f"{change.id} {change.value}"


def _with_bands(blocks: Blocks, bands: int) -> Blocks:
    made: list[Block] = [replace(b, bands=bands) if isinstance(b, Filterbank) else b for b in blocks]
    return tuple(made)


__all__ = ["Reporter", "differences"]

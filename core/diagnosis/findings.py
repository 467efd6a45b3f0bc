"""What a diagnosis says: the faults that were found, what stays unexplained, and what looks the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..base.failures import failure_text
from ..recipe.block import Block
from ..recipe.recipe import Recipe
from ..run import StageName
from .hypotheses import Hypothesis
from .parameters import expected_value, parameter_of

Confidence = Literal["proven", "likely", "consistent"]
Kind = Literal["cause", "nearest"]


@dataclass(frozen=True, slots=True)
class Residual:
    """Largest and mean absolute difference, in the unit of the stage; NaN where no values could be compared."""

    max: float = float("nan")
    mean: float = float("nan")


NO_RESIDUAL = Residual()
"""Where no values could be compared."""

NO_FAULT = "reference"
"""Stands among indistinguishable faults for having none of them."""


@dataclass(frozen=True, slots=True)
class PortChain:
    """The chain of blocks that a port was found to be, and the differences from the reference's that one finding is.

    Attributes
    ----------
    reference, port : tuple of Block
        The chains.
    parameters : frozenset of str
        The differences, such as ``filterbank.scale``.
    """

    reference: tuple[Block, ...]
    port: tuple[Block, ...]
    parameters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Attributes
    ----------
    id, value : str
        The fault's name, and what the port does.
    stage : str
        Where the fault is made.
    explains : float
        Share of the squared difference, after alignment, that this fault explains beside those named before it, 0 to
        1. A fault of timing alone explains nothing of it: its evidence is the lag and the counts.
    explains_alone : float
        The same share when the reference has this fault alone; below 0 where that makes it worse.
    before, after : Residual
        What is left of the difference with all the other findings, and with this one too.
    where : str
        Where it shows.
    fix : str
        One line in terms of the port's code.
    evidence : str
        One sentence with the numbers.
    confidence : str
        ``proven``: with it the values are the port's, up to noise. ``likely``: it explains most of what can be seen,
        but something is left. ``consistent``: only counts or statistics say so.
    hypothesis : Hypothesis
        What was run.
    kind : str
        ``cause``; or ``nearest``: it is nearer to the port than the reference is, but the noise is not reached with it.
    parameter : str
        The block's parameter that is another one, such as ``filterbank.scale``; empty where no recipe has it.
    expected, found : str
        What the reference has in it, and the port.
    chain : PortChain or None
        The chains of blocks that it is a difference of.
    """

    id: str
    value: str
    stage: StageName
    explains: float
    explains_alone: float
    before: Residual
    after: Residual
    where: str
    fix: str
    evidence: str
    confidence: Confidence
    hypothesis: Hypothesis
    kind: Kind = "cause"
    parameter: str = ""
    expected: str = ""
    found: str = ""
    chain: PortChain | None = None

    def __post_init__(self) -> None:
        if not self.found:
            object.__setattr__(self, "found", self.value)

    def __repr__(self) -> str:
        return f"<Finding {self.stage}: {self.id} = {self.value}, {self.confidence}>"


def finding_of(
    hypothesis: Hypothesis,
    confidence: Confidence,
    where: str,
    evidence: str,
    *,
    shares: tuple[float, float] = (0.0, 0.0),
    before: Residual = NO_RESIDUAL,
    after: Residual = NO_RESIDUAL,
    kind: Kind = "cause",
) -> Finding:
    """Make the finding of a hypothesis; `shares` are what it explains, beside those before it and alone."""
    named = hypothesis.id, hypothesis.value, hypothesis.stage
    made = Finding(*named, *shares, before, after, where, hypothesis.fix, evidence, confidence, hypothesis)
    parameter = parameter_of(hypothesis.id)
    return replace(made, kind=kind, parameter=parameter, expected=expected_value(parameter))


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A difference that no hypothesis explains, with the facts, or the reason why none could be run.

    `failed`: the diagnosis of the stage itself failed, for the reason that the text names.
    """

    stage: StageName
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Faults that give the same values here.

    Attributes
    ----------
    faults : tuple of str
        Each as ``id value``, several that give them together joined by ``and``; ``reference`` stands for no fault at
        all.
    probe : str
        What would tell them apart.
    """

    faults: tuple[str, ...]
    probe: str


@dataclass(frozen=True, slots=True)
class LibraryProfile:
    """A library whose defaults the port shows.

    Attributes
    ----------
    library, call : str
        Such as ``torchaudio`` and ``torchaudio.transforms.MelSpectrogram``.
    changes : tuple of str
        The arguments to change, such as ``mel_scale='slaney'``, and what is to be done besides the call.
    """

    library: str
    call: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was found out, in the order of what explains most within each stage.

    Attributes
    ----------
    findings, unexplained, indistinguishable : tuples
        In pipeline order of their stages.
    seconds : float
        How long it took so far.
    candidates : tuple of Hypothesis
        The nearest combination that the search has come to, which is no finding; empty when it has ended.
    profile : LibraryProfile or None
        The library whose defaults the port shows.
    recipe : Recipe or None
        The port's recipe as far as it was found: the reference's with the findings' changes; None where none was run.
    """

    findings: tuple[Finding, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    indistinguishable: tuple[Equivalence, ...] = ()
    seconds: float = 0.0
    candidates: tuple[Hypothesis, ...] = ()
    profile: LibraryProfile | None = None
    recipe: Recipe | None = None

    @property
    def causes(self) -> tuple[Finding, ...]:
        """The findings with which the noise is reached."""
        return tuple(finding for finding in self.findings if finding.kind == "cause")

    @property
    def nearest(self) -> tuple[Finding, ...]:
        """The findings that are only nearer than the reference."""
        return tuple(finding for finding in self.findings if finding.kind == "nearest")

    def _repr_html_(self) -> str:
        from ..report.notebook import diagnosis_html  # noqa: PLC0415

        return diagnosis_html(self)

    def __repr__(self) -> str:
        named = ", ".join(f"{finding.id} = {finding.value}" for finding in self.findings) or "no faults"
        return f"<Diagnosis {named}; {len(self.unexplained)} unexplained>"


OnDiagnosis: TypeAlias = Callable[[Diagnosis], None]
"""Called with everything found so far, and during a search with its candidates; raises `CancelledError` to end it."""


def failed_diagnosis(stage: StageName, error: Exception) -> Diagnosis:
    """Give what is said where the diagnosis of a stage failed."""
    return Diagnosis(unexplained=(Unexplained(stage, failure_text(f"diagnosis of {stage}", error), failed=True),))

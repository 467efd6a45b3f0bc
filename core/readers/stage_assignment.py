"""Which source is which stage: what the user says first, then the most plausible reading of all, and so on."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ..config import WINDOW_COLUMNS, Config
from ..run import Assumption, Run, StageName
from ..timebase import Timebase
from .layouts import LAYOUTS, NATIVE, OTHER_MELS
from .metadata import Description, sidecar
from .names import stage_of
from .overrides import Override
from .padding_evidence import paired_counts, weigh_rows
from .readings import Beside, Reading, readings
from .recordings import is_stage, left_out
from .samples import SoundSamples
from .sources import Findings, Source

_CLEARLY_BETTER = 1.5
_WORTH_MENTIONING = 0.1
_SECOND_CHOICE = 0.5
_MAX_ALTERNATIVES = 3
_MAX_ITEMS_COMPARED = 64
_ORDER = (*LAYOUTS, *chain.from_iterable(NATIVE.values()), *OTHER_MELS)
_ROWS: frozenset[StageName | None] = frozenset({"features", "padded"})


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A source that became a stage.

    Attributes
    ----------
    reading : Reading
        How it is read.
    ranked : sequence of Reading
        All readings of the source, best first.
    override : Override or None
        The user's word, where that decided.
    """

    reading: Reading
    ranked: Sequence[Reading]
    override: Override | None = None

    @property
    def assumption(self) -> Assumption | None:
        """What had to be decided, None where the file left nothing to decide."""
        reading, label = self.reading, self.reading.source.label
        others = [other for other in self.ranked if other is not reading]
        best = max((other.score for other in others), default=0.0)
        sure = self.override is not None or reading.score > _CLEARLY_BETTER * best
        if sure and reading.layout.canonical and not (reading.regrouped or self.misnomer or reading.doubt):
            return None
        likely = [other for other in others if other.score > _WORTH_MENTIONING * reading.score][:_MAX_ALTERNATIVES]
        return Assumption(label, reading.stage, self._decided(), sure, tuple(map(str, likely)))

    @property
    def misnomer(self) -> str | None:
        """A sentence where raw rows lie under the name of padded ones or the reverse: a port's trap, never silent."""
        label, stage = self.reading.source.label, self.reading.stage
        named = stage_of(label)
        if stage not in _ROWS or named not in _ROWS - {stage} or self.override:
            return None
        return f"{label}: holds {stage} rows, though its name says {named}"

    def _decided(self) -> str:
        reading = self.reading
        layout = f"{reading.dtype} {reading.layout}".strip()
        turned = "" if reading.layout.canonical else ", its axes put into the definition's order"
        why = "as asked for" if self.override else reading.evidence or "by how plausible the values are"
        doubt = f"{reading.doubt}; " if reading.doubt else ""
        return f"{reading.stage}, {layout}{turned}: {doubt}{why}"


def assign(ranked: Iterable[Sequence[Reading]], taken: Collection[StageName]) -> list[Choice]:
    """Give every stage the source that is most plausibly it, and every source one stage at most.

    A source whose best stage is taken by a better one becomes its second best only where that is nearly as plausible
    or is what the source's name says.

    Parameters
    ----------
    ranked : iterable of sequence of Reading
        The readings of each source, best first.
    taken : collection of str
        Stages that are given away already.
    """
    every = [(reading, others) for others in ranked for reading in others]
    every.sort(key=lambda pair: (-pair[0].score, _ORDER.index(pair[0].layout)))
    choices: dict[StageName, Choice] = {}
    used: set[Source] = set()
    for reading, others in every:
        free = reading.stage not in taken and reading.stage not in choices and reading.source not in used
        likely = reading.score >= _SECOND_CHOICE * others[0].score or stage_of(reading.source.label) == reading.stage
        if free and likely:
            choices[reading.stage] = Choice(reading, others)
            used.add(reading.source)
    return list(choices.values())


def decide(
    found: Findings, asked: Sequence[Choice], description: Description, reference: Run | None, previous: Run | None
) -> tuple[list[Choice], list[str]]:
    """Decide which source is which stage.

    Rows of 512 values come last: what the other stages say of the number of frames tells features from padded ones.

    Parameters
    ----------
    found, description : Findings, Description
        What the dump holds, and says of itself; its notes gain those on sources that cannot be any stage.
    asked : sequence of Choice
        What the user has decided already.
    reference : Run or None
        Readings that resemble it are preferred.
    previous : Run or None
        What the same dump was read as before.

    Returns
    -------
    choices, notes
        The choices in no order, and a sentence for each source that could be a stage but is not used.
    """
    ranked = {
        source: readings(source, _beside(found, source, description, reference), reference)
        for source in _sources(found, description, reference)
    }
    found.notes += [_no_stage(source) for source, each in ranked.items() if not each]
    likely = [each for each in ranked.values() if each]
    rows = [each for each in likely if each[0].stage in _ROWS]
    taken = {choice.reading.stage for choice in asked}
    choices = [*asked, *assign([each for each in likely if each[0].stage not in _ROWS], taken)]
    paired = paired_counts(rows)
    counts = paired or set(_frame_counts(choices, description, reference))
    weighed = [[weigh_rows(each, counts, paired=bool(paired), previous=previous) for each in every] for every in rows]
    choices += assign(map(_best_first, weighed), {choice.reading.stage for choice in choices})
    used = {choice.reading.stage: choice.reading for choice in choices}
    sources = {reading.source for reading in used.values()}
    return choices, [note for each in likely if each[0].source not in sources and (note := _unused(each[0], used))]


def _sources(found: Findings, description: Description, reference: Run | None) -> list[Source]:
    """Give what may be a stage: not the recordings that only lie beside the port's output."""
    sources = []
    for source in found.sources:
        if isinstance(source.values, SoundSamples) and not is_stage(
            source, len(found.sources) - 1, description, reference
        ):
            found.notes.append(left_out(source))
        else:
            sources.append(source)
    return sources


def _beside(found: Findings, source: Source, description: Description, reference: Run | None) -> Beside:
    config = description.config or (reference and reference.config)
    return Beside(sidecar(found.facts, source.label), config.mode if config else None)


def _best_first(found: list[Reading]) -> list[Reading]:
    return sorted(found, key=lambda each: -each.score)


def _frame_counts(choices: Iterable[Choice], description: Description, reference: Run | None) -> Iterator[int]:
    if description.n_frames is not None:
        yield description.n_frames
    config = description.config or (reference and reference.config) or Config()
    for reading in (choice.reading for choice in choices if choice.reading.source.numbers is None):
        length = reading.layout.count(reading.lengths)
        if reading.stage == "windows":
            yield length
        elif reading.stage == "mel" and length >= WINDOW_COLUMNS:
            yield Timebase.of(config).frame_count(length)


def _no_stage(source: Source) -> str:
    if not source.raw:
        return (
            f"{source.label}: holds an array of shape {source.shape}, which is that of no stage, such as (80, T) of a "
            "mel spectrogram; left out"
        )
    return (
        f"{source.label}: holds {source.shape[0]} bytes without a header that look like no stage in any layout; "
        f"say how to read them by an override such as mel={source.label}:float32:80,T"
    )


def _unused(reading: Reading, used: Mapping[StageName, Reading]) -> str:
    """Say that a source is not used; empty where it only repeats, value for value, the one that is."""
    winner = used.get(reading.stage)
    if winner is None:
        return (
            f"{reading.source.label}: is not a likely stage beside the others; the override {reading} takes it as one"
        )
    if _same_values(reading, winner):
        return ""
    other = f"could be {reading.stage} as well as {winner.source.label}"
    return f"{reading.source.label}: {other}; the override {reading} takes it"


def _same_values(first: Reading, second: Reading) -> bool:
    """Tell whether two sources of numbered frames hold the same values, as windows and reshaped frames do."""
    if first.source.numbers is None or first.source.numbers != second.source.numbers:
        return False
    places = np.unique(np.linspace(0, len(first.source.numbers) - 1, _MAX_ITEMS_COMPARED).astype(int))
    return all(_same_frame(first, second, place) for place in places.tolist())


def _same_frame(first: Reading, second: Reading, place: int) -> bool:
    """Tell whether two shapes of one frame agree; the zeros that fill up some modes' frames may be missing in one."""
    one, other = (
        each.decoded(np.asarray(each.over_time(each.source.values[place]))).ravel() for each in (first, second)
    )
    size = min(len(one), len(other))
    equal = np.array_equal(one[:size], other[:size], equal_nan=True)
    return equal and not one[size:].any() and not other[size:].any()

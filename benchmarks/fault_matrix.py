"""The fault matrix: how often the diagnosis names what is wrong with a port, and how often something that is not.

Run with tests/ on PYTHONPATH, where the independent faulty pipeline lies.
"""

import argparse
import os
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

from faulty import foreign
from faulty import frontend_matrix as any_recipe
from faulty.faults import FAULTS
from faulty.foreign import LibraryCase, StrangeCase
from faulty.frontend import FRONT_ENDS
from faulty.frontend_matrix import FrontEndCase
from faulty.matrix import Case, agreeing, combined, common, judge, singles
from faulty.pipeline import Form
from faulty.records import Record, append_record, read_records, total
from measure import table

_MINUTE = 960_000
FORMS: tuple[Form, ...] = ("float32", "float16", "text")
CONTENTS = ("speech", "music", "probe")
HARD = ("quiet", "clipped")
SIZES = {2: "two faults", 3: "three faults", 4: "four faults"}
HEADERS = ["", "ports", "faults that show", "named", "with the right value", "of equal values", "missed", "recall",
           "wrong names", "only nearest", "seconds to the first finding, median / largest", "in all"]  # fmt: skip
AnyCase = Case | FrontEndCase | LibraryCase | StrangeCase
Groups = Mapping[str, Sequence[AnyCase]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="the Markdown file to write")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    parser.add_argument(
        "--group", action="append", default=[], metavar="TEXT", help="only groups with this in the name"
    )
    parser.add_argument("--list", action="store_true", help="say which groups there are, and how many ports in each")
    parser.add_argument("--count", type=int, default=100, help="combinations of each size and form (default: 100)")
    parser.add_argument("--seed", type=int, default=0, help="of the combinations that are drawn (default: 0)")
    parser.add_argument("--state", type=Path, help="a file of results so far: a run that is stopped goes on from it")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no port after this time")
    arguments = parser.parse_args()
    chosen = {name: cases for name, cases in groups(arguments.count, arguments.seed).items()
              if not arguments.group or any(text in name for text in arguments.group)}  # fmt: skip
    if arguments.list:
        print("\n".join(f"{len(cases):5} {name}" for name, cases in chosen.items()))
        return
    text = report(chosen, judged(chosen, arguments.state, arguments.jobs, arguments.minutes), arguments.seed)
    print(text)
    if arguments.report:
        arguments.report.write_text(text, encoding="utf-8")


def judged(chosen: Groups, state: Path | None, jobs: int, minutes: float) -> dict[str, Record]:
    """Judge every port that no result is known of."""
    known = read_records(state) if state else {}
    left = {str(case): case for cases in chosen.values() for case in cases if str(case) not in known}
    with ProcessPoolExecutor(jobs) as pool:
        for record in pool.map(partial(judge_before, monotonic() + 60 * minutes), left.values()):
            if record and state:
                append_record(state, record)
            known |= {record.case: record} if record else {}
    return known


def judge_before(deadline: float, case: AnyCase) -> Record | None:
    """Judge a case, or nothing when the time is up; a crash names nothing, and must not end the run."""
    if monotonic() > deadline:
        return None
    try:
        if isinstance(case, Case):
            return judge(case)
        return any_recipe.judge(case) if isinstance(case, FrontEndCase) else foreign.judge(case)
    except Exception as error:
        shown = tuple(map(str, getattr(case, "faults", getattr(case, "changes", ()))))
        return Record(str(case), shown, missed=shown, refused=repr(error))


def groups(count: int, seed: int) -> Groups:
    """Give the ports of the matrix in groups, those first that tell most; `count` of each size and form."""
    strangers = foreign.strangers(("synctalk_2d", "whisper-80", "kaldi-fbank-80", "nemo-80"))
    others = [("library profiles", foreign.libraries()), ("open world", strangers)]
    return dict([*_synctalk(count, seed), *others, *_recipes(count, seed)])


def _synctalk(count: int, seed: int) -> Iterator[tuple[str, Sequence[Case]]]:
    yield "one fault, float32, speech", singles(("speech",), ("float32",))
    yield "no fault", agreeing(CONTENTS, FORMS)
    for size, words in SIZES.items():
        yield f"{words} of real ports, float32", common(size, count, (*CONTENTS, *HARD), "float32", seed)
    for form in FORMS[:2]:
        for size, words in list(SIZES.items())[:2]:
            yield f"{words}, {form}", combined(size, count, CONTENTS, form, seed)
    for content in (*CONTENTS[1:], *HARD):
        yield f"one fault, float32, {content}", singles((content,), ("float32",))
    for form in FORMS[1:]:
        yield f"one fault, {form}, speech", singles(("speech",), (form,))
    for stage in ("features", "padded", "tensors"):
        yield f"one fault, only {stage}", only(stage, singles(("speech",), ("float32",)))
    yield "one fault, only three frames", only("tensors", singles(("speech",), ("text",)))
    minute = [replace(case, samples=_MINUTE) for case in combined(2, count // 2, CONTENTS, "float32", seed + 1)]
    yield "two faults, float32, 60 s of audio", minute


def _recipes(count: int, seed: int) -> Iterator[tuple[str, Sequence[FrontEndCase]]]:
    every = (*CONTENTS, *HARD)
    yield "recipes: no fault", any_recipe.agreeing(FRONT_ENDS, every, FORMS)
    for recipe in FRONT_ENDS:
        yield f"{recipe}: one fault, float32", any_recipe.singles((recipe,), CONTENTS, ("float32",))
        yield f"{recipe}: one fault, float16", any_recipe.singles((recipe,), ("speech",), ("float16",))
        yield f"{recipe}: one fault, text", any_recipe.singles((recipe,), ("speech",), ("text",))
        yield f"{recipe}: one fault, hard recordings", any_recipe.singles((recipe,), HARD, ("float32",))
        for size, words in SIZES.items():
            yield f"{recipe}: {words}", any_recipe.combined(recipe, size, count, every, ("float32",), seed)
        coarse = any_recipe.combined(recipe, 2, count, CONTENTS, FORMS[1:], seed + 1)
        yield f"{recipe}: two faults, float16 and text", coarse


def only(stage: str, ports: Iterable[Case]) -> list[Case]:
    """Give ports of one stage behind the mel spectrogram, to which other than 80 bands do not come."""
    return [replace(case, given=(stage,)) for case in ports if all(fault.id != "n_mels" for fault in case.faults)]


def report(chosen: Groups, known: Mapping[str, Record], seed: int) -> str:
    """Lay out the whole page."""
    done = {name: [known[str(case)] for case in cases if str(case) in known] for name, cases in chosen.items()}
    lines = [line(name, records, len(chosen[name])) for name, records in done.items() if records]
    every = list({record.case: record for records in done.values() for record in records}.values())
    by_fault = {str(fault): [record for record in every if record.alone == str(fault)] for fault in FAULTS}
    alone = table(HEADERS, [line(name, records, len(records)) for name, records in by_fault.items() if records])
    about = ABOUT.format(seed=seed, kinds=len(foreign.KINDS))
    return f"# The fault matrix\n\n{about}\n\n{table(HEADERS, lines)}\n\n" + (
        f"## Each fault alone\n\n{alone}\n\n{failures(every)}"
    )


ABOUT = """Ports with known faults, made by a second implementation that shares no code with the first, are compared
and diagnosed: of SyncTalk_2D's front end whole, and of Whisper, Kaldi, NeMo and HiFi-GAN; then what libraries'
defaults give of this mel, and {kinds} kinds of features that no hypothesis holds (*open world*), which may get no
cause.
*Faults that show*: without them the dump would be another one, beyond its last place, or beyond what the port's own
arithmetic changes. *Of equal values*: named as something that the diagnosis itself says is the same on this
recording, or the recipe that it gives has the port's values in the second implementation, too, with no more changes.
*Missed*: neither, on a port that is out of tolerance. *Recall*: the share of the faults that show that are not
missed. *Wrong names*: causes that no fault of the port is called. *Only nearest*: what is named, and said to be no
cause. The goals are a recall of 99 % with no wrong name for one fault, 95 % for several in float32 and 90 % in
float16, 100, 98 and 95 % of one, two and three faults of the recipes, and no name at all where there is no fault.
Text has six digits, and three frames of the tensors; where *only* something is said, nothing else was given, ports
with other than 80 bands have nothing to give, and what statistics alone would say of other weights, batches or audio,
or of dither, is left unexplained; beside a mel spectrogram it is called nearest, and counts as named. Faults *of real
ports* are drawn as often as such ports have them, the others evenly, all with the seed {seed}, on recordings in turn:
speech, music, the probe, speech 40 dB softer, and speech five times too loud. Ports with several faults compute in
float32. *12 of 100* ports: the run had a time limit. One port a processor was judged at a time, each with an
encoder that uses all of them: alone on the machine it takes less.
Made by `make fault-matrix`."""


def line(name: str, records: Sequence[Record], planned: int) -> list[str]:
    """Give one row of a table."""
    what = ("visible", "named", "valued", "alike", "missed", "wrong", "nearest")
    counts = {each: total(records, each) for each in what}
    times = [
        f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"
        for seconds in ([record.first for record in records], [record.seconds for record in records])
    ]
    ports = str(planned) if len(records) == planned else f"{len(records)} of {planned}"
    visible, missed = counts["visible"], counts["missed"]
    recall = f"{100 * (visible - missed) / visible:.1f} %" if visible else ""
    return [name, ports, *(str(counts[each]) for each in what[:5]), recall, str(counts["wrong"]),
            str(counts["nearest"]), *times]  # fmt: skip


def failures(records: Iterable[Record]) -> str:
    """Say of every missed fault and wrong name where it was."""
    lines = [f"- {record.case}: {what}" for record in records if (what := _failure(record))]
    return "## Missed and wrong\n\n" + ("\n".join(lines) or "None.") + "\n"


def _failure(record: Record) -> str:
    missed, wrong = _named("missed", record.missed), _named("wrong", record.wrong)
    nearest = _named("nearest", record.nearest) if missed else []
    unexplained = ["said to be unexplained"] if record.missed and record.unexplained else []
    refused = [f"refused: {record.refused}"] if record.refused else []
    return "; ".join([*missed, *wrong, *nearest, *unexplained, *refused])


def _named(what: str, names: Sequence[str]) -> list[str]:
    return [f"{what} {', '.join(names)}"] if names else []


if __name__ == "__main__":
    main()

"""The fault matrix: how often the diagnosis names what is wrong with a port, and how often something that is not.

Run with tests/ on PYTHONPATH, where the independent faulty pipeline lies.
"""

import argparse
import os
import statistics
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

from faulty.faults import FAULTS, Fault
from faulty.matrix import Case, Outcome, agreeing, combined, judge, singles, total
from measure import table

_MINUTE = 960_000
CONTENTS = ("speech", "music", "probe")
SIZES = {2: "two faults", 3: "three faults"}
HEADERS = ["", "ports", "faults that show", "named", "with the right value", "indistinguishable", "missed", "recall",
           "wrong names", "seconds to the first finding, median / largest", "in all"]  # fmt: skip
Groups = Mapping[str, list[Case]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="the Markdown file to write")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    parser.add_argument("--quick", action="store_true", help="float32 and speech only, and few combinations")
    parser.add_argument("--count", type=int, default=100, help="combinations of each size and form (default: 100)")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no port after this time")
    arguments = parser.parse_args()
    groups = cases(quick=arguments.quick, count=arguments.count)
    judged = partial(judge_before, monotonic() + 60 * arguments.minutes)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        every = list(pool.map(judged, [case for group in groups.values() for case in group], chunksize=2))
    known = {outcome.case: outcome for outcome in every if outcome}
    text = report(groups, known)
    print(text)
    if arguments.report:
        arguments.report.write_text(text, encoding="utf-8")


def judge_before(deadline: float, case: Case) -> Outcome | None:
    """Judge a case, or nothing when the time is up; a crash names nothing, and must not end the run."""
    if monotonic() > deadline:
        return None
    try:
        return judge(case)
    except Exception as error:
        return Outcome(case, case.faults, refused=repr(error))


def cases(*, quick: bool, count: int) -> Groups:
    """Give the ports of the matrix in groups, those first that tell most; `count` of each size and form."""
    groups = {"no fault": agreeing(("speech",) if quick else CONTENTS, ("float32", "float16", "text"))}
    for form in ("float32",) if quick else ("float32", "float16"):
        for size, words in SIZES.items():
            groups[f"{words}, {form}"] = combined(size, count, CONTENTS, form)
    alone = {f"one fault, float32, {content}": singles((content,), ("float32",)) for content in CONTENTS}
    coarse = {f"one fault, {form}, speech": singles(("speech",), (form,)) for form in ("float16", "text")}
    parts = {f"one fault, only {stage}": only(stage, singles(("speech",), ("float32",)))
             for stage in ("features", "padded", "tensors")}  # fmt: skip
    frames = only("tensors", coarse["one fault, text, speech"])
    first, *others = alone.items()
    more = [*others, *coarse.items(), *parts.items(), ("one fault, only three frames", frames)]
    minute = [replace(case, samples=_MINUTE) for case in combined(2, count // 2, CONTENTS, "float32", seed=1)]
    more += [("two faults, float32, 60 s of audio", minute)]
    return dict([first, *groups.items()]) if quick else dict([first, *groups.items(), *more])


def only(stage: str, ports: Iterable[Case]) -> list[Case]:
    """Give ports of one stage behind the mel spectrogram, to which other than 80 bands do not come."""
    return [replace(case, given=(stage,)) for case in ports if all(fault.id != "n_mels" for fault in case.faults)]


def report(groups: Groups, known: Mapping[Case, Outcome]) -> str:
    """Lay out the whole page."""
    done = {name: [known[case] for case in group if case in known] for name, group in groups.items()}
    every = list(dict.fromkeys(outcome for group in done.values() for outcome in group))
    alone = {fault: [outcome for outcome in every if outcome.case.faults == (fault,)] for fault in FAULTS}
    summary = table(HEADERS, [line(name, group, len(groups[name])) for name, group in done.items() if group])
    by_fault = table(HEADERS, [line(str(fault), group, len(group)) for fault, group in alone.items() if group])
    return f"# The fault matrix\n\n{ABOUT}\n\n{summary}\n\n## Each fault alone\n\n{by_fault}\n\n{failures(every)}"


ABOUT = """Ports with known faults, made by a second implementation of the pipeline that shares no code with the first,
are compared and diagnosed. *Faults that show*: without them the dump would be another one, beyond its last place.
*Indistinguishable*: named as something that the diagnosis itself says is the same on this recording. *Missed*:
neither, on a port that is out of tolerance. *Recall*: the share of the faults that show that are named or said to be
indistinguishable. *Wrong names*: what no fault of the port is called. The goals are a recall of 99 % with no wrong
name for one fault, 95 % for several in float32 and 90 % in float16, and no name at all where there is no fault. Text
has six digits, and three frames of the tensors; where *only* something is said, nothing else was given, ports with
other than 80 bands have nothing to give, and what statistics alone would say of other weights, batches or audio, or
of dither, is left unexplained. Ports with several faults compute in float32, are drawn with a fixed seed, and are of
all three recordings. *12 of 100* ports: the run had a time limit. One port a processor was judged at a time, each with
an encoder that uses all of them: alone on the machine it takes less. Made by `make fault-matrix`."""


def line(name: str, outcomes: Sequence[Outcome], planned: int) -> list[str]:
    counts = {what: total(outcomes, what) for what in ("visible", "named", "valued", "alike", "missed", "wrong")}
    times = [
        f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"
        for seconds in ([outcome.first for outcome in outcomes], [outcome.seconds for outcome in outcomes])
    ]
    ports = str(planned) if len(outcomes) == planned else f"{len(outcomes)} of {planned}"
    visible, missed = counts["visible"], counts["missed"]
    recall = f"{100 * (visible - missed) / visible:.1f} %" if visible else ""
    return [name, ports, *(str(counts[what]) for what in ("visible", "named", "valued", "alike", "missed")), recall,
            str(counts["wrong"]), *times]  # fmt: skip


def failures(outcomes: Iterable[Outcome]) -> str:
    """Say of every missed fault and wrong name where it was."""
    lines = [f"- {outcome.case}: {what}" for outcome in outcomes if (what := _failure(outcome))]
    return "## Missed and wrong\n\n" + ("\n".join(lines) or "None.") + "\n"


def _failure(outcome: Outcome) -> str:
    missed, wrong = _named("missed", outcome.missed), _named("wrong", outcome.wrong)
    unexplained = ["said to be unexplained"] if outcome.missed and outcome.unexplained else []
    refused = [f"refused: {outcome.refused}"] if outcome.refused else []
    return "; ".join([*missed, *wrong, *unexplained, *refused])


def _named(what: str, names: Iterable[Fault | str]) -> list[str]:
    joined = ", ".join(map(str, names))
    return [f"{what} {joined}"] if joined else []


if __name__ == "__main__":
    main()

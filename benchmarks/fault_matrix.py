"""The fault matrix: how often the diagnosis names what is wrong with a port, and how often something that is not.

Run with tests/ on PYTHONPATH, where the independent faulty pipeline lies.
"""

import argparse
import os
import statistics
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from faulty.faults import FAULTS, Fault
from faulty.matrix import Case, Outcome, agreeing, combined, judge, singles, total
from faulty.pipeline import STEPS
from measure import table

CONTENTS = ("speech", "music", "probe")
FORMS = tuple(STEPS)
HEADERS = ["", "ports", "faults that show", "named", "with the right value", "alike", "missed", "wrong names",
           "seconds, median / largest"]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="the Markdown file to write")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    parser.add_argument("--quick", action="store_true", help="float32 and speech only, and few combinations")
    arguments = parser.parse_args()
    groups = cases(quick=arguments.quick)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        outcomes = {name: list(pool.map(judge, group, chunksize=8)) for name, group in groups.items()}
    text = report(outcomes)
    print(text)
    if arguments.report:
        arguments.report.write_text(text, encoding="utf-8")


def cases(*, quick: bool) -> dict[str, list[Case]]:
    """Give the ports of the matrix in groups."""
    if quick:
        return {
            "one fault, float32": singles(("speech",), ("float32",)),
            "two faults, float32": combined(2, 20, CONTENTS, "float32"),
            "no fault": agreeing(("speech",), FORMS),
        }
    groups = {f"one fault, {form}": singles(CONTENTS, (form,)) for form in FORMS}
    for size, words in ((2, "two faults"), (3, "three faults"), (4, "four faults"), (6, "six faults")):
        for form in ("float32", "float16"):
            groups[f"{words}, {form}"] = combined(size, 100 if size < 4 else 30, CONTENTS, form)
    groups["one fault, only the mel"] = [replace(case, until="mel") for case in singles(CONTENTS, ("float32",))]
    return groups | {"no fault": agreeing((*CONTENTS, "noise"), FORMS)}


def report(outcomes: dict[str, list[Outcome]]) -> str:
    """Lay out the whole page."""
    every = [outcome for group in outcomes.values() for outcome in group]
    alone = {fault: [outcome for outcome in every if outcome.case.faults == (fault,)] for fault in FAULTS}
    summary = table(HEADERS, [line(name, group) for name, group in outcomes.items()])
    by_fault = table(HEADERS, [line(str(fault), group) for fault, group in alone.items() if group])
    return f"# The fault matrix\n\n{ABOUT}\n\n{summary}\n\n## Each fault alone\n\n{by_fault}\n\n{failures(every)}"


ABOUT = """Ports with known faults, made by a second implementation of the pipeline that shares no code with the first,
are compared and diagnosed. *Faults that show*: without them the dump would be another one, beyond its last place.
*Alike*: named as something that the diagnosis itself says is indistinguishable on this recording. *Missed*: neither, on
a port that is out of tolerance. *Wrong names*: what no fault of the port is called. Combined faults are in ports that
compute in float32; text has six digits and three frames. Made by `make fault-matrix`."""


def line(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    counts = [total(outcomes, what) for what in ("visible", "named", "valued", "alike", "missed", "wrong")]
    seconds = [outcome.seconds for outcome in outcomes]
    times = f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"
    return [name, str(len(outcomes)), *map(str, counts), times]


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

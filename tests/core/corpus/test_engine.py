"""Handing out work: everything is done once, and what fails by the machine is done again, alone."""

from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from framescope.core.corpus.engine import ENDED, stream
from framescope.core.corpus.job import Task
from framescope.core.corpus.outcome import Outcome

FINE, ENDS, FAILS = "fine", "ends", "fails"


@dataclass
class Scripted:
    """An engine whose tasks do what a script says, one word an attempt; one that ends takes all others with it."""

    script: dict[int, list[str]]
    ahead: int = 3
    retries: bool = False
    hands_back: bool = False
    begun: list[int] = field(default_factory=list)
    renewed: int = 0
    open: list["Future[Outcome]"] = field(default_factory=list)

    def submit(self, task: Task) -> "Future[Outcome]":
        self.begun.append(task.number)
        word = self.script.get(task.number, [FINE]).pop(0) if self.script.get(task.number) else FINE
        future: Future[Outcome] = Future()
        if word == ENDS:
            for other in (*self.open, future):
                if not other.done():
                    other.set_exception(BrokenExecutor())
            self.open = []
        elif word == FAILS:
            future.set_result(Outcome("machine", error="no memory"))
        else:
            future.set_result(Outcome("compared", str(task.number)))
        return future

    def outcome(self, future: "Future[Outcome]") -> Outcome | None:
        try:
            return future.result()
        except BrokenExecutor:
            return None

    def renew(self) -> None:
        self.renewed += 1

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("script", "machine", "renewed"),
    [
        ({}, {}, 0),
        ({2: [FAILS]}, {}, 0),
        ({2: [FAILS, FAILS]}, {2: "no memory"}, 0),
        ({2: [ENDS]}, {}, 1),
        ({2: [ENDS, ENDS]}, {2: ENDED}, 2),
        ({2: [ENDS, ENDS], 5: [ENDS, FAILS]}, {2: ENDED, 5: "no memory"}, 3),
    ],
)
def test_every_task_has_one_outcome(script: dict[int, list[str]], machine: dict[int, str], renewed: int) -> None:
    engine = Scripted(script)
    came = {task.number: outcome for task, outcome in stream(engine, (Task(n, Path("a.wav")) for n in range(8)))}
    assert {n: outcome.error for n, outcome in came.items() if outcome.state == "machine"} == machine
    assert sorted(came) == [*range(8)]
    assert engine.renewed == renewed


def test_an_engine_that_retries_itself_is_believed() -> None:
    engine = Scripted({1: [FAILS]}, retries=True)
    came = [outcome.state for _, outcome in stream(engine, [Task(1, Path("a.wav"))])]
    assert (came, engine.begun) == (["machine"], [1])


def test_no_more_is_handed_out_than_is_worked_at() -> None:
    engine = Scripted({})
    outcomes = stream(engine, (Task(n, Path("a.wav")) for n in range(1000)))
    next(outcomes)
    assert len(engine.begun) == engine.ahead
    outcomes.close()

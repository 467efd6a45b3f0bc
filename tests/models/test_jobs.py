"""Jobs: newest wins, cancelled and failed ones are told apart, and no thread outlives them."""

import gc
import logging
import os
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from framescope.core.base.errors import InputError
from framescope.core.base.progress import Tick
from framescope.models.jobs import Jobs
from PySide6.QtCore import QCoreApplication, QThread, QTimer

PATIENCE = 30.0
"""Seconds after which a test that waits for a condition has failed."""


class Gate:
    """Work that is under way until it is let go or cancelled."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()
        self.cancelled = False

    def __call__(self, tick: Tick) -> str:
        self.begun.set()
        try:
            while not self.open.wait(0.001):
                tick(0, 1)
            tick(1, 1)
        except BaseException:
            self.cancelled = True
            raise
        return "done"


def test_work_runs_elsewhere_and_its_result_arrives_here(jobs: Jobs) -> None:
    threads: list[Any] = []
    jobs.submit(
        "a", lambda tick: QThread.currentThread(), lambda worker: threads.extend([worker, QThread.currentThread()])
    )
    assert jobs.busy
    assert jobs.wait_idle(PATIENCE)
    assert threads[0] is not threads[1] is jobs.thread()


def test_results_wait_for_the_event_loop(jobs: Jobs) -> None:
    gate, results = Gate(), list[str]()
    gate.open.set()
    jobs.submit("a", gate, results.append)
    assert gate.begun.wait(PATIENCE)
    assert results == []
    assert jobs.wait_idle(PATIENCE)
    assert results == ["done"]


def test_the_newest_of_a_channel_wins_and_channels_do_not_meet(jobs: Jobs) -> None:
    old, new, other, results = Gate(), Gate(), Gate(), list[str]()
    jobs.submit("a", old, lambda _: results.append("old"))
    assert old.begun.wait(PATIENCE)
    jobs.submit("a", new, lambda _: results.append("new"))
    jobs.submit("b", other, lambda _: results.append("other"))
    new.open.set()
    other.open.set()
    assert jobs.wait_idle(PATIENCE)
    assert sorted(results) == ["new", "other"]
    jobs.close()
    assert old.cancelled
    assert not other.cancelled


def test_a_result_that_is_on_its_way_when_it_is_cancelled_is_dropped(jobs: Jobs, qtbot: Any) -> None:
    results: list[Any] = []
    arrived = threading.Event()
    jobs.submit("a", lambda tick: arrived.set(), results.append)
    assert arrived.wait(PATIENCE)
    jobs.cancel("a")
    after = Gate()
    after.open.set()
    jobs.submit("b", after, results.append)
    assert jobs.wait_idle(PATIENCE)
    assert results == ["done"]


def test_200_submissions_newest_wins(jobs: Jobs) -> None:
    results: list[int] = []
    finished: list[str] = []
    jobs.finished.connect(finished.append)

    def count(number: int) -> Callable[[Tick], int]:
        def work(tick: Tick) -> int:
            for done in range(5):
                tick(done, 5)
            return number

        return work

    for number in range(200):
        jobs.submit(f"channel {number % 4}", count(number), results.append)
    assert jobs.wait_idle(PATIENCE)
    assert sorted(results) == [196, 197, 198, 199]
    assert sorted(finished) == [f"channel {number}" for number in range(4)]


def test_200_exceptions_are_all_announced(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    errors: list[tuple[str, str]] = []
    jobs.failed.connect(lambda channel, error: errors.append((channel, str(error))))

    def fail(number: int) -> Callable[[Tick], None]:
        def work(tick: Tick) -> None:
            raise InputError(f"error {number}")

        return work

    for number in range(200):
        jobs.submit(str(number), fail(number), lambda _: None)
    assert jobs.wait_idle(PATIENCE)
    assert sorted(errors) == sorted((str(number), f"error {number}") for number in range(200))
    assert not caplog.records  # these are the user's, and are shown


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (ZeroDivisionError("boom"), "work"),
        (MemoryError("boom"), "work"),
        (SystemExit("boom"), "work"),
        (ZeroDivisionError("boom"), "done"),
    ],
)
def test_an_unexpected_error_is_announced_and_logged(
    jobs: Jobs, error: BaseException, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []
    jobs.failed.connect(lambda *said: told.append(said))
    jobs.finished.connect(told.append)

    def raise_it(_: Any) -> None:
        raise error

    with caplog.at_level(logging.ERROR):
        jobs.submit(
            "a", raise_it if where == "work" else lambda tick: None, raise_it if where == "done" else told.append
        )
        assert jobs.wait_idle(PATIENCE)
    assert told == [("a", error), "a"]
    assert "boom" in caplog.text


def test_cancelled_while_it_runs(jobs: Jobs) -> None:
    gate, told = Gate(), list[Any]()
    for signal in (jobs.failed, jobs.finished):
        signal.connect(lambda *said: told.append(said))
    jobs.submit("a", gate, told.append)
    assert gate.begun.wait(PATIENCE)
    jobs.cancel("a")
    assert not jobs.busy
    jobs.cancel("a")
    jobs.close()
    assert gate.cancelled
    assert told == [("a",)]


def test_a_result_may_lead_to_the_next_job(jobs: Jobs) -> None:
    results: list[int] = []
    finished: list[str] = []
    jobs.finished.connect(finished.append)

    def proceed(number: int) -> None:
        results.append(number)
        if number < 10:
            jobs.submit("a", lambda tick: number + 1, proceed)

    proceed(0)
    assert jobs.wait_idle(PATIENCE)
    assert results == list(range(11))
    assert finished == ["a"]


def test_progress_is_announced_here_and_not_too_often(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100_000))
    monkeypatch.setattr("framescope.models.jobs.monotonic", lambda: next(clock) / 1000)  # a tick a millisecond
    told: list[tuple[str, int, int]] = []
    jobs.progress.connect(lambda *said: told.append(said))
    jobs.submit("a", lambda tick: [tick(done, 1 << 40) for done in range(10_000)], lambda _: None)
    assert jobs.wait_idle(PATIENCE)
    assert told[0] == ("a", 0, 1 << 40)
    assert 290 <= len(told) <= 301


def test_waiting_gives_up(jobs: Jobs) -> None:
    jobs.submit("a", Gate(), lambda _: None)
    assert not jobs.wait_idle(0.01)
    assert jobs.busy


def test_closed_while_running_nothing_arrives_and_no_thread_is_left(qtbot: Any) -> None:
    tasks = Path("/proc/self/task")
    before = len(list(tasks.iterdir())) if tasks.is_dir() else 0
    results: list[Any] = []
    for _ in range(20):
        jobs, gates = Jobs(), [Gate() for _ in range(6)]
        for number, gate in enumerate(gates):
            jobs.submit(str(number), gate, results.append)
        assert gates[0].begun.wait(PATIENCE)
        jobs.close()
        jobs.submit("late", gates[0], results.append)
        assert not jobs.busy
        assert all(gate.cancelled or not gate.begun.is_set() for gate in gates)
        jobs.deleteLater()
    QCoreApplication.processEvents()  # queued results, if any, would arrive now
    assert results == []
    if before:
        qtbot.waitUntil(lambda: len(list(tasks.iterdir())) <= before)


def test_what_is_called_with_a_result_is_not_kept(jobs: Jobs) -> None:
    class View:
        def show(self, _: object) -> None: ...

    gate, view = Gate(), View()
    alive = weakref.ref(view)
    jobs.submit("a", gate, view.show)
    assert gate.begun.wait(PATIENCE)
    jobs.cancel("a")  # the work is still under way, on its thread
    del view
    gc.collect()
    assert alive() is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no niceness of its own")
def test_work_gives_way_to_the_gui_thread(jobs: Jobs) -> None:
    found: list[int] = []
    jobs.submit("nice", lambda _: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), found.append)
    assert jobs.wait_idle(5)
    assert found[0] > os.getpriority(os.PRIO_PROCESS, 0) or found == [19]


def test_what_is_quick_waits_for_nothing_that_takes_long(jobs: Jobs) -> None:
    long, shown = [Gate() for _ in range(4)], list[str]()
    for number, gate in enumerate(long):
        jobs.submit(f"long {number}", gate, lambda _: None)
    jobs.submit_quick("values", lambda _: "figures", shown.append)
    while not shown:
        assert not jobs.wait_idle(0.01)
    assert shown == ["figures"]
    assert not any(gate.open.is_set() for gate in long)
    jobs.cancel_all()


def test_every_result_has_a_turn_of_the_event_loop(jobs: Jobs) -> None:
    """So that the window draws what one has changed before it takes the next."""
    turns, gates = list[int](), [Gate() for _ in range(3)]
    turn = QTimer(interval=0)
    turn.timeout.connect(lambda: turns.append(0))
    turn.start()
    taken: list[int] = []
    for number, gate in enumerate(gates):
        gate.open.set()
        submit = jobs.submit_quick if number == 2 else jobs.submit
        submit(f"{number}", gate, lambda _: taken.append(len(turns)))
    for gate in gates:
        assert gate.begun.wait(PATIENCE)
    assert jobs._pool.waitForDone()
    assert jobs._quick.waitForDone()
    assert jobs.wait_idle(PATIENCE)
    assert len(set(taken)) == len(gates)

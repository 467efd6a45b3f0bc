"""A corpus on a Dask cluster of two workers on this machine: the same result, whatever becomes of a worker."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import framescope
import pytest
from framescope import InputError
from framescope.core.corpus.library import corpus
from helpers import signals
from helpers.corpora import content, make_corpus

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from dask import config

    with (
        config.set({"distributed.comm.timeouts.connect": "60s", "distributed.nanny.environ.PYTHONWARNINGS": "ignore"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
        ) as local,
    ):
        yield local


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("made"), signals.speech_like(16000 * 20), 10, seconds=0.4, seed=5)


@pytest.fixture(scope="module")
def compared(made: Path) -> Path:
    results = made.parent / "whole.sqlite"
    with corpus(made, results=results, diagnose=False, workers=1) as here:
        here.run()
    return results


@pytest.mark.parametrize("send", [False, True], ids=["found by path", "sent"])
def test_a_cluster_gives_the_same_result(send: bool, made: Path, compared: Path, cluster: Any, tmp_path: Path) -> None:
    results = tmp_path / "cluster.sqlite"
    address = cluster.scheduler_address
    with corpus(made, results=results, diagnose=False, scheduler=address, send=send) as there:
        there.run()
    assert content(results) == content(compared)


def test_a_worker_that_is_killed_loses_nothing(made: Path, compared: Path, cluster: Any, tmp_path: Path) -> None:
    results = tmp_path / "killed.sqlite"
    with corpus(made, results=results, diagnose=False, scheduler=cluster.scheduler_address) as there:
        for number, _ in enumerate(there):
            if number == 1:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
    assert content(results) == content(compared)


def test_what_is_computed_elsewhere_comes_back(made: Path, cluster: Any, tmp_path: Path) -> None:
    address = cluster.scheduler_address
    audio = made.parent / "audio"
    with corpus(audio, stages=("mel",), results=tmp_path / "set", scheduler=address, send=True) as there:
        assert [done.outcome.state for done in there] == ["computed"] * 10
    assert len((tmp_path / "set" / "index.jsonl").read_text().splitlines()) == 10


def test_a_scheduler_that_is_not_there_is_one_sentence(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.core.corpus.engine._SECONDS_TO_CONNECT", 0.5)
    with (
        framescope.corpus(made, diagnose=False, scheduler="tcp://127.0.0.1:9") as nowhere,
        pytest.raises(InputError, match=r"tcp://127.0.0.1:9: no scheduler can be reached there"),
    ):
        nowhere.run()

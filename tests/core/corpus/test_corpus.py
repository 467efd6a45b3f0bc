"""A corpus at work on this machine: its map, going on, doing anew what changed, ended workers, and the data set."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import psutil
import pytest
from framescope import InputError
from framescope.core.corpus.dataset import DataSet
from framescope.core.corpus.job import Settings, Task, Worker, do_task
from framescope.core.corpus.shards import read_header
from helpers import signals
from helpers.corpora import CAUSES, content, make_corpus

SPEECH = signals.speech_like(16000 * 20)
PROCESSES = 1
"""Enough for everything but what two do at a time: a process takes a second to begin."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve recordings with a manifest, one of them no recording at all, and one without its dump."""
    folder = tmp_path_factory.mktemp("made")
    manifest = make_corpus(folder, SPEECH, 12, seconds=0.4, seed=5)
    (folder / "audio" / "bad.wav").write_bytes(b"no sound")
    with manifest.open("a") as file:
        file.write("audio/bad.wav,port/00000.npy,16000,1,normal,phone\n")
        file.write("audio/00000.wav,,16000,1,normal,phone\n")
    return manifest


@pytest.fixture(scope="module")
def compared(made: Path) -> Path:
    with framescope.corpus(made, results=made.parent / "whole.sqlite", workers=PROCESSES) as corpus:
        corpus.run()
    return made.parent / "whole.sqlite"


def states(corpus: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for done in corpus:
        found[done.outcome.state] = found.get(done.outcome.state, 0) + 1
    return found


def test_the_causes_lie_on_exactly_their_groups(compared: Path) -> None:
    table = framescope.corpus_table(compared)
    causes = {str(cause): has for cause, has in table.causes.items()}
    done = table.compared
    for name, (column, value) in CAUSES.items():
        meant = (table.groups[column] == value) & done
        np.testing.assert_array_equal(causes.pop(name, np.zeros(len(table), bool)), meant, name)
    assert causes == {}
    assert (table.state == "failed").sum() == (table.state == "no dump").sum() == 1


def test_a_bad_recording_stops_nothing_and_says_why(compared: Path) -> None:
    table = framescope.corpus_table(compared)
    (row,) = np.flatnonzero(table.state == "failed")
    assert table.error[row].startswith(f"{table.root / 'audio' / 'bad.wav'}: is not a readable recording")


def test_what_is_known_is_not_done_again_and_what_changed_is(made: Path, compared: Path, tmp_path: Path) -> None:
    port = made.parent / "port" / "00003.npy"
    with framescope.corpus(made, results=compared, workers=PROCESSES) as corpus:
        assert states(corpus) == {"unchanged": 13}
    before, old = content(compared), port.read_bytes()
    try:
        np.save(port, np.load(port) + 1)
        with framescope.corpus(made, results=compared, workers=PROCESSES) as corpus:
            assert states(corpus) == {"unchanged": 12, "compared": 1}
        assert content(compared) != before
    finally:
        port.write_bytes(old)
    with framescope.corpus(made, results=compared, workers=PROCESSES) as corpus:
        assert states(corpus) == {"unchanged": 12, "compared": 1}
    assert content(compared) == before


def test_other_tolerances_are_another_result(made: Path, compared: Path) -> None:
    with framescope.corpus(made, results=compared, profile="exact", diagnose=False, workers=PROCESSES) as corpus:
        identities = corpus.settings.identity
    assert identities != Settings(profile=framescope.load_profile()).identity


def test_a_worker_that_is_killed_loses_nothing(made: Path, compared: Path, tmp_path: Path) -> None:
    results = tmp_path / "killed.sqlite"
    with framescope.corpus(made, results=results, workers=2) as corpus:
        for number, _ in enumerate(corpus):
            if number == 1:
                os.kill(workers()[0], signal.SIGKILL)
    assert content(results) == content(compared)


def workers() -> list[int]:
    children = psutil.Process().children()
    return [child.pid for child in children if any("LokyProcess" in word for word in child.cmdline())]


def test_one_process_at_a_time_writes_results(made: Path, compared: Path) -> None:
    with (
        framescope.corpus(made, results=compared, workers=PROCESSES),
        pytest.raises(InputError, match="another process is writing these results"),
    ):
        framescope.corpus(made, results=compared)


def test_the_table_is_columns(made: Path, compared: Path) -> None:
    with framescope.corpus(made, results=compared, workers=PROCESSES) as corpus:
        columns, arrow = corpus.table(), corpus.to_arrow()
    assert {len(column) for column in columns.values()} == {14}
    assert {"audio", "verdict", "mel.rmse", "group.device", "unexplained"} <= {*columns}
    assert arrow.num_rows == 14
    assert arrow.column_names == [*columns]


# What one recording becomes, in this process.


def settings(**more: Any) -> Settings:
    return replace(Settings(profile=framescope.load_profile()), **more)


@pytest.fixture
def one(tmp_path: Path) -> Task:
    make_corpus(tmp_path, SPEECH, 1, seconds=0.4)
    return Task(0, tmp_path / "audio" / "00000.wav", tmp_path / "port" / "00000.npy")


def test_a_dump_that_may_be_missing_is_no_failure(one: Task, tmp_path: Path) -> None:
    worker = Worker(settings(), "identity")
    assert worker.do(replace(one, port=tmp_path / "none", optional=True)).state == "no dump"
    missing = worker.do(replace(one, port=tmp_path / "none"))
    assert (missing.state, missing.error.count("does not exist")) == ("failed", 1)


@pytest.mark.parametrize(
    ("error", "state", "sentence"),
    [
        (MemoryError(), "machine", "there was not enough memory"),
        (OSError(28, "No space left on device"), "machine", "No space left on device"),
        (framescope.core.base.errors.MachineError("took too long"), "machine", "took too long"),
        (InputError("is damaged"), "failed", "is damaged"),
        (ZeroDivisionError("a fault of ours"), "failed", "a fault of ours"),
    ],
)
def test_what_fails_by_the_machine_is_done_again_another_time(
    error: Exception, state: str, sentence: str, one: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("framescope.core.corpus.job.compare", fail)
    outcome = Worker(settings(), "identity").do(one)
    assert (outcome.state, bool(outcome.key)) == (state, state == "failed")
    assert sentence in outcome.error


def test_what_is_sent_is_compared_as_what_is_found(one: Task) -> None:
    from framescope.core.corpus.content import pack

    found = do_task(settings(), "a", one)
    sent = do_task(settings(), "a", replace(one, sent=pack(one.audio, one.port)))
    assert replace(found, seconds=0) == replace(sent, seconds=0)
    one.audio.write_bytes(b"no sound")
    found = do_task(settings(), "a", one)
    sent = do_task(settings(), "a", replace(one, sent=pack(one.audio, one.port)))
    assert (found.state, found.error, found.key) == (sent.state, sent.error, sent.key)


def test_a_recipe_is_compared_with_what_its_port_wrote(one: Task, tmp_path: Path) -> None:
    recipe = framescope.recipe("kaldi-fbank-80")
    framescope.write_dump(framescope.compute(one.audio, recipe), tmp_path / "fbank")
    outcome = Worker(settings(recipe=recipe), "identity").do(replace(one, port=tmp_path / "fbank"))
    assert (outcome.state, outcome.error) == ("compared", "")
    assert outcome.verdict in {"identical", "agree"}


# The data set.


@pytest.fixture(scope="module")
def data_set(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set") / "data"
    with framescope.corpus(made.parent / "audio", stages=(), results=folder, workers=PROCESSES) as corpus:
        assert states(corpus) == {"computed": 12, "failed": 1}
    return folder


def test_a_data_set_is_read_with_its_index_alone(made: Path, data_set: Path) -> None:
    from safetensors import safe_open

    lines = [json.loads(line) for line in (data_set / "index.jsonl").read_text().splitlines()]
    assert len(lines) == 12
    line = lines[3]
    run = framescope.compute(made.parent / "audio" / line["audio"], encoder="stand-in")
    with safe_open(data_set / line["shard"], "np") as shard:
        for stage in ("mel", "features"):
            values = shard.get_tensor(line["tensors"][stage]["name"])
            assert list(values.shape) == line["tensors"][stage]["shape"]
            np.testing.assert_allclose(values, np.asarray(run[stage]), atol=5e-5)
    assert line["groups"]["rate"] in {"16000", "44100"}
    assert json.loads((data_set / "dataset.json").read_text())["schema"] == "framescope-dataset/1"


def test_a_data_set_is_gone_on_with(made: Path, data_set: Path) -> None:
    shards = sorted(data_set.glob("*.safetensors"))
    (data_set / "parts" / "leftover.safetensors").write_bytes(b"of a run that was killed")
    with framescope.corpus(made.parent / "audio", stages=(), results=data_set, workers=PROCESSES) as corpus:
        assert states(corpus) == {"unchanged": 13}
    assert sorted(data_set.glob("*.safetensors")) == shards
    assert not [*(data_set / "parts").iterdir()]


def test_parts_become_shards_of_a_size(made: Path, data_set: Path, tmp_path: Path, monkeypatch: Any) -> None:
    size = read_header(next(data_set.glob("*.safetensors")))[0][-1].start
    monkeypatch.setattr(DataSet.__init__, "__defaults__", (size // 3,))
    with framescope.corpus(
        made.parent / "audio", stages=("mel",), results=tmp_path / "small", workers=PROCESSES
    ) as corpus:
        corpus.run()
    names = [tensor.name for shard in (tmp_path / "small").glob("*.safetensors") for tensor in read_header(shard)[0]]
    assert len(names) == len({*names}) == 12


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"stages": ("melody",)}, "there is no stage 'melody'; use audio, mel"),
        ({"stages": ()}, "what is computed has to be kept; name the folder"),
        ({"send": True}, "nothing is sent without a cluster"),
        ({"port": None}, "no recording has a dump: name a pattern"),
        ({"encoder": "none.onnx"}, "none.onnx: does not exist"),
    ],
)
def test_what_cannot_be_is_refused_at_once(how: dict[str, Any], sentence: str, made: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        framescope.corpus(made.parent / "audio", **{"port": "{stem}", **how})

"""`framescope corpus`: what it prints and writes, its exit codes, its baseline, and what a kill leaves."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import framescope
import numpy as np
import psutil
import pytest
from framescope.app.__main__ import main
from helpers import signals
from helpers.corpora import content, make_corpus

SPEECH = signals.speech_like(16000 * 20)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six recordings whose port agrees, and whose port is 1 too large in all but the first two."""
    folder = tmp_path_factory.mktemp("made")
    make_corpus(folder, SPEECH, 6, seconds=0.4, seed=5)
    (folder / "worse").mkdir()
    for audio in sorted((folder / "audio").iterdir()):
        mel = np.asarray(framescope.compute(audio, until="mel")["mel"])
        np.save(folder / "port" / f"{audio.stem}.npy", mel)
        np.save(folder / "worse" / f"{audio.stem}.npy", mel + (audio.stem > "00001"))
    return folder


def corpus(made: Path, *words: str, port: str = "port") -> int:
    pattern = str(made / port / "{stem}.npy")
    return main(["corpus", str(made / "audio"), "--port", pattern, "--no-diagnose", "--workers", "1", *words])


def test_the_exit_code_is_that_of_compare(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, worse, page, data = (tmp_path / name for name in ("good.sqlite", "worse.sqlite", "map.html", "map.json"))
    assert corpus(made, "-o", str(good)) == 0
    assert "0 of 6 recordings differ, 100 % agree" in capsys.readouterr().out
    assert corpus(made, "-o", str(worse), "--html", str(page), "--json", str(data), port="worse") == 1
    assert json.loads(data.read_text())["counts"]["differ"] == 4
    assert "4 differ" in page.read_text()
    assert corpus(made, "-o", str(good), "--baseline", str(worse)) == 0
    assert "against the baseline: 4 better" in capsys.readouterr().out
    assert corpus(made, "-o", str(worse), "--baseline", str(good), "--json", "-", port="worse") == 1
    assert [each["change"] for each in json.loads(capsys.readouterr().out)["baseline"]] == ["worse"] * 4


def test_one_that_fails_is_exit_code_2_and_does_not_stop_the_others(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = made / "some.csv"
    manifest.write_text("audio,port\naudio/00000.wav,port/00000.npy\naudio/none.wav,port/00001.npy\n")
    assert main(["corpus", str(manifest), "-o", str(tmp_path / "r.sqlite"), "--workers", "1", "--no-diagnose"]) == 2
    out = capsys.readouterr().out
    assert "0 of 1 recordings differ, 100 % agree, 1 failed" in out
    assert "none.wav: does not exist" in out


def test_a_data_set_is_computed(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["corpus", str(made / "audio"), "--run", "--stages", "mel", "-o", str(tmp_path / "set"), "--workers", "1"]
    assert main(words) == 0
    assert "6 of 6 recordings computed: mel" in capsys.readouterr().out
    assert len((tmp_path / "set" / "index.jsonl").read_text().splitlines()) == 6


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--stages", "mel"), "--stages mel: says what --run computes"),
        (("--run", "--json", "x.json"), "--json: says something of a comparison"),
        (("--baseline", "none.sqlite"), "none.sqlite: does not exist; name the results"),
        (("--recipe", "whisper-80", "--fps", "30"), "--fps is an option of SyncTalk_2D alone"),
        (("--port", "nowhere/{stem}", "-o", "r.sqlite"), "no recording has a dump; look at --port"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    words: tuple[str, ...], sentence: str, made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["corpus", str(made / "audio"), *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_a_run_that_is_killed_is_gone_on_with(made: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.sqlite", tmp_path / "killed.sqlite"
    corpus(made, "-o", str(whole), port="worse")
    pattern = str(made / "worse" / "{stem}.npy")
    words = [str(made / "audio"), "--port", pattern, "--no-diagnose", "-o", str(killed), "--workers", "1"]
    process = subprocess.Popen([sys.executable, "-m", "framescope", "corpus", *words], stdout=subprocess.DEVNULL)
    while process.poll() is None and not done(killed):
        os.sched_yield()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert done(killed)
    corpus(made, "-o", str(killed), port="worse")
    assert content(killed) == content(whole)


def test_ctrl_c_leaves_results_that_are_gone_on_with(made: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    for folder in ("audio", "port"):
        (many / folder).mkdir(parents=True)
        for number in range(120):
            source = sorted((made / folder).iterdir())[number % 6]
            (many / folder / f"{number:03}{source.suffix}").symlink_to(source)
    results = tmp_path / "r.sqlite"
    words = [str(many / "audio"), "--port", str(many / "port" / "{stem}.npy"), "--no-diagnose", "-o", str(results)]
    reader, terminal = os.openpty()
    command = [sys.executable, "-m", "framescope", "corpus", *words, "--workers", "1"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what is ignored here is ignored there
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=terminal, start_new_session=True)
    signal.signal(signal.SIGINT, before)
    os.close(terminal)
    shown = b""
    while not re.search(rb"recordings .*[1-9]\d*/120\S* \d+\.\d/s \S*\d:\d\d:\d\d", shown):
        shown += os.read(reader, 4096)
    workers = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    with suppress(OSError):  # which is how a terminal that nobody writes to any more ends
        while part := os.read(reader, 4096):
            shown += part
    os.close(reader)
    assert process.wait() == 130
    assert b"the same command goes on from there" in shown
    _, left = psutil.wait_procs(workers, timeout=30)
    assert workers
    assert not left
    before = done(results)
    assert 0 < before < 120
    assert main(["corpus", *words, "--workers", "1"]) == 0
    assert done(results) == 120


def done(results: Path) -> int:
    """Tell how many recordings are in the results so far."""
    try:
        return int((framescope.corpus_table(results).state == "compared").sum())
    except framescope.InputError:  # it is only being made
        return 0

"""The port's own command: confirmed before it runs, run without a shell, and ended when nobody wants it."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.models import port_command
from framescope.models.jobs import Jobs
from framescope.models.port_command import MAX_CHARACTERS, MAX_LINES, PortCommand, arguments, command_line
from framescope.models.recording import RecordingModel
from framescope.models.runs import Runs
from framescope.models.timeline import Timeline
from helpers import dumps

PATIENCE = 60_000
AUDIO = Path("/some/voice; rm -rf $HOME.wav")


@pytest.fixture
def runs(qtbot: Any) -> Iterator[Runs]:
    jobs, timeline = Jobs(), Timeline()
    recording = RecordingModel(timeline, jobs)
    runs = Runs(recording, timeline, jobs)
    yield runs
    runs.close()
    jobs.close()


@pytest.fixture
def command(runs: Runs, tmp_path: Path) -> Iterator[PortCommand]:
    command = PortCommand(runs, runs.add(tmp_path / "out folder"))
    yield command
    command.close()


def python(code: str, *words: str) -> str:
    return shlex.join([sys.executable, "-c", code, *words])


def started(command: PortCommand, text: str) -> None:
    command.set_text(text)
    command.confirm()
    command.start(AUDIO)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("./port {audio} {out}", ["./port", "/a b/x.wav", "/o/{audio}"]),
        ("port --wav={audio} '--to={out}/mel.bin'", ["port", "--wav=/a b/x.wav", "--to=/o/{audio}/mel.bin"]),
        ('port "a b" ; rm $HOME `id` > x', ["port", "a b", ";", "rm", "$HOME", "`id`", ">", "x"]),
        ("port {other} {}", ["port", "{other}", "{}"]),
    ],
)
def test_words_and_placeholders(text: str, expected: list[str]) -> None:
    assert arguments(text, Path("/a b/x.wav"), Path("/o/{audio}")) == expected


@pytest.mark.parametrize("text", ["", "   ", "port 'open", "''"])
def test_what_is_no_command(text: str) -> None:
    with pytest.raises(InputError, match="such as"):
        arguments(text, AUDIO, AUDIO)


HOSTILE = [
    "b; touch INJ; .wav",
    "$(touch INJ).wav",
    "`touch INJ`.wav",
    "'; touch INJ; '.wav",
    '"; touch INJ; ".wav',
    "a\ntouch INJ\n.wav",
]
TOUCHING = [
    "sh -c {audio}",
    "sh -c 'true {audio}'",
    "sh -c 'true \"{audio}\"'",
    "env sh -ec 'true {out}'",
    "sh -c -- {audio}",
    "bash -lc {out}",
    "perl -e {audio}",
    "eval true {audio}",
    "ssh host port {audio}",
    "cmd /c port {out}",
    "python3 -c 'open(\"{audio}\")'",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("text", TOUCHING)
def test_a_name_never_becomes_part_of_a_program(text: str, name: str) -> None:
    with pytest.raises(InputError, match=r"could run as part of .* give it as an argument") as caught:
        arguments(text, Path("/a", name), Path("/o", name))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", TOUCHING)
def test_plain_names_may_stand_in_a_script(text: str) -> None:
    words = arguments(text, Path("/a/ü_1-2.wav"), Path("/a/ü_1-2.wav"))
    assert "/a/ü_1-2.wav" in " ".join(words)


@pytest.mark.parametrize("name", [*HOSTILE, "-rf .wav"])
@pytest.mark.parametrize(
    "text",
    ["./port {audio}", "python port.py --wav {audio}", "./port --wav={audio}", """sh -c 'port "$1"' sh {audio}"""],
)
def test_as_an_argument_every_name_is_itself(text: str, name: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert arguments(text, Path(name), tmp_path)[-1].removeprefix("--wav=") == str(tmp_path / name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_is_passed_to_a_script_runs_nothing(
    command: PortCommand, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    command.set_text("""sh -c 'printf %s "$1"' sh {audio}""")
    command.confirm()
    with qtbot.waitSignal(command.finished, timeout=PATIENCE):
        command.start(Path(name))
    assert "\n".join(command.lines) == str(tmp_path / name)
    assert not (tmp_path / "INJ").exists()


def test_another_recording_is_another_command(command: PortCommand, qtbot: Any) -> None:
    command.set_text(python("pass", "{audio}"))
    words = arguments(command.text, AUDIO, command._runs.items[0].path or AUDIO)
    command.confirm(words)
    assert command.allows(words)
    with qtbot.assertNotEmitted(command.started), pytest.raises(InputError, match="has not been confirmed"):
        command.start(Path("/some/other.wav"))
    with qtbot.waitSignal(command.finished, timeout=PATIENCE):
        command.start(AUDIO)
    with pytest.raises(InputError, match="has not been confirmed"):
        command.start(Path("/some/other.wav"))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["./port", "a b", "-x"], "./port 'a b' -x"),
        (["p", "a\nb", "c\x1b[2K"], r"p $'a\nb' $'c\x1b[2K'"),
        (["p", "\u202egnp.wav", "\udcff"], r"p $'\u202egnp.wav' $'\udcff'"),
        (["p", "\t\\t'"], r"p $'\t\\t\''"),
        (["p", "<b>x</b>"], "p '<b>x</b>'"),
    ],
)
def test_arguments_are_shown_without_a_doubt(words: list[str], shown: str) -> None:
    assert command_line(words) == shown


def test_nothing_runs_that_was_not_confirmed(command: PortCommand, tmp_path: Path, qtbot: Any) -> None:
    text = python("open(__import__('sys').argv[1], 'w')", str(tmp_path / "made"))
    command.set_text(text)
    for refused in (text, f"{text} more"):
        with qtbot.assertNotEmitted(command.started), pytest.raises(InputError, match="has not been confirmed"):
            command.start(AUDIO)
        command.confirm()
        assert command.confirmed
        command.set_text(f"{refused} more")
        assert not command.confirmed
    assert not (tmp_path / "made").exists()


def test_it_runs_with_the_paths_and_the_run_is_read(
    command: PortCommand, runs: Runs, tmp_path: Path, qtbot: Any
) -> None:
    np.save(tmp_path / "mel.npy", dumps.speech_mel(100))
    code = "import os, shutil, sys; os.mkdir(sys.argv[2]); shutil.copy(sys.argv[3], sys.argv[2]); print(sys.argv[1])"
    qtbot.waitUntil(lambda: runs.items[0].state == "failed", timeout=PATIENCE)
    with qtbot.waitSignals([command.started, command.finished], timeout=PATIENCE):
        started(command, python(code, "{audio}", "{out}", str(tmp_path / "mel.npy")))
    assert command.lines == (str(AUDIO),)
    qtbot.waitUntil(lambda: runs.items[0].state == "ready", timeout=PATIENCE)
    assert list(runs.items[0].run or ()) == ["mel"]


def test_an_exit_code_is_told(command: PortCommand, runs: Runs, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "reread", None)
    with qtbot.waitSignal(command.finished, timeout=PATIENCE) as told:
        started(command, python("import sys; print('out'); sys.stdout.flush(); sys.exit('no weights')"))
    assert told.args == [1]
    assert command.lines == ("out", "no weights")
    assert not command.running


@pytest.mark.parametrize(
    ("text", "reason"),
    [("/no/such/port --x", "/no/such/port: cannot be started"), (python("import os; os.abort()"), "crashed")],
)
def test_what_gives_no_exit_code(command: PortCommand, qtbot: Any, text: str, reason: str) -> None:
    with qtbot.waitSignal(command.failed, timeout=PATIENCE) as told, qtbot.assertNotEmitted(command.finished):
        started(command, text)
    assert told.args[0].startswith(reason)
    assert not command.running


def test_one_at_a_time(command: PortCommand, qtbot: Any) -> None:
    started(command, python("input(); import time; time.sleep(600)").replace("input(); ", ""))
    with pytest.raises(InputError, match="still running"):
        command.start(AUDIO)


def test_a_run_that_was_closed(command: PortCommand, runs: Runs) -> None:
    runs.remove(runs.items[0].key)
    with pytest.raises(InputError, match="not open"):
        started(command, "port")


OBEDIENT = "import sys, time; print('begun', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {OBEDIENT}"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {OBEDIENT!r}])"


@pytest.mark.parametrize("code", [OBEDIENT, DEAF, PARENT], ids=["obedient", "deaf", "with a child"])
def test_it_can_be_stopped(runs: Runs, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(port_command, "STOP_MS", 200)
    command = PortCommand(runs, runs.add(tmp_path))
    started(command, python(code))
    qtbot.waitUntil(lambda: command.lines == ("begun",), timeout=PATIENCE)
    group = command._process.processId()
    with qtbot.waitSignal(command.failed, timeout=PATIENCE) as told:
        command.stop()
    assert told.args == ["was stopped"]
    qtbot.waitUntil(lambda: not group_lives(group), timeout=PATIENCE)


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_closing_ends_it(command: PortCommand, qtbot: Any) -> None:
    started(command, python(DEAF))
    qtbot.waitUntil(lambda: command.lines == ("begun",), timeout=PATIENCE)
    with qtbot.assertNotEmitted(command.failed):
        command.close()
    assert not command.running


def test_the_end_of_much_output_is_kept(command: PortCommand, qtbot: Any) -> None:
    code = "print('x' * 3_000_000, end=''); print(); [print(n) for n in range(30_000)]; print('10 %\\r20 %\\r\\nü')"
    with qtbot.waitSignal(command.finished, timeout=PATIENCE):
        started(command, python(f"import sys; sys.stdout.reconfigure(encoding='utf-8', newline='\\n'); {code}"))
    assert command.lines[-3:] == ("29999", "20 %", "ü")
    assert len(command.lines) == MAX_LINES
    assert sum(map(len, command.lines)) <= MAX_CHARACTERS


def test_output_without_an_end_of_line_is_bounded(command: PortCommand, qtbot: Any) -> None:
    pieces: list[tuple[str, ...]] = []
    command.output.connect(pieces.append)
    with qtbot.waitSignal(command.finished, timeout=PATIENCE):
        started(command, python("import sys; sys.stdout.buffer.write(b'\\xff' * 5_000_000)"))
    assert sum(map(len, command.lines)) <= MAX_CHARACTERS
    assert {character for line in command.lines for character in line} == {"\N{REPLACEMENT CHARACTER}"}
    assert tuple(line for piece in pieces for line in piece)[-len(command.lines) :] == command.lines


def test_nobody_answers_its_questions(command: PortCommand, qtbot: Any) -> None:
    with qtbot.waitSignal(command.finished, timeout=PATIENCE) as told:
        started(command, python("input('overwrite? ')"))
    assert told.args == [1]

"""What writes files, ended by SIGKILL at any moment, and whether what it leaves is whole.

Run as a program, with the name of a job and a folder, it waits for lines on standard input: for each it begins a copy
of itself that does the job again and again, and tells the number of that process.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter
from xml.etree import ElementTree

import numpy as np
import platformdirs
from framescope.core.base.errors import InputError
from framescope.core.base.files import PARTIAL
from framescope.core.dump import STAGE_FILES, write_dump
from framescope.core.readers import load_run
from framescope.core.run import Run
from framescope.core.settings import Settings, load_settings, save_settings
from framescope.models.markers import Marker
from framescope.models.recent import recent_files, remember_recent
from framescope.models.workspace import Workspace
from helpers import runs

FRAMES = (range(40), range(20, 30))
SESSIONS = tuple(Workspace(markers=tuple(Marker(m / 9) for m in range(n))) for n in (100, 2000))
SETTINGS = (Settings(theme="dark", output_device="a" * 5000), Settings(theme="light", output_device="b"))
OPTIONS = {"json": json.loads, "html": lambda text: text.rindex("</html>"), "junit": ElementTree.fromstring}
PATIENCE = 60
"""Seconds that a process may take to begin."""


@cache
def versions() -> tuple[Run, Run]:
    """Two runs that differ in every stage, of values that no other process computes otherwise in the last bit."""
    first, second = (np.random.default_rng(seed) for seed in (0, 1))
    return _random_run(first), _random_run(second)


def _random_run(random: np.random.Generator) -> Run:
    encoder = runs.DrawnEncoder(random)
    return runs.from_mel(random.uniform(-4, 4, (80, 321)), encoder=encoder)


def run(folder: Path, n: int) -> None:
    write_dump(versions()[n], folder / "out", FRAMES[n])


def check_run(folder: Path) -> bool:
    """Tell whether a folder is one run, and all of it; one that is refused is neither."""
    try:
        load_run(folder / "out")
    except InputError as error:
        if "unfinished" in str(error) or "does not exist" in str(error):
            return False
        raise
    assert any(is_whole(folder / "out", n) for n in (0, 1)), "files of two runs, or half ones"
    return True


def is_whole(folder: Path, n: int) -> bool:
    stages = [
        np.array_equal(np.load(folder / file), versions()[n][name].array[:]) for name, file in STAGE_FILES.items()
    ]
    frames = {path.name for path in (folder / "frames").glob("*_window.npy")}
    facts = json.loads((folder / "metadata.json").read_text()) and json.loads((folder / "summary.json").read_text())
    return all(stages) and frames == {f"frame_{frame:05d}_window.npy" for frame in FRAMES[n]} and bool(facts)


def compare(folder: Path, n: int) -> None:
    from framescope.app.__main__ import main

    for version in (0, 1):
        if not (folder / str(version)).exists():
            (folder / str(version)).mkdir()
            np.save(folder / str(version) / "mel.npy", versions()[version]["mel"].array)
    reports = [word for form in OPTIONS for word in (f"--{form}", str(folder / f"report.{form}"))]
    with redirect_stdout(StringIO()):
        main(["compare", str(folder / str(n)), "--reference", str(folder / "0"), "--no-diagnose", *reports])


def check_compare(folder: Path) -> bool:
    found = {form: folder / f"report.{form}" for form in OPTIONS if (folder / f"report.{form}").exists()}
    for form, path in found.items():
        OPTIONS[form](path.read_text())
    return len(found) == len(OPTIONS)


def export(folder: Path, n: int) -> None:
    from framescope.app.window.exports import export_values

    for kind in ("npy", "csv"):
        export_values(versions()[n]["mel"], None, folder / f"mel.{kind}")


def check_export(folder: Path) -> bool:
    mels = [np.asarray(version["mel"].array) for version in versions()]
    if (folder / "mel.npy").exists():
        values = np.load(folder / "mel.npy")
        assert any(np.array_equal(values, mel) for mel in mels)
    if (folder / "mel.csv").exists():
        values = np.loadtxt(folder / "mel.csv", delimiter=",", skiprows=1)[:, 2:].T
        assert any(np.array_equal(values.astype(mel.dtype), mel) for mel in mels)
    return (folder / "mel.npy").exists() and (folder / "mel.csv").exists()


def session(folder: Path, n: int) -> None:
    SESSIONS[n].save(folder / "a.framescope")


def check_session(folder: Path) -> bool:
    there = (folder / "a.framescope").exists()
    assert not there or Workspace.load(folder / "a.framescope") in SESSIONS
    return there


def settings(folder: Path, n: int) -> None:
    move_home(folder)
    save_settings(SETTINGS[n])
    remember_recent(folder / str(n))


def check_settings(folder: Path) -> bool:
    move_home(folder)
    assert load_settings() in (Settings(), *SETTINGS)
    assert {file.path.name for file in recent_files()} <= {"0", "1"}
    return load_settings() != Settings()


def move_home(folder: Path) -> None:
    for kind in ("user_config_path", "user_state_path"):
        setattr(platformdirs, kind, lambda *_, kind=kind, **__: folder / kind)


@dataclass(frozen=True)
class Job:
    """What is done, for the first or the second version, and a check that tells whether anything is there."""

    do: Callable[[Path, int], None]
    check: Callable[[Path], bool]


JOBS = {
    "run": Job(run, check_run),
    "compare": Job(compare, check_compare),
    "export": Job(export, check_export),
    "session": Job(session, check_session),
    "settings": Job(settings, check_settings),
}


@dataclass
class Counts:
    """How often something whole was found, how often nothing or what is refused, and how often a leftover."""

    whole: int = 0
    refused: int = 0
    leftovers: int = 0


def kill(name: str, folder: Path, moments: int, seed: int = 0) -> Counts:
    """Kill a job at random moments; after each the files are checked, and doing it once more must heal everything.

    Raises
    ------
    AssertionError
        Half a file, a mixture, or something that stays.
    """
    job, counts, random = JOBS[name], Counts(), Random(seed)
    with subprocess.Popen(
        [sys.executable, __file__, name, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        span = float(nursery.stdout.readline())
        for n in range(moments):
            nursery.stdin.write("\n")
            nursery.stdin.flush()
            victim = int(nursery.stdout.readline())
            wait_until(perf_counter() + random.uniform(0, 2 * span))
            os.kill(victim, signal.SIGKILL)
            assert nursery.stdout.readline() == "dead\n"
            whole = job.check(folder)
            counts.whole += whole
            counts.refused += not whole
            counts.leftovers += any(leftovers(folder))
            if n % 2 == 0:  # else the next victim meets what this one has left
                job.do(folder, n // 2 % 2)
                assert job.check(folder)
                assert not [*leftovers(folder)]
        nursery.stdin.close()
    return counts


def wait_until(moment: float) -> None:
    """Wait for a moment: here time itself is the condition."""
    while perf_counter() < moment:
        os.sched_yield()


def leftovers(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.name.startswith(PARTIAL))


def nurse(name: str, folder: Path) -> None:
    """Tell how long the job takes, then begin a process for each line, and tell when it has ended."""
    JOBS[name].do(folder, 0)
    start = perf_counter()
    JOBS[name].do(folder, 1)
    print(perf_counter() - start, flush=True)
    for _ in sys.stdin:
        victim = os.fork()
        if not victim:
            for n in count():
                JOBS[name].do(folder, n % 2)
        print(victim, flush=True)
        os.waitpid(victim, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    nurse(sys.argv[1], Path(sys.argv[2]))

"""Corpora: rate on all cores, overhead, memory, growth, the map of made recordings, and kills at random moments.

Each part is measured alone, `python benchmarks/corpus.py PART --folder build/corpus`, and adds its table to
``figures.json`` there; ``report`` writes them all.
"""

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import psutil
import soundfile
from helpers.corpora import CAUSES, RATE, content, make_corpus, speech
from measure import table

GROWTH = (100, 1000, 10_000)
_GROWTH_HEADS = [
    "recordings of 0.6 s",
    "loop, processor ms each",
    "1 process, processor ms each",
    "2 processes, processor ms each",
    "unchanged, processor ms each",
    "overhead, processor ms each",
    "overhead by the clock, ms each",
    "2 processes, ms each",
    "start, s",
    "reading the results, s",
    "results, MB",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, and of the processors, of all processes: the latter are the same on a busy machine."""

    wall: float
    work: float


def loop(manifest: Path, count: int | None = None) -> Cost:
    """Compare recording after recording in this process, as somebody would write it."""
    import csv

    rows = list(csv.DictReader(manifest.open()))[:count]
    encoder = framescope.Encoder.load(framescope.core.base.resources.stand_in_encoder())  # type: ignore[attr-defined]
    one(manifest.parent, rows[0], encoder)
    start, work = time.perf_counter(), worked()
    for row in rows:
        one(manifest.parent, row, encoder)
    return Cost(time.perf_counter() - start, worked() - work)


def worked() -> float:
    """Processor seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def one(root: Path, row: dict[str, str], encoder: Any) -> Any:
    recording = framescope.read_audio(root / row["audio"])
    sketch = framescope.load(root / row["port"])
    last = "tensors" if "features" in sketch else "mel"
    run = framescope.compute(recording, encoder=encoder if last == "tensors" else None, until=last)
    return framescope.compare(run, root / row["port"], encoder=encoder, diagnose=True, recording=recording)


class Watched:
    """Corpora compared by workers, with their memory beside how many recordings were done."""

    def __init__(self, manifest: Path, results: Path | None, workers: int) -> None:
        self.manifest, self.results, self.workers = manifest, results, workers
        self.started, self.peaks = 0.0, dict[int, int]()

    def run(self, stops: tuple[int, ...] = ()) -> Cost:
        """Do all of it; the memory is looked at when so many are done. The start of the processes is no part of it."""
        begun = time.perf_counter()
        with framescope.corpus(self.manifest, results=self.results, workers=self.workers) as corpus:
            start, work, total, cost = begun, 0.0, len(corpus), Cost(0.0, 0.0)
            for number, _ in enumerate(corpus, 1):
                if number == 1:
                    start, work = time.perf_counter(), working()  # the workers are warm
                    self.started = start - begun
                if number in stops:
                    self.peaks[number] = max(megabytes(), default=0)
                if number == total:
                    cost = Cost(time.perf_counter() - start, working() - work)
            return cost


def working() -> float:
    """Processor seconds of this process and of the workers that are at work."""
    return worked() + sum(map(seconds_of, family()))


def family() -> list[psutil.Process]:
    return psutil.Process().children()


def seconds_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def megabytes() -> Iterator[int]:
    """Resident memory of each worker with its encoder's process, MB."""
    for worker in family():
        if "resource_tracker" not in " ".join(worker.cmdline()):
            both = [worker, *worker.children(recursive=True)]
            yield round(sum(process.memory_info().rss for process in both) / 1e6)


def long_corpus(folder: Path) -> Path:
    """500 recordings of 5 to 60 s, whose port agrees."""
    manifest = folder / "long" / "manifest.csv"
    if not manifest.exists():
        sound, source = speech(), np.random.default_rng(0)
        rows = ["audio,port"]
        (folder / "long").mkdir(parents=True, exist_ok=True)
        for number in range(500):
            length, start = int(source.integers(5, 61)) * RATE, int(source.integers(0, len(sound)))
            samples = np.resize(np.roll(sound, -start), length)
            audio, port = (folder / "long" / f"{number}.{suffix}" for suffix in ("wav", "npy"))
            if not port.exists():
                soundfile.write(audio, samples, RATE, subtype="PCM_16")
                np.save(port, framescope.compute(audio, until="mel")["mel"].array.astype(np.float32))
            rows.append(f"{number}.wav,{number}.npy")
        manifest.write_text("\n".join(rows))
    return manifest


def short_corpus(folder: Path, count: int, *, features: bool = False) -> Path:
    """So many recordings of 0.6 s whose port agrees, with features where they are wanted."""
    root = folder / ("features" if features else "short")
    manifest = root / f"{count}.csv"
    if not manifest.exists():
        root.mkdir(parents=True, exist_ok=True)
        sound, source = speech(), np.random.default_rng(0)
        rows = ["audio,port"]
        for number in range(count):
            audio, port = root / f"{number}.wav", root / f"{number}.npz"
            if not port.exists():
                start = int(source.integers(0, len(sound) - RATE))
                soundfile.write(audio, sound[start : start + 6 * RATE // 10], RATE, subtype="PCM_16")
                run = framescope.compute(audio, until="features" if features else "mel", encoder="stand-in")
                np.savez(port, **{n: run[n].array.astype(np.float32) for n in run if n in {"mel", "features"}})
            rows.append(f"{number}.wav,{number}.npz")
        manifest.write_text("\n".join(rows))
    return manifest


def rate(folder: Path) -> str:
    manifest = long_corpus(folder)
    alone = loop(manifest)
    rows = [["plain loop", *seconds(alone, 500), "1.00", "1.00"]]
    costs = {}
    for workers in (1, 2):
        costs[workers] = cost = Watched(manifest, fresh(folder), workers).run()
        name = f"corpus, {workers} process{'es' if workers > 1 else ''}"
        times = f"{alone.wall / cost.wall:.2f}", f"{workers * alone.work / cost.work:.2f}"
        rows.append([name, *seconds(cost, 500), *times])
    both = f"{costs[1].wall / costs[2].wall:.2f}", f"{2 * costs[1].work / costs[2].work:.2f}"
    rows.append(["two against one", "", "", "", *both])
    heads = ["500 recordings of 5 to 60 s", "seconds", "recordings/s", "processor seconds", "times the loop",
             "the same by processor seconds"]  # fmt: skip
    return table(heads, rows)


def seconds(cost: Cost, count: int) -> list[str]:
    return [f"{cost.wall:.1f}", f"{count / cost.wall:.1f}", f"{cost.work:.1f}"]


def growth(folder: Path) -> str:
    rows = []
    for count in GROWTH:
        manifest = short_corpus(folder, count)
        alone = loop(manifest)
        one_worker = Watched(manifest, fresh(folder), 1).run()
        both = Watched(manifest, path := fresh(folder), 2)
        cost, again = both.run(), Watched(manifest, path, 2).run()
        reading = clocked(lambda path=path: framescope.corpus_table(path))
        each = [1000 * got.work / count for got in (alone, one_worker, cost, again)]
        rows.append(
            [
                f"{count:,}",
                *(f"{ms:.1f}" for ms in each),
                f"{each[1] - each[0]:.1f}",
                f"{1000 * (one_worker.wall - alone.wall) / count:.1f}",
                f"{1000 * cost.wall / count:.1f}",
                f"{both.started:.1f}",
                f"{reading:.2f}",
                f"{path.stat().st_size / 1e6:.2f}",
            ]
        )
        figures = folder / f"growth-{count}.md"
        figures.write_text(table(_GROWTH_HEADS, rows))
        print(rows[-1], flush=True)
    return table(_GROWTH_HEADS, rows)


def memory(folder: Path) -> str:
    stops = (10, 100, 1000, 2000, 5000)
    rows = []
    for what, count, features in (("mel", 5000, False), ("mel and features, with the encoder's process", 2000, True)):
        watched = Watched(short_corpus(folder, count, features=features), fresh(folder), 2)
        watched.run(stops)
        rows.append([what, *(str(watched.peaks.get(stop, "")) for stop in stops)])
    return table(["largest worker, MB, at recording", *(f"{stop:,}" for stop in stops)], rows)


def made(folder: Path) -> str:
    """The map of 10,000 made recordings: the injected causes, on exactly their groups."""
    root = folder / "made"
    if not (root / "manifest.csv").exists():
        make_corpus(root, speech(), 10_000)
    Watched(root / "manifest.csv", root / "out.sqlite", 2).run()
    found = framescope.corpus_table(root / "out.sqlite")
    causes = {str(cause): has for cause, has in found.causes.items()}
    rows = []
    for name, (column, value) in CAUSES.items():
        meant = found.groups[column] == value
        has = causes.pop(name, np.zeros(len(found), bool))
        counts = [int(meant.sum()), int((has & meant).sum()), int((has & ~meant).sum())]
        rows.append([name, f"{column} = {value}", *(f"{count:,}" for count in counts)])
    rows += [[name, "none", "0", "0", f"{int(has.sum()):,}"] for name, has in causes.items()]
    states = {state: int((found.state == state).sum()) for state in ("compared", "failed")}
    agree, differ = (1000 * np.median(found.seconds[found.verdict == verdict]) for verdict in ("agree", "differ"))
    note = (
        f"{len(found):,} recordings, {states['compared']:,} compared, {states['failed']} failed, "
        f"{int((found.unexplained != '').sum()):,} with something unexplained. In the median one that agrees took "
        f"{agree:.0f} ms, one that differs, with its diagnosis, {differ:.0f} ms, on a machine busy with other work."
    )
    return table(["cause injected", "group", "recordings", "named there", "named elsewhere"], rows) + f"\n\n{note}"


def kills(folder: Path) -> str:
    manifest = make_corpus(folder / "kills", speech(), 60, seed=3)
    for old in (folder / "kills").glob("*.sqlite*"):
        old.unlink()
    whole = Watched(manifest, folder / "kills" / "whole.sqlite", 2)
    cost = whole.run()
    wanted = content(folder / "kills" / "whole.sqlite")
    results, span = folder / "kills" / "killed.sqlite", cost.wall + whole.started
    killed = ended = wrong = left = 0
    source = random.Random(0)
    command = [sys.executable, "-m", "framescope", "corpus", str(manifest), "-o", str(results), "--workers", "2"]
    while killed < 50:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(source.uniform(0, 0.6 * span))
        except subprocess.TimeoutExpired:
            workers = psutil.Process(process.pid).children(recursive=True)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
            _, alive = psutil.wait_procs(workers, timeout=60)
            left += len(alive)
            continue
        ended += 1
        wrong += content(results) != wanted
        results.unlink()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wrong += content(results) != wanted
    rows = [[str(killed), str(ended + 1), str(wrong), str(left)]]
    return table(["killed", "runs that came to their end", "with another result", "processes left"], rows)


def engines(folder: Path) -> str:
    """What was tried to hand out the work: 1,000 short recordings with each."""
    from distributed import Client, LocalCluster
    from framescope.core.corpus.job import do_task
    from joblib import Parallel, delayed, parallel_config

    manifest = short_corpus(folder, 1000)
    with framescope.corpus(manifest) as corpus:
        settings = corpus.settings
        from framescope.core.corpus.engine import LocalEngine

        engine = LocalEngine(settings, 1)
        tasks = list(corpus._tasks(engine))
        engine.close()
    identity = settings.identity

    def by_joblib(**how: Any) -> None:
        calls = (delayed(do_task)(settings, identity, task) for task in tasks)
        for _ in Parallel(n_jobs=2, return_as="generator_unordered", **how)(calls):
            pass

    rows = [["loky's futures", f"{Watched(manifest, None, 2).run().wall:.2f}"]]
    by_joblib()  # which leaves its workers warm
    rows.append(["joblib.Parallel, loky", f"{clocked(by_joblib):.2f}"])
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        from framescope.core.corpus.library import corpus as begin

        for _ in range(2):
            start = time.perf_counter()
            with begin(manifest, scheduler=cluster.scheduler_address) as corpus:
                corpus.run()
            futures = time.perf_counter() - start
        rows.append(["Dask's futures", f"{futures:.2f}"])
        with parallel_config(backend="dask"):
            by_joblib()
            rows.append(["joblib.Parallel, Dask", f"{clocked(by_joblib):.2f}"])
    return table(["1,000 recordings of 0.6 s, two warm workers, by", "seconds"], rows)


def clocked(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fresh(folder: Path) -> Path:
    path = folder / "fresh.sqlite"
    for old in folder.glob("fresh.sqlite*"):
        old.unlink()
    return path


PARTS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "rate": ("On two cores", rate),
    "growth": ("Overhead and growth", growth),
    "memory": ("Memory", memory),
    "made": ("The map of 10,000 made recordings", made),
    "kills": ("Killed at random moments", kills),
    "engines": ("What hands out the work", engines),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "report"])
    parser.add_argument("--folder", type=Path, default=Path("build/corpus"))
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks/corpus.md"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    figures = options.folder / "figures.json"
    known = json.loads(figures.read_text()) if figures.exists() else {}
    if options.part == "report":
        parts = [f"## {title}\n\n{known[name]}" for name, (title, _) in PARTS.items() if name in known]
        options.output.write_text("\n\n".join(["# Corpora", NOTE, *parts]) + "\n", encoding="utf-8")
        return
    known[options.part] = PARTS[options.part][1](options.folder.absolute())
    print(known[options.part])
    figures.write_text(json.dumps(known, indent=1))


NOTE = (
    "Made by `make corpus`. The plain loop is one process, warm, that reads, computes, compares and diagnoses one "
    "recording after the other with the library and keeps nothing. All figures are without the start of the processes, "
    "unless they say so."
)

if __name__ == "__main__":
    main()

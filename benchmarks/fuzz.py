"""Damaged files by the hundred thousand through every reader: none may crash, take over 2 s, or over 1 GB.

Every reader's files are damaged and read in processes of their own. What goes wrong is written down with the file that
did it; a file that is kept under tests/data/fuzz is read again by every run of the tests.
"""

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from framescope.core.encoder.checkpoint import read_checkpoint
from framescope.core.errors import InputError
from framescope.core.readers import load_run
from helpers import checkpoints
from helpers.binary_dumps import BINARY_WRITERS, REFUSED, wav
from helpers.dumps import speech_features, speech_mel
from helpers.mutations import mutated

COUNT = 100_000
MAX_SECONDS = 2.0
MAX_BYTES = 1 << 30
PATIENCE = 30
"""Seconds without any sign after which a process is taken to hang."""

Seed = tuple[str, bytes]
"""What a file is called, and its bytes."""
MEL, FEATURES = speech_mel(20), speech_features(6)


def main() -> int:
    arguments = parsed()
    if arguments.child:
        return child(arguments.child, arguments.first, arguments.count, arguments.folder)
    names = [name for name in seeds() if arguments.reader in name]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        found = list(pool.map(lambda name: fuzzed(name, arguments.count, arguments.folder), names))
    return int(any(found))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help=f"damaged files a reader (default: {COUNT})")
    parser.add_argument("--reader", default="", help="only readers whose name holds this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"), help="where what goes wrong is kept")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help="number of the first damaged file")
    return parser.parse_args()


def seeds() -> dict[str, list[Seed]]:
    """Give the undamaged files of every reader; all of them can be read, or are refused by their name."""
    stages = {"mel": MEL, "features": FEATURES}
    every = dict(BINARY_WRITERS) | text_writers()
    found = {
        name: [(f"{stage}.dat", write(values, stage)) for stage, values in stages.items()]
        for name, write in every.items()
    }
    found["WAV"] = [("audio.wav", wav(kind)(MEL.ravel() / 4)) for kind in ("PCM_16", "PCM_24", "FLOAT")]
    found["FLAC"] = [("audio.flac", wav("PCM_16", form="FLAC")(MEL.ravel() / 4))]
    found["raw samples"] = [("audio.pcm", (MEL.ravel() * 8000).astype("<i2").tobytes())]
    found["refused"] = [("mel.dat", write(MEL)) for _, write in REFUSED.values()]
    found["checkpoint"] = [("encoder.pth", checkpoint_bytes())]
    return found


def text_writers() -> dict[str, Any]:
    if importlib.util.find_spec("helpers.text_dumps") is None:
        return {}
    from helpers.text_dumps import TEXT_WRITERS

    return dict(TEXT_WRITERS)


def checkpoint_bytes() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        content = checkpoints.pickle_of(checkpoints.mapping(checkpoints.constant_state()))
        return checkpoints.archive(Path(folder) / "encoder.pth", content).read_bytes()


def fuzzed(name: str, count: int, folder: Path) -> int:
    """Damage the files of one reader in a process, and in another one from there on where that dies or hangs."""
    done, wrong = 0, 0
    while done < count:
        command = [sys.executable, __file__, "--child", name, "--first", str(done), "--count", str(count - done)]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                [*command, "--folder", str(folder)], stdout=subprocess.PIPE, stderr=errors, bufsize=0
            )
            last, said = watched(process)
            wrong += said
            if process.returncode == 0:
                break
            errors.seek(0)
            reason = errors.read().decode(errors="replace").strip().rpartition("\n")[2][:200]
        done += last + 1
        wrong += 1
        keep(folder, name, done - 1, f"process ended with {process.returncode} ({reason})")
    print(f"{name}: {count} damaged files, {wrong} went wrong", flush=True)
    return wrong


def watched(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Wait for a process that writes a byte before every file: give how many it began, and how often it said wrong."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    begun, wrong, sign = 0, 0, time.monotonic()
    while True:
        data = process.stdout.read(1 << 16)
        if data:
            begun, wrong, sign = begun + data.count(b"."), wrong + data.count(b"!"), time.monotonic()
        elif process.poll() is not None:
            return max(0, begun - 1), wrong
        elif time.monotonic() - sign > PATIENCE:
            process.kill()
            process.wait()
        else:
            time.sleep(0.02)


def child(name: str, first: int, count: int, folder: Path) -> int:
    """Read damaged files, one after the other, within the limits."""
    warnings.simplefilter("error")
    read, originals = reader(name), seeds()[name]
    with tempfile.TemporaryDirectory() as place:
        for file, data in originals:
            if failure := failed(read, Path(place) / file, data):
                sys.exit(f"an undamaged {file} fails: {failure}")
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MAX_BYTES, used + MAX_BYTES))
        for number in range(first, first + count):
            sys.stdout.write(".")
            sys.stdout.flush()
            file, data = originals[number % len(originals)]
            if failure := failed(read, Path(place) / file, mutated(data, name, number)):
                keep(folder, name, number, failure)
                sys.stdout.write("!")
    return 0


def reader(name: str) -> Callable[[Path], object]:
    if name == "checkpoint":
        return read_checkpoint
    return lambda path: [np.asarray(stage.array[:1]) for stage in load_run(path).stages.values()]


def failed(read: Callable[[Path], object], path: Path, data: bytes) -> str:
    """Read a file; say what is wrong with how that went, if anything."""
    path.write_bytes(data)
    start, error = time.process_time(), ""
    try:
        read(path)
    except InputError as refusal:
        error = faulty_sentence(refusal, path)
    except Exception as crash:  # any other exception is what is looked for
        error = f"{type(crash).__name__}: {crash}"
    seconds = time.process_time() - start
    return error or (f"took {seconds:.1f} s" if seconds > MAX_SECONDS else "")


def faulty_sentence(refusal: InputError, path: Path) -> str:
    causes = (refusal.__cause__, refusal.__context__)
    if any(isinstance(cause, MemoryError) for cause in causes):
        return f"took more than {MAX_BYTES} bytes"
    sentence = str(refusal)
    return "" if path.name in sentence and "\n" not in sentence else f"bad sentence: {sentence!r}"


def keep(folder: Path, name: str, number: int, reason: str) -> None:
    """Write down what went wrong, and the file that did it."""
    originals = seeds()[name]
    file, data = originals[number % len(originals)]
    label = "".join(letter if letter.isalnum() else "_" for letter in name)
    (folder / f"{label}_{number}_{file}").write_bytes(mutated(data, name, number))
    with (folder / "wrong.txt").open("a", encoding="utf-8") as log:
        log.write(f"{label}_{number}_{file}: {reason}\n")


if __name__ == "__main__":
    sys.exit(main())

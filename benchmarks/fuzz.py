"""Damaged files by the hundred thousand through every reader: none may crash, take over 2 s, or over 1 GB.

Every reader's files are damaged and read in processes of their own. What goes wrong is written down with the file that
did it; a file that is kept under tests/data/fuzz is read again by every run of the tests.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from framescope.core.base.errors import InputError
from fuzz_readers import Reader, readers
from measure import table

COUNT = 100_000
MAX_SECONDS = 2.0
MAX_BYTES = 1 << 30
PATIENCE = 60
"""Seconds without any sign after which a process is taken to hang: the machine may be busy."""
_LONGEST_FIGURE = 12
"""Characters of the milliseconds that a process writes at last."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one reader's damaged files; the slowest took so many seconds of a processor."""

    reader: str
    seeds: int
    wrong: int
    slowest: float


def main() -> int:
    arguments = parsed()
    if arguments.child:
        return child(arguments.child, arguments.first, arguments.count, arguments.folder)
    names = [name for name in readers() if arguments.reader in name]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        found = list(pool.map(lambda name: fuzzed(name, arguments.first, arguments.count, arguments.folder), names))
    text = report(found, arguments.count)
    print(text)
    if arguments.report:
        arguments.report.write_text(f"# Damaged files\n\n{text}\n", encoding="utf-8")
    return int(any(each.wrong for each in found))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help=f"damaged files a reader (default: {COUNT})")
    parser.add_argument("--reader", default="", help="only readers whose name holds this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"), help="where what goes wrong is kept")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help="number of the first damaged file")
    return parser.parse_args()


def report(found: list[Found], count: int) -> str:
    rows = [[each.reader, f"{each.seeds}", f"{count:,}", f"{each.wrong}", f"{each.slowest:.2f} s"] for each in found]
    head = ["reader", "seeds", "damaged files", "went wrong", "slowest"]
    note = (
        f"Wrong: a crash, an exception that is no refusal in one sentence, over {MAX_SECONDS:g} s or over "
        f"{MAX_BYTES >> 30} GB. A reader's files are those of all the tools whose output it reads, in turn. Seconds of "
        "one processor. Made by `make fuzz`."
    )
    return f"{table(head, rows)}\n\n{note}"


def fuzzed(name: str, first: int, count: int, folder: Path) -> Found:
    """Damage the files of one reader in a process, and in another one from there on where that dies or hangs."""
    done, stop, wrong, slowest = first, first + count, 0, 0.0
    while done < stop:
        command = [sys.executable, __file__, "--child", name, "--first", str(done), "--count", str(stop - done)]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                [*command, "--folder", str(folder)], stdout=subprocess.PIPE, stderr=errors, bufsize=0
            )
            begun, said, most = watched(process)
            wrong, slowest = wrong + said, max(slowest, most)
            if process.returncode == 0:
                break
            errors.seek(0)
            reason = errors.read().decode(errors="replace").strip().rpartition("\n")[2][:200]
        done += begun
        wrong += 1
        keep(folder, name, done - 1, f"process ended with {process.returncode} ({reason})")
    print(f"{name}: {count} damaged files, {wrong} went wrong", flush=True)
    return Found(name, len(readers()[name].seeds), wrong, slowest)


def watched(process: "subprocess.Popen[bytes]") -> tuple[int, int, float]:
    """Wait for a process that writes a dot before every file, a mark after a wrong one, and at last the slowest's ms.

    Returns
    -------
    (int, int, float)
        How many files it began, how often it said wrong, and how many seconds the slowest took: 0 where it died.
    """
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    begun, wrong, end, sign = 0, 0, b"", time.monotonic()
    while True:
        data = process.stdout.read(1 << 16)
        if data:
            begun, wrong, sign = begun + data.count(b"."), wrong + data.count(b"!"), time.monotonic()
            end = (end + data)[-_LONGEST_FIGURE:]
        elif process.poll() is not None:
            return begun, wrong, int(end.rpartition(b"\n")[2] or 0) / 1000 if process.returncode == 0 else 0.0
        elif time.monotonic() - sign > PATIENCE:
            process.kill()
            process.wait()
        else:
            time.sleep(0.02)


def child(name: str, first: int, count: int, folder: Path) -> int:
    """Read damaged files, one after the other, within the limits."""
    warnings.simplefilter("error")
    reader, slowest = readers()[name], 0.0
    with tempfile.TemporaryDirectory() as place:
        for file, data in reader.seeds:
            path = Path(place) / file
            path.write_bytes(data)
            if not reader.accepts(path):
                sys.exit(f"an undamaged {file} is not read")
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + reader.max_space, used + reader.max_space))
        for number in range(first, first + count):
            sys.stdout.write(".")
            sys.stdout.flush()
            file, data = reader.damaged(number)
            path = Path(place) / file
            path.write_bytes(data)
            failure, seconds = failed(reader, path)
            slowest = max(slowest, seconds)
            if failure:
                keep(folder, name, number, failure)
                sys.stdout.write("!")
    sys.stdout.write(f"\n{1000 * slowest:.0f}")
    return 0


def failed(reader: Reader, path: Path) -> tuple[str, float]:
    """Read a file; say what is wrong with how that went, if anything, and give the seconds that it took."""
    forget_peak()
    held, start, error = peak(), time.process_time(), ""
    try:
        reader.read(path)
    except InputError as refusal:
        error = faulty_sentence(refusal, path)
    except Exception as crash:  # any other exception is what is looked for
        error = f"{type(crash).__name__}: {crash}"
    seconds = time.process_time() - start
    if seconds > MAX_SECONDS:
        error = error or f"took {seconds:.1f} s"
    if (grown := peak() - held) > MAX_BYTES:
        error = error or f"took {grown >> 20} MB"
    return error, seconds


def peak() -> int:
    """Give the bytes that the process held at most since `forget_peak`."""
    status = Path("/proc/self/status").read_bytes()
    return int(status[status.index(b"VmHWM:") + 6 :].split(maxsplit=1)[0]) << 10


def forget_peak() -> None:
    """Let the peak of the process's memory be what it holds now."""
    Path("/proc/self/clear_refs").write_bytes(b"5")


def faulty_sentence(refusal: InputError, path: Path) -> str:
    causes = (refusal.__cause__, refusal.__context__)
    if any(isinstance(cause, MemoryError) for cause in causes):
        return f"took more than {MAX_BYTES} bytes"
    sentence = str(refusal)
    return "" if path.name in sentence and "\n" not in sentence else f"bad sentence: {sentence!r}"


def keep(folder: Path, name: str, number: int, reason: str) -> None:
    """Write down what went wrong, and the file that did it."""
    file, data = readers()[name].damaged(number)
    label = "".join(letter if letter.isalnum() else "_" for letter in name)
    (folder / f"{label}_{number}_{file}").write_bytes(data)
    with (folder / "wrong.txt").open("a", encoding="utf-8") as log:
        log.write(f"{label}_{number}_{file}: {reason}\n")


if __name__ == "__main__":
    sys.exit(main())

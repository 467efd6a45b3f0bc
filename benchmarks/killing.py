"""Killing what writes at random moments: half files under a final name, mixtures of two runs, leftovers."""

import argparse
import sys
import tempfile
from pathlib import Path

from helpers.killing import JOBS, kill
from measure import table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=200, help="of all jobs together")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    rows = [row(name, options.moments // len(JOBS)) for name in JOBS]
    text = table(["job", "killed", "whole", "refused or nothing", "partial files left", "wrong"], rows)
    print(text)
    if options.report:
        options.report.write_text(f"# Killed at random moments\n\n{text}\n\n{NOTE}\n", encoding="utf-8")
    sys.exit(any(each[-1] != "0" for each in rows))


NOTE = (
    "Each job writes one of two versions over the other, again and again, until it is killed. Whole: all files are of "
    "one version; refused: the folder says that it is unfinished, or nothing is there yet; wrong: half a file, a "
    "mixture, or what the next start does not put right. Partial files left are removed by the next start, which is "
    "tested after every second kill. Made by `make killing`."
)


def row(name: str, moments: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            counts = kill(name, Path(folder), moments)
        except AssertionError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return [name, str(moments), "", "", "", str(error) or "1"]
    return [name, str(moments), str(counts.whole), str(counts.refused), str(counts.leftovers), "0"]


if __name__ == "__main__":
    main()

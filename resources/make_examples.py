"""Make the examples beside the schemas of the JSON reports: of a comparison, a run and a corpus."""

import shutil
import sys
import tempfile
from pathlib import Path

import framescope
from framescope.app.__main__ import main
from framescope.core.base.resources import sample, sample_port

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"
MANIFEST = "audio,port,speaker\nann.flac,out/ann,ann\nben.flac,out/ben,ben\n"


def example(name: str, *words: str) -> None:
    """Write what a command gives as JSON."""
    path = FOLDER / f"{name}.example.json"
    if main([name if name != "comparison" else "compare", *words, "--json", str(path)]) > 1:
        sys.exit(f"{path} could not be made")


def make_corpus(folder: Path) -> Path:
    """Write two recordings, a right port of one and a faulty one of the other, and their manifest."""
    right = framescope.compute(sample(), encoder="stand-in")
    framescope.write_dump(right, folder / "out" / "ann")
    shutil.copytree(sample_port(), folder / "out" / "ben")
    for name in ("ann.flac", "ben.flac"):
        shutil.copy(sample(), folder / name)
    (folder / "manifest.csv").write_text(MANIFEST, encoding="utf-8")
    return folder / "manifest.csv"


if __name__ == "__main__":
    example("comparison", str(sample_port()), "--audio", str(sample()), "--encoder", "stand-in")
    example("run", str(sample()), "--encoder", "stand-in")
    with tempfile.TemporaryDirectory() as made:
        manifest = make_corpus(Path(made))
        example("corpus", str(manifest), "-o", str(Path(made) / "results.sqlite"), "--encoder", "stand-in")
        path = FOLDER / "corpus.example.json"
        path.write_text(path.read_text(encoding="utf-8").replace(made, "/corpus"), encoding="utf-8")

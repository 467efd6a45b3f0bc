"""What a corpus consists of: manifests of three kinds and folders, patterns, and what is wrong with them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from framescope.core.base.errors import InputError
from framescope.core.corpus.entries import Entry, located, read_entries

ROWS = [
    {"audio": "a/one.wav", "port": "out/one", "speaker": "s1", "rate": 44100},
    {"audio": "two.flac", "port": "", "speaker": None, "rate": 16000},
]
ENTRIES = (
    Entry("a/one.wav", "out/one", {"speaker": "s1", "rate": "44100"}),
    Entry("two.flac", "", {"rate": "16000"}),
)


def write_csv(path: Path) -> None:
    lines = [",".join(ROWS[0]), *(",".join(str(value or "") for value in row.values()) for row in ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8-sig")


def write_json(path: Path) -> None:
    path.write_text("\n\n".join(map(json.dumps, ROWS)))


def write_parquet(path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)


@pytest.mark.parametrize(
    ("name", "write"), [("m.csv", write_csv), ("m.JSONL", write_json), ("m.parquet", write_parquet)]
)
def test_a_manifest_names_recordings_dumps_and_groups(name: str, write: Any, tmp_path: Path) -> None:
    write(tmp_path / name)
    entries = read_entries(tmp_path / name)
    assert (entries.root, entries.entries, entries.by_pattern) == (tmp_path, ENTRIES, False)


def test_a_folder_is_its_recordings_and_a_pattern_their_dumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "audio"
    for name in ("b.wav", "a/x.FLAC", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    monkeypatch.chdir(tmp_path)
    entries = read_entries("audio", "out/{path}.npy")
    assert [entry.audio for entry in entries.entries] == ["a/x.FLAC", "b.wav"]
    assert [located(root, entry.port) for entry in entries.entries] == [
        tmp_path / "out/a/x.npy",
        tmp_path / "out/b.npy",
    ]


def test_a_recording_that_is_named_twice_with_one_dump_is_one(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("audio,port\na.wav,x\na.wav,x\na.wav,y\n")
    assert [entry.port for entry in read_entries(tmp_path / "m.csv").entries] == ["x", "y"]


@pytest.mark.parametrize(
    ("name", "content", "pattern", "sentence"),
    [
        ("m.csv", b"file\na.wav\n", None, "m.csv: line 2 names no recording; it must have a column audio"),
        ("m.csv", b"audio\n", None, "m.csv: has no recordings"),
        ("m.csv", b"audio\n\xff\xfe\n", None, "m.csv: is not CSV in UTF-8"),
        ("m.jsonl", b"[1]\n", None, "m.jsonl: line 1 is not a JSON object"),
        ("m.jsonl", b"{\n", None, "m.jsonl: is not usable JSON"),
        ("m.parquet", b"PAR1", None, "m.parquet: is not a readable Parquet file"),
        ("m.txt", b"a.wav\n", None, "m.txt: is not a manifest; name a manifest"),
        ("m.csv", b"audio\na.wav\n", "out", r"out: must name each recording's own dump; write {stem}"),
        (
            "m.csv",
            b"audio\na/x.wav\nb/x.wav\n",
            "{stem}",
            "a/x.wav and b/x.wav would have one dump; write {path} in it",
        ),
    ],
)
def test_a_wrong_manifest_is_refused(
    name: str, content: bytes, pattern: str | None, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_entries(tmp_path / name, pattern)

"""What stands around numbers in text: names, logs, gaps; and what is refused rather than guessed."""

import contextlib
import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run
from framescope.core.readers.formats import read_content
from framescope.core.readers.formats import text as texts
from helpers.dumps import speech_features, speech_mel
from helpers.text_dumps import LOGCAT, TEXT_WRITERS, nested, rows, shortest

MEL = speech_mel(40)
FEATURES = speech_features(30)
MEGABYTE = 1 << 20
MANY = 1 << 16


def written(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def assert_both(path: Path) -> None:
    run = load_run(path)
    assert set(run) == {"mel", "features"}
    np.testing.assert_allclose(np.asarray(run["mel"].array), MEL, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(np.asarray(run["features"].array), FEATURES, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    "writer",
    [
        *("Go, %+v of a struct", "Rust, {:#?} of a struct", "Rust, dbg!", "C, initialiser", "C, flat initialiser"),
        *(
            "NumPy, repr",
            "MATLAB source",
            "Node, console.log",
            "Swift, print",
            "labelled lines",
            "labelled lines, a word",
        ),
        *("logcat", "logcat, the tag names it", "Xcode", "C, printf in short lines", "JSON lines, objects"),
    ],
)
def test_several_arrays_in_one_file(tmp_path: Path, writer: str) -> None:
    write = TEXT_WRITERS[writer]
    assert_both(written(tmp_path / "x.dat", write(MEL, "mel") + b"\n" + write(FEATURES, "features")))


def test_tables_under_their_names(tmp_path: Path) -> None:
    table = TEXT_WRITERS["C, printf"]
    parts = (b"mel (80 x 40):\n", table(MEL, "mel"), b"\n=== features ===\n", table(FEATURES, "features"))
    assert_both(written(tmp_path / "x.txt", b"".join(parts)))


def test_members_of_a_structure_without_names(tmp_path: Path) -> None:
    values = " ".join(nested(shortest(array), "[", " ", "]") for array in (MEL, FEATURES))
    assert_both(written(tmp_path / "x.txt", f"{{{values}}}\n"))


@pytest.mark.parametrize(
    "form", ["features[{n}]: [{values}]", "frame {n}: {spaced}", '{{"frame": {n}, "features": [{values}]}}']
)
@pytest.mark.parametrize("numbers", [range(30), range(1, 31), [4, 9, 11, 20]])
def test_rows_keep_the_numbers_of_their_frames(tmp_path: Path, form: str, numbers: Any) -> None:
    lines = []
    for number, row in zip(numbers, rows(FEATURES), strict=False):
        values = ", ".join(map(str, row))
        lines.append(form.format(n=number, values=values, spaced=values.replace(",", "")))
    stage = load_run(written(tmp_path / "features.log", "\n".join(lines)), first_frame=None)["features"]
    first = 1 if numbers == range(1, 31) else 0
    expected = [number - first for number in numbers]
    assert (list(range(len(stage.array))) if stage.frames is None else stage.frames.tolist()) == expected
    np.testing.assert_allclose(np.asarray(stage.array), FEATURES[: len(expected)], rtol=1e-7, atol=1e-8)


def test_rows_in_any_order_and_printed_twice(tmp_path: Path) -> None:
    lines = [f"mel[{n}]: {row}" for n, row in enumerate(rows(MEL))]
    old = [f"mel[{n}]: {[0.0] * 40}" for n in range(80)]
    run = load_run(written(tmp_path / "x.log", "\n".join([*old, *lines[::-1]])))
    np.testing.assert_allclose(np.asarray(run["mel"].array), MEL, rtol=1e-7)
    assert any("more than once; the last of each was taken" in note for note in run.provenance.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (str(np.random.default_rng(0).random((80, 100))), r"values missing \(\.\.\.\).*numpy\.save"),
        ("mel = " + repr(np.random.default_rng(0).random((80, 100))), "values missing"),
        (
            "tensor([[-4.0000, -3.9, -3.8,  ..., -2, -3],\n        ...,\n        [0.1, 0.2, 0.3, ..., 1, 2, 3]])",
            "missing",
        ),
        (
            "mel " + nested([[0.5] * 100] * 3, "[ ", ", ", " ]").replace("0.5 ]", "... 23 more items ]"),
            r"JSON\.stringify",
        ),
        ("0.1 0.2 0.3 ... 0.4 0.5 0.6\n" * 80, "values missing"),
        (
            "\n".join(f"mel[{n}]: {row}" for n, row in enumerate(rows(MEL)) if n != 5),
            "79 rows between the numbers 0 and 79",
        ),
        (
            "\n".join(f"mel[{n}]: {row[: 40 - (n == 7)]}" for n, row in enumerate(rows(MEL))),
            r"mel\[7\] holds 39 numbers",
        ),
        (nested(rows(MEL), "[", " ", "]")[:-9], "before its brackets are closed"),
        ("float mel[80][40] = " + nested(rows(MEL), "{", ", ", "}")[:-400], "before its brackets are closed"),
        ("mel: " + ", ".join(["[0.25, 0.5", *["0.5"] * 100]), "never closed|nothing a dump"),
        (nested([[0.5] * 80, [0.5] * 79], "[", " ", "]"), "of equal lengths"),
        ("[" + "0.5, " * 100 + "abc, 0.5]", "could not convert string 'abc'"),
        ("tensor(1.00000e-02 *\n       " + nested(rows(MEL), "[", ", ", "]") + ")", "multiples of 1.00000e-02"),
        ("0.01 *\n" + "0.5 0.25 1 2 3\n" * 80, "multiples of 0.01"),
        ("1,2,,4\n" * 80, "line 1 has an empty cell"),
        ("80 41\n" + "0.5 0.25\n" * 1600, "rows of 2|shape"),
    ],
)
def test_what_is_incomplete_is_refused_by_what_is_missing(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_run(written(tmp_path / "x.dat", text))
    assert "x.dat" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "# Port\n\nRun `make` (1, 2 or 3 times), then see [the docs](a.md).\n\n1. first\n2. second\n3. third\n" * 9,
        "2026-01-02 03:04:05 INFO started (pid 12)\n[INFO] took 12 ms, 3 of 80 done: 0.5\n" * 50,
        "[2026-01-02T03:04:05Z INFO  port] loading model.onnx (12.5 MB) ...\n" * 50,
        "Prints [0.1, 0.2, 0.3, ..., 0.7, 0.8] where numpy leaves values out, and more of that kind.\n" * 20,
        "def hann(n):\n    return [0.5 - 0.5 * cos(2 * pi * i / n) for i in range(n)]\n\nSIZES = (80, 401)\n" * 9,
    ],
)
def test_prose_logs_and_source_are_ignored(tmp_path: Path, text: str) -> None:
    np.save(tmp_path / "mel.npy", MEL)
    written(tmp_path / "readme", text)
    run = load_run(tmp_path)
    assert run.provenance.notes == ("ignored as nothing a dump consists of: readme",)


def test_facts_stay_facts_beside_arrays(tmp_path: Path) -> None:
    document = {"fps": 30, "stats": {"mel_shape": [80, 40], "mel_range": [-4, 1]}, "outputs": {"mel": MEL.tolist()}}
    run = load_run(written(tmp_path / "x.json", json.dumps(document)))
    assert run.config is not None
    assert run.config.fps == 30
    assert run.statistics["mel"].shape == (80, 40)


@pytest.mark.parametrize(
    ("writer", "note"),
    [
        ("decimal commas, semicolons", "its commas were taken for decimal points"),
        ("long form", "its columns 1 and 2 were taken for the places of the values in column 3"),
        ("JSON, base64 alone", "was taken for little-endian float32, because nothing states its type"),
        ("labelled lines, a word", "other lines were left out"),
        ("labelled lines, no mark", "its first column numbers the rows and was left out"),
    ],
)
def test_what_was_assumed_is_said(tmp_path: Path, writer: str, note: str) -> None:
    run = load_run(written(tmp_path / "x.dat", TEXT_WRITERS[writer](MEL, "mel")))
    assert any(note in said for said in run.provenance.notes)


def test_other_readings_are_offered_where_the_text_has_no_shape(tmp_path: Path) -> None:
    square = speech_mel(80)
    run = load_run(written(tmp_path / "mel.txt", TEXT_WRITERS["C, flat initialiser"](square, "mel")))
    (assumption,) = run.provenance.assumptions
    assert "mel=mel.txt/mel::T,80" in assumption.alternatives


@pytest.mark.parametrize("begin", [b"1,2,3\n", b"[1, 2,", b'{"mel": [', b"mel[0]: [0.5, "])
def test_huge_texts_are_refused_before_they_are_read(tmp_path: Path, begin: bytes) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.write(begin * 1000)
        file.truncate(20 << 30)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="is a text of 21474836480 bytes"):
            load_run(path)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_text_with_holes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds NUL bytes"):
        load_run(written(tmp_path / "x.csv", b"0.5,0.25\n" * 1000 + bytes(10_000)))


@pytest.mark.parametrize(
    "data",
    [
        *(b"0," * MANY, b"0\n" * MANY, b"0 0\n0\n" * (MANY // 3), b"[0 0]" * (MANY // 4), b"1.5f," * MANY),
        *(
            b"mel[1]: 0\n" * MANY,
            b"t 1: 0\n" * MANY,
            b"[0 0 0 0 0 0 0]\n" * MANY,
            b"(" * MANY,
            b"[[[" * 3000 + b"0",
            b"\xff\xfe" + b"0\x00,\x00" * MANY,
        ),
        *(b"9" * MANY + b"x 1", b"mel" + b"[3]" * 9000, b"1" + b" " * MANY + b"2,3 4,5", b"a." * MANY + b"("),
        *(b'{"0":1,' + b'"1":2,' * (MANY // 4), b'{"a":' * (MANY // 4), b"<" * MANY, b"#\n" * MANY, b":=" * MANY),
        *(
            b"mel:\n" * (MANY // 4),
            b"nan " * MANY,
            b"1 x\n" * (MANY // 4),
            b"np.float32(0.1)," * (MANY // 4),
            b"..." * MANY,
        ),
        *(
            b"D/a( 1): 1\n" * MANY,
            b"01-02 03:04:05.6 1 2 D " * (MANY // 8),
            b"1;2;" * MANY,
            b"0x1p1 " * (MANY // 4),
        ),
    ],
    ids=lambda data: data[:12].decode("latin-1"),
)
def test_hostile_texts_take_a_few_times_their_size(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path / "x.dat", data)
    tracemalloc.start()
    try:
        with contextlib.suppress(InputError):
            read_content(path, "x")
        assert tracemalloc.get_traced_memory()[1] < 20 * len(data) + 10 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_stretches_are_cut_between_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from framescope.core.readers.formats import number_text

    monkeypatch.setattr(number_text, "_STRETCH", 64)
    monkeypatch.setattr(texts, "_STRETCH", 64)
    for writer in ("C, flat initialiser", "Rust, {:#?}", "JSON, typed array", "NumPy, list of scalars", "Go, Println"):
        run = load_run(written(tmp_path / "x.dat", TEXT_WRITERS[writer](MEL, "mel")))
        np.testing.assert_allclose(np.asarray(run["mel"].array), MEL, rtol=1e-7)


def test_logcat_lines_that_were_cut_are_missing_and_not_shifted(tmp_path: Path) -> None:
    lines = [f"{LOGCAT}Mel: mel[{n}]: {row}" for n, row in enumerate(rows(MEL))]
    lines[5] = lines[5][:300]
    with pytest.raises(InputError, match="79 rows between the numbers 0 and 79"):
        load_run(written(tmp_path / "x.log", "\n".join(lines)))

"""Files of markers: what is written comes back, Audacity's and spreadsheets' files are read, others are refused."""

from pathlib import Path

import pytest
from framescope.core.base.errors import InputError
from framescope.models.label_files import read_labels, write_labels
from framescope.models.markers import Marker

MARKERS = (Marker(0.5, 'a, "b"'), Marker(1.25, "=SUM(1)", 0.5), Marker(2.0, "ä\tb"))


@pytest.mark.parametrize("name", ["labels.csv", "labels.txt"])
def test_what_is_written_comes_back(tmp_path: Path, name: str) -> None:
    write_labels(tmp_path / name, MARKERS)
    found = read_labels(tmp_path / name)
    assert [(each.seconds, each.length) for each in found] == [(0.5, 0.0), (1.25, 0.5), (2.0, 0.0)]
    assert [each.note for each in found][:2] == [each.note for each in MARKERS][:2]
    assert found[2].note == "ä b"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("audacity.txt", b"1.000000\t2.500000\tvowel\n\\\t300\t3000\n3.0\t3.0\t\n", [(1, 1.5, "vowel"), (3, 0, "")]),
        ("sheet.csv", b"\xef\xbb\xbfstart,end,note\r\n0.5,,here\r\n", [(0.5, 0, "here")]),
        ("empty.txt", b"", []),
    ],
)
def test_files_of_others_are_read(tmp_path: Path, name: str, content: bytes, expected: list[object]) -> None:
    (tmp_path / name).write_bytes(content)
    assert [(each.seconds, each.length, each.note) for each in read_labels(tmp_path / name)] == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"1\t2\tfine\nno label\n", "line 2 is not a label"),
        (b"2\t1\tbackwards\n", "line 1 begins at 2 and ends at 1"),
        (b"nan\t1\tx\n", "line 1 begins at nan"),
        (b"1\t1e999\tx\n", "line 1 begins at 1 and ends at 1e999"),
        (b"\xff\xfe\x00", "is not text"),
    ],
)
def test_what_is_no_label_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_labels(tmp_path / "bad.txt")

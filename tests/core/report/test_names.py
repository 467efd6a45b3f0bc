"""Reports whose names try to be something else: every report stays valid, and nothing in it is forged."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.printable import MAX_NAME, printable
from framescope.core.compare.comparison import Comparison, compare
from framescope.core.compare.sanity import StructureFinding
from framescope.core.compare.tolerance import Profile, load_profile
from framescope.core.diagnosis.findings import Diagnosis, Unexplained
from framescope.core.readers import load_run
from framescope.core.report.html import report_html
from framescope.core.report.json_report import report_json
from framescope.core.report.junit import report_junit
from framescope.core.report.text import matrices, report_text
from framescope.core.run import Assumption, Provenance, Run
from helpers import runs
from helpers.names import FILES, NAMES
from rich.console import Console

WIDE = 1_000_000
PLAIN = "plain"


@cache
def base() -> Comparison:
    reference = runs.reference(2)
    port = runs.dumped(reference, stages=("mel",))
    port = replace(port, stages={"mel": replace(port["mel"], array=np.asarray(port["mel"].array) + 1)})
    return compare(reference, port)


def named(name: str) -> Comparison:
    """Give a comparison with a name wherever words from outside can be."""
    assumption = Assumption(name, "mel", f"{name} is float32", False, (f"mel={name}:float32:80,T",))
    provenance = Provenance(name, f"{name} (0123456789ab)", (f"{name} was left out",), (assumption,), name)
    compared = base()
    renamed = (replace(run, name=name, provenance=provenance) for run in (compared.reference, compared.port))
    reference, port = renamed
    stages = tuple(replace(found, reason=f"{name} differs") for found in compared.stages)
    return replace(
        compared,
        reference=reference,
        port=port,
        stages=stages,
        profile=Profile(name, load_profile().limits),
        structure=(StructureFinding("mel", "constant", f"{name} is constant"),),
        diagnosis=Diagnosis((), (Unexplained("mel", f"{name} is not explained"),)),
    )


def texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


class Page(HTMLParser):
    """The tags of a page with their attributes' names, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_text_has_the_lines_that_it_has_for_any_name(name: str) -> None:
    shown = report_text(named(name), WIDE)
    lines = shown.splitlines()
    assert len(lines) == len(report_text(named(PLAIN), WIDE).splitlines())
    assert all(line.isprintable() for line in shown.split("\n"))
    head = printable(name, MAX_NAME)
    assert lines[0].startswith(f"DIFFERS  {head} against {head}, profile ")
    assert sum(line.startswith(("IDENTICAL", "AGREES", "DIFFERS")) for line in lines) == 1


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_terminal_gets_no_command_but_our_own(name: str) -> None:
    console = Console(width=WIDE, force_terminal=True, color_system="standard", highlight=False)
    with console.capture() as captured:
        console.print(*matrices([named(name), named(PLAIN)], WIDE))
    commands = {part.partition("m")[0] for part in captured.get().split("\x1b")[1:]}
    assert commands <= {"[0", "[1", "[1;31", "[1;32", "[1;33"}
    assert printable(name, MAX_NAME) in captured.get()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_numbers_are_valid_json_of_printable_words(name: str) -> None:
    content = report_json([named(name), named(PLAIN)]).encode()
    data = json.loads(content, parse_constant=pytest.fail)
    assert all(text.isprintable() for text in texts(data))
    assert data["comparisons"][0]["port"]["name"] == printable(name, MAX_NAME)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_page_has_the_parts_that_it_has_for_any_name(name: str) -> None:
    page = Page(report_html([named(name)]).encode().decode())
    assert page.tags == Page(report_html([named(PLAIN)])).tags
    assert all(line.isprintable() for line in page.text.split("\n"))
    assert printable(name, MAX_NAME) in page.text


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_build_servers_report_is_valid_xml(name: str) -> None:
    root, plain = (ET.fromstring(report_junit([named(each)]).encode()) for each in (name, PLAIN))
    assert [each.tag for each in root.iter()] == [each.tag for each in plain.iter()]
    suite = next(root.iter("testsuite"))
    assert suite.get("name") == printable(name, MAX_NAME)
    assert all(text.isprintable() for each in root.iter() for text in each.attrib.values())


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_a_dumps_files_are_named_as_they_are(name: str, tmp_path: Path) -> None:
    """The way back to a file keeps its name; what is shown of it is printable."""
    folder = tmp_path / name
    folder.mkdir()
    mel = np.asarray(base().port["mel"].array)
    (folder / f"mel {name}.bin").write_bytes(mel.astype("<f4").tobytes())
    (folder / f"{name}.txt").write_text("nothing")
    run = load_run(folder)
    assert (run.name, run.provenance.source) == (printable(name, MAX_NAME), str(folder))
    (assumption,) = run.provenance.assumptions
    assert assumption.file == f"mel {name}.bin"
    assert all(note.isprintable() for note in (*run.provenance.notes, assumption.decided))


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_arrays_in_a_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    mel = np.asarray(base().port["mel"].array)
    np.savez(tmp_path / "dump.npz", **{"mel_spectrogram": mel, f"x {name}".encode(errors="replace").decode(): mel[:3]})
    shown = report_text(compare(base().reference, load_run(tmp_path / "dump.npz")), WIDE)
    assert all(line.isprintable() for line in shown.split("\n"))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_metadata_may_name_anything(name: str, tmp_path: Path) -> None:
    np.save(tmp_path / "mel_spectrogram.npy", np.asarray(base().port["mel"].array))
    said = {"audio_path": name, "mode": name, "fps": name, name: [name], "mel_shape": name, "n_frames": name}
    (tmp_path / "metadata.json").write_text(json.dumps(said))
    run = load_run(tmp_path)
    assert run.provenance.audio in {None, name}
    (note,) = (note for note in run.provenance.notes if "configuration" in note)
    assert note.isprintable()
    assert len(note) < 300


def test_an_error_within_an_error_is_escaped_once() -> None:
    run = Run("a\x1bb", "loaded", {})
    with pytest.raises(Exception, match=r"a\\x1bb has no stage") as raised:
        run["mel"]
    assert "\\\\" not in str(raised.value)

"""The map of a corpus as text, JSON and a page: the same facts in each, whatever the names are made of."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from framescope.app.__main__ import parse
from framescope.core.corpus.baseline import movements
from framescope.core.corpus.corpus_map import CorpusMap
from framescope.core.corpus.outcome import Cause, Outcome
from framescope.core.report.corpus_data import corpus_json, open_command
from framescope.core.report.corpus_page import corpus_page
from framescope.core.report.corpus_text import corpus_report
from helpers.corpora import outcome, table_of
from rich.console import Console

LINEAR = Cause("resampler", "resampler", "linear")
Made = dict[str, tuple[dict[str, str], Outcome]]


def six(name: str = "a.wav") -> Made:
    made = {f"{n}{name}": ({}, outcome("differ", LINEAR, rmse=0.1 * (n + 1), rate="44100")) for n in range(2)}
    made |= {f"{n}{name}": ({}, outcome(rate="16000")) for n in range(2, 5)}
    return made | {f"5{name}": ({}, outcome(state="failed"))}


def text_of(corpus: CorpusMap, moved: Any = None) -> str:
    console = Console(width=200, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(corpus_report(corpus, moved))
    return capture.get()


def test_the_text_answers_first() -> None:
    lines = text_of(CorpusMap(table_of(six()))).splitlines()
    assert lines[0] == "DIFFERS  2 of 5 recordings differ, 60.00 % agree, 1 failed, profile desktop"
    assert lines[1:3] == ["causes", "  resampler = linear on 40.00 %: rate 44100 100 %, 16000 0.00 %"]
    assert "  5a.wav: a.wav: is not a recording" in lines


def test_the_json_has_what_the_reference_says() -> None:
    data = json.loads(corpus_json(CorpusMap(table_of(six()))))
    assert data["schema"] == "framescope-corpus/1"
    assert (data["verdict"], data["agreeing"], len(data["recordings"])) == ("differ", 0.6, 5)
    (cause,) = data["causes"]
    assert {name: cause[name] for name in ("id", "parameter", "found", "share")} == {
        "id": "resampler",
        "parameter": "resampler",
        "found": "linear",
        "share": 0.4,
    }
    assert cause["groups"] == {"rate": {"16000": 0.0, "44100": 1.0}}
    first, last = data["recordings"][0], data["recordings"][-1]
    assert (first["path"], first["verdict"], first["causes"]) == (
        "0a.wav",
        "differ",
        [{"id": "resampler", "parameter": "resampler", "found": "linear"}],
    )
    assert first["worst_place"] == {"stage": "mel", "place": "band 3, column 5", "seconds": 0.4, "frame": 10}
    assert last["worst_place"] is None
    assert data["failed"] == [
        {"path": "5a.wav", "port": "port/5a.wav", "error": "a.wav: is not a recording", "by": "data"}
    ]


def test_the_command_opens_the_recording_at_the_worst_frame() -> None:
    corpus = CorpusMap(table_of(six(" b'.wav")))
    arguments = parse(shlex.split(open_command(corpus, int(corpus.worst[0])))[1:])
    assert (arguments.audio, arguments.ports, arguments.frame) == (
        Path("/corpus/1 b'.wav"),
        [Path("/corpus/port/1 b'.wav")],
        10,
    )


def test_the_page_names_causes_groups_and_commands() -> None:
    page = corpus_page(CorpusMap(table_of(six())))
    for words in ("<b>resampler = linear</b> on 40.00 %: rate 44100 100 %", "--frame 10", "a.wav: is not a recording"):
        assert words in page
    assert page.count("<svg") == 1


@pytest.mark.parametrize("name", ["<b>.wav", "a\x1b[2J.wav", "\u202egnp.wav", "[red].wav", "a\nb.wav", "\udce9.wav"])
def test_a_name_may_be_anything(name: str) -> None:
    made = {("o" + name.encode(errors="replace").decode()): ({"<i>": "[bold]"}, outcome("differ", LINEAR, rmse=0.1))}
    corpus = CorpusMap(table_of(made))
    assert "<b>.wav" not in corpus_page(corpus)
    assert "\x1b" not in text_of(corpus) + corpus_json(corpus) + corpus_page(corpus)


def test_a_baseline_is_said_in_every_form() -> None:
    before = table_of({name: ({}, outcome()) for name in six()})
    table = table_of(six())
    moved = movements(before, table)
    assert "against the baseline: 3 worse" in text_of(CorpusMap(table), moved)
    assert "0a.wav: worse, agree -&gt; differ" in corpus_page(CorpusMap(table), moved)
    data = json.loads(corpus_json(CorpusMap(table), moved))["baseline"]
    assert [(each["audio"], each["change"]) for each in data] == [(f"{n}a.wav", "worse") for n in (0, 1, 5)]

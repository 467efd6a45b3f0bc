"""The map: shares, groups, the unusual and the worst; and what got better or worse than before."""

from pathlib import Path

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.corpus.baseline import movements
from framescope.core.corpus.corpus_map import CorpusMap
from framescope.core.corpus.outcome import Cause, Outcome
from framescope.core.corpus.results import Results
from framescope.core.corpus.table import load_table
from helpers.corpora import outcome, table_of

LINEAR = Cause("resampler", "resampler", "linear")
SYMMETRIC = Cause("window_symmetry", "window.symmetry", "symmetric")


def ten() -> dict[str, tuple[dict[str, str], Outcome]]:
    """Four recordings at 44.1 kHz, all with one cause; six at 16 kHz without, but for one that has another."""
    made = {f"high{n}": ({"device": "ab"[n % 2]}, outcome("differ", LINEAR, rmse=0.1, rate="44100")) for n in range(4)}
    made |= {f"low{n}": ({"device": "ab"[n % 2]}, outcome(rate="16000")) for n in range(5)}
    return made | {"odd": ({"device": "a"}, outcome("differ", SYMMETRIC, rmse=0.5, rate="16000"))}


def test_causes_lie_on_their_groups() -> None:
    corpus = CorpusMap(table_of(ten()))
    assert corpus.agreeing == 0.5
    assert corpus.counts == {"differ": 5, "not comparable": 0, "agree": 5, "identical": 0}
    linear, symmetric = corpus.causes
    assert (linear.cause, linear.share, linear.column) == (LINEAR, 0.4, "rate")
    assert linear.groups["rate"] == {"16000": 0.0, "44100": 1.0}
    assert linear.groups["device"] == pytest.approx({"a": 2 / 6, "b": 2 / 4})
    assert (symmetric.share, symmetric.column) == (0.1, "")


def test_a_recording_is_unusual_by_what_it_has_and_by_what_it_lacks() -> None:
    made = ten()
    made["high0"] = ({"device": "a"}, outcome(rate="44100"))
    corpus = CorpusMap(table_of(made))
    assert [(corpus.table.audio[each.row], each.more, each.missing) for each in corpus.unusual] == [
        ("high0", (), (LINEAR,)),
        ("odd", (SYMMETRIC,), ()),
    ]


def test_the_worst_come_first_and_only_what_differs_is_among_them() -> None:
    corpus = CorpusMap(table_of(ten()))
    assert [corpus.table.audio[row] for row in corpus.worst] == ["odd", "high0", "high1", "high2", "high3"]


def test_errors_are_told_by_stage() -> None:
    (mel,) = CorpusMap(table_of(ten())).stages
    assert (mel.stage, mel.recordings, mel.agreeing, mel.largest) == ("mel", 10, 0.5, 1.0)
    assert mel.quantiles == pytest.approx(np.quantile([1e-8] * 5 + [0.1] * 4 + [0.5], (0.05, 0.25, 0.5, 0.75, 0.95)))


def test_names_are_no_groups() -> None:
    made = {f"r{n}": ({"transcript": f"words {n}", "set": "ab"[n % 2]}, outcome()) for n in range(60)}
    assert [*CorpusMap(table_of(made)).groups] == ["set"]


def test_what_failed_counts_for_nothing_but_itself() -> None:
    corpus = CorpusMap(table_of(ten() | {"bad": ({}, outcome(state="failed")), "none": ({}, outcome(state="no dump"))}))
    assert (corpus.agreeing, len(corpus.failed), int(corpus.table.compared.sum())) == (0.5, 1, 10)


def test_the_manifest_says_a_group_before_what_is_measured() -> None:
    table = table_of({"a": ({"rate": "told"}, outcome(rate="44100")), "b": ({}, outcome(rate="16000"))})
    assert table.groups["rate"].tolist() == ["told", "16000"]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (outcome("agree"), outcome("differ", rmse=0.1), "worse"),
        (outcome("differ", rmse=0.1), outcome("agree"), "better"),
        (outcome("differ", rmse=0.1), outcome("differ", rmse=0.2), "worse"),
        (outcome("differ", rmse=0.2), outcome("differ", rmse=0.1), "better"),
        (outcome("differ", rmse=0.1), outcome("differ", rmse=0.1001), None),
        (outcome("agree", rmse=1e-8), outcome("identical", rmse=0), None),
        (outcome("agree"), outcome(state="failed"), "worse"),
    ],
)
def test_a_recording_moves_by_its_verdict_or_its_error(before: Outcome, after: Outcome, change: str | None) -> None:
    moved = movements(table_of({"a": ({}, before)}), table_of({"a": ({}, after)}))
    assert [each.change for each in moved] == ([change] if change else [])


def test_what_is_new_and_what_is_gone_is_said() -> None:
    moved = movements(table_of({"a": ({}, outcome())}), table_of({"b": ({}, outcome())}))
    assert [(each.audio, each.change) for each in moved] == [("b", "new"), ("a", "gone")]


def test_the_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = table_of(ten(), tmp_path / "r.sqlite")
    read = load_table(tmp_path / "r.sqlite")
    assert (read.audio.tolist(), read.causes_of(0), read.worst_frame[9]) == ([*ten()], [LINEAR], 10)
    for name, column in written.columns().items():
        np.testing.assert_array_equal(column, read.columns()[name], name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "does not exist"), (b"no database at all, but text", "cannot be used"), (b"", "is not the results")],
)
def test_what_is_no_results_is_refused(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"r.sqlite: {sentence}"):
        load_table(path)


def test_results_of_another_version_are_refused(tmp_path: Path) -> None:
    with Results(tmp_path / "r.sqlite", create=True) as results:
        results.database.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match="has version 99; this Framescope has 1"):
        load_table(tmp_path / "r.sqlite")

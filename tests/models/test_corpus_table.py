"""The table of a corpus: filtered by words, sorted by numbers, formatted where it is seen."""

import numpy as np
import pytest
from framescope.core.corpus.outcome import Cause, Outcome
from framescope.models.corpus_table import (
    CorpusTableModel,
    PreparedCorpus,
    Query,
    group_errors,
    prepare,
    rows_of,
)
from helpers.corpora import outcome, table_of
from PySide6.QtCore import Qt

CAUSES = Cause("resampler", "resampler", "linear"), Cause("gain", "gain.factor", "2")


@pytest.fixture(scope="module")
def corpus() -> PreparedCorpus:
    made: dict[str, tuple[dict[str, str], Outcome]] = {
        "b.wav": ({"speaker": "Ann"}, outcome("differ", *CAUSES, rmse=0.2, rate="44100")),
        "c.wav": ({"speaker": "Ben"}, outcome(rmse=1e-8, rate="16000")),
        "a.wav": ({"speaker": "Ann"}, outcome("differ", CAUSES[0], rmse=0.1, rate="44100")),
        "d.wav": ({}, outcome(state="failed")),
    }
    return prepare(table_of(made))


def titles(corpus: PreparedCorpus) -> list[str]:
    return [column.title for column in corpus.columns]


def test_a_cell_says_what_the_results_do(corpus: PreparedCorpus) -> None:
    cells = {column.title: [column.text(row) for row in range(4)] for column in corpus.columns}
    assert cells["Verdict"] == ["differ", "agree", "differ", "failed"]
    assert cells["Causes"] == ["resampler = linear, gain.factor = 2", "", "resampler = linear", ""]
    assert cells["mel RMSE"] == ["0.2", "1e-08", "0.1", "-"]
    assert cells["speaker"] == ["Ann", "Ben", "Ann", ""]
    assert cells["Error"][3] == "a.wav: is not a recording"


@pytest.mark.parametrize(
    ("text", "rows"),
    [("", [0, 1, 2, 3]), ("DIFFER", [0, 2]), ("differ ann gain", [0]), ("speaker=ben", [1]), ("nothing", [])],
)
def test_the_rows_have_all_words(text: str, rows: list[int], corpus: PreparedCorpus) -> None:
    assert rows_of(corpus, Query(text)).tolist() == rows


@pytest.mark.parametrize(
    ("title", "rows", "ann_descending"),
    [("Recording", [2, 0, 1, 3], [0, 2]), ("mel RMSE", [3, 1, 2, 0], [0, 2]), ("Verdict", [1, 0, 2, 3], [0, 2])],
)
def test_the_rows_are_sorted(title: str, rows: list[int], ann_descending: list[int], corpus: PreparedCorpus) -> None:
    column = titles(corpus).index(title)
    assert rows_of(corpus, Query(column=column)).tolist() == rows
    assert rows_of(corpus, Query("ann", column, descending=True)).tolist() == ann_descending


def test_the_model_shows_the_rows_that_are_wanted(corpus: PreparedCorpus) -> None:
    model = CorpusTableModel()
    asked = []
    model.sort_wanted.connect(lambda *order: asked.append(order))
    assert (model.rowCount(), model.columnCount()) == (0, 0)
    model.show(corpus, np.array([2, 0]))
    assert (model.rowCount(), model.columnCount()) == (2, len(corpus.columns))
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Recording"
    assert model.index(0, 0).data() == "a.wav"
    assert model.index(1, 0).data(Qt.ItemDataRole.UserRole) == 0
    model.sort(2, Qt.SortOrder.DescendingOrder)
    assert asked == [(2, True)]


def test_errors_are_told_by_group(corpus: PreparedCorpus) -> None:
    ann, ben = group_errors(corpus.table, "mel", "speaker")
    assert (ann.group, ann.recordings, ann.quantiles[2]) == ("Ann", 2, pytest.approx(0.15))
    assert (ben.group, ben.recordings) == ("Ben", 1)

"""A corpus in the window: opened, filtered, plotted, and a row opened at its worst frame."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.commands import COMMANDS
from framescope.app.window.window import MainWindow
from framescope.core.corpus.outcome import Cause, WorstPlace
from framescope.core.corpus.results import Results
from helpers.corpora import outcome, table_of
from helpers.windows import drop, settle
from PySide6.QtCore import QCoreApplication, Qt

LINEAR = Cause("resampler", "resampler", "linear")


@pytest.fixture
def results(tmp_path: Path, recording: Path, ports: tuple[Path, Path]) -> Path:
    """A corpus of three, of which the first is the recording and its faulty port."""
    worst = WorstPlace("features", "frame 30", 1.2, 30, 0.0, 1.0)
    made = {str(recording): ({}, replace(outcome("differ", LINEAR, rmse=0.5, rate="16000"), worst=worst))}
    made |= {f"{n}.wav": ({}, outcome(rate="44100")) for n in range(2)}
    path = tmp_path / "corpus.sqlite"
    table_of(made, path)
    with Results(path) as written:
        written.database.execute("UPDATE recordings SET port = ? WHERE number = 0", (str(ports[1]),))
    return path


def shown(window: MainWindow, column: int = 0) -> list[str]:
    model = window.corpora.model
    return [Path(str(model.index(row, column).data())).name for row in range(model.rowCount())]


def test_a_row_opens_its_recording_and_port_at_the_worst_frame(
    window: MainWindow, results: Path, recording: Path, ports: tuple[Path, Path]
) -> None:
    drop(window, results)
    settle(window)
    panel = window.corpora.panel
    assert panel.answer.text() == "corpus.sqlite: 1 of 3 recordings differ; resampler = linear on 33.33 %"
    assert (panel.stage.currentText(), panel.column.currentText()) == ("mel", "rate")
    panel.table.clicked.emit(panel.table.model().index(0, 0))
    settle(window)
    assert (window.model.path, window.timeline.frame) == (recording, 30)
    assert [run.path for run in window.runs.items if run.path] == [ports[1]]


def test_a_corpus_has_a_workspace_that_stays_while_rows_are_opened(
    opened: MainWindow, results: Path, ports: tuple[Path, Path]
) -> None:
    window = opened
    window.resize(1366, 768)
    window.corpora.open(results)
    settle(window)
    assert window.panels.current == "corpus"
    window.commands.run(next(command for command in COMMANDS if command.id == "workspace_inspect"))
    assert not window.panels.shows("corpus")
    window.commands.run(next(command for command in COMMANDS if command.id == "workspace_corpus"))
    QCoreApplication.processEvents()
    assert window.panels.shows("corpus")
    window.corpora.open_row(0)
    settle(window)
    assert [run.path for run in window.runs.items if run.path] == [ports[1]]
    assert (window.panels.current, window.timeline.frame) == ("corpus", 30)
    assert window.panels.shows("corpus")
    assert window.lanes.mel.isVisible()


def test_rows_are_filtered_and_sorted_beside_the_window(window: MainWindow, results: Path) -> None:
    window.corpora.open(results)
    settle(window)
    panel = window.corpora.panel
    panel.filter.setText("rate=44100")
    settle(window)
    assert shown(window) == ["0.wav", "1.wav"]
    panel.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    settle(window)
    assert shown(window) == ["1.wav", "0.wav"]
    panel.filter.clear()
    settle(window)
    assert len(shown(window)) == 3


def test_what_is_no_corpus_is_said_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"")
    window.corpora.open(tmp_path / "a.sqlite")
    settle(window)
    assert "a.sqlite: is not the results of a corpus" in window.progress.text()
    assert window.corpora.dock is None


def test_the_plot_draws_a_box_a_group(window: MainWindow, results: Path) -> None:
    window.corpora.open(results)
    settle(window)
    items: list[Any] = window.corpora.panel.plot.findChildren(type(window.corpora.panel.plot._plot))[0].listDataItems()
    assert items

"""The table of stages and ports: every figure is that of `framescope compare --json`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.core.compare.comparison import compare
from framescope.core.compare.tolerance import Profile, Tolerance, load_profile
from framescope.core.run import Run, Stage
from framescope.models.comparison_table import COLUMNS, ComparisonTable, movement
from framescope.models.jobs import Jobs
from framescope.models.recording import RecordingModel
from framescope.models.runs import Runs
from framescope.models.timeline import Timeline
from helpers import dumps
from PySide6.QtCore import QModelIndex, Qt

PATIENCE = 60_000
TITLES = [column.title for column in COLUMNS]
MEL = dumps.speech_mel(200)
PORTS = ("go_dump_talk_hb", "go_cli_talk_hb", "real_dumps/go", "real_dumps/swift")


@pytest.fixture
def runs(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    jobs, timeline = Jobs(), Timeline()
    recording = RecordingModel(timeline, jobs)
    runs = Runs(recording, timeline, jobs)
    yield runs
    runs.close()
    jobs.close()


@pytest.fixture
def table(runs: Runs, qtmodeltester: Any) -> ComparisonTable:
    table = ComparisonTable(runs)
    qtmodeltester.check(table)
    return table


def opened(runs: Runs, qtbot: Any, *paths: Path) -> list[int]:
    keys = [runs.add(path) for path in paths]
    qtbot.waitUntil(lambda: {item.state for item in runs.items} == {"ready"}, timeout=PATIENCE)
    return keys


def mel_dump(folder: Path, mel: Any) -> Path:
    folder.mkdir(exist_ok=True)
    np.save(folder / "mel.npy", mel)
    return folder


def cells(table: ComparisonTable, row: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> dict[str, Any]:
    return {title: table.index(row, at).data(role) for at, title in enumerate(TITLES)}


def keys(table: ComparisonTable) -> list[tuple[int, str]]:
    return [table.index(row, 0).data(Qt.ItemDataRole.UserRole) for row in range(table.rowCount())]


def numbers(text: str) -> list[int]:
    return [int(size.replace(",", "")) for size in text.split(" x ")]


def test_every_figure_is_that_of_the_command_line(
    runs: Runs, table: ComparisonTable, shared: Path, qtbot: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    reference, ports = shared / "python_talk_hb", [shared / name for name in PORTS]
    main(["compare", *map(str, ports), "--reference", str(reference), "--json", "-"])
    said = json.loads(capsys.readouterr().out)["comparisons"]
    opened(runs, qtbot, reference)  # first, so that the ports are read beside it at once
    loaded = opened(runs, qtbot, *ports)
    stages = {(key, stage["stage"]): stage for key, of in zip(loaded, said, strict=True) for stage in of["stages"]}
    assert sorted(keys(table)) == sorted(stages)
    for row, (key, name) in enumerate(keys(table)):
        shown, stage = cells(table, row), stages[key, name]
        assert (shown["Stage"], shown["Verdict"]) == (name, stage["verdict"])
        for shape, side in zip(shown["Port / reference"].split(" / "), ("port_shape", "reference_shape"), strict=True):
            assert (None if shape == "-" else numbers(shape)) == stage[side]
        assert (None if shown["Lag"] == "-" else int(shown["Lag"])) == stage["lag"]
        for title, figure in {"Max": "max_abs", "Mean": "mean_abs", "RMSE": "rmse"}.items():
            error = None if shown[title] == "-" else float(shown[title])
            assert error == (None if stage[figure] is None else pytest.approx(stage[figure], rel=5e-3)), (name, title)
        share = None if shown["Within"] == "-" else float(shown["Within"].removesuffix(" %")) / 100
        assert share == (None if stage["within"] is None else pytest.approx(stage["within"], abs=1e-4))
        own = stage["own_verdict"]
        assert shown["On its own input"] == (own["verdict"] if own else "-")
        sentences = cells(table, row, Qt.ItemDataRole.ToolTipRole)
        assert sentences["Verdict"] == stage["reason"]
        assert not own or sentences["On its own input"] == own["text"]
        if stage["worst"]:
            assert sentences["Max"].startswith(stage["worst"][0]["place"] + ": reference ")


def test_the_first_divergence(runs: Runs, table: ComparisonTable, tmp_path: Path, qtbot: Any) -> None:
    other = MEL.copy()
    other[7, 30] += 0.5
    opened(runs, qtbot, mel_dump(tmp_path / "a", MEL), mel_dump(tmp_path / "b", other))
    assert "column 30" in cells(table, 0)["First divergence"]
    sentence = cells(table, 0, Qt.ItemDataRole.ToolTipRole)["First divergence"]
    assert f"reference {MEL[7, 30]:.6g}, port {other[7, 30]:.6g}" in sentence


def test_rows_are_ordered_by_stage_and_then_by_port(
    runs: Runs, table: ComparisonTable, tmp_path: Path, qtbot: Any
) -> None:
    paths = [mel_dump(tmp_path / name, MEL) for name in "abc"]
    for path in paths:
        np.save(path / "windows.npy", np.stack([MEL[:, start : start + 16].T for start in range(0, 180, 4)]))
    _, b, c = opened(runs, qtbot, *paths)
    assert keys(table) == [(b, "mel"), (c, "mel"), (b, "windows"), (c, "windows")]
    spoken = cells(table, 1, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken["Verdict"] == "mel of c, Verdict: identical"
    assert table.headerData(0, Qt.Orientation.Horizontal) == "Stage"
    assert table.rowCount(table.index(0, 0)) == 0
    with qtbot.waitSignal(table.modelReset, timeout=PATIENCE):
        runs.remove(b)
    assert keys(table) == [(c, "mel"), (c, "windows")]


def test_other_tolerances_change_cells_not_rows(runs: Runs, table: ComparisonTable, tmp_path: Path, qtbot: Any) -> None:
    opened(runs, qtbot, mel_dump(tmp_path / "a", MEL), mel_dump(tmp_path / "b", MEL + np.float32(0.25)))
    assert cells(table, 0)["Verdict"] == "differ"
    told: list[QModelIndex] = []
    table.dataChanged.connect(lambda first, last: told.append(last))
    with qtbot.assertNotEmitted(table.modelReset):
        runs.set_profile(Profile("desktop", {**load_profile().limits, "mel": Tolerance(0.3)}))
        qtbot.waitUntil(lambda: cells(table, 0)["Verdict"] == "agree", timeout=PATIENCE)
    assert (told[-1].row(), told[-1].column()) == (0, len(TITLES) - 1)
    assert "0.3" in cells(table, 0, Qt.ItemDataRole.ToolTipRole)["Within"]


def test_what_no_cell_shows_changes_no_cell(runs: Runs, table: ComparisonTable, tmp_path: Path, qtbot: Any) -> None:
    _, b, c = opened(runs, qtbot, *(mel_dump(tmp_path / name, MEL) for name in "abc"))
    told: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    for key in (c, b):
        runs.choose(key)
    runs.updated.emit(b)
    assert told == []
    np.save(tmp_path / "c" / "mel.npy", MEL + np.float32(0.25))
    runs.reread(c)
    qtbot.waitUntil(lambda: cells(table, 1)["Verdict"] == "differ", timeout=PATIENCE)
    assert set(told) == {(1, 1)}


def run(**arrays: Any) -> Run:
    return Run("run", "loaded", {name: Stage(name, array) for name, array in arrays.items()})  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.5, 0.25, "mel: mean 0.5 -> 0.25, better"),
        (0.25, 0.5, "mel: mean 0.25 -> 0.5, worse"),
        (0.25, 0.25, "mel: mean 0.25 -> 0.25, same"),
        (None, 0.25, "mel: mean - -> 0.25, new"),
        (0.25, None, "mel: mean 0.25 -> -, gone"),
    ],
)
def test_how_the_figures_moved(before: float | None, after: float | None, said: str) -> None:
    base = np.linspace(-3, 3, 80 * 100).reshape(80, 100)
    windows = np.zeros((4, 16, 80))

    def compared(error: float | None) -> Any:
        port = {"windows": windows} if error is None else {"windows": windows, "mel": base + error}
        return compare(run(mel=base, windows=windows), run(**port))

    moved = movement(compared(before), compared(after))
    assert [str(each) for each in moved] == [said, "windows: mean 0 -> 0, same"]


def test_a_verdict_counts_more_than_the_mean() -> None:
    base = np.linspace(-3, 3, 80 * 100).reshape(80, 100)
    peak = base.copy()
    peak[5, 5] += 0.01
    moved = movement(compare(run(mel=base), run(mel=peak)), compare(run(mel=base), run(mel=base + 5e-5)))
    assert (moved[0].change, moved[0].before < moved[0].after) == ("better", True)


def test_every_column_says_what_it_means(table: ComparisonTable) -> None:
    role = Qt.ItemDataRole.ToolTipRole
    said = [table.headerData(section, Qt.Orientation.Horizontal, role) for section in range(table.columnCount())]
    assert dict(zip(TITLES, said, strict=True))["Max"] == "Largest |port - reference|"
    assert all(said)
    assert table.headerData(0, Qt.Orientation.Vertical, role) is None

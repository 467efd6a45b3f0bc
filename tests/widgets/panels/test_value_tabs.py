"""The tabs below the readout: scatter with its lines, errors, and the list of worst cells."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.density import density
from framescope.core.compare.locations import ValueLocation
from framescope.core.compare.pair import PairedValues
from framescope.core.drawing.summary import summarise
from framescope.models.jobs import Jobs
from framescope.widgets.panels import value_tabs
from framescope.widgets.panels.value_tabs import ValueTabs
from framescope.widgets.panels.worst_cells import WorstCells
from framescope.widgets.plots.scatter import Scatter
from PySide6.QtCore import Qt, QThread
from PySide6.QtTest import QTest

X = np.random.default_rng(0).random(3000)
PLACES = [
    ValueLocation((558, 5, 1, 2), "frame 558", 1.0, 3.0, 9),
    ValueLocation((558, 0, 0, 3), "frame 558", 1.0, 2.0, 9),
]


def paired(port: Any, reference: Any = X, total: int | None = None) -> PairedValues:
    return PairedValues(reference, np.asarray(port), total or len(reference))


@pytest.fixture
def tabs(qtbot: Any) -> ValueTabs:
    widget = ValueTabs()
    qtbot.addWidget(widget)
    widget.resize(420, 320)
    widget.load_plots()
    widget.show()
    return widget


@pytest.fixture
def jobs(qtbot: Any) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    jobs.close()


@pytest.fixture
def scatter(tabs: ValueTabs) -> Scatter:
    tabs.set_stages(["mel"])
    tabs.tabs.setCurrentWidget(tabs.scatter)
    return tabs.scatter


def drawn(scatter: Scatter) -> list[tuple[int, int]]:
    """Pixels of the fitted line's colour."""
    image = scatter.grab().toImage()
    return [(x, y) for x in range(60, 420, 2) for y in range(30, 290) if image.pixelColor(x, y).name() == "#d95f02"]


@pytest.mark.parametrize(("factor", "words"), [(2.0, "slope 2,"), (0.5, "slope 0.5,"), (1.0, "slope 1,")])
def test_a_factor_is_the_slope_of_the_line(
    tabs: ValueTabs, scatter: Scatter, qtbot: Any, factor: float, words: str
) -> None:
    tabs.set_values(X, paired(factor * X))
    assert scatter.text.startswith(words)
    qtbot.waitUntil(lambda: len(drawn(scatter)) > 50)


def test_values_that_are_not_finite_have_no_place(tabs: ValueTabs, scatter: Scatter, qtbot: Any) -> None:
    port = 2 * X
    port[::3], port[1::3] = np.nan, np.inf
    tabs.set_values(X, paired(port))
    assert scatter.text.startswith("slope 2,")
    assert "1,000 of 3,000 pairs" in scatter.text
    tabs.set_values(X, paired(X, np.ones(len(X))))
    assert "does not vary" in scatter.text
    tabs.set_values(X, None)
    assert scatter.text == "The port has no values here."
    qtbot.waitUntil(lambda: drawn(scatter) == [])


def test_all_pairs_are_counted_where_only_some_are_sampled_and_finer_where_one_zooms_in(
    tabs: ValueTabs, scatter: Scatter, qtbot: Any
) -> None:
    tabs.set_values(X, paired(X[:10], X[:10], total=10**7), lambda: [(X, X + 0.5)])
    assert scatter.text.startswith("slope 1, offset +0.5; 3,000 of 10,000,000 pairs")
    plot = scatter.plot
    assert plot is not None
    plot.part_wanted.emit((0.2, 0.3), (0.7, 0.8))
    assert plot.density is not None
    assert plot.density.counts.sum() == ((X > 0.2) & (X < 0.3)).sum()
    plot.plot.autoBtn.clicked.emit(plot.plot.autoBtn)
    assert plot.density.counts.sum() == len(X)
    plot.tell_at(float(X[0]), float(X[0]) + 0.5)
    assert "pairs here: " in plot.told
    assert not plot.told.endswith(": 0")


def test_what_was_given_before_the_plots_could_be_drawn_is_drawn_then(qtbot: Any) -> None:
    tabs = ValueTabs()
    qtbot.addWidget(tabs)
    tabs.set_values(X)
    assert tabs.statistics.histogram is None
    tabs.load_plots()
    histogram = tabs.statistics.histogram
    assert histogram is not None
    assert histogram.counts.sum() == np.count_nonzero(X)


def test_the_errors_are_the_differences(tabs: ValueTabs) -> None:
    tabs.set_stages(["mel"])
    tabs.tabs.setCurrentWidget(tabs.errors)
    tabs.set_values(X, paired(X + 0.5, total=10**6))
    assert (tabs.errors.figure("Range"), tabs.errors.figure("Values")) == ("0.5 to 0.5", "3,000")
    tabs.tabs.setCurrentWidget(tabs.statistics)
    assert tabs.statistics.figure("Mean") == f"{X.mean():.6g}"


def test_without_a_comparison_there_is_only_the_statistics_tab(tabs: ValueTabs) -> None:
    assert [tabs.tabs.isTabVisible(n) for n in range(4)] == [True, False, False, False]
    tabs.set_stages(["mel", "features"])
    assert all(tabs.tabs.isTabVisible(n) for n in range(4))


def test_a_scope_stays_while_it_is_offered(tabs: ValueTabs, qtbot: Any) -> None:
    tabs.set_stages(["mel", "features"])
    with qtbot.waitSignal(tabs.scope_changed) as heard:
        tabs.set_scope("features")
    assert heard.args == ["features"]
    tabs.set_stages(["features"])
    assert tabs.scope == "features"
    tabs.set_stages(["mel"])
    assert tabs.scope is None


def test_places_are_looked_for_only_where_they_are_seen(tabs: ValueTabs) -> None:
    tabs.set_stages(["tensors"])
    asked: list[int] = []
    tabs.set_places("tensors", lambda: asked.append(1) or PLACES)  # type: ignore[func-returns-value]
    assert asked == []
    tabs.tabs.setCurrentWidget(tabs.worst)
    assert (asked, tabs.worst.places) == ([1], tuple(PLACES))


def test_a_click_and_return_lead_to_a_place(qtbot: Any) -> None:
    cells = WorstCells()
    qtbot.addWidget(cells)
    cells.resize(420, 200)
    cells.set_places("tensors", PLACES)
    cells.show()
    row = cells.visualItemRect(cells.topLevelItem(1)).center()
    with qtbot.waitSignal(cells.chosen) as heard:
        QTest.mouseClick(cells.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert heard.args == ["tensors", (558, 0, 0, 3)]
    QTest.keyClick(cells, Qt.Key.Key_Up)
    with qtbot.waitSignal(cells.chosen) as heard:
        QTest.keyClick(cells, Qt.Key.Key_Return)
    assert heard.args == ["tensors", (558, 5, 1, 2)]


@pytest.mark.parametrize("name", ["statistics", "scatter", "errors", "worst"])
def test_in_a_window_the_figures_are_worked_out_beside_it(
    name: str, qtbot: Any, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[QThread] = []

    def noted(work: Callable[[], Any]) -> Any:
        threads.append(QThread.currentThread())
        return work()

    monkeypatch.setattr(value_tabs, "summarise", lambda values: noted(lambda: summarise(values)))
    monkeypatch.setattr(value_tabs, "density", lambda blocks: noted(lambda: density(blocks)))
    tabs = ValueTabs(jobs)
    qtbot.addWidget(tabs)
    tabs.set_stages(["tensors"])
    tabs.tabs.setCurrentWidget(getattr(tabs, name))
    tabs.set_places("tensors", lambda: noted(lambda: PLACES))
    tabs.set_values(X, paired(X + 0.5))
    assert jobs.wait_idle(30)
    shown = {
        "statistics": tabs.statistics.figure("Mean") == f"{X.mean():.6g}",
        "scatter": tabs.scatter.text.startswith("slope 1,"),
        "errors": tabs.errors.figure("Range") == "0.5 to 0.5",
        "worst": tabs.worst.places == tuple(PLACES),
    }
    assert [each for each in shown if shown[each]] == [name]
    assert threads
    assert tabs.thread() not in threads

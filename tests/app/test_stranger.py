"""What somebody wants to know who sees the window for the first time, counted in clicks from the drop on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from framescope.core.pipeline import compute
from framescope.core.recipe.presets import SYNCTALK, load_preset
from helpers.windows import drop, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolBar, QToolButton, QWidget

CELL = (5, 1, 2)


class Hand:
    """Presses what is seen, and counts how often."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        at = place or widget.rect().center()
        assert widget.isVisible()
        assert widget.visibleRegion().contains(at), "nobody can press what is not seen"
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)


@pytest.fixture
def hand(qapp: QApplication) -> Iterator[Hand]:
    patience = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(0)  # so long a list takes no click that has opened it
    yield Hand()
    qapp.setDoubleClickInterval(patience)


@pytest.fixture(scope="module")
def port(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A port with another mel scale."""
    folder = tmp_path_factory.mktemp("go_port")
    run = compute(recording, load_preset(SYNCTALK).replace("filterbank.scale", "htk"), encoder="stand-in")
    for name, stage in (("mel_spectrogram.npy", "mel"), ("audio_features_raw.npy", "features")):
        np.save(folder / name, np.asarray(run[stage].array))
    return folder


@pytest.fixture(scope="module")
def shared_window(
    qapp: QApplication, recording: Path, port: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """A window as it is after the drop of a recording and of a port's folder, and nothing else."""
    config = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_config_path", lambda *_, **__: config)
        patch.setattr("platformdirs.user_state_path", lambda *_, **__: config)
        patch.setenv("FRAMESCOPE_ENCODER", "stand-in")
        window = MainWindow()
        window.resize(1366, 768)
        window.show()
        settle(window)
        drop(window, recording, port)
        settle(window)
        yield window
        window.close()
        window.deleteLater()


def tool(window: MainWindow, command: str) -> QToolButton:
    """Give the button of the tool bar that carries a command out."""
    bar = window.findChild(QToolBar)
    assert isinstance(bar, QToolBar)
    button = bar.widgetForAction(window.commands[command])
    assert isinstance(button, QToolButton)
    return button


def point_at_cell(window: MainWindow, cell: tuple[int, int, int]) -> None:
    canvas = window.links.panel.tensor.canvas
    box = canvas.cell_rect(cell)
    assert box is not None
    QTest.mouseMove(canvas, QPoint(2, 2))
    QTest.mouseMove(canvas, box.center().toPoint())


def shown_words(window: MainWindow) -> Callable[[], str]:
    readout = window.links.panel.readout
    return lambda: f"{readout._value.text()} {readout._pair.text()}"


def test_what_differs_and_why_is_seen_after_the_drop(compared: MainWindow, hand: Hand) -> None:
    answer, strip = compared.comparing.banner.answer, compared.comparing.strip
    assert answer is not None
    assert compared.comparing.banner.isVisible()
    assert "differs from the mel on" in answer.headline
    assert "mel_scale = htk" in answer.detail
    assert strip.isVisible()
    assert [link.kind for link in strip.links if link.changes] == ["filterbank"]
    assert hand.clicks == 0


def test_the_worst_place_is_one_click_away(compared: MainWindow, hand: Hand) -> None:
    comparison = compared.runs.comparison
    assert comparison is not None
    worst = comparison.worst
    assert worst is not None
    hand.click(tool(compared, "worst"))
    settle(compared)
    assert compared.timeline.visible[0] <= compared.timeline.cursor <= compared.timeline.visible[1]
    stage, place = worst
    probe = compared.links.panel.readout.probe
    assert probe is not None
    assert (probe.stage, probe.index) == (stage, place.index)
    assert hand.clicks == 1


def test_a_cell_of_the_tensor_is_read_by_pointing_at_it(compared: MainWindow, hand: Hand, qtbot: Any) -> None:
    compared.timeline.seek_frame(20)
    compared.links.catch_up()
    settle(compared)
    reference, port = (compared.links.side(port=side) for side in (False, True))
    assert reference is not None
    assert port is not None
    assert compared.links.panel.tensor.isVisible()
    point_at_cell(compared, CELL)
    ours, theirs = (float(run["tensors"].array[20][CELL]) for run in (reference, port))
    words = shown_words(compared)
    for value in (ours, theirs):
        qtbot.waitUntil(lambda value=value: f"{value:.9g}"[:8] in words())
    assert f"{theirs - ours:+.3g}"[:4] in words()
    assert hand.clicks == 0


def test_the_same_with_another_block_is_three_clicks_away(compared: MainWindow, hand: Hand, qtbot: Any) -> None:
    """The block, its list, the word: all shown then has the block as it was chosen."""
    compared.timeline.seek_frame(20)
    settle(compared)
    before = compared.links.panel.tensor.values
    strip = compared.comparing.strip
    number = [link.kind for link in strip.links].index("window")
    hand.click(strip, strip.boxes()[number][0].center().toPoint())
    symmetry = compared.comparing.trying.panel.editor("symmetry")
    assert isinstance(symmetry, QComboBox)
    qtbot.waitUntil(lambda: not symmetry.visibleRegion().isEmpty())
    hand.click(symmetry)
    list_ = symmetry.view()
    qtbot.waitUntil(list_.isVisible)
    place = list_.visualRect(symmetry.model().index(symmetry.findText("symmetric"), 0)).center()
    QTest.mouseMove(list_.viewport(), place)
    qtbot.waitUntil(lambda: list_.currentIndex().data() == "symmetric")
    hand.click(list_.viewport(), place)
    settle(compared)
    point_at_cell(compared, CELL)
    values, run = compared.links.panel.tensor.values, compared.links.side(port=True)
    assert values is not None
    assert before is not None
    assert run is not None
    assert not np.array_equal(values, before)
    probe = compared.links.read("tensors", (20, *CELL))
    assert probe is not None
    words = shown_words(compared)
    qtbot.waitUntil(lambda: f"{probe.value:.9g}"[:8] in words())
    assert f"{float(run['tensors'].array[20][CELL]):.9g}"[:8] in words()
    assert hand.clicks == 3
    compared.comparing.trying.what_if.reset()
    settle(compared)

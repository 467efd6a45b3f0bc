"""What if: a parameter changed by hand is shown at once of the part in view, then everywhere, and taken back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from framescope.core.pipeline import compute
from framescope.core.recipe.presets import SYNCTALK, load_preset
from framescope.core.what_if import run_with, stages_on_demand
from helpers.windows import settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox


def block_point(window: MainWindow, kind: str) -> QPoint:
    strip = window.comparing.strip
    number = [link.kind for link in strip.links].index(kind)
    return strip.boxes()[number][0].center().toPoint()


def open_block(window: MainWindow, kind: str) -> None:
    QTest.mouseClick(window.comparing.strip, Qt.MouseButton.LeftButton, pos=block_point(window, kind))


@pytest.fixture
def trying(compared: MainWindow) -> Any:
    settle(compared)
    compared.links.panel.tensor.set_side("reference")
    yield compared
    compared.links.panel.tensor.set_side("all")
    compared.comparing.trying.what_if.reset()
    settle(compared)


def test_a_changed_block_is_everywhere(trying: MainWindow, recording: Path) -> None:
    window = trying
    window.timeline.seek_frame(20)
    before = window.links.panel.tensor.values
    open_block(window, "filterbank")
    panel = window.comparing.trying.panel
    assert window.panels.shows("block")
    scale = panel.editor("scale")
    assert isinstance(scale, QComboBox)
    scale.textActivated.emit("htk")
    settle(window)
    recipe = load_preset(SYNCTALK).replace("filterbank.scale", "htk")
    run = compute(recording, encoder="stand-in")
    encoder = window.model.encoder
    expected, _ = run_with(run, recipe, encoder)
    shown = window.runs.shown
    assert shown is not None
    for name in ("mel", "features", "tensors"):
        assert np.allclose(np.asarray(shown.reference[name].array), np.asarray(expected[name].array), atol=1e-4), name
    layer = window.lanes.mel.layer("reference")
    assert layer is not None
    assert np.allclose(layer.array[40], expected["mel"].array[:, 40])
    values = window.links.panel.tensor.values
    assert values is not None
    assert np.allclose(values, expected["tensors"].array[20], atol=1e-4)
    assert not np.array_equal(values, before)
    answer = window.comparing.banner.answer
    assert answer is not None
    assert (answer.tone, "filterbank.scale = htk" in answer.headline) == ("as if", True)
    assert "reference: slaney" in panel._form.labelForField(scale).text()
    assert "mel" in panel._evidence.text()
    window.comparing.assume_all()
    settle(window)
    assert window.runs.shown is window.runs.comparison
    values = window.links.panel.tensor.values
    assert np.array_equal(values, before)
    layer = window.lanes.mel.layer("reference")
    assert layer is not None
    assert np.allclose(layer.array[40], run["mel"].array[:, 40])


def test_the_part_in_view_comes_first(trying: MainWindow) -> None:
    window, told = trying, []
    run = window.links.side(port=False)
    assert run is not None
    window.timeline.show(0.5, 1.0)
    window.comparing.trying.lanes.shown.connect(lambda parts: told.append((parts, window.runs.shown)))
    open_block(window, "window")
    window.comparing.trying.panel.changed.emit("symmetry", "symmetric")
    settle(window)
    ((parts, shown),) = told
    assert shown is window.runs.comparison
    recipe = load_preset(SYNCTALK).replace("window.symmetry", "symmetric")
    made = stages_on_demand(np.asarray(run["audio"].array), recipe)
    layer = parts["mel"].layers["reference"]
    present = np.flatnonzero(layer.pyramid.codes[:, 0])
    assert present.tolist() == list(range(40, 81))
    assert np.array_equal(layer.array[60], made["mel"].array[60])
    assert parts["mel"].before == pytest.approx(0, abs=1e-6)  # the port's mel is the reference's
    assert parts["mel"].after > 1e-5


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"),
    [("filterbank", "fmin", 9000.0, "fmin"), ("fft", "n", 2, "n")],
)
def test_what_cannot_be_computed_is_said_and_taken_back(
    trying: MainWindow, kind: str, name: str, value: Any, words: str
) -> None:
    open_block(trying, kind)
    trying.comparing.trying.panel.changed.emit(name, value)
    settle(trying)
    assert words in trying.comparing.trying.panel._evidence.text()
    trying.comparing.trying.what_if.reset()
    settle(trying)
    assert trying.runs.shown is trying.runs.comparison
    assert trying.comparing.trying.panel._evidence.text() == ""


def test_every_parameter_has_a_field_of_its_type(trying: MainWindow) -> None:
    kinds = {
        "filterbank": {"bands": QSpinBox, "fmin": QLineEdit, "scale": QComboBox, "nyquist": QCheckBox},
        "layout": {"shape": QLineEdit},
        "onnx": {"batch": QSpinBox},
    }
    for kind, fields in kinds.items():
        open_block(trying, kind)
        for name, field in fields.items():
            editor = trying.comparing.trying.panel.editor(name)
            assert isinstance(editor, field), (kind, name)
            assert editor.isEnabled() == (kind != "onnx")


def test_another_change_comes_in_the_place_of_the_first(trying: MainWindow) -> None:
    open_block(trying, "filterbank")
    panel, what_if = trying.comparing.trying.panel, trying.comparing.trying.what_if
    panel.changed.emit("scale", "htk")
    panel.changed.emit("scale", "kaldi")
    panel.changed.emit("norm", "none")
    assert what_if.texts == ("filterbank.scale = kaldi", "filterbank.norm = none")
    panel.changed.emit("norm", "slaney")
    panel.changed.emit("scale", "slaney")
    settle(trying)
    assert what_if.recipe is None
    assert trying.runs.shown is trying.runs.comparison

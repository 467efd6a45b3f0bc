"""The sheet that shows how a dump was read, and takes another decision."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.import_sheet import ImportSheet
from framescope.core.readers import Override, parse_override
from framescope.models.jobs import Jobs
from helpers import dumps
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

TURNED = parse_override("mel=mel.bin:float32:T,80")
OTHER = parse_override("features=rows.bin:float32")


@pytest.fixture
def jobs(qtbot: Any) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    jobs.close()


def sheet(qtbot: Any, jobs: Jobs, folder: Path, overrides: tuple[Override, ...] = ()) -> ImportSheet:
    (folder / "mel.bin").write_bytes(dumps.speech_mel(80).astype("<f4").tobytes())
    widget = ImportSheet(folder, overrides, None, jobs)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: len(widget.buttons) > 1, timeout=30_000)
    return widget


def test_a_picture_decides_and_takes_it_back(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    widget = sheet(qtbot, jobs, tmp_path, (OTHER,))
    turned = next(button for button in widget.buttons if "T,80" in button.text())
    assert widget.buttons[0].isChecked()
    assert not turned.icon().isNull()
    with qtbot.waitSignal(widget.chosen) as heard:
        QTest.mouseClick(turned, Qt.MouseButton.LeftButton)
    assert heard.args == [(OTHER, TURNED), None]
    assert not widget.buttons[0].isChecked()
    with qtbot.waitSignal(widget.chosen) as heard:
        QTest.keyClick(widget.buttons[0], Qt.Key.Key_Space)
    assert heard.args == [(OTHER,), None]


def test_what_was_decided_before_is_shown(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    widget = sheet(qtbot, jobs, tmp_path, (TURNED,))
    assert ["T,80" in button.text() for button in widget.buttons if button.isChecked()] == [True]


def test_any_reading_can_be_written(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    widget = sheet(qtbot, jobs, tmp_path)
    widget.other.field.setText("mel=mel.bin:float99")
    QTest.keyClick(widget.other.field, Qt.Key.Key_Return)
    assert "float99" in widget.problem
    widget.other.field.setText(str(TURNED))
    with qtbot.waitSignal(widget.chosen) as heard:
        QTest.keyClick(widget.other.field, Qt.Key.Key_Return)
    assert (heard.args, widget.problem) == ([(TURNED,), None], "")


def test_a_reading_is_put_together_of_its_parts(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    other = sheet(qtbot, jobs, tmp_path).other
    assert [other.files.itemText(n) for n in range(other.files.count())] == ["mel.bin"]
    for box, text in ((other.stages, "features"), (other.types, "float16be"), (other.shapes, "512,N")):
        box.setCurrentIndex(box.findText(text))
        box.activated.emit(box.currentIndex())
    assert other.field.text() == "features=mel.bin:float16be:512,N"
    assert parse_override(other.field.text())
    other.types.setCurrentIndex(0)
    other.types.activated.emit(0)
    assert other.field.text() == "features=mel.bin::512,N"


def test_frames_are_numbered_otherwise(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    for number, tensor in enumerate(dumps.frame_tensors(dumps.speech_features(20)), 1):
        np.save(tmp_path / f"frame_{number:05d}.npy", tensor)
    widget = ImportSheet(tmp_path, (OTHER,), None, jobs)
    qtbot.addWidget(widget)
    qtbot.waitUntil(lambda: len(widget.buttons) == 2, timeout=30_000)
    automatic, other = widget.buttons
    assert other.text() == "frames numbered from 0"
    for button, first in ((other, 0), (automatic, None)):
        with qtbot.waitSignal(widget.chosen) as heard:
            button.click()
        assert heard.args == [(OTHER,), first]
    again = ImportSheet(tmp_path, (), None, jobs, first_frame=0)
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: len(again.buttons) == 2, timeout=30_000)
    assert [button.text() for button in again.buttons if button.isChecked()] == ["frames numbered from 0"]


def test_what_cannot_be_read_can_be_read_otherwise(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(0).bytes(4 * 80 * 50))
    widget = ImportSheet(tmp_path, (), None, jobs)
    qtbot.addWidget(widget)
    qtbot.waitUntil(lambda: "noise.bin" in widget.problem, timeout=30_000)
    assert widget.other.files.currentText() == "noise.bin"


def test_a_dump_that_is_gone_is_said(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    widget = ImportSheet(tmp_path / "gone", (), None, jobs)
    qtbot.addWidget(widget)
    qtbot.waitUntil(lambda: "gone" in widget.problem, timeout=30_000)


def test_closing_the_sheet_ends_its_work(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    (tmp_path / "mel.bin").write_bytes(dumps.speech_mel(80).astype("<f4").tobytes())
    widget = ImportSheet(tmp_path, (), None, jobs)
    widget.show()
    with qtbot.waitSignal(widget.destroyed):
        widget.close()
    assert not jobs.busy

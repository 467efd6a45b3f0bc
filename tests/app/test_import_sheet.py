"""The sheet that shows how a dump was read, and takes another decision."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from framescope.app.import_sheet import ImportSheet
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
    with qtbot.waitSignal(widget.overrides_chosen) as heard:
        QTest.mouseClick(turned, Qt.MouseButton.LeftButton)
    assert heard.args == [(OTHER, TURNED)]
    assert not widget.buttons[0].isChecked()
    with qtbot.waitSignal(widget.overrides_chosen) as heard:
        QTest.keyClick(widget.buttons[0], Qt.Key.Key_Space)
    assert heard.args == [(OTHER,)]


def test_what_was_decided_before_is_shown(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    widget = sheet(qtbot, jobs, tmp_path, (TURNED,))
    assert ["T,80" in button.text() for button in widget.buttons if button.isChecked()] == [True]


def test_any_reading_can_be_written(qtbot: Any, jobs: Jobs, tmp_path: Path) -> None:
    widget = sheet(qtbot, jobs, tmp_path)
    widget.field.setText("mel=mel.bin:float99")
    QTest.keyClick(widget.field, Qt.Key.Key_Return)
    assert "float99" in widget.problem
    widget.field.setText(str(TURNED))
    with qtbot.waitSignal(widget.overrides_chosen) as heard:
        QTest.keyClick(widget.field, Qt.Key.Key_Return)
    assert (heard.args, widget.problem) == ([(TURNED,)], "")


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

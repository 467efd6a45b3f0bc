"""What is said of errors: ours are sentences, others come with what a report needs."""

from pathlib import Path

import pytest
from framescope.app.error_text import error_text
from framescope.app.window.window import MainWindow
from framescope.core.base.errors import InputError
from helpers.windows import open_recording
from PySide6.QtGui import QGuiApplication


def test_a_sentence_stays_a_sentence() -> None:
    assert error_text(InputError("a.wav: is not a recording")) == "a.wav: is not a recording"


def test_a_fault_nobody_has_foreseen_can_be_copied_whole(
    window: MainWindow, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framescope.models.computing.read_audio", lambda *_, **__: {}["nothing"])
    open_recording(window, recording)
    lane = window.lanes.waveform
    first, *details = (lane.error or "").splitlines()
    assert "KeyError: 'nothing'" in first
    assert any("test_error_text.py" in line for line in details)
    assert window.progress.text() == first
    (copy,) = (action for action in lane.actions() if action.text() == "Copy details")
    copy.trigger()
    assert QGuiApplication.clipboard().text() == lane.error

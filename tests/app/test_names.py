"""Names that try to be something else, where the command line and the window show and keep them."""

import csv
import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.window.exports import export_curves
from framescope.app.window.import_sheet import ImportSheet
from framescope.app.window.window import MainWindow
from framescope.core.base.printable import MAX_NAME, printable
from framescope.core.base.resources import sample, sample_port
from framescope.core.compare.curves import Curve
from framescope.core.config import Config
from framescope.models.jobs import Jobs
from framescope.models.recent import recent_files, remember_recent
from framescope.models.words import caption, tip, window_title
from framescope.models.workspace import OpenedPort, Workspace
from framescope.widgets.label import Label
from framescope.widgets.lanes.error_lane import ErrorCurve
from helpers import dumps
from helpers.names import FILES, NAMES
from helpers.windows import write_recording
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QGroupBox, QLabel, QMenu, QToolButton, QWidget

ROOT = Path(__file__).resolve().parents[2]
ALL_AT_ONCE = os.fsdecode(b"a\x1b[2J\nb\xe2\x80\xae\xff<b>&[red]")


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")


def one_line(text: str) -> bool:
    return text.removesuffix("\n").isprintable()


# The command line


def test_reports_of_a_port_of_such_a_name_are_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = tmp_path / ALL_AT_ONCE
    shutil.copytree(sample_port(), port)
    files = [tmp_path / name for name in ("report.json", "report.html", "report.xml")]
    options = [text for path in files for text in (f"--{path.suffix[1:].replace('xml', 'junit')}", str(path))]
    assert main(["compare", str(port), "--audio", str(sample()), "--no-diagnose", *options]) == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].startswith(f"DIFFERS  {printable(ALL_AT_ONCE)} against ")
    assert all(line.isprintable() for line in printed.splitlines())
    assert json.loads(files[0].read_bytes())["port"]["name"] == printable(ALL_AT_ONCE)
    assert escape(printable(ALL_AT_ONCE)) in files[1].read_text(encoding="utf-8")
    assert ET.parse(files[2]).getroot()[0].get("name") == printable(ALL_AT_ONCE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "{}"],
        ["run", "{}/talk.wav"],
        ["run", "talk.wav", "--frames", "{}"],
        ["compare", "{}"],
        ["compare", "talk", "--profile", "{}"],
        ["compare", "talk", "--profile", "{}:mine"],
        ["compare", "talk", "--lag", "{}=1"],
        ["compare", "talk", "--as", "{}"],
        ["compare", "talk", "--as", "mel=mel.bin:{}"],
        ["run", "talk.wav", "--encoder", "{}"],
        ["probe", "-o", "missing/{}"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", ["terminal escapes", "a forged line", "turned text", "bytes that are no UTF-8"])
def test_what_is_wrong_is_one_line(
    arguments: list[str], kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([argument.replace("{}", NAMES[kind]) for argument in arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("framescope: ")
    assert one_line(said)


@pytest.mark.parametrize("arguments", [["--{}"], ["--mode", "{}"], ["--fps", "{}"], ["talk.wav", "{}"]], ids=" ".join)
@pytest.mark.parametrize("kind", ["terminal escapes", "a forged line", "turned text", "bytes that are no UTF-8"])
def test_what_is_typed_wrongly_is_one_line(arguments: list[str], kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["run", *(argument.replace("{}", NAMES[kind].replace(" ", "")) for argument in arguments)])
    said = capsys.readouterr().err.splitlines()[-1]
    assert "error: " in said
    assert said.isprintable()


def test_what_is_written_is_named_on_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["probe", "-o", str(tmp_path / f"{ALL_AT_ONCE}.wav")]) == 0
    assert one_line(capsys.readouterr().out)
    assert main(["run", str(tmp_path / f"{ALL_AT_ONCE}.wav"), "--frames", "none", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["audio"] == printable(f"{ALL_AT_ONCE}.wav")


# Files


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_spreadsheet_finds_no_formula(name: str, tmp_path: Path) -> None:
    errors = np.array([0.25, -0.5], np.float32)
    export_curves([ErrorCurve(name, Curve("features", errors, 25.0, 0.0), 1e-4)], None, tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    assert [head[0], len(lines), *map(len, lines)] == ["port", 2, 6, 6]
    assert [float(line[4]) for line in lines] == [0.25, -0.5]
    shown = lines[0][0]
    assert shown.isprintable()
    assert shown.lstrip()[0] not in "=+-@"
    assert shown.removeprefix("'") == printable(name)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_session_keeps_the_name_itself(name: str) -> None:
    workspace = Workspace(name, name, Config(), ports=(OpenedPort(name, (f"mel={name}",), name),), reference=name)
    content = workspace.to_json()
    assert content.isascii()
    assert Workspace.from_json(content) == workspace


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_a_recent_file_is_found_again(name: str, tmp_path: Path, window: MainWindow) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    remember_recent(path)
    (recent,) = recent_files()
    assert (os.fsencode(recent.path), recent.missing) == (os.fsencode(path), False)
    menu = next(menu for menu in window.findChildren(QMenu) if menu.title() == "Open recent")
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    assert action.text() == printable(path, MAX_NAME).replace("&", "&&")


# The window


def test_a_recording_of_such_a_name_is_in_the_title(window: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    path = write_recording(tmp_path / "talk.wav").rename(tmp_path / (ALL_AT_ONCE + "[*].wav"))
    window.opening.open(path)
    qtbot.waitUntil(lambda: window.timeline.duration > 0)
    assert window.windowTitle() == window_title(path.name) + " - Framescope"
    assert window.windowTitle().isprintable()
    assert window.model.path == path


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_the_import_sheet_shows_names_as_they_are(name: str, tmp_path: Path, qtbot: Any) -> None:
    folder, jobs = tmp_path / name, Jobs()
    folder.mkdir()
    (folder / f"mel{name}.bin").write_bytes(dumps.speech_mel(80).astype("<f4").tobytes())
    sheet = ImportSheet(folder, (), None, jobs)
    qtbot.addWidget(sheet)
    qtbot.waitUntil(lambda: len(sheet.buttons) > 1, timeout=30_000)
    shown = [sheet.windowTitle(), *(box.title() for box in sheet.findChildren(QGroupBox))]
    shown += [button.text() for button in sheet.findChildren(QToolButton)]
    shown += [sheet.other.files.itemText(0), *(label.text() for label in sheet.findChildren(QLabel))]
    assert [text for text in shown if not text.isprintable()] == []
    assert [label.text() for label in sheet.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText] == []
    seen = [text.replace("&&", "&").replace("[*][*]", "[*]") for text in shown]
    assert sum(printable(name)[:20] in text for text in seen) >= 3
    jobs.close()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_labels_and_tips_show_words_and_no_markup(name: str, qtbot: Any) -> None:
    label = Label(f"port {name.replace(chr(10), '')}")
    qtbot.addWidget(label)
    assert (label.textFormat(), label.text().isprintable()) == (Qt.TextFormat.PlainText, True)
    page = QTextDocument()
    page.setHtml(tip(f"{name} <i>") if "<" not in name else tip(name))
    assert page.toPlainText().replace("\n", " ").startswith(printable(name.replace("\n", " "))[:100])
    assert "\ufffc" not in page.toPlainText()  # a picture


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_title_and_a_caption_show_every_letter(name: str, qtbot: Any) -> None:
    widget, button = QWidget(), QToolButton()
    for each in (widget, button):
        qtbot.addWidget(each)
    widget.setWindowTitle(window_title(name))
    assert widget.windowTitle().replace("[*][*]", "[*]") == printable(name, MAX_NAME)
    assert re.sub("&(.)", r"\1", caption(name)) == printable(name, MAX_NAME)


def test_every_label_is_one_that_shows_no_markup() -> None:
    modules = [path for room in ("app", "widgets") for path in (ROOT / room).rglob("*.py") if path.name != "label.py"]
    assert [path.name for path in modules if re.search(r"\bQLabel\b", path.read_text(encoding="utf-8"))] == []

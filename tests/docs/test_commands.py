"""Every command and Python example of README and documentation is run, page by page, as a reader would type them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
import soundfile
from framescope.app.__main__ import main
from framescope.core.base.resources import stand_in_encoder
from helpers import checkpoints
from helpers.markdown import PAGES, ROOT, blocks

SECONDS = 4
"""Of the recordings: so many that frame 89 is one of theirs."""
TESTED_ELSEWHERE = {"api.md", "library.md", "command-line.md"}
"""Pages whose examples other tests run."""
WINDOW = """
import sys
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from framescope.app.window.window import MainWindow

def shown(application):
    (window,) = (each for each in application.allWidgets() if isinstance(each, MainWindow))
    while not (states := {run.state for run in window.runs.items}) or not states <= {"ready", "failed"}:
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    window.window().close()
    return 2 if "failed" in states else 0

QApplication.exec = shown
from framescope.app.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""Starts the window with the words that follow, waits until all is compared, and closes it."""
SUBCOMMANDS = {"run", "compare", "corpus", "render", "encoder", "recipe", "export-encoder", "probe"}
CONFIGURATIONS = {
    "preprocessor_config.json": json.dumps(
        {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": True, "sampling_rate": 16000}
    ),
    "model_config.yaml": "preprocessor:\n"
    "  _target_: nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor\n"
    "  sample_rate: 16000\n  features: 80\n  n_fft: 512\n  dither: 0.0\n",
    "fbank.conf": "--num-mel-bins=80\n--dither=0\n",
}
"""Files of other tools that the pages import, each as small as its tool takes it."""


def examples(page: str) -> Iterator[tuple[str, str]]:
    """Give the commands and the Python examples of a page, in their order, each with its language."""
    for language, text in re.findall(r"^```(sh|python)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        if language == "python":
            yield language, text
        else:
            lines = text.replace("\\\n", " ").splitlines()
            yield from ((language, line.removeprefix("~/.local/bin/")) for line in lines if "framescope " in line)


def is_run(line: str) -> bool:
    """Tell calls of the program from what installs it, and leave clusters to the tests that have one."""
    return line.startswith("framescope ") and "--cluster" not in line


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything lies that the pages name."""
    folder = tmp_path_factory.mktemp("template")
    samples = np.asarray(framescope.read_audio(framescope.sample()).samples)[16000 : 16000 * (1 + SECONDS)]
    for name in ("talk.wav", "testdata/talk.wav", "talks/ann.wav", "talks/ben.flac", "recordings/ann.wav"):
        (folder / name).parent.mkdir(exist_ok=True)
        soundfile.write(folder / name, samples, 16000)
    (folder / "models").mkdir()
    for name in ("encoder.onnx", "audio_encoder.onnx", "models/audio_encoder.onnx"):
        shutil.copy(stand_in_encoder(), folder / name)
    checkpoints.save(folder / "checkpoint.pth", checkpoints.random_weights())
    run = framescope.compute(framescope.from_samples(samples, 16000), encoder="stand-in")
    for name in ("OUT", "port_output", "other_port", "out/ann", "out/ben", "build/dump"):
        framescope.write_dump(run, folder / name)
    for name, text in CONFIGURATIONS.items():
        (folder / name).write_text(text)
    (folder / "mine.toml").write_text(blocks(PAGES["recipes.md"], "toml")[0])
    mine = framescope.compute(folder / "talk.wav", framescope.recipe(folder / "mine.toml"))
    np.save(folder / "python_features.npy", mine["features"].array)
    (folder / "speakers.csv").write_text(blocks(PAGES["corpus.md"], "text")[0])
    (folder / "framescope.toml").write_text(blocks(PAGES["build-servers.md"], "toml")[0])
    return folder


@pytest.fixture
def workshop(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with everything in it that the pages name."""
    shutil.copytree(template, tmp_path / "work")
    (tmp_path / "work" / "resources").symlink_to(ROOT / "resources")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "work"


def run_line(line: str) -> int:
    """Run a command: the window in a program of its own, everything else here."""
    words = shlex.split(line, comments=True)[1:]
    if "whisper-80" in words and "compare" in words:
        whisper = framescope.compute("talk.wav", framescope.recipe("whisper-80"))
        shutil.rmtree(words[1])
        framescope.write_dump(whisper, words[1])
    if words[0] in SUBCOMMANDS:
        return main(words)
    return subprocess.run([sys.executable, "-c", WINDOW, *words], env=os.environ, check=False).returncode


@pytest.mark.parametrize("page", [name for name in PAGES if name not in TESTED_ELSEWHERE and [*examples(PAGES[name])]])
def test_every_example_of_a_page_runs(page: str, workshop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for language, text in examples(PAGES[page]):
        if language == "python":
            exec(compile(text, page, "exec"), names)
        elif is_run(text):
            code = run_line(text)
            said = capsys.readouterr().err
            assert code in ({0, 1} if " compare " in text or " check " in text else {0}), f"{text}\n{said}"


def test_what_is_installed_and_made_by_hand_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    made = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(PAGES.values())
    commands = "\n".join(block for page in PAGES.values() for block in blocks(page, "sh"))
    assert set(re.findall(r"'(?:framescope|\.)\[(\w+)\]'", text)) <= set(extras)
    assert {*re.findall(r"`make ([\w-]+)", text), *re.findall(r"^make ([\w-]+)", commands, re.MULTILINE)} <= made

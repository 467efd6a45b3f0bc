"""Build servers: a project's file that says it all, baselines, summaries, badges, and the action for GitHub."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from framescope.app.__main__ import main, parse
from framescope.core.base.errors import InputError
from framescope.core.base.resources import sample, sample_port
from framescope.core.compare.comparison import Comparison, compare
from framescope.core.report.badge import report_badge
from framescope.core.report.baseline import load_baseline, regressions
from framescope.core.report.json_report import Failure, report_json
from framescope.core.report.markdown import report_markdown
from helpers import runs

ROOT = Path(__file__).resolve().parents[2]


def off_by(error: float, *, lag: int = 0) -> Comparison:
    """A port whose mel is off by so much, and late by so many columns."""
    reference = runs.reference(2)
    port = runs.dumped(reference, stages=("mel",))
    values = np.roll(np.asarray(reference["mel"].array), lag, axis=1)
    return compare(reference, replace(port, stages={"mel": replace(port["mel"], array=values + error)}))


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    (tmp_path / "last.json").write_text(report_json(off_by(0.5)), encoding="utf-8")
    return tmp_path / "last.json"


@pytest.mark.parametrize(
    ("now", "worse"),
    [
        (off_by(0), []),
        (off_by(1e-6), []),
        (off_by(0.4), []),
        (off_by(0.5), []),
        (off_by(0.504), []),
        (off_by(0.506), ["mean_abs", "max_abs", "rmse"]),
        (off_by(0.1, lag=-3), ["lag"]),
        (Failure("port", "desktop", "cannot be read"), ["verdict"]),
    ],
    ids=["identical", "agrees", "better", "the same", "within a per cent", "beyond it", "late", "unreadable"],
)
def test_what_is_worse_than_a_baseline(baseline: Path, now: Any, worse: list[str]) -> None:
    named = now if isinstance(now, Comparison) else replace(now, name=off_by(0).port.name)
    found = regressions([named], load_baseline(baseline), 1.0)
    assert [each.measure for each in found] == worse


def test_what_agreed_must_not_differ(baseline: Path) -> None:
    baseline.write_text(report_json(off_by(0)), encoding="utf-8")
    (found,) = regressions([off_by(0.1)], load_baseline(baseline), 1.0)
    assert (found.measure, found.before, found.now) == ("verdict", "identical", "differ")
    baseline.write_text(report_json([off_by(0), off_by(0)]), encoding="utf-8")
    new = replace(off_by(0.1), port=replace(off_by(0.1).port, name="new"))
    assert [each.port for each in regressions([new], load_baseline(baseline), 1.0)] == ["new"]


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"schema": "framescope-run/1"}', "[" * 9999, '{"schema": "framescope-comparison/1"}']
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "last.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"last\.json"):
        load_baseline(tmp_path / "last.json")


@pytest.mark.parametrize(
    ("compared", "message", "colour"),
    [
        ([off_by(0)], "identical", "brightgreen"),
        ([off_by(0.5)], "differ", "red"),
        ([off_by(0), off_by(0.5)], "1 of 2 agree", "red"),
        ([Failure("a", "desktop", "gone")], "not comparable", "lightgrey"),
    ],
)
def test_badge(compared: list[Any], message: str, colour: str) -> None:
    badge = json.loads(report_badge(compared))
    assert badge == {"schemaVersion": 1, "label": "framescope", "message": message, "color": colour}


def test_markdown_shows_names_as_they_are() -> None:
    compared = off_by(0.5)
    text = report_markdown(replace(compared, port=replace(compared.port, name="a|b<img>\n# c")))
    assert "a\\|b\\<img\\>\\\\n\\# c" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {9}
    assert "Not worse" in report_markdown(compared, [])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a file that says everything, seen from a folder in it."""
    monkeypatch.delenv("FRAMESCOPE_ENCODER", raising=False)
    shutil.copytree(sample_port(), tmp_path / "out" / "go")
    shutil.copy(sample(), tmp_path / "talk.flac")
    said = {"encoder": "stand-in", "recording": "talk.flac", "profile": "strict", "ports": ["out/go"]}
    (tmp_path / "framescope.toml").write_text("".join(f"{k} = {json.dumps(v)}\n" for k, v in said.items()))
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    return tmp_path


def test_a_projects_file_does_it_all(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--no-diagnose", "--json", str(project / "last.json")]) == 1
    report = json.loads((project / "last.json").read_text())
    assert (report["port"]["name"], report["profile"]) == ("go", "strict")
    assert report["reference"]["encoder_used"]["from"] == "framescope.toml"
    assert report["recording"]["name"] == "talk.flac"
    with (project / "framescope.toml").open("a") as file:
        file.write('baseline = "last.json"\n')
    capsys.readouterr()
    assert main(["compare", "--no-diagnose", "--profile", "desktop"]) == 0
    assert "not worse than the baseline" in capsys.readouterr().out


def test_a_recipe_of_ones_own_is_named_beside_the_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "resources" / "recipes" / "whisper-80.toml", project / "mine.toml")
    np.save(project / "mel.npy", np.zeros((80, 300), np.float32))
    said = 'recording = "talk.flac"\nrecipe = "mine.toml"\nports = ["mel.npy"]\n'
    (project / "framescope.toml").write_text(said)
    assert main(["compare", "--json", "-"]) in {1, 2}
    assert json.loads(capsys.readouterr().out)["reference"]["recipe"]["name"].startswith("Whisper")


def test_without_any_port_one_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare"]) == 2
    assert "no port is named" in capsys.readouterr().err


def test_the_action_runs_the_command(project: Path) -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    (script,) = (step["run"] for step in steps if step.get("name") == "compare")
    (project / "bin").mkdir()
    called = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m framescope "$@"\n'
    (project / "bin" / "framescope").write_text(called)
    (project / "bin" / "framescope").chmod(0o755)
    empty = dict.fromkeys(("RECIPE", "ENCODER", "BASELINE"), "")
    given = {"PORTS": "out/go\n", "AUDIO": "talk.flac", "PROFILE": "desktop", "REPORTS": "reports"}
    places = {"PATH": f"{project / 'bin'}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(project / "summary.md")}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=project, env={**os.environ, **empty, **given, **places}, check=False
    )
    assert done.returncode == 1
    assert "mel\\_scale = htk" in (project / "summary.md").read_text(encoding="utf-8")
    assert {path.name for path in (project / "reports").iterdir()} >= {"framescope.json", "badge.json"}


@pytest.mark.parametrize("file", ["gitlab-ci.yml", "Jenkinsfile"])
def test_the_commands_of_the_templates_parse(file: str) -> None:
    text = (ROOT / "docs" / "ci" / file).read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if "framescope compare" in line)
    arguments = parse(["compare", *shlex.split(line.partition("framescope compare")[2].rstrip("'"))])
    assert arguments.ports == [Path("port_output")]

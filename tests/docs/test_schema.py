"""The JSON schemas hold for what the commands write, and for the examples beside them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from framescope.app.__main__ import main
from framescope.core.base.resources import sample, sample_port
from helpers.markdown import ROOT

SCHEMAS = {path.name.partition(".")[0]: path for path in (ROOT / "docs" / "schema").glob("*.schema.json")}
EXAMPLES = sorted((ROOT / "docs" / "schema").glob("*.example.json"))


def check(name: str, data: Any) -> None:
    jsonschema.Draft202012Validator(json.loads(SCHEMAS[name].read_text(encoding="utf-8"))).validate(data)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_fit(path: Path) -> None:
    check(path.name.partition(".")[0], json.loads(path.read_text(encoding="utf-8")))


def test_every_schema_has_an_example() -> None:
    assert {path.name.partition(".")[0] for path in EXAMPLES} == set(SCHEMAS)


@pytest.mark.parametrize(
    ("schema", "command"),
    [
        ("run", ["run", sample(), "--recipe", "whisper-80"]),
        ("comparison", ["compare", sample_port(), "--audio", sample(), "--no-diagnose"]),
        ("comparison", ["compare", sample_port(), "gone", "--audio", sample(), "--no-diagnose"]),
        ("corpus", ["corpus", "manifest.csv", "--no-diagnose", "--workers", "1"]),
    ],
    ids=["run", "one port", "two ports", "corpus"],
)
def test_what_is_written_fits(
    schema: str, command: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "manifest.csv").write_text(f"audio,port\n{sample()},{sample_port()}\n{sample()},gone\ngone.wav,gone\n")
    main([*map(str, command), "--json", "-"])
    data = json.loads(capsys.readouterr().out)
    check(schema, data)
    for wrong in ({**data, "schema": "other/1"}, *({key: data[key] for key in data if key != gone} for gone in data)):
        with pytest.raises(jsonschema.ValidationError):
            check(schema, wrong)

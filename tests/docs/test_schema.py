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
    check(path.name.partition(".")[0].partition("-")[0], json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("schema", "command"),
    [
        ("run", ["run", sample(), "--recipe", "whisper-80"]),
        ("comparison", ["compare", sample_port(), "--audio", sample(), "--no-diagnose"]),
        ("comparison", ["compare", sample_port(), "gone", "--audio", sample(), "--no-diagnose"]),
    ],
    ids=["run", "one port", "two ports"],
)
def test_what_is_written_fits(
    schema: str, command: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    main([*map(str, command), "--json", "-"])
    data = json.loads(capsys.readouterr().out)
    check(schema, data)
    for required in ("verdict", "schema"):
        with pytest.raises(jsonschema.ValidationError):
            check("comparison", {key: value for key, value in data.items() if key != required} | {"schema": "other/1"})

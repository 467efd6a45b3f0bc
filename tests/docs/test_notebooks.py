"""The example notebooks run from top to bottom, and every last line of a cell shows itself."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from helpers.markdown import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path) -> None:
    mpl.use("agg")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert all(not cell.get("outputs") for cell in cells), "save the notebook without outputs"
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), path.name, "exec"), names)
    assert bool(names["comparison"]) is False

"""The JSON form of a computed run: what its stages are, which encoder made them, and which files were written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..base.arrays import value_range
from ..base.printable import printable_values
from ..config import Config
from ..run import Run, Stage
from .made import made_by, recording_data

SCHEMA = "framescope-run/1"


def table_json(run: Run, encoder: Mapping[str, Any] | None, written: Sequence[str]) -> str:
    """Write a run's stages as JSON; docs/report.md describes the form.

    Parameters
    ----------
    encoder : mapping or None
        Name, identity and origin of the encoder; None: the features are native ones.
    written : sequence of str
        The files that were written, relative to the output folder.
    """
    config = run.config or Config()
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "made_by": made_by(),
        "recording": recording_data(run),
        "audio": run.name,
        "recipe": recipe_data(run),
        "config": {name: asdict(config)[name] for name in ("fps", "mode", "edge")} if run.is_original else None,
        "encoder": encoder,
        "stages": [_stage(stage) for stage in run.stages.values()],
        "written": list(written),
    }
    return json.dumps(printable_values(data), indent=2, allow_nan=False)


def recipe_data(run: Run) -> dict[str, Any] | None:
    """Give the name and the identity of a run's recipe; None: SyncTalk_2D, which its configuration tells."""
    return None if run.is_original else {"name": run.recipe.name, "identity": run.recipe.identity}


def _stage(stage: Stage) -> dict[str, Any]:
    low, high = (float(value) if np.isfinite(value) else None for value in value_range(stage.array))
    return {
        "name": stage.name,
        "shape": list(stage.shape),
        "dtype": stage.array.dtype.name,
        "min": low,
        "max": high,
        "seconds": stage.seconds,
    }

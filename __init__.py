"""Framescope: compute, inspect and compare an audio-to-feature pipeline, stage by stage.

Nothing slow is imported before it is used::

    import framescope

    run = framescope.compute("talk.wav", framescope.Config(fps=25))
    run["features"].array[100]
    print(framescope.compare(run, "port_output", diagnose=True))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.base.errors import CancelledError, InputError, UnknownStageError
    from .core.base.resources import sample
    from .core.compare.comparison import Comparison
    from .core.compare.stage import StageComparison
    from .core.compare.tolerance import Profile, Tolerance, load_profile, profile_names
    from .core.config import AudioConfig, Config, MelConfig
    from .core.corpus.corpus import Corpus
    from .core.corpus.entries import Entry
    from .core.corpus.library import corpus
    from .core.corpus.table import load_table as corpus_table
    from .core.diagnosis.findings import Diagnosis, Finding
    from .core.dump import write_dump
    from .core.encoder.session import Encoder
    from .core.library import compare, diagnose
    from .core.pipeline import compute
    from .core.readers import Override, parse_override
    from .core.readers import load_run as load
    from .core.recipe.presets import find_recipe as recipe
    from .core.recipe.presets import preset_names as recipe_names
    from .core.recipe.recipe import Recipe
    from .core.report.html import report_html
    from .core.report.json_report import report_data, report_json
    from .core.report.junit import report_junit
    from .core.report.markdown import report_markdown
    from .core.report.plot import plot
    from .core.report.text import report_text
    from .core.run import Run, Stage
    from .core.stages.audio import Recording, from_samples, read_audio

__version__ = "0.1.0"

__all__ = [
    "AudioConfig",
    "CancelledError",
    "Comparison",
    "Config",
    "Corpus",
    "Diagnosis",
    "Encoder",
    "Entry",
    "Finding",
    "InputError",
    "MelConfig",
    "Override",
    "Profile",
    "Recipe",
    "Recording",
    "Run",
    "Stage",
    "StageComparison",
    "Tolerance",
    "UnknownStageError",
    "compare",
    "compute",
    "corpus",
    "corpus_table",
    "diagnose",
    "from_samples",
    "load",
    "load_profile",
    "parse_override",
    "plot",
    "profile_names",
    "read_audio",
    "recipe",
    "recipe_names",
    "report_data",
    "report_html",
    "report_json",
    "report_junit",
    "report_markdown",
    "report_text",
    "sample",
    "write_dump",
]

_ROOMS = {
    "core.compare.comparison": ("Comparison",),
    "core.compare.stage": ("StageComparison",),
    "core.compare.tolerance": ("Profile", "Tolerance", "load_profile", "profile_names"),
    "core.config": ("AudioConfig", "Config", "MelConfig"),
    "core.corpus.corpus": ("Corpus",),
    "core.corpus.entries": ("Entry",),
    "core.corpus.library": ("corpus",),
    "core.diagnosis.findings": ("Diagnosis", "Finding"),
    "core.dump": ("write_dump",),
    "core.encoder.session": ("Encoder",),
    "core.base.errors": ("CancelledError", "InputError", "UnknownStageError"),
    "core.library": ("compare", "diagnose"),
    "core.pipeline": ("compute",),
    "core.readers": ("Override", "parse_override"),
    "core.report.json_report": ("report_data", "report_json"),
    "core.report.html": ("report_html",),
    "core.report.junit": ("report_junit",),
    "core.report.markdown": ("report_markdown",),
    "core.report.plot": ("plot",),
    "core.report.text": ("report_text",),
    "core.recipe.recipe": ("Recipe",),
    "core.base.resources": ("sample",),
    "core.run": ("Run", "Stage"),
    "core.stages.audio": ("Recording", "from_samples", "read_audio"),
}
_DOORS = {name: (room, name) for room, names in _ROOMS.items() for name in names}
_DOORS["load"] = ("core.readers", "load_run")
_DOORS["corpus_table"] = ("core.corpus.table", "load_table")
_DOORS["recipe"] = ("core.recipe.presets", "find_recipe")
_DOORS["recipe_names"] = ("core.recipe.presets", "preset_names")


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'framescope' has no attribute {name!r}")
    room, attribute = _DOORS[name]
    return getattr(import_module(f".{room}", __name__), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)

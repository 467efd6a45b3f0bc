"""Ports that nobody drew from a table: libraries' defaults, with their truth, and what no hypothesis holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import framescope
import numpy as np
import soundfile
from framescope.core.base.errors import InputError

from . import profiles
from .audio import Content, recording
from .frontend import FRONT_ENDS, SYNCTALK
from .frontend_faults import same_value
from .frontend_matrix import diagnosed, recomputed, timed
from .open_world import KINDS
from .open_world import dump as strange
from .port import Array
from .records import Record

_ALSO: Mapping[str, frozenset[str]] = {
    "log.multiplier": frozenset({"log.base", "log", "level"}),
    "log.base": frozenset({"log"}),
    "log.floor": frozenset({"log", "log.guard"}),
    "log.guard": frozenset({"log"}),
    "clip": frozenset({"level"}),
    "level": frozenset({"clip"}),
    "window.family": frozenset({"window"}),
    "gain": frozenset({"gain.factor"}),
    "top": frozenset({"top.below", "log.floor"}),
    "normalise": frozenset({"normalise.axis", "normalise.statistic", "level.ref", "top"}),
    "preemphasis": frozenset({"preemphasis.coefficient", "preemphasis_frame"}),
    "preemphasis_frame": frozenset({"preemphasis"}),
}
"""Under which other names a change of a library's dump may be found: "stops before the level" is one name of two."""
MAX_SHARE = 1e-5
"""Mean squared difference, as a share of the port's variance, below which a recipe has a library's values: float32
and, in the dumps of the tests, float16 are the rest."""


@dataclass(frozen=True, slots=True)
class LibraryCase:
    """A dump of a library's defaults; `folder` has mel.npy, empty: it is one of the tests' own."""

    name: str
    truth: profiles.Truth
    wav: bytes
    values: Array

    def __str__(self) -> str:
        return f"{self.name}, {self.truth['profile']} as {self.truth['stop']}"


@dataclass(frozen=True, slots=True)
class StrangeCase:
    """Features of a kind for which there is no hypothesis."""

    recipe: str
    kind: str
    content: Content = "speech"

    def __str__(self) -> str:
        return f"{self.recipe}, {self.kind}, {self.content}"


def libraries() -> list[LibraryCase]:
    """Give the tests' own dumps."""
    path = profiles.DATA / "talk_hb_3s.flac"
    return [
        LibraryCase(name, truth, path.read_bytes(), profiles.dump(name)) for name, truth in profiles.truths().items()
    ]


def strangers(recipes: tuple[str, ...], content: Content = "speech") -> list[StrangeCase]:
    """Give every kind for recipes at 16 kHz."""
    return [StrangeCase(recipe, kind, content) for recipe in recipes for kind in KINDS]


def judge(case: LibraryCase | StrangeCase) -> Record:
    """Have a port diagnosed, and hold the names against the truth."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            return _judge_library(case, folder) if isinstance(case, LibraryCase) else _judge_strange(case, folder)
        except InputError as error:
            return Record(str(case), refused=str(error))


def _judge_strange(case: StrangeCase, folder: Path) -> Record:
    wav, port = recording(case.content), {"synctalk_2d": SYNCTALK, **FRONT_ENDS}[case.recipe]
    (folder / "talk.wav").write_bytes(wav)
    values = strange(case.kind, soundfile.read(folder / "talk.wav", dtype="float64")[0], port).astype(np.float32)
    if case.recipe == "synctalk_2d":
        found, seconds, first, _ = _of_mel(values, folder)
    else:
        np.save(folder / "features.npy", values)
        found, seconds, first, _ = diagnosed(folder, case.recipe)
    return Record(
        str(case), wrong=_texts(found.causes), nearest=_texts(found.nearest), unexplained=len(found.unexplained),
        seconds=seconds, first=first,
    )  # fmt: skip


def _judge_library(case: LibraryCase, folder: Path) -> Record:
    (folder / "talk.wav").write_bytes(case.wav)
    found, seconds, first, differs = _of_mel(case.values, folder)
    changes = case.truth["changes"]
    visible = [name for name in changes if name not in case.truth["hidden"]]
    causes = {finding.parameter or finding.id: str(finding.found) for finding in found.causes}
    names = {name: next((one for one in (name, *_ALSO.get(name, ())) if one in causes), "") for name in visible}
    named = [name for name in visible if names[name]]
    valued = [name for name in named if names[name] != name or same_value(f"{changes[name]}", causes[name])]
    wrong = [f"{name}={value}" for name, value in causes.items()
             if not any(name in (true, *_ALSO.get(true, ())) for true in changes)]  # fmt: skip
    right = found.profile is not None and case.truth["profile"] in (found.profile.library, found.profile.call)
    same = bool(causes) and recomputed(found.recipe, case.wav, case.values.astype(np.float64)) <= (
        MAX_SHARE * float(np.var(case.values.astype(np.float64)))
    )
    profile = [f"profile {case.truth['profile']}"]
    missed = [name for name in visible if name not in named and not same] if differs else []
    return Record(
        str(case), tuple(visible + profile), tuple(named + profile * right), tuple(valued + profile * right),
        alike=("the recipe",) if same else (), missed=tuple(missed + (profile if not right else [])),
        wrong=tuple(wrong) if not same else (), nearest=_texts(found.nearest), unexplained=len(found.unexplained),
        seconds=seconds, first=first,
    )  # fmt: skip


def _of_mel(values: Array, folder: Path) -> tuple[Any, float, float, bool]:
    """Compare and diagnose a mel spectrogram alone."""
    np.save(folder / "mel_spectrogram.npy", values)
    reference = framescope.compute(folder / "talk.wav", until="mel")
    port = framescope.load(folder / "mel_spectrogram.npy", reference=reference)
    return timed(framescope.compare(reference, port), folder / "talk.wav")


def _texts(findings: Any) -> tuple[str, ...]:
    return tuple(f"{finding.parameter or finding.id}={finding.found}" for finding in findings)

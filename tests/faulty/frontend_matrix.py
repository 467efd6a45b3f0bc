"""The fault matrix of any front end: ports of recipes are written, compared, diagnosed, and held against the truth."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import framescope
import numpy as np
import soundfile
from framescope.core.base.errors import InputError
from framescope.core.readers.by_reference import load_by_reference
from framescope.core.recipe.toml import write_recipe

from .audio import Content, recording
from .frontend import FRONT_ENDS, FrontEnd, features
from .frontend_faults import Change, changes_of, drawn, port_of
from .frontend_read import front_end
from .pipeline import STEPS, Form
from .port import Array
from .records import Record

if TYPE_CHECKING:
    from framescope.core.run import Run

MAX_ROUNDING = 30.0
"""How many times the float32 port's own rounding error a change must be to show, as mean squares."""


@dataclass(frozen=True, slots=True)
class FrontEndCase:
    """One port of a recipe: what it has otherwise, what it was fed, how it wrote, and what it computes in."""

    recipe: str
    changes: tuple[Change, ...]
    content: Content = "speech"
    form: Form = "float32"
    arithmetic: str = "float32"

    def __str__(self) -> str:
        names = " ".join(map(str, self.changes)) or "no fault"
        return ", ".join([self.recipe, names, self.content, self.form])

    @property
    def wav(self) -> bytes:
        """The recording."""
        return recording(self.content, "studio" if FRONT_ENDS[self.recipe].rate == 22050 else "plain")

    def values(self, changes: Iterable[Change], arithmetic: str = "") -> Array:
        """Compute what a port with these changes writes."""
        port = port_of(FRONT_ENDS[self.recipe], changes)
        return computed(self.wav, replace(port, arithmetic=arithmetic or self.arithmetic))


@lru_cache(64)
def computed(wav: bytes, port: FrontEnd) -> Array:
    """Give the features of the bytes of a WAV file at the front end's rate."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.wav"
        path.write_bytes(wav)
        samples = soundfile.read(path, dtype="float64")[0]
    return features(samples, port)


def singles(recipes: Iterable[str], contents: Iterable[Content], forms: Iterable[Form]) -> list[FrontEndCase]:
    """Give every change alone, of all recipes on all contents in all forms."""
    contents, forms = tuple(contents), tuple(forms)
    return [FrontEndCase(recipe, (change,), content, form) for recipe in recipes for form in forms
            for content in contents for change in changes_of(FRONT_ENDS[recipe])]  # fmt: skip


def combined(
    recipe: str, size: int, count: int, contents: tuple[Content, ...], forms: tuple[Form, ...], seed: int
) -> list[FrontEndCase]:
    """Draw ports with so many changes each, on recordings and in forms in turn."""
    chosen = drawn(FRONT_ENDS[recipe], size, count, f"{recipe} {seed}")
    return [FrontEndCase(recipe, changes, contents[number % len(contents)], forms[number % len(forms)])
            for number, changes in enumerate(chosen)]  # fmt: skip


def agreeing(recipes: Iterable[str], contents: Iterable[Content], forms: Iterable[Form]) -> list[FrontEndCase]:
    """Give ports without fault."""
    contents, forms = tuple(contents), tuple(forms)
    return [FrontEndCase(recipe, (), content, form) for recipe in recipes for content in contents for form in forms]


def visible_changes(case: FrontEndCase) -> tuple[Change, ...]:
    """Give the changes without which the dump would differ by more than rounding does."""
    values = case.values(case.changes)
    rounding = _distance(values, case.values(case.changes, "float64")) + _written(values, case.form)
    return tuple(
        change
        for change in case.changes
        if _distance(values, case.values([other for other in case.changes if other is not change]))
        > MAX_ROUNDING * rounding
    )


def _written(values: Array, form: Form) -> float:
    """Give the mean square of what writing in this form changes."""
    return float(np.mean((STEPS[form] / 4 * np.maximum(1, np.abs(values))) ** 2))


def _distance(one: Array, other: Array) -> float:
    """Give the mean squared difference; infinite where the shapes differ."""
    return float(np.mean((one - other) ** 2)) if one.shape == other.shape else np.inf


def judge(case: FrontEndCase) -> Record:
    """Write the case's port, have it diagnosed, and hold the names against the truth."""
    visible = visible_changes(case)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "talk.wav").write_bytes(case.wav)
        write(case.values(case.changes), folder / "features", case.form)
        try:
            found, seconds, first, differs = diagnosed(folder, case.recipe)
        except InputError as error:
            return Record(str(case), tuple(map(str, visible)), refused=str(error))
    return held_against(case, visible, found, differs=differs, seconds=seconds, first=first)


def write(values: Array, path: Path, form: Form) -> None:
    """Write features as one file."""
    if form == "text":
        np.savetxt(path.with_suffix(".csv"), values, "%.6g", ",")
    else:
        with np.errstate(over="ignore"):
            np.save(path.with_suffix(".npy"), values.astype(form))


def diagnosed(folder: Path, recipe: str) -> tuple[Any, float, float, bool]:
    """Compare and diagnose; seconds in all and to the first finding, and whether the port differs."""
    wav, dump = folder / "talk.wav", next(path for path in folder.iterdir() if path.stem == "features")
    reference = _reference(wav.read_bytes(), recipe)
    return timed(framescope.compare(reference, load_by_reference(dump, reference)), wav)


def timed(comparison: Any, wav: Path) -> tuple[Any, float, float, bool]:
    """Diagnose a comparison; see `diagnosed`."""
    from framescope.core.diagnosis.diagnose import diagnose

    start, times = perf_counter(), list[float]()

    def progress(diagnosis: Any) -> None:
        times.extend([perf_counter() - start] if diagnosis.findings and not times else [])

    found = diagnose(comparison, framescope.read_audio(wav), progress=progress)
    seconds = perf_counter() - start
    return found, seconds, times[0] if times else seconds, comparison.verdict == "differ"


@lru_cache(8)
def _reference(wav: bytes, recipe: str) -> "Run":
    with TemporaryDirectory() as name:
        path = Path(name) / "talk.wav"
        path.write_bytes(wav)
        return framescope.compute(path, framescope.recipe(recipe))


def held_against(
    case: FrontEndCase, visible: tuple[Change, ...], found: Any, *, differs: bool, seconds: float, first: float
) -> Record:
    """Count what was named right, what is another way to have the port's values, and what is wrong."""
    causes = [(finding.parameter, str(finding.found)) for finding in found.findings if finding.kind == "cause"]
    nearest = [f"{finding.parameter or finding.id}={finding.found}" for finding in found.findings
               if finding.kind != "cause"]  # fmt: skip
    named = [change for change in visible if any(change.is_named(name) for name, _ in causes)]
    valued = [change for change in named if any(change.is_called(*cause) for cause in causes)]
    wrong = [f"{name}={value}" for name, value in causes if not _is_true(case, name)]
    same = bool(causes) and len(causes) <= max(1, len(case.changes)) and reproduces(case, found.recipe)
    missed = [change for change in visible if change not in named] if differs and not same else []
    return Record(
        str(case), _texts(visible), _texts(named), _texts(valued),
        alike=_texts(change for change in visible if same and change not in named),
        missed=_texts(missed), wrong=() if same else tuple(wrong), nearest=tuple(nearest),
        unexplained=len(found.unexplained), seconds=seconds, first=first,
    )  # fmt: skip


def _is_true(case: FrontEndCase, name: str) -> bool:
    """Tell whether a name is that of a change, or of the form that the dump was written in."""
    return any(change.is_named(name) for change in case.changes) or (
        case.form != "float32" and name.partition(".")[0] in ("cast", "precision")
    )


def reproduces(case: FrontEndCase, recipe: Any) -> bool:
    """Tell whether the recipe that a diagnosis gives has the port's values in the second implementation, too."""
    values = case.values(case.changes)
    rounding = _distance(values, case.values(case.changes, "float64")) + _written(values, case.form)
    return recomputed(recipe, case.wav, values) <= MAX_ROUNDING * rounding


def recomputed(recipe: Any, wav: bytes, values: Array) -> float:
    """Give the mean squared difference of what a recipe has in the second implementation from a port's values."""
    port = front_end(tomllib.loads(write_recipe(recipe))) if recipe is not None else None
    if port is None:
        return np.inf
    own = _computed_or_none(lambda: computed(wav, port))
    if own is None:
        return np.inf
    return _distance(values, own if own.shape == values.shape else own.T)


def _computed_or_none(compute: Callable[[], Array]) -> Array | None:
    """A recipe that was found need not be one that can be computed here."""
    try:
        return compute()
    except (ValueError, ZeroDivisionError):
        return None


def _texts(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(map(str, changes))

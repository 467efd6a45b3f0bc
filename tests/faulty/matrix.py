"""The fault matrix: faulty ports are written, compared and diagnosed, and what was named is held against the truth."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import framescope
import numpy as np
from framescope.core.base.errors import InputError
from framescope.core.base.resources import stand_in_encoder
from framescope.core.compare.comparison import Comparison
from framescope.core.config import Config

from . import pipeline
from .audio import Content, recording
from .encoders import encoders
from .faults import FAULTS, Fault, compatible, port_of
from .port import Array, Port
from .records import Record

if TYPE_CHECKING:
    from framescope.core.encoder.session import Encoder
    from framescope.core.run import Run

Name = tuple[str, str]
"""A fault's id and value."""
DOUBLE = Port()
"""A port without fault that computes in float64."""
SINGLE = Port(arithmetic="float32", emphasis_dtype="float32")
"""A port without fault that computes in float32."""
_COMBINABLE = [fault for fault in FAULTS if fault.id not in {"n_mels", "mode_fill"}]
"""After those bands nothing else is left to see, and the tensors of the other mode have another reference."""
_NATIVE = 2048
STATISTICAL = {"weights", "batchnorm_mode", "batch_dependence", "constant_features"}
"""Faults that no run proves: to call one of them nearest is all that can be said."""
COMMON = {
    "preemphasis=missing": 9, "mel_norm=none": 8, "mel_scale=htk": 8, "window_symmetry=symmetric": 6,
    "centering=none": 6, "pad_mode=reflect": 4, "window_family=hamming": 4, "power=power": 4, "log_base=ln": 3,
    "power=10log10": 3, "clip=none": 2, "ref_level=0": 2, "max_abs=[0,1]": 2, "log_floor=top_db 80": 2,
    "log_floor=1e-10": 2, "fmax=8000": 2, "fmin=0": 2, "fft_size=1024": 2, "fft_scale=2": 1, "fft_scale=1/N": 1,
    "mel_bin_width=floored": 2, "int_scale=int16": 1, "hop=160": 1, "mel_triangle_domain=mel": 1, "gain=peak": 1,
    "fft_size=512": 1, "max_abs=1": 1, "window_length=400": 1,
}  # fmt: skip
"""How often ports that people wrote of this mel stage have a fault, beside the others: counted in some 25 of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One port of the matrix.

    Attributes
    ----------
    faults : tuple of Fault
        What is wrong with it.
    content, samples : str, int
        What it was fed; `samples` at 16 kHz, 0: as many as the faults need.
    form, until : str
        How it wrote, and the last stage of which it did.
    port : Port
        What it is but for the faults.
    given : tuple of str
        The stages that it wrote; empty: all.
    """

    faults: tuple[Fault, ...]
    content: Content = "speech"
    form: pipeline.Form = "float32"
    port: Port = DOUBLE
    until: Literal["mel", "tensors"] = "tensors"
    samples: int = 0
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        more = {"computed in float32": self.port == SINGLE, "only the mel": self.until == "mel"}
        more |= {f"only {' and '.join(self.given)}": bool(self.given), f"{self.samples} samples": bool(self.samples)}
        names = " ".join(map(str, self.faults)) or "no fault"
        return ", ".join([names, self.content, self.form, *(words for words, true in more.items() if true)])

    @property
    def wav(self) -> bytes:
        """The recording on which the faults show."""
        kind = next((fault.kind for fault in self.faults if fault.kind != "plain"), "plain")
        return recording(self.content, kind, max([self.samples, *(fault.samples for fault in self.faults)]))

    def run(self, faults: tuple[Fault, ...]) -> dict[str, Array]:
        """Compute what a port like this, but with these faults, writes."""
        stages = _stages(self.wav, port_of(faults, self.port), self.until)
        return {name: values for name, values in stages.items() if not self.given or name in self.given}


def singles(contents: Iterable[Content], forms: Iterable[pipeline.Form]) -> list[Case]:
    """Give every fault alone on all contents in all forms."""
    contents = tuple(contents)
    return [Case((fault,), content, form) for form in forms for content in contents for fault in FAULTS]


def combined(size: int, count: int, contents: Iterable[Content], form: pipeline.Form, seed: int = 0) -> list[Case]:
    """Draw so many different ports with `size` compatible faults each that compute in float32."""
    generator, contents = random.Random(f"{size} {seed}"), tuple(contents)
    drawn: dict[frozenset[Fault], Case] = {}
    while len(drawn) < count:
        faults = tuple(sorted(generator.sample(_COMBINABLE, size), key=FAULTS.index))
        if compatible(faults):
            drawn[frozenset(faults)] = Case(faults, generator.choice(contents), form, SINGLE)
    return list(drawn.values())


def common(size: int, count: int, contents: Iterable[Content], form: pipeline.Form, seed: int) -> list[Case]:
    """Draw different ports with faults of the mel stage, each fault as often as real ports have it."""
    generator, contents = random.Random(f"common {size} {seed}"), tuple(contents)
    weights = [COMMON.get(str(fault), 0.0) for fault in FAULTS]
    drawn: dict[frozenset[Fault], Case] = {}
    while len(drawn) < count:
        faults = tuple(sorted({*generator.choices(FAULTS, weights, k=size)}, key=FAULTS.index))
        if len(faults) == size and compatible(faults):
            drawn[frozenset(faults)] = Case(faults, generator.choice(contents), form, SINGLE, "mel")
    return list(drawn.values())


def agreeing(contents: Iterable[Content], forms: Iterable[pipeline.Form]) -> list[Case]:
    """Give ports without fault, computing in float64 and in float32."""
    forms = tuple(forms)
    return [Case((), content, form, port) for content in contents for form in forms for port in (DOUBLE, SINGLE)]


def judge(case: Case) -> Record:
    """Write the case's port, have it diagnosed, and hold the names against the truth."""
    visible = visible_faults(case)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "talk.wav").write_bytes(case.wav)
        pipeline.write(case.run(case.faults), folder / "port", case.form)
        try:
            return _judge(case, visible, folder)
        except InputError as error:
            return Record(str(case), _texts(visible), missed=_texts(visible), refused=str(error))


def visible_faults(case: Case) -> tuple[Fault, ...]:
    """Give the faults without which the dump would be another one."""
    stages = case.run(case.faults)
    without = {fault: tuple(other for other in case.faults if other is not fault) for fault in case.faults}
    return tuple(fault for fault in case.faults if pipeline.differ(stages, case.run(without[fault]), case.form))


@lru_cache(32)
def _stages(wav: bytes, port: Port, until: Literal["mel", "tensors"]) -> dict[str, Array]:
    return pipeline.run(wav, port, encoders(), until)


def _judge(case: Case, visible: tuple[Fault, ...], folder: Path) -> Record:
    from framescope.core.diagnosis.diagnose import diagnose

    comparison, recorded = _compared(case, folder), framescope.read_audio(folder / "talk.wav")
    start, times = perf_counter(), list[float]()

    def progress(diagnosis: Any) -> None:
        times.extend([perf_counter() - start] if diagnosis.findings and not times else [])

    found = diagnose(comparison, recorded, encoder=_encoder(), progress=progress)
    seconds = perf_counter() - start
    record = held_against(case, visible, found)
    missed = () if comparison and not found.findings else record.missed  # within tolerance
    return replace(record, missed=missed, seconds=seconds, first=times[0] if times else seconds)


def held_against(case: Case, visible: tuple[Fault, ...], found: Any) -> Record:
    """Count what a diagnosis named right, named as something alike, and named though it is not there."""
    names = [(finding.id, str(finding.value)) for finding in found.causes]
    nearest = tuple(f"{finding.id}={finding.value}" for finding in found.nearest)
    told = [(finding.id, str(finding.value)) for finding in found.nearest if finding.id in STATISTICAL]
    groups = [
        {_split(part) for fault in group.faults for part in fault.split(" and ")} for group in found.indistinguishable
    ]
    named = tuple(fault for fault in visible if any(fault.id == name for name, _ in (*names, *told)))
    right = tuple(fault for fault in named if any(fault.is_called(*name) for name in (*names, *told)))
    alike = tuple(fault for fault in visible if fault not in named and _is_alike(fault, [*names, *told], groups))
    wrong = tuple(f"{name}={value}" for name, value in names if not _is_right(case, (name, value), groups))
    missed = tuple(fault for fault in visible if fault not in named and fault not in alike)
    lists = map(_texts, (visible, named, right, alike, missed))
    return Record(str(case), *lists, wrong, nearest, unexplained=len(found.unexplained))


def _texts(faults: Iterable[Fault]) -> tuple[str, ...]:
    return tuple(map(str, faults))


def _split(fault: str) -> Name:
    name, _, value = fault.partition(" ")
    return name, value


def _is_alike(fault: Fault, names: list[Name], groups: list[set[Name]]) -> bool:
    """Tell whether a fault is in a group with a name that was given; ``any`` stands there for all its values."""
    called = [group for group in groups if (fault.id, "any") in group or any(fault.is_called(*one) for one in group)]
    return any(name in group for group in called for name in names)


def _is_right(case: Case, name: Name, groups: list[set[Name]]) -> bool:
    """Tell whether a name is that of a fault, of one like it, or of the form that the dump was written in."""
    if any(fault.id == name[0] for fault in case.faults) or (name[0] == "precision" and case.form != "float32"):
        return True
    return any(_is_alike(fault, [name], groups) for fault in case.faults)


def _compared(case: Case, folder: Path) -> Comparison:
    """Compare the folder's port with the reference, as the command line does."""
    native = any(fault.id == "mode_fill" for fault in case.faults)
    reference = _reference(case.wav, case.until, native)
    return framescope.compare(reference, framescope.load(folder / "port", reference=reference), encoder=_encoder())


@cache
def _encoder() -> "Encoder":
    return framescope.Encoder.load(stand_in_encoder())


@lru_cache(32)
def _reference(wav: bytes, until: Literal["mel", "tensors"], native: bool) -> "Run":
    with TemporaryDirectory() as name:
        path = Path(name) / "talk.wav"
        path.write_bytes(wav)
        run = framescope.compute(path, encoder=_encoder(), until=until)
        if not native:
            return run
        rows = np.random.default_rng(7).normal(size=(len(run["windows"].array), _NATIVE)).astype(np.float32)
        return framescope.compute(path, Config(mode="hubert"), native=rows)

"""What is fuzzed: the readers, and undamaged files of all the tools whose output each of them reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import fuzz_checkpoints
import fuzz_sound
import numpy as np
from framescope.core.base.errors import InputError
from framescope.core.encoder.checkpoint import read_checkpoint
from framescope.core.readers import load_run
from framescope.core.stages.audio import read_audio
from helpers.binary_dumps import BINARY_WRITERS, REFUSED, wav
from helpers.dumps import speech_features, speech_mel
from helpers.mutations import mutated
from helpers.text_dumps import TEXT_WRITERS

Seed = tuple[str, bytes]
"""What a file is called, and its bytes."""
MEL, FEATURES = speech_mel(17), speech_features(3)
"""Hardly larger than what can be told from other stages: of two readings of a file the shorter is damaged more."""
_GB = 1 << 30
_TOOLS = {
    ".npy": ("npy",),
    ".npz": ("npz",),
    "zip": ("zip",),
    "PyTorch": ("PyTorch tensor", "PyTorch dict"),
    "safetensors": ("safetensors",),
    "TensorProto": ("TensorProto",),
    "bytes without a head": ("raw",),
    "head of integers": ("head of",),
    "tables": ("CSV", "TSV", "decimal commas", "long form", "one a line", "shape in front"),
    "lines with labels": ("labelled", "logcat", "Android Studio", "Xcode", "Python, logging", "C, printf"),
    "JSON lines": ("JSON lines", "JSON, list of objects", "JSON, by number"),
    "JSON": ("JSON", "Polygraphy"),
}
"""The first words of the names of the tools whose output a reader reads; the first reader that fits has it."""
_GZIP, _PRINTED = "gzip", "printed arrays"


@dataclass(frozen=True, slots=True)
class Reader:
    """What is read, and how.

    Attributes
    ----------
    damage : callable
        Gives the damage with a number to a file; the text is drawn into its randomness.
    refuses : bool
        Its undamaged files are refused, by name.
    max_space : int
        Bytes of address space, beside what the process has. Where it ends, a library in C may say anything.
    """

    seeds: tuple[Seed, ...]
    read: Callable[[Path], object]
    damage: Callable[[bytes, str, int], bytes] = mutated
    refuses: bool = False
    max_space: int = _GB

    def damaged(self, number: int) -> Seed:
        """Give the damaged file with this number; the seeds take turns."""
        file, data = self.seeds[number % len(self.seeds)]
        return file, self.damage(data, file, number)

    def accepts(self, path: Path) -> bool:
        """Tell whether an undamaged file is read, or refused where that is what is to be."""
        try:
            self.read(path)
        except InputError:
            return self.refuses
        return not self.refuses


@cache
def readers() -> dict[str, Reader]:
    """Give every reader by its name."""
    found: dict[str, list[Seed]] = {}
    for name, write in (dict(BINARY_WRITERS) | dict(TEXT_WRITERS)).items():
        seeds = found.setdefault(_reader_of(name), [])
        seeds += [(f"{stage}.dat", write(values, stage)) for stage, values in (("mel", MEL), ("features", FEATURES))]
    found["bytes without a head"].append(("audio.pcm", (MEL.ravel() * 8000).astype("<i2").tobytes()))
    samples = MEL.ravel() / 4
    sound = [("audio.wav", wav(kind)(samples)) for kind in ("PCM_16", "PCM_24", "FLOAT")]
    found["sound as a stage"] = [*sound, ("audio.flac", wav("PCM_16", form="FLAC")(samples))]
    refused = tuple(("mel.dat", write(MEL)) for _, write in REFUSED.values())
    return {
        **{name: Reader(tuple(seeds), _read_dump) for name, seeds in found.items()},
        "refused formats": Reader(refused, _read_dump, refuses=True),
        "checkpoint": Reader(tuple(_checkpoints()), read_checkpoint, _damaged_checkpoint),
        "recordings": Reader(
            tuple(("sound", data) for data in fuzz_sound.seeds().values()),
            read_audio,
            fuzz_sound.mutated,
            max_space=8 * _GB,
        ),
    }


def _reader_of(tool: str) -> str:
    if tool.endswith(_GZIP):
        return _GZIP
    return next((reader for reader, firsts in _TOOLS.items() if tool.startswith(firsts)), _PRINTED)


def _read_dump(path: Path) -> object:
    return [np.asarray(stage.array[:1]) for stage in load_run(path).stages.values()]


def _checkpoints() -> Iterator[Seed]:
    return (("encoder.pth", data) for data in fuzz_checkpoints.seeds())


def _damaged_checkpoint(data: bytes, _: str, number: int) -> bytes:
    return fuzz_checkpoints.mutated(data, Random(number))

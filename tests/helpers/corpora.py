"""Corpora made of one recording, with a port whose faults lie on some groups; and results that are made up."""

import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import soundfile
import soxr
from framescope import AudioConfig, Config
from framescope.core.corpus.entries import Entries, Entry
from framescope.core.corpus.outcome import Cause, Outcome, StageResult, WorstPlace
from framescope.core.corpus.results import Results
from framescope.core.corpus.table import CorpusTable, load_table, read_table

Array = np.ndarray[Any, Any]
RATE = 16000
CAUSES = {
    "resampler = linear": ("rate", "44100"),
    "channels = left": ("channels", "2"),
    "window.symmetry = symmetric": ("device", "headset"),
}
"""The port's faults by name, and the group that each lies on."""
_MIN_LEVEL = 0.02
"""RMS of a cut: in silence no fault would show."""


def make_corpus(folder: Path, speech: Array, count: int, *, seconds: float = 0.6, seed: int = 0) -> Path:
    """Write recordings cut, resampled, made quieter, stereo, a mel of each as the port gives it, and a manifest.

    Parameters
    ----------
    speech : (n,) float32
        What the recordings are cut from, 16 kHz.
    """
    for name in ("audio", "port"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="") as file:
        rows = csv.DictWriter(file, ("audio", "port", "rate", "channels", "loudness", "device"))
        rows.writeheader()
        for number in range(count):
            rows.writerow(_make(folder, number, speech, seconds, random))
    return manifest


def _make(folder: Path, number: int, speech: Array, seconds: float, random: np.random.Generator) -> dict[str, str]:
    rate, channels = (44100 if random.random() < 0.05 else RATE), (2 if random.random() < 0.04 else 1)
    loudness = "quiet" if random.random() < 0.25 else "normal"
    device = str(random.choice(["phone", "table", "room", "headset"], p=(0.47, 0.3, 0.2, 0.03)))
    cut = _cut(speech, round(seconds * RATE), random) * (0.2 if loudness == "quiet" else 1.0)
    sound = cut if rate == RATE else soxr.resample(cut, RATE, rate)
    if channels == 2:  # the other side of the room: later, and quieter
        sound = np.stack([sound, 0.6 * np.roll(sound, rate // 100)], axis=1)
    audio, port = folder / "audio" / f"{number:05d}.wav", folder / "port" / f"{number:05d}.npy"
    soundfile.write(audio, sound, rate, subtype="PCM_16")
    faults = Config(
        audio=AudioConfig(
            resampler="linear" if rate != RATE else "soxr_hq", channel="left" if channels == 2 else "mean"
        )
    )
    if device == "headset":
        faults = replace(faults, mel=replace(faults.mel, window_symmetry="symmetric"))
    recording = framescope.read_audio(audio, faults.audio)
    np.save(port, framescope.compute(recording, faults, until="mel")["mel"].array.astype(np.float32))
    groups = {"rate": str(rate), "channels": str(channels), "loudness": loudness, "device": device}
    return {"audio": f"audio/{audio.name}", "port": f"port/{port.name}", **groups}


def _cut(speech: Array, length: int, random: np.random.Generator) -> Array:
    while True:
        start = int(random.integers(0, len(speech) - length))
        cut = speech[start : start + length]
        if np.sqrt(np.mean(np.square(cut))) > _MIN_LEVEL:
            return cut


def speech() -> Array:
    """Give real speech where it is at hand, else the sample that ships with Framescope, 16 kHz."""
    real = Path(__file__).resolve().parents[3] / "shared" / "data" / "talk_hb.wav"
    path = real if real.is_file() else framescope.sample()
    return np.asarray(framescope.read_audio(path).samples)


def outcome(
    verdict: Any = "agree", *causes: Cause, rmse: float = 1e-8, state: Any = "compared", **measured: str
) -> Outcome:
    """Give what became of a recording: a mel of some error, and causes."""
    figures = StageResult("mel", verdict, 0, 2 * rmse, rmse / 2, rmse, 1.0)
    worst = WorstPlace("mel", "band 3, column 5", 0.4, 10, 0.0, rmse) if verdict == "differ" else None
    compared = state == "compared"
    return Outcome(
        state,
        "key",
        verdict if compared else "not comparable",
        error="" if compared else "a.wav: is not a recording",
        severity=1e4 * rmse,
        stages=(figures,) if compared else (),
        causes=causes,
        worst=worst,
        measured=measured,
    )


def table_of(made: dict[str, tuple[dict[str, str], Outcome]], path: Path | None = None) -> CorpusTable:
    """Give the results of recordings by name, with their groups and outcomes; written to a file where one is named."""
    entries = tuple(Entry(name, f"port/{name}", groups) for name, (groups, _) in made.items())
    with Results(path, create=True) as results:
        known = results.begin(Entries(Path("/corpus"), entries), {"profile": "desktop"})
        for (id, _), (_, came) in zip(known, made.values(), strict=True):
            results.record(id, came)
        return read_table(results)


def content(path: Path) -> list[tuple[str, str]]:
    """Give every value of the results but how long things took, NaN equal to itself."""
    columns = load_table(path).columns()
    return [(name, repr(values.tolist())) for name, values in sorted(columns.items()) if name != "seconds"]


if __name__ == "__main__":
    print(make_corpus(Path(sys.argv[1]), speech(), int(sys.argv[2])))

"""Comparing one hour of every stage, frame tensors included, against computing the reference of it."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from framescope.core.base.arrays import Array, chunks
from framescope.core.stages.tensors import frame_tensors
from measure import run, table
from pipeline import FRAMESCOPE, recording

STAGES = ("mel_spectrogram", "mel_windows", "audio_features_raw", "audio_features_padded")
NOISE = 1e-5


def main(report: str) -> None:
    os.environ["FRAMESCOPE_ENCODER"] = "stand-in"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hour = recording(folder / "hour.wav", 3600)
        reference, port = folder / "reference", folder / "port"
        computed = run([*FRAMESCOPE, "run", "--frames", "none", "-o", str(reference), hour])
        write_port(reference, port)
        compared = run([*FRAMESCOPE, "compare", "--reference", str(reference), str(port), "--profile", "desktop"])
    rows = [
        ["computing the reference", f"{computed.seconds:.1f}", f"{computed.megabytes:.0f}"],
        ["comparing all stages", f"{compared.seconds:.1f}", f"{compared.megabytes:.0f}"],
        ["ratio", f"{compared.seconds / computed.seconds:.2f}", ""],
    ]
    text = table(["one hour, whole process", "wall time, s", "peak memory, MB"], rows)
    Path(report).write_text(f"# Comparing an hour\n\n{text}\n\n{about()}\n", encoding="utf-8")
    print(text)


def about() -> str:
    return (
        "A port's float32 dump with noise of 1e-5: mel, windows, raw and padded features and all 89,998 frame tensors "
        f"(4 GB), each stage also on the port's own input; {os.cpu_count()} processors. Made by `make bench`."
    )


def write_port(reference: Path, port: Path) -> None:
    """Write what a float32 port would have written, a little noisy, chunk by chunk."""
    port.mkdir()
    for stage in STAGES:
        save(port / f"{stage}.npy", np.load(reference / f"{stage}.npy", mmap_mode="r"))
    padded = np.load(reference / "audio_features_padded.npy", mmap_mode="r")
    save(port / "frame_tensors.npy", frame_tensors(padded, len(padded) - 2))


def save(path: Path, array: Array) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": array.shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in noisy(array):
            block.tofile(file)


def noisy(array: Array) -> Iterator[Any]:
    generator = np.random.default_rng(0)
    for block in chunks(array, max(1, (1 << 22) // int(np.prod(array.shape[1:])))):
        noise = generator.random(block.shape, np.float32) * np.float32(NOISE)
        yield (block + noise * (block > 0)).astype(np.float32)


if __name__ == "__main__":
    main(sys.argv[1])

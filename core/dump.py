"""Write a run to a folder in the layout of the original Python pipeline."""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from .arrays import Array, chunks, value_range
from .config import Config
from .errors import InputError
from .run import Run, StageName
from .stages.tensors import context_blocks

STAGE_FILES: dict[StageName, str] = {
    "mel": "mel_spectrogram.npy",
    "windows": "mel_windows.npy",
    "features": "audio_features_raw.npy",
    "padded": "audio_features_padded.npy",
}
_CHUNK_BYTES = 16 << 20


def write_dump(run: Run, folder: str | Path, frames: Iterable[int] = ()) -> Path:
    """Write every stage of a computed run, and some of its frames.

    Everything is written beside its final place first and moved there at the end, so that a run that is killed leaves
    no half-written file under a final name. Frame files of an earlier run that this one does not write are removed.

    Parameters
    ----------
    run : Run
        A run with all stages.
    folder : path
        Made where it does not exist.
    frames : iterable of int
        Frame numbers to write as ``frames/frame_00000_window.npy`` (16, 512) and ``_reshaped.npy`` (the mode's shape).

    Raises
    ------
    InputError
        The folder cannot be written, or a frame does not exist.
    """
    folder = Path(folder)
    wanted = _checked_frames(run, frames)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
        try:
            _write_all(run, partial, wanted)
            _move_into_place(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); name a folder you may write to") from error
    return folder


def written_files(frames: Iterable[int] = ()) -> list[str]:
    """Name the files that `write_dump` writes for these frames, relative to the folder."""
    parts = (f"frames/frame_{frame:05d}_{part}.npy" for frame in sorted(set(frames)) for part in ("window", "reshaped"))
    return [*STAGE_FILES.values(), "metadata.json", "summary.json", *parts]


def metadata(run: Run) -> dict[str, Any]:
    """Give what the original writes to ``metadata.json``: shapes, value ranges, mode and frame rate."""
    config = run.config or Config()
    return {
        "audio_path": run.name,
        "mode": config.mode,
        "fps": _plain(config.fps),
        "n_frames": len(run["features"].array),
        "mel_shape": list(run["mel"].shape),
        "mel_windows_shape": list(run["windows"].shape),
        "features_shape": list(run["features"].shape),
        "features_padded_shape": list(run["padded"].shape),
        "mel_value_range": list(value_range(run["mel"].array)),
        "features_value_range": list(value_range(run["features"].array)),
    }


def summary(run: Run) -> dict[str, Any]:
    """Give what the original writes to ``summary.json``: the frames' number and shapes."""
    config = run.config or Config()
    tensors = run["tensors"].array
    return {
        "total_frames": len(tensors),
        "mode": config.mode,
        "fps": _plain(config.fps),
        "window_shape": [16, *run["padded"].shape[1:]],
        "reshaped_shape": list(tensors.shape[1:]),
    }


def _plain(fps: float) -> float | int:
    return int(fps) if float(fps).is_integer() else fps


def _checked_frames(run: Run, frames: Iterable[int]) -> list[int]:
    wanted, total = sorted(set(frames)), len(run["tensors"].array)
    if wanted and not 0 <= wanted[0] <= wanted[-1] < total:
        wrong = wanted[0] if wanted[0] < 0 else wanted[-1]
        raise InputError(f"frame {wrong} does not exist: {run.name} has the frames 0 to {total - 1}")
    return wanted


def _write_all(run: Run, folder: Path, frames: list[int]) -> None:
    for stage, name in STAGE_FILES.items():
        _write_npy(folder / name, run[stage].array)
    (folder / "frames").mkdir()
    context = context_blocks(run["padded"].array, len(run["tensors"].array), run.config or Config())
    for frame in frames:
        np.save(folder / "frames" / f"frame_{frame:05d}_window.npy", context[frame])
        np.save(folder / "frames" / f"frame_{frame:05d}_reshaped.npy", run["tensors"].array[frame])
    for name, facts in (("metadata.json", metadata(run)), ("summary.json", summary(run))):
        (folder / name).write_text(json.dumps(facts, indent=2))


def _write_npy(path: Path, array: Array) -> None:
    """Write an array chunk by chunk: an hour of windows is 920 MB that never exist at once."""
    header = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
    items = max(1, _CHUNK_BYTES // max(1, prod(array.shape[1:]) * array.dtype.itemsize))
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in chunks(array, items):
            np.ascontiguousarray(block).tofile(file)


def _move_into_place(partial: Path, folder: Path) -> None:
    frames = folder / "frames"
    frames.mkdir(exist_ok=True)
    new = {path.name for path in (partial / "frames").iterdir()}
    for path in _files(partial):
        path.replace(folder / path.relative_to(partial))
    for kind in ("window", "reshaped"):
        for stale in frames.glob(f"frame_*_{kind}.npy"):
            if stale.name not in new:
                stale.unlink()
    if not any(frames.iterdir()):
        frames.rmdir()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())

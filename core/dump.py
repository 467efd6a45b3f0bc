"""Write a run to a folder: SyncTalk_2D's in the layout of the original program, a recipe's with one file a stage."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from errno import EISDIR, ENOTDIR
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from .base.arrays import Array, chunks, value_range
from .base.errors import InputError
from .base.files import PARTIAL, held, remove_stale
from .config import Config
from .run import Run, StageName
from .stages.tensors import context_blocks

STAGE_FILES: Mapping[StageName, str] = {
    "mel": "mel_spectrogram.npy",
    "windows": "mel_windows.npy",
    "features": "audio_features_raw.npy",
    "padded": "audio_features_padded.npy",
}
"""The files that the original writes; the samples and the tensors it does not."""
UNFINISHED = "framescope-unfinished.txt"
"""Lies in a folder while files of an older run are replaced by those of a newer one, and stays where that is killed."""
_WARNING = "Files of two runs are mixed here: framescope run was ended while it wrote them. Run it again.\n"
_FRAME = re.compile(r"frame_\d{5,}_(window|reshaped)\.npy")
_CHUNK_BYTES = 16 << 20


def write_dump(run: Run, folder: str | Path, frames: Iterable[int] = ()) -> Path:
    """Write every stage of a computed run, and of SyncTalk_2D some of its frames.

    A recipe's named stages are written as ``STAGE.npy`` in the original's order of axes, the last one as
    ``features.npy`` where no other is called so.

    Everything is written beside its final place first and moved there at the end, so that a run that is killed leaves
    no half-written file under a final name. Frame files of an earlier run that this one does not write are removed,
    and whatever else lies there stays. Where it is killed while it moves, the folder says that it is `UNFINISHED`,
    and readers refuse it.

    Parameters
    ----------
    run : Run
        A run with all stages; of a recipe as many as it has.
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
        _check_places(folder, stage_files(run))
        with _partial(folder) as partial:
            _write_all(run, partial, wanted)
            with _alone(folder):
                _move_into_place(partial, folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); name a folder you may write to") from error
    return folder


def stage_files(run: Run) -> Mapping[StageName, str]:
    """Give the name of the file of each stage that is written."""
    if run.is_original:
        return STAGE_FILES
    named = [stage.name for stage in run.recipe.stages if stage.name in run]
    last = "features" if "features" not in named else named[-1]
    return {name: f"{last if name == named[-1] else name}.npy" for name in named}


def recipe_metadata(run: Run) -> dict[str, Any]:
    """Give what is written to ``metadata.json`` of a recipe's run: the recipe, and shape and axes of each stage."""
    files = stage_files(run)
    stages = {
        name: {
            "file": file,
            "shape": list(run[name].shape),
            "dtype": run[name].array.dtype.name,
            "axes": [axis.name for axis in run[name].axes],
            "range": list(value_range(run[name].array)),
        }
        for name, file in files.items()
    }
    recipe = {"name": run.recipe.name, "identity": run.recipe.identity, "rate": run.recipe.rate}
    return {"audio_path": run.name, "recipe": recipe, "stages": stages}


def written_files(run: Run, frames: Iterable[int] = ()) -> list[str]:
    """Name the files that `write_dump` writes of a run and these frames, relative to the folder."""
    if not run.is_original:
        return [*stage_files(run).values(), "metadata.json"]
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
    if not run.is_original:
        return []
    wanted, total = sorted(set(frames)), len(run["tensors"].array)
    if wanted and not 0 <= wanted[0] <= wanted[-1] < total:
        wrong = wanted[0] if wanted[0] < 0 else wanted[-1]
        raise InputError(f"frame {wrong} does not exist: {run.name} has the frames 0 to {total - 1}")
    return wanted


def _write_all(run: Run, folder: Path, frames: list[int]) -> None:
    for stage, name in stage_files(run).items():
        _write_npy(folder / name, run[stage].array)
    if not run.is_original:
        (folder / "metadata.json").write_text(json.dumps(recipe_metadata(run), indent=2))
        return
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


def _check_places(folder: Path, files: Mapping[StageName, str]) -> None:
    """Find out before anything is changed that something cannot take its place."""
    for name in (*files.values(), "metadata.json", "summary.json"):
        if (folder / name).is_dir():
            raise IsADirectoryError(EISDIR, f"{name} is a folder")
    if (folder / "frames").exists() and not (folder / "frames").is_dir():
        raise NotADirectoryError(ENOTDIR, "frames is not a folder")


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """Give a folder within another, on the same disk, and remove those that killed runs have left."""
    with ExitStack() as kept:
        with _alone(folder):
            for stale in folder.glob(f"{PARTIAL}run-*"):
                remove_stale(stale)
            partial = Path(tempfile.mkdtemp(prefix=f"{PARTIAL}run-", dir=folder))
            kept.enter_context(_alone(partial))
        try:
            yield partial
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder."""
    if os.name == "nt":  # which opens no folders
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        held(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _move_into_place(partial: Path, folder: Path) -> None:
    new = [path.relative_to(partial) for path in sorted(partial.rglob("*")) if path.is_file()]
    try:
        _exchange(partial, folder, new)
    except KeyboardInterrupt:  # half of it would be worse, and it takes little time
        _exchange(partial, folder, new)
        raise


def _exchange(partial: Path, folder: Path, new: list[Path]) -> None:
    """Put the new files in the place of the old ones, or do what is left of that."""
    frames, unfinished = folder / "frames", folder / UNFINISHED
    unfinished.write_text(_WARNING)
    frames.mkdir(exist_ok=True)
    for name in new:
        if (partial / name).exists():
            (partial / name).replace(folder / name)
    for path in {path for path in frames.iterdir() if _FRAME.fullmatch(path.name)} - {folder / name for name in new}:
        path.unlink()
    if not any(frames.iterdir()):
        frames.rmdir()
    unfinished.unlink()

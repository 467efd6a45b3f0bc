"""What the files hold that a recipe names, as hashes that are made once for each state of a file."""

from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from ..base.errors import InputError
from ..base.files import open_file, read_file
from ..encoder.external import weight_files
from ..encoder.graph import MAX_GRAPH_BYTES
from .block import Block, named_file


def file_hashes(block: Block, folder: Path) -> dict[str, str]:
    """Give the SHA-256 of each file that a block names, by the parameter; without those that cannot be read."""
    found = {}
    for name in block.files:
        if value := getattr(block, name):
            try:
                found[name] = _hash(named_file(folder, value), weights=block.kind == "onnx")
            except (InputError, OSError):
                continue
    return found


def _hash(path: Path, *, weights: bool) -> str:
    """Hash a file and, of an ONNX model whose weights lie in further files, those too."""
    further = _further(path, *_state(path)) if weights else ()
    return "-".join(_digest(each, *_state(each)) for each in (path, *further))


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


@lru_cache(maxsize=256)
def _digest(path: Path, size: int, modified: int, number: int) -> str:
    with open_file(path, "a file of a recipe") as file:
        return file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=64)
def _further(path: Path, size: int, modified: int, number: int) -> tuple[Path, ...]:
    return weight_files(read_file(path, "an ONNX file", MAX_GRAPH_BYTES), path.parent)

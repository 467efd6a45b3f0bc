"""The files of one recording and its dump: their content as a hash, and as bytes that are sent to another machine."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..base.files import open_file, read_file, replace_file
from ..readers.scan import find_files

MAX_SENT = 1 << 30
"""Bytes of one file that is sent: what is larger is better found by its path."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A recording and its dump as bytes.

    Attributes
    ----------
    audio : bytes
        The recording's file.
    dump : mapping from str to bytes, or None
        The dump's files by their paths within it; None: there is no dump.
    single : bool
        Whether the dump is one file, and not a folder.
    """

    audio: bytes
    dump: Mapping[str, bytes] | None
    single: bool = False


def content_hash(audio: Path, port: Path | None) -> str:
    """Hash the content of a recording and of all files of its dump, wherever they lie.

    Raises
    ------
    InputError
        The recording, or the dump that is named, cannot be read.
    """
    digest = hashlib.sha256()
    _feed(digest, "audio", audio, "a recording")
    for label, path in _dump_files(port):
        _feed(digest, label, path, "a file that a port has written")
    return digest.hexdigest()


def pack(audio: Path, port: Path | None) -> Sent:
    """Read a recording and its dump, to be sent.

    Raises
    ------
    InputError
        One of the files cannot be read, or is larger than 1 GB.
    """
    there = port is not None and port.exists()
    dump = {label: read_file(path, "a file to send", MAX_SENT) for label, path in _dump_files(port if there else None)}
    return Sent(read_file(audio, "a recording", MAX_SENT), dump if there else None, bool(port and port.is_file()))


@contextmanager
def unpacked(sent: Sent, audio: Path, port: Path | None) -> Iterator[tuple[Path, Path, Path | None]]:
    """Give what was sent as files of the same names in a temporary folder: the folder, the recording and the dump."""
    with TemporaryDirectory(prefix="framescope-corpus-") as name:
        folder = Path(name)
        recording = folder / "audio" / audio.name
        recording.parent.mkdir()
        replace_file(recording, sent.audio)
        if port is None or sent.dump is None:
            yield folder, recording, None
            return
        dump = folder / "port" / port.name
        for label, content in sent.dump.items():
            path = dump.parent / label if sent.single else dump / label
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
        yield folder, recording, dump


def _dump_files(port: Path | None) -> Iterator[tuple[str, Path]]:
    if port is not None:
        yield from ((file.label, file.path) for file in find_files(port)[0])


def _feed(digest: "hashlib._Hash", label: str, path: Path, what: str) -> None:
    with open_file(path, what) as file:
        one = hashlib.file_digest(file, "sha256").digest()
    digest.update(f"{label}\0".encode(errors="surrogateescape") + one)

"""The bytes of a file in the form in which the decoders take them."""

import io
from typing import IO, Any


class SoundStream(io.RawIOBase):
    """A file in which the bytes at one place may read differently, and in which seeking never fails.

    Decoders follow offsets that stand in the file. Where such an offset is nonsense they have to notice for
    themselves: an exception raised here could not pass through them.
    """

    def __init__(self, file: IO[bytes], at: int = 0, patch: bytes = b"") -> None:
        self._file, self._at, self._patch = file, at, patch

    def readinto(self, buffer: Any) -> int:
        """Read bytes into `buffer`, the patch included."""
        start = self._file.tell()
        data = self._file.read(len(buffer))
        end = start + len(data)
        first, last = max(start, self._at), min(end, self._at + len(self._patch))
        buffer[: len(data)] = data
        if first < last:
            buffer[first - start : last - start] = self._patch[first - self._at : last - self._at]
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; where there can be none, stay."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return self._file.tell()

    def tell(self) -> int:
        """Give the place."""
        return self._file.tell()

    def readable(self) -> bool:
        """Say yes: so it is."""
        return True

    def seekable(self) -> bool:
        """Say yes, or MP4 files cannot be read: their index may lie at the end."""
        return True

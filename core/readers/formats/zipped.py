"""Where a member of a zip archive lies in the file."""

import zipfile
from typing import IO

from ...base.errors import InputError

_HEAD = 30
"""Bytes of a member's own header, without its name and its extra field."""


def stored_at(file: IO[bytes], info: zipfile.ZipInfo, where: str) -> int:
    """Give the byte of an archive at which the data of a stored member begin.

    Raises
    ------
    InputError
        The member is packed or encrypted, or its data do not lie in the file.
    """
    file.seek(info.header_offset)
    head = file.read(_HEAD)
    extra = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    start = info.header_offset + _HEAD + extra
    plain = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size and not info.flag_bits & 1
    if not plain or head[:4] != b"PK\x03\x04" or start + info.file_size > file.seek(0, 2):
        raise InputError(f"{where}: does not lie as it is where the archive says; pack it again without compression")
    return start

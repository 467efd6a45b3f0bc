"""``.safetensors`` files, read by the format's own library."""

from pathlib import Path

from ...errors import InputError
from .content import Content, real_values


def is_safetensors(path: Path, head: bytes) -> bool:
    """Tell whether a file begins like safetensors: a header length that fits the file, then a JSON object."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= path.stat().st_size - 8


def read_safetensors(path: Path, where: str) -> Content:
    """Read all tensors; the library checks every offset against the file's size."""
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415  (few dumps need it)

    try:
        with safe_open(path, "np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (file is no mapping)
    except SafetensorError as error:
        raise InputError(f"{where}: is not a valid safetensors file ({error})") from error
    return Content({name: real_values(array, f"{where}/{name}") for name, array in arrays.items()})

"""ONNX models whose weights lie in further files, as PyTorch's newer exporter writes even small ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import InputError
from ..base.files import open_file

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from onnx import ModelProto, TensorProto

_LOCATION_KEY = b"location"
"""What ONNX calls the name of the further file; a model without this word in it has none."""
_MAX_BYTES = 256 << 20


def parsed(model: bytes) -> "ModelProto":
    """Parse an ONNX model.

    Raises
    ------
    InputError
        It is damaged.
    """
    import onnx  # noqa: PLC0415  slow to import, and few models need it

    try:
        return onnx.load_model_from_string(model)
    except Exception as error:  # each version of protobuf raises its own
        raise InputError(f"is not a usable ONNX model ({str(error).splitlines()[0]:.200})") from None


def with_weights(model: bytes, folder: Path) -> bytes:
    """Give an ONNX model with all weights of its further files, if it has any, put into it.

    ONNX Runtime would find such a file in the current folder too, or take an address in memory for one.

    Parameters
    ----------
    model : bytes
        The ONNX file's content.
    folder : Path
        Where it lies; no file outside is read.

    Raises
    ------
    InputError
        A further file is missing, elsewhere, too short or too large.
    """
    if _LOCATION_KEY not in model:
        return model
    proto = parsed(model)
    # A field that this version of onnx does not know, but that of ONNX Runtime does, could name one more file.
    proto.DiscardUnknownFields()
    changed, total = False, 0
    for tensor in _external_tensors(proto):
        data = _read(tensor, folder)
        # Many tensors may name the same bytes, so that little on disk becomes much in memory.
        if (total := total + len(data)) > _MAX_BYTES:
            raise InputError(f"its weights in a second file are larger than {_MAX_BYTES >> 20} MB")
        tensor.raw_data, changed = data, True
        tensor.ClearField("data_location")
        tensor.ClearField("external_data")
    complete: bytes = proto.SerializeToString(deterministic=True) if changed else model
    return complete


def weight_files(model: bytes, folder: Path) -> tuple[Path, ...]:
    """Give the further files, within `folder`, that an ONNX model has its weights in.

    Raises
    ------
    InputError
        The model is damaged, or names a file elsewhere.
    """
    if _LOCATION_KEY not in model:
        return ()
    return tuple(dict.fromkeys(_path(_entries(tensor), folder) for tensor in _external_tensors(parsed(model))))


def _external_tensors(message: "Message") -> "Iterator[TensorProto]":
    """Find them wherever ONNX has a tensor: weights, sparse ones, attributes, graphs in graphs, functions."""
    if message.DESCRIPTOR.name == "TensorProto" and (message.data_location or message.external_data):
        yield message
    for field, value in message.ListFields():
        if field.message_type:
            for part in value if hasattr(value, "__len__") else [value]:
                yield from _external_tensors(part)


def _entries(tensor: "TensorProto") -> dict[str, str]:
    return {entry.key: entry.value for entry in tensor.external_data}


def _path(entries: dict[str, str], folder: Path) -> Path:
    name = Path(entries.get("location", ""))
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()) or name.is_absolute() or not name.name:
        raise InputError(
            f"its weights in a second file cannot be read: {str(name)!r:.200} is not in the model's folder"
        )
    return path


def _read(tensor: "TensorProto", folder: Path) -> bytes:
    entries = _entries(tensor)
    path = _path(entries, folder)
    try:
        offset, length = int(entries.get("offset", 0)), int(entries.get("length", -1))
        with open_file(path, "the weights of an ONNX model") as file:
            file.seek(offset)
            data = file.read(min(length, _MAX_BYTES) if length >= 0 else _MAX_BYTES + 1)
    except (InputError, OSError, ValueError) as error:
        raise InputError(f"its weights in a second file cannot be read ({error!s:.200})") from None
    if len(data) < length:
        raise InputError(f"its weights in a second file cannot be read ({path} ends too soon)")
    return data

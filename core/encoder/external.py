"""ONNX models whose weights lie in a second file, as PyTorch's newer exporter writes even small ones."""

from pathlib import Path

from ..errors import InputError

_EXTERNAL_KEY = b"\x0a\x08location\x12"
"""How an ONNX file spells the field that names the second file."""
_MOST_BYTES = 512 << 20


def with_weights(model: bytes, folder: Path) -> bytes:
    """Give an ONNX model with the weights of its second file, if it has one, put into it.

    Parameters
    ----------
    model : bytes
        The ONNX file's content.
    folder : Path
        Where it lies; onnx reads no file outside.

    Raises
    ------
    InputError
        The second file is missing, too short or too large.
    """
    if _EXTERNAL_KEY not in model:
        return model
    import onnx  # noqa: PLC0415  slow to import, and few models need it
    from onnx import external_data_helper  # noqa: PLC0415

    total = 0
    try:
        proto = onnx.load_model_from_string(model)
        for tensor in filter(external_data_helper.uses_external_data, proto.graph.initializer):
            external_data_helper.load_external_data_for_tensor(tensor, str(folder))
            tensor.data_location = onnx.TensorProto.DEFAULT
            del tensor.external_data[:]
            # Many tensors may name the same bytes, so that little on disk becomes much in memory.
            if (total := total + len(tensor.raw_data)) > _MOST_BYTES:
                raise InputError(f"its weights in a second file are larger than {_MOST_BYTES >> 20} MB")
        complete: bytes = proto.SerializeToString(deterministic=True)
    except InputError:
        raise
    except Exception as error:  # protobuf, the checker and the file system each raise their own
        raise InputError(f"its weights in a second file cannot be read ({str(error).splitlines()[0]:.200})") from None
    return complete

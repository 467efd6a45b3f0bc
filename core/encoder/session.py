"""The encoder at work: an ONNX Runtime session that turns context windows into features."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..arrays import Array, NDArray, chunks
from ..checking import check, checked
from ..config import FEATURE_SIZE, WINDOW_COLUMNS
from ..errors import InputError
from ..files import naming, open_file
from ..printable import MAX_NAME, printable
from .architecture import MEL_BANDS, STAND_IN_KEY, build_onnx
from .checkpoint import read_checkpoint
from .external import with_weights

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, NodeArg

BATCH_SIZE = 16
"""Windows in one run where the model leaves it open: 4 to 64 take the same time, 64 takes 100 MB more than 16."""
_LARGEST_FIXED_BATCH = 1024
_MOST_BYTES = 512 << 20
"""Largest ONNX file that is read; the encoder has 11 MB."""
_CHECKPOINT_MAGIC = (b"PK\x03\x04", b"\x80")
"""First bytes of a zip archive and of a pickle: the PyTorch checkpoints of today and of old."""
_DTYPES: dict[str, type[np.floating[Any]]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
}
_EXPECTED = f"one input (batch, 1, {MEL_BANDS}, {WINDOW_COLUMNS}) and one output {FEATURE_SIZE} wide"


@dataclass(frozen=True, slots=True)
class _Interface:
    """How a model is fed: names, dtype of the input, and its batch size where that is fixed."""

    input: str
    output: str
    dtype: type[np.floating[Any]]
    batch: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """An audio encoder that is ready to run; several threads may use it at once.

    Attributes
    ----------
    name : str
        Name of the file it was loaded from.
    identity : str
        First 12 hexadecimal digits of the SHA-256 of its ONNX bytes, weights included: a checkpoint and the ONNX
        file exported from it have the same.
    stand_in : bool
        Whether these are the weights that ship with Framescope, which were trained on nothing.
    """

    name: str
    identity: str
    stand_in: bool
    _session: "InferenceSession"
    _interface: _Interface

    def __post_init__(self) -> None:
        check(self)

    @classmethod
    @checked
    def load(cls, path: str | Path) -> "Encoder":
        """Load an ONNX file or a PyTorch checkpoint; its content decides which of them it is.

        Raises
        ------
        InputError
            The file cannot be read, is neither, or does not turn (batch, 1, 80, 16) into 512 features a window.
        """
        path = Path(path)
        return cls.from_onnx(_onnx_bytes(path), path)

    @classmethod
    def from_onnx(cls, model: bytes, path: Path) -> "Encoder":
        """Start a session on an ONNX model; `path` is where it lies or will lie, for its name and for errors."""
        with naming(path):
            session = _session(model)
            try:
                interface = _interface(session)
            except UnicodeDecodeError:
                raise InputError("has names that are not UTF-8 text, as an ONNX model's must be") from None
        stand_in = session.get_modelmeta().custom_metadata_map.get(STAND_IN_KEY) == "true"
        return cls(path.name, hashlib.sha256(model).hexdigest()[:12], stand_in, session, interface)

    @property
    def label(self) -> str:
        """What to call it in windows and reports, such as ``audio_encoder.onnx (3fa9c21b04d7)``."""
        return f"{'stand-in weights' if self.stand_in else printable(self.name, MAX_NAME)} ({self.identity})"

    @checked
    def encode(self, windows: Array) -> npt.NDArray[np.float32]:
        """Encode context windows, whose number never changes the features of any of them.

        Parameters
        ----------
        windows : (n, 16, 80) float array or RowBlocks
            Windows of the normalised mel spectrogram, range -4 to 4.

        Returns
        -------
        (n, 512) float32

        Raises
        ------
        InputError
            Windows of another shape, or a model that fails on them.
        """
        if windows.shape[1:] != (WINDOW_COLUMNS, MEL_BANDS):
            raise InputError(f"windows of shape {windows.shape} do not fit the encoder, which takes (n, 16, 80)")
        features = np.empty((len(windows), FEATURE_SIZE), np.float32)
        start = 0
        for batch in chunks(windows, self._interface.batch or BATCH_SIZE):
            features[start : start + len(batch)] = self._run(batch)
            start += len(batch)
        return features

    def _run(self, windows: NDArray) -> NDArray:
        """Features of one batch, padded with zeros where the model insists on its size."""
        mel = np.zeros((self._interface.batch or len(windows), 1, MEL_BANDS, WINDOW_COLUMNS), self._interface.dtype)
        mel[: len(windows), 0] = windows.transpose(0, 2, 1)
        with naming(Path(self.name)):
            (output,) = _outputs(self._session, [self._interface.output], {self._interface.input: mel})
        rows: NDArray = output.reshape(len(mel), FEATURE_SIZE)[: len(windows)]
        return rows


def _onnx_bytes(path: Path) -> bytes:
    """Read an ONNX file, or build the ONNX model of a checkpoint."""
    with open_file(path, "an ONNX file or a PyTorch checkpoint") as file:
        head = file.read(4)
        if not head.startswith(_CHECKPOINT_MAGIC):
            with naming(path):
                return with_weights(head + _rest(file), path.parent)
    weights = read_checkpoint(path)
    with naming(path):
        return build_onnx(weights)


def _rest(file: IO[bytes]) -> bytes:
    if (size := os.fstat(file.fileno()).st_size) > _MOST_BYTES:
        raise InputError(f"has {size >> 20} MB, which no audio encoder has; it should be about 11 MB")
    return file.read()


def _session(model: bytes) -> "InferenceSession":
    import onnxruntime  # noqa: PLC0415  slow to import

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    # Never ONNX Runtime's own binary format, which it would also accept, unchecked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        # Without a fallback: it prints, and there is nothing to fall back to.
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except Exception as error:  # onnxruntime's errors have no common base class
        raise InputError(f"is neither a usable ONNX model nor a PyTorch checkpoint ({_sentence(error)})") from None


def _interface(session: "InferenceSession") -> _Interface:
    """Find out how to feed the model; the output by a trial run, for models need not declare its shape."""
    inputs = session.get_inputs()
    if len(inputs) != 1 or inputs[0].type not in _DTYPES or not _is_mel(inputs[0].shape):
        raise InputError(f"is no audio encoder: expected {_EXPECTED}, found the inputs {_described(inputs)}")
    source = inputs[0]
    fixed = source.shape[0] if isinstance(source.shape[0], int) else None
    dtype = _DTYPES[source.type]
    # Two windows, where the batch is open, so that the axis they lie along can be told from one of length 1.
    trial = np.zeros((fixed or 2, 1, MEL_BANDS, WINDOW_COLUMNS), dtype)
    outputs = _outputs(session, None, {source.name: trial})
    names = [node.name for node in session.get_outputs()]
    found = [name for name, values in zip(names, outputs, strict=True) if _is_features(values, len(trial))]
    if len(found) != 1:
        described = _described(session.get_outputs())
        raise InputError(f"is no audio encoder: expected {_EXPECTED}, found the outputs {described}")
    return _Interface(source.name, found[0], dtype, fixed)


def _is_mel(shape: Sequence[int | str | None]) -> bool:
    """Whether an input's declared shape, with names or None for what is open, can be (batch, 1, 80, 16)."""
    if len(shape) != 4 or (isinstance(shape[0], int) and not 1 <= shape[0] <= _LARGEST_FIXED_BATCH):
        return False
    pairs = zip(shape[1:], (1, MEL_BANDS, WINDOW_COLUMNS), strict=True)
    return all(size == wanted for size, wanted in pairs if isinstance(size, int))


def _is_features(values: object, batch: int) -> bool:
    """Whether an output is (batch, 512), whatever axes of length 1 there are besides."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        return False
    return [size for size in values.shape if size != 1] == [size for size in (batch, FEATURE_SIZE) if size != 1]


def _outputs(session: "InferenceSession", names: list[str] | None, feed: dict[str, NDArray]) -> list[Any]:
    try:
        outputs: list[Any] = session.run(names, feed)
    except Exception as error:  # onnxruntime's errors have no common base class
        raise InputError(f"fails when it is run ({_sentence(error)})") from None
    return outputs


def _described(nodes: "Sequence[NodeArg]") -> str:
    shapes = (f"{node.name} ({', '.join(str(size) for size in node.shape)}) {node.type}" for node in nodes)
    return f"{', '.join(shapes) or 'none':.300}"


def _sentence(error: Exception) -> str:
    """Make the first line of ONNX Runtime's message short, without its codes."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", line).rstrip(". ")[:200]

"""ONNX Runtime at work: one model at a time, in a process of its own."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..config import FEATURE_SIZE, WINDOW_COLUMNS
from .architecture import MEL_BANDS, STAND_IN_KEY
from .external import with_weights
from .outputs import only_outputs

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, NodeArg

_MAX_WINDOWS = 1024
"""Largest batch that a model may insist on."""
_DTYPES = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}
_EXPECTED = f"one input (batch, 1, {MEL_BANDS}, {WINDOW_COLUMNS}) and one output {FEATURE_SIZE} wide"


class Inference:
    """The model that was loaded last, and how it is fed; bytes go in and come out, as the pipes carry them."""

    def __init__(self) -> None:
        self._session: InferenceSession | None = None
        self._input, self._output, self._dtype = "", "", ""

    def load(self, content: bytes) -> bytes:
        """Start a model and run it once, on zeros.

        Parameters
        ----------
        content : bytes
            The folder the model lies in, a NUL, the ONNX file's content.

        Returns
        -------
        bytes
            JSON with what `Loaded` has.

        Raises
        ------
        InputError
            It is no model, or does not turn (batch, 1, 80, 16) into 512 features a window.
        """
        folder, _, model = content.partition(b"\0")
        model = with_weights(model, Path(os.fsdecode(folder)))
        session = start_session(model, "is neither a usable ONNX model nor a PyTorch checkpoint")
        try:
            batch = self._take(session, model)
        except UnicodeDecodeError:
            raise InputError("has names that are not UTF-8 text, as an ONNX model's must be") from None
        stand_in = session.get_modelmeta().custom_metadata_map.get(STAND_IN_KEY) == "true"
        identity = hashlib.sha256(model).hexdigest()[:12]
        return json.dumps({"identity": identity, "stand_in": stand_in, "dtype": self._dtype, "batch": batch}).encode()

    def run(self, content: bytes) -> tuple[bytes]:
        """Encode the windows of one batch: (n, 1, 80, 16) values of the model's type to (n, 512) float32."""
        mel = np.frombuffer(content, self._dtype).reshape(-1, 1, MEL_BANDS, WINDOW_COLUMNS)
        assert self._session is not None
        output = _run(self._session, self._output, {self._input: mel})
        features: bytes = output.reshape(len(mel), FEATURE_SIZE).astype(np.float32).tobytes()
        return (features,)

    def _take(self, session: "InferenceSession", model: bytes) -> int | None:
        """Find out how to feed the model, and keep the session that gives nothing but features; give its fixed batch.

        Models need not declare their outputs' shapes, so each that may be the features is tried.
        """
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or inputs[0].type not in _DTYPES or not _is_mel(inputs[0].shape):
            raise InputError(f"is not an audio encoder: expected {_EXPECTED}, found the inputs {_described(inputs)}")
        source = inputs[0]
        fixed = source.shape[0] if isinstance(source.shape[0], int) else None
        # Two windows, where the batch is open, so that the axis they lie along can be told from one of length 1.
        feed = {source.name: np.zeros((fixed or 2, 1, MEL_BANDS, WINDOW_COLUMNS), _DTYPES[source.type])}
        fitting = [found for found in _each_output(session, model) if _is_features(_run(*found, feed), fixed or 2)]
        if len(fitting) != 1:
            raise InputError(f"is not an audio encoder: expected {_EXPECTED}, found the outputs {_described(outputs)}")
        (self._session, self._output), self._input, self._dtype = fitting[0], source.name, _DTYPES[source.type]
        return fixed


def start_session(model: bytes, otherwise: str) -> "InferenceSession":
    """Start a model; `otherwise` is what to say of one that ONNX Runtime does not take."""
    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    # As for other libraries of numbers: where every core has a process of its own, each of them has one thread.
    options.intra_op_num_threads = threads_allowed()
    # Never ONNX Runtime's own binary format, which it would also accept, unchecked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        # Without a fallback: it prints, and there is nothing to fall back to.
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except Exception as error:  # onnxruntime's errors have no common base class
        raise InputError(f"{otherwise} ({_sentence(error)})") from None


def threads_allowed() -> int:
    """Give the number of threads that OMP_NUM_THREADS names; 0 leaves it to ONNX Runtime."""
    words = os.environ.get("OMP_NUM_THREADS", "")
    return int(words) if words.isdecimal() and len(words) < 4 else 0


def _each_output(session: "InferenceSession", model: bytes) -> Iterator[tuple["InferenceSession", str]]:
    """Give a session for every output that may be the features, which computes no other one."""
    outputs = session.get_outputs()
    declared = [node for node in outputs if FEATURE_SIZE in node.shape]
    for node in declared or outputs:
        yield (
            session
            if len(outputs) == 1
            else start_session(only_outputs(model, [node.name]), "is cut to no usable ONNX model"),
            node.name,
        )


def _is_mel(shape: Sequence[int | str | None]) -> bool:
    """Whether an input's declared shape, with names or None for what is open, can be (batch, 1, 80, 16)."""
    if len(shape) != 4 or (isinstance(shape[0], int) and not 1 <= shape[0] <= _MAX_WINDOWS):
        return False
    pairs = zip(shape[1:], (1, MEL_BANDS, WINDOW_COLUMNS), strict=True)
    return all(size == wanted for size, wanted in pairs if isinstance(size, int))


def _is_features(values: object, batch: int) -> bool:
    """Whether an output is (batch, 512), whatever axes of length 1 there are besides."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        return False
    return [size for size in values.shape if size != 1] == [size for size in (batch, FEATURE_SIZE) if size != 1]


def _run(session: "InferenceSession", output: str, feed: dict[str, NDArray]) -> Any:
    return run_session(session, [output], feed)[0]


def run_session(session: "InferenceSession", outputs: Sequence[str], feed: dict[str, NDArray]) -> list[Any]:
    """Run a model once, and give these outputs."""
    try:
        values: list[Any] = session.run(outputs, feed)
    except Exception as error:  # onnxruntime's errors have no common base class
        raise InputError(f"fails when it is run ({_sentence(error)})") from None
    return values


def _described(nodes: "Sequence[NodeArg]") -> str:
    shapes = (f"{node.name} ({', '.join(str(size) for size in node.shape)}) {node.type}" for node in nodes)
    return f"{', '.join(shapes) or 'none':.300}"


def _sentence(error: Exception) -> str:
    """Make the first line of ONNX Runtime's message short, without its codes."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", line).rstrip(". ")[:200]

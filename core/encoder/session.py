"""The encoder: context windows in, features out."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray, chunks
from ..base.checking import check, checked
from ..base.errors import InputError
from ..base.files import naming, open_file
from ..base.printable import MAX_NAME, printable
from ..config import FEATURE_SIZE, WINDOW_COLUMNS
from .architecture import MEL_BANDS, build_onnx
from .checkpoint import read_checkpoint
from .messages import MODEL
from .model import HeldModel

BATCH_SIZE = 16
"""Windows in one run where the model leaves it open: 4 to 64 take the same time, 64 takes 100 MB more than 16."""
_MAX_BYTES = 256 << 20
"""Largest ONNX file that is read; the encoder has 11 MB."""
_CHECKPOINT_MAGIC = (b"PK\x03\x04", b"\x80")
"""First bytes of a zip archive and of a pickle: the PyTorch checkpoints of today and of old."""


@dataclass(frozen=True, slots=True)
class _Interface:
    """What the worker says of a model: what it is, the type of its input, and its batch size where that is fixed."""

    identity: str
    stand_in: bool
    dtype: str
    batch: int | None


class _Model(HeldModel):
    """An encoder in a worker."""

    def __init__(self, content: bytes, folder: Path) -> None:
        self.content, self.folder = content, os.path.abspath(folder)
        super().__init__(MODEL, os.fsencode(self.folder), b"\0", content)
        self.interface = _Interface(**json.loads(self.told))

    def run(self, mel: NDArray) -> NDArray:
        """Features of one batch, (n, 512) float32."""
        return np.frombuffer(self.ask(mel.tobytes()), np.float32).reshape(-1, FEATURE_SIZE)


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
    _model: _Model

    def __reduce__(self) -> tuple[Any, ...]:
        return Encoder.from_onnx, (self.onnx, Path(self._model.folder) / self.name)

    def __deepcopy__(self, memo: object) -> "Encoder":
        return self

    def __repr__(self) -> str:
        return f"<Encoder {self.label!r}>"

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
        """Start an ONNX model; `path` is where it lies or will lie, for its name and for errors."""
        with naming(path):
            loaded = _Model(model, path.parent)
        return cls(path.name, loaded.interface.identity, loaded.interface.stand_in, loaded)

    @property
    def label(self) -> str:
        """What to call it in windows and reports, such as ``audio_encoder.onnx (3fa9c21b04d7)``."""
        return f"{'stand-in weights' if self.stand_in else printable(self.name, MAX_NAME)} ({self.identity})"

    @property
    def onnx(self) -> bytes:
        """The ONNX file's content, which `from_onnx` takes."""
        return self._model.content

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
        for batch in chunks(windows, self._model.interface.batch or BATCH_SIZE):
            features[start : start + len(batch)] = self._run(batch)
            start += len(batch)
        return features

    def _run(self, windows: NDArray) -> NDArray:
        """Features of one batch, padded with zeros where the model insists on its size."""
        interface = self._model.interface
        mel = np.zeros((interface.batch or len(windows), 1, MEL_BANDS, WINDOW_COLUMNS), interface.dtype)
        mel[: len(windows), 0] = windows.transpose(0, 2, 1)
        with naming(Path(self.name)):
            return self._model.run(mel)[: len(windows)]


def _onnx_bytes(path: Path) -> bytes:
    """Read an ONNX file, or build the ONNX model of a checkpoint."""
    with open_file(path, "an ONNX file or a PyTorch checkpoint") as file:
        head = file.read(4)
        if not head.startswith(_CHECKPOINT_MAGIC):
            with naming(path):
                return head + _rest(file)
    weights = read_checkpoint(path)
    with naming(path):
        return build_onnx(weights)


def _rest(file: IO[bytes]) -> bytes:
    if (size := os.fstat(file.fileno()).st_size) > _MAX_BYTES:
        raise InputError(f"has {size >> 20} MB, which no audio encoder has; it should be about 11 MB")
    return file.read()

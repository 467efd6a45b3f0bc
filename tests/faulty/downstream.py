"""From the mel spectrogram to the frame tensors, as a port computes them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .port import Array, Port

FPS = 25.0


class Encode(Protocol):
    """Turns (n, 16, 80) windows into (n, 512) rows."""

    def __call__(self, windows: Array, /) -> Array: ...


@dataclass(frozen=True, slots=True)
class Encoders:
    """The encoder, itself without its last ReLU, with other weights, and with its own put in the wrong places."""

    encode: Encode
    linear: Encode
    stranger: Encode
    misloaded: Encode


def window_starts(columns: int, port: Port) -> Array:
    """Give the first column of every window, (N,), before the last ones are clamped."""
    kind = np.dtype(port.count_dtype).type
    count = int(kind(columns - 16) / kind(80) * kind(FPS)) + 2
    if port.start == "accumulated":
        return np.cumsum(np.r_[0.0, np.full(count - 1, 3.2)]).astype(int)
    exact = [80.0 * (i / FPS) for i in range(count)]
    return np.array([round(value) if port.start == "rounded" else int(value) for value in exact])


def context_windows(mel: Array, port: Port) -> Array:
    """Give (N, 16, bands), or fewer where windows that pass the end are dropped."""
    starts, columns = window_starts(mel.shape[1], port), mel.shape[1]
    if port.tail == "dropped":
        starts = starts[starts + 16 <= columns]
    if port.tail == "zeros":
        mel = np.pad(mel, ((0, 0), (0, 32)))
        starts = np.minimum(starts, columns)
    else:
        starts = np.where(starts + 16 > columns, columns - 16, starts)
    return mel.T[starts[:, None] + np.arange(16)]


def encoded(windows: Array, port: Port, encoders: Encoders) -> Array:
    """Give the features, (N, 512) float32."""
    if port.served == "constant":
        windows = np.random.default_rng(3).uniform(-4, 1, windows.shape)
    if port.fed_transposed:
        windows = windows.reshape(-1, 80, 16).transpose(0, 2, 1)
    if port.batch:
        missing = -len(windows) % port.batch if port.filled_batch else 0
        filled = np.concatenate([windows, np.zeros((missing, *windows.shape[1:]))])
        rows = np.maximum(own_statistics(encoders.linear(filled), port.batch), 0)[: len(windows)]
    else:
        with np.errstate(invalid="ignore"):
            rows = getattr(encoders, port.encoder)(windows)
    if port.served == "repeated":
        rows = rows[np.arange(len(rows)) // 2 * 2]
    elif port.served == "last":
        rows = np.tile(rows[-1], (len(rows), 1))
    elif port.served == "unwritten":
        rows = np.where(np.arange(len(rows))[:, None] < len(rows) // 16 * 16, rows, 0)
    if port.hidden_decimals >= 0:
        rows = np.round(rows, port.hidden_decimals)
    return (rows * port.hidden_gain).astype(np.float32)


def own_statistics(rows: Array, batch: int) -> Array:
    """Normalise every batch of rows by its own mean and deviation, to those of all rows."""
    parts = [rows[start : start + batch] for start in range(0, len(rows), batch)]
    scaled = [(part - part.mean(axis=0)) / np.sqrt(part.var(axis=0) + 1e-5) for part in parts]
    return np.concatenate(scaled) * rows.std() + rows.mean()


def padded_rows(features: Array, port: Port) -> Array:
    """Give (N + 2, 512), or fewer where padding is missing."""
    front, back = features[:1], features[-1:]
    if port.padding in {"zeros", "zeros in front"}:
        front = np.zeros_like(front)
    if port.padding in {"zeros", "zeros behind"}:
        back = np.zeros_like(back)
    front = front[: port.padding not in {"none", "back"}]
    back = back[: port.padding not in {"none", "front"}]
    return np.concatenate([front, features, back])


def frame_tensors(padded: Array, count: int, port: Port) -> Array:
    """Give (count, 32, 16, 16), or filled up to (count, 32, 32, 32): channels 2k and 2k + 1 are context row k."""
    collected = np.delete(np.arange(17), 8) if port.context == "dropped" else np.arange(16) + port.context
    rows = np.arange(count)[:, None] - 8 + collected
    if port.tiled:
        rows = np.repeat(np.arange(count)[:, None] + 1, 16, axis=1)
    last = len(padded) - 1
    context = padded[np.clip(rows, 0, last)]
    if port.edge == "zeros":
        context = np.where(((rows < 0) | (rows > last))[..., None], 0, context)
    elif port.edge == "last_block":
        context = np.where((rows > last).any(axis=1)[:, None, None], padded[-1], context)
    return ordered(context.astype(np.float32), port)


def ordered(context: Array, port: Port) -> Array:
    tensors = context.reshape(-1, 32, 16, 16)
    if port.tensor_order == "transposed":
        tensors = context.transpose(0, 2, 1)
    elif port.tensor_order == "channels_last":
        tensors = tensors.transpose(0, 2, 3, 1)
    elif port.tensor_order == "rows_first":
        tensors = context.reshape(-1, 16, 32, 16).transpose(0, 2, 1, 3)
    elif port.tensor_order == "fortran":
        tensors = tensors.transpose(0, 3, 2, 1)
    tensors = np.ascontiguousarray(tensors).reshape(-1, 32, 16, 16)
    return np.pad(tensors.reshape(-1, 8192), ((0, 0), (0, 24576))).reshape(-1, 32, 32, 32) if port.filled else tensors

"""The yardstick: the same job as `framescope run --frames none`, with librosa and PyTorch, as one process."""

import json
import sys
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import scipy.signal
import torch
from torch import nn

BLOCKS = (
    (1, 32, 3, 1, 1, False), (32, 32, 3, 1, 1, True), (32, 32, 3, 1, 1, True),
    (32, 64, 3, (3, 1), 1, False), (64, 64, 3, 1, 1, True), (64, 64, 3, 1, 1, True),
    (64, 128, 3, 3, 1, False), (128, 128, 3, 1, 1, True), (128, 128, 3, 1, 1, True),
    (128, 256, 3, (3, 2), 1, False), (256, 256, 3, 1, 1, True),
    (256, 512, 3, 1, 0, False), (512, 512, 1, 1, 0, False),
)  # fmt: skip


class Block(nn.Module):
    """Convolution, batch normalisation, the input again where it is residual, ReLU."""

    def __init__(self, *conv: Any, residual: bool) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(nn.Conv2d(*conv), nn.BatchNorm2d(conv[1]))
        self.residual = residual

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply the block."""
        y = self.conv_block(x)
        return torch.relu(y + x if self.residual else y)


def encoder() -> nn.Sequential:
    """Build the AudioEncoder, untrained."""
    return nn.Sequential(*(Block(*conv, residual=residual) for *conv, residual in BLOCKS))


def main(audio: str, checkpoint: str, output: str) -> None:
    samples, _ = librosa.load(audio, sr=16000)
    emphasised = scipy.signal.lfilter([1, -0.97], [1], samples)
    magnitude = np.abs(librosa.stft(emphasised, n_fft=800, hop_length=200, win_length=800))
    bands = librosa.filters.mel(sr=16000, n_fft=800, n_mels=80, fmin=55, fmax=7600) @ magnitude
    mel = np.clip(8 * ((20 * np.log10(np.maximum(1e-5, bands)) - 20 + 100) / 100) - 4, -4, 4)
    count = int((mel.shape[1] - 16) / 80.0 * 25.0) + 2
    starts = [min(int(80.0 * (i / 25.0)), mel.shape[1] - 16) for i in range(count)]
    windows = np.stack([mel[:, start : start + 16].T for start in starts])
    model = encoder()
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    model.eval()
    batches = torch.from_numpy(windows.transpose(0, 2, 1)[:, None].astype(np.float32)).split(64)
    with torch.no_grad():
        features = torch.cat([model(batch).flatten(1) for batch in batches]).numpy()
    padded = np.concatenate([features[:1], features, features[-1:]])
    write(Path(output), {"mel_spectrogram": mel, "mel_windows": windows, "audio_features_raw": features,
                         "audio_features_padded": padded})  # fmt: skip


def write(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write the arrays and their shapes as the original does."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    facts = {name: list(array.shape) for name, array in arrays.items()}
    (folder / "metadata.json").write_text(json.dumps(facts, indent=2))


def make_checkpoint(path: str) -> None:
    """Save an untrained encoder, the same every time."""
    torch.manual_seed(0)
    torch.save(encoder().eval().state_dict(), path)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        make_checkpoint(sys.argv[1])
    else:
        main(*sys.argv[1:])

"""Make `originals.npz`: what the originals of front ends give for a few seconds of speech, cut to a size that fits.

Run beside the shared data, from the root: ``python tests/data/make_originals.py ../shared/data``. The recordings are
kept whole, because statistics over a recording need all of it; of each output every n-th item is kept.
"""

import sys
from pathlib import Path

import numpy as np
import soundfile

ITEMS = {
    "whisper": 8,
    "whisper_128": 12,
    "whisper_30s": 40,
    "kaldi_fbank": 8,
    "kaldi_fbank_torchaudio": 16,
    "sherpa": 8,
    "nemo": 8,
    "hifigan": 8,
    "wav2vec2": 16,
    "librosa_mfcc": 2,
}
"""Every how many items of an output are kept."""
TIME_LAST = {"whisper", "whisper_128", "whisper_30s", "hifigan", "librosa_mfcc"}
SYNCTALK_SECONDS = 3
SYNCTALK_ROWS = 24
"""Feature rows kept at each end: those behind the first and the last frames' tensors."""
HERE = Path(__file__).parent


def main(shared: Path) -> None:
    """Write the recordings and the outputs."""
    samples, rate = soundfile.read(shared / "frontends" / "talk10" / "audio.wav", dtype="int16")
    soundfile.write(HERE / "talk10.flac", samples, rate)
    kept = {}
    for name, every in ITEMS.items():
        output = np.load(shared / "frontends" / "talk10" / f"{name}.npy")
        kept[name] = output[..., ::every] if name in TIME_LAST else output[::every]
        kept[f"{name}_shape"] = np.array(output.shape)
    np.savez_compressed(HERE / "originals.npz", **kept)
    synctalk(shared)


def synctalk(shared: Path) -> None:
    """Write the first seconds of the reference recording, with the original's values that depend on them alone."""
    samples, rate = soundfile.read(shared / "talk_hb.wav", dtype="int16", frames=SYNCTALK_SECONDS * 16000)
    soundfile.write(HERE / "talk_hb_3s.flac", samples, rate)
    original = shared / "python_talk_hb"
    mel = np.load(original / "mel_spectrogram.npy")
    rows = np.load(original / "audio_features_raw.npy")
    frames = {
        f"frame_{number}_{kind}": np.load(original / "frames" / f"frame_{number:05d}_{kind}.npy")
        for number in (0, 3, 1118)
        for kind in ("window", "reshaped")
    }
    # The last two columns reach beyond the excerpt's end, where the recording goes on and the excerpt does not.
    np.savez_compressed(
        HERE / "synctalk_2d.npz",
        mel=mel[:, : SYNCTALK_SECONDS * 80 - 2],
        first_features=rows[:SYNCTALK_ROWS],
        last_features=rows[-SYNCTALK_ROWS:],
        n_features=np.array(len(rows)),
        **frames,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Make `sample_port/`: what a Go port with three real faults writes for the sample recording.

The faults are those of a port that once passed for validated: HTK instead of Slaney mel scale, a symmetric instead of
a periodic Hann window, no centre padding. The files are of the kinds such a port writes: raw little-endian float32
without a header, a metadata file with statistics, and three frames as text, one JSON value a line behind their count.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import framescope
import numpy as np
from framescope.core.base.arrays import value_range
from framescope.core.run import StageName

PORT = Path(__file__).resolve().parent / "sample_port"
FAULTS = framescope.MelConfig(mel_scale="htk", window_symmetry="symmetric", center=False)
STAGE_FILES: dict[StageName, str] = {
    "mel": "mel_f32.bin",
    "features": "features_raw_f32.bin",
    "padded": "features_padded_f32.bin",
}


def main() -> None:
    """Compute the faulty run and write it."""
    run = framescope.compute(framescope.sample(), framescope.Config(mel=FAULTS), encoder="stand-in")
    shutil.rmtree(PORT, ignore_errors=True)
    (PORT / "frames").mkdir(parents=True)
    for stage, name in STAGE_FILES.items():
        np.asarray(run[stage].array, "<f4", order="C").tofile(PORT / name)
    tensors = run["tensors"].array
    for frame in (0, len(tensors) // 2, len(tensors) - 1):
        write_frame(PORT / "frames" / f"frame_{frame:05d}.bin", tensors[frame].ravel())
    (PORT / "metadata.json").write_text(json.dumps(metadata(run), indent=2) + "\n")


def write_frame(path: Path, values: Any) -> None:
    """Write one frame as text: the count, then one value a line, as short as float32 allows."""
    path.write_text("\n".join([str(len(values)), *(f"{value:.8g}" for value in values)]) + "\n")


def metadata(run: framescope.Run) -> dict[str, Any]:
    """Give the statistics as the Go command line writes them; its feature count is that of the padded rows."""
    stats = {
        "features_range": list(value_range(run["features"].array)),
        "features_shape": list(run["padded"].shape),
        "mel_range": list(value_range(run["mel"].array)),
        "mel_shape": list(run["mel"].shape),
        "n_frames": len(run["tensors"].array),
    }
    return {"audio_path": "sample.flac", "fps": 25, "mode": "ave", "stats": stats}


if __name__ == "__main__":
    main()

"""`framescope run` against the same job done with librosa and PyTorch: wall time and peak memory."""

import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import soundfile
from measure import alternate, run, table

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "resources" / "sample.flac"
FRAMESCOPE = [sys.executable, "-m", "framescope.app"]
ROUNDS = 5


def main(report: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        minute, hour = (recording(folder / f"{seconds}.wav", seconds) for seconds in (60, 3600))
        checkpoint = folder / "checkpoint.pth"
        # In a process of its own: a child's peak memory counts from its parent's at the fork, and PyTorch is large.
        run([sys.executable, str(HERE / "baseline.py"), str(checkpoint)])
        run([*FRAMESCOPE, "export-encoder", str(checkpoint), "-o", str(folder / "encoder.onnx")])
        os.environ["FRAMESCOPE_ENCODER"] = str(folder / "encoder.onnx")
        ours = [*FRAMESCOPE, "run", "--frames", "none", "-o"]
        costs = alternate(
            {
                "librosa + PyTorch": [
                    sys.executable,
                    str(HERE / "baseline.py"),
                    minute,
                    str(checkpoint),
                    str(folder / "a"),
                ],
                "framescope run": [*ours, str(folder / "b"), minute],
            },
            ROUNDS,
        )
        base, own = costs.values()
        rows = [[f"60 s, {name}", f"{cost.seconds:.2f}", f"{cost.megabytes:.0f}"] for name, cost in costs.items()]
        rows.append(["60 s, ratio", f"{own.seconds / base.seconds:.2f}", f"{own.megabytes / base.megabytes:.2f}"])
        long = run([*ours, str(folder / "c"), hour])
        rows.append(["1 h, framescope run", f"{long.seconds:.1f}", f"{long.megabytes:.0f}"])
    text = table(["whole process", "wall time, s", "peak memory, MB"], rows)
    about = f"Median of {ROUNDS} alternating runs after a warm-up; Python {platform.python_version()}, "
    about += f"PyTorch {version('torch')}, {os.cpu_count()} processors. Made by `make bench`."
    Path(report).write_text(f"# The pipeline as a whole process\n\n{text}\n\n{about}\n", encoding="utf-8")
    print(text)


def recording(path: Path, seconds: int) -> str:
    """Write the sample again and again as a 16 kHz, 16-bit WAV of the given length."""
    samples, rate = soundfile.read(SAMPLE, dtype="int16")
    soundfile.write(path, np.resize(samples, seconds * rate), rate)
    return str(path)


if __name__ == "__main__":
    main(sys.argv[1])

"""Make sample.flac: three sentences of synthesised speech in a small room.

Needs the program ``flite`` (Debian package flite, 2.2). Run as ``python resources/make_sample.py``; the same version of
flite gives the same samples every time.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

OUTPUT = Path(__file__).with_name("sample.flac")
SAMPLE_RATE = 16000
PEAK = 10 ** (-3 / 20)
"""-3 dBFS."""
NOISE = 10 ** (-70 / 20)
"""Standard deviation of the noise floor, -70 dBFS."""
ROOM_SECONDS = 0.25
"""Time in which the room's sound falls by 60 dB."""
DIRECT_TO_ROOM = 8.0
"""Energy of the direct sound over that of the room, about 9 dB."""

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, how slowly, how high, how loud, and the pause after it."""

    text: str
    stretch: float
    pitch: int
    """Mean of the fundamental frequency, Hz."""
    level: float
    pause: float
    """Seconds."""


SENTENCES = (
    Sentence("Good evening, and welcome.", 1.04, 172, 1.0, 0.5),
    Sentence("Five brown foxes whisper beneath a yellow moon.", 1.0, 164, 0.85, 0.45),
    Sentence("Do you hear them, too?", 1.08, 178, 0.95, 0.4),
)


def main() -> None:
    """Synthesise, humanise and write the recording."""
    generator = np.random.RandomState(0)
    spoken = np.concatenate([np.zeros(SAMPLE_RATE // 4), *(_speech(sentence) for sentence in SENTENCES)])
    heard = spoken + np.convolve(spoken, _room(generator))[: len(spoken)]
    heard = heard / np.abs(heard).max() * PEAK + NOISE * generator.standard_normal(len(heard))
    soundfile.write(OUTPUT, heard, SAMPLE_RATE, subtype="PCM_16")
    print(f"{OUTPUT}: {len(heard) / SAMPLE_RATE:.2f} s, peak {np.abs(heard).max():.3f}, {OUTPUT.stat().st_size} bytes")


def _speech(sentence: Sentence) -> Samples:
    """One sentence by flite's voice slt, with its pause."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder, "spoken.wav")
        command = ["flite", "-voice", "slt", "--setf", f"duration_stretch={sentence.stretch}"]
        command += ["--setf", f"int_f0_target_mean={sentence.pitch}", "-t", sentence.text, "-o", str(spoken)]
        subprocess.run(command, check=True)
        samples, rate = soundfile.read(spoken)
    if rate != SAMPLE_RATE:
        raise SystemExit(f"flite gave {rate} Hz instead of {SAMPLE_RATE}")
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    trimmed = samples[max(0, loud[0] - 400) : loud[-1] + 1600]
    return np.concatenate([sentence.level * trimmed, np.zeros(int(sentence.pause * SAMPLE_RATE))])


def _room(generator: np.random.RandomState) -> Samples:
    """Impulse response of a small room without its direct sound: noise that decays, quiet against the direct sound."""
    seconds = np.arange(int(ROOM_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    response = generator.standard_normal(len(seconds)) * 10 ** (-3 * seconds / ROOM_SECONDS)
    response[: int(0.004 * SAMPLE_RATE)] = 0
    scaled: Samples = response / np.linalg.norm(response) / DIRECT_TO_ROOM**0.5
    return scaled


if __name__ == "__main__":
    main()

"""FFmpeg's own resampler, with the settings that ``ffmpeg -ar`` has where nobody sets any."""

import av
import numpy as np
import numpy.typing as npt

FULL = 32768
Samples = npt.NDArray[np.float32]


class FfmpegResampler:
    """libswresample on samples of 16 bits, as they are in most files and in what ``ffmpeg`` writes, or on floats."""

    def __init__(self, rate: int, target: int, *, wide: bool) -> None:
        self._rate, self._wide = rate, wide
        self._swr = av.AudioResampler("fltp" if wide else "s16p", "mono", target)

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give what is ready; at the end, what is left."""
        parts = [part for frame in self._frames(x, last) for part in self._swr.resample(frame)]
        values = np.concatenate([np.empty(0, np.float32), *(part.to_ndarray()[0] for part in parts)])
        return np.asarray(values if self._wide else values / FULL, np.float32)

    def _frames(self, x: Samples, last: bool) -> list[av.AudioFrame | None]:
        made: list[av.AudioFrame | None] = [None] if last else []
        if len(x):
            frame = av.AudioFrame.from_ndarray(self._written(x)[None], "fltp" if self._wide else "s16p", "mono")
            frame.sample_rate = self._rate
            made.insert(0, frame)
        return made

    def _written(self, x: Samples) -> npt.NDArray[np.float32] | npt.NDArray[np.int16]:
        """The samples in the type that is resampled; a mean of channels is rounded half up."""
        if self._wide:
            return np.ascontiguousarray(x, np.float32)
        with np.errstate(invalid="ignore"):  # samples that are no numbers give none
            return np.clip(np.floor(x * np.float64(FULL) + 0.5), -FULL, FULL - 1).astype(np.int16)

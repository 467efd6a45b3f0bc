"""What the frame view shows: the recording's own run, or the reference and the port that are compared."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ...core.base.arrays import NDArray, RowBlocks
from ...core.base.errors import InputError
from ...core.compare.block_stats import coarser_type
from ...core.compare.pair import Pair, item_at, value_at
from ...core.config import CONTEXT_ROWS, Config
from ...core.drawing.coordinates import place_text
from ...core.run import Run, StageName
from ...core.stages.tensors import context_rows
from ...core.synctalk import frame_axis
from ...models.recording import RecordingModel
from ...widgets.pointed_value import PointedValue

if TYPE_CHECKING:
    from ...models.runs import Runs

_NO_ROWS: npt.NDArray[np.int32] = np.zeros((0, CONTEXT_ROWS), np.int32)


class FrameSource:
    """Reads frames and single values: of the pair that is compared, else of the one run that is open."""

    def __init__(self, model: RecordingModel, runs: "Runs | None") -> None:
        self._model, self._runs = model, runs
        self.pair: Pair | None = None
        self._found: Pair | None = None
        self._loaded: Run | None = None
        self.rows, self.n_rows = _NO_ROWS, 0
        self.refresh()

    @property
    def run(self) -> Run | None:
        """The reference of a comparison, or the one run that is open; None where there is none."""
        return self._loaded or self._model.run

    def side(self, *, port: bool) -> Run | None:
        """Give the run that is shown as the port, or as the reference; None where there is none."""
        return (self.pair.port if self.pair else None) if port else self.run

    @property
    def config(self) -> Config:
        """How the run was computed."""
        return (self._loaded and self._loaded.config) or self._model.config

    def refresh(self) -> bool:
        """Take over what is open and compared now; tell whether the pair that is compared is another."""
        runs = self._runs
        comparison = runs.shown if runs else None
        reference = runs.reference if runs else None
        alone = reference.run if reference and reference.path else None
        # A comparison is false where its runs differ.
        self._loaded = alone if comparison is None else comparison.reference
        self.rows, self.n_rows = _context(self.run, self.config)
        found = Pair.of(comparison, lag_applied=runs.lag_applied) if runs and comparison is not None else None
        if _same(found, self._found):
            return False
        self.pair = self._found = found
        return True

    @property
    def is_original(self) -> bool:
        """Whether it is SyncTalk_2D that is shown."""
        return self.run.is_original if self.run else self._model.is_original

    @property
    def encoded_stage(self) -> StageName:
        """The stage of the recording's recipe that is filled frame by frame; empty: none is."""
        return self._model.encoded_stage

    def frame_axis(self, stage: StageName) -> int | None:
        """Give the axis of a stage that counts the cursor's frames; None where none does."""
        run = self.run
        if self.is_original or run is None:
            return frame_axis(stage)
        return run[stage].time if stage == self.frame_stage and stage in run else None

    @property
    def frame_stage(self) -> StageName:
        """The stage whose item is what the frame under the cursor is: the recipe's last one."""
        return (self.run or self._model).recipe.stages[-1].name

    def tensors(self, frame: int) -> tuple[NDArray | None, NDArray | None]:
        """Give the reference's and the port's item of a frame; None where there is none, or its file has changed."""
        stage = self.frame_stage
        try:
            if self.pair:
                return self.pair.items(stage, frame)
            run = self.run
            filled = run is not None and stage in run and (frame < len(self.rows) or not run.is_original)
            return (item_at(run[stage], frame) if run and filled else None), None
        except InputError:  # what is read on demand was rewritten; the watch will read it anew
            return None, None

    def read(self, stage: StageName, index: tuple[int, ...]) -> PointedValue | None:
        """Read one value from the runs' own arrays; None where it is not computed, or its file has changed."""
        try:
            return self._read(stage, index)
        except InputError:
            return None

    def _read(self, stage: StageName, index: tuple[int, ...]) -> PointedValue | None:
        run = self.run
        value = value_at(run[stage], index) if run and stage in run and self._is_filled(stage, index) else None
        if run is None or value is None:
            return None
        port = self.pair.port_value(stage, index) if self.pair else None
        sides = [side for side in (run, self.pair and self.pair.port) if side and stage in side]
        precision = coarser_type(sides[0][stage].array.dtype, sides[-1][stage].array.dtype)
        return PointedValue(
            stage, index, value, place_text(run[stage], index, self.config), port, precision, run[stage].unit
        )

    def _is_filled(self, stage: StageName, index: tuple[int, ...]) -> bool:
        return bool(self._loaded) or self._model.has(stage, index[0])


def _same(one: Pair | None, other: Pair | None) -> bool:
    """Tell whether two pairs are of the same runs and lags; comparisons that differ in tolerance have equal pairs."""
    if one is None or other is None:
        return one is other
    return one.reference is other.reference and one.port is other.port and one.lags == other.lags


def _context(run: Run | None, config: Config) -> tuple[npt.NDArray[np.int32], int]:
    """Give the padded row behind every context row of every frame, (N, 16), and how many padded rows there are."""
    if run is None or "tensors" not in run:
        return _NO_ROWS, 0
    tensors = run["tensors"]
    if isinstance(tensors.array, RowBlocks):
        return tensors.array.index, len(tensors.array.source)
    n_frames = len(tensors.array) if tensors.frames is None else int(tensors.frames[-1]) + 1
    n_rows = len(run["padded"].array) if "padded" in run else n_frames + 2
    return context_rows(n_frames, n_rows, config.edge), n_rows

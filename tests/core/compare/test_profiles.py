"""Where errors sit: in the row, at the level and at the moment where they were put, at whatever lag."""

from typing import Any

import numpy as np
import pytest
from framescope.core.compare import paired_blocks as blocks_module
from framescope.core.compare.comparison import compare
from framescope.core.compare.pair import Pair
from framescope.core.compare.paired_blocks import paired_blocks
from framescope.core.compare.profiles import error_profile
from framescope.core.run import Run, Stage
from framescope.core.timebase import Timebase

RNG = np.random.default_rng(0)
MEL = RNG.uniform(-4, 4, (80, 300)).astype(np.float32)


def pair_of(stage: Any, reference: Any, port: Any) -> Pair:
    runs = (Run(name, "loaded", {stage: Stage(stage, array)}) for name, array in (("a", reference), ("b", port)))
    return Pair.of(compare(*runs))


def test_an_error_is_found_in_its_row_and_at_its_moment() -> None:
    port = MEL.copy()
    port[30, 160] += 2.0
    pair, timebase = pair_of("mel", MEL, port), Timebase()
    hz = np.linspace(50, 7600, 80)
    rows = error_profile(pair, "mel", "rows", hz)
    assert (rows.across, rows.places.tolist()) == ("Hz", hz.tolist())
    assert np.flatnonzero(rows.largest).tolist() == [30]
    assert rows.largest[30] == pytest.approx(2.0, abs=1e-6)
    assert rows.mean[30] == pytest.approx(2.0 / 300, rel=1e-6)
    assert rows.rms[30] == pytest.approx(2.0 / 300**0.5, rel=1e-6)
    time = error_profile(pair, "mel", "time")
    (moment,) = np.flatnonzero(time.largest)
    assert time.places[moment] == pytest.approx(timebase.column_seconds(160))


def test_an_error_of_silence_is_found_at_the_lowest_level() -> None:
    port = np.where(MEL < -3.5, MEL + 1, MEL)
    found = error_profile(pair_of("mel", MEL, port), "mel", "level")
    assert found.places[0] == pytest.approx(-4, abs=0.1)
    assert found.largest[found.places < -3.6].min() == pytest.approx(1, abs=1e-5)
    assert found.largest[found.places > -3.4].max() == 0


def test_values_that_are_not_finite_spoil_no_others() -> None:
    port = MEL.copy()
    port[3], port[4, 7] = np.nan, np.inf
    found = error_profile(pair_of("mel", MEL, port), "mel", "rows")
    assert (found.across, found.places.tolist()) == ("row", [row for row in range(80) if row != 3])
    assert found.largest.max() == 0


@pytest.mark.parametrize("kind", ["rows", "level", "time"])
def test_nothing_in_common_is_an_empty_profile(kind: Any) -> None:
    stages = (Stage("features", MEL.T[:5, :40], frames=np.arange(start, start + 5)) for start in (0, 900))
    pair = Pair(*(Run("a", "loaded", {"features": stage}) for stage in stages), {"features": 0})
    assert error_profile(pair, "features", kind).places.size == 0


def test_of_a_large_stage_evenly_spread_items_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_module, "_BLOCK_VALUES", 1000)
    pair = pair_of("mel", MEL, MEL + 1)
    found = list(paired_blocks(pair, "mel", MEL.size // 3))
    assert np.concatenate([block.numbers for block in found]).tolist() == list(range(0, 300, 3))
    assert all(np.array_equal(block.reference, MEL.T[block.numbers]) for block in found)
    assert all(np.array_equal(block.port, MEL.T[block.numbers] + 1) for block in found)

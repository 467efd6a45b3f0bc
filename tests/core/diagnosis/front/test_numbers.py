"""Numbers that are fitted to a port: which of them are others than the reference's."""

import pytest
from framescope.core.diagnosis.front.chains import bare, first_of
from framescope.core.diagnosis.front.evidence import Candidate
from framescope.core.diagnosis.front.numbers import Numbers
from framescope.core.recipe.kinds.filterbank import Filterbank
from framescope.core.recipe.presets import load_preset

CANDIDATE = Candidate(bare(load_preset("synctalk_2d").blocks[:6]))


@pytest.mark.parametrize(
    ("true", "fitted"),
    [
        (7599.996, 7600.0),  # a mel scale in float32 moves the edge by so much, and nobody chose that number
        (7590.0, 7590.0),
        (7000.0, 7000.0),
    ],
)
def test_an_edge_is_another_one_where_it_is_clearly_off(true: float, fitted: float) -> None:
    def loss(candidate: Candidate) -> float:
        bank = first_of(candidate.blocks, Filterbank)
        assert bank is not None
        return (bank.top(16000) - true) ** 2 + (bank.fmin - 55.0) ** 2 + 1e-12

    found = min(Numbers(loss, 16000, None).fitted(CANDIDATE), key=loss)
    assert first_of(found.blocks, Filterbank).top(16000) == pytest.approx(fitted, abs=1e-3)

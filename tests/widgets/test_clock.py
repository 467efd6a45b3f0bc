import pytest
from framescope.widgets.clock import clock, position


@pytest.mark.parametrize(("seconds", "decimals", "text"), [(59.999, 1, "1:00.0"), (3725.5, 1, "1:02:05.5")])
def test_clock(seconds: float, decimals: int, text: str) -> None:
    assert clock(seconds, decimals) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "00:00.000"), (3.56, "00:03.560"), (59.9996, "01:00.000"), (65.25, "01:05.250"), (6000.0, "100:00.000")],
)
def test_position(seconds: float, text: str) -> None:
    assert position(seconds) == text

from typing import Any

import pytest
from framescope.models.markers import Marker, Markers


@pytest.fixture
def markers() -> Markers:
    markers = Markers()
    markers.add(3.0, "third")
    markers.add(1.0)
    markers.add(2.0, "second")
    return markers


def test_they_lie_in_the_order_of_time(markers: Markers) -> None:
    assert markers.items == (Marker(1.0), Marker(2.0, "second"), Marker(3.0, "third"))


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda m: m.add(1.5, "new"), [(1.0, ""), (1.5, "new"), (2.0, "second"), (3.0, "third")]),
        (lambda m: m.rename(Marker(2.0, "second"), "b"), [(1.0, ""), (2.0, "b"), (3.0, "third")]),
        (lambda m: m.remove(Marker(2.0, "second")), [(1.0, ""), (3.0, "third")]),
        (lambda m: m.set_items([Marker(9.0), Marker(8.0), Marker(9.0)]), [(8.0, ""), (9.0, "")]),
    ],
)
def test_every_change_is_announced_once(markers: Markers, change: Any, left: list[Any]) -> None:
    told: list[None] = []
    markers.changed.connect(lambda: told.append(None))
    change(markers)
    assert [(marker.seconds, marker.note) for marker in markers.items] == left
    assert len(told) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.add(2.0, "second"),
        lambda m: m.remove(Marker(2.0, "other")),
        lambda m: m.rename(Marker(9.0), "x"),
        lambda m: m.rename(Marker(1.0), ""),
    ],
)
def test_what_changes_nothing_is_not_announced(markers: Markers, change: Any) -> None:
    told: list[None] = []
    markers.changed.connect(lambda: told.append(None))
    before = markers.items
    change(markers)
    assert (markers.items, told) == (before, [])


def test_renaming_gives_the_marker_that_it_has_become(markers: Markers) -> None:
    renamed = markers.rename(Marker(1.0), "first")
    assert renamed == Marker(1.0, "first") == markers.items[0]

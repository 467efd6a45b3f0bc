"""The line: routes against lists of frames, the ring against one long array."""

import numpy as np
import pytest
from framescope.models.playback.line import SPLICE_SECONDS, Line, Route
from helpers.signals import Array

ROUTES = [
    Route(3, 10),
    Route(3, 10, loop=3),
    Route(0, 10, loop=4),
    Route(9, 10, loop=9),
    Route(25, 10, loop=4),
]


def frames_of(route: Route, count: int) -> list[int]:
    """The frames that follow each other, one after the other."""
    frames, place = list[int](), route.start
    for _ in range(count):
        if route.loop is not None:
            while place >= route.stop:
                place -= route.stop - route.loop
        frames.append(place)
        place += 1
    return frames


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_names_the_same_frames_to_the_feed_and_to_the_cursor(route: Route) -> None:
    count = 50 if route.loop is not None else route.stop - route.start
    wanted = frames_of(route, count)
    assert [route.frame(place) for place in range(count)] == wanted
    for start in range(count):
        pieces = route.pieces(start, count - start)
        assert [frame for piece in pieces for frame in range(piece.start, piece.stop)] == wanted[start:]


def test_a_route_waits_at_its_end() -> None:
    assert Route(3, 10, step=0.5).frame(100) == 10


def test_before_its_start_lies_what_lies_before_it() -> None:
    assert Route(8, 20, loop=2).pieces(-5, 5) == [slice(3, 8)]


def ramp(start: int, stop: int) -> Array:
    return np.stack([np.arange(start, stop), -np.arange(start, stop)], axis=1).astype(np.float32)


def taken(line: Line, frames: int) -> Array:
    out = np.full((frames, line.channels), np.nan, np.float32)
    line.fill(out, 0.0)
    return out


def test_what_is_written_comes_out_once_and_in_order() -> None:
    line, out = Line(100, 2), list[Array]()
    for turn in range(40):  # a ring of 100 frames, many times around
        line.write(ramp(37 * turn, 37 * turn + 37))
        out.append(taken(line, 37))
    np.testing.assert_array_equal(np.concatenate(out), ramp(0, 40 * 37))
    assert (line.waiting, line.taken) == (0, 40 * 37)


def test_where_nothing_waits_there_is_silence_and_nothing_is_skipped() -> None:
    line = Line(100, 2)
    line.write(ramp(1, 6))
    np.testing.assert_array_equal(taken(line, 8), np.pad(ramp(1, 6), ((0, 3), (0, 0))))
    line.write(ramp(6, 8))
    np.testing.assert_array_equal(taken(line, 2), ramp(6, 8))


def test_the_volume_holds_from_the_next_buffer_on() -> None:
    line = Line(100, 2)
    line.write(ramp(0, 10))
    line.gain = 0.5
    np.testing.assert_array_equal(taken(line, 10), ramp(0, 10) / 2)


def test_a_splice_replaces_what_waits_without_a_click() -> None:
    rate = 10_000
    line, fade = Line(rate, 1), round(SPLICE_SECONDS * rate)
    line.write(np.full((400, 1), -0.5, np.float32))
    assert line.splice(np.full((200, 1), 0.5, np.float32), Route(1000, 2000), 100) == 100
    out = taken(line, 400)[:, 0]
    np.testing.assert_array_equal(out[:100], -0.5)
    assert np.abs(np.diff(out[:300])).max() < 1.5 / fade
    np.testing.assert_array_equal(out[100 + fade : 300], 0.5)
    np.testing.assert_array_equal(out[300:], 0)
    assert [line.frame(index) for index in (100, 150, 299)] == [1000, 1050, 1199]


def test_a_splice_into_what_was_taken_begins_at_once() -> None:
    line = Line(1000, 1)
    line.splice(np.ones((50, 1), np.float32), Route(0, 500))
    taken(line, 30)
    assert line.splice(np.ones((50, 1), np.float32), Route(700, 900, step=2), 10) == 30
    assert [line.frame(index) for index in (29, 30, 40)] == [29, 700, 720]

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from framescope.core.run import Stage
from framescope.core.timebase import Timebase
from framescope.models.timeline import SMALLEST_VIEW, Timeline, TimelineState

Verb = Callable[[Timeline], None]


@pytest.fixture
def timeline() -> Timeline:
    """A minute, of which 10 s to 20 s are visible and the cursor is in the middle of them."""
    timeline = Timeline()
    timeline.set_duration(60.0, Timebase())
    timeline.show(10.0, 20.0)
    timeline.seek(15.0)
    return timeline


def test_before_anything_is_open_every_verb_is_harmless() -> None:
    timeline = Timeline()
    for verb in VERBS:
        verb(timeline)
    assert (timeline.cursor, timeline.visible, timeline.selection, timeline.frame) == (0.0, (0.0, 1.0), None, 0)


VERBS: list[Verb] = [
    lambda t: t.seek(5.0),
    lambda t: t.drag_to(5.0),
    lambda t: t.seek_frame(3),
    lambda t: t.step_frames(-1),
    lambda t: t.step_seconds(1.0),
    lambda t: t.go_end(),
    lambda t: t.go_home(),
    lambda t: t.show(1.0, 2.0),
    lambda t: t.zoom_at(0.5, 2.0),
    lambda t: t.pan_by(1.0),
    lambda t: t.select(1.0, 2.0),
    lambda t: t.show_selection(),
    lambda t: t.reveal(9.0),
    lambda t: t.fit(),
    lambda t: t.previous_view(),
    lambda t: t.clear_selection(),
]


@pytest.mark.parametrize(
    ("verb", "cursor", "frame"),
    [
        (lambda t: t.seek(12.34), 12.34, 308),
        (lambda t: t.seek(-3.0), 0.0, 0),
        (lambda t: t.seek(1e9), 60.0, 1496),  # the reference makes 1,497 frames of a minute
        (lambda t: t.seek(float("nan")), 0.0, 0),
        (lambda t: t.seek(float("inf")), 60.0, 1496),
        (lambda t: t.drag_to(70.0), 60.0, 1496),
        (lambda t: t.seek_frame(558), 22.32, 558),
        (lambda t: t.seek_frame(10**9), 59.84, 1496),
        (lambda t: t.seek_frame(-1), 0.0, 0),
        (lambda t: t.step_frames(1), 15.04, 376),
        (lambda t: t.step_frames(-2), 14.92, 373),
        (lambda t: t.step_seconds(-1.0), 14.0, 350),
        (lambda t: t.go_home(), 0.0, 0),
        (lambda t: t.go_end(), 60.0, 1496),
    ],
)
def test_where_the_cursor_goes(timeline: Timeline, verb: Verb, cursor: float, frame: int) -> None:
    verb(timeline)
    assert timeline.cursor == pytest.approx(cursor)
    assert timeline.frame == frame


@pytest.mark.parametrize("fps", [25, 23.976, 29.97, 30, 60])
def test_stepping_visits_every_frame_once(fps: float) -> None:
    timeline = Timeline()
    timeline.set_duration(10.0, Timebase(fps=fps))
    frames = [timeline.frame]
    while timeline.frame < timeline.n_frames - 1:
        timeline.step_frames(1)
        frames.append(timeline.frame)
    assert frames == list(range(int((801 - 16) / 80.0 * fps) + 2))


@pytest.mark.parametrize(
    ("verb", "visible"),
    [
        (lambda t: t.show(30.0, 40.0), (30.0, 40.0)),
        (lambda t: t.show(-5.0, 5.0), (0.0, 10.0)),
        (lambda t: t.show(55.0, 65.0), (50.0, 60.0)),
        (lambda t: t.show(-100.0, 1e6), (0.0, 60.0)),
        (lambda t: t.show(30.0, 30.0), (30 - SMALLEST_VIEW / 2, 30 + SMALLEST_VIEW / 2)),
        (lambda t: t.show(60.0, 60.0), (60 - SMALLEST_VIEW, 60.0)),
        (lambda t: t.show(float("nan"), 3.0), (0.0, SMALLEST_VIEW)),
        (lambda t: t.fit(), (0.0, 60.0)),
        (lambda t: t.zoom_at(12.0, 0.5), (11.0, 16.0)),
        (lambda t: t.zoom_at(15.0, 2.0), (5.0, 25.0)),
        (lambda t: t.zoom_at(10.0, 4.0), (10.0, 50.0)),
        (lambda t: t.zoom_at(15.0, 1e9), (0.0, 60.0)),
        (lambda t: t.zoom_at(20.0, 1e-9), (20 - SMALLEST_VIEW, 20.0)),
        (lambda t: t.pan_by(7.5), (17.5, 27.5)),
        (lambda t: t.pan_by(-70.0), (0.0, 10.0)),
        (lambda t: t.pan_by(70.0), (50.0, 60.0)),
        (lambda t: t.reveal(10.0), (10.0, 20.0)),
        (lambda t: t.reveal(21.0), (20.0, 30.0)),
        (lambda t: t.reveal(9.0), (0.0, 10.0)),
        (lambda t: t.reveal(45.0), (40.0, 50.0)),
        (lambda t: (t.select(32.0, 31.0), t.show_selection()), (31.0, 32.0)),
        (lambda t: t.show_selection(), (10.0, 20.0)),
    ],
)
def test_what_is_visible(timeline: Timeline, verb: Verb, visible: tuple[float, float]) -> None:
    verb(timeline)
    assert timeline.visible == pytest.approx(visible, abs=1e-9)
    assert timeline.cursor == 15.0


def test_an_item_is_visited_so_closely_that_it_is_seen(timeline: Timeline) -> None:
    """A lane of 800 pixels has 8 of them for the item then, and Backspace leads back."""
    mel = Stage("mel", np.zeros((80, 4801)))
    timeline.fit()
    timeline.visit(mel, 500)
    start, end = timeline.visible
    assert timeline.frame == 500
    assert (end - start) * 80 == pytest.approx(100)
    assert start < 20 < end
    timeline.previous_view()
    assert timeline.visible == (0, 60)


def test_a_closer_view_stays_as_close(timeline: Timeline) -> None:
    timeline.show(10, 10.2)
    timeline.visit(Stage("features", np.zeros((1497, 512))), 500)
    start, end = timeline.visible
    assert end - start == pytest.approx(0.2)
    assert start <= 20 <= end


def test_a_recording_shorter_than_the_closest_zoom_is_shown_whole() -> None:
    timeline = Timeline()
    timeline.set_duration(0.0005, Timebase())
    timeline.zoom_at(0.0, 0.1)
    assert timeline.visible == (0.0, 0.0005)


@pytest.mark.parametrize(
    ("follow", "verb", "visible"),
    [
        ("page", lambda t: t.seek(19.9), (10.0, 20.0)),
        ("page", lambda t: t.seek(20.5), (19.5, 29.5)),
        ("smooth", lambda t: t.seek(15.5), (10.5, 20.5)),
        ("smooth", lambda t: t.seek(59.0), (50.0, 60.0)),
        ("off", lambda t: t.seek(45.0), (10.0, 20.0)),
        ("off", lambda t: t.step_seconds(30.0), (40.0, 50.0)),
        ("page", lambda t: t.drag_to(45.0), (10.0, 20.0)),
        ("smooth", lambda t: t.drag_to(45.0), (10.0, 20.0)),
    ],
)
def test_how_the_view_follows(timeline: Timeline, follow: Any, verb: Verb, visible: tuple[float, float]) -> None:
    timeline.set_follow(follow)
    verb(timeline)
    assert timeline.visible == pytest.approx(visible)


def test_stepping_back_and_forth_over_the_edge_turns_the_page_once(timeline: Timeline, qtbot: Any) -> None:
    timeline.seek(20.0)
    pages: list[Any] = []
    timeline.visible_changed.connect(lambda *visible: pages.append(visible))
    for count in (1, -1, 1, -1):
        timeline.step_frames(count)
    assert len(pages) == 1


def test_previous_views(timeline: Timeline) -> None:
    timeline.pan_by(1.0)
    timeline.zoom_at(15.0, 0.5)
    timeline.pan_by(1.0)
    timeline.show(40.0, 41.0)
    timeline.fit()
    seen = []
    for _ in range(5):
        timeline.previous_view()
        seen.append(timeline.visible)
    assert seen[0] == (40.0, 41.0)
    assert seen[1] == pytest.approx((14.0, 19.0))  # the series of pans and zooms is one step
    assert seen[2:] == [(10.0, 20.0), (0.0, 60.0), (0.0, 60.0)]


def test_the_history_is_bounded(timeline: Timeline) -> None:
    for start in range(1000):
        timeline.show(start % 50, start % 50 + 1.0)
    views = set()
    for _ in range(1000):
        timeline.previous_view()
        views.add(timeline.visible)
    assert 10 < len(views) <= 50


@pytest.mark.parametrize(
    ("ends", "selection"),
    [
        ((2.0, 3.0), (2.0, 3.0)),
        ((3.0, 2.0), (2.0, 3.0)),
        ((-1.0, 99.0), (0.0, 60.0)),
        ((2.0, 2.0), None),
        ((70.0, 80.0), None),
    ],
)
def test_selections(timeline: Timeline, ends: tuple[float, float], selection: Any) -> None:
    timeline.select(*ends)
    assert timeline.selection == selection
    timeline.clear_selection()
    assert timeline.selection is None


@pytest.mark.parametrize(
    ("signal", "change", "arguments"),
    [
        ("cursor_changed", lambda t: t.seek(16.0), [16.0]),
        ("visible_changed", lambda t: t.show(1.0, 2.0), [1.0, 2.0]),
        ("selection_changed", lambda t: t.select(1.0, 2.0), [(1.0, 2.0)]),
        ("duration_changed", lambda t: t.set_duration(70.0, Timebase()), [70.0]),
        ("duration_changed", lambda t: t.set_duration(60.0, Timebase(fps=30)), [60.0]),
        ("follow_changed", lambda t: t.set_follow("smooth"), ["smooth"]),
    ],
)
def test_a_change_is_announced_once(
    timeline: Timeline, qtbot: Any, signal: str, change: Verb, arguments: list[Any]
) -> None:
    with qtbot.waitSignal(getattr(timeline, signal)) as announced:
        change(timeline)
    assert announced.args == arguments
    with qtbot.assertNotEmitted(getattr(timeline, signal)):
        change(timeline)


def test_another_recording_is_shown_whole_and_what_does_not_fit_is_cut(timeline: Timeline) -> None:
    timeline.select(5.0, 40.0)
    timeline.set_duration(12.0, Timebase())
    assert (timeline.cursor, timeline.visible, timeline.selection) == (12.0, (0.0, 12.0), (5.0, 12.0))
    timeline.previous_view()
    assert timeline.visible == (0.0, 12.0)


def test_another_time_base_keeps_the_view(timeline: Timeline) -> None:
    timeline.set_duration(60.0, Timebase(fps=50))
    assert (timeline.visible, timeline.frame) == ((10.0, 20.0), 750)


def test_a_state_comes_back(timeline: Timeline) -> None:
    timeline.select(11.0, 12.0)
    timeline.set_follow("smooth")
    state = timeline.state
    other = Timeline()
    other.set_duration(60.0, Timebase())
    other.restore(state)
    assert other.state == state == TimelineState(15.0, (10.0, 20.0), (11.0, 12.0), "smooth")


def test_a_state_of_a_longer_recording_is_cut(timeline: Timeline) -> None:
    other = Timeline()
    other.set_duration(12.0, Timebase())
    other.restore(timeline.state)
    assert (other.cursor, other.visible) == (12.0, (2.0, 12.0))


def test_an_unknown_way_to_follow_is_refused(timeline: Timeline) -> None:
    with pytest.raises(ValueError, match="'always' is unknown; use one of page, smooth, off"):
        timeline.set_follow("always")  # type: ignore[arg-type]

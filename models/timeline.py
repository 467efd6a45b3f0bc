"""The one owner of the moment that every view shows: cursor, visible range, selection, and how the view follows."""

from dataclasses import dataclass
from typing import TypeAlias, get_args

from PySide6.QtCore import QObject, Signal

from ..core.run import Stage
from ..core.settings import Follow
from ..core.timebase import Timebase

Span: TypeAlias = tuple[float, float]

SMALLEST_VIEW = 0.001
"""Seconds: 16 samples at 16 kHz, which are dots in any window."""
"""Seconds of the closest zoom."""
_PAGE_MARGIN = 0.1
"""Where the cursor lies on a page that has just been turned, as a part of the view."""
_MAX_VIEWS = 50
_ITEMS_VISITED, _FRAMES_VISITED = 100, 3
"""Items of a stage, and video frames where they are longer, in the view of one item: in a lane of 800 pixels it is 8
pixels wide then, and can be pointed at."""
_NOTHING: Span = (0.0, 1.0)
"""What is visible while nothing is open: never empty, so that a view may divide by its length."""


@dataclass(frozen=True, slots=True)
class TimelineState:
    """What of a timeline is worth remembering; all times in seconds."""

    cursor: float = 0.0
    visible: Span = _NOTHING
    selection: Span | None = None
    follow: Follow = "page"


class Timeline(QObject):
    """Cursor, visible range and selection of one recording, in seconds from its beginning.

    Every change has a verb, and every verb keeps its result within [0, duration]. A signal is emitted only where the
    fact behind it has changed.
    """

    cursor_changed = Signal(float)
    visible_changed = Signal(float, float)
    selection_changed = Signal(object)
    """(start, end) in seconds, or None."""
    duration_changed = Signal(float)
    """The duration, or the time base that counts its frames, is another one."""
    follow_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._duration = 0.0
        self._timebase = Timebase()
        self._cursor = 0.0
        self._visible = _NOTHING
        self._selection: Span | None = None
        self._follow: Follow = "page"
        self._views: list[Span] = []
        self._moving = False

    @property
    def duration(self) -> float:
        """Length of the recording, seconds; 0 while nothing is open."""
        return self._duration

    @property
    def timebase(self) -> Timebase:
        """Conversions between seconds, samples, mel columns and video frames."""
        return self._timebase

    @property
    def cursor(self) -> float:
        """The moment that every view shows, seconds."""
        return self._cursor

    @property
    def visible(self) -> Span:
        """Start and end of what the lanes show, seconds; never empty."""
        return self._visible

    @property
    def selection(self) -> Span | None:
        """Start and end of the selection, seconds, start < end; None where there is none."""
        return self._selection

    @property
    def follow(self) -> Follow:
        """How the view follows the cursor: it turns a ``page``, keeps it in the middle (``smooth``), or ``off``."""
        return self._follow

    @property
    def n_frames(self) -> int:
        """Video frames that a recording of this duration has, or rows of a recipe; 0 while nothing is open."""
        return self._timebase.frames_in(self._duration)

    @property
    def frame(self) -> int:
        """Video frame at the cursor, from 0 to the last one: the sound may end a little after it."""
        return max(0, min(self._timebase.seconds_frame(self._cursor), self.n_frames - 1))

    @property
    def state(self) -> TimelineState:
        """What to remember."""
        return TimelineState(self._cursor, self._visible, self._selection, self._follow)

    def restore(self, state: TimelineState) -> None:
        """Go back to a remembered state, as far as it fits this recording."""
        self.set_follow(state.follow)
        self._show(*state.visible)
        self._set_cursor(state.cursor)
        self.select(*state.selection or (0.0, 0.0))

    def set_duration(self, seconds: float, timebase: Timebase) -> None:
        """Take over the length and the time base of what is open; another length shows the whole of it."""
        if (seconds, timebase) == (self._duration, self._timebase):
            return
        other = seconds != self._duration
        self._duration, self._timebase = max(0.0, seconds), timebase
        self.duration_changed.emit(self._duration)
        if other:
            self._views.clear()
            self._moving = False
            self._show(0.0, self._duration)
            self._set_cursor(self._cursor)
            self.select(*self._selection or (0.0, 0.0))

    def set_follow(self, follow: Follow) -> None:
        """Choose how the view follows the cursor.

        Raises
        ------
        ValueError
            Another word than page, smooth or off.
        """
        if follow not in get_args(Follow):
            raise ValueError(f"follow {follow!r} is unknown; use one of {', '.join(get_args(Follow))}")
        if follow != self._follow:
            self._follow = follow
            self.follow_changed.emit(follow)

    def seek(self, seconds: float) -> None:
        """Put the cursor exactly there; the view follows as `follow` says."""
        self._set_cursor(seconds)
        if self._follow == "smooth":
            self._centre(self._cursor)
        elif self._follow == "page":
            self.reveal(self._cursor)

    def drag_to(self, seconds: float) -> None:
        """Let the user drag the cursor there: the view stays where it is."""
        self._set_cursor(seconds)

    def seek_frame(self, frame: int) -> None:
        """Go to the beginning of a video frame, and show it."""
        self._go(self._timebase.frame_seconds(max(0, min(frame, self.n_frames - 1))))

    def visit(self, stage: Stage, frame: int) -> None:
        """Go to a frame where an item of a stage is to be seen: so close that the item has some width."""
        longest = max(_FRAMES_VISITED / self._timebase.fps, _ITEMS_VISITED / stage.clock.rate)
        start, end = self._visible
        if end - start > longest * (1 + 1e-9):
            middle = self._clamped(self._timebase.frame_seconds(max(0, min(frame, self.n_frames - 1))))
            self.show(middle - longest / 2, middle + longest / 2)
        self.seek_frame(frame)

    def step_frames(self, count: int) -> None:
        """Go so many video frames on, or back where negative."""
        self.seek_frame(self.frame + count)

    def step_seconds(self, seconds: float) -> None:
        """Go so many seconds on, or back where negative."""
        self._go(self._cursor + seconds)

    def go_home(self) -> None:
        """Go to the beginning."""
        self._go(0.0)

    def go_end(self) -> None:
        """Go to the end."""
        self._go(self._duration)

    def show(self, start: float, end: float) -> None:
        """Show a range; a shorter one than `SMALLEST_VIEW` is widened around its middle."""
        self._remember()
        self._moving = False
        self._show(start, end)

    def fit(self) -> None:
        """Show the whole recording."""
        self.show(0.0, self._duration)

    def show_selection(self) -> None:
        """Show the selection, where there is one."""
        if self._selection:
            self.show(*self._selection)

    def zoom_at(self, seconds: float, factor: float) -> None:
        """Make the visible range `factor` times as long (below 1 zooms in); the given moment keeps its place."""
        self._begin_move()
        start, end = self._visible
        length = self._length((end - start) * factor)
        start = seconds - (seconds - start) * length / (end - start)
        self._show(start, start + length)

    def pan_by(self, seconds: float) -> None:
        """Move the visible range by so many seconds, as far as the recording goes."""
        self._begin_move()
        self._show(self._visible[0] + seconds, self._visible[1] + seconds)

    def reveal(self, seconds: float) -> None:
        """Scroll so that a moment is visible, if it is not: to the next page where it is near, else around it."""
        start, end = self._visible
        length = end - start
        if start <= seconds <= end:
            return
        if not start - length <= seconds <= end + length:
            self._centre(seconds)
            return
        start = seconds - length * (_PAGE_MARGIN if seconds > end else 1 - _PAGE_MARGIN)
        self._show(start, start + length)

    def previous_view(self) -> None:
        """Go back to what was visible before the last jump, or before the last series of zooms and pans."""
        self._moving = False
        while self._views:
            if (view := self._views.pop()) != self._visible:
                self._show(*view)
                return

    def select(self, start: float, end: float) -> None:
        """Select from one moment to another, in either order; nothing between them selects nothing."""
        first, last = self._clamped(min(start, end)), self._clamped(max(start, end))
        selection = (first, last) if first < last else None
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def clear_selection(self) -> None:
        """Select nothing."""
        self.select(0.0, 0.0)

    def _clamped(self, seconds: float) -> float:
        return min(max(0.0, seconds), self._duration)  # in this order NaN becomes 0

    def _set_cursor(self, seconds: float) -> None:
        cursor = self._clamped(seconds)
        if cursor != self._cursor:
            self._cursor = cursor
            self.cursor_changed.emit(cursor)

    def _go(self, seconds: float) -> None:
        """Seek where the user asked for this very moment: it is shown even where the view follows nothing."""
        self.seek(seconds)
        self.reveal(self._cursor)

    def _length(self, seconds: float) -> float:
        """Length of a view, between the closest zoom and the whole recording."""
        return min(max(SMALLEST_VIEW, seconds), self._duration or _NOTHING[1])

    def _show(self, start: float, end: float) -> None:
        """Show a range of allowed length, moved to lie within the recording; the history stays as it is."""
        length = self._length(end - start)
        start = max(0.0, min((start + end - length) / 2, (self._duration or _NOTHING[1]) - length))
        visible = (start, start + length)
        if visible != self._visible:
            self._visible = visible
            self.visible_changed.emit(*visible)

    def _centre(self, seconds: float) -> None:
        half = (self._visible[1] - self._visible[0]) / 2
        self._show(seconds - half, seconds + half)

    def _begin_move(self) -> None:
        """Remember the view before the first of a series of zooms and pans."""
        if not self._moving:
            self._remember()
        self._moving = True

    def _remember(self) -> None:
        if self._views[-1:] != [self._visible]:
            self._views = [*self._views, self._visible][-_MAX_VIEWS:]

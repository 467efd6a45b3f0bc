"""What can be undone, what a session brings back, and what a crash leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from framescope.app.gui import _restore
from framescope.app.window import MainWindow
from framescope.core.compare.tolerance import load_profile
from framescope.core.config import Config
from framescope.models.markers import Marker
from framescope.models.timeline import TimelineState
from framescope.models.workspace import OpenedPort, Workspace, autosave_path
from helpers.windows import open_port, open_recording, run
from PySide6.QtCore import QTimer

Change = tuple[str, Callable[[MainWindow], object], Callable[[MainWindow], object]]


def names(window: MainWindow) -> list[str]:
    return [item.name for item in window.runs.items]


def drag_levels(window: MainWindow) -> None:
    """Many small changes, as dragging makes them."""
    for high in (1.0, 2.0, 3.0):
        window.views.choose_levels(window.lanes.mel, (-2.0, high))


def drag_limit(window: MainWindow) -> None:
    panel = window.comparing.dock.panel
    for name in ("mobile", "strict"):
        panel.profile_changed.emit(load_profile(name))


CHANGES: tuple[Change, ...] = (
    ("marker", run("add_marker"), lambda w: w.markers.items),
    ("note", lambda w: w.marks.rename(w.markers.items[0], "a click"), lambda w: w.markers.items),
    ("no marker", lambda w: w.marks.remove(w.markers.items[0]), lambda w: w.markers.items),
    ("order", run("order_variance"), lambda w: w.views.state["features"]["order"]),
    ("folded", run("fold_dead"), lambda w: w.views.state["features"]["folded"]),
    ("colours", lambda w: w.views.set_colour_map(w.lanes.mel, "magma"), lambda w: w.lanes.mel.colour_map),
    ("levels", drag_levels, lambda w: w.lanes.mel.chosen_levels),
    ("hidden", run("toggle_mel"), lambda w: w.lanes.mel.isHidden()),
    ("mode", run("mode_hubert"), lambda w: w.model.config.mode),
    ("edge", run("edge_repeat"), lambda w: w.model.config.edge),
    ("profile", drag_limit, lambda w: w.runs.profile.name),
    ("closed port", run("close_port"), names),
)


def test_every_change_is_undone_and_redone(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    opened.runs.add(ports[0])
    opened.marks.add()
    opened.timeline.seek_frame(20)
    for name, change, seen in CHANGES:
        before = seen(opened)
        change(opened)
        after = seen(opened)
        assert after != before, name
        run("undo")(opened)
        assert seen(opened) == before, name
        run("redo")(opened)
        assert seen(opened) == after, name
        run("undo")(opened)


def test_undoing_leaves_alone_what_has_changed_since(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> None:
    opened.marks.add()
    open_port(opened, ports[0], qtbot)
    opened.comparing.dock.swap()
    opened.lanes.mel.set_colour_map("magma")
    for undone in ("port", "marker"):
        opened.document.history.stack.undo()
        expected = ["talk.wav", "right"] if undone == "nothing" else ["talk.wav"]
        assert names(opened) == expected, undone
        assert opened.lanes.mel.colour_map == "magma"
    assert opened.markers.items == ()

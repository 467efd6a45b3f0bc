"""Every command has its effect: a row of the table for each of them, so that a new command needs one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from framescope.app.window import about, figure_dialog, import_sheet, settings_dialog
from framescope.app.window import dialogs as own_dialogs
from framescope.app.window import palette as own_palette
from framescope.app.window.commands import COMMANDS
from framescope.app.window.live import LiveWindow
from framescope.app.window.window import MainWindow
from framescope.core.analysis import ANALYSES
from framescope.core.settings import load_settings
from framescope.widgets.pointed_value import PointedValue
from helpers.windows import FRAMES, PATIENCE, SECONDS, WRONG, is_compared, run
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QWidget

Look = Callable[[MainWindow], Any]
ANOTHER = object()
"""Whatever it is, it is not what it was before."""
PROBE = PointedValue("features", (11, 7), 1.25, "frame 11, feature 7", 2.25)
asked: list[str] = []
"""Titles of the dialogs that have asked for something."""


@dataclass(frozen=True)
class Effect:
    """What is looked at, what is seen there afterwards, what is done before, and whether a second time undoes it."""

    look: Look
    after: Any = ANOTHER
    before: Callable[[MainWindow], object] = lambda _: None
    back: bool = False


def asks(title: str) -> Effect:
    return Effect(lambda _: title in asked, True, lambda _: asked.clear())


def switches(look: Look) -> Effect:
    return Effect(look, back=True)


def at(frame: int) -> Callable[[MainWindow], object]:
    return lambda window: window.timeline.seek_frame(frame)


def goes(start: int, end: int) -> Effect:
    return Effect(lambda window: window.timeline.frame, end, at(start))


def shows(kind: type[QWidget]) -> Effect:
    return Effect(lambda window: any(child.isVisible() for child in window.findChildren(kind)), True)


def recorder_shown(window: MainWindow) -> bool:
    """Tell whether the window that records is there, and close it."""
    recorders = [each for each in window.findChildren(LiveWindow) if each.isVisible()]
    for recorder in recorders:
        recorder.close()
        recorder.deleteLater()
        del window.live
    return bool(recorders)


def sparse_at(frame: int) -> Callable[[MainWindow], object]:
    """Go to a frame of a port that has two others."""

    def come(window: MainWindow) -> None:
        window.views.held_frames = lambda: np.array([11, 30])  # type: ignore[method-assign]
        window.timeline.seek_frame(frame)

    return come


class NotedTabs:
    """Stands for the tabs around a window, and notes the one thing that it asks of them."""

    def __init__(self, window: MainWindow) -> None:
        asked.clear()
        self._window = window
        window.tabs = self  # type: ignore[assignment]

    def add(self) -> None:
        self._note("new tab")

    def close_current(self) -> None:
        self._note("no tab")

    def step(self, direction: int) -> None:
        self._note(f"tab {direction:+d}")

    def _note(self, text: str) -> None:
        asked.append(text)
        self._window.tabs = None


def tabbed(asked_for: str) -> Effect:
    return Effect(lambda _: asked, [asked_for], NotedTabs)


def selected(window: MainWindow) -> None:
    window.timeline.fit()
    window.timeline.select(0.5, 1.5)


def marked(*frames: int) -> Callable[[MainWindow], None]:
    def mark(window: MainWindow) -> None:
        window.markers.set_items(())
        for frame in frames:
            window.timeline.seek_frame(frame)
            run("add_marker")(window)
        window.timeline.seek_frame(20)

    return mark


def undone(window: MainWindow) -> None:
    marked(5)(window)
    run("undo")(window)


def pointed_at(window: MainWindow) -> None:
    window.links.panel.readout.set_probe(PROBE)


def measured(window: MainWindow) -> None:
    pointed_at(window)
    run("measure")(window)


def asked_with_a_marker(window: MainWindow) -> None:
    marked(5)(window)
    asked.clear()


def unmarked_selection(window: MainWindow) -> None:
    window.markers.set_items(())
    selected(window)


def seconds(window: MainWindow) -> float:
    return window.timeline.visible[1] - window.timeline.visible[0]


def clipboard(_: MainWindow) -> str:
    return QGuiApplication.clipboard().text()


def forgetful(_: MainWindow) -> None:
    QGuiApplication.clipboard().clear()


def zoomed(window: MainWindow) -> None:
    window.timeline.fit()
    window.timeline.show(0.5, 1.0)


def option(name: str, before: Callable[[MainWindow], object] = lambda _: None) -> Effect:
    return Effect(lambda window: getattr(window.playing.player.options, name), ANOTHER, before)


def of_lane(lane: str, name: str) -> Look:
    return lambda window: window.views.state[lane][name]


def playing(window: MainWindow) -> bool:
    return window.playing.player.playing


def n_markers(window: MainWindow) -> int:
    return len(window.markers.items)


EFFECTS: dict[str, Effect] = {
    "open": asks("Open recording"),
    "open_corpus": asks("Open corpus"),
    "live": Effect(recorder_shown, True),
    "choose_recipe": asks("Choose recipe"),
    "open_recipe": asks("Open recipe"),
    "open_port": asks("Open the folder that a port has written"),
    "open_port_file": asks("Open a file that a port has written"),
    "choose_encoder": asks("Choose encoder"),
    "save_session": asks("Save session"),
    "open_session": asks("Open session"),
    "export_frame": asks("Export frame"),
    "export_waveform": asks("Export waveform"),
    "export_mel": asks("Export mel"),
    "export_feature": asks("Export features"),
    "export_error": asks("Export error"),
    "export_figure": asks("Export figure"),
    "export_picture": asks("Save picture"),
    "new_tab": tabbed("new tab"),
    "close_tab": tabbed("no tab"),
    "next_tab": tabbed("tab +1"),
    "previous_tab": tabbed("tab -1"),
    "settings": shows(settings_dialog.SettingsDialog),
    "undo": Effect(n_markers, 0, marked(5)),
    "redo": Effect(n_markers, 1, undone),
    "copy_frame": Effect(lambda window: clipboard(window)[:7], "array([", forgetful),
    "pin": Effect(lambda window: len(window.links.panel.readout.pinned), 1, pointed_at),
    "copy_value": Effect(clipboard, "1.25\t2.25", pointed_at),
    "copy_place": Effect(clipboard, "features[11, 7]: frame 11, feature 7", pointed_at),
    "add_marker": Effect(n_markers, 1, lambda window: window.markers.set_items(())),
    "remove_marker": Effect(n_markers, 1, marked(5, 20)),
    "measure": Effect(lambda window: window.measuring.spots[0] is not None, True, pointed_at),
    "end_measuring": Effect(lambda window: window.measuring.spots, (None, None), measured),
    "add_region": Effect(lambda window: [m.length for m in window.markers.items], [1.0], unmarked_selection),
    "import_markers": asks("Import markers"),
    "export_markers": Effect(lambda _: "Export markers" in asked, True, asked_with_a_marker),
    "zoom_in": Effect(seconds, pytest.approx(0.25), zoomed),
    "zoom_out": Effect(seconds, pytest.approx(1.0), zoomed),
    "fit": Effect(lambda window: window.timeline.visible, (0, SECONDS), zoomed),
    "show_selection": Effect(lambda window: window.timeline.visible, pytest.approx((0.5, 1.5)), selected),
    "previous_view": Effect(lambda window: window.timeline.visible, (0, SECONDS), zoomed),
    "clear_selection": Effect(lambda window: window.timeline.selection, None, selected),
    **{
        view: Effect(lambda window: window.links.panel.tensor.view, view)
        for view in ("context", "slices", "mosaic")
    },
    **{
        f"mode_{mode}": Effect(lambda window: window.model.config.mode, mode) for mode in ("hubert", "wenet", "ave")
    },
    **{
        f"edge_{edge}": Effect(lambda window: window.model.config.edge, edge)
        for edge in ("repeat", "last_block", "zeros")
    },
    **{
        f"order_{how}": Effect(of_lane("features", "order"), how) for how in ("variance", "correlation", "index")
    },
    **{
        f"analysis_{analysis.name}": switches(lambda window, name=analysis.name: name in window.analyses.shown)
        for analysis in ANALYSES
    },
    "normalise_rows": switches(of_lane("features", "normalised")),
    "channels": switches(lambda window: window.channels.shown),
    "square_cells": switches(lambda window: window.links.panel.tensor.square),
    "maximise_tensor": switches(lambda window: window.panels.maximised),
    "fold_dead": switches(of_lane("features", "folded")),
    "ruler_unit": Effect(lambda window: window.lanes.ruler.unit),
    "toggle_waveform": switches(of_lane("waveform", "shown")),
    "toggle_mel": switches(of_lane("mel", "shown")),
    "toggle_feature": switches(of_lane("features", "shown")),
    "toggle_error": switches(of_lane("errors", "shown")),
    **{
        f"workspace_{name}": Effect(lambda window: window.panels.current, name)
        for name in ("inspect", "listen", "compare")
    },
    "workspace_corpus": asks("Open corpus"),
    "arrange": Effect(lambda window: window.panels.shows("frame"), True, lambda window: window.panels.toggle("frame")),
    **{
        f"panel_{name}": switches(lambda window, name=name: window.panels.shows(name))
        for name in ("frame", "value", "values", "causes", "curves", "block")
    },
    "markers": switches(lambda window: window.panels.shows("markers")),
    **{
        f"theme_{theme}": Effect(lambda _: load_settings().theme, theme, run("theme_dark"))
        for theme in ("dark", "light", "system")
    },
    "next_frame": goes(20, 21),
    "previous_frame": goes(20, 19),
    "next_second": goes(5, 30),
    "previous_second": goes(30, 5),
    "home": goes(20, 0),
    "end": goes(20, FRAMES - 1),
    "go_to": asks("Go to"),
    "next_held": Effect(lambda window: window.timeline.frame, 30, sparse_at(20)),
    "previous_held": Effect(lambda window: window.timeline.frame, 11, sparse_at(20)),
    "next_marker": Effect(lambda window: window.timeline.frame, 40, marked(5, 40)),
    "previous_marker": Effect(lambda window: window.timeline.frame, 5, marked(5, 40)),
    "strip": switches(lambda window: window.comparing.strip_shown),
    "panel": switches(lambda window: window.panels.shows("comparison")),
    "next_divergence": goes(0, WRONG[0]),
    "previous_divergence": goes(40, WRONG[1]),
    "first_divergence": goes(40, WRONG[0]),
    "worst": goes(0, WRONG[1]),
    **{
        f"view_{view}": Effect(lambda window: window.lanes.mel.comparing, view)
        for view in ("reference", "port", "difference", "split", "swipe", "onion", "stacked")
    },
    **{
        f"difference_{kind}": Effect(lambda window: window.comparing.lanes.kind, kind)
        for kind in ("absolute", "log", "relative", "signed")
    },
    "onion_more": Effect(lambda window: window.lanes.features.opacity, pytest.approx(0.6)),
    "onion_less": Effect(lambda window: window.lanes.features.opacity, pytest.approx(0.5)),
    "assume": asks("assume"),
    "lag": switches(lambda window: window.runs.lag_applied),
    "swap": switches(lambda window: window.runs.reference and window.runs.reference.key),
    "readings": shows(import_sheet.ImportSheet),
    "reread": Effect(lambda window: window.runs.items[-1].state, "reading"),
    "run_port": Effect(lambda window: window.comparing.commands.isVisible(), True),
    "report": asks("Save report"),
    "play": switches(playing),
    "play_selection": Effect(playing, True, selected),
    "loop": switches(lambda window: window.playing.player.options.loop),
    "faster": option("speed"),
    "slower": option("speed"),
    "quieter": option("volume"),
    "louder": option("volume", run("quieter")),
    "hear_next": goes(20, 21),
    "hear_previous": goes(20, 19),
    **{
        f"follow_{follow}": Effect(lambda window: window.timeline.follow, follow)
        for follow in ("smooth", "off", "page")
    },
    "palette": asks("Search commands"),
    "keys": asks("Keys"),
    "about": asks("About Framescope"),
    "licences": asks("Licences"),
    "close_port": Effect(lambda window: len(window.runs.items), 1),
    "open_sample": Effect(lambda window: [run.name for run in window.runs.items], ["sample.flac", "sample_port"]),
    "close_recording": Effect(lambda window: window.model.path, None),
    "quit": Effect(lambda window: window.isVisible(), False),
}  # fmt: skip
"""By the command's id; the port is closed last but one, the window last."""


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dialogs note what they ask for, and are answered with nothing."""

    def noted(answer: object) -> Callable[..., object]:
        return lambda _, title, *rest: asked.append(title) or answer

    for verb in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, verb, noted(("", "")))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", noted(""))
    for verb in ("getText", "getItem"):
        monkeypatch.setattr(QInputDialog, verb, noted(("", False)))
    monkeypatch.setattr(figure_dialog.FigureDialog, "exec", lambda self: asked.append(self.windowTitle()))
    for dialog in (own_palette.CommandPalette, own_dialogs.KeySheet, about.AboutDialog, about.LicenceDialog):
        monkeypatch.setattr(dialog, "exec", lambda self: asked.append(self.windowTitle()))


def test_every_command_is_in_the_table() -> None:
    assert {*EFFECTS} == {command.id for command in COMMANDS}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_command_has_its_effect(
    compared: MainWindow, name: str, dialogs: None, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, effect = compared, EFFECTS[name]
    monkeypatch.setattr(window.comparing.diagnosing, "assume", lambda _: asked.append("assume"))
    if window.runs.port:
        qtbot.waitUntil(is_compared(window), timeout=PATIENCE)
    effect.before(window)
    before = effect.look(window)
    run(name)(window)
    expected = effect.look(window) if effect.after is ANOTHER else effect.after
    qtbot.waitUntil(lambda: effect.look(window) == expected, timeout=PATIENCE)
    assert effect.after is not ANOTHER or expected != before
    if effect.back:
        run(name)(window)
        assert effect.look(window) == before
    for dialog in window.findChildren(QDialog):
        dialog.close()
    if window.playing.player.playing:
        window.playing.player.toggle()

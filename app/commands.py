"""Every command of the window in one table: menus, shortcuts, palette and key sheet are drawn from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..widgets.tensor_view import View
    from .window import MainWindow

Run = Callable[["MainWindow"], object]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the window can do.

    Attributes
    ----------
    id : str
        Its name in code and settings.
    menu : str
        The menu it is listed in.
    title : str
        What it is called.
    keys : tuple of str
        Shortcuts, the first is the one that menus show.
    run : callable
        Does it, given the window.
    """

    id: str
    menu: str
    title: str
    keys: tuple[str, ...]
    run: Run


def _timeline(verb: str, *arguments: float) -> Run:
    return lambda window: getattr(window.timeline, verb)(*arguments)


def _tensor(view: "View") -> Run:
    return lambda window: window.links.panel.tensor.set_view(view)


COMMANDS: tuple[Command, ...] = (
    Command("open", "File", "Open recording …", ("Ctrl+O",), lambda w: w.ask_open()),
    Command("choose_encoder", "File", "Choose encoder …", (), lambda w: w.ask_encoder()),
    Command("save_session", "File", "Save session …", ("Ctrl+S",), lambda w: w.ask_save_session()),
    Command("open_session", "File", "Open session …", ("Ctrl+Shift+O",), lambda w: w.ask_open_session()),
    Command("export_frame", "File", "Export this frame as .npy …", ("Ctrl+Shift+S",), lambda w: w.ask_export_frame()),
    Command("export_picture", "File", "Save picture of the window …", (), lambda w: w.ask_export_picture()),
    Command("quit", "File", "Quit", ("Ctrl+Q",), lambda w: w.close()),
    Command("copy_frame", "Edit", "Copy this frame as text", ("Ctrl+Shift+F",), lambda w: w.copy_frame()),
    Command("pin", "Edit", "Pin the value under the pointer", ("P",), lambda w: w.links.panel.readout.pin_current()),
    Command("copy_value", "Edit", "Copy value", ("C",), lambda w: w.links.panel.readout.copy_value()),
    Command("copy_place", "Edit", "Copy coordinates", ("Shift+C",), lambda w: w.links.panel.readout.copy_coordinates()),
    Command("add_marker", "Edit", "Add marker", ("M",), lambda w: w.add_marker()),
    Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), lambda w: w.zoom(0.5)),
    Command("zoom_out", "View", "Zoom out", ("Ctrl+-",), lambda w: w.zoom(2)),
    Command("fit", "View", "Whole recording", ("F", "Ctrl+0"), _timeline("fit")),
    Command("show_selection", "View", "Zoom to selection", ("Ctrl+E",), _timeline("show_selection")),
    Command("previous_view", "View", "Previous view", ("Backspace",), _timeline("previous_view")),
    Command("clear_selection", "View", "Clear selection", ("Esc",), _timeline("clear_selection")),
    Command("mosaic", "View", "Tensor as mosaic", ("1",), _tensor("mosaic")),
    Command("context", "View", "Tensor as context rows", ("2",), _tensor("context")),
    Command("slices", "View", "Tensor as slices", ("3",), _tensor("slices")),
    Command("order_index", "View", "Features in their own order", (), lambda w: w.order_features("index")),
    Command("order_variance", "View", "Features by variance", (), lambda w: w.order_features("variance")),
    Command("order_correlation", "View", "Features by correlation", (), lambda w: w.order_features("correlation")),
    Command("fold_dead", "View", "Fold dead features", ("D",), lambda w: w.fold_dead_features()),
    Command("ruler_unit", "View", "Next unit of the ruler", ("U",), lambda w: w.next_ruler_unit()),
    Command("toggle_waveform", "View", "Waveform lane", ("Alt+1",), lambda w: w.toggle_lane(0)),
    Command("toggle_mel", "View", "Mel lane", ("Alt+2",), lambda w: w.toggle_lane(1)),
    Command("toggle_features", "View", "Feature lane", ("Alt+3",), lambda w: w.toggle_lane(2)),
    *(
        Command(f"theme_{theme}", "View", f"Theme: {theme}", (), partial(lambda w, name: w.set_theme(name), name=theme))
        for theme in ("system", "light", "dark")
    ),
    Command("next_frame", "Go", "Next frame", ("Right",), _timeline("step_frames", 1)),
    Command("previous_frame", "Go", "Frame before", ("Left",), _timeline("step_frames", -1)),
    Command("next_second", "Go", "One second on", ("Shift+Right",), _timeline("step_seconds", 1)),
    Command("previous_second", "Go", "One second back", ("Shift+Left",), _timeline("step_seconds", -1)),
    Command("home", "Go", "Beginning", ("Home",), _timeline("go_home")),
    Command("end", "Go", "End", ("End",), _timeline("go_end")),
    Command("go_to", "Go", "Go to time or frame …", ("Ctrl+G",), lambda w: w.ask_go_to()),
    Command("next_marker", "Go", "Next marker", ("Ctrl+Down",), lambda w: w.go_to_marker(1)),
    Command("previous_marker", "Go", "Marker before", ("Ctrl+Up",), lambda w: w.go_to_marker(-1)),
    Command("palette", "Help", "Search commands …", ("Ctrl+Shift+P",), lambda w: w.show_palette()),
    Command("keys", "Help", "Keys", ("?", "F1"), lambda w: w.show_keys()),
)

"""Every command of the window in one table: menus, shortcuts, palette and key sheet are drawn from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from ..core.compare.difference import DifferenceKind
from ..core.config import EdgePolicy, Mode
from ..core.settings import Follow, Theme
from ..widgets.compare_view import View

if TYPE_CHECKING:
    from ..widgets.tensor import tensor_view
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


def _toggle_lane(number: int) -> Run:
    return lambda window: window.views.toggle_lane(number)


def _export_lane(number: int) -> Run:
    return lambda window: window.files.ask_export_lane(window.views.lane(number))


def _compare_view(view: View) -> Run:
    return lambda window: window.comparing.set_view(view)


def _difference(kind: DifferenceKind) -> Run:
    return lambda window: window.comparing.set_kind(kind)


def _follow(follow: Follow) -> Run:
    return lambda window: window.preferences.remember(follow=follow)


def _theme(theme: Theme) -> Run:
    return lambda window: window.views.set_theme(theme)


def _tensor(view: "tensor_view.View") -> Run:
    return lambda window: window.links.panel.tensor.set_view(view)


def _configure(**changes: Any) -> Run:
    """Compute with another mode or edge policy."""
    title = ", ".join(f"{name} {value}" for name, value in changes.items())
    return lambda window: window.views.compute_with(title, replace(window.model.config, **changes))


_FILE = (
    Command("open", "File", "Open recording …", ("Ctrl+O",), lambda w: w.files.ask_open()),
    Command("open_port", "File", "Open a port's folder …", ("Ctrl+P",), lambda w: w.files.ask_open_port()),
    Command("open_port_file", "File", "Open a port's file …", (), lambda w: w.files.ask_open_port_file()),
    Command("open_corpus", "File", "Open corpus …", (), lambda w: w.corpora.ask_open()),
    Command("choose_encoder", "File", "Choose encoder …", (), lambda w: w.files.ask_encoder()),
    Command("choose_recipe", "File", "Choose recipe …", (), lambda w: w.recipes.ask()),
    Command("open_recipe", "File", "Open a recipe's file …", (), lambda w: w.recipes.ask_file()),
    Command("save_session", "File", "Save session …", ("Ctrl+S",), lambda w: w.files.ask_save_session()),
    Command("open_session", "File", "Open session …", ("Ctrl+Shift+O",), lambda w: w.files.ask_open_session()),
    Command("export_frame", "File", "Export this frame …", ("Ctrl+Shift+S",), lambda w: w.files.ask_export_frame()),
    *(
        Command(f"export_{name}", "File", f"Export the {name} lane …", (), _export_lane(number))
        for number, name in enumerate(("waveform", "mel", "feature", "error"))
    ),
    Command("export_picture", "File", "Save picture of the window …", (), lambda w: w.files.ask_save_picture()),
    Command("settings", "File", "Settings …", ("Ctrl+,",), lambda w: w.preferences.show()),
    Command("quit", "File", "Quit", ("Ctrl+Q",), lambda w: w.close()),
)

_EDIT = (
    Command("undo", "Edit", "Undo", ("Ctrl+Z",), lambda w: w.document.history.stack.undo()),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda w: w.document.history.stack.redo()),
    Command("copy_frame", "Edit", "Copy this frame as text", ("Ctrl+Shift+F",), lambda w: w.files.copy_frame()),
    Command("pin", "Edit", "Pin the value under the pointer", ("P",), lambda w: w.links.panel.readout.pin_current()),
    Command("copy_value", "Edit", "Copy value", ("C",), lambda w: w.links.panel.readout.copy_value()),
    Command("copy_place", "Edit", "Copy coordinates", ("Shift+C",), lambda w: w.links.panel.readout.copy_coordinates()),
    Command("add_marker", "Edit", "Add marker", ("M",), lambda w: w.marks.add()),
    Command("remove_marker", "Edit", "Remove the markers of this frame", ("Shift+M",), lambda w: w.marks.remove_here()),
)

_VIEW = (
    Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), lambda w: w.views.zoom(0.5)),
    Command("zoom_out", "View", "Zoom out", ("Ctrl+-",), lambda w: w.views.zoom(2)),
    Command("fit", "View", "Whole recording", ("F", "Ctrl+0"), _timeline("fit")),
    Command("show_selection", "View", "Zoom to selection", ("Ctrl+E",), _timeline("show_selection")),
    Command("previous_view", "View", "Previous view", ("Backspace",), _timeline("previous_view")),
    Command("clear_selection", "View", "Clear selection", ("Esc",), lambda w: w.views.clear()),
    Command("mosaic", "View", "Tensor as mosaic", ("1",), _tensor("mosaic")),
    Command("context", "View", "Tensor as context rows", ("2",), _tensor("context")),
    Command("slices", "View", "Tensor as slices", ("3",), _tensor("slices")),
    *(
        Command(f"mode_{mode}", "View", f"Tensor layout of the mode {mode}", (), _configure(mode=mode))
        for mode in get_args(Mode)
    ),
    *(
        Command(f"edge_{edge}", "View", f"Edge policy: {edge}", (), _configure(edge=edge))
        for edge in get_args(EdgePolicy)
    ),
    Command("order_index", "View", "Features in their own order", (), lambda w: w.views.order_features("index")),
    Command("order_variance", "View", "Features by variance", (), lambda w: w.views.order_features("variance")),
    Command(
        "order_correlation", "View", "Features by correlation", (), lambda w: w.views.order_features("correlation")
    ),
    Command("fold_dead", "View", "Fold dead features", ("D",), lambda w: w.views.fold_dead_features()),
    Command("ruler_unit", "View", "Next unit of the ruler", ("U",), lambda w: w.views.next_ruler_unit()),
    *(
        Command(f"toggle_{name}", "View", f"Show the {name} lane", (f"Alt+{number + 1}",), _toggle_lane(number))
        for number, name in enumerate(("waveform", "mel", "feature", "error"))
    ),
    Command("markers", "View", "List the markers", ("Ctrl+M",), lambda w: w.marks.toggle_list()),
    *(Command(f"theme_{theme}", "View", f"Theme: {theme}", (), _theme(theme)) for theme in get_args(Theme)),
)

_GO = (
    Command("next_frame", "Go", "Next frame", ("Right",), _timeline("step_frames", 1)),
    Command("previous_frame", "Go", "Frame before", ("Left",), _timeline("step_frames", -1)),
    Command("next_second", "Go", "One second on", ("Shift+Right",), _timeline("step_seconds", 1)),
    Command("previous_second", "Go", "One second back", ("Shift+Left",), _timeline("step_seconds", -1)),
    Command("home", "Go", "Beginning", ("Home",), _timeline("go_home")),
    Command("end", "Go", "End", ("End",), _timeline("go_end")),
    Command("go_to", "Go", "Go to time or frame …", ("Ctrl+G",), lambda w: w.ask_go_to()),
    Command("next_marker", "Go", "Next marker", ("Ctrl+Down",), lambda w: w.marks.go(1)),
    Command("previous_marker", "Go", "Marker before", ("Ctrl+Up",), lambda w: w.marks.go(-1)),
)

_VIEW_TITLES: dict[View, str] = {
    "stacked": "Reference, port and difference",
    "reference": "Reference alone",
    "port": "Port alone",
    "difference": "Difference alone",
    "split": "Split: reference above port",
    "swipe": "Swipe: a divider to drag",
    "onion": "Onion: one over the other",
}

_COMPARE = (
    Command("panel", "Compare", "Comparison panel", ("Ctrl+D",), lambda w: w.comparing.toggle_panel()),
    Command(
        "next_divergence", "Compare", "Next divergence", ("Ctrl+Right",), lambda w: w.comparing.dock.next_divergence()
    ),
    Command(
        "previous_divergence",
        "Compare",
        "Divergence before",
        ("Ctrl+Left",),
        lambda w: w.comparing.dock.previous_divergence(),
    ),
    Command(
        "first_divergence", "Compare", "First divergence", ("Ctrl+Home",), lambda w: w.comparing.dock.first_divergence()
    ),
    Command("worst", "Compare", "Worst place", ("W",), lambda w: w.comparing.dock.worst()),
    *(
        Command(f"view_{view}", "Compare", title, (key,), _compare_view(view))
        for key, (view, title) in zip("4567890", _VIEW_TITLES.items(), strict=True)
    ),
    *(
        Command(f"difference_{kind}", "Compare", f"Difference: {kind}", (), _difference(kind))
        for kind in get_args(DifferenceKind)
    ),
    Command("onion_more", "Compare", "Onion: more of the port", ("Ctrl+]",), lambda w: w.comparing.fade(0.1)),
    Command("onion_less", "Compare", "Onion: less of the port", ("Ctrl+[",), lambda w: w.comparing.fade(-0.1)),
    Command("assume", "Compare", "Reference as if it had all the faults", ("Z",), lambda w: w.comparing.assume_all()),
    Command("lag", "Compare", "Apply the lag, or show it raw", ("A",), lambda w: w.comparing.toggle_lag()),
    Command("swap", "Compare", "Swap reference and port", ("X",), lambda w: w.comparing.dock.swap()),
    Command("readings", "Compare", "How the port was read …", (), lambda w: w.comparing.dock.show_readings()),
    Command("reread", "Compare", "Read the port again", ("F5",), lambda w: w.comparing.reread()),
    Command("run_port", "Compare", "Run the port …", ("Ctrl+R",), lambda w: w.comparing.commands.begin()),
    Command("close_port", "Compare", "Close the port", (), lambda w: w.comparing.remove()),
    Command("report", "Compare", "Save report …", (), lambda w: w.comparing.ask_save_report()),
)

_PLAYBACK = (
    Command("play", "Playback", "Play or pause", ("Space",), lambda w: w.playing.toggle()),
    Command("play_selection", "Playback", "Play the selection", ("S",), lambda w: w.playing.play_selection()),
    Command("loop", "Playback", "Loop", ("L",), lambda w: w.playing.toggle_loop()),
    Command("faster", "Playback", "Faster", ("]",), lambda w: w.playing.change_speed(1)),
    Command("slower", "Playback", "Slower", ("[",), lambda w: w.playing.change_speed(-1)),
    Command("louder", "Playback", "Louder", ("Ctrl+Shift+Up",), lambda w: w.playing.change_volume(1)),
    Command("quieter", "Playback", "Quieter", ("Ctrl+Shift+Down",), lambda w: w.playing.change_volume(-1)),
    Command("hear_next", "Playback", "Next frame, with its sound", (".",), lambda w: w.playing.step(1)),
    Command("hear_previous", "Playback", "Frame before, with its sound", (",",), lambda w: w.playing.step(-1)),
    *(Command(f"follow_{follow}", "Playback", f"Follow: {follow}", (), _follow(follow)) for follow in get_args(Follow)),
)

_HELP = (
    Command("palette", "Help", "Search commands …", ("Ctrl+Shift+P",), lambda w: w.show_palette()),
    Command("keys", "Help", "Keys", ("?", "F1"), lambda w: w.show_keys()),
    Command("open_sample", "Help", "Open the sample", (), lambda w: w.files.open_sample()),
)

COMMANDS: tuple[Command, ...] = (*_FILE, *_EDIT, *_VIEW, *_GO, *_COMPARE, *_PLAYBACK, *_HELP)

"""Every command of the window in one table: menus, tool bar, shortcuts, palette and key sheet are drawn from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from ...core.compare.difference import DifferenceKind
from ...core.config import EdgePolicy, Mode
from ...core.settings import Follow, Theme
from ...widgets.compare_view import View

if TYPE_CHECKING:
    from ...widgets.tensor import tensor_view
    from .panels import WorkspaceName
    from .window import MainWindow

Run = Callable[["MainWindow"], object]
Tell = Callable[["MainWindow"], bool]


def _always(_: "MainWindow") -> bool:
    return True


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
    under : str
        The submenu that it is listed in; empty: in the menu itself.
    icon : str
        Name of its icon; empty: it has none.
    on : callable or None
        Tells whether what it switches is on; None: it switches nothing.
    can : callable
        Tells whether there is anything to be done.
    section : int
        Which part of its menu it is listed in, from above.
    """

    id: str
    menu: str
    title: str
    keys: tuple[str, ...]
    run: Run
    under: str = ""
    icon: str = ""
    on: Tell | None = None
    can: Tell = _always
    section: int = 0


def _opened(window: "MainWindow") -> bool:
    """A recording, or a run in its place."""
    return window.model.path is not None or bool(window.runs.items)


def _computed(window: "MainWindow") -> bool:
    return window.links.panel.tensor.values is not None


def _selected(window: "MainWindow") -> bool:
    return window.timeline.selection is not None


def _marked(window: "MainWindow") -> bool:
    return bool(window.markers.items)


def _pointed(window: "MainWindow") -> bool:
    return window.links.panel.readout.probe is not None


def _ported(window: "MainWindow") -> bool:
    return window.runs.port is not None


def _compared(window: "MainWindow") -> bool:
    return window.runs.comparison is not None


def _found(window: "MainWindow") -> bool:
    return _compared(window) and bool((found := window.comparing.diagnosing.diagnosis) and found.findings)


def _as_if(window: "MainWindow") -> bool:
    return _compared(window) and window.comparing.as_if


def _timeline(verb: str, *arguments: float) -> Run:
    return lambda window: getattr(window.timeline, verb)(*arguments)


def _toggle_lane(number: int, name: str, title: str) -> Command:
    return Command(
        f"toggle_{name}", "View", title, (f"Alt+{number + 1}",), lambda w: w.views.toggle_lane(number), "Lanes",
        on=lambda w: w.views.shows(number),
    )  # fmt: skip


def _export_lane(number: int, name: str) -> Command:
    return Command(
        f"export_{name}", "File", f"Export the {name} lane …", (),
        lambda w: w.files.ask_export_lane(w.views.lane(number)), "Export", can=_opened,
    )  # fmt: skip


def _compare_view(view: View, key: str, title: str) -> Command:
    return Command(
        f"view_{view}", "Compare", title, (key,), lambda w: w.comparing.set_view(view), "Lanes show",
        icon="only_port" if view == "port" else view, on=lambda w: w.lanes.waveform.comparing == view, can=_ported,
    )  # fmt: skip


def _difference(kind: DifferenceKind) -> Command:
    return Command(
        f"difference_{kind}", "Compare", f"Difference: {kind}", (), lambda w: w.comparing.set_kind(kind), "Difference",
        on=lambda w: _ported(w) and w.comparing.lanes.kind == kind, can=_ported,
    )  # fmt: skip


def _follow(follow: Follow) -> Command:
    return Command(
        f"follow_{follow}", "Playback", f"Follow: {follow}", (), lambda w: w.preferences.remember(follow=follow),
        "Follow", on=lambda w: w.timeline.follow == follow,
    )  # fmt: skip


def _theme(theme: Theme) -> Command:
    return Command(
        f"theme_{theme}", "View", f"Theme: {theme}", (), lambda w: w.views.set_theme(theme), "Theme",
        on=lambda w: w.preferences.theme == theme,
    )  # fmt: skip


def _tensor(view: "tensor_view.View", key: str, title: str) -> Command:
    return Command(
        view, "View", title, (key,), lambda w: w.links.panel.tensor.set_view(view), "Tensor",
        on=lambda w: w.links.panel.tensor.view == view,
    )  # fmt: skip


def _order(how: str, title: str) -> Command:
    return Command(
        f"order_{how}", "View", title, (), lambda w: w.views.order_features(how), "Feature rows",
        on=lambda w: w.views.order == how,
    )  # fmt: skip


def _configure(name: str, value: Mode | EdgePolicy, title: str) -> Command:
    """Compute with another mode or edge policy."""
    change: dict[str, Any] = {name: value}
    return Command(
        f"{name}_{value}", "View", title, (),
        lambda w: w.views.compute_with(f"{name} {value}", replace(w.model.config, **change)), "Tensor",
        on=lambda w: getattr(w.model.config, name) == value,
    )  # fmt: skip


def _workspace(name: "WorkspaceName", key: str, title: str) -> Command:
    return Command(
        f"workspace_{name}", "View", title, (key,), lambda w: w.panels.show(name), icon=name,
        on=lambda w: w.panels.current == name,
    )  # fmt: skip


def _panel(name: str, title: str, keys: tuple[str, ...] = (), can: Tell = _always) -> Command:
    return Command(
        f"panel_{name}", "View", title, keys, lambda w: w.panels.toggle(name), "Panels",
        on=lambda w: w.panels.shows(name), can=can,
    )  # fmt: skip


def _sections(*sections: tuple[Command, ...]) -> Iterator[Command]:
    """Number the sections of a menu."""
    for number, commands in enumerate(sections):
        yield from (replace(command, section=number) for command in commands)


_FILE = _sections(
    (
        Command("open", "File", "Open recording …", ("Ctrl+O",), lambda w: w.files.ask_open(), icon="open"),
        Command(
            "open_port", "File", "Open a port's folder …", ("Ctrl+P",), lambda w: w.files.ask_open_port(), icon="port"
        ),
        Command("open_port_file", "File", "Open a port's file …", (), lambda w: w.files.ask_open_port_file()),
        Command("open_corpus", "File", "Open corpus …", (), lambda w: w.corpora.ask_open()),
        Command("close_recording", "File", "Close the recording", (), lambda w: w.model.close(), can=_opened),
    ),
    (
        Command("choose_recipe", "File", "Choose recipe …", (), lambda w: w.recipes.ask(), icon="recipe"),
        Command("open_recipe", "File", "Open a recipe's file …", (), lambda w: w.recipes.ask_file()),
        Command("choose_encoder", "File", "Choose encoder …", (), lambda w: w.files.ask_encoder()),
    ),
    (
        Command("open_session", "File", "Open session …", ("Ctrl+Shift+O",), lambda w: w.files.ask_open_session()),
        Command(
            "save_session", "File", "Save session …", ("Ctrl+S",), lambda w: w.files.ask_save_session(), icon="save"
        ),
    ),
    (
        Command(
            "export_frame", "File", "Export this frame …", ("Ctrl+Shift+S",), lambda w: w.files.ask_export_frame(),
            "Export", can=_computed,
        ),
        *(_export_lane(number, name) for number, name in enumerate(("waveform", "mel", "feature", "error"))),
        Command(
            "export_figure", "File", "Export a figure …", (), lambda w: w.files.ask_figure(), "Export", can=_opened
        ),
        Command("export_picture", "File", "Save picture of the window …", (), lambda w: w.files.ask_save_picture()),
    ),
    (Command("settings", "File", "Settings …", ("Ctrl+,",), lambda w: w.preferences.show(), icon="settings"),),
    (Command("quit", "File", "Quit", ("Ctrl+Q",), lambda w: w.close()),),
)  # fmt: skip

_EDIT = _sections(
    (
        Command(
            "undo", "Edit", "Undo", ("Ctrl+Z",), lambda w: w.document.history.stack.undo(),
            can=lambda w: w.document.history.stack.canUndo(),
        ),
        Command(
            "redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda w: w.document.history.stack.redo(),
            can=lambda w: w.document.history.stack.canRedo(),
        ),
    ),
    (
        Command(
            "copy_value", "Edit", "Copy value", ("C",), lambda w: w.links.panel.readout.copy_value(), icon="copy",
            can=_pointed,
        ),
        Command(
            "copy_place", "Edit", "Copy coordinates", ("Shift+C",), lambda w: w.links.panel.readout.copy_coordinates(),
            icon="place", can=_pointed,
        ),
        Command(
            "copy_frame", "Edit", "Copy this frame as text", ("Ctrl+Shift+F",), lambda w: w.files.copy_frame(),
            can=_computed,
        ),
        Command(
            "pin", "Edit", "Pin the value under the pointer", ("P",), lambda w: w.links.panel.readout.pin_current(),
            icon="pin", can=_pointed,
        ),
    ),
    (
        Command("add_marker", "Edit", "Add marker", ("M",), lambda w: w.marks.add(), can=_opened),
        Command(
            "remove_marker", "Edit", "Remove the markers of this frame", ("Shift+M",),
            lambda w: w.marks.remove_here(), can=_marked,
        ),
    ),
    (
        Command("measure", "Edit", "Measure from here", ("K",), lambda w: w.measuring.mark(), can=_opened),
        Command("end_measuring", "Edit", "End measuring", ("Shift+K",), lambda w: w.measuring.clear()),
        Command(
            "add_region", "Edit", "Mark the selection", ("Ctrl+Shift+M",), lambda w: w.marks.add_region(), can=_selected
        ),
        Command("import_markers", "Edit", "Import markers …", (), lambda w: w.marks.ask_import(), can=_opened),
        Command("export_markers", "Edit", "Export markers …", (), lambda w: w.marks.ask_export(), can=_marked),
    ),
)  # fmt: skip

_VIEW = _sections(
    (
        _workspace("inspect", "Ctrl+1", "Inspect"),
        _workspace("compare", "Ctrl+2", "Compare"),
        _workspace("listen", "Ctrl+3", "Listen"),
        Command(
            "workspace_corpus", "View", "Corpus", ("Ctrl+4",), lambda w: w.corpora.show(), icon="corpus",
            on=lambda w: w.panels.current == "corpus", can=_opened,
        ),
        Command("arrange", "View", "Arrange the panels anew", (), lambda w: w.panels.arrange()),
    ),
    (
        _panel("frame", "Frame"),
        _panel("value", "Value under the pointer"),
        _panel("values", "Values"),
        _panel("causes", "Causes", can=_ported),
        _panel("block", "Block", can=_ported),
        _panel("curves", "Curves", can=lambda w: w.panels.knows("curves")),
        Command(
            "markers", "View", "List the markers", ("Ctrl+M",), lambda w: w.marks.toggle_list(), "Panels",
            on=lambda w: w.panels.shows("markers"),
        ),
        _toggle_lane(0, "waveform", "Show the waveform lane"),
        _toggle_lane(1, "mel", "Show the mel lane"),
        _toggle_lane(2, "feature", "Show the feature lane"),
        _toggle_lane(3, "error", "Show the error lane"),
    ),
    (
        Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), lambda w: w.views.zoom(0.5), icon="zoom_in"),
        Command("zoom_out", "View", "Zoom out", ("Ctrl+-",), lambda w: w.views.zoom(2), icon="zoom_out"),
        Command("fit", "View", "Whole recording", ("F", "Ctrl+0"), _timeline("fit"), icon="fit"),
        Command(
            "show_selection", "View", "Zoom to selection", ("Ctrl+E",), _timeline("show_selection"), can=_selected
        ),
        Command("previous_view", "View", "Previous view", ("Backspace",), _timeline("previous_view")),
        Command("clear_selection", "View", "Clear selection", ("Esc",), lambda w: w.views.clear()),
    ),
    (
        _tensor("mosaic", "1", "Tensor as mosaic"),
        _tensor("context", "2", "Tensor as context rows"),
        _tensor("slices", "3", "Tensor as slices"),
        *(_configure("mode", mode, f"Tensor layout of the mode {mode}") for mode in get_args(Mode)),
        *(_configure("edge", edge, f"Edge policy: {edge}") for edge in get_args(EdgePolicy)),
        _order("index", "Features in their own order"),
        _order("variance", "Features by variance"),
        _order("correlation", "Features by correlation"),
        Command(
            "fold_dead", "View", "Fold dead features", ("D",), lambda w: w.views.fold_dead_features(), "Feature rows",
            on=lambda w: w.views.folded,
        ),
    ),
    (
        Command("ruler_unit", "View", "Next unit of the ruler", ("U",), lambda w: w.views.next_ruler_unit()),
        *(_theme(theme) for theme in get_args(Theme)),
    ),
)  # fmt: skip

_GO = _sections(
    (
        Command("next_frame", "Go", "Next frame", ("Right",), _timeline("step_frames", 1)),
        Command("previous_frame", "Go", "Previous frame", ("Left",), _timeline("step_frames", -1)),
        Command("next_second", "Go", "One second on", ("Shift+Right",), _timeline("step_seconds", 1)),
        Command("previous_second", "Go", "One second back", ("Shift+Left",), _timeline("step_seconds", -1)),
    ),
    (
        Command("home", "Go", "Beginning", ("Home",), _timeline("go_home")),
        Command("end", "Go", "End", ("End",), _timeline("go_end")),
        Command("go_to", "Go", "Go to time or frame …", ("Ctrl+G",), lambda w: w.ask_go_to()),
    ),
    (
        Command("next_marker", "Go", "Next marker", ("Ctrl+Down",), lambda w: w.marks.go(1), can=_marked),
        Command("previous_marker", "Go", "Previous marker", ("Ctrl+Up",), lambda w: w.marks.go(-1), can=_marked),
    ),
)

_COMPARE = _sections(
    (
        Command(
            "first_divergence", "Compare", "First divergence", ("Ctrl+Home",),
            lambda w: w.comparing.dock.first_divergence(), icon="first", can=_compared,
        ),
        Command(
            "next_divergence", "Compare", "Next divergence", ("Ctrl+Right",),
            lambda w: w.comparing.dock.next_divergence(), icon="next", can=_compared,
        ),
        Command(
            "previous_divergence", "Compare", "Previous divergence", ("Ctrl+Left",),
            lambda w: w.comparing.dock.previous_divergence(), icon="previous", can=_compared,
        ),
        Command(
            "worst", "Compare", "Worst place", ("W",), lambda w: w.comparing.dock.worst(), icon="worst", can=_compared
        ),
        Command(
            "assume", "Compare", "Reference as if it had all the faults", ("Z",), lambda w: w.comparing.assume_all(),
            icon="assume", on=lambda w: _ported(w) and w.comparing.as_if, can=lambda w: _found(w) or _as_if(w),
        ),
    ),
    (
        Command(
            "panel", "Compare", "Comparison panel", ("Ctrl+D",), lambda w: w.comparing.toggle_panel(), icon="findings",
            on=lambda w: w.panels.shows("comparison"),
        ),
        Command(
            "strip", "Compare", "Recipe strip", ("R",), lambda w: w.comparing.toggle_strip(), icon="recipe",
            on=lambda w: _ported(w) and w.comparing.strip_shown, can=_ported,
        ),
        _compare_view("stacked", "4", "Reference, port and difference"),
        _compare_view("reference", "5", "Reference alone"),
        _compare_view("port", "6", "Port alone"),
        _compare_view("difference", "7", "Difference alone"),
        _compare_view("split", "8", "Split: reference above port"),
        _compare_view("swipe", "9", "Swipe: a divider to drag"),
        _compare_view("onion", "0", "Onion: one over the other"),
        Command(
            "onion_more", "Compare", "Onion: more of the port", ("Ctrl+]",), lambda w: w.comparing.fade(0.1),
            "Lanes show", can=_ported,
        ),
        Command(
            "onion_less", "Compare", "Onion: less of the port", ("Ctrl+[",), lambda w: w.comparing.fade(-0.1),
            "Lanes show", can=_ported,
        ),
        *(_difference(kind) for kind in get_args(DifferenceKind)),
        Command(
            "lag", "Compare", "Apply the lag, or show it raw", ("A",), lambda w: w.comparing.toggle_lag(), icon="lag",
            on=lambda w: w.runs.lag_applied, can=_ported,
        ),
    ),
    (
        Command(
            "swap", "Compare", "Swap reference and port", ("X",), lambda w: w.comparing.dock.swap(), icon="swap",
            can=_ported,
        ),
        Command(
            "readings", "Compare", "How the port was read …", (), lambda w: w.comparing.dock.show_readings(),
            can=_ported,
        ),
        Command("reread", "Compare", "Read the port again", ("F5",), lambda w: w.comparing.reread(), can=_ported),
        Command(
            "run_port", "Compare", "Run the port …", ("Ctrl+R",), lambda w: w.comparing.commands.begin(), can=_ported
        ),
        Command("close_port", "Compare", "Close the port", (), lambda w: w.comparing.remove(), can=_ported),
    ),
    (
        Command(
            "report", "Compare", "Save report …", (), lambda w: w.comparing.ask_save_report(), icon="save",
            can=_compared,
        ),
    ),
)  # fmt: skip

_PLAYBACK = _sections(
    (
        Command("play", "Playback", "Play or pause", ("Space",), lambda w: w.playing.toggle(), icon="play"),
        Command(
            "play_selection", "Playback", "Play the selection", ("S",), lambda w: w.playing.play_selection(),
            can=_selected,
        ),
        Command(
            "loop", "Playback", "Loop", ("L",), lambda w: w.playing.toggle_loop(), icon="loop",
            on=lambda w: w.playing.player.options.loop,
        ),
    ),
    (
        Command("faster", "Playback", "Faster", ("]",), lambda w: w.playing.change_speed(1)),
        Command("slower", "Playback", "Slower", ("[",), lambda w: w.playing.change_speed(-1)),
        Command("louder", "Playback", "Louder", ("Ctrl+Shift+Up",), lambda w: w.playing.change_volume(1)),
        Command("quieter", "Playback", "Quieter", ("Ctrl+Shift+Down",), lambda w: w.playing.change_volume(-1)),
    ),
    (
        Command("hear_next", "Playback", "Next frame, with its sound", (".",), lambda w: w.playing.step(1)),
        Command("hear_previous", "Playback", "Previous frame, with its sound", (",",), lambda w: w.playing.step(-1)),
        *(_follow(follow) for follow in get_args(Follow)),
    ),
)  # fmt: skip

_HELP = _sections(
    (
        Command("palette", "Help", "Search commands …", ("Ctrl+Shift+P",), lambda w: w.show_palette(), icon="search"),
        Command("keys", "Help", "Keys", ("?", "F1"), lambda w: w.show_keys()),
    ),
    (Command("open_sample", "Help", "Open the sample", (), lambda w: w.files.open_sample(), icon="sample"),),
    (
        Command("licences", "Help", "Licences", (), lambda w: w.show_licences()),
        Command("about", "Help", "About Framescope", (), lambda w: w.show_about()),
    ),
)

COMMANDS: tuple[Command, ...] = (*_FILE, *_EDIT, *_VIEW, *_GO, *_COMPARE, *_PLAYBACK, *_HELP)

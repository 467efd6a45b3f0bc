"""The commands of the menu View."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from ....core.analysis import ANALYSES, Analysis
from ....core.config import EdgePolicy, Mode
from ....core.settings import Theme
from .command import Command, Tell, always, computed, opened, ported, sections, selected, timeline

if TYPE_CHECKING:
    from ....models.workspace import SheetKind
    from ..panels import WorkspaceName


def _toggle_lane(number: int, name: str, title: str) -> Command:
    return Command(
        f"toggle_{name}", "View", title, (f"Alt+{number + 1}",), lambda w: w.views.toggle_lane(number), "Lanes",
        on=lambda w: w.views.shows(number),
    )  # fmt: skip


def _analysis(analysis: Analysis) -> Command:
    return Command(
        f"analysis_{analysis.name}", "View", f"Analysis: {analysis.title}", (),
        lambda w: w.views.toggle_analysis(analysis.name), "Analyses", on=lambda w: analysis.name in w.analyses.shown,
    )  # fmt: skip


def _theme(theme: Theme) -> Command:
    return Command(
        f"theme_{theme}", "View", f"Theme: {theme}", (), lambda w: w.preferences.remember(theme=theme), "Theme",
        on=lambda w: w.preferences.theme == theme,
    )  # fmt: skip


def _tensor(view: "SheetKind", key: str, title: str) -> Command:
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
        on=lambda w: w.panels.current == name, can=opened,
    )  # fmt: skip


def _panel(name: str, title: str, keys: tuple[str, ...] = (), can: Tell = always) -> Command:
    return Command(
        f"panel_{name}", "View", title, keys, lambda w: w.panels.toggle(name), "Panels",
        on=lambda w: w.panels.shows(name), can=can,
    )  # fmt: skip


VIEW: tuple[Command, ...] = sections(
    (
        _workspace("inspect", "Ctrl+1", "Inspect"),
        _workspace("compare", "Ctrl+2", "Compare"),
        _workspace("listen", "Ctrl+3", "Listen"),
        Command(
            "workspace_corpus", "View", "Corpus", ("Ctrl+4",), lambda w: w.corpora.show(), icon="corpus",
            on=lambda w: w.panels.current == "corpus",
        ),
        Command("arrange", "View", "Arrange the panels anew", (), lambda w: w.panels.arrange()),
    ),
    (
        _panel("frame", "Frame"),
        _panel("value", "Value under the pointer"),
        _panel("values", "Values"),
        _panel("causes", "Causes", can=ported),
        _panel("block", "Block", can=ported),
        _panel("curves", "Curves", can=lambda w: w.panels.knows("curves")),
        Command(
            "markers", "View", "List the markers", ("Ctrl+M",), lambda w: w.marks.toggle_list(), "Panels",
            on=lambda w: w.panels.shows("markers"),
        ),
        _toggle_lane(0, "waveform", "Show the waveform lane"),
        _toggle_lane(1, "mel", "Show the mel lane"),
        _toggle_lane(2, "feature", "Show the feature lane"),
        _toggle_lane(3, "error", "Show the error lane"),
        Command(
            "channels", "View", "Show the recording's own channels", (), lambda w: w.views.toggle_channels(), "Lanes",
            on=lambda w: w.channels.shown,
        ),
        *map(_analysis, ANALYSES),
    ),
    (
        Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), lambda w: w.views.zoom(0.5), icon="zoom_in",
                can=opened),
        Command("zoom_out", "View", "Zoom out", ("Ctrl+-",), lambda w: w.views.zoom(2), icon="zoom_out", can=opened),
        Command("fit", "View", "Whole recording", ("F", "Ctrl+0"), timeline("fit"), icon="fit", can=opened),
        Command(
            "show_selection", "View", "Zoom to selection", ("Ctrl+E",), timeline("show_selection"), can=selected
        ),
        Command("previous_view", "View", "Previous view", ("Backspace",), timeline("previous_view"), can=opened),
        Command("clear_selection", "View", "Clear selection", ("Esc",), lambda w: w.views.clear()),
    ),
    (
        _tensor("mosaic", "1", "Tensor as mosaic"),
        _tensor("context", "2", "Tensor as context rows"),
        _tensor("slices", "3", "Tensor as slices"),
        *(_configure("mode", mode, f"Tensor layout of the mode {mode}") for mode in get_args(Mode)),
        *(_configure("edge", edge, f"Edge policy: {edge}") for edge in get_args(EdgePolicy)),
        Command(
            "square_cells", "View", "Square cells", (), lambda w: w.views.square_cells(), "Tensor",
            on=lambda w: w.links.panel.tensor.square,
        ),
        Command(
            "maximise_tensor", "View", "Tensor as large as the window", ("Ctrl+Shift+T",),
            lambda w: w.panels.maximise("frame"), "Tensor", on=lambda w: w.panels.maximised == "frame", can=computed,
        ),
        _order("index", "Features in their own order"),
        _order("variance", "Features by variance"),
        _order("correlation", "Features by correlation"),
        Command(
            "normalise_rows", "View", "Each row by its own range", ("N",), lambda w: w.views.normalise_rows(),
            "Feature rows", on=lambda w: w.views.normalised,
        ),
        Command(
            "fold_dead", "View", "Fold dead features", ("D",), lambda w: w.views.fold_dead_features(), "Feature rows",
            on=lambda w: w.views.folded,
        ),
    ),
    (
        Command("ruler_unit", "View", "Next unit of the ruler", ("U",), lambda w: w.preferences.next_ruler_unit()),
        *(_theme(theme) for theme in get_args(Theme)),
    ),
)  # fmt: skip

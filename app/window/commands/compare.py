"""The commands of the menu Compare."""

from typing import get_args

from ....core.compare.difference import DifferenceKind
from ....widgets.compare_view import View
from .command import Command, as_if, compared, found, ported, sections


def _compare_view(view: View, key: str, title: str) -> Command:
    return Command(
        f"view_{view}", "Compare", title, (key,), lambda w: w.comparing.set_view(view), "Lanes show",
        icon="only_port" if view == "port" else view, on=lambda w: w.lanes.waveform.comparing == view, can=ported,
    )  # fmt: skip


def _difference(kind: DifferenceKind) -> Command:
    return Command(
        f"difference_{kind}", "Compare", f"Difference: {kind}", (), lambda w: w.comparing.set_kind(kind), "Difference",
        on=lambda w: ported(w) and w.comparing.lanes.kind == kind, can=ported,
    )  # fmt: skip


COMPARE: tuple[Command, ...] = sections(
    (
        Command(
            "first_divergence", "Compare", "First divergence", ("Ctrl+Home",),
            lambda w: w.comparing.dock.first_divergence(), icon="first", can=compared,
        ),
        Command(
            "next_divergence", "Compare", "Next divergence", ("Ctrl+Right",),
            lambda w: w.comparing.dock.next_divergence(), icon="next", can=compared,
        ),
        Command(
            "previous_divergence", "Compare", "Previous divergence", ("Ctrl+Left",),
            lambda w: w.comparing.dock.previous_divergence(), icon="previous", can=compared,
        ),
        Command(
            "worst", "Compare", "Worst place", ("W",), lambda w: w.comparing.dock.worst(), icon="worst", can=compared
        ),
        Command(
            "assume", "Compare", "Reference as if it had all the faults", ("Z",), lambda w: w.comparing.assume_all(),
            icon="assume", on=lambda w: ported(w) and w.comparing.as_if, can=lambda w: found(w) or as_if(w),
        ),
    ),
    (
        Command(
            "panel", "Compare", "Comparison panel", ("Ctrl+D",), lambda w: w.comparing.toggle_panel(), icon="findings",
            on=lambda w: w.panels.shows("comparison"),
        ),
        Command(
            "strip", "Compare", "Recipe strip", ("R",), lambda w: w.comparing.toggle_strip(), icon="recipe",
            on=lambda w: ported(w) and w.comparing.strip_shown, can=ported,
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
            "Lanes show", can=ported,
        ),
        Command(
            "onion_less", "Compare", "Onion: less of the port", ("Ctrl+[",), lambda w: w.comparing.fade(-0.1),
            "Lanes show", can=ported,
        ),
        *(_difference(kind) for kind in get_args(DifferenceKind)),
        Command(
            "lag", "Compare", "Apply the lag, or show it raw", ("A",), lambda w: w.comparing.toggle_lag(), icon="lag",
            on=lambda w: w.runs.lag_applied, can=ported,
        ),
    ),
    (
        Command(
            "swap", "Compare", "Swap reference and port", ("X",), lambda w: w.comparing.dock.swap(), icon="swap",
            can=ported,
        ),
        Command(
            "readings", "Compare", "How the port was read …", (), lambda w: w.comparing.dock.show_readings(),
            can=ported,
        ),
        Command("reread", "Compare", "Read the port again", ("F5",), lambda w: w.comparing.reread(), can=ported),
        Command(
            "run_port", "Compare", "Run the port …", ("Ctrl+R",), lambda w: w.comparing.commands.begin(), can=ported
        ),
        Command("close_port", "Compare", "Close the port", (), lambda w: w.comparing.remove(), can=ported),
    ),
    (
        Command(
            "report", "Compare", "Save report …", (), lambda w: w.comparing.ask_save_report(), icon="save",
            can=compared,
        ),
    ),
)  # fmt: skip

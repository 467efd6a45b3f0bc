"""What a command is, and what commands ask of the window before they can be done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ....core.timebase import Step

if TYPE_CHECKING:
    from ..window import MainWindow

Run = Callable[["MainWindow"], object]
Tell = Callable[["MainWindow"], bool]


def always(_: "MainWindow") -> bool:
    """Whatever the window shows."""
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
    wording : str
        What it is called, with ``{step}`` where it names what the cursor goes by.
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
    wording: str
    keys: tuple[str, ...]
    run: Run
    under: str = ""
    icon: str = ""
    on: Tell | None = None
    can: Tell = always
    section: int = 0

    def title(self, step: Step = "frame") -> str:
        """Give what it is called where the cursor goes by frames, or rows, or steps of a signal."""
        return self.wording.format(step=step)


def opened(window: "MainWindow") -> bool:
    """A recording, or a run in its place."""
    return window.model.path is not None or bool(window.runs.items)


def tabbed(window: "MainWindow") -> bool:
    """The window has room for tabs."""
    return window.tabs is not None


def beside(window: "MainWindow") -> bool:
    """Other recordings are open behind tabs."""
    return window.tabs is not None and len(window.tabs.windows) > 1


def computed(window: "MainWindow") -> bool:
    """The cursor's frame tensor is there."""
    return window.links.panel.tensor.values is not None


def selected(window: "MainWindow") -> bool:
    """A span of time is selected."""
    return window.timeline.selection is not None


def marked(window: "MainWindow") -> bool:
    """There are markers."""
    return bool(window.markers.items)


def pointed(window: "MainWindow") -> bool:
    """The pointer is, or was, on a value."""
    return window.links.panel.readout.probe is not None


def ported(window: "MainWindow") -> bool:
    """A port is chosen."""
    return window.runs.port is not None


def sparse(window: "MainWindow") -> bool:
    """The port has only some of the frames."""
    return window.views.held_frames().size > 0


def compared(window: "MainWindow") -> bool:
    """The port is compared with the reference."""
    return window.runs.comparison is not None


def found(window: "MainWindow") -> bool:
    """The diagnosis has named causes."""
    return compared(window) and bool((found := window.comparing.diagnosing.diagnosis) and found.findings)


def as_if(window: "MainWindow") -> bool:
    """Tell whether the reference is shown as if it had a fault, or a parameter changed by hand."""
    return compared(window) and window.comparing.as_if


def timeline(verb: str, *arguments: float) -> Run:
    """Do what the timeline's verb does."""
    return lambda window: getattr(window.timeline, verb)(*arguments)


def tabs(verb: str, *arguments: int) -> Run:
    """Do what a verb of the tabs around the window does, where there are any."""
    return lambda window: getattr(window.tabs, verb)(*arguments) if window.tabs else None


def sections(*parts: tuple[Command, ...]) -> tuple[Command, ...]:
    """Number the sections of a menu."""
    return tuple(replace(command, section=number) for number, part in enumerate(parts) for command in part)

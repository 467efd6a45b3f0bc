"""Modules that are imported beside the window: nobody waits for them at its start, nor when they are needed first."""

from ...core.base.progress import Tick


def load_comparing(_: Tick) -> None:
    """Import what compares: with the first port the window would stand still for 0.2 s."""
    from ...core import readers  # noqa: F401, PLC0415
    from ...core.report import html  # noqa: F401, PLC0415
    from . import compare_actions  # noqa: F401, PLC0415


def load_plots(_: Tick) -> None:
    """Import what draws plots, by pyqtgraph."""
    from ...widgets.plots import curves, density_plot, histogram  # noqa: F401, PLC0415


def load_corpus_panel() -> None:
    """Import what shows the results of a corpus."""
    from ...widgets.corpus import panel  # noqa: F401, PLC0415

"""What the commands print: progress on a terminal, and the table of stages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from ..core.arrays import value_range
from ..core.compare.comparison import Comparison
from ..core.pipeline import Progress, silent
from ..core.report.text import matrix, report
from ..core.run import Run, Stage, StageName


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Show how far each stage is, where standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    from rich.progress import Progress as Bars  # noqa: PLC0415  (30 ms that a pipe need not pay)

    with Bars(console=console, transient=True) as bars:
        tasks = {}

        def update(stage: StageName, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield update


def print_stages(run: Run) -> None:
    """Print one line a stage: shape, dtype, range, seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("stage", "shape", "dtype"):
        table.add_column(header)
    for header in ("range", "seconds"):
        table.add_column(header, justify="right")
    for stage in run.stages.values():
        table.add_row(*_row(stage))
    _console().print(table)


def print_comparisons(comparisons: Sequence[Comparison]) -> None:
    """Print the report of each port; of several ports the matrix of verdicts first."""
    console = _console()
    if len(comparisons) > 1:
        console.print(matrix(comparisons))
    for comparison in comparisons:
        if len(comparisons) > 1:
            console.print()
        console.print(report(comparison))


def _console() -> Console:
    """Give the console of standard output; a pipe has no width, so it gets one that nothing is cut at."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=140)


def _row(stage: Stage) -> tuple[str, ...]:
    low, high = value_range(stage.array)
    shape = " x ".join(f"{size:,}" for size in stage.shape)
    seconds = "" if stage.seconds is None else f"{stage.seconds:.3f}"
    return stage.name, shape, stage.array.dtype.name, f"{low:.4f} .. {high:.4f}", seconds

"""What the commands print: progress on a terminal, tables, and reports."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...core.base.arrays import value_range
from ...core.base.files import replace_file
from ...core.base.progress import Progress, silent
from ...core.report.json_report import Compared
from ...core.report.text import matrices, report
from ...core.run import Run, Stage, StageName

_ENDLESS = 1_000_000
"""Width of what is no terminal, in characters: lines are as long as they are."""


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


@contextmanager
def show_count(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how many things are done, how many a second, and how long it will take, where standard error is a terminal.

    Yields
    ------
    callable
        To be called once a thing is done.
    """
    shown = Console(stderr=True)
    if not shown.is_terminal:
        yield lambda: None
        return
    from rich import progress  # noqa: PLC0415  (30 ms that a pipe need not pay)

    class Rate(progress.ProgressColumn):
        """Things a second, as soon as two are done."""

        def render(self, task: progress.Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.MofNCompleteColumn())
    with progress.Progress(*columns, Rate(), progress.TimeRemainingColumn(), console=shown, transient=True) as bars:
        task = bars.add_task(what, total=total)
        yield lambda: bars.advance(task)


def print_stages(run: Run) -> None:
    """Print one line a stage: shape, dtype, range, seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("stage", "shape", "dtype"):
        table.add_column(header)
    for header in ("range", "seconds"):
        table.add_column(header, justify="right")
    for stage in run.stages.values():
        table.add_row(*_row(stage))
    console().print(table)


def print_comparisons(compared: Sequence[Compared]) -> None:
    """Print the report of each port; of several ports the matrix of verdicts first."""
    shown = console()
    if len(compared) > 1:
        for matrix in matrices(compared, shown.width):
            shown.print(matrix)
    for each in compared:
        if len(compared) > 1:
            shown.print()
        shown.print(report(each))


def put(text: str, path: Path) -> None:
    """Write a report to a file, all or nothing, or to standard output where the path is ``-``.

    Raises
    ------
    InputError
        It cannot be written there.
    """
    if str(path) == "-":
        print(text)
    else:
        replace_file(path, text.encode(errors="backslashreplace"))


def console() -> Console:
    """Give the console of standard output: a terminal has a width, and nothing is wrapped for anything else."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return Console(highlight=False, width=None if terminal else _ENDLESS)


def _row(stage: Stage) -> tuple[str, ...]:
    low, high = value_range(stage.array)
    shape = " x ".join(f"{size:,}" for size in stage.shape)
    seconds = "" if stage.seconds is None else f"{stage.seconds:.3f}"
    return stage.name, shape, stage.array.dtype.name, f"{low:.4f} .. {high:.4f}", seconds

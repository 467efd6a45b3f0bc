"""Parameters of the reference's recipe changed by hand, and the comparison of the port with what that gives."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from ..core.base.progress import Tick
from ..core.compare.comparison import Comparison, compare
from ..core.recipe.recipe import Recipe
from ..core.recipe.runner import Known
from ..core.stages.features import WindowEncoder
from ..core.what_if import block_names, run_with
from .chain import Change
from .recording import RecordingModel
from .runs import Runs

WHAT_IF = "what if"
"""The channel of `Jobs` in which all of it is computed."""


class WhatIf(QObject):
    """Holds the recipe as it was changed, and has the port compared with what it gives; the newest change wins."""

    changed = Signal()
    """Other parameters are changed, or none any more."""
    settled = Signal()
    """All that follows from the changed parameters is compared, or could not be."""

    def __init__(self, runs: Runs, recording: RecordingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs, self._recording = runs, recording
        self._base: Recipe | None = None
        self._recipe: Recipe | None = None
        self._known: Known = {}
        self._problem = ""
        self._of: Comparison | None = None
        """The comparison whose reference was changed."""
        for changing in (recording.cleared, runs.changed, runs.updated):
            changing.connect(self._follow)
        recording.jobs.failed.connect(self._on_failed)

    @property
    def base(self) -> Recipe | None:
        """The recipe of the reference; None where it was not computed here."""
        reference = self._runs.reference
        if reference is None or reference.path is not None or self._recording.recording is None:
            return None
        return self._recording.recipe

    @property
    def recipe(self) -> Recipe | None:
        """The recipe as it was changed; None: it was not."""
        return self._recipe

    @property
    def problem(self) -> str:
        """Why it cannot be computed; empty where it can."""
        return self._problem

    @property
    def encoder(self) -> WindowEncoder | None:
        """What stands for the model ``stand-in`` of a recipe."""
        return self._recording.encoder

    @property
    def changes(self) -> dict[str, Change]:
        """What was changed, by the parameter's path, such as ``filterbank.scale``."""
        base, recipe = self._base, self._recipe
        if base is None or recipe is None:
            return {}
        return {
            f"{name}.{field}": Change(field, str(old), str(new))
            for name, one, other in zip(block_names(base), base.blocks, recipe.blocks, strict=True)
            for field in one.__dataclass_fields__
            if (old := getattr(one, field)) != (new := getattr(other, field))
        }

    @property
    def texts(self) -> tuple[str, ...]:
        """What was changed, in words."""
        return tuple(f"{path} = {change.found}" for path, change in self.changes.items())

    def change(self, parameter: str, value: Any) -> None:
        """Change a parameter of the reference's recipe.

        Raises
        ------
        InputError
            There is none, or it may not have that value.
        """
        base = self.base
        if base is None or self._runs.comparison is None:
            return
        recipe = (self._recipe or base).replace(parameter, value)
        if recipe.blocks == base.blocks:
            self.reset()
        if recipe.blocks in {base.blocks, (self._recipe or base).blocks}:
            return
        self._base, self._recipe, self._problem = base, recipe, ""
        self._of = self._runs.comparison
        self._recording.jobs.cancel(WHAT_IF)
        self.changed.emit()

    def complete(self) -> None:
        """Have all of it compared; whoever shows the part in view first calls it then."""
        if self._recipe is not None and self._of is not None:
            work = partial(_compared, self._of, self._recipe, self.encoder, self._known)
            self._recording.jobs.submit(WHAT_IF, work, self._show)

    def reset(self) -> None:
        """Show the reference as it is."""
        if self._recipe is None:
            return
        self._base = self._recipe = None
        self._problem, self._known = "", {}
        self._recording.jobs.cancel(WHAT_IF)
        self.changed.emit()
        self._runs.set_assumed(None)

    def _follow(self, *_: object) -> None:
        """Show the reference as it is where another one, or another port, is compared."""
        if self._recipe is not None and self._runs.comparison is not self._of:
            self.reset()

    def _show(self, made: tuple[Comparison, Known]) -> None:
        comparison, self._known = made
        self._runs.set_assumed(comparison)
        self.settled.emit()

    def _on_failed(self, channel: str, error: BaseException) -> None:
        if channel == WHAT_IF:
            self._problem = str(error)
            self.settled.emit()


def _compared(
    comparison: Comparison, recipe: Recipe, encoder: WindowEncoder | None, known: Known, tick: Tick
) -> tuple[Comparison, Known]:
    """Compare the port with the reference by another recipe, on a worker's thread."""

    def progress(*_: object) -> None:
        tick(0, 0)

    run, made = run_with(comparison.reference, recipe, encoder, known=known, progress=progress)
    return compare(run, comparison.port, comparison.profile, progress=progress), made

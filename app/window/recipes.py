"""The verbs of recipes: choose a shipped front end or one in a file, and compute the recording by it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from ...core.recipe.presets import SYNCTALK, find_recipe, preset_names
from .file_dialogs import ask_file
from .inspection import Inspection

if TYPE_CHECKING:
    from ...core.recipe.recipe import Recipe

READING, SESSION_READING = "recipe", "session's recipe"
"""The channels of `Jobs` in which a recipe is read: the models that it names are opened for that."""
_FILES = "Recipes (*.toml);;All files (*)"


class Recipes(QObject):
    """Chooses what is computed."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection = inspection
        inspection.say_failures(READING, SESSION_READING)

    def ask(self) -> None:
        """Ask for one of the shipped recipes."""
        names, recipe = preset_names(), self._inspection.model.recipe
        current = names.index(recipe.origin) if recipe.origin in names else 0
        name, sure = QInputDialog.getItem(self._inspection.window, "Choose recipe", "Front end:", names, current, False)
        if sure:
            self.use(name)

    def ask_file(self) -> None:
        """Ask for a recipe's file."""
        ask_file(self._inspection, "Open recipe", _FILES, self.use)

    def use(self, name: str | Path) -> None:
        """Compute by a recipe, a shipped one by its name, or one in a file; until it has been read nothing changes."""
        if name == SYNCTALK:
            self._inspection.jobs.cancel(READING)
            self._take(None)
        else:
            self._inspection.jobs.submit(READING, partial(_read, name), self._take)

    def read_for_session(self, origin: str, use: "Callable[[Recipe], object]") -> None:
        """Read the recipe of a session, and use it, unless something else is opened meanwhile."""
        self._inspection.jobs.submit(SESSION_READING, partial(_read, origin), use)

    def _take(self, recipe: "Recipe | None") -> None:
        with self._inspection.history.change("Recipe"):
            self._inspection.model.set_recipe(recipe)


def _read(name: str | Path, _: object) -> "Recipe":
    recipe = find_recipe(name)
    _ = recipe.label  # for which the files that it names are hashed, once
    return recipe

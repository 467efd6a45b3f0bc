"""What a session remembers of the window: taking it down, bringing it back, undoing its changes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...core.base.errors import InputError
from ...core.base.progress import Tick
from ...core.base.resources import STAND_IN
from ...core.compare.tolerance import DEFAULT_PROFILE, Profile, Tolerance, load_profile, profile_names
from ...core.recipe.presets import preset_names
from ...models.open_run import OpenRun
from ...models.workspace import OpenedPort, Workspace, autosave_path, forget_session
from ...widgets.panels.limit_editor import EDITED
from .inspection import Inspection
from .late import Late
from .opening import Opening
from .recipes import Recipes
from .views import Views

if TYPE_CHECKING:
    from ...core.readers import Override
    from ...core.recipe.recipe import Recipe
    from .compare_actions import Comparing

AUTOSAVE_MS = 10_000
SESSION = "session"
"""The channel of `Jobs` in which the session is remembered now and then."""
_WHERE_ONE_LOOKS = {"timeline", "recording", "encoder", "view", "difference", "lag_applied", "tensor"}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A session of which all is read, and found to be right, that can be before anything is changed.

    The recipe is None before it has been read, too.
    """

    workspace: Workspace
    base: Profile
    profile: Profile
    recipe: "Recipe | None"
    overrides: "Mapping[str, tuple[Override, ...]]"


class Document(QObject):
    """Everything that is open in the window and how it is looked at, as one value."""

    kept = Signal()
    """The session is remembered from now on."""

    def __init__(
        self, inspection: Inspection, views: Views, opening: Opening, recipes: Recipes, comparing: "Late[Comparing]"
    ) -> None:
        super().__init__(inspection)
        self._inspection, self._views, self._opening = inspection, views, opening
        self._read_recipe, self._comparing = recipes.read_for_session, comparing
        self._pending: _Prepared | None = None
        """The session whose recording is being read."""
        self._before: _Prepared | None = None
        """What an empty window goes back to where that cannot be read."""
        self._path: Path | None = None
        """Of the recording that the cursor was put into."""
        self._recipes: dict[str | None, Recipe | None] = {None: None}
        """The recipes of this window by their origins, so that undoing a change reads no file."""
        self._profile = inspection.runs.profile
        self._base = DEFAULT_PROFILE, load_profile()
        """The profile that edited tolerances are edited from, and what it is called."""
        self._history = inspection.history
        self._history.follow(self._undoable, self._bring_back)
        inspection.runs.profile_changed.connect(self._on_profile)
        inspection.model.stage_ready.connect(self._on_stage)
        inspection.model.refused.connect(self._forget_pending)
        inspection.model.failed.connect(self._forget_pending)
        self._autosave = QTimer(self, interval=AUTOSAVE_MS)
        self._autosave.timeout.connect(self._save_beside)
        self._saving = Lock()
        inspection.say_failures(SESSION)
        self._slot: int | None = None

    def keep(self, slot: int = 0) -> None:
        """Remember the session from now on, one of several; a window that only draws a picture leaves them alone."""
        self._slot = slot
        self._autosave.start()
        self._inspection.panels.keep()
        self.kept.emit()

    @property
    def slot(self) -> int | None:
        """Which of several sessions this one is kept as; None: it is not kept."""
        return self._slot

    def forget(self) -> None:
        """Keep nothing of the session: its tab is closed."""
        if self._slot is not None:
            self._inspection.jobs.cancel(SESSION)
            with self._saving:
                forget_session(self._slot)

    def lead(self) -> None:
        """Be kept as the first session from now on."""
        self.forget()
        self._slot = 0
        self.autosave()

    def workspace(self) -> Workspace:
        """Give what a session file remembers of the inspection."""
        inspection, runs = self._inspection, self._inspection.runs
        path, reference = inspection.model.path, runs.reference
        loaded = [run for run in runs.items if run.path is not None]
        return Workspace(
            recording=str(path.resolve()) if path else None,
            encoder=_absolute(inspection.model.encoder_choice.file),
            config=inspection.model.config,
            recipe=self._origin(None if inspection.model.is_original else inspection.model.recipe),
            timeline=inspection.timeline.state,
            markers=inspection.markers.items,
            lanes=self._views.state,
            ports=tuple(map(self._opened, loaded)),
            reference=str(reference.path) if reference and reference.path else None,
            **self._look(),
            **self._tolerances(runs.profile),
        )

    def _origin(self, recipe: "Recipe | None") -> str | None:
        """Give what a session calls a recipe, and keep the recipe for it."""
        origin = _recipe_origin(recipe)
        self._recipes[origin] = recipe
        return origin

    def _look(self) -> dict[str, Any]:
        """Give how the runs are looked at; what compares is not made for that."""
        inspection, port = self._inspection, self._inspection.runs.port
        look: dict[str, Any] = {
            "port": str(port.path) if port and port.path else None,
            "lag_applied": inspection.runs.lag_applied,
            "tensor": inspection.links.panel.tensor.view,
        }
        if comparing := self._comparing.made:
            look |= {"view": comparing.lanes.view, "difference": comparing.lanes.kind}
        return look

    def _opened(self, run: OpenRun) -> OpenedPort:
        command = self._comparing().commands.command_of(run.key)
        return OpenedPort(str(run.path), tuple(map(str, run.overrides)), command, run.first_frame)

    def judge_by(self, profile: Profile) -> None:
        """Compare by these tolerances."""
        self._inspection.runs.set_profile(_kept(profile))

    def restore(self, workspace: Workspace, profile: Profile | None = None) -> None:
        """Bring back what a session file remembers: all of it, once its recording has been read, or nothing.

        Its recipe is read first, beside the window: the models that it names are opened for that.

        Parameters
        ----------
        profile : Profile or None
            Tolerances to compare by instead of the session's.

        Raises
        ------
        InputError
            A tolerance profile or a reading of a port that does not exist.
        """
        prepared = _prepared(workspace)
        if profile:
            prepared = replace(prepared, profile=_kept(profile))
        if workspace.recipe:
            self._read_recipe(workspace.recipe, lambda recipe: self._restore(replace(prepared, recipe=recipe)))
        else:
            self._restore(prepared)

    def _restore(self, prepared: _Prepared) -> None:
        workspace = prepared.workspace
        self._pending = self._before = None
        if not workspace.recording:
            self._begin_with(prepared)
            return
        model, runs = self._inspection.model, self._inspection.runs
        if model.path is None and not runs.items:  # there is nothing that could be lost
            self._before = self._known(self.workspace())
            self._apply(prepared)
        self._pending = prepared
        self._opening.open(workspace.recording, workspace.encoder)

    def autosave(self) -> None:
        """Remember the session, at once."""
        self._inspection.jobs.cancel(SESSION)
        if workspace := self._worth_keeping():
            try:
                with self._saving:
                    workspace.save(autosave_path(self._slot or 0))
            except InputError as error:
                self._inspection.say(str(error))

    def _save_beside(self) -> None:
        """Remember the session, so that a crash loses at most ten seconds, while the window need not wait for that."""
        workspace = self._worth_keeping()
        if workspace is None:
            return

        path = autosave_path(self._slot or 0)

        def save(tick: Tick) -> None:
            with self._saving:
                tick(0, 0)  # what has been saved meanwhile is newer
                workspace.save(path)

        self._inspection.jobs.submit_quick(SESSION, save, lambda _: None)

    def _worth_keeping(self) -> Workspace | None:
        """Give the session, None where there is none, or where the last one has not been brought back yet."""
        workspace = None if self._pending else self.workspace()
        return workspace if workspace and (workspace.recording is not None or workspace.ports) else None

    def close(self) -> None:
        """Remember the session for the last time, where it is kept."""
        if self._autosave.isActive():
            self.autosave()
            self._autosave.stop()

    def _undoable(self) -> dict[str, Any]:
        """Give what can be undone, by name: where one looks is not of it, that has a way back of its own."""
        workspace = self.workspace()
        names = {field.name for field in fields(workspace)} - _WHERE_ONE_LOOKS
        return {name: getattr(workspace, name) for name in names}

    def _bring_back(self, part: Mapping[str, Any]) -> None:
        self._apply(self._known(replace(self.workspace(), **part)))

    def _known(self, workspace: Workspace) -> _Prepared:
        """Prepare what this window once was, whose recipe is at hand."""
        return replace(_prepared(workspace), recipe=self._recipes[workspace.recipe])

    def _begin_with(self, prepared: _Prepared) -> None:
        self._apply(prepared)
        self._history.clear()

    def _apply(self, prepared: _Prepared) -> None:
        """Bring everything back but the recording; nothing of this can fail."""
        inspection, workspace = self._inspection, prepared.workspace
        inspection.markers.set_items(workspace.markers)
        self._views.restore(workspace.lanes)
        inspection.model.set_config(workspace.config)
        inspection.model.set_recipe(prepared.recipe)
        self._base = workspace.profile, prepared.base
        inspection.runs.set_profile(prepared.profile)
        inspection.runs.set_lag_applied(workspace.lag_applied)
        inspection.links.panel.tensor.set_view(workspace.tensor)
        self._open_ports(workspace, prepared.overrides)

    def _open_ports(self, workspace: Workspace, overrides: "Mapping[str, tuple[Override, ...]]") -> None:
        """Open the ports that are not open yet, and close those that are too many."""
        runs, wanted = self._inspection.runs, {port.path: port for port in workspace.ports}
        for run in runs.items:
            if run.path is not None and str(run.path) not in wanted:
                runs.remove(run.key)
        keys = {str(run.path): run.key for run in runs.items if run.path is not None}
        for path, port in wanted.items():
            if path not in keys:
                keys[path] = runs.add(path, overrides[path], first_frame=port.first_frame)
            else:
                runs.set_overrides(keys[path], overrides[path], first_frame=port.first_frame)
            self._comparing().commands.propose(keys[path], port.command)
        if workspace.reference in keys:
            runs.set_reference(keys[workspace.reference])
        if workspace.port in keys:
            runs.choose(keys[workspace.port])
        if keys:
            self._comparing().set_view(workspace.view)
            self._comparing().set_kind(workspace.difference)

    def _on_profile(self) -> None:
        """Make a change of the tolerances undoable, wherever it was made."""
        before = self._tolerances(self._profile)
        self._profile = profile = self._inspection.runs.profile
        if profile.name != self._base[1].name and profile.name in profile_names():
            self._base = profile.name, load_profile(profile.name)
        self._history.record_changed("Tolerances", before, self._tolerances(profile), "tolerances")

    def _tolerances(self, profile: Profile) -> dict[str, Any]:
        """Give a profile as a workspace has it: a name, and the limits that are not those under this name."""
        (name, base), limits = self._base, profile.limits
        edited = {s: (limits[s].absolute, limits[s].relative) for s in limits if limits[s] != base[s]}
        return {"profile": name, "limits": edited}

    def _on_stage(self, name: str) -> None:
        """Begin at the beginning, or where the session was; what is computed anew leaves the cursor alone."""
        if name != "audio":
            return
        (pending, self._pending), path = (self._pending, None), self._inspection.model.path
        if pending and path == Path(str(pending.workspace.recording)):
            self._begin_with(pending)
            self._inspection.timeline.restore(pending.workspace.timeline)
        elif path != self._path:
            self._inspection.timeline.go_home()
        self._path = path

    def _forget_pending(self) -> None:
        """Bring nothing back of a session whose recording cannot be read, where none was open not even that."""
        pending, self._pending = self._pending, None
        model = self._inspection.model
        if pending and model.recording is None and model.path == Path(str(pending.workspace.recording)):
            model.close()
            if self._before:
                self._begin_with(self._before)


def _absolute(encoder: str | Path | None) -> str | None:
    """Give an encoder's path as it is found from any folder; what is no path stays as it is."""
    return str(encoder) if encoder == STAND_IN else os.path.abspath(encoder) if encoder else None


def _recipe_origin(recipe: "Recipe | None") -> str | None:
    """Give how a recipe is found again from any folder: a shipped one by its name, another by its file."""
    if recipe is None:
        return None
    return recipe.origin if recipe.origin in preset_names() else os.path.abspath(recipe.origin)


def _kept(profile: Profile) -> Profile:
    """Give a profile as a session can keep it: one of the user's own as edited tolerances."""
    shipped = profile.name in profile_names() and profile == load_profile(profile.name)
    return profile if shipped else Profile(EDITED, profile.limits)


def _prepared(workspace: Workspace) -> _Prepared:
    from ...core.readers import parse_override  # noqa: PLC0415  (which the first window need not wait for)

    base = load_profile(workspace.profile)
    edited = {stage: Tolerance(*limit) for stage, limit in workspace.limits.items()}
    profile = Profile(EDITED, {**base.limits, **edited}) if edited else base
    overrides = {port.path: tuple(map(parse_override, port.overrides)) for port in workspace.ports}
    return _Prepared(workspace, base, profile, None, overrides)

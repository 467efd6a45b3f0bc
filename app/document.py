"""What a session remembers of the window: taking it down, bringing it back, undoing its changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ..core.compare.tolerance import Profile, Tolerance, load_profile
from ..core.errors import InputError
from ..core.readers.overrides import parse_override
from ..core.run import StageName
from ..models.timeline import TimelineState
from ..models.workspace import OpenedPort, Workspace, autosave_path
from .history import History

if TYPE_CHECKING:
    from .window import MainWindow

AUTOSAVE_MS = 10_000


class Document(QObject):
    """Everything that is open in the window and how it is looked at, as one value."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._pending: TimelineState | None = None
        self.history = History(self)
        self.history.failed.connect(window.say)
        window.model.stage_ready.connect(self._on_stage)
        self._autosave = QTimer(self)
        self._autosave.timeout.connect(self.autosave)
        self._autosave.start(AUTOSAVE_MS)

    def workspace(self) -> Workspace:
        """Give what a session file remembers of the window."""
        window, runs = self._window, self._window.runs
        path, reference = window.model.path, runs.reference
        loaded = [run for run in runs.items if run.path is not None]
        return Workspace(
            recording=str(path.resolve()) if path else None,
            config=window.model.config,
            timeline=window.timeline.state,
            markers=window.markers.items,
            lanes=window.views.state,
            ports=tuple(
                OpenedPort(str(run.path), tuple(map(str, run.overrides)), window.comparing.commands.command_of(run.key))
                for run in loaded
            ),
            reference=str(reference.path) if reference and reference.path else None,
            profile=runs.profile.name,
            limits=_edited(runs.profile),
        )

    def restore(self, workspace: Workspace) -> None:
        """Bring back what a session file remembers."""
        self.history.clear()
        self._apply(workspace)
        if workspace.recording:
            self._pending = workspace.timeline
            self._window.open(workspace.recording, workspace.encoder)

    @contextmanager
    def change(self, title: str, merge: str | None = None) -> Iterator[None]:
        """Make whatever is changed within undoable, under a title; changes of one `merge` key become one step."""
        before = self._undoable()
        yield
        self.history.record(title, before, self._undoable(), self._apply, merge)

    def autosave(self) -> None:
        """Remember the session, so that a crash loses at most ten seconds."""
        workspace = self.workspace()
        if workspace.recording is None and not workspace.ports:
            return
        try:
            workspace.save(autosave_path())
        except InputError as error:
            self._window.say(str(error))

    def close(self) -> None:
        """Remember the session for the last time."""
        self.autosave()
        self._autosave.stop()

    def _undoable(self) -> Workspace:
        """Give the part that is undone: where one looks is not, that has a way back of its own."""
        return replace(self.workspace(), timeline=TimelineState(), recording=None)

    def _apply(self, workspace: Workspace) -> None:
        window = self._window
        window.markers.set_items(workspace.markers)
        window.views.restore(workspace.lanes)
        window.model.set_config(workspace.config)
        window.runs.set_profile(_profile(workspace))
        self._open_ports(workspace)

    def _open_ports(self, workspace: Workspace) -> None:
        """Open the ports that are not open yet, and close those that are too many."""
        runs, wanted = self._window.runs, {port.path: port for port in workspace.ports}
        for run in runs.items:
            if run.path is not None and str(run.path) not in wanted:
                runs.remove(run.key)
        keys = {str(run.path): run.key for run in runs.items if run.path is not None}
        for path, port in wanted.items():
            overrides = tuple(map(parse_override, port.overrides))
            if path not in keys:
                keys[path] = runs.add(path, overrides)
            else:
                runs.set_overrides(keys[path], overrides)
            self._window.comparing.commands.propose(keys[path], port.command)
        if workspace.reference in keys:
            runs.set_reference(keys[workspace.reference])

    def _on_stage(self, name: str) -> None:
        if name != "audio":
            return
        pending, self._pending = self._pending, None
        if pending:
            self._window.timeline.restore(pending)
        else:
            self._window.timeline.go_home()


def _edited(profile: Profile) -> dict[StageName, tuple[float, float]]:
    """Give the limits of a profile that are not those it has under its name."""
    named, limits = load_profile(profile.name).limits, profile.limits
    return {
        stage: (limits[stage].absolute, limits[stage].relative) for stage in limits if limits[stage] != named[stage]
    }


def _profile(workspace: Workspace) -> Profile:
    named = load_profile(workspace.profile)
    edited = {stage: Tolerance(*limit) for stage, limit in workspace.limits.items()}
    return Profile(named.name, {**named.limits, **edited})

"""A port that rewrites its files while they are watched: every last version is shown, and never a mixture of two."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from framescope.models.jobs import Jobs
from framescope.models.recording import RecordingModel
from framescope.models.runs import Runs
from framescope.models.timeline import Timeline
from helpers.rewriting import KINDS, Write, content, version_of

PATIENCE = 60_000
COLUMNS = 500
VERSIONS = 4


class Shown:
    """The versions of a port that a model of the open runs has shown."""

    def __init__(self, runs: Runs, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes(content(0, COLUMNS))
        self._runs, self._path, self._last = runs, path, None
        self.versions: list[int | None] = []
        runs.updated.connect(self._look)
        runs.add(path.parent)

    def _look(self, _: int) -> None:
        run: Any = self._runs.items[0].run
        if run is not None and run is not self._last:
            self._last = run
            self.versions.append(version_of(run["mel"].array[:], range(VERSIONS)))

    def at_rest(self, version: int) -> Callable[[], bool]:
        return lambda: self.versions[-1:] == [version] and self._runs.items[0].message == ""


@pytest.fixture
def shown(timeline: Timeline, jobs: Jobs, tmp_path: Path) -> Iterator[Shown]:
    runs = Runs(RecordingModel(timeline, jobs), timeline, jobs)
    yield Shown(runs, tmp_path / "port" / "mel.npy")
    runs.close()


def rewrite(path: Path, write: Write, versions: range) -> Thread:
    """Rewrite a port without a pause on a thread of its own, as another program would."""
    contents = [content(version, COLUMNS) for version in versions]
    thread = Thread(target=lambda: [write(path, data) for data in contents])
    thread.start()
    return thread


@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS.keys())
def test_the_last_version_is_shown_and_no_mixture(shown: Shown, tmp_path: Path, write: Write, qtbot: Any) -> None:
    path = tmp_path / "port" / "mel.npy"
    qtbot.waitUntil(shown.at_rest(0), timeout=PATIENCE)
    for versions in (range(1, 2), range(2, VERSIONS)):
        thread = rewrite(path, write, versions)
        qtbot.waitUntil(shown.at_rest(versions[-1]), timeout=PATIENCE)
        thread.join()
    assert None not in shown.versions

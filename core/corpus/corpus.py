"""A corpus at work: its recordings are done, their results kept, and what is known already is not done again."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ..base.errors import InputError
from ..base.resources import STAND_IN, stand_in_encoder
from ..encoder.choice import EncoderChoice, chosen
from .corpus_map import CorpusMap
from .dataset import RESULTS, DataSet
from .engine import ClusterEngine, Engine, LocalEngine, stream
from .entries import Entries, Entry, located
from .job import EncoderFile, Settings, Task
from .outcome import Outcome
from .results import Results
from .table import CorpusTable, read_table

if TYPE_CHECKING:
    import pandas
    import pyarrow


@dataclass(frozen=True, slots=True)
class Done:
    """A recording that is done, and what became of it; ``unchanged`` where that was known before."""

    entry: Entry
    outcome: Outcome


EngineMaker = Callable[[Settings], Engine]


class Corpus:
    """A corpus and its results: iterating does what is not done yet, and gives each recording as soon as it is.

    Parameters
    ----------
    entries : Entries
        The recordings.
    settings : Settings
        By what they are compared or computed.
    path : Path or None
        The file of the results, or the folder of the data set where stages are computed; None: in memory alone.
    engine : callable
        Makes what does the work, given the settings.
    about : mapping
        What the run is, in words.

    Raises
    ------
    InputError
        The results cannot be used, or another process writes them.
    """

    def __init__(
        self, entries: Entries, settings: Settings, path: Path | None, engine: EngineMaker, about: dict[str, str]
    ) -> None:
        path = path.absolute() if path else None
        self.entries, self.settings, self._engine = entries, settings, engine
        self._lock = _alone(path)
        try:
            if settings.stages and path is None:
                raise InputError("what is computed has to be kept; name the folder of the data set")
            if path is not None and settings.stages:
                path.mkdir(parents=True, exist_ok=True)
            self.results = Results(path / RESULTS if path and settings.stages else path, create=True)
            self.data_set = DataSet(path, self.results) if path and settings.stages else None
            self._known = self.results.begin(entries, about)
        except BaseException:
            self._release()
            raise

    def __enter__(self) -> "Corpus":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.entries.entries)

    def __iter__(self) -> Iterator[Done]:
        """Do what is not done yet.

        Yields
        ------
        Done
            Every recording, in the order in which they are done.

        Raises
        ------
        InputError
            The engine cannot be started, or is gone.
        """
        if self.data_set:
            self.data_set.clear_up()
        entries = {id: entry for (id, _), entry in zip(self._known, self.entries.entries, strict=True)}
        engine = self._engine(self.settings)
        with closing(engine):
            for task, outcome in stream(engine, self._tasks(engine)):
                self._keep(task, outcome)
                yield Done(entries[task.number], replace(outcome, part=None))
        if self.data_set:
            self.data_set.pack(all_of_it=True)
            self.data_set.write_index(self.read())

    def run(self) -> "Corpus":
        """Do all that is not done yet."""
        for _ in self:
            pass
        return self

    def read(self) -> CorpusTable:
        """Read the results so far."""
        return read_table(self.results)

    def map(self) -> CorpusMap:
        """Give the map of the results so far."""
        return CorpusMap(self.read())

    def table(self) -> dict[str, Any]:
        """Give the results so far as a dict of numpy columns, one row a recording, in the manifest's order."""
        return self.read().columns()

    def to_pandas(self) -> "pandas.DataFrame":
        """Give the results so far as a table of pandas, where that is installed."""
        import pandas  # noqa: PLC0415

        return pandas.DataFrame(self.table())

    def to_arrow(self) -> "pyarrow.Table":
        """Give the results so far as a table of Arrow, where that is installed."""
        import pyarrow  # noqa: PLC0415

        return pyarrow.table({name: pyarrow.array(column) for name, column in self.table().items()})

    def close(self) -> None:
        """Close the file of the results."""
        self.results.close()
        self._release()

    def _tasks(self, engine: Engine) -> Iterator[Task]:
        root, settings = self.entries.root, self.settings
        folder = self.data_set.folder if self.data_set and not engine.hands_back else None
        for (id, key), entry in zip(self._known, self.entries.entries, strict=True):
            if settings.stages:
                known = key if self.data_set and key and self.data_set.holds(key) else ""
                yield Task(id, located(root, entry.audio), None, known=known, folder=folder)
            elif entry.port:
                yield Task(id, located(root, entry.audio), located(root, entry.port), self.entries.by_pattern, key)
            else:
                self.results.record(id, Outcome("no dump"))

    def _keep(self, task: Task, outcome: Outcome) -> None:
        if outcome.state == "unchanged":
            return
        if self.data_set and outcome.state == "computed":
            self.data_set.take(outcome.key, outcome.part)
        self.results.record(task.number, outcome)
        if self.data_set:
            self.data_set.pack()

    def _release(self) -> None:
        if self._lock:
            Path(self._lock.lock_file).unlink(missing_ok=True)
            self._lock.release()


def local(workers: int | None = None) -> EngineMaker:
    """Have the work done by one process a core of this machine, or by so many."""
    return lambda settings: LocalEngine(settings, workers)


def cluster(address: str, *, send: bool = False) -> EngineMaker:
    """Have the work done by the workers of the Dask scheduler at an address."""
    return lambda settings: ClusterEngine(settings, address, send=send)


def encoder_file(encoder: EncoderChoice | str | Path | None, *, send: bool = False) -> EncoderFile:
    """Name the encoder that workers load; it is loaded here first, so that a wrong one is refused at once.

    Raises
    ------
    InputError
        It cannot be loaded.
    """
    choice = chosen(encoder)
    path = stand_in_encoder() if choice.file is None or str(choice.file) == STAND_IN else Path(choice.file)
    loaded = choice.load()
    return EncoderFile(str(path.absolute()), loaded.identity, loaded.onnx if send else None)


def _alone(path: Path | None) -> FileLock | None:
    """Keep other processes from writing the same results; the system lets go of it however this one ends."""
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InputError(f"{path}: another process is writing these results; wait for it, or name others") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name a place you may write to") from None
    return lock

"""Overrides applied: which files the user names for a stage, and how they are read."""

from collections.abc import Sequence
from pathlib import Path

from ..base.errors import InputError
from ..run import Run
from .lazy_file_array import stamp
from .overrides import Override
from .readings import Beside, readings
from .scan import File
from .sources import Findings, Source, read_group, read_source
from .stage_assignment import Choice


def apply_overrides(
    overrides: Sequence[Override], path: Path, files: Sequence[File], found: Findings, reference: Run | None
) -> list[Choice]:
    """Read what the overrides name, and take it out of what is left to decide.

    Parameters
    ----------
    overrides : sequence of Override
        At most one a stage.
    path : path
        The dump.
    files, found : sequence of File, Findings
        Its files, and what they hold.
    reference : Run or None
        Decides what an override leaves open.

    Raises
    ------
    InputError
        A file that is not there or does not allow what is asked for, or two overrides for one stage.
    """
    choices: list[Choice] = []
    for override in overrides:
        if any(choice.reading.stage == override.stage for choice in choices):
            raise InputError(f"{override}: {override.stage} is asked for twice; name one file for it")
        source = _named(override, path, files, found)
        ranked = readings(source, Beside(mode=override.mode), reference, override)
        if not ranked:
            size = f"{source.shape[0]} bytes" if source.raw else f"values of shape {source.shape}"
            raise InputError(f"{override}: {source.label} holds {size}, which cannot be laid out so")
        found.sources = [other for other in found.sources if not _same_file(other, source)]
        choices.append(Choice(ranked[0], ranked, override))
    return choices


def _named(override: Override, path: Path, files: Sequence[File], found: Findings) -> Source:
    """Give the source an override names: by its label, as the one array of a file, or as a file anywhere."""
    name = override.file.replace("\\", "/").removeprefix("./")
    sources = [source for source in found.sources if name == source.label]
    sources = sources or [source for source in found.sources if source.label.startswith(f"{name}/")]
    if len(sources) > 1:
        raise InputError(
            f"{override}: {name} holds {', '.join(source.label for source in sources[:8])}; name one of them"
        )
    if sources and (sources[0].raw or not override.dtype) and override.offset is None:
        return sources[0]
    if override.offset is not None and (group := read_group(name, files, override.offset)):
        return group
    file = next((file for file in files if file.label == name), None) or _file(override, path)
    as_bytes = override.dtype is not None or override.offset is not None
    return read_source(file, as_bytes=as_bytes, offset=override.offset or 0)


def _file(override: Override, path: Path) -> File:
    folder = path if path.is_dir() else path.parent
    for place in (folder, Path()):
        file = place / override.file
        if file.is_file():
            return File(override.file, place, stamp(file.stat()))
    raise InputError(f"{override}: there is no file {override.file}, neither in {folder} nor here")


def _same_file(source: Source, taken: Source) -> bool:
    return source.label == taken.label or source.label.startswith(f"{taken.label}/")

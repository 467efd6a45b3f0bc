"""The library's door to corpora."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from ..base.errors import InputError
from ..compare.tolerance import DEFAULT_PROFILE, Profile, load_profile
from ..config import Config
from ..encoder.choice import EncoderChoice
from ..readers import Override
from ..recipe.recipe import Recipe
from ..run import STAGE_NAMES, StageName
from .corpus import Corpus, cluster, encoder_file, local
from .entries import Entries, Entry, read_entries
from .job import EncoderFile, Settings

DEFAULT_STAGES: tuple[StageName, ...] = ("mel", "features")
_FROM_FEATURES = {"features", "padded", "tensors"}


def corpus(
    source: str | PathLike[str] | Sequence[Entry],
    port: str | None = None,
    config: Config | Recipe | None = None,
    *,
    encoder: EncoderChoice | str | Path | None = None,
    profile: Profile | str = DEFAULT_PROFILE,
    diagnose: bool = True,
    overrides: Sequence[Override] = (),
    first_frame: int | None = None,
    stages: Sequence[StageName] | None = None,
    results: str | PathLike[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    send: bool = False,
) -> Corpus:
    """Compare, or compute, thousands of recordings by all cores or a cluster.

    Parameters
    ----------
    source : path or sequence of Entry
        A manifest (CSV, JSON lines or Parquet with a column ``audio``, and ``port``), a folder of recordings, or
        entries, whose paths are relative to the current folder.
    port : str or None
        Where the dumps lie, such as ``out/{stem}``; None: the manifest's column says it.
    config : Config, Recipe or None
        The front end; None: SyncTalk_2D as each dump's metadata states it.
    encoder : path, "stand-in" or None
        An ONNX file or a checkpoint; None: the stand-in weights.
    profile, diagnose, overrides, first_frame
        As `compare` and `load` have them.
    stages : sequence of str or None
        The stages to compute into a data set instead of comparing; empty: the mel and the features, or all that the
        recipe names.
    results : path or None
        The file of the results, or the folder of the data set: where it exists, only what is not done yet, or has
        changed, is done. None: in memory alone.
    workers : int or None
        Processes on this machine; None: one a core.
    scheduler : str or None
        The address of a Dask scheduler, whose workers do it instead.
    send : bool
        Whether recordings and dumps are sent to them; else they are found by their paths.

    Returns
    -------
    Corpus
        An iterator of what is done, with a table of numpy columns, `Corpus.table`, and a map, `Corpus.map`.

    Raises
    ------
    InputError
        A manifest, an encoder or results that cannot be used.

    Examples
    --------
    ::

        with framescope.corpus("speakers.csv", results="port.sqlite") as corpus:
            for done in corpus:
                print(done.entry.audio, done.outcome.verdict)
            print(corpus.map().agreeing, corpus.table()["mel.rmse"])
    """
    recipe = config if isinstance(config, Recipe) else None
    entries = read_entries(Path(source), port) if isinstance(source, str | PathLike) else _given(source)
    computed = wanted_stages(stages, recipe)
    if not computed and not any(entry.port for entry in entries.entries):
        raise InputError(
            "no recording has a dump: name a pattern, such as out/{stem}, or give the manifest a column port"
        )
    if send and scheduler is None:
        raise InputError("nothing is sent without a cluster; name its scheduler, or leave that out")
    settings = Settings(
        recipe=recipe,
        given=_stated(config) if isinstance(config, Config) else {},
        encoder=_encoder(encoder, recipe, computed, send=send),
        profile=load_profile(profile) if isinstance(profile, str) else profile,
        diagnose=diagnose,
        overrides=tuple(overrides),
        first_frame=first_frame,
        stages=computed,
    )
    engine = local(workers) if scheduler is None else cluster(scheduler, send=send)
    return Corpus(entries, settings, Path(results) if results else None, engine, _about(settings))


def wanted_stages(stages: Sequence[StageName] | None, recipe: Recipe | None) -> tuple[StageName, ...]:
    """Give the stages to compute, in pipeline order; none where recordings are compared.

    Raises
    ------
    InputError
        The front end has no such stage.
    """
    if stages is None:
        return ()
    known = tuple(stage.name for stage in recipe.stages) if recipe else STAGE_NAMES
    for name in stages:
        if name not in known:
            raise InputError(f"there is no stage {name!r}; use {', '.join(known)}")
    default = known if recipe else DEFAULT_STAGES
    return tuple(name for name in known if name in (stages or default))


def _given(entries: Sequence[Entry]) -> Entries:
    if not entries:
        raise InputError("a corpus has no entries; give at least one")
    return Entries(Path.cwd(), tuple(entries))


def _stated(config: Config) -> dict[str, object]:
    if config != Config(fps=config.fps, mode=config.mode, edge=config.edge):
        raise InputError("a corpus is compared by fps, mode and edge of a Config; give another front end as a recipe")
    return {"fps": config.fps, "mode": config.mode, "edge": config.edge}


def _encoder(
    encoder: EncoderChoice | str | Path | None, recipe: Recipe | None, stages: Sequence[StageName], *, send: bool
) -> EncoderFile | None:
    """Load the encoder where the front end has one that may be needed."""
    if recipe or (stages and not _FROM_FEATURES & {*stages}):
        return None
    return encoder_file(encoder, send=send)


def _about(settings: Settings) -> dict[str, str]:
    recipe, encoder, profile = settings.recipe, settings.encoder, settings.profile
    about = {
        "recipe": recipe.label if recipe else "synctalk_2d",
        "recipe_origin": recipe.origin or "" if recipe else "",
        "encoder": f"{Path(encoder.path).name} ({encoder.identity})" if encoder else "",
        "encoder_path": encoder.path if encoder else "",
        "profile": profile.name if profile and not settings.stages else "",
        "stages": ", ".join(settings.stages),
        "settings": settings.identity,
    }
    return {name: text for name, text in about.items() if text}

"""The reference as if it had a port's faults."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..base.arrays import Array, NDArray, RowBlocks
from ..base.errors import InputError
from ..config import SAMPLE_RATE, Config
from ..encoder.architecture import MEL_BANDS
from ..pipeline import next_stage
from ..recipe.block import Block, Context
from ..recipe.items import Items
from ..run import Provenance, Run, Stage
from ..stages.audio import Recording
from ..stages.features import WindowEncoder
from ..stages.tensors import context_rows
from .audio_variants import AudioVariants
from .findings import Finding
from .front.difference import differences
from .front.names import reverted
from .hypotheses import Hypothesis, mel_config
from .rows.contexts import FrameContext, context_of
from .rows.cuts import block_with, windows_with
from .rows.paddings import padding_of


def simulate_port(
    recording: Recording, findings: Iterable[Finding], config: Config, encoder: WindowEncoder | None = None
) -> Run:
    """Compute the pipeline with faults.

    Parameters
    ----------
    recording : Recording
        As the reference reads it.
    findings : iterable of Finding
        The faults; those that cannot be computed, such as other weights, are left out.
    config : Config
        The reference's.
    encoder : WindowEncoder or None
        Without it the stages end with the windows.

    Returns
    -------
    Run
        All stages; with other than 80 bands they end with the mel spectrogram.

    Raises
    ------
    InputError
        The recording is too short, or can no longer be read in the way that a fault reads it.
    """
    findings = tuple(findings)
    faults = tuple(finding.hypothesis for finding in findings)
    samples = AudioVariants(recording).samples(faults)
    if samples is None:
        raise InputError(f"{recording.path}: cannot be read again as the port reads it; the file must still be there")
    changed = replace(config, mel=mel_config(faults))
    audio = Stage("audio", samples)
    chain = faulty_chain(findings)
    mel = Stage("mel", chain_rows(chain, samples, SAMPLE_RATE).T) if chain else next_stage(audio, changed)
    stages = {"audio": audio, "mel": mel}
    if len(mel.array) == MEL_BANDS:
        stages["windows"] = _windows(mel, faults, changed)
        if encoder:
            stages |= _rows(stages["windows"], faults, changed, encoder)
    provenance = Provenance(source=str(recording.path), notes=("computed with the faults of a port",))
    return Run(f"{recording.path.name} as the port", "computed", stages, provenance, changed)


def faulty_chain(findings: Iterable[Finding]) -> tuple[Block, ...] | None:
    """Give the reference's chain of blocks with the differences that some findings are; None: they are none of them."""
    chains = [finding.chain for finding in findings if finding.chain]
    if not chains:
        return None
    reference, port = chains[0].reference, chains[0].port
    known = frozenset(name for chain in chains for name in chain.parameters)
    others = frozenset(one.parameter for one in differences(reference, port)) - known
    return reverted(reference, port, others)


def chain_rows(chain: tuple[Block, ...], samples: NDArray, rate: int) -> NDArray:
    """Compute all rows of a chain, (T, width) float64."""
    items = Items(samples, rate)
    for block in chain:
        made = block.apply(items, Context())
        items = replace(made, sources=(*items.sources, (block.kind, replace(made, sources=()))))
    return np.asarray(items.array[:])


def _windows(mel: Stage, faults: tuple[Hypothesis, ...], config: Config) -> Stage:
    if not any(fault.stage == "windows" for fault in faults):
        return next_stage(mel, config)
    count = block_with(config.fps, faults).count(mel.shape[1])
    return Stage("windows", windows_with(np.asarray(mel), np.arange(count), config.fps, faults))


def _rows(windows: Stage, faults: tuple[Hypothesis, ...], config: Config, encoder: WindowEncoder) -> dict[str, Stage]:
    rows: NDArray = np.asarray(next_stage(windows, config, encoder))
    for change in (change for fault in faults if fault.stage == "features" for change in fault.rows):
        rows = change.apply(rows)
    features = Stage("features", rows)
    padded = next_stage(features, config)
    if any(fault.stage == "padded" for fault in faults):
        padded = Stage("padded", padding_of(*faults).apply(rows))
    tensors = Stage("tensors", _tensors(padded.array, len(rows), faults, config))
    return {"features": features, "padded": padded, "tensors": tensors}


def _tensors(padded: Array, n_frames: int, faults: tuple[Hypothesis, ...], config: Config) -> Array:
    way = context_of(faults)
    if way == FrameContext():
        return RowBlocks(padded, context_rows(n_frames, len(padded), config.edge), config.tensor_shape)
    blocks = way.blocks(padded, np.arange(n_frames))
    spare = int(np.prod(config.tensor_shape)) - blocks.shape[1]
    return np.pad(blocks, ((0, 0), (0, spare))).reshape(n_frames, *config.tensor_shape)

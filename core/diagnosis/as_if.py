"""The reference as if it had a port's faults."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..arrays import Array, NDArray, RowBlocks
from ..config import CONTEXT_ROWS, SAMPLE_RATE, Config
from ..errors import InputError
from ..recipe.block import Block, Context
from ..recipe.items import Items
from ..run import Provenance, Run, Stage
from ..stages.audio import Recording
from ..stages.features import WindowEncoder, encode_features
from ..stages.mel import mel_spectrogram
from ..stages.padding import pad_features
from ..stages.tensors import context_rows
from ..stages.windows import context_windows
from ..timebase import Timebase
from .findings import Finding
from .front.difference import differences
from .front.names import reverted
from .hypotheses import Hypothesis, mel_config
from .sources import Sources
from .steps import TILED, padded_with, tensor_steps, windows_with

_BANDS = 80


def as_if(
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
    samples = Sources(recording).samples(faults)
    if samples is None:
        raise InputError(f"{recording.path}: cannot be read again as the port reads it; the file must still be there")
    changed = replace(config, mel=mel_config(faults))
    chain = faulty_chain(findings)
    mel = mel_spectrogram(samples, changed.mel) if chain is None else chain_rows(chain, samples, SAMPLE_RATE).T
    stages = {"audio": Stage("audio", samples), "mel": Stage("mel", mel)}
    if len(mel) == _BANDS:
        stages["windows"] = Stage("windows", _windows(mel, faults, changed))
        if encoder:
            stages |= _rows(stages["windows"].array, faults, changed, encoder)
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


def _windows(mel: Array, faults: tuple[Hypothesis, ...], config: Config) -> Array:
    plain = context_windows(np.asarray(mel), Timebase.of(replace(config, mel=replace(config.mel, hop_length=200))))
    wrong = any(fault.stage == "windows" for fault in faults)
    return windows_with(np.asarray(mel), np.arange(len(plain)), config.fps, faults) if wrong else plain


def _rows(windows: Array, faults: tuple[Hypothesis, ...], config: Config, encoder: WindowEncoder) -> dict[str, Stage]:
    features = encode_features(windows, encoder)
    for fault in faults:
        if fault.id == "hidden_gain":
            features = features * np.float32(fault.value)
    padded: Array = pad_features(features)
    for fault in faults:
        if fault.stage == "padded" and fault.step:
            padded = padded_with(features, fault.step)
    tensors = _tensors(padded, len(features), faults, config)
    return {
        "features": Stage("features", features),
        "padded": Stage("padded", padded),
        "tensors": Stage("tensors", tensors),
    }


def _tensors(padded: Array, n_frames: int, faults: tuple[Hypothesis, ...], config: Config) -> Array:
    own = {fault for fault in faults if fault.stage == "tensors" and fault.step}
    if own == {TILED}:
        rows = np.repeat(np.arange(1, n_frames + 1, dtype=np.int32)[:, None], CONTEXT_ROWS, axis=1)
        return RowBlocks(padded, rows, config.tensor_shape)
    step = next((step for step in tensor_steps() if set(step.faults) == own), None)
    if step is None or not own:
        return RowBlocks(padded, context_rows(n_frames, len(padded), config.edge), config.tensor_shape)
    blocks = step.blocks(padded, np.arange(n_frames))
    spare = int(np.prod(config.tensor_shape)) - blocks.shape[1]
    return np.pad(blocks, ((0, 0), (0, spare))).reshape(n_frames, *config.tensor_shape)

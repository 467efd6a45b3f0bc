"""What differences of a port's chain are called, together where they are one decision of whoever wrote the port."""

from .change import ADDED, MISSING, Change, change, text
from .difference import Difference, differences
from .frame_names import FRAME_RULES
from .gain_names import GAIN_RULES
from .level_names import LEVEL_RULES
from .sampled import Blocks

MAX_REVERTED = 40
_RULES = (*FRAME_RULES, *LEVEL_RULES, *GAIN_RULES)


def changes_of(reference: Blocks, port: Blocks) -> list[Change]:
    """Give the decisions by which a port's chain differs from the reference's."""
    left = differences(reference, port)
    made: list[Change] = []
    for rule in _RULES:
        for named in rule(reference, port, left):
            made.append(named)
            left = [one for one in left if one.parameter not in named.parameters]
    return [*made, *(_plain(one) for one in left)]


def reverted(reference: Blocks, port: Blocks, parameters: frozenset[str]) -> Blocks:
    """Give a port's chain without some of its differences."""
    for _ in range(MAX_REVERTED):
        found = next((one for one in differences(reference, port) if one.parameter in parameters), None)
        if found is None:
            break
        port = found.without
    return port


IDS = {
    "frame.hop": "hop",
    "frame.pad": "pad_mode",
    "window.symmetry": "window_symmetry",
    "window.family": "window_family",
    "fft.packing": "fft_packing",
    "fft.power": "power",
    "filterbank.scale": "mel_scale",
    "filterbank.norm": "mel_norm",
    "filterbank.domain": "mel_triangle_domain",
    "filterbank.bins": "mel_bin_width",
    "filterbank.shift": "mel_bin_shift",
    "filterbank.fmin": "fmin",
    "filterbank.fmax": "fmax",
    "filterbank.bands": "n_mels",
}
"""Parameters whose faults have a name of their own."""
_FIXES = {
    "window.symmetry": {"periodic": "use a periodic window: divide by N, not N-1", "symmetric": "divide by N-1, not N"},
    "filterbank.scale": {"slaney": "use the Slaney mel scale (librosa htk=False)", "htk": "use the HTK mel scale"},
    "filterbank.norm": {"slaney": "divide each triangle by half its width in Hz (Slaney norm)"},
    "filterbank.domain": {"hz": "make the triangles linear in Hz, not in mel"},
    "filterbank.bins": {"exact": "do not round the edges of the bands to bins; bin k lies at k * rate / n_fft"},
    "frame.pad": {
        "zeros": "pad with zeros (librosa and torch: pad_mode='constant')",
        "reflect": "pad by reflection (librosa and torch: pad_mode='reflect')",
    },
    "fft.power": {"1": "take the magnitude of the spectrum, not its square", "2": "square the magnitude"},
}


def _plain(one: Difference) -> Change:
    id = IDS.get(one.parameter, one.parameter)
    if (one.parameter, one.found) == ("fft.packing", "packed_512"):
        id = "fft_size"  # 512 samples of each frame are transformed
    if one.expected is None or one.found is None:
        value = MISSING if one.found is None else ADDED
        fix = f"leave the block {one.kind} out" if one.expected is None else f"apply the block {one.kind}"
        return change(
            id, value, one.parameter, MISSING if one.expected is None else one.kind, fix=fix, used=[one.parameter]
        )
    expected = text(one.expected)
    fix = _FIXES.get(one.parameter, {}).get(
        expected, f"use {one.parameter} = {expected}; the port has {text(one.found)}"
    )
    return change(id, one.found, one.parameter, one.expected, fix=fix, used=[one.parameter])

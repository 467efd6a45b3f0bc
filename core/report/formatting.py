"""How figures are written, the same on the console, on the page and in the window."""

import math
from collections.abc import Sequence

from ..base.printable import printable
from ..compare.locations import ValueLocation
from ..diagnosis.findings import NO_FAULT, Diagnosis, Equivalence, Finding, LibraryProfile

_MIN_SHARE = 1e-4
"""Below this, two decimals of a per cent would say nothing."""


def shape_text(shape: Sequence[int] | None) -> str:
    """Write a shape as ``80 x 3,591``; a dash where there is none."""
    return " x ".join(f"{size:,}" for size in shape) if shape is not None else "-"


def sizes_text(along: int, port: Sequence[int] | None, reference: Sequence[int] | None) -> str:
    """Write how many items there are along an axis, ``580 / 584``; whole shapes where single items differ."""
    if port and reference and _item(port, along) == _item(reference, along):
        return f"{port[along]:,} / {reference[along]:,}"
    return f"{shape_text(port)} / {shape_text(reference)}"


def _item(shape: Sequence[int], along: int) -> tuple[int, ...]:
    return (*shape[:along], *shape[along + 1 :])


def share_text(share: float | None) -> str:
    """Write a share as per cent; one just below 1 is not rounded up to it, one just above 0 not down."""
    if share is None:
        return "-"
    if 0 < share < _MIN_SHARE:
        return f"{100 * share:.1g} %"
    return "100 %" if share == 1 else f"{min(100 * share, 99.99):.2f} %"


def error_text(error: float | None) -> str:
    """Write an error to three digits; a dash where there is none."""
    return "-" if error is None else f"{error:.3g}"


def lag_text(lag: int | None) -> str:
    """Write a lag with its sign; a dash where nothing was aligned."""
    return "-" if lag is None else f"{lag:+d}"


def place_text(place: ValueLocation) -> str:
    """Write where a value lies, and what both runs have there."""
    return f"{place.text}: reference {place.reference:.6g}, port {place.port:.6g}"


def summary_text(diagnosis: Diagnosis) -> str:
    """Write a diagnosis as one plain sentence."""
    causes, nearest = diagnosis.causes, diagnosis.nearest
    library = f"The port is {diagnosis.profile.call} with its defaults; " if diagnosis.profile else ""
    if causes:
        names = _listed([f"{finding.parameter or finding.id} is {finding.value}" for finding in causes])
        rest = "" if not diagnosis.unexplained else ", and something is left that this does not explain"
        sentence = f"the port differs because {names}{rest}."
    elif nearest:
        names = _listed([f"{finding.parameter or finding.id} {finding.value}" for finding in nearest])
        sentence = f"no cause was found; nearest to the port comes {names}."
    elif diagnosis.unexplained:
        sentence = "no cause was found."
    else:
        sentence = "nothing is wrong."
    return library + sentence if library else sentence[0].upper() + sentence[1:]


def _listed(names: Sequence[str]) -> str:
    """Write names as ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def profile_text(profile: LibraryProfile) -> str:
    """Write the library whose defaults a port shows, and what to change, on two lines."""
    return printable(f"{profile.call} with its defaults") + f"\n      change: {printable('; '.join(profile.changes))}"


def finding_text(finding: Finding) -> str:
    """Write a fault, what speaks for it and how it is mended, on two lines; one that is only nearest has no fix."""
    doubt = "" if finding.confidence == "proven" else f" ({finding.confidence})"
    found = printable(f"{finding.stage}: {finding.id} = {finding.value}{doubt}: {finding.evidence}")
    return found if finding.kind == "nearest" else f"{found}\n      fix: {printable(finding.fix)}"


def equivalence_text(same: Equivalence) -> str:
    """Write faults that look the same here, and what would tell them apart."""
    faults = ", ".join(fault for fault in same.faults if fault != NO_FAULT)
    alike = "changes no value here" if NO_FAULT in same.faults else "change the same values here"
    return f"{faults}: {alike}; {same.probe}"


def explained_text(finding: Finding) -> str:
    """Write the share of the squared difference that a fault explains; ``timing`` where it only moves the values."""
    if finding.explains:
        return share_text(finding.explains)
    return "timing" if is_measured(finding) else "-"


def is_measured(finding: Finding) -> bool:
    """Tell whether it is known how much of the difference a fault explains."""
    return bool(finding.explains) or not math.isnan(finding.after.max)


def residual_text(finding: Finding) -> str:
    """Write the largest difference without a finding and with it; a dash where it is none of values."""
    if math.isnan(finding.before.max + finding.after.max) or not finding.explains:
        return "-"
    return f"{error_text(finding.before.max)} → {error_text(finding.after.max)}"

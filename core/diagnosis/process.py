"""The diagnosis in a process of its own: it computes in Python for seconds, and a window would wait for its lock."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ..base.beside import Beside

if TYPE_CHECKING:
    from ..compare.comparison import Comparison
    from ..stages.audio import Recording
    from .findings import Diagnosis, OnDiagnosis

beside = Beside(f"{__package__}.worker", "the process for diagnoses")


def diagnose_beside(comparison: "Comparison", recording: "Recording | None", progress: "OnDiagnosis") -> "Diagnosis":
    """Diagnose as `diagnose.diagnose` does, with the comparison's encoder, in a process of its own.

    Parameters
    ----------
    progress : callable
        Called in this process with what was found so far.

    Raises
    ------
    CancelledError
        Raised by `progress`, or nobody wants the diagnosis any more; the process is ended.
    MachineError
        The process cannot be started, or was ended.
    """
    return cast("Diagnosis", beside.ask((comparison, recording), progress))


def diagnosed_beside(comparison: "Comparison", recording: "Recording | None", progress: "OnDiagnosis") -> "Comparison":
    """Give a comparison with its diagnosis, which is made beside this process; one that agrees needs none.

    Raises
    ------
    CancelledError
        As `diagnose_beside` raises it.
    MachineError
        The process cannot be started, or was ended.
    """
    if comparison.verdict != "differ":
        return comparison
    return replace(comparison, diagnosis=diagnose_beside(comparison, recording, progress))

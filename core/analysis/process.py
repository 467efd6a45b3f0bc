"""A measure in a process of its own: librosa's loops hold Python's lock for seconds, and a window would wait for it."""

from ..base.beside import Beside
from .measured import Measured, hop_length
from .table import Analysis, Samples

beside = Beside(f"{__package__}.worker", "the process for analyses")


def measure_beside(analysis: Analysis, samples: Samples, rate: int) -> Measured:
    """Compute what `measure` does, with one of the table's analyses.

    Raises
    ------
    InputError
        librosa is not installed.
    MachineError
        The process cannot be started, or was ended.
    CancelledError
        Nobody wants the result any more; the process is ended.
    """
    values = beside.ask((analysis.name, samples, rate))
    return Measured(analysis, values, rate / hop_length(len(samples)), analysis.hz(rate) if analysis.hz else None)

"""Two places of a stage and what lies between them."""

from collections.abc import Callable
from dataclasses import dataclass

from ..core.run import StageName


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that is measured from, or to.

    Attributes
    ----------
    stage : str
        Its stage.
    item, row : int
        Number of the item, and of its value.
    seconds : float
        When the item is.
    hz : float or None
        Frequency of the value, where it has one.
    value : float
        The reference's.
    port : float or None
        The port's that belongs to it.
    """

    stage: StageName
    item: int
    row: int
    seconds: float
    hz: float | None
    value: float
    port: float | None = None

    @property
    def text(self) -> str:
        """Where it is, and what it holds."""
        where = f"row {self.row:,}" if self.hz is None else f"{self.hz:,.0f} Hz"
        port = f", port {self.port:.6g}" if self.port is not None else ""
        return f"{self.stage} at {self.seconds:.4f} s, {where}: {self.value:.6g}{port}"


def between_text(start: Spot, end: Spot) -> str:
    """Say how far apart two places of a stage are: in time, frequency and level, and the slope between."""
    seconds = end.seconds - start.seconds
    parts = [f"{seconds:+.4f} s" + (f" ({1 / abs(seconds):.4g} Hz)" if seconds else "")]
    if start.hz is not None and end.hz is not None:
        parts.append(f"{end.hz - start.hz:+,.0f} Hz")
    else:
        parts.append(f"{end.row - start.row:+,} rows")
    parts.append(f"level {_change(start, end, lambda spot: spot.value)}")
    if start.port is not None and end.port is not None:
        parts.append(f"port's level {_change(start, end, lambda spot: spot.port or 0.0)}")
    return ", ".join(parts)


def _change(start: Spot, end: Spot, level: Callable[[Spot], float]) -> str:
    """Write how a level changes, and by how much a second."""
    rise, seconds = level(end) - level(start), end.seconds - start.seconds
    return f"{rise:+.6g}" + (f", {rise / seconds:+.6g} a second" if seconds else "")

"""What is known of a run that is open."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..core.base.printable import MAX_NAME, printable
from ..core.run import Run

if TYPE_CHECKING:
    from ..core.compare.comparison import Comparison
    from ..core.readers import Override

RunState: TypeAlias = Literal["reading", "waiting", "comparing", "ready", "failed"]

COMPUTED = 0
"""Key of the run that is computed from the open recording."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenRun:
    """A run that is open.

    Attributes
    ----------
    key : int
        Its own for the life of the window.
    path : Path or None
        Its folder or file; None: it is computed from the open recording.
    name : str
        Its folder's or file's name, with as many parents in front as tell it from the others; fit to
        be shown.
    state : str
        ``reading`` (or being computed), ``waiting`` (for the reference to be complete), ``comparing``, ``ready``
        (compared, or the reference itself), ``failed`` (never read, or never compared: the message says why).
    message : str
        One sentence of what is going on or wrong; empty where nothing is.
    run : Run or None
        The last good one; the computed one's features are zeros until it is ready.
    comparison : Comparison or None
        The last good one against the reference; None for the reference itself.
    before : Comparison or None
        What the comparison was before the last change on disk.
    overrides : tuple of Override
        How its files are read where that was decided by hand.
    first_frame : int or None
        The number that the first frame has in the files' names, 0 or 1, where that was decided by hand.
    """

    key: int
    path: Path | None
    name: str
    state: RunState = "reading"
    message: str = ""
    run: Run | None = None
    comparison: "Comparison | None" = None
    before: "Comparison | None" = None
    overrides: "tuple[Override, ...]" = ()
    first_frame: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", printable(self.name, MAX_NAME))

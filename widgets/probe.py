"""One value under the pointer: where it lies, and what the array itself holds there."""

from dataclasses import dataclass

from ..core.run import StageName


@dataclass(frozen=True, slots=True)
class Probe:
    """A value that a view was asked for.

    Attributes
    ----------
    stage : str
        Stage it belongs to.
    index : tuple of int
        Index into the stage's array, first axis as in the run; frames are frame numbers.
    value : float
        The array's own value, never one read back from a picture.
    text : str
        The place in the domain's words, as `core.coordinates.describe` gives it.
    """

    stage: StageName
    index: tuple[int, ...]
    value: float
    text: str

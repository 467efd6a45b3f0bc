"""The ways a computation ends early: the input is unusable, the machine failed it, or somebody cancelled it."""

from .printable import printable


class InputError(ValueError):
    """Input that cannot be used; its text is one sentence that names the file or value and what would be right.

    The text is on one line and fit to be shown, whatever the names in it are made of.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class MachineError(InputError):
    """What failed by the machine, such as a process that was ended or took too long, and may go well another time."""


class UnknownStageError(InputError, KeyError):
    """A stage that is asked for and not there; its text names those that are."""

    def __str__(self) -> str:  # KeyError's own would put quotes around the sentence
        return str(self.args[0]) if self.args else ""


class CancelledError(Exception):
    """A computation was cancelled between two chunks; nothing it had computed is lost to its owner."""

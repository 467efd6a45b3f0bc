"""The two ways a computation ends early: the input is unusable, or somebody cancelled it."""


class InputError(ValueError):
    """Input that cannot be used; its text is one sentence that names the file or value and what would be right."""


class CancelledError(Exception):
    """A computation was cancelled between two chunks; nothing it had computed is lost to its owner."""

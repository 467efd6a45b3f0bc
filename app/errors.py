"""What is said of an exception: a sentence of ours as it is, any other with the details that a report needs."""

from traceback import format_exception

from ..core.errors import InputError


def error_text(error: object) -> str:
    """Give what a view shows: one sentence, and below it, for what nobody has foreseen, where it happened."""
    if isinstance(error, InputError) or not isinstance(error, BaseException):
        return str(error)
    kind = type(error).__name__
    details = "".join(format_exception(error))
    return f"This is a fault of Framescope itself: {kind}: {error}; copy the details into a report.\n{details}"

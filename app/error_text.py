"""What is said of an exception: a sentence of ours as it is, any other with the details that a report needs."""

from traceback import format_exception, format_exception_only

from ..core.base.errors import InputError
from ..core.base.printable import printable


def error_text(error: object) -> str:
    """Give what a view shows: one sentence, and below it, for what nobody has foreseen, where it happened."""
    if isinstance(error, InputError) or not isinstance(error, BaseException):
        return str(error)
    return f"{fault_text(error)}; copy the details into a report.\n{''.join(format_exception(error))}"


def fault_text(error: BaseException) -> str:
    """Give the beginning of the sentence on what nobody has foreseen."""
    return f"This is a fault of Framescope itself: {printable(format_exception_only(error)[-1].strip())}"

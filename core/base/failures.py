"""What is said of a part of the work that failed, whatever the reason, while the other parts go on."""

import traceback
from pathlib import Path

from .errors import InputError

_MAX_WORDS = 200


def failure_text(work: str, error: Exception) -> str:
    """Say what failed, and by what.

    Parameters
    ----------
    work : str
        What was being done, such as ``comparison of mel``.
    error : Exception
        What ended it; of one that nobody foresaw the place in the code is named as well.

    Examples
    --------
    >>> failure_text("comparison of mel", InputError("mel: has no columns"))
    'comparison of mel failed: mel: has no columns'
    """
    if isinstance(error, InputError):
        return f"{work} failed: {error}"
    said = " ".join(f"{type(error).__name__} {error}".split())[:_MAX_WORDS]
    places = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{work} failed: {said}{place}; the rest does not depend on it, please report this"

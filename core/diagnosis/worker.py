"""The process that diagnoses: it answers one request after the other, until Framescope has ended."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..base.beside import Tell, answer_requests

if TYPE_CHECKING:
    from .findings import Diagnosis


def begin() -> "Callable[[Any, Tell], Diagnosis]":
    """Load the diagnosis, and give what makes one of a comparison and its recording."""
    from .diagnose import diagnose  # noqa: PLC0415  (a second of work)

    def work(value: Any, tell: Tell) -> "Diagnosis":
        comparison, recording = value
        return diagnose(comparison, recording, encoder=comparison.encoder, progress=tell)

    return work


if __name__ == "__main__":
    answer_requests(begin)

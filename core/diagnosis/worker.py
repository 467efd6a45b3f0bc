"""The process that diagnoses: it answers one request after the other, until Framescope has ended."""

import os
import signal
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, cast

from ..base.child import answers_to_parent, requests_of_parent, send
from ..base.errors import InputError
from .process import DONE, FAILED, FOUND, READY, REFUSED, pack, unpack

if TYPE_CHECKING:
    from ..compare.comparison import Comparison
    from ..stages.audio import Recording
    from .findings import Diagnosis

_NICENESS = 5
"""The window and the sound come first; it still has all of a processor that they leave."""


def main() -> None:
    """Answer the requests on the standard input; whatever else is written to the output is dropped."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for Framescope, which ends this process as it needs
    answers, requests = answers_to_parent(), requests_of_parent()
    with suppress(AttributeError, OSError):  # not on Windows
        os.nice(_NICENESS)
    from .diagnose import diagnose  # noqa: PLC0415  (a second of work, which gives way already)

    send(answers, READY)
    while True:
        _, content = requests.get()
        try:
            comparison, recording = cast("tuple[Comparison, Recording | None]", unpack(content))
            del content
            told = partial(_tell, answers)
            found = diagnose(comparison, recording, encoder=comparison.encoder, progress=told)
            send(answers, DONE, *pack(found))
        except InputError as error:
            send(answers, REFUSED, str(error).encode(errors="replace"))
        except Exception as error:
            send(answers, FAILED, f"{type(error).__name__}: {error}".encode(errors="replace"))


def _tell(answers: IO[bytes], diagnosis: "Diagnosis") -> None:
    send(answers, FOUND, *pack(diagnosis))


if __name__ == "__main__":
    main()

"""The process that diagnoses: it answers one request after the other, until Framescope has ended."""

from functools import partial
from typing import IO, TYPE_CHECKING, cast

from ..base.child import send, serve
from ..base.errors import InputError
from .process import DONE, FAILED, FOUND, READY, REFUSED, pack, unpack

if TYPE_CHECKING:
    from ..compare.comparison import Comparison
    from ..stages.audio import Recording
    from .findings import Diagnosis


def main() -> None:
    """Answer the requests one after the other."""
    answers, requests = serve()
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

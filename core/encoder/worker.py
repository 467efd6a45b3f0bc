"""The process that runs models: it answers one request after the other, until Framescope has ended."""

import os

# ONNX Runtime would keep a device's id in the user's cache and tell a server about its use; it looks when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy only copies here, and its threads would count as memory

from ..base.child import send, serve
from ..base.errors import InputError
from .messages import FAILED, GRAPH, MODEL, OK, REFUSED

MAX_MEMORY = 1536 << 20
"""Bytes for a model and what it computes: the encoder takes 0.13 GB, and 0.45 GB for a batch of 1024 windows."""
_STACK_BYTES = 8 << 20
"""What ONNX Runtime's threads count for, one a processor, whether they use it or not."""


def main() -> None:
    """Answer the requests one after the other."""
    answers, requests = serve()
    _limit_memory()
    try:
        from .graph_inference import GraphInference  # noqa: PLC0415  what is wrong with it can be told only now
        from .inference import Inference  # noqa: PLC0415

        send(answers, OK)
        loaders: dict[int, type[Inference | GraphInference]] = {MODEL: Inference, GRAPH: GraphInference}
        inference: Inference | GraphInference | None = None
        while True:
            kind, content = requests.get()
            try:
                if kind in loaders:
                    inference = None  # which makes room
                    inference = loaders[kind]()
                    send(answers, OK, inference.load(content))
                elif inference:
                    send(answers, OK, *inference.run(content))
            except InputError as error:
                send(answers, REFUSED, str(error).encode(errors="replace"))
            except MemoryError:
                send(answers, REFUSED, f"needs more than {MAX_MEMORY >> 20} MB of memory".encode())
    except BaseException as error:
        send(answers, FAILED, f"{type(error).__name__}: {error}".encode(errors="replace"))


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  there is none on Windows
    except ImportError:
        return
    most = MAX_MEMORY + (os.cpu_count() or 1) * _STACK_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


if __name__ == "__main__":
    main()

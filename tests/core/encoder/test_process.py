"""Encoders that take all the time or memory there is, and those who stop them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.base.progress import cancellable
from framescope.core.encoder import process
from framescope.core.encoder.session import Encoder
from framescope.core.stages.features import encode_features
from helpers import hostile
from helpers.models import model

ZEROS, ONES = np.zeros((2, 16, 80), np.float32), np.ones((2, 16, 80), np.float32)
PROBE = np.arange(-640, 640, dtype=np.float32).reshape(1, 16, 80) + 0.5
"""A window with the mean 0."""


def loaded(data: bytes) -> Encoder:
    return Encoder.from_onnx(data, Path("port.onnx"))


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.mark.parametrize("make", [hostile.endless, hostile.long_product, hostile.long_start])
def test_an_encoder_that_is_not_done_in_time_is_refused(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "MAX_BATCH_SECONDS", 1)
    with pytest.raises(InputError, match=r"^port\.onnx: was not done after 1 s"):
        loaded(make())


@pytest.mark.parametrize("make", [hostile.huge, hostile.growing])
def test_an_encoder_that_takes_too_much_memory_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(InputError, match=r"^port\.onnx: (fails when it is run|needs more than|ends the process)"):
        loaded(make())


@pytest.mark.parametrize("declared", [hostile.HUGE.tolist(), ["a", "b", "c", "d"]])
def test_an_output_that_nobody_needs_is_not_computed(declared: list[int | str]) -> None:
    np.testing.assert_array_equal(loaded(hostile.huge_output(declared)).encode(PROBE), hostile.expected(PROBE))


def test_whoever_no_longer_wants_a_batch_is_let_go() -> None:
    encoder, asked = loaded(hostile.endless_if_positive()), []

    def tick(done: int, total: int) -> None:
        asked.append((done, total))
        if len(asked) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        encode_features(ONES, encoder, tick=tick)
    assert asked == [(0, 2)] * 3
    # The encoder is none the worse for it.
    np.testing.assert_array_equal(encoder.encode(PROBE), hostile.expected(PROBE))


def test_whoever_no_longer_wants_an_encoder_is_let_go() -> None:
    asked = []

    def check() -> None:
        asked.append(1)
        raise CancelledError

    with cancellable(check), pytest.raises(CancelledError):
        loaded(hostile.endless())
    assert asked == [1]


def test_a_later_batch_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = loaded(hostile.endless_if_positive())
    monkeypatch.setattr(process, "MAX_BATCH_SECONDS", 1)
    with pytest.raises(InputError, match=r"^port\.onnx: was not done after 1 s"):
        encoder.encode(ONES)


def test_a_thread_that_waits_for_another_ones_batch_can_be_cancelled() -> None:
    encoder, stop = loaded(hostile.endless_if_positive()), threading.Event()

    def check() -> None:
        if stop.is_set():
            raise CancelledError

    def encode() -> None:
        with cancellable(check), suppress(CancelledError):
            encoder.encode(ONES)

    threads = [threading.Thread(target=encode) for _ in range(2)]
    for thread in threads:
        thread.start()
    stop.set()
    for thread in threads:
        thread.join(process.MAX_BATCH_SECONDS / 2)
        assert not thread.is_alive()


@pytest.mark.skipif(os.name != "posix", reason="raises a signal as a terminal does")
def test_ctrl_c_ends_a_batch() -> None:
    encoder = loaded(hostile.endless_if_positive())
    main = threading.main_thread().ident or 0
    timer = threading.Timer(0.5, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(ONES)
    timer.join()


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_process_that_was_killed_is_started_again() -> None:
    encoder = loaded(hostile.endless_if_positive())
    old = encoder._model._worker._process
    old.kill()
    wait_until(lambda: old.returncode is not None)
    np.testing.assert_array_equal(encoder.encode(PROBE), hostile.expected(PROBE))


ORPHAN = """
import sys, numpy as np
from pathlib import Path
from framescope.core.encoder.session import Encoder
encoder = Encoder.load(sys.argv[1])
print(encoder._model._worker._process.pid, flush=True)
encoder.encode(np.ones((1, 16, 80)))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_the_process_ends_with_framescope_however_that_ends(tmp_path: Path) -> None:
    (tmp_path / "port.onnx").write_bytes(hostile.endless_if_positive())
    command = [sys.executable, "-c", ORPHAN, str(tmp_path / "port.onnx")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        assert lives(worker)
        parent.kill()
    wait_until(lambda: not lives(worker))


FORKED = """
import multiprocessing, sys, numpy as np
from framescope.core.encoder.session import Encoder
encoder = Encoder.load(sys.argv[1])

def encode(batch):
    return encoder.encode(batch)

batches = [np.full((1, 16, 80), n, np.float32) for n in range(-4, 0)]
with multiprocessing.get_context("fork").Pool(2) as pool:
    print([int(features[0, 0]) for features in pool.map(encode, batches)], int(encoder.encode(batches[0])[0, 0]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_process_has_a_worker_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "port.onnx"
    path.write_bytes(hostile.endless_if_positive())
    code = "import warnings; warnings.simplefilter('ignore')" + FORKED
    output = subprocess.check_output([sys.executable, "-c", code, str(path)], text=True, timeout=120)
    assert output == "[-8, -6, -4, -2] -8\n"


def test_encoder_after_encoder_takes_one_process() -> None:
    workers = {loaded(model(batch=batch))._model._worker._process.pid for batch in (1, 2, 3)}
    assert len(workers) == 1

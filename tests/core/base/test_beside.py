"""Work in a process beside this one: what goes over comes back as it was."""

import subprocess
import sys

import numpy as np
from framescope.core.base.beside import pack, unpack
from framescope.core.base.child import Child, Spare


def test_values_go_over_as_they_are() -> None:
    value = {"mel": np.arange(12, dtype=np.float32).reshape(3, 4), "order": np.asfortranarray(np.eye(3)), "name": "go"}
    parts = pack(value)
    back = unpack(b"".join(map(bytes, parts)))
    assert isinstance(back, dict)
    assert back["name"] == "go"
    for name in ("mel", "order"):
        np.testing.assert_array_equal(back[name], value[name])
        assert back[name].dtype == value[name].dtype
        assert not back[name].flags.writeable


def test_what_is_asked_at_once_has_a_process_each_and_one_stays_warm() -> None:
    spare = Spare(lambda: Child("framescope.core.analysis.worker", "the process of a test"))
    spare.prepare()
    warm = spare.idle
    first, second = spare.take(), spare.take()
    assert (first,) == warm
    assert second is not first
    for child in (first, second):
        spare.give_back(child)
    assert spare.idle == (first,)
    assert not second.usable
    first.end()


def test_a_child_that_ends_by_itself_does_not_abort_while_it_still_listens() -> None:
    code = "from framescope.core.base.child import serve; serve()"
    with subprocess.Popen([sys.executable, "-c", code, "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.read()  # to its end, while its own input stays open
        assert child.wait() == 0

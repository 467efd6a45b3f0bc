"""Diagnoses in a process of their own: the same findings, ended when nobody wants them, never waited for in vain."""

import os
import signal
from dataclasses import replace

import framescope
import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, MachineError
from framescope.core.base.progress import silent
from framescope.core.compare.comparison import Comparison, compare
from framescope.core.diagnosis import process
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.diagnosis.findings import Diagnosis
from framescope.core.stages.audio import Recording, from_samples, read_audio


@pytest.fixture(scope="module")
def recording() -> Recording:
    return from_samples(np.asarray(read_audio(framescope.sample()).samples)[:32_000], 16_000)


@pytest.fixture(scope="module")
def compared(recording: Recording) -> Comparison:
    reference = framescope.compute(recording, until="mel")
    port = replace(reference["mel"], array=np.asarray(reference["mel"].array) * 0.5)
    return compare(reference, replace(reference, stages={"mel": port}))


def test_a_process_finds_what_this_one_finds(compared: Comparison, recording: Recording) -> None:
    told: list[Diagnosis] = []
    found = process.diagnose_beside(compared, recording, told.append)
    here = diagnose(compared, recording)
    assert [(each.id, each.value, each.kind) for each in found.findings] == [
        (each.id, each.value, each.kind) for each in here.findings
    ]
    assert found.findings
    assert told, "what is found on the way is told"


def test_a_diagnosis_that_nobody_wants_ends_its_process(compared: Comparison, recording: Recording) -> None:
    def unwanted(_: Diagnosis) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        process.diagnose_beside(compared, recording, unwanted)
    assert not process.beside.spare.idle
    assert process.diagnose_beside(compared, recording, silent).findings, "the next one has a process of its own"


def test_a_process_that_is_killed_is_an_error_and_no_endless_wait(compared: Comparison, recording: Recording) -> None:
    def kill(_: Diagnosis) -> None:
        for each in killed:
            os.kill(each, signal.SIGKILL)

    process.beside.spare.prepare()
    killed = [child._process.pid for child in process.beside.spare.idle]
    with pytest.raises(MachineError, match="was ended, perhaps because"):
        process.diagnose_beside(compared, recording, kill)

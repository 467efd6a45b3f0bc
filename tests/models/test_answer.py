"""What is said of a port in one sentence, in every state that it can be in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.comparison import compare
from framescope.core.diagnosis.findings import Diagnosis, Residual, Unexplained, finding_of
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.run import Run, Stage
from framescope.models.answer import answer, change_text
from framescope.models.open_run import OpenRun
from helpers import runs as small

REFERENCE = small.reference(2)


def port(change: float, **more: Any) -> OpenRun:
    mel = Stage("mel", np.asarray(REFERENCE["mel"].array) + change)
    run = Run("go", "loaded", {"mel": mel})
    comparison = compare(REFERENCE, run)
    return OpenRun(1, Path("go"), "go", "ready", run=run, comparison=comparison, **more)


def found(*names: str) -> Diagnosis:
    faults = [Hypothesis(name, "value", "mel", f"fix {name}") for name in names]
    residuals = {"before": Residual(4, 1), "after": Residual(0, 0), "shares": (0.9, 0.9)}
    return Diagnosis(tuple(finding_of(fault, "proven", "everywhere", "seen", **residuals) for fault in faults))  # type: ignore[arg-type]


REST = replace(found("mel_scale"), unexplained=(Unexplained("mel", "0.2 is left"),))


@pytest.mark.parametrize(
    ("given", "tone", "words"),
    [
        ({"port": port(1), "diagnosis": found("mel_scale")}, "differ", "the mel on; it is one parameter away"),
        ({"port": port(1), "diagnosis": found("a", "b", "c")}, "differ", "three parameters away"),
        ({"port": port(1), "diagnosis": None, "searching": True}, "differ", "looking for the cause"),
        ({"port": port(1), "diagnosis": Diagnosis()}, "differ", "no known cause explains it"),
        ({"port": port(1), "diagnosis": REST}, "differ", "the rest is unexplained"),
        ({"port": port(1), "diagnosis": None, "problem": "broken"}, "differ", "no diagnosis"),
        ({"port": port(0), "diagnosis": None}, "agree", "go agrees with"),
        ({"port": OpenRun(1, Path("go"), "go"), "diagnosis": None}, "waiting", "go: "),
        ({"port": OpenRun(1, Path("go"), "go", "failed", "gone"), "diagnosis": None}, "failed", "go cannot be read"),
    ],
)  # fmt: skip
def test_one_sentence(given: Any, tone: str, words: str) -> None:
    said = answer(**given)
    assert said is not None
    assert said.tone == tone
    assert words in said.headline
    assert said.divergent == (tone == "differ")
    assert said.explained == bool(given["diagnosis"] and given["diagnosis"].findings)


def test_a_share_that_is_not_known_is_left_out() -> None:
    weights = finding_of(Hypothesis("weights", "other", "features", "use the encoder"), "proven", "everywhere", "seen")
    said = answer(port(1), Diagnosis((*found("mel_scale").findings, weights)))
    assert said is not None
    assert said.detail == "mel_scale = value (90.00 %), weights = other"


def test_no_verdict_is_without_numbers() -> None:
    said = answer(port(1e-9), None)
    assert said is not None
    assert (said.tone, "mel 1e-09" in said.detail, "desktop" in said.detail) == ("agree", True, True)


def test_another_recordings_output_is_said_first() -> None:
    said = answer(port(1, message="looks like the output of another recording"), found("mel_scale"))
    assert said is not None
    assert said.detail.startswith("looks like the output of another recording")


def test_the_reference_as_if_is_said_with_what_is_left() -> None:
    differing, faults = port(1), found("mel_scale").findings
    begun = answer(
        differing, found("mel_scale"), assumed=[change_text(fault) for fault in faults], shown=differing.comparison
    )
    assert begun is not None
    assert (begun.tone, begun.detail) == ("as if", "working it out …")
    done = answer(
        differing, found("mel_scale"), assumed=[change_text(fault) for fault in faults], shown=port(0).comparison
    )
    assert done is not None
    assert "mel_scale = value" in done.headline
    assert "go then agrees: mel 1 → 0" in done.detail


def test_without_a_port_there_is_nothing_to_say() -> None:
    assert answer(None, None) is None


def test_what_the_reference_lacks_does_not_agree() -> None:
    """Without an encoder there are no features to compare a port's with: it agrees in the mel alone."""
    mel = {"mel": REFERENCE["mel"]}
    run = Run("go", "loaded", {**mel, "features": REFERENCE["features"], "padded": REFERENCE["padded"]})
    without = compare(Run("reference", "computed", mel), run)
    said = answer(OpenRun(1, Path("go"), "go", "ready", run=run, comparison=without), None)
    assert said is not None
    assert said.headline == "go agrees with reference in mel; the reference has no features and padded"

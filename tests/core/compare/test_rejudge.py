"""Judging again by other tolerances gives what comparing again would give, without its work."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.compare import comparison as comparing
from framescope.core.compare import stage as staging
from framescope.core.compare import substitution
from framescope.core.compare.comparison import Comparison, compare, rejudge
from framescope.core.compare.tolerance import Profile, Tolerance, load_profile
from framescope.core.readers import load_run
from framescope.core.report.json_report import report_data
from framescope.core.run import Run, Stage, StageName, Statistics
from helpers.runs import ENCODER, ProjectionEncoder, dumped, from_mel, reference

REFERENCE = reference(1)
PORT = from_mel(np.asarray(REFERENCE["mel"].array) + np.float32(1e-3), "port")
DESKTOP = load_profile("desktop")


def edited(**limits: Tolerance) -> Profile:
    return Profile("edited", {**DESKTOP.limits, **limits})  # type: ignore[dict-item]


def assert_same(found: Comparison, expected: Comparison) -> None:
    assert json.dumps(report_data(found)) == json.dumps(report_data(expected))
    for one, other in zip(found.stages, expected.stages, strict=True):
        assert one.first == other.first
        if one.errors is not None and other.errors is not None:
            np.testing.assert_array_equal(one.errors.outside, other.errors.outside)


@pytest.mark.parametrize("profile", ["exact", edited(mel=Tolerance(2e-3), tensors=Tolerance(0, 1e-9))])
@pytest.mark.parametrize("encoder", [ENCODER, ProjectionEncoder(1), None], ids=["its encoder", "another", "none"])
def test_equals_comparing_again(profile: Profile | str, encoder: Any) -> None:
    for port in (dumped(PORT), dumped(REFERENCE, np.float16), dumped(PORT, stages=("mel", "features"))):
        first = compare(REFERENCE, port, DESKTOP, encoder=encoder)
        assert_same(rejudge(first, profile), compare(REFERENCE, port, profile, encoder=encoder))


def test_equals_comparing_again_on_a_real_port(shared: Path) -> None:
    computed, port = load_run(shared / "python_talk_hb"), load_run(shared / "go_dump_talk_hb")
    sounding = replace(port, stages={**port.stages, "audio": Stage("audio", np.zeros(44 * 16000, np.float32))})
    profile = edited(mel=Tolerance(0.5), features=Tolerance(0.1))
    first = compare(computed, sounding, DESKTOP, encoder=ENCODER)
    assert_same(rejudge(first, profile), compare(computed, sounding, profile, encoder=ENCODER))


def test_an_encoder_that_fits_by_the_new_tolerance_only_is_asked() -> None:
    windows = np.asarray(REFERENCE["windows"].array)
    stages = {**REFERENCE.stages, "features": Stage("features", ENCODER.encode(windows) + np.float32(0.01))}
    given = replace(REFERENCE, stages=stages)
    first = compare(given, dumped(PORT), DESKTOP, encoder=ENCODER)
    assert first.own["features"].verdict == "not comparable"
    loose = edited(features=Tolerance(0.1))
    again = rejudge(first, loose)
    assert again.own["features"].verdict == "identical"
    assert_same(again, compare(given, dumped(PORT), loose, encoder=ENCODER))


def test_a_given_lag_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    lags: dict[StageName, int] = {"mel": 3}
    first = compare(REFERENCE, dumped(PORT), DESKTOP, lags=lags)
    assert_same(rejudge(first, "exact"), compare(REFERENCE, dumped(PORT), "exact", lags=lags))


def test_only_what_depends_on_the_difference_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    first = compare(REFERENCE, dumped(PORT), DESKTOP, encoder=ENCODER)
    measured: list[str] = []
    judged = staging._judge
    monkeypatch.setattr(staging, "_judge", lambda a, *rest: measured.append(a.name) or judged(a, *rest))
    for module, work in ((staging, "align"), (substitution, "derive"), (comparing, "check_structure")):
        monkeypatch.setattr(module, work, None)
    again = rejudge(first, edited(features=Tolerance(0.5)))
    assert measured == ["features", "features"]  # against the reference, and on its own input
    assert again["mel"] is first["mel"]
    assert again.own["tensors"] is first.own["tensors"]


def test_statistics_stay_what_they_are() -> None:
    port = Run("port", "loaded", {}, statistics={"mel": Statistics((80, 10))})
    assert_same(rejudge(compare(REFERENCE, port), "exact"), compare(REFERENCE, port, "exact"))

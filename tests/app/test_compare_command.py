"""`framescope compare` as a build server and an engineer meet it: exit codes, reports, what is said and asked."""

import json
import shutil
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.core.resources import sample

PORT = sample().parent / "sample_port"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    main(["run", str(sample()), "-o", str(tmp_path / "reference"), "--frames", "0,80"])
    return tmp_path / "reference"


def compared(capsys: pytest.CaptureFixture[str], *arguments: Any, diagnose: bool = False) -> Any:
    code = main(["compare", *map(str, arguments), "--json", "-", *([] if diagnose else ["--no-diagnose"])])
    return code, json.loads(capsys.readouterr().out)


def test_the_sample_port_differs_as_it_was_made_to(capsys: pytest.CaptureFixture[str]) -> None:
    """HTK scale, symmetric window and no centring: lag 2, four columns and one frame fewer, nothing after the mel."""
    code, report = compared(capsys, PORT, diagnose=True)
    found = [(finding["id"], finding["value"], finding["confidence"]) for finding in report["diagnosis"]["findings"]]
    assert found == [
        ("mel_scale", "htk", "proven"),
        ("window_symmetry", "symmetric", "proven"),
        ("centering", "none", "proven"),
    ]
    assert all(finding["residual_max"] < 1e-6 for finding in report["diagnosis"]["findings"])
    stages = {stage["stage"]: stage for stage in report["stages"]}
    assert (code, report["schema"], report["verdict"]) == (1, "framescope-comparison/1", "differ")
    assert report["first_divergence"]["stage"] == "mel"
    assert (stages["mel"]["lag"], stages["mel"]["port_shape"], stages["mel"]["reference_shape"]) == (
        2,
        [80, 580],
        [80, 584],
    )
    assert 0.8 < stages["mel"]["corr"] < 0.9
    assert {stages[name]["own_verdict"]["verdict"] for name in ("features", "padded", "tensors")} <= {
        "agree",
        "identical",
    }


def test_every_documented_field_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = compared(capsys, PORT)
    top = {"schema", "verdict", "profile", "reference", "port", "stages", "first_divergence", "structure", "diagnosis"}
    assert set(report) == top
    promised = {
        "stage", "verdict", "reference_shape", "port_shape", "lag", "max_abs", "mean_abs", "rmse", "corr", "within",
        "max_ulp", "nan", "inf", "worst", "own_verdict",
    }  # fmt: skip
    assert all(promised <= set(stage) for stage in report["stages"])
    documented = (Path(__file__).resolve().parents[2] / "docs" / "report.md").read_text()
    named = set(report) | {field for stage in report["stages"] for field in stage}
    assert [field for field in sorted(named) if f"`{field}`" not in documented] == []


def test_the_reference_agrees_with_itself(reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(reference), "--reference", str(reference), "--profile", "exact"]) == 0
    assert capsys.readouterr().out.startswith("IDENTICAL  reference against reference, profile exact\n")
    assert main(["compare", str(reference), "--audio", str(sample())]) == 0


@pytest.mark.parametrize(("profile", "code"), [("strict", 1), ("mobile", 0)])
def test_a_float16_copy(
    reference: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], profile: str, code: int
) -> None:
    port = tmp_path / "half"
    port.mkdir()
    for path in reference.glob("*.npy"):
        np.save(port / path.name, np.load(path).astype(np.float16))
    found, report = compared(capsys, port, "--reference", reference, "--profile", profile)
    assert found == code
    assert "every value lies on a float16 grid" in {finding["text"] for finding in report["structure"]}


def test_statistics_alone_could_not_be_compared(reference: Path, tmp_path: Path) -> None:
    stats = tmp_path / "stats"
    stats.mkdir()
    shutil.copy(reference / "metadata.json", stats)
    np.save(stats / "odd.npy", np.zeros((3, 3)))
    assert main(["compare", str(stats), "--reference", str(reference)]) == 2


def test_several_ports_give_a_matrix(reference: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(reference), str(PORT), "--no-diagnose", "--audio", str(sample())]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["stage", "reference", "sample_port"]
    assert lines[1].split()[:3] == ["mel", "identical", "(max"] or lines[1].split()[1] in {"identical", "agree"}
    _, report = compared(capsys, reference, PORT, "--audio", sample())
    assert report["verdict"] == "differ"
    assert [one["verdict"] for one in report["comparisons"]] == ["identical", "differ"]


class Page(HTMLParser):
    """What a page refers to, and the text it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.links += [value for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_the_page_is_self_contained_and_escapes_names(tmp_path: Path) -> None:
    port = tmp_path / "a<b>&"
    shutil.copytree(PORT, port)
    assert main(["compare", str(port), "--audio", str(sample()), "--html", str(tmp_path / "report.html")]) == 1
    page = Page()
    page.feed((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert len(page.links) == 9 + 4  # each stage's two sides and their difference; before and after two causes
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    assert {"a<b>&", "differ", "+2"} <= set(page.words)


def test_the_build_servers_report(tmp_path: Path) -> None:
    assert main(["compare", str(PORT), "--no-diagnose", "--junit", str(tmp_path / "report.xml")]) == 1
    (suite,) = ET.parse(tmp_path / "report.xml").getroot()
    assert suite.attrib | {"name": "sample_port", "tests": "4", "failures": "4"} == suite.attrib
    failed = {case.get("name"): case.find("failure") for case in suite.iter("testcase")}
    assert failed["mel"] is not None
    assert "lag of +2 columns" in str(failed["mel"].get("message"))


def test_a_lag_and_a_reading_can_be_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = compared(capsys, PORT, "--lag", "mel=0")
    assert report["stages"][0]["lag"] == 0
    (tmp_path / "x.dat").write_bytes((PORT / "mel_f32.bin").read_bytes())
    code, report = compared(capsys, tmp_path, "--audio", sample(), "--as", "mel=x.dat:float32:80,T")
    assert (code, report["stages"][0]["port_shape"]) == (1, [80, 580])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing"], "missing"),
        ([str(PORT), "--profile", "lax"], "tolerance profile 'lax' is not in"),
        ([str(PORT), "--lag", "mel=x"], "--lag mel=x"),
        ([str(PORT), "--lag", "bell=2"], "--lag bell=2"),
        ([str(PORT), "--as", "mel"], "'mel'"),
        ([str(PORT), "--reference", "missing"], "missing"),
        ([str(PORT), "--audio", "missing.wav"], "missing.wav"),
        ([str(PORT), "--html", "/nowhere/at/all.html"], "/nowhere/at/all.html"),
    ],
)
def test_one_sentence_and_exit_code_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("framescope: ")
    assert message in error
    assert error.count("\n") == 1


def test_without_a_recording_there_is_nothing_to_compare_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(PORT / "mel_f32.bin", tmp_path)
    assert main(["compare", str(tmp_path)]) == 2
    assert "nothing to compare with; name the recording with --audio, or a --reference" in capsys.readouterr().err


def test_the_real_ports(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures that the original's authors should have seen, from the command line."""
    encoder = ["--encoder", shared / "encoder" / "audio_encoder.onnx"]
    code, report = compared(capsys, shared / "go_dump_talk_hb", "--audio", shared / "talk_hb.wav", *encoder)
    mel, features, _ = report["stages"]
    assert (code, mel["lag"], features["port_shape"], features["reference_shape"]) == (1, 2, [1117, 512], [1119, 512])
    assert (round(mel["max_abs"], 2), round(mel["mean_abs"], 3), round(mel["corr"], 3)) == (4.43, 0.446, 0.856)
    assert features["own_verdict"]["max_abs"] <= 2e-5
    code, report = compared(capsys, shared / "go_cli_talk_hb", "--reference", shared / "python_talk_hb")
    assert (code, report["first_divergence"]["stage"]) == (1, "mel")
    shapes = {stage["stage"]: (stage["port_shape"], stage["reference_shape"]) for stage in report["stages"]}
    assert shapes["features"] == ([1117, 512], [1119, 512])
    assert shapes["padded"] == ([1119, 512], [1121, 512])

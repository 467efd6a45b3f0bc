"""`framescope compare` as a build server and an engineer meet it: exit codes, reports, what is said and asked."""

import json
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.cli.console import print_comparisons
from framescope.core import readers
from framescope.core.base.resources import sample
from framescope.core.compare.comparison import Comparison
from framescope.core.report.json_report import Compared, Failure
from framescope.core.run import Run

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
    top = {
        "schema", "verdict", "profile", "made_by", "recording", "reference", "port", "stages", "first_divergence",
        "structure", "diagnosis",
    }  # fmt: skip
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


BROKEN = (
    ("gone", None, "does not exist"),
    ("nonsense", b"hello", "nonsense"),
    ("empty", b"", "empty"),
)


@pytest.mark.parametrize(("name", "content", "said"), BROKEN, ids=[name for name, *_ in BROKEN])
@pytest.mark.parametrize("place", [0, 1])
def test_one_bad_port_keeps_no_other_from_being_compared(
    name: str, content: bytes | None, said: str, place: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / name
    if content is not None:
        bad.mkdir()
        (bad / "mel.bin").write_bytes(content)
    ports = [str(PORT)]
    ports.insert(place, str(bad))
    files = {form: tmp_path / f"report.{form}" for form in ("json", "html", "junit")}
    words = [word for form, path in files.items() for word in (f"--{form}", str(path))]
    assert main(["compare", *ports, "--audio", str(sample()), "--no-diagnose", *words]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert [line.split()[2] for line in printed.out.splitlines() if line.startswith("NOT COMPARABLE")] == [name]
    assert "DIFFERS  sample_port" in printed.out

    report = json.loads(files["json"].read_text())
    assert report["verdict"] == "differ"
    entries = report["comparisons"]
    assert [entry["port"]["name"] for entry in entries] == [Path(port).name for port in ports]
    assert entries[place]["verdict"] == "not comparable"
    assert said in entries[place]["error"]
    assert set(entries[1 - place]) | {"error"} == set(entries[place])
    assert len(entries[1 - place]["stages"]) == 4

    suites = list(ET.parse(files["junit"]).getroot())
    assert [(suite.get("tests"), suite.get("errors")) for suite in suites][place] == ("1", "1")
    error = suites[place].find("testcase/error")
    assert error is not None
    assert said in str(error.get("message"))
    assert suites[1 - place].get("failures") == "4"

    page = Page()
    page.feed(files["html"].read_text(encoding="utf-8"))
    assert {name, "sample_port"} <= {word.rstrip(":") for word in page.words}
    assert len(page.links) == 9


def test_what_nobody_has_foreseen_in_one_port_is_an_error_of_that_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = readers.load_run

    def load_run(path: Path, **options: Any) -> Run:
        if path.name == "strange":
            raise ZeroDivisionError("nobody knows")
        return read(path, **options)

    monkeypatch.setattr(readers, "load_run", load_run)
    report = tmp_path / "report.json"
    words = ["--audio", str(sample()), "--no-diagnose", "--json", str(report)]
    assert main(["compare", str(tmp_path / "strange"), str(PORT), *words]) == 70
    printed = capsys.readouterr()
    assert "fault of Framescope itself: ZeroDivisionError: nobody knows" in printed.err
    assert "DIFFERS  sample_port" in printed.out
    strange, other = json.loads(report.read_text())["comparisons"]
    assert "ZeroDivisionError: nobody knows" in strange["error"]
    assert other["verdict"] == "differ"


def test_a_single_bad_port_is_an_error_in_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(tmp_path / "gone"), "--audio", str(sample()), "--json", "-"]) == 2
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert (report["port"]["name"], report["verdict"]) == ("gone", "not comparable")
    assert printed.err == f"framescope: {report['error']}\n"


@pytest.mark.parametrize("reverse", [True, False])
def test_a_report_that_cannot_be_written_keeps_no_other_from_being_written(
    reverse: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forms = ["junit", "json"] if reverse else ["json", "junit"]
    words = [f"--{forms[0]}", "/nowhere/at/all", f"--{forms[1]}", str(tmp_path / "report")]
    assert main(["compare", str(PORT), "--no-diagnose", "--audio", str(sample()), *words]) == 2
    printed = capsys.readouterr()
    assert "/nowhere/at/all: cannot be written" in printed.err
    assert printed.out.startswith("DIFFERS  sample_port")
    assert (tmp_path / "report").stat().st_size > 0


def test_what_is_wrong_for_all_ports_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["--audio", "gone.wav"],
        ["--reference", "gone"],
        ["--profile", "lax"],
        ["--native", "gone.npy"],
        ["--fps", "0"],
    ):
        assert main(["compare", str(PORT), str(PORT), *words]) == 2
        printed = capsys.readouterr()
        assert printed.err.count("\n") == 1
        assert printed.out == ""


def test_native_features_take_the_encoders_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    native = np.random.default_rng(0).normal(size=(40, 2, 1024)).astype(np.float32)
    np.save(tmp_path / "hubert.npy", native)
    options = ["--mode", "hubert", "--native", str(tmp_path / "hubert.npy")]
    main(["run", str(sample()), "-o", str(tmp_path / "port"), "--frames", "20", *options])
    capsys.readouterr()
    code, report = compared(capsys, tmp_path / "port", "--audio", sample(), *options)
    stages = {stage["stage"]: stage["verdict"] for stage in report["stages"]}
    assert (code, stages["tensors"]) == (0, "identical")


LONG = "a_port_with_a_name_that_is_longer_than_any_column_has_a_place_for_it"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    reference = framescope.compute(sample())
    return framescope.compare(reference, framescope.load(PORT, reference=reference))


def named(comparison: Comparison, count: int) -> list[Compared]:
    """Give the comparison once for each of so many ports with long names, and one port that could not be read."""
    ports = [replace(comparison.port, name=f"{LONG}_{number}") for number in range(count)]
    return [*(replace(comparison, port=port) for port in ports), Failure(f"{LONG}_bad", "desktop", "it is not there")]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_on_a_terminal_everything_fits(
    count: int, comparison: Comparison, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("COLUMNS", "80"), ("NO_COLOR", "1"), ("TERM", "xterm")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_comparisons(named(comparison, count))
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= 80
    cells = [line for line in lines if re.match(r"(mel|features|padded|tensors) .*differ", line)]
    assert sum(line.count("differ") for line in cells) == 4 * 2 * count
    assert sum(line.split().count("error") for line in lines) == 4


def test_without_colours_a_terminal_gets_none(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    colours = []
    for name, value in (("TERM", "xterm"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
        print_comparisons([comparison])
        colours.append(re.findall(r"\x1b\[[\d;]*3\dm", capsys.readouterr().out))
    assert colours[0]
    assert not colours[1]


def test_in_a_pipe_no_line_is_wrapped(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_comparisons(named(comparison, 5))
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert lines[0].split() == ["stage", *(f"{LONG}_{name}" for name in (*range(5), "bad"))]
    assert sum(LONG in line for line in lines) == 1 + 6
    table = [line.rstrip() for line in lines if re.match(r"(stage|mel|features|padded|tensors)  .*\+", line)]
    assert len(table) == 4 * 5
    assert max(map(len, table)) <= 80


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
        ([str(PORT), "--lag", "feature=2"], "did you mean 'features'?"),
        ([str(PORT), "--lag", "mel=--2"], "--lag mel=--2"),
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
    assert (
        features["own_verdict"]["max_abs"] <= 5e-5
    )  # which of its kernels ONNX Runtime takes depends on the processor
    code, report = compared(capsys, shared / "go_cli_talk_hb", "--reference", shared / "python_talk_hb")
    assert (code, report["first_divergence"]["stage"]) == (1, "mel")
    shapes = {stage["stage"]: (stage["port_shape"], stage["reference_shape"]) for stage in report["stages"]}
    assert shapes["features"] == ([1117, 512], [1119, 512])
    assert shapes["padded"] == ([1119, 512], [1121, 512])

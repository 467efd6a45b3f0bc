"""The porting guide does what it says: its names, its Go code, its header layout, its figures."""

import ast
import math
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
from framescope.core.compare.tolerance import load_profile
from framescope.core.run import STAGE_NAMES, Stage
from helpers.markdown import PAGES, ROOT, blocks, section, table

GUIDE = PAGES["porting.md"]
STAND_IN_PIPELINE = """package main

import (
	"bytes"
	"encoding/binary"
	"os"
)

func read(path string) []float32 {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	values := make([]float32, len(data)/4)
	binary.Read(bytes.NewReader(data), binary.LittleEndian, values)
	return values
}

func pipeline(folder string) (audio, mel, windows, features, padded []float32, tensors [][]float32) {
	all := read(folder + "/tensors")
	for start := 0; start < len(all); start += 8192 {
		tensors = append(tensors, all[start:start+8192])
	}
	return read(folder + "/audio"), read(folder + "/mel"), read(folder + "/windows"), read(folder + "/features"),
		read(folder + "/padded"), tensors
}
"""
"""Stands for the port: reads the stages that the test has put down as plain float32."""


@pytest.fixture(scope="module")
def stages() -> dict[str, Any]:
    """The stages of a second and a half, float32 as a port has them."""
    samples = np.asarray(framescope.read_audio(framescope.sample()).samples)[16000:40000]
    run = framescope.compute(framescope.from_samples(samples, 16000), encoder="stand-in")
    return {name: np.ascontiguousarray(run[name].array[:], "<f4") for name in run}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The porting guide's Go program, compiled without network."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed: the porting guide's Go code was not compiled")
    (code,) = blocks(GUIDE, "go")
    folder = tmp_path_factory.mktemp("go")
    for name, text in (("main.go", code), ("port.go", STAND_IN_PIPELINE), ("go.mod", "module port\n\ngo 1.16\n")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "dump").mkdir()
    shutil.copy(ROOT / "docs" / "dump" / "dump.go", folder / "dump")
    offline = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}
    command = ["go", "build", "-o", "program", "."]
    built = subprocess.run(
        command, cwd=folder, env={**os.environ, **offline}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return folder / "program"


def stage_files() -> dict[str, str]:
    """Give the file of each stage as the guide's first table names it, of the tensors the first one."""
    found = {stage: file.split("`")[1] for stage, file, _ in table(section(GUIDE, "1."))}
    assert tuple(found) == STAGE_NAMES
    return found


def run_port(program: Path, stages: dict[str, Any], folder: Path) -> "subprocess.CompletedProcess[str]":
    (folder / "port").mkdir()
    for name, values in stages.items():
        values.tofile(folder / "port" / name)
    return subprocess.run([program, folder / "port", folder / "out"], capture_output=True, text=True, check=False)


def test_go_program_writes_what_numpy_and_framescope_read(
    program: Path, stages: dict[str, Any], tmp_path: Path
) -> None:
    done = run_port(program, stages, tmp_path)
    assert done.returncode == 0, done.stderr
    for name, file in stage_files().items():
        written = stages["tensors"][0] if name == "tensors" else stages[name]
        path = tmp_path / "out" / file
        np.testing.assert_array_equal(np.load(path), written, strict=True)
        assert (path.stat().st_size - written.nbytes) % 64 == 0
    assert_read_without_questions(tmp_path / "out", stages)


def test_go_program_refuses_a_shape_that_does_not_fit(program: Path, stages: dict[str, Any], tmp_path: Path) -> None:
    done = run_port(program, {**stages, "features": stages["features"].ravel()[:-1]}, tmp_path)
    assert done.returncode == 1
    assert "audio_features_raw.npy" in done.stderr
    assert "do not fill the shape" in done.stderr


def assert_read_without_questions(folder: Path, stages: dict[str, Any], *, assumed: bool = False) -> None:
    run = framescope.load(folder)
    assert run.provenance.notes == ()
    assert bool(run.provenance.assumptions) == assumed
    assert all(assumption.sure for assumption in run.provenance.assumptions)
    assert set(run) == set(stages)
    for name, values in stages.items():
        np.testing.assert_array_equal(np.asarray(run[name].array), values, strict=True)
        assert run[name].frames is None


def test_recommended_names_leave_no_question(stages: dict[str, Any], tmp_path: Path) -> None:
    dump(tmp_path, stages, ".npy")
    assert_read_without_questions(tmp_path, stages)


def test_raw_values_under_these_names_are_read_with_certainty(stages: dict[str, Any], tmp_path: Path) -> None:
    raw = {name: values for name, values in stages.items() if name != "audio"}
    dump(tmp_path, raw, ".f32")
    assert_read_without_questions(tmp_path, raw, assumed=True)


def dump(folder: Path, stages: dict[str, Any], ending: str) -> None:
    (folder / "frames").mkdir()
    for name, values in stages.items():
        file = stage_files()[name].replace(".npy", ending)
        items = [(f"{i:05d}", item) for i, item in enumerate(values)] if name == "tensors" else [("00000", values)]
        for number, item in items:
            path = folder / file.replace("00000", number)
            np.save(path, item) if ending == ".npy" else item.tofile(path)


@pytest.mark.parametrize("shape", [(116796,), (80, 584), (179, 16, 80), (32, 16, 16), (1, 1)])
def test_header_in_words_is_what_numpy_writes(shape: tuple[int, ...], tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(shape, "<f4"))
    data = (tmp_path / "a.npy").read_bytes()
    said = dict(table(section(PAGES["dump-helpers.md"], "Other languages")))
    assert list(said) == ["0 to 5", "6 and 7", "8 and 9", "from 10"]
    magic = said["0 to 5"].strip("`").encode().decode("unicode_escape").encode("latin-1")
    assert data[0:6] == magic
    assert tuple(data[6:8]) == tuple(map(int, re.findall(r"\d+", said["6 and 7"])))
    end = 10 + int.from_bytes(data[8:10], "little")
    assert end == len(data) - 4 * math.prod(shape)
    assert end % int(re.findall(r"multiple of (\d+) bytes", said["from 10"])[0]) == 0
    assert data[end - 1 : end] == b"\n"
    example = said["from 10"].split("`")[1]
    assert ast.literal_eval(example.replace("(80, 584)", str(shape))) == ast.literal_eval(data[10:end].decode())


MEL_TRAPS: dict[str, dict[str, Any]] = {
    "HTK mel scale": {"mel_scale": "htk"},
    "Symmetric Hann window": {"window_symmetry": "symmetric"},
    "No centring": {"center": False},
    "ln for log10": {"log_base": math.e},
    "Power for magnitude": {"power": 2.0},
    "FFT of 512 on 800 samples": {"transform": "packed_512"},
    "Factor 2 of vDSP's real FFT": {"fft_scale": 2.0},
    "int16 divided by 32767": {"gain": 32768 / 32767},
}


@pytest.mark.parametrize("trap", MEL_TRAPS)
def test_figures_of_the_mel_traps(trap: str) -> None:
    said = next(looks for name, looks, _ in table(section(GUIDE, "4.")) if name == trap)
    reference = framescope.compute(framescope.sample(), until="mel")
    config = framescope.Config(mel=framescope.MelConfig(**MEL_TRAPS[trap]))
    faulty = framescope.compute(framescope.sample(), config, until="mel")["mel"].array
    port = framescope.Run("port", "loaded", {"mel": Stage("mel", np.asarray(faulty, np.float32))})
    found = framescope.compare(reference, port)["mel"]
    assert found.metrics is not None
    assert f"max {found.metrics.max_abs:.3g}, corr {found.metrics.corr:.3f}" in said
    assert (f"lag {found.lag:+d} columns" in said) == bool(found.lag)
    assert ("agrees by `desktop`" in said) == (found.verdict == "agree")
    assert framescope.compare(reference, port, load_profile("strict"))["mel"].verdict == "differ"

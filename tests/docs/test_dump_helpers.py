"""The dump helpers to copy: each is compiled where its tool is installed, and writes what NumPy reads."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from helpers.markdown import ROOT

HELPERS = ROOT / "docs" / "dump"
VALUES = np.array([[0, 1, -2.5], [np.inf, 1e-40, 3e38]], np.float32)
"""Written by the programs below into a file of two axes and one of one axis; a third time the shape does not fit."""


@dataclass(frozen=True)
class Language:
    """How a helper is used: the program around it, and the commands that build and run it in its folder."""

    file: str
    tool: str
    main: str
    program: str
    commands: tuple[tuple[str, ...], ...]


GO = """package main
import ("fmt"; "math"; "os"; "port/dump")
func main() {
	v := []float32{0, 1, -2.5, float32(math.Inf(1)), 1e-40, 3e38}
	for _, err := range []error{dump.WriteNpy("out/two.npy", v, 2, 3), dump.WriteNpy("out/one.npy", v, 6)} {
		if err != nil { panic(err) }
	}
	if err := dump.WriteNpy("out/bad.npy", v, 2, 2); err != nil { fmt.Println(err); os.Exit(3) }
}
"""
CPP = """#include "dump.hpp"
#include <cstdio>
#include <limits>
int main() {
    const float v[] = {0, 1, -2.5f, std::numeric_limits<float>::infinity(), 1e-40f, 3e38f};
    write_npy("out/two.npy", v, 6, {2, 3});
    write_npy("out/one.npy", v, 6, {6});
    try {
        write_npy("out/bad.npy", v, 6, {2, 2});
    } catch (const std::invalid_argument& e) { std::puts(e.what()); return 3; }
}
"""
RUST = """mod dump;
fn main() {
    let v = [0.0, 1.0, -2.5, f32::INFINITY, 1e-40, 3e38];
    dump::write_npy("out/two.npy", &v, &[2, 3]).unwrap();
    dump::write_npy("out/one.npy", &v, &[6]).unwrap();
    if let Err(e) = dump::write_npy("out/bad.npy", &v, &[2, 2]) { println!("{e}"); std::process::exit(3) }
}
"""
SWIFT = """import Foundation
let v: [Float] = [0, 1, -2.5, .infinity, 1e-40, 3e38]
try writeNpy("out/two.npy", v, [2, 3])
try writeNpy("out/one.npy", v, [6])
do { try writeNpy("out/bad.npy", v, [2, 2]) } catch { print(error); exit(3) }
"""
KOTLIN = """import kotlin.system.exitProcess
fun main() {
    val v = floatArrayOf(0f, 1f, -2.5f, Float.POSITIVE_INFINITY, 1e-40f, 3e38f)
    writeNpy("out/two.npy", v, 2, 3)
    writeNpy("out/one.npy", v, 6)
    try { writeNpy("out/bad.npy", v, 2, 2) } catch (e: IllegalArgumentException) { println(e.message); exitProcess(3) }
}
"""
JAVASCRIPT = """import { writeNpy } from "./dump.mjs";
const v = Float32Array.of(0, 1, -2.5, Infinity, 1e-40, 3e38);
writeNpy("out/two.npy", v, [2, 3]);
writeNpy("out/one.npy", v, [6]);
try { writeNpy("out/bad.npy", v, [2, 2]); } catch (e) { console.log(e.message); process.exit(3); }
"""
PYTHON = """from dump import write_npy
v = [0, 1, -2.5, float("inf"), 1e-40, 3e38]
write_npy("out/two.npy", v, (2, 3))
write_npy("out/one.npy", v, (6,))
try:
    write_npy("out/bad.npy", v, (2, 2))
except ValueError as error:
    print(error)
    raise SystemExit(3)
"""
LANGUAGES = (
    Language("dump.go", "go", "main.go", GO, (("go", "build", "-o", "port", "."), ("./port",))),
    Language("dump.hpp", "g++", "main.cpp", CPP, (("g++", "-std=c++17", "-Wall", "-Werror", "main.cpp"), ("./a.out",))),
    Language("dump.rs", "rustc", "main.rs", RUST, (("rustc", "-D", "warnings", "main.rs"), ("./main",))),
    Language("Dump.swift", "swiftc", "main.swift", SWIFT, (("swiftc", "main.swift", "Dump.swift"), ("./main",))),
    Language(
        "Dump.kt",
        "kotlinc",
        "main.kt",
        KOTLIN,
        (("kotlinc", "main.kt", "Dump.kt", "-include-runtime", "-d", "a.jar"), ("java", "-jar", "a.jar")),
    ),
    Language("dump.mjs", "node", "main.mjs", JAVASCRIPT, (("node", "main.mjs"),)),
    Language("dump.py", sys.executable, "main.py", PYTHON, ((sys.executable, "main.py"),)),
)
OFFLINE = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}


def placed(language: Language, folder: Path) -> None:
    """Put the helper and the program around it where the language wants them."""
    helper = folder / "dump" if language.tool == "go" else folder
    helper.mkdir(exist_ok=True)
    shutil.copy(HELPERS / language.file, helper)
    (folder / "go.mod").write_text("module port\n\ngo 1.16\n")
    (folder / language.main).write_text(language.program)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.file)
def test_helper_writes_what_numpy_reads(language: Language, tmp_path: Path) -> None:
    if shutil.which(language.tool) is None:
        pytest.skip(f"{language.tool} is not installed: {language.file} was not compiled")
    placed(language, tmp_path)
    *building, running = language.commands
    for command in building:
        built = subprocess.run(command, cwd=tmp_path, env={**os.environ, **OFFLINE}, capture_output=True, check=False)
        assert built.returncode == 0, built.stderr.decode()
    done = subprocess.run(running, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "do not fill the shape" in done.stdout) == (3, True), done.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "out" / "two.npy"), VALUES, strict=True)
    np.testing.assert_array_equal(np.load(tmp_path / "out" / "one.npy"), VALUES.ravel(), strict=True)
    assert ((tmp_path / "out" / "two.npy").stat().st_size - VALUES.nbytes) % 64 == 0
    assert not (tmp_path / "out" / "bad.npy").exists()


def test_every_helper_is_tested() -> None:
    assert {path.name for path in HELPERS.iterdir()} == {language.file for language in LANGUAGES}

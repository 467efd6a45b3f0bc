"""A short run of the checkpoints' fuzzer, whose seeds must be accepted for their mutations to reach anything."""

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).resolve().parents[3] / "benchmarks" / "fuzz_checkpoints.py"


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_checkpoints", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_seed_is_accepted(fuzz: ModuleType) -> None:
    assert [fuzz.accepts(seed) for seed in fuzz.seeds()] == [True] * 6


def test_mutations_are_accepted_or_refused_in_a_sentence(fuzz: ModuleType) -> None:
    chance, seeds = random.Random(0), list(fuzz.seeds())
    accepted = [fuzz.accepts(fuzz.mutated(chance.choice(seeds), chance)) for _ in range(1000)]
    assert 0 < sum(accepted) < 500

"""The chain of a recipe's blocks: what was found stands at the block that it is of."""

from framescope.core.diagnosis.findings import Finding, finding_of
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.recipe.presets import SYNCTALK, load_preset
from framescope.models.chain import Change, chain


def finding(fault: str, value: str) -> Finding:
    return finding_of(Hypothesis(fault, value, "mend it"), "proven", "everywhere", "seen")


def test_what_is_different_stands_at_its_block() -> None:
    recipe = load_preset(SYNCTALK)
    links = chain(recipe, [finding("mel_scale", "htk"), finding("fmin", "0"), finding("window_symmetry", "symmetric")])
    assert [link.kind for link in links] == [block.kind for block in recipe.blocks]
    changed = {link.kind: link.changes for link in links if link.changes}
    assert changed == {
        "filterbank": (Change("scale", "slaney", "htk"), Change("fmin", "55", "0")),
        "window": (Change("symmetry", "periodic", "symmetric"),),
    }


def test_what_is_no_block_stands_before_the_first() -> None:
    recipe = load_preset(SYNCTALK)
    first, *others = chain(recipe, [finding("resampler", "linear")])
    assert (first.kind, first.changes[0].found) == ("resampler", "linear")
    assert [link.kind for link in others] == [block.kind for block in recipe.blocks]


def test_a_block_leads_to_the_first_stage_behind_it() -> None:
    recipe = load_preset(SYNCTALK)
    stages = {link.kind: link.stage for link in chain(recipe, ())}
    assert (stages["filterbank"], stages["onnx"]) == ("mel", "features")

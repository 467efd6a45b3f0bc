"""The map of a corpus as one self-contained HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base.files import read_file
from ..base.printable import printable
from ..base.resources import corpus_template
from ..corpus.baseline import Movement
from ..corpus.corpus_map import CorpusMap
from ..corpus.table import Floats
from .corpus_data import corpus_data
from .corpus_text import groups_text, movement_text, unusual_text
from .formatting import error_text, share_text

MAX_LISTED = 200
"""Recordings that a list of the page names: the JSON has all of them."""
_MAX_TEMPLATE = 1 << 20
_DECADES = (-9, 2)
_BINS_A_DECADE = 4
_SIZE = (600, 90)


@dataclass(frozen=True, slots=True)
class _Cause:
    text: str
    share: float
    where: str
    columns: Sequence[tuple[str, Sequence[tuple[str, float]]]]


def corpus_page(corpus: CorpusMap, moved: Sequence[Movement] | None = None) -> str:
    """Write the page; `moved` is what an earlier run differs in, where there is one."""
    from jinja2 import Environment  # noqa: PLC0415  (only the pages need it)

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"share": share_text, "number": error_text}
    template = environment.from_string(read_file(corpus_template(), "a template", _MAX_TEMPLATE).decode())
    stages = corpus.table.stages
    return template.render(
        data=corpus_data(corpus, moved),
        causes=[
            _Cause(
                printable(each.cause),
                each.share,
                printable(groups_text(each)),
                [(printable(name), sorted(shares.items())) for name, shares in each.groups.items()],
            )
            for each in corpus.causes
        ],
        stages=[(each, histogram(stages[each.stage].rmse)) for each in corpus.stages],
        unusual=[printable(unusual_text(corpus, each)) for each in corpus.unusual[:MAX_LISTED]],
        moved=None if moved is None else [printable(movement_text(each)) for each in moved[:MAX_LISTED]],
        most=MAX_LISTED,
    )


def histogram(errors: Floats) -> str:
    """Draw how errors are distributed on a logarithmic axis as SVG; those that are 0 stand at its left end."""
    low, high = _DECADES
    edges = np.linspace(low, high, (high - low) * _BINS_A_DECADE + 1)
    finite = errors[np.isfinite(errors)]
    counts, _ = np.histogram(np.clip(np.log10(np.maximum(finite, 1e-300)), low, high), edges)
    width, height = _SIZE
    tall = max(int(counts.max(initial=0)), 1)
    step = width / len(counts)
    bars = "".join(
        f'<rect x="{n * step:.1f}" y="{height * (1 - count / tall):.1f}" width="{step - 1:.1f}" '
        f'height="{height * count / tall:.1f}"><title>{count:,} recordings</title></rect>'
        for n, count in enumerate(counts.tolist())
        if count
    )
    labels = "".join(
        f'<text x="{(decade - low) / (high - low) * width:.0f}" y="{height + 12}">1e{decade}</text>'
        for decade in range(low, high, 2)
    )
    what = 'role="img" aria-label="distribution of the RMSE"'
    return f'<svg viewBox="0 0 {width} {height + 16}" {what}>{bars}{labels}</svg>'

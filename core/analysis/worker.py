"""The process that computes measures: it answers one request after the other, until Framescope has ended."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..base.arrays import NDArray
from ..base.beside import Tell, answer_requests


def begin() -> Callable[[Any, Tell], NDArray]:
    """Give what computes the values of the analysis of a name, from samples and their rate."""
    from .measured import measure  # noqa: PLC0415
    from .table import ANALYSES  # noqa: PLC0415

    named = {analysis.name: analysis for analysis in ANALYSES}

    def work(value: Any, _: Tell) -> NDArray:
        name, samples, rate = value
        return np.asarray(measure(named[name], samples, rate).values)

    return work


if __name__ == "__main__":
    answer_requests(begin)

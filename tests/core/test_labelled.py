"""Stages with seconds and Hz along their axes, in a notebook's own types."""

import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import framescope
import librosa
import matplotlib as mpl
import numpy as np
import pytest
from framescope.core.labelled import coordinates
from helpers import signals

RUN = framescope.compute(signals.speech_like(32000), rate=16000, encoder="stand-in")
MADE = framescope.compute(signals.speech_like(32000), framescope.recipe("whisper-80"), rate=16000)
LAST = [*MADE][-1]
HTK = {"mel": np.asarray(RUN["mel"]) + 0.5}
FOUND = framescope.compare(RUN, HTK, diagnose=True)


def test_seconds_are_those_of_the_definition() -> None:
    mel, frames, padded = (coordinates(RUN[name]) for name in ("mel", "features", "padded"))
    np.testing.assert_allclose(mel[1][1], np.arange(161) * 0.0125)
    np.testing.assert_allclose(frames[0][1], np.arange(len(RUN["features"].array)) / 25)
    assert padded[0][1][1] == frames[0][1][0]
    np.testing.assert_allclose(mel[0][1], librosa.mel_frequencies(82, fmin=55, fmax=7600)[1:-1])


def test_frames_that_are_there_keep_their_moments() -> None:
    some = replace(RUN["features"], array=RUN["features"].array[2:4], frames=np.array([2, 3]))
    np.testing.assert_allclose(coordinates(some, framescope.Config(fps=50))[0][1], [0.04, 0.06])


def test_xarray_knows_seconds_and_hz() -> None:
    mel = RUN["mel"].to_xarray()
    assert mel.dims == ("hz", "seconds")
    assert float(mel.sel(seconds=1.0, method="nearest")[0]) == RUN["mel"].array[0, 80]
    assert int(mel.sel(seconds=1.0).column) == 80
    assert RUN["windows"].to_xarray().dims == ("seconds", "window_column", "hz")
    whisper = MADE[LAST].to_xarray()
    assert {"seconds", "hz"} <= {*whisper.coords}
    np.testing.assert_array_equal(whisper.values, np.asarray(MADE[LAST]))


def test_a_table_has_a_row_an_item() -> None:
    mel = RUN["mel"].to_dataframe()
    assert mel.shape == (161, 80)
    assert (mel.index.name, mel.columns.name) == ("seconds", "hz")
    assert mel.iloc[3, 5] == RUN["mel"].array[5, 3]
    assert RUN["audio"].to_dataframe().columns.tolist() == ["audio"]
    with pytest.raises(framescope.InputError, match="use to_xarray"):
        RUN["tensors"].to_dataframe()


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(
        framescope.InputError,
        match=r"needs pandas; install it in Framescope's checkout with: pip install '\.\[notebook\]'",
    ):
        RUN["mel"].to_dataframe()


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data + " "


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (RUN, ["band x column", "80 x 161", "float64"]),
        (RUN["mel"], ["80 x 161"]),
        (FOUND, ["differ", "First divergence", "mel", "0.5"]),
        (FOUND.diagnosis, ["mel"]),
        (framescope.recipe("whisper-80"), ["filterbank", "scale = slaney"]),
        (replace(RUN, name="<b>a</b>"), ["<b>a</b>"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_notebooks_show_a_table(shown: Any, words: list[str]) -> None:
    page = Page(shown._repr_html_()).words
    assert [word for word in words if word not in page] == []


def test_plots_have_seconds_and_hz() -> None:
    mpl.use("agg")
    axes = framescope.plot(RUN, "mel")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds", "Hz")
    axes.figure.clear()
    drawn = framescope.plot(FOUND, "mel")
    np.testing.assert_allclose(drawn.collections[0].get_array(), 0.5, atol=1e-12)
    drawn.figure.clear()
    assert len(framescope.plot(RUN["audio"]).lines) == 1

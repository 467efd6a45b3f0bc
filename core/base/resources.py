"""Where the files that ship with Framescope lie."""

from pathlib import Path

STAND_IN = "stand-in"
"""The word that chooses the weights that ship with Framescope, wherever an encoder's path may stand."""
_FOLDER = Path(__file__).resolve().parent.parent.parent / "resources"


def sample() -> Path:
    """Give the sample recording: a few seconds of synthesised speech, 16 kHz, mono, FLAC."""
    return _FOLDER / "sample.flac"


def sample_port() -> Path:
    """Give what a port with three faults has written of the sample, with the stand-in weights."""
    return _FOLDER / "sample_port"


def stand_in_encoder() -> Path:
    """Give the encoder that ships with Framescope: the original's architecture with stand-in weights."""
    return _FOLDER / "encoder.onnx"


def tolerances() -> Path:
    """Give the file of tolerance profiles."""
    return _FOLDER / "tolerances.toml"


def report_template() -> Path:
    """Give the Jinja template of the HTML report."""
    return _FOLDER / "report.html"


def corpus_template() -> Path:
    """Give the Jinja template of the page on a corpus."""
    return _FOLDER / "corpus.html"


def colours() -> Path:
    """Give the file of colour maps."""
    return _FOLDER / "colours.npz"


def system_libraries() -> Path:
    """Give the table of the system's libraries that the window needs, and of the packages that bring them."""
    return _FOLDER / "system-libraries.txt"


def notice() -> Path:
    """Give the licences of what is installed with Framescope, as Markdown."""
    return _FOLDER / "NOTICE.md"


def recipes() -> Path:
    """Give the folder of the recipes that ship with Framescope."""
    return _FOLDER / "recipes"


def icon(name: str) -> Path:
    """Give the drawing of an icon, an SVG file of 24 by 24 units whose lines have the colour of the text."""
    return _FOLDER / "icons" / f"{name}.svg"

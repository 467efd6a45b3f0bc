"""Draw the pictures of the documentation: the window by `framescope render`, the report by a headless browser."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from framescope.app.__main__ import main

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SAMPLE, PORT = (str(Path(__file__).resolve().parent / name) for name in ("sample.flac", "sample_port"))
WINDOWS = {
    "window.png": (),
    "window-dark.png": ("--theme", "dark"),
    "tour-swipe.png": ("--view", "swipe"),
}
"""What each picture of the window is drawn with."""


def draw_windows() -> None:
    """Draw them, at the same frame and size."""
    for name, options in WINDOWS.items():
        if main(["render", SAMPLE, "--port", PORT, "--frame", "89", *options, "-o", str(FOLDER / name)]):
            sys.exit(f"{name} could not be drawn")


def draw_report() -> None:
    """Let a browser draw the HTML report, where one is installed."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("report.png stays as it is: there is no Chromium to draw it")
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        main(["compare", PORT, "--audio", SAMPLE, "--html", str(page)])
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1200,1000")
        subprocess.run([browser, *flags, f"--screenshot={FOLDER / 'report.png'}", page.as_uri()], check=True)


if __name__ == "__main__":
    draw_windows()
    draw_report()

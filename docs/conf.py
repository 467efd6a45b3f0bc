"""How Sphinx builds these pages: `make site`.

The pages are plain Markdown with relative links, so that they read as files as well; MyST takes them as they are, and a
wrong link or anchor, or a page outside the menu, is an error.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
project = "Framescope"
author = copyright = "the Framescope developers"
release = version = re.findall('^__version__ = "(.*)"', (ROOT / "__init__.py").read_text(encoding="utf-8"), re.M)[0]
extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["ci", "dump", "schema", "notebooks", "pictures"]
html_theme = "furo"
html_title = f"Framescope {release}"
html_logo = html_favicon = "../resources/icons/framescope.svg"
html_show_sphinx = False
highlight_language = "none"
html_static_path = ["site.css"]
html_css_files = ["site.css"]

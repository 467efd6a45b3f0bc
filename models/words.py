"""Words from outside for Qt, which would take some of their letters for markup, shortcuts or placeholders."""

from html import escape

from ..core.base.printable import MAX_NAME, printable


def lines(text: str) -> str:
    """Give a text fit to be shown on as many lines as it has, which are the caller's own."""
    return "\n".join(map(printable, text.split("\n")))


def tip(text: str) -> str:
    """Give what a tool tip has to be set to, to show a text as it is, on as many lines as it has."""
    shown = lines(text)
    return f'<p style="white-space: pre-wrap">{escape(shown)}</p>' if "<" in shown else shown


def caption(name: object) -> str:
    """Give what the text of a button, a box or a menu's entry has to be set to, to show a name as it is."""
    return printable(name, MAX_NAME).replace("&", "&&")


def window_title(text: str) -> str:
    """Give what a window's title has to be set to, to show a text as it is."""
    return printable(text, MAX_NAME).replace("[*]", "[*][*]")

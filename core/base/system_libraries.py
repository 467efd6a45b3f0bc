"""Libraries of the system that Framescope needs: which of them is missing, and the package that brings it."""

import re

from .resources import system_libraries

_LOADER = re.compile(r"(lib[\w+.-]+?\.so[\w.]*): cannot open shared object file")
_FINDER = re.compile(r"(\w+) library not found")
"""What packages say that look for a library by its name, such as sounddevice."""


def missing_library(error: BaseException | None) -> str | None:
    """Say which library was not found, and how to install it, where that is what an exception is about.

    Parameters
    ----------
    error : exception
        What an import or a loader has raised; what it was raised from is looked at, too.

    Returns
    -------
    str or None
        One sentence; None where the exception is about something else.
    """
    while error is not None:
        if isinstance(error, ImportError | OSError) and (library := _library_in(str(error))):
            return f"the system library {library} is missing; {how_to_install(library)}"
        error = error.__cause__ or error.__context__
    return None


def how_to_install(library: str) -> str:
    """Say how to install a library.

    Examples
    --------
    >>> how_to_install("libGL.so.1")
    'install it with: sudo apt install libgl1 (Debian, Ubuntu)'
    """
    package = _packages().get(_stem(library))
    if package is None:
        return "install the package of your system that brings it"
    return f"install it with: sudo apt install {package} (Debian, Ubuntu)"


def _library_in(text: str) -> str | None:
    if found := _LOADER.search(text):
        return found[1]
    found = _FINDER.search(text)
    return f"lib{found[1].lower()}" if found else None


def _packages() -> dict[str, str]:
    """Read the table, by the library's name without its version."""
    lines = system_libraries().read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {_stem(library): package for library, package in pairs}


def _stem(library: str) -> str:
    return library.partition(".so")[0]

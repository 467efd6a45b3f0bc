"""Libraries of the system that Framescope needs: which of them is missing, and the package that brings it."""

import ctypes
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
            return f"the system library {library} is missing; {how_to_install(library, *_lacking())}"
        error = error.__cause__ or error.__context__
    return None


def how_to_install(library: str, *others: str) -> str:
    """Say how to install a library, and others in the same line.

    Examples
    --------
    >>> how_to_install("libGL.so.1")
    'install it with: sudo apt install libgl1 (Debian, Ubuntu)'
    """
    packages = {_stem(name): package for name, package in _packages().items()}
    if _stem(library) not in packages:
        return "install the package of your system that brings it"
    wanted = dict.fromkeys(packages[_stem(name)] for name in (library, *others))
    it = "it" if len(wanted) == 1 else "it and what else the window lacks"
    return f"install {it} with: sudo apt install {' '.join(wanted)} (Debian, Ubuntu)"


def _lacking() -> list[str]:
    """Give the libraries of the table that are not there; the loader's error names only the first of them."""
    return [library for library in _packages() if not _is_there(library)]


def _is_there(library: str) -> bool:
    """Tell whether the loader finds a library; asked where the program ends all the same."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _library_in(text: str) -> str | None:
    if found := _LOADER.search(text):
        return found[1]
    found = _FINDER.search(text)
    return f"lib{found[1].lower()}" if found else None


def _packages() -> dict[str, str]:
    """Read the table: packages by the libraries that they bring."""
    lines = system_libraries().read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def _stem(library: str) -> str:
    return library.partition(".so")[0]

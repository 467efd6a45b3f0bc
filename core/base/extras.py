"""The optional parts of the installation, and how one that is missing is installed."""


def missing_extra(what: str, library: str, extra: str) -> str:
    """Say that something needs a library, and which command brings it with the extra that has it.

    Examples
    --------
    >>> missing_extra("plot", "matplotlib", "notebook")
    "plot needs matplotlib; install it in Framescope's checkout with: pip install '.[notebook]'"
    """
    return f"{what} needs {library}; install it in Framescope's checkout with: {_command(extra)}"


def _command(extra: str) -> str:
    # The window is used by its command, which pipx installs; the other extras are for programs that import framescope.
    return f"pipx install --force '.[{extra}]'" if extra == "gui" else f"pip install '.[{extra}]'"

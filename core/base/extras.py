"""The optional parts of the installation, and how one that is missing is installed."""


def missing_extra(what: str, library: str, extra: str) -> str:
    """Say that something needs a library, and which command brings it with the extra that has it.

    Examples
    --------
    >>> missing_extra("plot", "matplotlib", "notebook")
    "plot needs matplotlib; install it in Framescope's checkout with: pip install '.[notebook]'"
    """
    return f"{what} needs {library}; install it in Framescope's checkout with: pip install '.[{extra}]'"

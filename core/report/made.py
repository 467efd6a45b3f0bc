"""What a report was made with and from: versions, platform, and the recording by its content."""

import hashlib
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ... import __version__
from ..base.errors import InputError
from ..base.files import open_file
from ..run import Run

_LIBRARIES = ("numpy", "soxr", "soundfile", "onnxruntime")
"""Those whose versions may change a value."""


def made_by() -> dict[str, str]:
    """Give the versions of Framescope, Python and the libraries that compute, and the system and its processor.

    Examples
    --------
    >>> made_by()["framescope"]
    '0.1.0'
    """
    made = {"framescope": __version__, "python": platform.python_version()}
    made["platform"] = f"{platform.system()} {platform.machine()}"
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            made[library] = version(library)
    return made


def recording_data(run: Run) -> dict[str, Any] | None:
    """Give the name and the SHA-256 of the file that a run was computed from; None: of no file, or it has gone."""
    if run.origin != "computed" or not run.provenance.source:
        return None
    path = Path(run.provenance.source)
    try:
        with open_file(path, "a recording") as file:
            return {"name": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    except InputError:
        return None

"""How the command line ends: each exception becomes one sentence and an exit code, and a crash is never a verdict."""

import platform
import shlex
import sys
import tempfile
from pathlib import Path
from traceback import format_exception

from .. import __version__
from ..core.base.errors import InputError
from .error_text import fault_text

EXIT_ERROR, EXIT_CRASHED, EXIT_INTERRUPTED = 2, 70, 130

_WINDOW_PACKAGES = {"PySide6", "shiboken6", "pyqtgraph", "sounddevice"}


def end(error: BaseException) -> int:
    """Say on standard error why a command ended early, and give its exit code."""
    if isinstance(error, KeyboardInterrupt):
        say("interrupted; nothing half-written was left behind")
        return EXIT_INTERRUPTED
    if sentence := str(error) if isinstance(error, InputError) else _what_is_missing(error):
        say(sentence)
        return EXIT_ERROR
    _report(error)
    return EXIT_CRASHED


def say(sentence: str) -> None:
    """Say something on standard error."""
    print(f"framescope: {sentence}", file=sys.stderr)


def _what_is_missing(error: BaseException) -> str | None:
    """Say which part of the installation an exception is about; None where it is about something else."""
    if isinstance(error, ModuleNotFoundError) and (name := (error.name or "").partition(".")[0]) != "framescope":
        needs, extra = ("the window", "'.[gui]'") if name in _WINDOW_PACKAGES else ("Framescope", ".")
        return f"{needs} needs {error.name}; install it in Framescope's checkout with: pipx install --force {extra}"
    from ..core.base.system_libraries import missing_library  # noqa: PLC0415  (seldom needed)

    return missing_library(error)


def _report(error: BaseException) -> None:
    """Say what nobody has foreseen, and where the details are: in a file, or else on standard error."""
    path = _keep(_details(error))
    if path is None:
        print(_details(error), file=sys.stderr)
    say(f"{fault_text(error)}; for a report, the details are {f'in {path}' if path else 'above'}")


def _details(error: BaseException) -> str:
    about = f"framescope {__version__}, Python {sys.version}, {platform.platform()}"
    return f"{about}\n{shlex.join(sys.argv)}\n\n{''.join(format_exception(error))}"


def _keep(details: str) -> Path | None:
    """Write the details into a new file of the user's state folder, else of the temporary one; None: it cannot be."""
    for folder in _state_folder, lambda: Path(tempfile.gettempdir()):
        try:
            folder().mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                prefix="framescope-crash-", suffix=".txt", dir=folder(), delete=False
            ) as file:
                file.write(details.encode(errors="backslashreplace"))
        except (OSError, ImportError, ValueError):
            continue
        return Path(file.name)
    return None


def _state_folder() -> Path:
    import platformdirs  # noqa: PLC0415  (what is missing may be this)

    return platformdirs.user_state_path("framescope", appauthor=False)

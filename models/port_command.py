"""The port's own command line: run without a shell, and only after somebody has confirmed exactly its arguments."""

import itertools
import os
import re
import shlex
import signal
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from ..core.base.errors import InputError
from .runs import Runs

MAX_LINES = 10_000
MAX_CHARACTERS = 1 << 20
"""What is kept of the output: the last lines, and of them so many characters."""
STOP_MS = 3000
"""How long a command has to end by itself after it was asked to."""
_MAX_LINE = 1 << 14
"""Where nothing ends a line, it is taken to end here."""
_EXAMPLE = "such as: ./port --wav {audio} --out {out}"


_PLAIN = re.compile(r"[\w@%+=:,./{}-]*")
"""What means nothing but itself to any shell or language, wherever it stands."""
_SCRIPTED = re.compile(r"(ba|da|z|k|c|tc|fi|)sh|ash|python[\d.]*|perl|ruby|node|osascript")
"""Programs that take the argument behind one of these options for a program's text."""
_TEXT_OPTION = re.compile(r"-[a-zA-Z]*[ceE]|--(command|eval|print)")
_JOINING = re.compile(r"cmd|powershell|pwsh|ssh|su|watch|eval")
"""Programs that make a shell's words of all their arguments."""
_PLACEHOLDER = re.compile(r"\{audio\}|\{out\}")


def arguments(text: str, audio: Path, out: Path) -> list[str]:
    """Split a command line as a POSIX shell would, and put the paths in; nothing else of a shell is there.

    Parameters
    ----------
    text : str
        The command line; ``{audio}`` and ``{out}`` may stand anywhere in an argument, and quoting the path is not
        needed. Inside a program's text, as behind ``sh -c``, only paths of plain characters can stand.
    audio, out : Path
        The recording, and the folder or file that the port writes.

    Raises
    ------
    InputError
        There is no command in it, a quotation mark is not closed, or a path could become part of a program.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(f"the command {text!r} cannot be split into words ({error}); write it {_EXAMPLE}") from None
    if not words or not words[0]:
        raise InputError(f"there is no command to run; write it {_EXAMPLE}")
    paths = {"{audio}": str(audio.absolute()), "{out}": str(out.absolute())}
    for place, word in enumerate(words):
        unsafe = [paths[name] for name in _PLACEHOLDER.findall(word) if not _PLAIN.fullmatch(paths[name])]
        if unsafe and _is_program_text(words, place):
            raise InputError(
                f"{_quoted(unsafe[0])} could run as part of {_quoted(word)}; give it as an argument, "
                """such as: sh -c './port "$1" "$2"' port {audio} {out}"""
            )
    return [_PLACEHOLDER.sub(lambda found: paths[found[0]], word) for word in words]


def _is_program_text(words: Sequence[str], place: int) -> bool:
    """Whether a word of the command line may be read as a program, in which a path's characters could mean anything."""
    programs = [Path(earlier).name.lower().removesuffix(".exe") for earlier in words[:place]]
    options = itertools.takewhile(lambda earlier: earlier.startswith("-"), reversed(words[:place]))
    return (
        not _PLAIN.fullmatch(words[place])
        or any(map(_JOINING.fullmatch, programs))
        or (any(map(_SCRIPTED.fullmatch, programs)) and any(map(_TEXT_OPTION.fullmatch, options)))
    )


def command_line(words: Sequence[str]) -> str:
    """Show arguments as a shell would have to be given them: on one line, with no character that cannot be seen."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_visible, word))}'"


def _visible(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    return character if character.isprintable() else character.encode("unicode_escape").decode()


class PortCommand(QObject):
    """Runs the command of one loaded run, and has the run read again after it has succeeded."""

    started = Signal()
    output = Signal(object)
    """Tuple of lines, str, that have been written since the last time: both streams, in the order of writing."""
    finished = Signal(int)
    """Exit code; 0 has the run read again."""
    failed = Signal(str)
    """Why the command gave no exit code: it cannot be started, was stopped, or crashed."""

    def __init__(self, runs: Runs, key: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs, self._key = runs, key
        self._text = self._confirmed = ""
        self._allowed: list[str] | None = None
        self._lines: deque[str] = deque()
        self._characters = 0
        self._stopped = False
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._unfinished = ""
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.setStandardInputFile(QProcess.nullDevice())
        if os.name == "posix":  # so that what the command starts itself ends with it
            parameters = QProcess.UnixProcessParameters()
            parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
            self._process.setUnixProcessParameters(parameters)
        self._process.started.connect(self.started)
        self._process.readyRead.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._patience = QTimer(self, singleShot=True, interval=STOP_MS)
        self._patience.timeout.connect(self._kill)

    @property
    def text(self) -> str:
        """The command line."""
        return self._text

    @property
    def confirmed(self) -> bool:
        """Whether this command line may be run, with the paths it was confirmed with."""
        return bool(self._text) and self._text == self._confirmed

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def lines(self) -> tuple[str, ...]:
        """What the last run has written, at most `MAX_LINES` and `MAX_CHARACTERS` from its end."""
        return tuple(self._lines)

    def set_text(self, text: str) -> None:
        """Propose a command line; one that was not confirmed before will not run."""
        self._text = text.strip()

    def confirm(self, words: list[str] | None = None) -> None:
        """Allow the command line as it is now, for as long as this object lives, with these arguments and no others.

        Parameters
        ----------
        words : list of str or None
            The arguments with the paths in them; None: those of the next start.
        """
        self._confirmed, self._allowed = self._text, words

    def allows(self, words: list[str]) -> bool:
        """Whether exactly these arguments may be run."""
        return self.confirmed and self._allowed in (None, words)

    def start(self, audio: Path) -> None:
        """Run the command.

        Raises
        ------
        InputError
            It has not been confirmed, is running already, or cannot be split into words; or its run is not open.
        """
        program, *rest = self._allowed = self._arguments(audio)
        self._lines.clear()
        self._characters, self._stopped, self._unfinished = 0, False, ""
        self._decoder.reset()
        self._process.start(program, rest)

    def stop(self) -> None:
        """Ask the command to end; where it does not within three seconds, it is killed."""
        if self.running:
            self._stopped = True
            self._patience.start()
            if os.name == "posix":
                self._send(signal.SIGTERM)
            else:
                self._process.terminate()

    def close(self) -> None:
        """Kill the command and wait until it is gone; nothing is announced any more."""
        self.blockSignals(True)
        self._patience.stop()
        if self.running:
            self._stopped = True
            self._kill()
            self._process.waitForFinished(STOP_MS)

    def _kill(self) -> None:
        if os.name == "posix":
            self._send(signal.SIGKILL)
        self._process.kill()

    def _send(self, number: int) -> None:
        """Send a signal to the command and all that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.processId(), number)

    def _arguments(self, audio: Path) -> list[str]:
        out = next((item.path for item in self._runs.items if item.key == self._key), None)
        if out is None:
            raise InputError("the port that the command belongs to is not open; open its folder first")
        if self.running:
            raise InputError("the command is still running; stop it first")
        words = arguments(self._text, audio, out)
        if not self.allows(words):
            raise InputError(
                f"the command {command_line(words)} has not been confirmed; look at it and confirm it first"
            )
        return words

    def _on_output(self, final: bool = False) -> None:
        text = self._unfinished + self._decoder.decode(self._process.readAll().data(), final)
        *lines, self._unfinished = text.split("\n")
        if self._unfinished and (final or len(self._unfinished) > _MAX_LINE):
            lines, self._unfinished = [*lines, self._unfinished], ""
        if lines:
            # What a carriage return writes over, as progress does, nobody would see on a terminal either.
            self._keep(tuple(line.removesuffix("\r").rpartition("\r")[2][-_MAX_LINE:] for line in lines))

    def _keep(self, lines: tuple[str, ...]) -> None:
        self._lines.extend(lines)
        self._characters += sum(map(len, lines))
        while len(self._lines) > MAX_LINES or self._characters > MAX_CHARACTERS:
            self._characters -= len(self._lines.popleft())
        self.output.emit(lines)

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._patience.stop()
        self._on_output(final=True)
        if self._stopped:
            self.failed.emit("was stopped")
        elif status == QProcess.ExitStatus.CrashExit:
            self.failed.emit("crashed")
        else:
            if code == 0 and any(item.key == self._key for item in self._runs.items):
                self._runs.reread(self._key)
            self.finished.emit(code)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(f"{self._process.program()}: cannot be started ({self._process.errorString()})")

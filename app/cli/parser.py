"""How the command line is described and read: what is mistyped is answered with what was probably meant."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from itertools import takewhile
from textwrap import fill
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from ...core.base.checking import nearest, unknown
from ...core.base.printable import printable

if TYPE_CHECKING:
    Commands: TypeAlias = "argparse._SubParsersAction[Parser]"

_DONE = "0    done"
_AGREE = "0    all ports agree\n  1    a port differs"
_EXITS = """
  2    something could not be done; one sentence on standard error says what
  70   a fault of Framescope itself; the sentence names the file of the details
  130  interrupted"""
_ENVIRONMENT = """
environment:
  FRAMESCOPE_ENCODER  the encoder, where the command line names none
  NO_COLOR            if set, no colours"""
_WIDTH = 78
_COMPARING = ("compare", "corpus")
"""Commands whose exit code says whether ports agree."""

EPILOG = f"exit codes:\n  {_DONE}, or all ports agree\n  1    a port differs{_EXITS}\n{_ENVIRONMENT}"
"""What stands below the help of all commands together."""


class Parser(argparse.ArgumentParser):
    """A parser that takes no word for another, and shows the usage of the command that was meant."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Read the words, and refuse those that mean nothing here, with the usage of this command."""
        words = list(sys.argv[1:] if args is None else args)
        if self._subparsers is None:
            self._refuse_unknown(word for word in takewhile(lambda word: word != "--", words) if word[:2] == "--")
        known, left = super().parse_known_args(words, namespace)
        if left:
            self._refuse_unknown(word for word in left if word[:1] == "-")
            self.error(f"{left[0]!r} is one argument too many")
        return known, left

    def error(self, message: str) -> NoReturn:
        """End with the usage and one sentence."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: error: {printable(message)}\n")

    def _refuse_unknown(self, options: Iterable[str]) -> None:
        """Refuse the first of these options that is none, nor the beginning of one."""
        known = [option for option in self._option_string_actions if option.startswith("--")]
        for option in options:
            name = option.partition("=")[0]
            if " " not in option and not any(each.startswith(name) for each in known):
                near = nearest(name, known)
                self.error(
                    f"there is no option {name}; {f'did you mean {near}?' if near else f'see {self.prog} --help'}"
                )

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            what = "/".join(action.option_strings) or str(action.metavar or action.dest)
            raise argparse.ArgumentError(None, unknown(what, value, list(action.choices)))


def add_command(
    commands: "Commands", name: str, about: str, summary: str | None, examples: Sequence[str], **more: Any
) -> Parser:
    """Describe a command: what it does, and below its options examples, exit codes and environment.

    Parameters
    ----------
    about, summary : str
        The description of the command, and its line in the list of commands; None: it is not listed.
    examples : sequence of str
        Command lines, without the program's name.
    more : keyword arguments
        Further ones of `argparse.ArgumentParser`.
    """
    listed: dict[str, Any] = {} if summary is None else {"help": summary}
    lines = "".join(f"\n  framescope {example}" for example in examples)
    codes = f"\nexit codes:\n  {_AGREE if name in _COMPARING else _DONE}{_EXITS}"
    return commands.add_parser(
        name,
        **listed,
        **more,
        description=fill(about, _WIDTH),
        epilog=f"examples:{lines}\n{codes}\n{_ENVIRONMENT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def nearest_command(word: str, commands: Iterable[str]) -> str | None:
    """Give the command that a first word was meant for, where it is neither a file nor looks like one."""
    if not word.replace("-", "").isalpha() or word.startswith("-") or os.path.exists(word):
        return None
    return nearest(word, commands)

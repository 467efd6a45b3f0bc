"""Every command of the window in one table: menus, tool bar, shortcuts, palette and key sheet are drawn from it."""

from .command import Command
from .compare import COMPARE
from .edit import EDIT
from .file import FILE
from .go import GO
from .help import HELP
from .playback import PLAYBACK
from .view import VIEW

__all__ = ["COMMANDS", "Command"]

COMMANDS: tuple[Command, ...] = (*FILE, *EDIT, *VIEW, *GO, *COMPARE, *PLAYBACK, *HELP)

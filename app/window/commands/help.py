"""The commands of the menu Help."""

from .command import Command, sections

HELP: tuple[Command, ...] = sections(
    (
        Command("palette", "Help", "Search commands …", ("Ctrl+Shift+P",), lambda w: w.asking.palette(), icon="search"),
        Command("keys", "Help", "Keys", ("?", "F1"), lambda w: w.asking.keys()),
    ),
    (Command("open_sample", "Help", "Open the sample", (), lambda w: w.files.open_sample(), icon="sample"),),
    (
        Command("licences", "Help", "Licences", (), lambda w: w.asking.licences()),
        Command("about", "Help", "About Framescope", (), lambda w: w.asking.about()),
    ),
)

"""The commands of the menu File."""

from .command import Command, beside, computed, opened, sections, tabbed, tabs


def _export_lane(number: int, name: str) -> Command:
    return Command(
        f"export_{name}", "File", f"Export the {name} lane …", (),
        lambda w: w.exports.ask_export_lane(w.views.lane(number)), "Export", can=opened,
    )  # fmt: skip


FILE: tuple[Command, ...] = sections(
    (
        Command("open", "File", "Open recording …", ("Ctrl+O",), lambda w: w.files.ask_open(), icon="open"),
        Command(
            "open_port", "File", "Open a port's folder …", ("Ctrl+P",), lambda w: w.files.ask_open_port(), icon="port"
        ),
        Command("open_port_file", "File", "Open a port's file …", (), lambda w: w.files.ask_open_port_file()),
        Command("live", "File", "Record live …", (), lambda w: w.live.open()),
        Command("open_corpus", "File", "Open corpus …", (), lambda w: w.corpora.ask_open()),
        Command("new_tab", "File", "New tab", ("Ctrl+T",), tabs("add"), can=tabbed),
        Command("close_tab", "File", "Close the tab", ("Ctrl+W",), tabs("close_current"),
                can=beside),
        Command("close_recording", "File", "Close the recording", (), lambda w: w.model.close(), can=opened),
    ),
    (
        Command("choose_recipe", "File", "Choose recipe …", (), lambda w: w.recipes.ask(), icon="recipe"),
        Command("open_recipe", "File", "Open a recipe's file …", (), lambda w: w.recipes.ask_file()),
        Command("choose_encoder", "File", "Choose encoder …", (), lambda w: w.files.ask_encoder()),
    ),
    (
        Command("open_session", "File", "Open session …", ("Ctrl+Shift+O",), lambda w: w.files.ask_open_session()),
        Command(
            "save_session", "File", "Save session …", ("Ctrl+S",), lambda w: w.files.ask_save_session(), icon="save"
        ),
    ),
    (
        Command(
            "export_frame", "File", "Export this {step} …", ("Ctrl+Shift+S",), lambda w: w.exports.ask_export_frame(),
            "Export", can=computed,
        ),
        *(_export_lane(number, name) for number, name in enumerate(("waveform", "mel", "feature", "error"))),
        Command(
            "export_figure", "File", "Export a figure …", (), lambda w: w.exports.ask_figure(), "Export", can=opened
        ),
        Command("export_picture", "File", "Save picture of the window …", (), lambda w: w.exports.ask_save_picture()),
    ),
    (Command("settings", "File", "Settings …", ("Ctrl+,",), lambda w: w.preferences.show(), icon="settings"),),
    (Command("quit", "File", "Quit", ("Ctrl+Q",), lambda w: w.close()),),
)  # fmt: skip

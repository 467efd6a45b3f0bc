"""Who knows the main window: whatever needs a recording, its ports or its time is given the inspection instead."""

from pathlib import Path

from test_house import ROOT, circle, imports, modules, place_of

WINDOW = "framescope.app.window.window"
MAY_KNOW_THE_WINDOW = {
    "app/window/gui.py": "it starts the window",
    "app/window/tabs.py": "it makes a window for every recording",
    "app/window/actions.py": "it hands the window to commands",
    "app/window/commands/command.py": "a command is a row of a table that calls any verb",
    "app/window/file_actions.py": "what is opened may be for any part: a recording, a port, a session, a corpus",
}
"""Modules that import the main window, be it for its type, and why."""
BELOW_THE_INSPECTION = {"framescope.app.window.history", "framescope.app.window.panels"}
"""What the inspection is made of in its own room."""


def module_of(name: str) -> str:
    return name.rpartition(".")[0]


def known_to(path: Path) -> set[str]:
    """Modules of the package that a module imports, also within functions and for types only."""
    places = (name.partition(".")[2].replace(".", "/") for name in imports(path) if name.startswith("framescope."))
    return {found for name in places if (found := place_of(name) or place_of(name.rpartition("/")[0]))}


def test_few_modules_know_the_main_window() -> None:
    knowing = {str(path.relative_to(ROOT)) for path in modules() if WINDOW in map(module_of, imports(path))}
    more, fewer = knowing - MAY_KNOW_THE_WINDOW.keys(), MAY_KNOW_THE_WINDOW.keys() - knowing
    assert not more, (
        f"{sorted(more)} import the main window, from which everything can be reached: give them the inspection "
        "(app/window/inspection.py) and the verbs that they use, or let them announce by a signal what others are to do"
    )
    assert not fewer, f"{sorted(fewer)} need the main window no longer: take them off the list"


def test_the_inspection_knows_no_verb() -> None:
    of_the_room = {module_of(name) for name in imports(ROOT / "app/window/inspection.py")}
    above = {name for name in of_the_room if name.startswith("framescope.app.window")} - BELOW_THE_INSPECTION
    assert not above, f"the inspection imports {sorted(above)}: verbs act on it, so it must not depend on any of them"


def test_without_the_window_no_part_of_it_is_in_a_circle_not_even_for_types() -> None:
    """So each verb can be read after those that it uses, and be tested with them alone."""
    paths = {str(path.relative_to(ROOT)): path for path in modules() if path.parts[len(ROOT.parts)] == "app"}
    left = circle({name: known_to(path) - {"app/window/window.py"} for name, path in paths.items()})
    assert not left, f"{left}: a circle; let one of them announce by a signal what the other is to do"

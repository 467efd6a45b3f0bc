"""The house rules that a machine can check: which room may import which, and that every room is packaged."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "models", "widgets", "app")
"""From the ground up: a room imports from itself and from the rooms before it."""
SHIPPED_EXTRAS = ("gui", "cluster", "parquet", "notebook")
QT = {"core": set(), "models": {"QtCore"}, "widgets": {"QtCore", "QtGui", "QtWidgets", "QtSvg"}}
WHY_DOWN = "what is below is tested and used without what is above; hand it what it needs as an argument"
WHY_QT = {
    "core": "core runs on servers that have no Qt; put it into models or widgets",
    "models": "models know no widgets, so that they are tested without a screen; put what draws into widgets",
    "widgets": "the other parts of Qt are for app, or are not installed with PySide6-Essentials",
}
SLOW = {"librosa", "scipy", "torch", "onnx", "av", "rich", "soundfile", "onnxruntime", "PySide6"}

MAX_LINES = 400
"""Of a module: the longest that a reader can keep in mind."""


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """Every imported module, absolute: relative ones begin with ``framescope.``."""
    package = ["framescope", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    allowed = ROOMS[: ROOMS.index(room) + 1]
    for name in imports(path):
        head, *rest = name.split(".")
        below = head != "framescope" or rest[0] in (*allowed, "__version__")
        assert below, f"{room} imports {name}, a room above it: {WHY_DOWN}"
        if head == "PySide6" and room in QT:
            assert rest[:1] == [] or rest[0] in QT[room], f"{room} imports {name}: {WHY_QT[room]}"


def test_every_package_folder_is_packaged() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        ".".join(("framescope", *path.parent.relative_to(ROOT).parts))
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert listed == found | {"framescope"}, "a package that pyproject.toml does not list is missing from the wheel"


DISTRIBUTIONS = {"PIL": "pillow", "yaml": "pyyaml", "google": "protobuf", "PySide6": "pyside6-essentials"}
"""Packages that are installed under another name than they are imported by."""


def test_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    listed = [*project["dependencies"], *(each for name in SHIPPED_EXTRAS for each in extras[name])]
    declared = {re.split(r"[^\w-]", each)[0].lower() for each in listed}
    heads = {name.split(".")[0] for path in modules() for name in imports(path)}
    outside = heads - {*sys.stdlib_module_names, "framescope", "_typeshed", "torch"}  # torch checks where it is there
    missing = {name for name in outside if DISTRIBUTIONS.get(name, name).replace("_", "-").lower() not in declared}
    assert not missing, f"{sorted(missing)}: a fresh installation would not have it; add it to pyproject.toml"


def test_tests_mirror_the_rooms() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    strays = {str(folder) for folder in folders if not (ROOT / folder).is_dir()}
    assert not strays, f"{sorted(strays)}: tests lie where the code lies, so that a change finds its tests"


def test_the_door_is_cheap() -> None:
    """`import framescope` and the start of the command line load nothing slow."""
    import subprocess

    code = "import sys, framescope, framescope.app.__main__ as m; m.build_parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    slow = {name.split(".")[0] for name in loaded} & (SLOW | {"numpy"})
    assert not slow, f"{sorted(slow)}: --help would wait for them; import them within the function that needs them"


READING = {"read_bytes", "read_text", "FileIO", "fromfile", "memmap", "loadtxt", "genfromtxt", "safe_open", "mmap"}
WRITING = {"write_bytes", "write_text", "tofile"}
DOORS = {
    "core/base/files.py",  # the door itself
    "core/dump.py",  # writes into a folder of its own
    "core/readers/formats/archives.py",  # unpacks into one
    "core/drawing/colour_maps.py",  # what ships with Framescope
    "core/base/system_libraries.py",
    "core/report/html.py",
    "core/report/corpus_page.py",
}
"""Modules that need not go through the door."""


def openings(path: Path) -> Iterator[tuple[int, str]]:
    """Calls in a module that read or write a file by its name, by line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            ours = isinstance(called, ast.Name) and name == "read_text"  # of the readers
            if (name in READING | WRITING and not ours) or (name == "open" and opens_a_file(node)):
                yield node.lineno, name


def opens_a_file(call: ast.Call) -> bool:
    """Tell the built-in function and the method of a path from other things that are opened."""
    mode = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    named = {keyword.arg for keyword in call.keywords} & {"mode", "encoding", "buffering"}
    return isinstance(call.func, ast.Name) or bool(named) or mode in {"r", "rb", "w", "wb", "a"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_opened_by_the_door(path: Path) -> None:
    """`framescope.core.base.files` refuses what could block for ever, and bounds what is read."""
    place = str(path.relative_to(ROOT))
    if place not in DOORS:
        found = [f"line {line}: {call}" for line, call in openings(path)]
        assert found == [], (
            f"{place}: open files by framescope.core.base.files, which never blocks and bounds what it reads"
        )


APP = ("app", "app/presenters", "app/window/commands", "app/window", "app/cli")
"""From the ground up, as in ROOMS; the command line opens the window, and the door, `app/__main__.py`, all commands."""


def at_once(path: Path) -> Iterator[str]:
    """Modules of ours that are imported with a module: neither within a function nor for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    later = {id(each) for node in ast.walk(tree) if is_later(node) for each in ast.walk(node)}
    package = ["framescope", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level and id(node) not in later:
            base = "/".join([*package[1 : len(package) - node.level + 1], *(node.module or "").split(".")]).strip("/")
            yield from {place_of(f"{base}/{alias.name}") or place_of(base) or base for alias in node.names}


def is_later(node: ast.AST) -> bool:
    types_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return types_only or isinstance(node, ast.FunctionDef)


def place_of(name: str) -> str | None:
    return next((place for place in (f"{name}.py", f"{name}/__init__.py") if (ROOT / place).is_file()), None)


def test_the_ground_floor_knows_nothing_above_it() -> None:
    for path in sorted((ROOT / "core" / "base").glob("*.py")):
        above = {name for name in at_once(path) if not name.startswith("core/base/")}
        assert not above, f"{path.name} imports {sorted(above)}: core/base is what every other room stands on"


def test_the_window_is_above_what_fills_it() -> None:
    for path in sorted((ROOT / "app").rglob("*.py")):
        room = str(path.parent.relative_to(ROOT))
        if path.name != "__main__.py":
            rooms = {str(Path(name).parent) for name in at_once(path) if name.startswith("app/")}
            above = [other for other in rooms if APP.index(other) > APP.index(room)]
            assert not above, f"{path.name} of {room} imports {above}: hand it what it needs, or move it up"


def test_presenters_know_the_window_not_even_as_a_type() -> None:
    for path in sorted((ROOT / "app" / "presenters").glob("*.py")):
        above = [name for name in imports(path) if name.startswith("framescope.app.window")]
        assert not above, f"{path.name} imports {above}: hand it what it needs, or move it up"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Give the modules that are in a circle, or between two; none where each can be read after those below it."""
    left = dict(graph)
    while free := [name for name, below in left.items() if not below & left.keys() - {name}]:
        for name in free:
            del left[name]
    return sorted(left)


def test_no_module_imports_itself_in_a_circle() -> None:
    left = circle({str(path.relative_to(ROOT)): set(at_once(path)) for path in modules()})
    assert not left, f"{left}: a circle; move what they share into a module below both"


def test_modules_are_short_enough_to_read() -> None:
    long = [path.name for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES]
    assert not long, f"{long}: more than {MAX_LINES} lines; move a part with a name into a module beside it"

"""Copy the licence files of every installed package that the one-file program carries into a folder."""

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

NOT_CARRIED = {"av", "pip", "setuptools", "wheel", "pyinstaller", "pyinstaller-hooks-contrib", "altgraph"}
NAMES = ("licen", "copying", "notice", "thirdparty")


def licences(distribution: Distribution) -> list[Path]:
    """Give the licence files of a package."""
    files = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return [path for path in files if path.name.lower().startswith(NAMES) and path.is_file()]


def main(folder: Path) -> None:
    """Copy them, one folder a package; a package without a file gets its metadata's word."""
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if name.lower() in NOT_CARRIED:
            continue
        (folder / name).mkdir(parents=True, exist_ok=True)
        for path in licences(distribution):
            (folder / name / path.name).write_bytes(path.read_bytes())
        if not any((folder / name).iterdir()):
            said = distribution.metadata.get("License-Expression") or distribution.metadata.get("License")
            (folder / name / "LICENSE.txt").write_text(f"{said or 'see its home page'}\n", encoding="utf-8")
    (folder / "NOTICE.md").write_bytes((Path(__file__).parent.parent / "resources" / "NOTICE.md").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""How the panels of the workspaces were left, one text a workspace, in the user's state folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from ..core.base.errors import InputError
from ..core.base.store import Store

_MAX_LETTERS = 1 << 16
"""Letters of one layout, at most."""


def layouts_path() -> Path:
    """Give the place of the file."""
    return platformdirs.user_state_path("framescope", appauthor=False) / "layouts.json"


def load_layouts() -> dict[str, str]:
    """Give what was remembered, by the name of the workspace."""
    return _STORE.read()


def save_layouts(layouts: Mapping[str, str]) -> None:
    """Remember how these workspaces were left.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    _STORE.change(lambda old: {**old, **layouts})


def _checked(values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        raise InputError("the file must hold a JSON object")
    return {name: text for name, text in values.items() if isinstance(text, str) and len(text) <= _MAX_LETTERS}


_STORE: Store[dict[str, str]] = Store(layouts_path, "layouts", _checked, dict)

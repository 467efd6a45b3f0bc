"""How the figures of a port moved since its last run."""

from collections.abc import Sequence

from ...models.comparison_table import Change, Movement
from ..label import Label

_SIGNS: dict[Change, str] = {"better": "▼", "worse": "▲", "new": "+", "gone": "−"}


class MovementStrip(Label):
    """One line: each stage's figure before and after, with a sign for better or worse; hidden before a second run."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Change since the last run")
        self.hide()

    def set_movements(self, movements: Sequence[Movement]) -> None:
        """Show how the stages moved; none: the port has run only once."""
        moved = [f"{_SIGNS[each.change]} {each}" for each in movements if each.change in _SIGNS]
        self.setText("Since the last run:  " + ("   ".join(moved) or "nothing moved"))
        self.setToolTip("\n".join(map(str, movements)))
        self.setVisible(bool(movements))

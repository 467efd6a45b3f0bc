"""What if: a block of the recipe strip opened as a panel, its parameters changed by hand, and all views at that."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...core.base.errors import InputError
from ...core.report.formatting import error_text
from ...core.what_if import block_names, computable
from ...models.answer import moved
from ...models.chain import Link
from ...models.diagnosis_model import Diagnosing
from ...models.what_if import WhatIf
from ...widgets.panels.block_panel import BlockPanel
from ..presenters.compare_lanes import CompareLanes
from ..presenters.what_if_part import Part
from .inspection import Inspection
from .what_if_lanes import WhatIfLanes

_WAITING = "; the rest follows …"


class Trying(QObject):
    """Opens blocks, and hands on what is changed there."""

    changed = Signal()
    """Something is to be said anew of the parameters that were changed."""

    def __init__(self, inspection: Inspection, compared: CompareLanes, diagnosing: Diagnosing) -> None:
        super().__init__(inspection)
        self._inspection, self._diagnosing = inspection, diagnosing
        self._link: Link | None = None
        self._evidence = ""
        self.what_if = WhatIf(inspection.runs, inspection.model, self)
        self.lanes = WhatIfLanes(inspection, compared, self.what_if)
        self.panel = BlockPanel()
        inspection.panels.add("block", "Block", self.panel)
        self.panel.changed.connect(self._change)
        self.panel.reset_wanted.connect(self.what_if.reset)
        self.panel.stage_wanted.connect(lambda: self.show_stage(self._link.stage if self._link else ""))
        self.what_if.changed.connect(self._on_changed)
        self.what_if.settled.connect(self._on_settled)
        self.lanes.shown.connect(self._on_part)

    def open(self, link: Link) -> None:
        """Open a block, and bring its stage's lane into sight."""
        self._link = link
        self.show_stage(link.stage)
        self.refresh()
        self._inspection.panels.bring("block")

    def show_stage(self, stage: str) -> None:
        """Bring the lane of a stage into sight."""
        if lane := self._inspection.lanes.lane(stage):
            self._inspection.lanes.scrolling.ensureWidgetVisible(lane)

    def set_links(self, links: tuple[Link, ...]) -> None:
        """Take over what is known of the blocks now."""
        if self._link is not None:
            same = (link for link in links if (link.block, link.kind) == (self._link.block, self._link.kind))
            self._link = next(same, None)
        self.refresh()

    def refresh(self) -> None:
        """Show the block that is open as it is computed now."""
        link, recipe = self._link, self.what_if.recipe or self.what_if.base
        if link is None or link.block is None or recipe is None or link.block >= len(recipe.blocks):
            self.panel.set_block(None, {}, {}, editable=False)
            return
        block = recipe.blocks[link.block]
        found, own = ({change.name: change for change in changes} for changes in (link.changes, link.own))
        editable = computable(block) and self._inspection.runs.comparison is not None
        self.panel.set_block(block, found, own, editable=editable)
        self.panel.set_evidence(self.what_if.problem or self._evidence)

    def _change(self, name: str, value: Any) -> None:
        """Change a parameter of the block that is open."""
        base = self.what_if.base
        if base is None or self._link is None or self._link.block is None:
            return
        self._diagnosing.assume(())
        try:
            self.what_if.change(f"{block_names(base)[self._link.block]}.{name}", value)
        except InputError as error:
            self._inspection.say(str(error))
            self.refresh()

    def _on_changed(self) -> None:
        self._evidence = ""
        self.changed.emit()

    def _on_part(self, parts: Mapping[str, Part]) -> None:
        changes = (
            f"{stage} {error_text(part.before)} → {error_text(part.after)}"
            for stage, part in parts.items()
            if part.before is not None and part.after is not None
        )
        if text := ", ".join(changes):
            self._evidence = f"Largest differences of the part in view: {text}{_WAITING}"
        self.refresh()

    def _on_settled(self) -> None:
        own, shown = self._inspection.runs.comparison, self._inspection.runs.shown
        if own is not None and shown is not None and shown is not own:
            self._evidence = f"Largest differences: {moved(own, shown)}"
        self.changed.emit()

"""An open run, and what it rests on: its files, what is being read or compared, and what is wrong with them."""

from dataclasses import dataclass, replace
from typing import Any

from ..core.run import Run
from .open_run import OpenRun
from .run_jobs import Request
from .watch import Watch


@dataclass(slots=True, eq=False)
class RunEntry:
    """An open run, and what it rests on."""

    item: OpenRun
    watch: Watch | None = None
    reading: bool = False
    asked: bool = False
    """Whether somebody asked for what is being read: what the watch sees meanwhile does not take that back."""
    read_beside: Run | None = None
    """The reference that decided where files could be read in several ways."""
    request: Request | None = None
    """The comparison that is under way."""
    compared_with: Run | None = None
    trouble: str = ""
    """What is wrong with the newest files, so that an older run is shown."""

    def change(self, **changes: Any) -> bool:
        """Change what is known of the run; tell whether anything of it was another before."""
        news = any(getattr(self.item, name) != value for name, value in changes.items())
        if news:
            self.item = replace(self.item, **changes)
        return news

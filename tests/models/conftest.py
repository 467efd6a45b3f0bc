"""What the tests of the models share: jobs that end with the test, and the timeline of one recording."""

from collections.abc import Iterator
from typing import Any

import pytest
from framescope.models.jobs import Jobs
from framescope.models.timeline import Timeline


@pytest.fixture
def jobs(qtbot: Any) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    jobs.close()


@pytest.fixture
def timeline() -> Timeline:
    return Timeline()

"""A whole simulated session in a store, for checks that change or read what is kept."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

from devicelog import registry
from devicelog.testing.simulated import RecordedSession, record_session
from tests.faults.sessions import Course


def record_course(folder: Path, course: Course, *, seed: int = 1) -> RecordedSession:
    """Record a course on a virtual clock into `folder`/store, with keys in `folder`/keys."""
    simulator = registry.simulator(course.simulator)
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}):
        return record_session(
            course.driver,
            simulator.start(seed, simulator.scenarios[course.scenario]),
            folder / "store",
            protocol=course.protocol or "none",
            zones=("face",),
        )

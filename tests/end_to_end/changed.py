"""A part of devicelog that is changed in a process of its own before the command begins (test_threads.py)."""

from __future__ import annotations

import os

#: The environment variable with the statements that change it.
CHANGE = "PART_CHANGED_BY"


def change() -> None:
    """Change what the statements say."""
    exec(os.environ[CHANGE], {})

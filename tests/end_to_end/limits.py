"""A process whose files may not grow over a size, as a quota makes them fail; `first` of `Warm.start` names it."""

from __future__ import annotations

import os
import resource

#: The environment variable with the size (bytes).
LARGEST = "FILES_END_AT"


def hold() -> None:
    """Hold this process, which is devicelog from now on, to the size."""
    size = int(os.environ[LARGEST])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

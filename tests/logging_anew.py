"""For tests of the operational log: what other tests let modules remember of how to log counts no more."""

from __future__ import annotations

import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.testing import capture_logs


def let_go() -> None:
    """Let every module ask anew how to log: each keeps what it was told when it logged first."""
    for name, module in list(sys.modules.items()):
        if name.startswith("devicelog."):
            getattr(getattr(module, "_log", None), "__dict__", {}).pop("bind", None)


@contextmanager
def all_events() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged meanwhile, of every level, however a command was set up in this process before."""
    before = structlog.get_config()
    structlog.reset_defaults()
    let_go()
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        structlog.configure(**before)

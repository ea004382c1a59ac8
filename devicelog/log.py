"""The operational log (structlog): what the program does, never what the record holds.

It goes to stderr, warnings and worse, or to the file and level that DEVICELOG_LOG and DEVICELOG_LOG_LEVEL name. Only
the fields listed here pass, so that no name, birth date or note can slip in.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

#: The only fields that a log line may carry.
ALLOWED = frozenset({"event", "level", "timestamp", "exception", "session", "link", "driver", "why", "cause", "store"})


def configure() -> None:
    """Set the operational log up for this process."""
    level = os.environ.get("DEVICELOG_LOG_LEVEL", "warning").upper()
    number = logging.getLevelNamesMapping().get(level, logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _only_allowed,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(_Harmless(_target())),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


class _Harmless:
    """A stream that may fail: a terminal that was closed, or a full disk, must not end a recording."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def _target() -> TextIO:
    path = os.environ.get("DEVICELOG_LOG")
    if path is None:
        return sys.stderr
    try:
        return Path(path).open("a", encoding="utf-8")
    except OSError:
        return sys.stderr


def _only_allowed(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in fields.items() if key in ALLOWED}

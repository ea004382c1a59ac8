"""The operational log (structlog): what the program does, never what the record holds.

It goes to stderr, warnings and worse, or to the file and level that DEVICELOG_LOG and DEVICELOG_LOG_LEVEL name. Only
the fields listed here pass, so that no name, birth date or note can slip in. Of an exception its type and its place are
told and never its words: they quote what was at hand.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

#: The only fields that a log line may carry.
ALLOWED = frozenset(
    {"event", "level", "timestamp", "exception", "session", "link", "driver", "why", "cause", "store"}
    | {"person", "address", "token"}  # of the accounts: ids, and where somebody came from
)
#: So many places of an exception are told, the innermost ones.
_FRAMES = 12


def configure() -> None:
    """Set the operational log up for this process."""
    level = os.environ.get("DEVICELOG_LOG_LEVEL", "warning").upper()
    number = logging.getLevelNamesMapping().get(level, logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _type_and_place,
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


# -- exceptions ------------------------------------------------------------------------------------------------


def unforeseen(error: BaseException) -> str:
    """Types and places of an exception and of what it came of: "KeyError at devicelog/station/desk.py:157 in _do"."""
    return "; of ".join(_one(each) for each in _chain(error))


def instead_of_tracebacks() -> None:
    """Let a thread that dies, and an exception that nobody can take, be told here; Python would print their words."""

    def died(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            structlog.get_logger().error("a thread died", exc_info=args.exc_value)

    def lost(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            structlog.get_logger().error("an exception was lost", exc_info=args.exc_value)

    threading.excepthook, sys.unraisablehook = died, lost


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _one(error: BaseException) -> str:
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)][-_FRAMES:]
    places = [f"{'/'.join(Path(code.co_filename).parts[-3:])}:{line} in {code.co_name}" for code, line in frames]
    return f"{type(error).__name__} at {', '.join(reversed(places))}" if places else type(error).__name__


def _type_and_place(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The exception of a line as `unforeseen` says it, innermost place first."""
    given = fields.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    return {**fields, "exception": unforeseen(error)} if error is not None else fields


def _only_allowed(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in fields.items() if key in ALLOWED}

"""Keeps what lists and searches look at as the ledgers stand; whatever goes wrong with it, a recording goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from devicelog import clock
from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError, StoreFullError
from devicelog.search.digest import VERSION
from devicelog.store.projection import Projected, Projection
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow

#: The longest that a store which was opened is kept from its use by what is missing (s); what is left waits.
AT_OPENING = 0.5
#: The longest at its end, when nobody waits for a device any more (s).
AT_END = 5.0
#: So many sessions are written together.
_TOGETHER = 50

_log = structlog.get_logger()


@contextmanager
def writing(path: Path, *, create: bool = True, resuming: bool = False) -> Iterator[Writer]:
    """A store opened for writing; what lists and searches look at follows, at the beginning and the end.

    `resuming`: as for `Writer.open`. Raises what `Writer.open` does, and NotNowError if the disk fails.
    """
    with Writer.open(path, create=create, resuming=resuming) as writer:
        try:
            catch_up(writer, AT_OPENING)
        except NotNowError:  # nobody knows what became durable: nothing may be built on this connection
            writer.reopen()
        yield writer
        with suppress(NotNowError):
            catch_up(writer, AT_END)


def catch_up(writer: Reader, seconds: float | None = None) -> None:
    """Make what is missing, the newest sessions first, for at most so long.

    `writer` is a store whose connection can write. Of a session that is running, or whose ledger cannot be read,
    nothing is kept. On a full disk, or while another program has the store, it is left for the next time; NotNowError
    if the disk fails.
    """
    until = clock.boot_ns() + round(seconds * 1e9) if seconds is not None else None
    try:
        _catch_up(writer, until)
    except StoreFormatError as error:  # a store that is damaged is told by `verify`, and still recorded to
        _log.warning("search tables cannot be read", cause=str(type(error).__name__))
    except NotNowError as error:
        _log.warning("search tables are behind", cause=type(error).__name__)
        if not isinstance(error, StoreFullError | StoreBusyError):
            raise


def rebuild(writer: Reader) -> int:
    """Forget all, and make all of it again; the number of sessions of which nothing can be kept."""
    Projection(writer, VERSION).drop()
    return _catch_up(writer, None)


def _catch_up(writer: Reader, until: int | None) -> int:
    projection = Projection(writer, VERSION)
    missing = [row for row in reversed(projection.missing()) if row.state != "running"]
    left, made = len(missing), list[Projected]()
    for row in missing:
        if until is not None and clock.boot_ns() >= until:
            break
        one = _made(writer, row)
        if one is not None:
            made.append(one)
            left -= 1
        if len(made) >= _TOGETHER:
            projection.keep(made)
            made = []
    if made:
        projection.keep(made)
    return left


def _made(writer: Reader, row: SessionRow) -> Projected | None:
    from devicelog.search.projector import project

    try:
        return project(writer, row)[1]
    except StoreFormatError:
        return None

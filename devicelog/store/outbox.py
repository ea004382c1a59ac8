"""The outbox: what is to be delivered, written down before the first byte of it leaves.

A row says of which session what goes where, with which files of keys, and what became of it so far. It holds no secret:
tokens and private keys are named by their paths. What a receiver said may hold anything, so it is sealed with the
subject's key. That something was delivered is an entry of the session's ledger; the row only points to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from devicelog.errors import BadInputError, UnknownNameError
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction, translated
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer

TABLE = "outbox"
#: The first version of a store that has it.
_SINCE = 2
#: No number of a row is larger (SQLite).
_LARGEST = 2**63 - 1


class State(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    """To be tried when it is due."""
    SENDING = "sending"
    """Being tried; of a process that is gone: nobody knows what arrived."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    """The receiver said that it will not have it."""
    CANCELLED = "cancelled"


#: The format of a row that tells a webhook of something; its target is `webhook:<id>`, what happened is in `of`.
WEBHOOK = "webhook"
#: What is still to be done.
OPEN = frozenset({State.WAITING, State.SENDING})


class Means(msgspec.Struct, frozen=True, omit_defaults=True):
    """With what a receiver is spoken to: paths of files, and how long an answer is waited for (s)."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    token: str | None = None
    unencrypted: bool = False
    timeout: float = 60.0


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a row holds: what goes where, and the last try.

    `id` names the delivery in its receipt; `what` is the file of an export, or "folder"; `of`, `sha256`, `size` and
    `messages` are of the content that was tried last. `tries` counts those that began, `unanswered` those of them of
    which nobody knows whether they arrived. `why` is one of our own words, `said` the receiver's, sealed; `entry` is
    that of the receipt.
    """

    id: str
    target: str
    format: str
    what: str
    by: str
    made: str
    formats: tuple[str, ...] = ()
    means: Means = Means()
    tries: int = 0
    unanswered: int = 0
    tried: str | None = None
    of: Mapping[str, Any] | None = None
    sha256: str | None = None
    size: int | None = None
    messages: tuple[str, ...] = ()
    why: str | None = None
    said: Mapping[str, str] | None = None
    entry: int | None = None


class Delivery(msgspec.Struct, frozen=True):
    """A row: its number, that of its session, its state, from when on it may be tried (RFC 3339, UTC), and the rest."""

    number: int
    session: int
    state: State
    due: str
    content: Content

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done."""
        return self.state in OPEN

    @property
    def is_webhook(self) -> bool:
        """Whether it is no record but the news of one, which the station itself sends (`delivery/courier.py`)."""
        return self.content.format == WEBHOOK


_content_of = msgspec.json.Decoder(Content).decode
_encode = msgspec.json.Encoder(order="sorted").encode


def deliveries(reader: Reader, session: int | None = None) -> list[Delivery]:
    """All rows, or those of a session, oldest first; none of a store that never had an outbox."""
    sql = f"SELECT number, session, state, due, body FROM {TABLE}"  # noqa: S608
    return list(_rows(reader, f"{sql} WHERE ?1 IS NULL OR session = ?1 ORDER BY number", session))


def unfinished(rows: Sequence[Delivery]) -> list[Delivery]:
    """Those that somebody has to do with: open ones, and refused ones unless the same was ordered again later."""
    last = {(row.session, row.content.target, row.content.what, row.content.formats): row.number for row in rows}
    newest = frozenset(last.values())
    return [row for row in rows if row.is_open or (row.state is State.REFUSED and row.number in newest)]


def open_deliveries(reader: Reader) -> list[Delivery]:
    """Those that are to be done, oldest first; the others are not looked at."""
    sql = f"SELECT number, session, state, due, body FROM {TABLE} WHERE state IN (?, ?) ORDER BY number"  # noqa: S608
    return list(_rows(reader, sql, *sorted(OPEN)))


def told(reader: Reader) -> list[Delivery]:
    """The rows that tell webhooks of something, oldest first."""
    return [row for row in deliveries(reader) if row.is_webhook]


def delivery(reader: Reader, number: int) -> Delivery:
    """The row of a number; UnknownNameError if there is none."""
    sql = f"SELECT number, session, state, due, body FROM {TABLE} WHERE number = ?"  # noqa: S608
    found = list(_rows(reader, sql, number)) if abs(number) <= _LARGEST else []
    if not found:
        known = [str(one.number) for one in deliveries(reader)[-5:]]
        raise UnknownNameError("delivery", str(number), known)
    return found[0]


@again_if_changed
def add(writer: Writer, session: int, due: str, content: Content) -> Delivery:
    """Write a new one down, durably."""
    with transaction(writer.folder, writer.connection):
        row = (session, State.WAITING.value, due, _encode(content))
        sql = f"INSERT INTO {TABLE} (session, state, due, body) VALUES (?, ?, ?, ?)"  # noqa: S608
        writer.connection.execute(sql, row)
        number = int(writer.connection.last_insert_rowid())
    return Delivery(number, session, State.WAITING, due, content)


@again_if_changed
def change(writer: Writer, row: Delivery) -> None:
    """Put a row in the place of the one of its number, durably; BadInputError if that was closed meanwhile."""
    with transaction(writer.folder, writer.connection):
        known = delivery(writer, row.number)
        if not known.is_open:
            raise BadInputError(f"delivery {row.number} is {known.state} already; see `devicelog outbox --all`.")
        bindings = (row.state.value, row.due, _encode(row.content), row.number)
        sql = f"UPDATE {TABLE} SET state = ?, due = ?, body = ? WHERE number = ?"  # noqa: S608
        writer.connection.execute(sql, bindings)


def _rows(reader: Reader, sql: str, *bindings: Any) -> Iterator[Delivery]:
    with translated(reader.folder):
        version = reader.connection.pragma("user_version")
        if not isinstance(version, int) or version < _SINCE:
            return
        for number, session, state, due, body in reader.connection.execute(sql, bindings):
            yield Delivery(number, session, State(state), due, _content_of(body))

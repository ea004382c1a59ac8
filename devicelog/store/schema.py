"""The tables of a store and how older versions become this one.

Entries and chunks are keyed by one number, session number times 2^32 plus their own number, so that they lie in the
order in which they were written. `session` is a projection: it can be made again from the ledger. So are `digest`,
`listed` and `term`, which are for lists and searches and no evidence of anything (`store/projection.py`). `outbox` is
what is still to be delivered (`store/outbox.py`); what was delivered is an entry.
"""

from __future__ import annotations

#: The version that this code writes.
VERSION = 2

#: A row's key is its session's number shifted by so many bits, plus its own number.
SHIFT = 32

#: One step from each version to the next; a store is brought up to date in one transaction.
MIGRATIONS: dict[int, str] = {
    0: """
    CREATE TABLE entry (
        key   INTEGER PRIMARY KEY,
        body  BLOB NOT NULL,
        hash  BLOB NOT NULL
    ) STRICT;
    CREATE TABLE chunk (
        key      INTEGER PRIMARY KEY,
        link     INTEGER NOT NULL,
        kind     INTEGER NOT NULL,
        boot_ns  INTEGER NOT NULL,
        wall_ns  INTEGER NOT NULL,
        packed   INTEGER NOT NULL,
        data     BLOB NOT NULL
    ) STRICT;
    CREATE TABLE seal (
        number     INTEGER PRIMARY KEY,
        session    INTEGER NOT NULL,
        body       BLOB NOT NULL,
        signature  BLOB NOT NULL
    ) STRICT;
    CREATE INDEX seal_session ON seal (session, number);
    CREATE TABLE session (
        number   INTEGER PRIMARY KEY,
        id       TEXT NOT NULL UNIQUE,
        subject  TEXT NOT NULL,
        started  TEXT NOT NULL,
        state    TEXT NOT NULL
    ) STRICT;
    CREATE INDEX session_subject ON session (subject);
    CREATE TABLE subject (
        id      TEXT PRIMARY KEY,
        lookup  BLOB NOT NULL UNIQUE,
        sealed  BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE approval (
        number     INTEGER PRIMARY KEY,
        body       BLOB NOT NULL,
        signature  BLOB NOT NULL
    ) STRICT;
    CREATE TABLE listed (
        number   INTEGER PRIMARY KEY,
        seal     INTEGER NOT NULL,
        version  INTEGER NOT NULL,
        body     BLOB NOT NULL
    ) STRICT;
    CREATE TABLE digest (
        number  INTEGER PRIMARY KEY,
        body    BLOB NOT NULL
    ) STRICT;
    CREATE TABLE term (
        key      TEXT NOT NULL,
        value    TEXT NOT NULL,
        session  INTEGER NOT NULL,
        PRIMARY KEY (key, value, session)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX term_session ON term (session);
    """
    + "".join(
        f"""
    CREATE TRIGGER {table}_is_never_{verb}d BEFORE {verb.upper()} ON {table}
    BEGIN SELECT RAISE(ABORT, 'a {table} is never {verb}d'); END;
    """
        for table in ("entry", "chunk", "seal", "approval")
        for verb in ("update", "delete")
    ),
    1: """
    CREATE TABLE outbox (
        number   INTEGER PRIMARY KEY,
        session  INTEGER NOT NULL,
        state    TEXT NOT NULL,
        due      TEXT NOT NULL,
        body     BLOB NOT NULL
    ) STRICT;
    CREATE INDEX outbox_session ON outbox (session);
    """,
}

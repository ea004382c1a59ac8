"""The tables of the accounts and how older versions become this one.

Times are wall times in ns. What opens something is kept as what can only be compared with it: passwords and PINs as
argon2id, codes and tokens as SHA-256. A secret that has to be read again (`totp`) is sealed once more.
`act` holds what is still to be written into the chain of seals (`store/accounts/acts.py`).
"""

from __future__ import annotations

from devicelog.store.accounts.drafts import TABLE as DRAFTS

#: One step from each version to the next.
MIGRATIONS: dict[int, str] = {
    0: """
    CREATE TABLE person (
        id            TEXT PRIMARY KEY,
        name          TEXT NOT NULL,
        name_key      TEXT NOT NULL UNIQUE,
        login         TEXT NOT NULL UNIQUE,
        roles         TEXT NOT NULL,
        profession    TEXT,
        registration  TEXT,
        created       INTEGER NOT NULL,
        created_by    TEXT NOT NULL,
        disabled      INTEGER,
        password      TEXT,
        pin           TEXT,
        totp          BLOB,
        totp_step     INTEGER NOT NULL DEFAULT 0,
        totp_next     BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE recovery (
        person  TEXT NOT NULL,
        hash    BLOB NOT NULL,
        PRIMARY KEY (person, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE code (
        hash     BLOB PRIMARY KEY,
        person   TEXT UNIQUE,
        expires  INTEGER NOT NULL,
        totp     BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE login (
        hash         BLOB PRIMARY KEY,
        id           TEXT NOT NULL UNIQUE,
        person       TEXT NOT NULL,
        address      TEXT NOT NULL,
        is_local     INTEGER NOT NULL,
        with_totp    INTEGER NOT NULL,
        started      INTEGER NOT NULL,
        used         INTEGER NOT NULL,
        password_at  INTEGER NOT NULL,
        pin_at       INTEGER,
        pin_tries    INTEGER NOT NULL DEFAULT 0,
        locked       INTEGER NOT NULL DEFAULT 0,
        ended        INTEGER,
        ended_why    TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX login_person ON login (person);
    CREATE TABLE tries (
        key    BLOB PRIMARY KEY,
        count  INTEGER NOT NULL,
        last   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE token (
        id          TEXT PRIMARY KEY,
        hash        BLOB NOT NULL UNIQUE,
        name        TEXT NOT NULL,
        scopes      TEXT NOT NULL,
        made        INTEGER NOT NULL,
        made_by     TEXT NOT NULL,
        expires     INTEGER NOT NULL,
        used        INTEGER,
        revoked     INTEGER,
        revoked_by  TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE act (
        number  INTEGER PRIMARY KEY AUTOINCREMENT,
        body    BLOB NOT NULL
    ) STRICT;
    """,
    1: DRAFTS,
    # Every step of an authenticator that was used: a clock that was set back makes codes right again that were.
    2: """
    CREATE TABLE totp_used (
        person  TEXT NOT NULL,
        step    INTEGER NOT NULL,
        PRIMARY KEY (person, step)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO totp_used SELECT id, totp_step FROM person WHERE totp_step > 0;
    """,
}

#: What a backup does not take along: what somebody is doing at the moment, and what lets somebody in once.
PASSING = ("login", "tries", "code", "draft")

"""Someone who has the computer: the store's keys, the key that seals, and whatever SQLite lets him write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.acts.keychain import KEY_ROTATED, rotation
from devicelog.ledger import GENESIS, Chain, Seal, decode, encode, public_bytes, seal
from devicelog.store import outbox
from devicelog.store.database import Connection, open_database
from devicelog.store.folder import open_folder
from devicelog.store.projection import TABLES
from devicelog.store.reader import Reader
from devicelog.store.rotation import sealing_key
from devicelog.store.schema import SHIFT
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store
from devicelog.verification.witnesses import Testimony

#: A row's key, the name of that column, and the value of a column.
Cell = tuple[Any, Any]
#: Another body for an entry: session number, entry number and body as it is.
Rewrite = Callable[[int, int, bytes], bytes]


class Forger:
    """A store that can be changed, looked at, and put back; without the triggers unless they are to be kept."""

    def __init__(self, store: Path, *, triggers: bool = False) -> None:
        self.folder = open_folder(store)
        self.db: Connection = open_database(self.folder, write=True)
        if not triggers:
            for (name,) in list(self.db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")):
                self.db.execute(f"DROP TRIGGER {name}")

    def close(self) -> None:
        self.db.close()

    def verify(self, witnesses: Sequence[Testimony] = ()) -> Findings:
        return verify_store(Reader(self.folder, self.db), witnesses)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is undone afterwards."""
        folder = self.folder
        self.db.execute("SAVEPOINT forgery")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK TO forgery")
            self.db.execute("RELEASE forgery")
            self.folder = folder

    def after(self, *statements: str, witnesses: Sequence[Testimony] = ()) -> Findings:
        """What verification says after these statements."""
        with self.undone():
            for statement in statements:
                self.db.execute(statement)
            return self.verify(witnesses)

    def after_setting(self, table: str, rowid: Any, key: str, column: str, value: Any) -> Findings:
        with self.undone():
            self.db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (value, rowid))
            return self.verify()

    # -- what there is ------------------------------------------------------------------------------------------

    def tables(self) -> list[str]:
        """Every table of evidence in the store, whatever version of the schema made it; not what is made of it."""
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        return [str(row[0]) for row in self.db.execute(f"{sql} ORDER BY name") if row[0] not in (*TABLES, outbox.TABLE)]

    def columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self.db.execute(f"PRAGMA table_info({table})")]

    def key(self, table: str) -> str:
        return next(str(row[1]) for row in self.db.execute(f"PRAGMA table_info({table})") if row[5])

    def rows(self, table: str, column: str) -> list[Cell]:
        key = self.key(table)
        return list(self.db.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}"))

    def keys(self, table: str) -> list[Any]:
        return [row[0] for row in self.rows(table, self.key(table))]

    def sessions(self) -> list[int]:
        return [row[0] for row in self.db.execute("SELECT number FROM session ORDER BY number")]

    def entries(self, session: int) -> int:
        return int(next(self.db.execute("SELECT count(*) FROM entry WHERE key >> 32 = ?", (session,)))[0])

    def sealed(self, session: int) -> int:
        """So many entries of a session are covered by seals."""
        last = list(self.db.execute("SELECT body FROM seal WHERE session = ? ORDER BY number", (session,)))
        return int(decode(last[-1][0])["entries"]) if last else 0

    # -- what he does -------------------------------------------------------------------------------------------

    def run(self, sql: str, *bindings: Any) -> None:
        self.db.execute(sql, bindings)

    def remove_session(self, session: int) -> None:
        """A session with all that belongs to it."""
        for table in ("entry", "chunk"):
            self.db.execute(f"DELETE FROM {table} WHERE key >> 32 = ?", (session,))
        self.db.execute("DELETE FROM seal WHERE session = ?", (session,))
        self.db.execute("DELETE FROM session WHERE number = ?", (session,))

    def set_back(self, to: int) -> None:
        """Everything as it was when that seal had just been made."""
        for session in self.sessions():
            sql = "SELECT body FROM seal WHERE session = ? AND number <= ? ORDER BY number DESC LIMIT 1"
            last = list(self.db.execute(sql, (session, to)))
            if not last:
                self.remove_session(session)
                continue
            said = decode(last[0][0])
            if not said["final"]:
                self.cut(session, said["entries"])
                end = (session << SHIFT) + said["chunks"], (session + 1) << SHIFT
                self.db.execute("DELETE FROM chunk WHERE key > ? AND key < ?", end)
                self.db.execute("UPDATE session SET state = 'running' WHERE number = ?", (session,))
        self.db.execute("DELETE FROM seal WHERE number > ?", (to,))

    def cut(self, session: int, after: int) -> None:
        """The entries of a session after a number."""
        base = session << SHIFT
        self.db.execute("DELETE FROM entry WHERE key > ? AND key < ?", (base + after, base + (1 << SHIFT)))

    def exchange(self, table: str, one: Any, other: Any) -> None:
        """Two rows of a table change places: each gets the other's key."""
        key, away = self.key(table), "away" if isinstance(one, str) else -5
        for old, new in ((one, away), (other, one), (away, other)):
            self.db.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", (new, old))

    def rewrite_chain(self, session: int, rewrite: Rewrite) -> dict[int, str]:
        """Compute the hashes of a session anew over other bodies; the head after each entry."""
        chain, heads = Chain(), {}
        base = session << SHIFT
        rows = list(self.db.execute("SELECT key, body FROM entry WHERE key >> 32 = ? ORDER BY key", (session,)))
        for key, body in rows:
            line = chain.append(rewrite(session, key - base, body))
            heads[line.number] = line.hash.hex()
            self.db.execute("UPDATE entry SET body = ?, hash = ? WHERE key = ?", (line.body, line.hash, key))
        return heads

    def sign_anew(self, rewrite: Rewrite) -> None:
        """Write all sessions over other bodies, and sign everything anew with the key of this computer.

        Where that key had one before it, which is gone, he makes one up and writes it into store.json.
        """
        heads = {session: self.rewrite_chain(session, rewrite) for session in self.sessions()}
        now = sealing_key(Reader(self.folder, self.db))
        rotated = any(b"key_rotated" in row[0] for row in self.db.execute("SELECT body FROM seal WHERE session = 0"))
        key = Ed25519PrivateKey.generate() if rotated else now
        self.folder = replace(self.folder, public_key=public_bytes(key).hex())
        approvals = self._sign_approvals(key)
        previous = GENESIS
        for number, session, body in list(self.db.execute("SELECT number, session, body FROM seal ORDER BY number")):
            content = decode(body) | {"previous": previous.hex(), "public_key": public_bytes(key).hex()}
            content["approvals_head"] = approvals[content["approvals"]]
            if session:
                content["head"] = heads[session][content["entries"]]
            if content.get("act") == KEY_ROTATED:
                content = rotation(key, now, content)
            signed = seal(key, content)
            previous = signed.digest
            sql = "UPDATE seal SET body = ?, signature = ? WHERE number = ?"
            self.db.execute(sql, (signed.body, signed.signature, number))
            key = now if content.get("act") == KEY_ROTATED else key

    def _sign_approvals(self, key: Ed25519PrivateKey) -> list[str]:
        digests, previous = [GENESIS.hex()], GENESIS
        for number, body in list(self.db.execute("SELECT number, body FROM approval ORDER BY number")):
            signed: Seal = seal(key, decode(body) | {"previous": previous.hex()})
            previous = signed.digest
            digests.append(previous.hex())
            sql = "UPDATE approval SET body = ?, signature = ? WHERE number = ?"
            self.db.execute(sql, (signed.body, signed.signature, number))
        return digests


def double_the_doses(_session: int, _number: int, body: bytes) -> bytes:
    """Other values in every observation."""
    match decode(body):
        case [int(number), int(t_us), "observation", layout, at, [first, *values], verdict, breached]:
            changed = [value * 2 if isinstance(value, int) else value for value in values]
            return encode([number, t_us, "observation", layout, at, [first, *changed], verdict, breached])
    return body

"""The next link of the chain of seals: of a session, or an act of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog import __version__, clock
from devicelog.ledger import GENESIS, Seal, public_bytes, seal
from devicelog.store import access
from devicelog.store.database import Connection
from devicelog.store.folder import Folder

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

#: The session number of what belongs to none.
NO_SESSION = 0


def place_of_next(writer: Writer) -> dict[str, Any]:
    """What every link says: its number, the one before, the approvals and accesses so far, whose, when and by what."""
    number, previous = _last(writer.connection, "seal")
    approvals, approvals_head = _last(writer.connection, "approval")
    return {
        "seal": number + 1,
        "installation": writer.folder.id,
        "previous": previous.hex(),
        "approvals": approvals,
        "approvals_head": approvals_head.hex(),
        **_accesses(writer.folder),
        "wall": clock.utc(clock.now().wall_ns),
        "software": f"devicelog {__version__}",
        "public_key": public_bytes(writer.key).hex(),
    }


def append(writer: Writer, session: int, content: dict[str, Any]) -> None:
    """Sign and write a link, inside a transaction."""
    signed = seal(writer.key, content)
    row = (content["seal"], session, signed.body, signed.signature)
    writer.connection.execute("INSERT INTO seal VALUES (?, ?, ?, ?)", row)


def append_act(writer: Writer, act: str, **more: Any) -> None:
    """Write an act of the installation, inside a transaction."""
    append(writer, NO_SESSION, {**place_of_next(writer), "act": act, **more})


def _accesses(folder: Folder) -> dict[str, Any]:
    """How far the log of accesses reaches; nothing where it cannot be read, which keeps no session from its seal."""
    end = access.head(folder)
    return {} if end is None else {"accesses": end[0], "accesses_head": end[1].hex()}


def _last(database: Connection, table: str) -> tuple[int, bytes]:
    """Number and digest of the last link of a chain."""
    sql = f"SELECT number, body, signature FROM {table} ORDER BY number DESC LIMIT 1"  # noqa: S608
    for number, body, signature in database.execute(sql):
        return number, Seal(body, signature).digest
    return 0, GENESIS

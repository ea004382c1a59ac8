"""What a program and the service say to each other: MessagePack messages, each behind its length (4 bytes, big-endian).

    program ─ Hello ─▶ service ─ Welcome ─▶ program ─ Proof ─▶ service ─ Done ─▶
    program ─ Perform, Peek or TidyUp ─▶ service ─ Done, Rows or Failed ─▶

Hello and Welcome bring 32 random bytes each; Welcome and Proof hold an HMAC-SHA-256 over them under a key derived of
the store's. So each side knows that the other one has the keys of this store, and no secret is ever sent.
"""

from __future__ import annotations

import hmac
import socket
import struct
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from devicelog.errors import (
    NotNowError,
    ServiceGoneError,
    StoreBusyError,
    StoreChangedError,
    StoreFailedError,
    StoreFormatError,
    StoreFullError,
)
from devicelog.store.folder import Folder

#: Grows with what is said here; both sides must be of the same one.
VERSION = 1
#: A message is no longer: all that a recording may have waiting fits in (bytes).
LONGEST = 64 * 1024 * 1024
#: Until the two know each other.
LONGEST_GREETING = 1024
NONCE = 32
_LENGTH = struct.Struct(">I")

#: What a transaction is made of; a `;` would begin a second statement, which none of ours has.
READS, WRITES = "SELECT ", ("INSERT ", "UPDATE ", "DELETE ")
#: None, bool, int, float, str or bytes; msgspec has no union of the last two.
Value = Any


class Step(msgspec.Struct, array_like=True, frozen=True):
    """One statement of a transaction with its bindings, row by row.

    `expected` is the digest of the rows that a SELECT gave when it was asked; None for a statement that writes.
    """

    sql: str
    rows: list[list[Value]]
    expected: bytes | None = None


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """The first word of a program."""

    version: int
    nonce: bytes


class Proof(msgspec.Struct, tag="proof", frozen=True):
    """That the program has the keys."""

    mac: bytes


class Perform(msgspec.Struct, tag="perform", frozen=True):
    """A transaction: all of it or nothing, and nothing if a SELECT in it gives other rows than expected."""

    steps: list[Step]


class Peek(msgspec.Struct, tag="peek", frozen=True):
    """What a SELECT would give behind these steps; nothing stays."""

    steps: list[Step]
    sql: str
    bindings: list[Value]


class Tidy(StrEnum):
    """What an erasure needs besides transactions, so that no bytes of a row are left."""

    OVERWRITE = "overwrite what is deleted"
    EMPTY_LOG = "empty the log"


class TidyUp(msgspec.Struct, tag="tidy", frozen=True):
    """Asks for one of these."""

    what: Tidy


Request = Perform | Peek | TidyUp


class Welcome(msgspec.Struct, tag="welcome", frozen=True):
    """The first word of the service."""

    version: int
    nonce: bytes
    mac: bytes


class Done(msgspec.Struct, tag="done", frozen=True):
    """What was asked is done, and durable."""


class Rows(msgspec.Struct, tag="rows", frozen=True):
    """What a Peek found."""

    rows: list[list[Value]]


class Failed(msgspec.Struct, tag="failed", frozen=True):
    """What was asked is not done; an error by its kind, and its sentence."""

    kind: str
    said: str


Answer = Done | Rows | Failed

_KINDS: dict[str, type[NotNowError | StoreFormatError]] = {
    kind.__name__: kind
    for kind in (
        NotNowError,
        StoreBusyError,
        StoreChangedError,
        StoreFailedError,
        StoreFormatError,
        StoreFullError,
    )
}

_encode = msgspec.msgpack.Encoder().encode
greeting_of = msgspec.msgpack.Decoder(Hello | Proof).decode
reply_of = msgspec.msgpack.Decoder(Welcome | Done | Failed).decode
request_of = msgspec.msgpack.Decoder(Perform | Peek | TidyUp).decode
answer_of = msgspec.msgpack.Decoder(Done | Rows | Failed).decode


def failed(error: Exception) -> Failed:
    """An error as it is sent: its closest kind that both sides know."""
    known = [kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _KINDS]
    if known:
        return Failed(known[0], str(error))
    return Failed(NotNowError.__name__, "the service that writes the store failed at this; its log says how.")


def raised(answer: Failed) -> NotNowError | StoreFormatError:
    """The error that an answer brings."""
    return _KINDS.get(answer.kind, NotNowError)(answer.said)


def digest(rows: Iterable[Iterable[Value]]) -> bytes:
    """What rows are compared by."""
    return sha256(_encode([list(row) for row in rows])).digest()


def mac(folder: Folder, side: str, theirs: bytes, ours: bytes) -> bytes:
    """What proves that this side has the store's key: over the other side's random bytes, then its own."""
    key = sha256(b"devicelog beside" + bytes.fromhex(folder.keys.store_key())).digest()
    return hmac.digest(key, side.encode() + theirs + ours, "sha256")


def is_mac(found: bytes, folder: Folder, side: str, theirs: bytes, ours: bytes) -> bool:
    """Whether the other side has the store's key; `theirs` and `ours` as it sees them."""
    return hmac.compare_digest(found, mac(folder, side, theirs, ours))


def framed(message: msgspec.Struct) -> bytes:
    """A message with its length before it; NotNowError for one that is too long to be sent."""
    data = _encode(message)
    if len(data) > LONGEST:
        found = f"found {len(data) // 1_000_000} MB to be written at once"
        most = f"expected at most {LONGEST // 1_000_000} MB beside a service that has the store"
        raise NotNowError(f"{found}, {most}; end the service and try again.")
    return _LENGTH.pack(len(data)) + data


def receive(line: socket.socket, longest: int, patience: float | None) -> bytes | None:
    """The next message, None at the end; waits for its first byte as long as it takes, for the rest `patience` (s).

    Raises OSError, also (TimeoutError) if the rest does not come, and ValueError for one that is too long.
    """
    head = line.recv(1)
    if not head:
        return None
    line.settimeout(patience)
    try:
        (length,) = _LENGTH.unpack(head + _exactly(line, _LENGTH.size - 1))
        if length > longest:
            raise ValueError(f"a message of {length} bytes")
        return _exactly(line, length)
    finally:
        line.settimeout(None)


def _exactly(line: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        piece = line.recv(min(length - len(found), 1 << 20))
        if not piece:
            raise ConnectionError("the line ended within a message")
        found += piece
    return bytes(found)


def gone(folder: Folder) -> ServiceGoneError:
    """What is raised where the service ends before it has answered."""
    found = f"the service that writes the store {folder.path} does not answer any more"
    return ServiceGoneError(f"{found}: whether this was written is not known; look whether it is there, and try again.")

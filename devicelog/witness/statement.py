"""The present heads of a store, for whoever takes a copy of it elsewhere."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from devicelog.ledger import Seal
from devicelog.store.reader import Reader
from devicelog.store.reading import SessionReader
from devicelog.witness.file import line_of
from devicelog.witness.text import seal_text


@dataclass(frozen=True, slots=True)
class Statement:
    """What a store held at a moment. `text` is the last seal to be printed, None if nothing was sealed yet.

    `lines` are the last seal of every session and the last of all, in order, as a witness file has them: kept as a
    file, `devicelog verify --witness FILE` holds a store against it.
    """

    installation: str
    text: str | None
    lines: bytes


def statement(reader: Reader) -> Statement:
    """The heads of a store as it is now."""
    last: dict[int, tuple[int, Seal]] = {}
    for number, session, seal in reader.seals():
        last[session] = (number, seal)
    heads = [seal for _, seal in sorted(last.values(), key=lambda head: head[0])]
    text = seal_text(heads[-1]) if heads else None
    return Statement(reader.folder.id, text, b"".join(line_of(seal) + b"\n" for seal in heads))


def text_of_session(reader: SessionReader, session: int) -> str | None:
    """The text of the last seal of a session; None if it was not sealed yet."""
    last = deque(reader.seals(session), maxlen=1)
    return seal_text(last[0][2]) if last else None

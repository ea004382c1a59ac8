"""Amendments: entries behind the end of a session that correct what stands before them; nothing is ever altered.

An `amendment` entry says who, when, why and what. The `amended` entries behind it hold one entry each, numbered and
chained from 1 as in a session of their own; together they are the version of the session that counts from then on.
An amendment of another sort may come without any. docs/ledger.md has the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

import msgspec

from devicelog.ledger.ledger import Chain, Entry, Kind, Line, encode, parse

#: The kinds of entry that make an amendment, and stand behind the end of a session alone.
AMENDING = frozenset({Kind.AMENDMENT, Kind.AMENDED})
#: The kinds of entry that end a recording.
ENDS = frozenset({Kind.ENDED, Kind.INTERRUPTED})

#: Gives the lines of a session from the first one on, as often as it is asked.
Lines = Callable[[], Iterable[Line]]


class Reason(StrEnum):
    """Reasons of an amendment that hold nothing of a patient: all that can be kept where the key was erased."""

    MISTYPED = "mistyped"
    MISREAD = "misread"
    MISTAKEN = "mistaken"
    INCOMPLETE = "incomplete"


class What(StrEnum):
    """What an amendment does."""

    DECODED_AGAIN = "decoded_again"
    """The kept bytes were decoded again by the drivers named; all entries that came of it follow."""
    IMPORTED = "imported"
    """Logs of a device were brought by a person; all entries follow, with what came of these before the last one."""
    ZONE_CORRECTED = "zone_corrected"
    """Reports were given in another zone than was said at the time; all entries follow, totals and verdicts anew."""
    CORRECTED = "corrected"
    """What a person had stated is otherwise; `changes` has old and new, and no entries follow."""


class _Amended(msgspec.Struct):
    amendment: int
    entry: msgspec.Raw


_read_amended = msgspec.json.Decoder(tuple[int, int, str, _Amended]).decode


def unwrapped(body: bytes) -> bytes:
    """The body that an `amended` entry holds; ValueError if it holds none."""
    try:
        return bytes(_read_amended(body)[3].entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not an amended entry: {error}") from None


def held(content: Any) -> Entry:
    """The entry in the content of an `amended` entry; ValueError if it is not one."""
    return parse(encode(content["entry"]))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a session: as recorded (`amendment` is None), or as an amendment, whose content that is, has it.

    Its entries are those of the ledger from number `first` to number `last`; `head` is the hash of the last one.
    """

    amendment: dict[str, Any] | None
    first: int
    last: int
    head: bytes

    @property
    def number(self) -> int:
        """0 as recorded, else the number of the amendment."""
        return int(self.amendment["amendment"]) if self.amendment is not None else 0

    def lines(self, lines: Lines) -> Iterator[Line]:
        """Its entries under numbers of their own, from 1; ValueError for one that cannot be read."""
        own = islice(lines(), self.first - 1, self.last)
        if self.amendment is None:
            yield from own
            return
        chain = Chain()
        for line in own:
            yield chain.append(unwrapped(line.body))


def versions(lines: Lines) -> list[Version]:
    """The versions of a session, as recorded first, the one that counts last; ValueError if one cannot be read."""
    found: list[Version] = []
    amendment: dict[str, Any] | None = None
    first, before, over = 1, Line(0, b"", b""), False
    for line in lines():
        kind = line.kind
        if kind == Kind.AMENDMENT:
            _add(found, Version(amendment, first, before.number, before.hash))
            amendment, first, over = line.entry().content, line.number + 1, True
        if not over or kind in AMENDING:  # what is stated behind the end belongs to no version
            before = line
        over = over or kind in ENDS
    _add(found, Version(amendment, first, before.number, before.hash))
    return found


def _add(found: list[Version], version: Version) -> None:
    """An amendment without entries of its own is no version."""
    if version.amendment is None or version.last >= version.first:
        found.append(version)


def amendments(lines: Lines) -> int:
    """How many amendments a session has."""
    return sum(line.kind == Kind.AMENDMENT for line in lines())


def amending(last: Line, act: dict[str, Any], entries: Sequence[Line]) -> list[Line]:
    """The lines of an amendment behind the last line of a session: what is known of it, and its entries.

    They stand at the moment of the last entry, because the session is over; when it was made is in `act`.
    """
    t_us = last.entry().t_us
    chain = Chain(last.number, last.hash)
    content = {**act, "entries": len(entries), "head": entries[-1].hash.hex() if entries else None}
    made = [chain.append(encode((last.number + 1, t_us, Kind.AMENDMENT.value, content)))]
    for number, line in enumerate(entries, start=last.number + 2):
        amended = {"amendment": act["amendment"], "entry": msgspec.Raw(line.body)}
        made.append(chain.append(encode((number, t_us, Kind.AMENDED.value, amended))))
    return made

"""The record as it is to be delivered: the ledger up to the last entry that is no receipt.

A receipt is an entry behind what was delivered. If it went along the next time, every delivery would differ from the
one before; so what is sent ends before it, and the same record gives the same bytes however often it was delivered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk
from devicelog.errors import StoreFormatError
from devicelog.export.session import SessionSource
from devicelog.ledger import Kind, Line, Seal
from devicelog.ledger.sealed import Opening
from devicelog.verification.session import seal_body


@dataclass(frozen=True, slots=True)
class Version:
    """The first `entries` entries of a session; `head` is the hash of the last of them."""

    entries: int
    head: str

    def content(self) -> dict[str, Any]:
        """As a receipt has it."""
        return {"entries": self.entries, "head": self.head}


def version(lines: Iterator[Line]) -> Version:
    """What these entries are to be delivered as."""
    found = Version(0, "")
    for line in lines:
        if line.kind != Kind.DELIVERED:
            found = Version(line.number, line.hash.hex())
    return found


class AsOf:
    """A session as it was when one of its entries was the last: with the chunks and seals of that moment."""

    def __init__(self, source: SessionSource, of: Version) -> None:
        """StoreFormatError if nothing was sealed at that entry."""
        self._source = source
        self._of = of
        self.id = source.id
        self.state = source.state
        self.installation = source.installation
        self.keys: KeyChain = source.keys
        bodies = [body for _, seal in self.seals() if (body := seal_body(seal)) is not None]
        if not bodies or bodies[-1].entries != of.entries:
            what = f"session {source.id} has no seal at entry {of.entries}"
            raise StoreFormatError(f"{what}; run `devicelog verify {source.id}`.")
        self._chunks = bodies[-1].chunks

    @property
    def name(self) -> str | None:
        """The subject's name."""
        return self._source.name

    @property
    def birth_date(self) -> str | None:
        """The subject's birth date."""
        return self._source.birth_date

    @property
    def reference(self) -> str | None:
        """The clinic's own number for the subject; None if it was erased."""
        return self._source.reference

    def opening(self, value: Mapping[str, str]) -> Opening | None:
        """What opens a sealed text; None if it was erased or does not open."""
        return self._source.opening(value)

    def lines(self) -> Iterator[Line]:
        """The entries up to that one."""
        return takewhile(lambda line: line.number <= self._of.entries, self._source.lines())

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        """The chunks that they came from."""
        return islice(self._source.chunks(), self._chunks)

    def seals(self) -> Iterator[tuple[int, Seal]]:
        """The seals up to that entry."""
        return takewhile(lambda one: _reaches(one[1]) <= self._of.entries, self._source.seals())


def _reaches(seal: Seal) -> int:
    body = seal_body(seal)
    return body.entries if body is not None else 0

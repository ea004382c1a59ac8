"""What was said on a line: the bytes of a device, and between them the queries that it was asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Self


@dataclass(frozen=True, slots=True)
class Sent:
    """A query that left the host at this place among the bytes of the device."""

    request: bytes


#: Bytes as they came, and queries where they went out.
Pieces = Sequence[bytes | Sent]


@dataclass(frozen=True, slots=True)
class Talk:
    """Bytes of a device; each of `asked` is a query and the number of bytes that had come when it went out."""

    data: bytes
    asked: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def of(cls, pieces: Iterable[bytes | Sent]) -> Self:
        """What these pieces say, one after the other."""
        data, asked = bytearray(), []
        for piece in pieces:
            if isinstance(piece, Sent):
                asked.append((len(data), piece.request))
            else:
                data += piece
        return cls(bytes(data), tuple(asked))

    def __len__(self) -> int:
        return len(self.data)

    def __add__(self, other: Talk) -> Talk:
        behind = tuple((at + len(self.data), request) for at, request in other.asked)
        return Talk(self.data + other.data, self.asked + behind)

    def __mul__(self, times: int) -> Talk:
        return joined([self] * times)

    def part(self, start: int, end: int) -> Talk:
        """The bytes between two places, and the queries before each of them."""
        asked = tuple((at - start, request) for at, request in self.asked if start <= at < end)
        return Talk(self.data[start:end], asked)

    def pieces(self, cuts: Iterable[int] = ()) -> list[bytes | Sent]:
        """The bytes, cut at these places and wherever something was asked."""
        places = sorted({0, *cuts, *(at for at, _ in self.asked), len(self.data)})
        queries = {at: [request for _, request in group] for at, group in itertools.groupby(self.asked, _place)}
        pieces: list[bytes | Sent] = []
        for start, end in itertools.pairwise([*places, len(self.data)]):
            pieces += [Sent(request) for request in queries.get(start, ())]
            pieces += [self.data[start:end]] if end > start else []
        return pieces


def _place(asked: tuple[int, bytes]) -> int:
    return asked[0]


def joined(talks: Iterable[Talk]) -> Talk:
    """One after the other."""
    return reduce(add, talks, Talk(b""))

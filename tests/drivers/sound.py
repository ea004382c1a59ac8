"""A small driver that keeps every promise, `<value|sum>`: which tests of the conformance suite break."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from devicelog.driver import (
    BadFrame,
    Category,
    Driver,
    Event,
    Metric,
    Provenance,
    Reading,
    Report,
    ReportKind,
)


def frame(value: str) -> bytes:
    return f"<{value}|{sum(value.encode()) % 256:02X}>".encode()


VOLUME = Metric("volume", Category.MEASUREMENT, "mL", {"uL": "microliter"})


class Sound:
    """`<value|sum>`: a decoder with one method for each thing that can be wrong."""

    def __init__(self) -> None:
        self.rest = b""
        self.at = 0

    def feed(self, data: bytes) -> list[Event]:
        self.rest += data
        events: list[Event] = []
        while (found := self.next_end()) is not None:
            piece, self.rest = self.rest[:found], self.rest[found:]
            self.at += found
            events.append(self.event(piece, self.place(piece)))
        return events

    def end(self) -> list[Event]:
        rest, self.rest = self.rest, b""
        self.at += len(rest)
        return [BadFrame(rest, "not finished", self.at)] if rest else []

    def next_end(self) -> int | None:
        """Where the first piece ends: a frame, or what stands before the next `<`."""
        start = self.rest.find(b"<", 1, self.longest())
        end = self.rest.find(b">", 0, self.longest()) + 1
        places = [place for place in (start, end) if place > 0]
        return min(places) if places else self.longest() if len(self.rest) >= self.longest() else None

    def longest(self) -> int:
        return 20

    def place(self, _piece: bytes) -> int:
        return self.at

    def event(self, piece: bytes, at: int) -> Event:
        match = re.fullmatch(rb"<([0-9.]{1,8})\|([0-9A-F]{2})>", piece)
        if match is None or not self.checks(match[1], match[2]):
            return BadFrame(piece, "no frame", at)
        return Reading(self.report(), self.values(match[1].decode()), at)

    def checks(self, _body: bytes, _check: bytes) -> bool:
        return sum(_body) % 256 == int(_check, 16)

    def report(self) -> str:
        return "dose"

    def values(self, text: str) -> tuple[Any, ...]:
        return (Decimal(text),) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else (None,)


DRIVER = Driver(
    name="sound",
    model="Sound",
    version="1",
    decoder=Sound,
    reports=(Report("dose", ReportKind.INJECTION, (VOLUME,), ("uL",)),),
    wire_format="here",
    provenance=Provenance.TEMPLATE,
    verified_on=None,
)

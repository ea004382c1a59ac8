"""Vectors: single frames, each with what it means, in a JSON file that people read and write.

A list of objects. `text` (Latin-1) or `hex` are the bytes; `meaning` says in words what they mean, `source` where they
are from, `expect` what a decoder makes of them, in order, each one of

    {"report": "dose", "values": {"volume": "12.5"}, "units": {"volume": "uL"},    decimals as text, as they were sent
     "means": {"volume": "0.0125 mL"}}    what the record keeps, in any unit that people write
    {"identity": {"model": "SD-10", "serial": "0042", "firmware": "1.3"}}
    {"bad_frame": "the check does not match"}                                      the reason
    {"recalled": {"first": 2, "last": 9, "epoch": 1, "sent": 8, "oldest": 2}}      the end of an answer from memory

`asked` lists, as text, the queries that went out before, for replies that do not name their quantity. `units` may be
left out where the report fixes them. Other keys are for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog.driver import BadFrame, Decoder, Driver, Event, Identity, Reading, Recalled, Value
from devicelog.driver.logbook import DeviceTime, Listing, LogFile
from devicelog.errors import BadInputError
from devicelog.testing.capture import decode
from devicelog.testing.talk import Sent

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.testing.talk import Pieces

#: What vectors call an event that is told with all it holds, but for its place among the bytes.
_WORDS: dict[type[Event], str] = {
    Recalled: "recalled",
    Listing: "listing",
    LogFile: "log_file",
    DeviceTime: "device_time",
}


class _Vector(msgspec.Struct, frozen=True):
    meaning: str
    source: str
    expect: list[dict[str, Any]]
    text: str | None = None
    hex: str | None = None
    asked: list[str] = []


@dataclass(frozen=True, slots=True)
class Vector:
    """One frame: its bytes, where they are from, and what they mean in words and as events."""

    data: bytes
    meaning: str
    source: str
    expect: list[dict[str, Any]]
    asked: tuple[bytes, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether the device sends it so, as opposed to bytes that must be refused."""
        return not any("bad_frame" in event for event in self.expect)

    @property
    def pieces(self) -> Pieces:
        """What was asked, and then the bytes."""
        return [*(Sent(request) for request in self.asked), self.data]

    def events(self, decoder: Decoder) -> list[Event]:
        """What a fresh decoder makes of it."""
        return decode(decoder, self.pieces)


def read_vectors(path: Path) -> list[Vector]:
    """The vectors of a file; BadInputError names the file, the vector and what is wrong with it."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=list[_Vector])
        vectors = [_vector(one, f"{path}: vector {number}") for number, one in enumerate(found, 1)]
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}); expected a file of vectors.") from None
    except msgspec.MsgspecError as error:
        raise BadInputError(f"{path} is no file of vectors: {error}.") from None
    if not vectors:
        raise BadInputError(f"{path} holds no vector; write down at least one frame and what it means.")
    return vectors


def frames(path: Path) -> Pieces:
    """The sound vectors of a file, one after the other, with what was asked: a capture for the conformance suite."""
    return [piece for vector in read_vectors(path) if vector.is_sound for piece in vector.pieces]


def expected_of(vector: Vector) -> list[dict[str, Any]]:
    """What its author expects; `units` with every metric that has a unit, as `said_of` tells them."""
    sent = [{key: value for key, value in one.items() if key != "means"} for one in vector.expect]
    return [{"units": {}, **one} if "report" in one else one for one in sent]


def means_of(expected: dict[str, Any]) -> dict[str, str]:
    """What the record keeps of a reading, by metric, where its author states it."""
    return dict(expected.get("means", {}))


def said_of(driver: Driver, event: Event) -> dict[str, Any]:
    """An event as a vector expects it."""
    match event:
        case Reading():
            names = [metric.name for metric in driver.report(event.report).metrics]
            values = {name: _as_sent(value) for name, value in zip(names, event.values, strict=True)}
            tokens = dict(zip(names, event.units or (), strict=False))
            return {"report": event.report, "values": values, "units": {n: t for n, t in tokens.items() if t}}
        case Identity():
            return {"identity": {"model": event.model, "serial": event.serial, "firmware": event.firmware}}
        case BadFrame():
            return {"bad_frame": event.reason}
        case _:
            told = msgspec.to_builtins(event)
            return {_WORDS[type(event)]: {name: value for name, value in told.items() if name != "at"}}


def _as_sent(value: Value) -> int | str | None:
    return str(value) if isinstance(value, Decimal) else value


def _vector(one: _Vector, where: str) -> Vector:
    if (one.text is None) == (one.hex is None):
        found = "neither" if one.text is None else "both"
        raise BadInputError(f"{where}: found {found} of `text` and `hex`; expected one of them.")
    try:
        data = bytes.fromhex(one.hex) if one.hex is not None else (one.text or "").encode("latin-1")
    except ValueError as error:
        raise BadInputError(f"{where}: the bytes cannot be read: {error}.") from None
    if not data or not one.meaning.strip() or not one.source.strip():
        raise BadInputError(f"{where}: found an empty frame, meaning or source; expected all three.")
    return Vector(data, one.meaning, one.source, one.expect, tuple(text.encode("latin-1") for text in one.asked))

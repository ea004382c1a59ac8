"""The bytes that a conformance suite stands on, cut into the frames that a driver's own decoder finds in them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from devicelog.capture.file import CaptureFile, is_capture
from devicelog.capture.row import Happened
from devicelog.driver import BadFrame, Decoder, Event, Reading
from devicelog.testing.talk import Pieces, Sent, Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: What a suite takes as its capture: bytes, pieces of bytes with the queries between them, a file of bytes, or a file
#: that `devicelog capture` wrote.
Source = bytes | Pieces | Path


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes of one frame in a capture, what was asked before them, and the events that it gave there."""

    start: int
    talk: Talk
    events: tuple[Event, ...]

    @property
    def data(self) -> bytes:
        """Its bytes alone."""
        return self.talk.data

    @property
    def is_clean(self) -> bool:
        return not any(type(event) is BadFrame for event in self.events)


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture, what one decoder made of it, and its frames in order."""

    talk: Talk
    events: tuple[Event, ...]
    frames: tuple[Frame, ...]

    @property
    def data(self) -> bytes:
        """Its bytes alone."""
        return self.talk.data

    @property
    def clean(self) -> list[Frame]:
        """The frames that gave readings or identities and nothing bad."""
        return [frame for frame in self.frames if frame.is_clean]

    def sample(self, count: int) -> list[int]:
        """Places in `frames` of clean ones: the first of each kind, then evenly through the capture."""
        places = [place for place, frame in enumerate(self.frames) if frame.is_clean]
        kinds = {tuple(kind_of(event) for event in self.frames[place].events): place for place in reversed(places)}
        evenly = places[:: max(1, len(places) // count)]
        return sorted({*kinds.values(), *evenly[:count]})


def read_capture(source: Source, link: int = 1) -> Talk:
    """What a capture says that a suite names; of a file with several lines, what was said on one of them."""
    match source:
        case bytes():
            return Talk(source)
        case Path():
            return _rows(source, link) if is_capture(source) else Talk(source.read_bytes())
        case _:
            return Talk.of(source)


def _rows(path: Path, link: int) -> Talk:
    rows = [row for row in CaptureFile(path).rows() if row.link == link]
    told = [row for row in rows if row.kind in (Happened.RECEIVED, Happened.SENT)]
    return Talk.of(row.data if row.kind is Happened.RECEIVED else Sent(row.data) for row in told)


@lru_cache(maxsize=16)
def capture(decoder: Callable[[], Decoder], talk: Talk) -> Capture:
    """A capture as this driver reads it. What gives no event is part of the frame behind it."""
    events = tuple(decode(decoder(), talk.pieces()))
    frames, start = [], 0
    for end in sorted({event.at for event in events}):
        frames.append(Frame(start, talk.part(start, end), tuple(event for event in events if event.at == end)))
        start = end
    return Capture(talk, events, tuple(frames))


def decode(decoder: Decoder, pieces: Iterable[bytes | Sent], *, end: bool = True) -> list[Event]:
    """All events of these pieces, those of the end included; a query is told to a decoder that wants to know."""
    events: list[Event] = []
    for piece in pieces:
        if not isinstance(piece, Sent):
            events += decoder.feed(piece)
        elif hasattr(decoder, "sent"):
            decoder.sent(piece.request)
    return events + decoder.end() if end else events


def pieces_of(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """The bytes, cut at these places."""
    places = [0, *sorted(set(cuts)), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]


def good(events: Sequence[Event]) -> list[str]:
    """Readings and identities by their content, wherever they stand."""
    return [repr(msgspec.structs.replace(event, at=0)) for event in events if type(event) is not BadFrame]


def first_difference(found: Sequence[object], expected: Sequence[object]) -> str | None:
    """The first place at which two lists differ, in words; None if they are the same.

    pytest itself would show all differences of two long lists in CI, which can take it hours.
    """
    for place, (one, other) in enumerate(itertools.zip_longest(found, expected, fillvalue="nothing")):
        if one != other:
            return f"found at place {place} of {len(found)}: {one}; expected, of {len(expected)}: {other}"
    return None


def kind_of(event: Event) -> str:
    """The report of a reading, the class of any other event."""
    return event.report if type(event) is Reading else type(event).__name__

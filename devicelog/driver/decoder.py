"""What turns bytes into events, one for each link; and what listens to a conversation on several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from devicelog.driver.event import Event


class Decoder(Protocol):
    """Bytes in, events out; one per link. Raises nothing, whatever the bytes.

    Optional: `sent(request)`, for replies that do not name their quantity (`Correlating`).
    """

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete, in the order of the bytes."""

    def end(self) -> list[Event]:
        """What is left when no more bytes will come: an unfinished frame is a BadFrame."""


class Correlating(Protocol):
    """What a decoder also has whose replies do not name their quantity."""

    def sent(self, request: bytes) -> None:
        """This query has left the host; what was fed before came before it."""


class Conversing(Protocol):
    """What a decoder also has that listens to several directions of one conversation (`Driver.directions`)."""

    def direction(self, name: str) -> Decoder:
        """What takes the bytes of one direction and gives the events that they complete; `at` counts these only."""


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of a conversation that is only listened to, each on a line of its own.

    `without` says what nobody knows if that line is not there.
    """

    name: str
    without: str

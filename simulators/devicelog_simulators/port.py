"""What a line looks like from the device's end."""

from __future__ import annotations

from typing import Protocol


class Port(Protocol):
    """One line with at most one reader; nothing here blocks."""

    @property
    def url(self) -> str:
        """How a reader opens it."""

    def plug(self) -> None:
        """Put the line there."""

    def unplug(self) -> None:
        """Take the line away; a reader that has it open notices."""

    def opened(self) -> bool:
        """Whether a reader has it open."""

    def drained(self) -> bool:
        """Whether the reader has taken everything sent."""

    def send(self, data: bytes) -> int:
        """How many of these bytes there was room for."""

    def receive(self) -> bytes:
        """What the reader has sent since the last call."""

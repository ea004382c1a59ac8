"""A USB serial adapter, and what tells it from another; pure, as pyserial's list of ports has it on every system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Adapter:
    """A USB adapter: `usb` is vendor:product, `socket` where it is plugged in, `channel` which of its ports it is."""

    usb: str
    serial_number: str | None
    socket: str | None
    channel: str

    @classmethod
    def of(cls, info: Any) -> Self | None:
        """The adapter behind one of pyserial's ports; None if it is not on USB."""
        if info.vid is None or info.pid is None:
            return None
        return cls.at(f"{info.vid:04X}:{info.pid:04X}", info.serial_number, info.location)

    @classmethod
    def at(cls, usb: str, serial_number: str | None, location: str | None) -> Self:
        """The adapter of that make at one of pyserial's locations ("1-1.2:1.0": the socket and the channel)."""
        socket, _, channel = (location or "").partition(":")
        return cls(usb, serial_number or None, socket or None, channel)

    @property
    def can_be_told(self) -> bool:
        """Whether anything but its make is known of it."""
        return self.serial_number is not None or self.socket is not None

    def is_alike(self, other: Adapter) -> bool:
        """Whether nothing but the socket tells them apart."""
        return (self.usb, self.serial_number, self.channel) == (other.usb, other.serial_number, other.channel)

    def is_in_socket_of(self, other: Adapter) -> bool:
        return self.socket is not None and (self.socket, self.channel) == (other.socket, other.channel)

    def __str__(self) -> str:
        number = f"with serial number {self.serial_number}" if self.serial_number else "without a serial number"
        return f"adapter {self.usb} {number} in USB socket {self.socket or 'unknown'}"
